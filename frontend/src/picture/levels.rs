//! A channel's occupancy to a line of steps, as an SVG path.
//!
//! At most a few points a column of pixels, however many steps there are: a
//! column in which the occupancy moved shows from its least to its most.

use std::fmt::Write;

use super::scale::Scale;
use crate::model::channel::Step;
use crate::model::{Channel, Gap};

/// Where the levels of a plot lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    /// The height of level 0, from the top.
    pub zero: u32,
    /// How far above it the level `max` lies.
    pub height: u32,
    /// The highest level.
    pub max: u32,
}

impl Levels {
    /// The height of a level, from the top.
    pub fn y(&self, level: u32) -> u32 {
        let level = u64::from(level.min(self.max));
        let above = level * u64::from(self.height) / u64::from(self.max.max(1));
        self.zero - above as u32
    }
}

/// An occupancy, drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// The line.
    pub line: String,
    /// The area below it.
    pub area: String,
}

/// What a column of pixels saw.
#[derive(Clone, Copy)]
struct Seen {
    x: u32,
    enter: u32,
    least: u32,
    most: u32,
    last: u32,
}

/// Draws the occupancy of what was made at `made_ns` up to `shown_ns`; nothing
/// where events were not kept.
pub fn draw(
    made_ns: u64,
    steps: &[Step],
    gaps: &[Gap],
    scale: &Scale,
    levels: &Levels,
    shown_ns: u64,
) -> Drawn {
    let mut drawn = Drawn::default();
    let mut from_ns = made_ns;
    for gap in gaps {
        if gap.to_ns < made_ns {
            continue;
        }
        piece(&mut drawn, steps, scale, levels, from_ns, gap.from_ns);
        from_ns = gap.to_ns;
    }
    piece(&mut drawn, steps, scale, levels, from_ns, shown_ns);
    drawn
}

/// Draws what is known between two times. What was known before is forgotten.
fn piece(
    drawn: &mut Drawn,
    steps: &[Step],
    scale: &Scale,
    levels: &Levels,
    from_ns: u64,
    to_ns: u64,
) {
    let to_ns = to_ns.min(scale.range.to_ns);
    // What happened before the view still decides the level at its left edge.
    let known = steps.partition_point(|step| step.t_ns < from_ns);
    let end = steps.partition_point(|step| step.t_ns <= to_ns);
    let Some(steps) = steps.get(known..end).filter(|s| !s.is_empty()) else {
        return;
    };
    let before = steps.partition_point(|step| step.t_ns <= scale.range.from_ns);
    let (level, start_ns) = match before.checked_sub(1) {
        Some(index) => (steps[index].len, scale.range.from_ns),
        None => (steps[0].len, steps[0].t_ns),
    };
    if start_ns > to_ns {
        return;
    }
    let left = scale.x(start_ns);
    let mut path = String::new();
    let _ = write!(path, "M{left} {}", levels.y(level));
    let mut seen: Option<Seen> = None;
    let mut level = level;
    for step in &steps[before..] {
        let x = scale.x(step.t_ns);
        if let Some(whole) = seen.filter(|seen| seen.x != x) {
            column(&mut path, levels, &whole);
            seen = None;
        }
        let column = seen.get_or_insert(Seen {
            x,
            enter: level,
            least: level,
            most: level,
            last: level,
        });
        column.least = column.least.min(step.len);
        column.most = column.most.max(step.len);
        column.last = step.len;
        level = step.len;
    }
    if let Some(seen) = seen {
        column(&mut path, levels, &seen);
    }
    let right = scale.x(to_ns);
    let _ = write!(path, "H{right}");
    let _ = write!(drawn.area, "{path}V{0}H{left}Z", levels.zero);
    drawn.line.push_str(&path);
}

fn column(path: &mut String, levels: &Levels, seen: &Seen) {
    let _ = write!(path, "H{}", seen.x);
    // A plain step needs only its end; a move up and down its extremes too.
    for level in [seen.least, seen.most] {
        if level != seen.enter && level != seen.last {
            let _ = write!(path, "V{}", levels.y(level));
        }
    }
    let _ = write!(path, "V{}", levels.y(seen.last));
}

/// The columns in which a value went from hand to hand, each once.
pub fn hand_overs(channel: &Channel, scale: &Scale) -> Vec<u32> {
    let first = channel
        .steps
        .partition_point(|step| step.t_ns < scale.range.from_ns);
    let mut columns: Vec<u32> = channel.steps[first..]
        .iter()
        .take_while(|step| step.t_ns <= scale.range.to_ns)
        .filter(|step| step.hand_over)
        .map(|step| scale.x(step.t_ns))
        .collect();
    columns.dedup();
    columns
}

/// How many values a channel held at a time; `None` before it was made and
/// where events were not kept.
pub fn held_at(channel: &Channel, gaps: &[Gap], t_ns: u64) -> Option<u32> {
    let after = channel.steps.partition_point(|step| step.t_ns <= t_ns);
    let step = channel.steps[..after].last()?;
    let unknown = gaps
        .iter()
        .any(|gap| gap.from_ns <= t_ns && gap.to_ns > step.t_ns);
    (!unknown).then_some(step.len)
}
