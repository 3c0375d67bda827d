//! Arrows on the upper canvas: from whoever ended a wait to whose wait it was,
//! with the value that went along where there is room for it.

use super::marks::middle;
use super::overlay::Pen;
use crate::picture::arrows::{self, Arrow};
use crate::picture::lanes::By;
use crate::picture::walk::Chosen;

/// The length of a head.
const HEAD: f64 = 5.0;
/// The least length of an arrow with a value.
const VALUE_FITS: f64 = 30.0;
/// The most letters of a value.
const LETTERS: usize = 12;

/// The arrows to the lanes in view, if they are few.
pub(super) fn in_view(pen: &Pen<'_>) {
    let scale = &pen.layout.scale;
    let found = arrows::in_view(pen.model, pen.layout.rows.in_view(), scale.range);
    for arrow in &found {
        draw(pen, arrow, &pen.palette.ink_soft, 1.0);
    }
    // Each has the room up to the next.
    let x = |arrow: &Arrow<'_>| scale.x_exact(arrow.t_ns);
    let edge = f64::from(scale.left + scale.width);
    for (at, arrow) in found.iter().enumerate() {
        let next = found.get(at + 1).map_or(edge, x);
        value(pen, arrow, next - x(arrow));
    }
}

/// The arrow to the end of the chosen wait.
pub(super) fn chosen(pen: &Pen<'_>, chosen: Chosen) {
    if pen.by != By::Goroutine {
        return;
    }
    let Some(arrow) = arrows::of(pen.model, chosen) else {
        return;
    };
    if pen.layout.scale.shows(arrow.t_ns, arrow.t_ns) {
        draw(pen, &arrow, &pen.palette.accent, 2.0);
        value(pen, &arrow, f64::INFINITY);
    }
}

/// From the middle of one lane to the bar of the other.
fn draw(pen: &Pen<'_>, arrow: &Arrow<'_>, colour: &str, line: f64) {
    let x = pen.layout.scale.x_exact(arrow.t_ns).round() + 0.5;
    let (from, to) = (middle(pen, arrow.from), middle(pen, arrow.to));
    let down = if to > from { 1.0 } else { -1.0 };
    let (height, _) = pen.layout.rows.bar();
    let to = to - down * f64::from(height) / 2.0;
    let context = pen.context;
    context.set_stroke_style_str(colour);
    context.set_fill_style_str(colour);
    context.set_line_width(line);
    context.begin_path();
    context.move_to(x, from);
    context.line_to(x, to);
    context.move_to(x - 3.0 - line / 2.0, to - down * HEAD);
    context.line_to(x, to);
    context.line_to(x + 3.0 + line / 2.0, to - down * HEAD);
    context.stroke();
    context.fill_rect(
        x - 1.0 - line,
        from - 1.0 - line,
        2.0 + 2.0 * line,
        2.0 + 2.0 * line,
    );
}

/// The value beside an arrow, nearer to whom it went, if `room` is enough.
fn value(pen: &Pen<'_>, arrow: &Arrow<'_>, room: f64) {
    let Some(value) = arrow.value else {
        return;
    };
    let (from, to) = (middle(pen, arrow.from), middle(pen, arrow.to));
    if (to - from).abs() < VALUE_FITS {
        return;
    }
    let mut text = value.to_string();
    if let Some((cut, _)) = text.char_indices().nth(LETTERS) {
        text.truncate(cut);
        text.push('…');
    }
    let width = pen.width_of(&text) + 6.0;
    if width + 6.0 > room {
        return;
    }
    // Between the lanes, where no bar is.
    let row = f64::from(pen.layout.rows.row);
    let y = to - (to - from).signum() * row / 2.0;
    let x = pen.layout.scale.x_exact(arrow.t_ns).round() + 3.0;
    let context = pen.context;
    context.set_fill_style_str(&pen.palette.screen);
    context.fill_rect(x, y - 8.0, width, 16.0);
    context.set_text_align("left");
    pen.text(&text, x + 3.0, y + 0.5, &pen.palette.ink);
}
