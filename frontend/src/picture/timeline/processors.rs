//! The lanes of Ps on the upper canvas: names, what ran in each bar, signs, the
//! lines from whom a P stole, and the lengths of the queues.

use web_sys::Path2d;

use super::marks;
use super::overlay::Pen;
use crate::model::processor::{Does, Line, Processor, What};
use crate::picture::levels::{self, Levels};
use crate::picture::rows::Rows;
use crate::picture::sentence::processor::Part;
use crate::picture::signs::{self, Drawn, HALF, Mark};
use crate::picture::words;

/// The least width of a bar with a name in it.
const NAME_FITS: u32 = 28;
/// Room between a bar and a name's plate.
const PLATE: f64 = 4.0;

/// The part of a lane at a height in the frame.
pub fn part_at(rows: &Rows, row: usize, y: f64) -> Part {
    let (height, below) = rows.bar();
    let y = y - rows.top(row) as f64;
    if y < signs_end(rows) {
        Part::Signs
    } else if y > f64::from(below + height) {
        Part::Queue
    } else {
        Part::Bar
    }
}

/// How far down a lane its signs reach: into a bar that is low.
fn signs_end(rows: &Rows) -> f64 {
    let (_, below) = rows.bar();
    f64::from(below).max(2.0 * HALF)
}

/// What a lane is called: a P, or the global queue.
pub(super) fn name(pen: &Pen<'_>, row: usize) -> String {
    if row < pen.model.processors().list().len() {
        format!("P{row}")
    } else {
        words::global_queue(pen.lang).into()
    }
}

/// Everything that is marked on a lane.
pub(super) fn lane(pen: &Pen<'_>, row: usize) {
    let processors = pen.model.processors();
    let rows = &pen.layout.rows;
    let (height, below) = rows.bar();
    let Some(processor) = processors.list().get(row) else {
        queue(pen, row, processors.global(), (rows.row - 4, rows.row - 6));
        return;
    };
    queue(pen, row, &processor.queue, (rows.row - 1, below - 2));
    names(pen, row, processor);
    let drawn = signs::drawn(processor, &pen.layout.scale);
    for sign in &drawn {
        self::sign(pen, row, processor, sign, f64::from(height));
    }
}

/// The goroutines that ran, in bars that are wide enough: each of those covers
/// one of the points that are looked at.
fn names(pen: &Pen<'_>, row: usize, processor: &Processor) {
    let scale = &pen.layout.scale;
    let y = marks::middle(pen, row);
    let mut last = usize::MAX;
    for x in (scale.left..scale.left + scale.width).step_by(NAME_FITS as usize) {
        let index = processor.first_after(scale.t_ns(f64::from(x)));
        let Some(stretch) = processor.stretches.get(index).filter(|_| index != last) else {
            continue;
        };
        last = index;
        if stretch.does == Does::Idles {
            continue;
        }
        let left = scale.x_exact(stretch.from_ns);
        let right = scale.x_exact(stretch.to_ns(pen.shown_ns));
        let name = pen.model.goroutine_name(stretch.g);
        let width = pen.width_of(&name) + 2.0 * PLATE;
        if width + 2.0 * PLATE > right - left {
            continue;
        }
        let x = ((left + right - width) / 2.0).round();
        pen.context.set_fill_style_str(&pen.palette.screen);
        pen.context.fill_rect(x, y - 8.0, width, 16.0);
        pen.context.set_text_align("left");
        pen.text(&name, x + PLATE, y + 0.5, &pen.palette.ink);
    }
}

/// A sign above its bar, with a line from the lane of whom was stolen from.
fn sign(pen: &Pen<'_>, row: usize, processor: &Processor, drawn: &Drawn, bar: f64) {
    let (context, palette) = (pen.context, pen.palette);
    let sign = &processor.signs[drawn.index];
    let x = drawn.x.round();
    let middle = marks::middle(pen, row);
    let y = (middle - bar / 2.0 - HALF - 2.0).max(pen.layout.rows.top(row) as f64 + HALF + 1.0);
    context.set_line_width(1.5);
    if let What::Stole { from, .. } = sign.what
        && usize::from(from) != row
        && usize::from(from) < pen.model.processors().list().len()
    {
        let victim = marks::middle(pen, usize::from(from));
        let up = if victim < y { HALF } else { -HALF };
        context.set_stroke_style_str(&palette.accent);
        context.begin_path();
        context.move_to(x, victim);
        context.line_to(x, y - up);
        context.stroke();
        context.set_fill_style_str(&palette.accent);
        context.fill_rect(x - 2.5, victim - 2.5, 5.0, 5.0);
    }
    context.save();
    // It fails only for numbers that are none.
    let _ = context.translate(x, y);
    context.set_fill_style_str(&palette.screen);
    context.fill_rect(-HALF, -HALF - 1.0, 2.0 * HALF, 2.0 * HALF + 2.0);
    context.set_stroke_style_str(&palette.ink);
    if let Ok(path) = Path2d::new_with_path_string(Mark::of(&sign.what).path()) {
        context.stroke_with_path(&path);
    }
    context.restore();
}

/// The length of a queue as a line of steps: where its zero lies in the lane,
/// and how high its peak.
fn queue(pen: &Pen<'_>, row: usize, line: &Line, (zero, height): (u32, u32)) {
    if line.peak == 0 {
        return;
    }
    let levels = Levels {
        zero,
        height,
        max: line.peak,
    };
    let drawn = levels::draw(
        line.from_ns,
        &line.steps,
        pen.model.gaps(),
        &pen.layout.scale,
        &levels,
        pen.shown_ns,
    );
    let context = pen.context;
    context.save();
    // It fails only for numbers that are none.
    let _ = context.translate(0.5, pen.layout.rows.top(row) as f64 - 0.5);
    context.set_line_width(1.0);
    context.set_stroke_style_str(&pen.palette.ink_soft);
    if let Ok(path) = Path2d::new_with_path_string(&drawn.line) {
        context.stroke_with_path(&path);
    }
    context.restore();
}
