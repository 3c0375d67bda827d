//! Marks on the lanes: signs and words in bars, ends, holes, hand-overs.

use super::overlay::Pen;
use crate::figures;
use crate::model::{Gap, Lane, LaneEnd, Span, SpanEnd};
use crate::picture::look::{Look, Sign};
use crate::picture::records;
use crate::picture::words;

/// The least width of a bar that bears a sign, and of a low one.
const SIGN_FITS: f64 = 22.0;
const SIGN_FITS_LOW: f64 = 44.0;
/// The least height of a bar that bears words.
const WORDS_FIT: u32 = 24;
/// The side of a sign.
const SIGN: f64 = 8.0;
/// How far apart the lines of a hatching are.
const HATCH: f64 = 7.0;

/// Everything that is marked on a lane. Its spans may be a million, so only
/// those are looked at that can bear something: a bar that is wide enough for a
/// sign covers one of the points that are asked for.
pub(super) fn lane(pen: &Pen<'_>, index: usize) {
    let lane = &pen.model.lanes()[index];
    let scale = &pen.layout.scale;
    let (left, fits) = (f64::from(scale.left), sign_fits(pen));
    let points = (f64::from(scale.width) / fits) as usize + 1;
    let mut last = usize::MAX;
    for x in (0..=points).map(|point| left + point as f64 * fits) {
        let at = lane.first_after(scale.t_ns(x));
        let Some(span) = lane.spans.get(at).filter(|_| at != last) else {
            continue;
        };
        last = at;
        let left = scale.x_exact(span.from_ns);
        let right = scale.x_exact(span.to_ns(pen.shown_ns));
        if right - left >= fits {
            words_in_bar(pen, index, span, left, right);
        }
    }
    open_ends(pen, index, lane);
    for recovery in &lane.recoveries {
        recovered(pen, index, recovery.t_ns);
    }
    match &lane.end {
        Some(LaneEnd::Returned { t_ns }) => notch(pen, index, *t_ns, false),
        Some(LaneEnd::Panicked { t_ns, .. }) => notch(pen, index, *t_ns, true),
        None => {}
    }
}

/// Torn ends: at gaps, and at the end of a run that was cut short.
fn open_ends(pen: &Pen<'_>, index: usize, lane: &Lane) {
    let range = pen.layout.scale.range;
    let near = |gap: &&Gap| gap.to_ns >= range.from_ns && gap.from_ns <= range.to_ns;
    let gaps = pen.model.gaps().iter().filter(near);
    let before = gaps.map(|gap| lane.spans.partition_point(|span| span.from_ns < gap.to_ns));
    for after in before.chain([lane.spans.len()]) {
        let span = after.checked_sub(1).and_then(|at| lane.spans.get(at));
        if let Some(SpanEnd::Cut(to_ns)) = span.map(|span| span.end) {
            open_end(pen, index, to_ns);
        }
    }
}

/// Signs in low bars side by side would look like holes in one long bar.
fn sign_fits(pen: &Pen<'_>) -> f64 {
    let (height, _) = pen.layout.rows.bar();
    if height < WORDS_FIT {
        SIGN_FITS_LOW
    } else {
        SIGN_FITS
    }
}

pub(super) fn middle(pen: &Pen<'_>, index: usize) -> f64 {
    pen.layout.rows.top(index) as f64 + f64::from(pen.layout.rows.row) / 2.0
}

