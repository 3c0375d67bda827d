//! Where the lanes of the timeline lie, from top to bottom.

/// The height of the axis above the lanes, in CSS pixels.
pub const AXIS_HEIGHT: u32 = 28;
/// The least height of a lane.
pub const MIN_ROW: u32 = 24;
/// The greatest height of a lane, where there is room.
pub const MAX_ROW: u32 = 64;

/// The lanes of a timeline, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// How many there are.
    pub count: u32,
    /// The height of each.
    pub row: u32,
    /// The height of what is seen of them, the axis apart.
    pub view: u32,
    /// How far they are scrolled.
    pub scrolled: u32,
}

impl Rows {
    /// `count` lanes in a frame `height` high, scrolled by `scrolled`.
    pub fn new(count: usize, height: u32, scrolled: u32) -> Rows {
        let count = count.min(u32::MAX as usize / MAX_ROW as usize) as u32;
        let view = height.saturating_sub(AXIS_HEIGHT);
        let row = (view / count.max(1)).clamp(MIN_ROW, MAX_ROW);
        let scrolled = scrolled.min((count * row).saturating_sub(view));
        Rows {
            count,
            row,
            view,
            scrolled,
        }
    }

    /// The height of all of them with the axis.
    pub fn tall(&self) -> u32 {
        AXIS_HEIGHT + self.count * self.row
    }

    /// The lanes of which something is seen.
    pub fn in_view(&self) -> std::ops::Range<usize> {
        let first = self.scrolled / self.row;
        let last = (self.scrolled + self.view).div_ceil(self.row);
        first.min(self.count) as usize..last.min(self.count) as usize
    }

    /// The top of a lane in the frame; it may lie above what is seen.
    pub fn top(&self, lane: usize) -> i64 {
        i64::from(AXIS_HEIGHT) + lane as i64 * i64::from(self.row) - i64::from(self.scrolled)
    }

    /// The lane at a height in the frame.
    pub fn lane_at(&self, y: f64) -> Option<usize> {
        if y < f64::from(AXIS_HEIGHT) || y >= f64::from(AXIS_HEIGHT + self.view) {
            return None;
        }
        let lane = (y as u32 - AXIS_HEIGHT + self.scrolled) / self.row;
        (lane < self.count).then_some(lane as usize)
    }

    /// How far to scroll so that a lane is in view.
    pub fn reveal(&self, lane: usize) -> u32 {
        let top = lane as u32 * self.row;
        let least = (top + self.row).saturating_sub(self.view);
        self.scrolled.clamp(least, top.max(least))
    }

    /// The full height of a bar, and how far below the top of its lane it is.
    pub fn bar(&self) -> (u32, u32) {
        // A multiple of eight, so that parts of it are whole pixels.
        let height = match self.row {
            0..36 => 16,
            36..52 => 24,
            _ => 32,
        };
        (height, (self.row - height) / 2)
    }
}

/// A name without the number at its end, and that number with the space before
/// it; empty where there is none.
pub fn number_at_end(name: &str) -> (&str, &str) {
    let digits = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let rest = digits.trim_end();
    match digits.len() < name.len() && !rest.is_empty() {
        true => name.split_at(rest.len()),
        false => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_lanes_share_the_room_and_many_scroll() {
        assert_eq!(Rows::new(3, 300, 0).row, MAX_ROW);
        assert_eq!(Rows::new(8, 300, 0).row, 34);
        let many = Rows::new(1_000_000, 300, 24_000);
        assert_eq!(many.row, MIN_ROW);
        assert_eq!(many.in_view(), 1000..1012);
        assert_eq!(many.top(1000), i64::from(AXIS_HEIGHT));
        assert_eq!(many.lane_at(f64::from(AXIS_HEIGHT)), Some(1000));
    }

    #[test]
    fn nothing_lies_in_a_frame_without_lanes() {
        let none = Rows::new(0, 10, 99);
        assert_eq!(none.in_view(), 0..0);
        assert_eq!(none.lane_at(40.0), None);
        assert_eq!(none.scrolled, 0);
    }

    #[test]
    fn a_lane_is_revealed_with_the_least_scrolling() {
        let rows = Rows::new(100, 28 + 240, 0);
        assert_eq!(rows.reveal(3), 0);
        assert_eq!(rows.reveal(10), 24);
        let scrolled = Rows::new(100, 28 + 240, 1_000);
        assert_eq!(scrolled.reveal(2), 48);
    }

    #[test]
    fn a_number_at_the_end_of_a_name_stays_apart() {
        assert_eq!(number_at_end("worker 12"), ("worker", " 12"));
        assert_eq!(number_at_end("g7"), ("g", "7"));
        assert_eq!(number_at_end("发送方 3"), ("发送方", " 3"));
        assert_eq!(number_at_end("http server"), ("http server", ""));
        assert_eq!(number_at_end("42"), ("42", ""));
    }
}
