//! Columns to pixels: the layer of the timeline that holds the spans.
//!
//! A buffer of the screen's own pixels, written in whole rows and handed to the
//! canvas in one piece. Thousands of separate rectangles would take a hundred
//! times as long.

use super::columns::Column;
use super::look::{Edge, Fill, Look};

/// A colour: red, green, blue, opacity.
pub type Rgba = [u8; 4];

/// How far apart stripes are, in CSS pixels.
const STRIPE: u32 = 6;
/// How wide the line of a stripe is.
const STRIPE_LINE: u32 = 2;
/// How wide the mark of a short run is.
const TICK: u32 = 2;
/// The opacity of what is shown so far, of 255.
const SO_FAR: u32 = 150;
/// The least opacity of a bar: below it a state cannot be told from another.
const LEAST: u32 = 150;

/// The colours of one state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ink {
    /// The bar.
    pub fill: Rgba,
    /// Its stripes.
    pub stripe: Rgba,
    /// Its edge, which stands out from the ground by 3:1.
    pub edge: Rgba,
}

/// The colours of every state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inks {
    /// In the order of [`Look::ALL`].
    pub states: [Ink; Look::ALL.len()],
}

/// A picture of the screen's own pixels.
#[derive(Clone, Debug, Default)]
pub struct Pixels {
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Four bytes a pixel, row by row.
    pub bytes: Vec<u8>,
}

/// Where a lane's bar lies in [`Pixels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Its top; it may lie above the picture.
    pub top: i64,
    /// Its full height.
    pub height: u32,
    /// The screen's own pixels in a CSS pixel.
    pub ratio: u32,
}

impl Pixels {
    /// Makes it that large and empty.
    pub fn clear(&mut self, width: u32, height: u32) {
        self.width = width;
        self.height = height;
        self.bytes.clear();
        self.bytes.resize(width as usize * height as usize * 4, 0);
    }

    /// The colour of a pixel.
    pub fn get(&self, x: u32, y: u32) -> Rgba {
        let at = (y as usize * self.width as usize + x as usize) * 4;
        match self.bytes.get(at..at + 4) {
            Some(&[red, green, blue, opacity]) => [red, green, blue, opacity],
            _ => [0; 4],
        }
    }

    /// Draws a line from top to bottom.
    pub fn upright(&mut self, x: u32, colour: Rgba) {
        if x >= self.width {
            return;
        }
        let (pixels, _) = self.bytes.as_chunks_mut::<4>();
        for pixel in pixels
            .iter_mut()
            .skip(x as usize)
            .step_by(self.width as usize)
        {
            *pixel = colour;
        }
    }

    /// Draws a line from left to right, if it lies in the picture.
    pub fn level(&mut self, y: i64, colour: Rgba) {
        let Some(row) = usize::try_from(y)
            .ok()
            .filter(|y| *y < self.height as usize)
        else {
            return;
        };
        let (pixels, _) = self.bytes.as_chunks_mut::<4>();
        let start = row * self.width as usize;
        pixels[start..start + self.width as usize].fill(colour);
    }

    /// Draws a lane.
    pub fn draw(&mut self, columns: &[Column], bar: Bar, inks: &Inks) {
        for row in 0..bar.height {
            let Ok(y) = u32::try_from(bar.top + i64::from(row)) else {
                continue;
            };
            if y >= self.height {
                return;
            }
            let start = y as usize * self.width as usize * 4;
            let end = start + self.width as usize * 4;
            let (pixels, _) = self.bytes[start..end].as_chunks_mut::<4>();
            for (x, (pixel, column)) in pixels.iter_mut().zip(columns).enumerate() {
                if column.look.is_some() {
                    let colour = pixel_of(columns, x as u32, row, column, bar, inks);
                    if colour[3] > 0 {
                        *pixel = colour;
                    }
                }
            }
        }
    }
}

/// The colour of column `x` in row `row` of a bar; opacity 0 beside the bar.
fn pixel_of(columns: &[Column], x: u32, row: u32, column: &Column, bar: Bar, inks: &Inks) -> Rgba {
    let Some(look) = column.look else {
        return [0; 4];
    };
    if look != Look::Running && tick(columns, x as usize, bar, row) {
        return inks.states[Look::Running as usize].fill;
    }
    let height = (bar.height * look.eighths() / 8).max(bar.ratio);
    let above = (bar.height - height) / 2;
    let Some(row) = row.checked_sub(above).filter(|row| *row < height) else {
        return [0; 4];
    };
    let ink = &inks.states[look as usize];
    let thin = height <= 2 * bar.ratio;
    let at_edge = row < bar.ratio || row >= height - bar.ratio;
    let at_start = column.begins && next_is(columns, x as usize, look);
    if (at_edge && !thin && shows_edge(look, x, bar.ratio)) || at_start {
        return ink.edge;
    }
    let colour = if striped(look.fill(), x, row, bar.ratio) {
        ink.stripe
    } else {
        ink.fill
    };
    faded(colour, column)
}

