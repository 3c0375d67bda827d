//! Pieces of a chart, as SVG text: labels that fit, the axis of time, bars.

use crate::markup::text;
use crate::picture::axis::time_axis;
use crate::picture::scale::Scale;

/// About the width of a letter of a label, in CSS pixels; a Chinese one has two.
const LETTER: u32 = 7;
/// How far apart the ticks of time are.
const TICKS_APART: u32 = 84;
/// How far figures stand beside a plot.
pub const BESIDE: u32 = 10;
/// The height of the axis of time, with its figures.
pub const AXIS: u32 = 24;

/// About how wide a text is.
pub fn wide(text: &str) -> u32 {
    text.chars().map(letter).sum()
}

fn letter(letter: char) -> u32 {
    match letter {
        '\u{2009}' => LETTER / 2,
        '\u{2e80}'.. => LETTER * 2,
        _ => LETTER,
    }
}

/// As much of a text as there is room for, with an ellipsis for the rest.
pub fn fit(text: &str, room: u32) -> String {
    if wide(text) <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(LETTER);
    let kept = text.chars().take_while(|one| {
        let fits = letter(*one) <= left;
        left = left.saturating_sub(letter(*one));
        fits
    });
    let mut kept: String = kept.collect();
    if !kept.is_empty() {
        kept.push('…');
    }
    kept
}

/// Where a label's `x` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At its beginning.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

/// A label, `y` at the middle of its height.
pub fn label(x: u32, y: u32, anchor: Anchor, words: &str) -> String {
    classed("channel-figure", x, y, anchor, words)
}

/// A label of a class.
pub fn classed(class: &str, x: u32, y: u32, anchor: Anchor, words: &str) -> String {
    let anchor = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    format!(
        "<text class=\"{class}\" x={x} y={y} dy=\".35em\" text-anchor={anchor}>{}</text>",
        text(words)
    )
}

/// A rectangle.
pub fn rect(class: &str, (x, y): (u32, u32), (width, height): (u32, u32)) -> String {
    format!("<rect class=\"{class}\" x={x} y={y} width={width} height={height} />")
}

/// A line from one place to another.
pub fn line(class: &str, from: (u32, u32), to: (u32, u32)) -> String {
    format!(
        "<path class={class} d=\"M{} {}L{} {}\"/>",
        from.0, from.1, to.0, to.1
    )
}

/// The axis of time below `zero`: a line, ticks and figures, the unit at the
/// left.
pub fn time(scale: &Scale, zero: u32) -> String {
    /// How long a tick is.
    const TICK: u32 = 4;
    let (left, right) = (scale.left, scale.left + scale.width);
    let middle = zero + AXIS / 2 + 2;
    let axis = time_axis(scale, TICKS_APART);
    let mut svg = line("channel-zero", (left, zero), (right, zero));
    let unit_x = left.saturating_sub(BESIDE);
    svg += &label(unit_x, middle, Anchor::End, axis.unit.symbol());
    for tick in axis.ticks {
        svg += &line("channel-zero", (tick.x, zero), (tick.x, zero + TICK));
        svg += &label(tick.x, middle, Anchor::Middle, &tick.label);
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::scale::Range;
    use proptest::prelude::*;

    #[test]
    fn a_label_that_has_no_room_ends_in_an_ellipsis() {
        assert_eq!(fit("process", 100), "process");
        assert_eq!(fit("process", 35), "proc…");
        assert_eq!(fit("通道通道", 42), "通道…");
        assert_eq!(fit("process", 3), "");
    }

    #[test]
    fn an_axis_has_its_unit_and_its_figures() {
        let svg = time(&Scale::new(Range::new(0, 2_000_000), 100, 400), 50);
        for part in [">ms</text>", ">0.5</text>", ">2</text>", "M100 50L500 50"] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
    }

    proptest! {
        #[test]
        fn what_fits_is_never_wider_than_its_room(text in ".{0,30}", room in 0u32..200) {
            prop_assert!(wide(&fit(&text, room)) <= room);
        }
    }
}