/// The sign of a wait on a plate of the ground's colour, and with more room the
/// operation and how long it took.
fn words_in_bar(pen: &Pen<'_>, index: usize, span: &Span, left: f64, right: f64) {
    let look = Look::of(&span.state);
    let (Some(sign), Some(wait)) = (look.sign(), span.wait()) else {
        return;
    };
    let y = middle(pen, index);
    let room = right - left - 12.0;
    let operation = records::operation(wait.reason, wait.ordinal, pen.lang);
    let time = figures::duration(span.duration_ns(pen.shown_ns));
    let (height, _) = pen.layout.rows.bar();
    let texts = match operation.is_empty() {
        // A low bar would vanish behind words.
        _ if height < WORDS_FIT => [String::new(), String::new()],
        true => [time.clone(), String::new()],
        false => [format!("{operation} · {time}"), operation],
    };
    let text = texts
        .into_iter()
        .find(|text| !text.is_empty() && pen.width_of(text) + SIGN + 12.0 <= room)
        .unwrap_or_default();
    let text_width = if text.is_empty() {
        0.0
    } else {
        pen.width_of(&text) + 4.0
    };
    let width = SIGN + 8.0 + text_width;
    // In the middle of what is seen of the bar.
    let x = ((left + right - width) / 2.0).round();
    let context = pen.context;
    context.set_fill_style_str(&pen.palette.screen);
    // The edges of the bar stay whole.
    let plate = match text.is_empty() {
        _ if height < WORDS_FIT => 5.0,
        true => 6.0,
        false => 8.0,
    };
    context.fill_rect(x, y - plate, width, 2.0 * plate);
    draw_sign(pen, sign, x + 4.0 + SIGN / 2.0, y, pen.palette.text(look));
    if !text.is_empty() {
        context.set_text_align("left");
        pen.text(&text, x + SIGN + 8.0, y + 0.5, pen.palette.text(look));
    }
}

fn draw_sign(pen: &Pen<'_>, sign: Sign, x: f64, y: f64, colour: &str) {
    let context = pen.context;
    let half = SIGN / 2.0;
    context.set_fill_style_str(colour);
    context.set_stroke_style_str(colour);
    context.set_line_width(1.5);
    context.begin_path();
    match sign {
        Sign::Up | Sign::Down => {
            let tip = if sign == Sign::Up { -half } else { half };
            context.move_to(x, y - tip);
            context.line_to(x, y + tip);
            context.move_to(x - 3.0, y + tip * 0.2);
            context.line_to(x, y + tip);
            context.line_to(x + 3.0, y + tip * 0.2);
            context.stroke();
        }
        Sign::Diamond => {
            context.move_to(x, y - half);
            context.line_to(x + half, y);
            context.line_to(x, y + half);
            context.line_to(x - half, y);
            context.close_path();
            context.stroke();
        }
        Sign::Lock => {
            context.fill_rect(x - 3.5, y - 0.5, 7.0, 5.0);
            // It fails only for a negative radius.
            let _ = context.arc(x, y - 0.5, 2.5, std::f64::consts::PI, 0.0);
            context.stroke();
        }
        Sign::Square => context.stroke_rect(x - 3.0, y - 3.0, 6.0, 6.0),
        Sign::Ring => {
            // It fails only for a negative radius.
            let _ = context.arc(x, y, 3.5, 0.0, std::f64::consts::TAU);
            context.stroke();
        }
    }
}

/// The end of a goroutine: a line with feet, red and crossed if it panicked.
fn notch(pen: &Pen<'_>, index: usize, t_ns: u64, panicked: bool) {
    if !pen.layout.scale.shows(t_ns, t_ns) {
        return;
    }
    let x = pen.layout.scale.x_exact(t_ns).round();
    let y = middle(pen, index);
    let (height, _) = pen.layout.rows.bar();
    let half = f64::from(height) / 2.0;
    let context = pen.context;
    let colour = if panicked {
        &pen.palette.panicked
    } else {
        &pen.palette.ended
    };
    context.set_fill_style_str(colour);
    context.fill_rect(x, y - half, 2.0, 2.0 * half);
    context.fill_rect(x - 3.0, y - half, 5.0, 2.0);
    context.fill_rect(x - 3.0, y + half - 2.0, 5.0, 2.0);
    if panicked {
        cross(pen, x + 8.0, y, colour);
    }
}

/// A panic that was recovered: the cross alone, above the bar.
fn recovered(pen: &Pen<'_>, index: usize, t_ns: u64) {
    if pen.layout.scale.shows(t_ns, t_ns) {
        let (height, _) = pen.layout.rows.bar();
        let y = middle(pen, index) - f64::from(height) / 2.0;
        let x = pen.layout.scale.x_exact(t_ns);
        cross(pen, x, y, &pen.palette.panicked);
    }
}