/// Whether a pixel belongs to the mark of a goroutine that ran for less than
/// most of a column. Where it did so now and then, the mark is a line of full
/// height; where it did so all the time, a cap above the bar, since lines side
/// by side would look as if it had run throughout.
fn tick(columns: &[Column], x: usize, bar: Bar, row: u32) -> bool {
    let width = TICK as usize * bar.ratio as usize;
    let short = |column: &&Column| column.ran && column.look != Some(Look::Running);
    let ran = |columns: &[Column]| columns.iter().filter(short).count();
    if ran(&columns[(x + 1).saturating_sub(width)..=x]) == 0 {
        return false;
    }
    let near = &columns[x.saturating_sub(3 * width)..columns.len().min(x + 3 * width)];
    ran(near) <= width || row < bar.height / 4
}

fn next_is(columns: &[Column], x: usize, look: Look) -> bool {
    columns
        .get(x + 1)
        .is_some_and(|next| next.look == Some(look) && !next.begins)
}

fn shows_edge(look: Look, x: u32, ratio: u32) -> bool {
    match look.edge() {
        Edge::Line => true,
        Edge::Dots => (x / (2 * ratio)).is_multiple_of(2),
    }
}

fn striped(fill: Fill, x: u32, row: u32, ratio: u32) -> bool {
    let period = STRIPE * ratio;
    let phase = match fill {
        Fill::Solid => return false,
        Fill::Rising => (x + row) % period,
        Fill::Falling => (x + period - row % period) % period,
        Fill::Upright => x % period,
    };
    phase < STRIPE_LINE * ratio
}

/// Less opaque where the state takes less of the column, and where it is only
/// so far.
fn faded(colour: Rgba, column: &Column) -> Rgba {
    let opacity = LEAST + (255 - LEAST) * u32::from(column.share) / 255;
    let opacity = if column.so_far { SO_FAR } else { opacity };
    let [red, green, blue, own] = colour;
    [red, green, blue, (u32::from(own) * opacity / 255) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREEN: Rgba = [0, 158, 115, 255];
    const GREY: Rgba = [138, 143, 148, 255];
    const BLUE: Rgba = [0, 114, 178, 255];
    const DARK: Rgba = [0, 95, 150, 255];

    fn inks() -> Inks {
        let mut inks = Inks::default();
        for (look, fill, edge) in [
            (Look::Running, GREEN, GREEN),
            (Look::Sleep, GREY, GREY),
            (Look::Send, BLUE, DARK),
        ] {
            inks.states[look as usize] = Ink {
                fill,
                stripe: edge,
                edge,
            };
        }
        inks
    }

    fn drawn(columns: &[Column]) -> Pixels {
        let mut pixels = Pixels::default();
        pixels.clear(columns.len() as u32, 24);
        let bar = Bar {
            top: 4,
            height: 16,
            ratio: 1,
        };
        pixels.draw(columns, bar, &inks());
        pixels
    }

    fn column(look: Look) -> Column {
        Column {
            look: Some(look),
            share: 255,
            ..Column::default()
        }
    }

    #[test]
    fn running_is_full_height_and_sleep_a_thin_line() {
        let pixels = drawn(&[column(Look::Running), column(Look::Sleep)]);
        let rows = |x| (0..24).filter(|y| pixels.get(x, *y)[3] > 0).count();
        assert_eq!(rows(0), 16);
        assert_eq!(rows(1), 2);
        assert_eq!(pixels.get(0, 12), GREEN);
        assert_eq!(pixels.get(1, 11), GREY);
    }

    #[test]
    fn a_blocked_bar_is_mostly_its_own_colour_with_stripes_and_edges() {
        let pixels = drawn(&[column(Look::Send); 60]);
        let all: Vec<Rgba> = (0..60)
            .flat_map(|x| (0..24).map(move |y| (x, y)))
            .map(|(x, y)| pixels.get(x, y))
            .filter(|pixel| pixel[3] > 0)
            .collect();
        assert_eq!(all.len(), 60 * 12);
        let own = all.iter().filter(|pixel| **pixel == BLUE).count();
        assert!(own * 2 > all.len(), "{own} of {}", all.len());
        assert_eq!(pixels.get(30, 6), DARK);
        assert_eq!(pixels.get(30, 17), DARK);
    }

    #[test]
    fn a_short_run_is_a_line_and_many_short_runs_are_a_cap() {
        let mut columns = [column(Look::Send); 40];
        columns[20].ran = true;
        let pixels = drawn(&columns);
        assert!((4..20).all(|y| pixels.get(20, y) == GREEN));
        let columns = columns.map(|column| Column {
            ran: true,
            ..column
        });
        let pixels = drawn(&columns);
        assert!((18..24).all(|x| pixels.get(x, 5) == GREEN));
        assert!((18..24).any(|x| pixels.get(x, 11)[..3] == BLUE[..3]));
        assert!((18..24).all(|x| pixels.get(x, 11) != GREEN));
    }

    #[test]
    fn what_is_so_far_is_paler() {
        let so_far = Column {
            so_far: true,
            ..column(Look::Running)
        };
        assert_eq!(u32::from(drawn(&[so_far]).get(0, 12)[3]), SO_FAR);
    }

    #[test]
    fn a_lane_half_out_of_the_picture_is_drawn_in_part() {
        let mut pixels = Pixels::default();
        pixels.clear(1, 10);
        let bar = Bar {
            top: -8,
            height: 16,
            ratio: 1,
        };
        pixels.draw(&[column(Look::Running)], bar, &inks());
        assert_eq!(pixels.get(0, 7), GREEN);
        assert_eq!(pixels.get(0, 8)[3], 0);
    }
}
