//! A column of a bar, from top to bottom: everything about it that is the same
//! for all of its rows is worked out once.

use super::{Bar, Inks, Rgba};
use crate::picture::columns::Column;
use crate::picture::look::{Edge, Fill, Look};

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

/// A column of a bar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    /// So many rows from the top show that it ran.
    ran: u32,
    running: Rgba,
    /// The rows of the bar itself.
    top: u32,
    bottom: u32,
    /// How many rows at its top and bottom are its edge.
    edges: u32,
    edge: Rgba,
    fill: Rgba,
    stripe: Rgba,
    stripes: Option<Stripes>,
}

/// Stripes across a bar: their place moves by `step` from row to row.
#[derive(Clone, Copy, Debug)]
struct Stripes {
    first: u32,
    step: u32,
    period: u32,
    line: u32,
}

impl Stroke {
    /// The colour in a row; none beside the bar.
    pub(super) fn at(&self, row: u32) -> Option<Rgba> {
        if row < self.ran {
            return Some(self.running);
        }
        if row < self.top || row >= self.bottom {
            return None;
        }
        if row < self.top + self.edges || row + self.edges >= self.bottom {
            return Some(self.edge);
        }
        Some(match &self.stripes {
            Some(stripes) if stripes.cover(row - self.top) => self.stripe,
            _ => self.fill,
        })
    }
}

impl Stripes {
    fn new(fill: Fill, x: u32, ratio: u32) -> Option<Stripes> {
        let period = STRIPE * ratio;
        let step = match fill {
            Fill::Solid => return None,
            Fill::Rising => 1,
            Fill::Falling => period - 1,
            Fill::Upright => 0,
        };
        Some(Stripes {
            first: x % period,
            step,
            period,
            line: STRIPE_LINE * ratio,
        })
    }

    fn cover(&self, row: u32) -> bool {
        (self.first + row * self.step) % self.period < self.line
    }
}

/// The strokes of a lane; none where nothing is known of it.
pub(super) fn strokes(
    strokes: &mut Vec<Option<Stroke>>,
    columns: &[Column],
    bar: Bar,
    inks: &Inks,
) {
    strokes.clear();
    strokes.extend((0..columns.len()).map(|x| {
        let look = columns[x].look?;
        Some(stroke(columns, x, look, bar, inks))
    }));
}

fn stroke(columns: &[Column], x: usize, look: Look, bar: Bar, inks: &Inks) -> Stroke {
    let column = &columns[x];
    let ink = &inks.states[look as usize];
    let height = (bar.height * look.eighths() / 8).max(bar.ratio);
    let top = (bar.height - height) / 2;
    let begins = column.begins
        && columns
            .get(x + 1)
            .is_some_and(|next| next.look == Some(look) && !next.begins);
    let dotted = look.edge() == Edge::Dots && !(x as u32 / (2 * bar.ratio)).is_multiple_of(2);
    let edges = match height {
        _ if begins => height,
        // Of a thin line nothing would be left.
        thin if thin <= 2 * bar.ratio => 0,
        _ if dotted => 0,
        _ => bar.ratio,
    };
    Stroke {
        ran: ran(columns, x, look, bar),
        running: inks.states[Look::Running as usize].fill,
        top,
        bottom: top + height,
        edges,
        edge: ink.edge,
        fill: faded(ink.fill, column),
        stripe: faded(ink.stripe, column),
        stripes: Stripes::new(look.fill(), x as u32, bar.ratio),
    }
}

/// How many rows mark that the goroutine ran for less than most of a column.
/// Where it did so now and then, the mark is a line of full height; where it
/// did so all the time, a cap above the bar, since lines side by side would
/// look as if it had run throughout.
fn ran(columns: &[Column], x: usize, look: Look, bar: Bar) -> u32 {
    if look == Look::Running {
        return 0;
    }
    let width = TICK as usize * bar.ratio as usize;
    let short = |column: &&Column| column.ran && column.look != Some(Look::Running);
    let count = |columns: &[Column]| columns.iter().filter(short).count();
    if count(&columns[(x + 1).saturating_sub(width)..=x]) == 0 {
        return 0;
    }
    let near = &columns[x.saturating_sub(3 * width)..columns.len().min(x + 3 * width)];
    if count(near) <= width {
        bar.height
    } else {
        bar.height / 4
    }
}

/// Less opaque where the state takes less of the column, and where it is only
/// so far.
fn faded(colour: Rgba, column: &Column) -> Rgba {
    let opacity = LEAST + (255 - LEAST) * u32::from(column.share) / 255;
    let opacity = if column.so_far { SO_FAR } else { opacity };
    let [red, green, blue, own] = colour;
    [red, green, blue, (u32::from(own) * opacity / 255) as u8]
}