fn cross(pen: &Pen<'_>, x: f64, y: f64, colour: &str) {
    let context = pen.context;
    context.set_stroke_style_str(colour);
    context.set_line_width(2.0);
    context.begin_path();
    context.move_to(x - 3.0, y - 3.0);
    context.line_to(x + 3.0, y + 3.0);
    context.move_to(x + 3.0, y - 3.0);
    context.line_to(x - 3.0, y + 3.0);
    context.stroke();
}

/// A torn end: the state lasted at least so long.
fn open_end(pen: &Pen<'_>, index: usize, t_ns: u64) {
    if !pen.layout.scale.shows(t_ns, t_ns) {
        return;
    }
    let x = pen.layout.scale.x_exact(t_ns);
    let y = middle(pen, index);
    let (height, _) = pen.layout.rows.bar();
    let top = y - f64::from(height) / 2.0;
    let tooth = f64::from(height) / 4.0;
    let context = pen.context;
    context.set_stroke_style_str(&pen.palette.ink_soft);
    context.set_line_width(1.5);
    context.begin_path();
    context.move_to(x, top);
    for step in 1..=4 {
        let side = if step % 2 == 1 { 3.0 } else { 0.0 };
        context.line_to(x + side, top + f64::from(step) * tooth);
    }
    context.stroke();
}

/// Hatching over all lanes where events were not kept, with their count.
pub(super) fn gaps(pen: &Pen<'_>) {
    let top = f64::from(pen.layout.lanes_top());
    let bottom = top + f64::from(pen.layout.rows.view);
    for gap in pen.model.gaps() {
        if pen.layout.scale.shows(gap.from_ns, gap.to_ns) {
            hatch(pen, gap, top, bottom);
        }
    }
}

fn hatch(pen: &Pen<'_>, gap: &Gap, top: f64, bottom: f64) {
    /// A hole narrower than this would not be seen.
    const NARROWEST: f64 = 3.0;
    let context = pen.context;
    let left = pen.layout.scale.x_exact(gap.from_ns);
    let width = (pen.layout.scale.x_exact(gap.to_ns) - left).max(NARROWEST);
    context.save();
    context.begin_path();
    context.rect(left, top, width, bottom - top);
    context.clip();
    context.set_fill_style_str(&pen.palette.screen);
    context.fill_rect(left, top, width, bottom - top);
    context.set_stroke_style_str(&pen.palette.dropped);
    context.set_line_width(1.0);
    context.begin_path();
    let height = bottom - top;
    let mut x = left - height;
    while x < left + width {
        context.move_to(x, bottom);
        context.line_to(x + height, top);
        x += HATCH;
    }
    context.stroke();
    context.restore();
    count_in_words(pen, gap.count, (left, width), (top, height));
}

/// How many events are missing: across the hatching, or up along it.
fn count_in_words(pen: &Pen<'_>, count: u64, (left, width): (f64, f64), (top, height): (f64, f64)) {
    /// The height of a line of text with its plate.
    const LINE: f64 = 20.0;
    let context = pen.context;
    let text = words::dropped(count, pen.lang);
    let length = pen.width_of(&text) + 12.0;
    let across = length + 4.0 <= width;
    if !across && (width < LINE + 4.0 || height < length + 4.0) {
        return;
    }
    context.save();
    // It fails only for numbers that are none.
    let _ = context.translate(left + width / 2.0, top + height / 2.0);
    if !across {
        let _ = context.rotate(-std::f64::consts::FRAC_PI_2);
    }
    context.set_fill_style_str(&pen.palette.screen);
    context.fill_rect(-length / 2.0, -LINE / 2.0, length, LINE);
    context.set_text_align("center");
    pen.text(&text, 0.0, 0.5, &pen.palette.dropped_text);
    context.restore();
}
