//! The cursor and the marked interval over the lanes, as SVG text.
//!
//! They lie in an element of their own above the canvases, so that moving them
//! draws nothing else anew.

use super::words;
use crate::figures::duration;
use crate::i18n::Lang;
use crate::picture::rows::AXIS_HEIGHT;
use crate::picture::scale::Scale;

/// What the reader has marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Marked {
    /// Nothing.
    #[default]
    Nothing,
    /// One end; the other is to come.
    From(u64),
    /// An interval that the pointer still draws.
    Drawn { from_ns: u64, to_ns: u64 },
    /// An interval, of at least a nanosecond.
    Between { from_ns: u64, to_ns: u64 },
}

impl Marked {
    /// After a mark at `t_ns`: the second of two ends an interval.
    pub fn mark(self, t_ns: u64) -> Marked {
        match self {
            Marked::From(one) if one != t_ns => Marked::between(one, t_ns),
            _ => Marked::From(t_ns),
        }
    }

    /// From the earlier to the later of two times; nothing if they are one.
    pub fn between(one: u64, other: u64) -> Marked {
        if one == other {
            return Marked::Nothing;
        }
        Marked::Between {
            from_ns: one.min(other),
            to_ns: one.max(other),
        }
    }

    /// The interval that is marked, once it is.
    pub fn interval(self) -> Option<(u64, u64)> {
        match self {
            Marked::Between { from_ns, to_ns } => Some((from_ns, to_ns)),
            _ => None,
        }
    }
}

/// The cursor and the interval where they are in view, over `height` pixels.
pub fn svg(
    scale: &Scale,
    height: u32,
    cursor_ns: Option<u64>,
    marked: Marked,
    lang: Lang,
) -> String {
    let mut svg = format!(
        "<svg width=\"{}\" height=\"{height}\">",
        scale.left + scale.width + 1
    );
    match marked {
        Marked::Nothing => {}
        Marked::From(from_ns) => {
            if scale.shows(from_ns, from_ns) {
                let x = scale.x(from_ns);
                svg += &format!(
                    "<path class=timeline-mark data-testid=timeline-mark data-ns={from_ns} \
                     d=\"M{x} {AXIS_HEIGHT}V{height}\"/>"
                );
            }
        }
        Marked::Drawn { from_ns, to_ns } | Marked::Between { from_ns, to_ns } => {
            if scale.shows(from_ns, to_ns) {
                svg += &band(scale, height, from_ns, to_ns, lang);
            }
        }
    }
    if let Some(t_ns) = cursor_ns.filter(|t_ns| scale.shows(*t_ns, *t_ns)) {
        let x = scale.x(t_ns);
        svg += &format!(
            "<g class=timeline-cursor data-testid=timeline-cursor data-ns={t_ns} data-x={x}>\
             <path d=\"M{x} 12V{height}\"/><path d=\"M{x} 14l-6-6V0h12V8z\"/></g>"
        );
    }
    svg + "</svg>"
}

/// The interval with its ends and its length.
fn band(scale: &Scale, height: u32, from_ns: u64, to_ns: u64, lang: Lang) -> String {
    /// A narrower one has no room for its length.
    const WIDE: u32 = 60;
    let (left, right) = (scale.x(from_ns), scale.x(to_ns));
    let width = (right - left).max(1);
    let mut svg = format!(
        "<g class=timeline-band data-testid=timeline-band data-from-ns={from_ns} \
         data-to-ns={to_ns}><rect x=\"{left}\" y=\"{AXIS_HEIGHT}\" width=\"{width}\" \
         height=\"{}\"/>",
        height.saturating_sub(AXIS_HEIGHT)
    );
    // An end beyond the edge is not drawn at the edge.
    for (t_ns, x) in [(from_ns, left), (to_ns, right)] {
        if scale.shows(t_ns, t_ns) {
            svg += &format!("<path d=\"M{x} {AXIS_HEIGHT}V{height}\"/>");
        }
    }
    if width >= WIDE {
        svg += &format!(
            "<text x=\"{}\" y=\"{}\">{}</text>",
            left + width / 2,
            height.saturating_sub(8),
            words::long(&duration(to_ns - from_ns), lang)
        );
    }
    svg + "</g>"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::scale::Range;

    fn scale() -> Scale {
        Scale::new(Range::new(1_000_000, 2_000_000), 100, 1_000)
    }

    #[test]
    fn two_marks_make_an_interval_and_a_third_begins_anew() {
        let one = Marked::Nothing.mark(500);
        assert_eq!(one, Marked::From(500));
        // Twice at one time is no interval.
        assert_eq!(one.mark(500), Marked::From(500));
        let two = one.mark(200);
        assert_eq!(two.interval(), Some((200, 500)));
        assert_eq!(two.mark(900), Marked::From(900));
        assert_eq!(Marked::between(7, 7), Marked::Nothing);
    }

    #[test]
    fn the_cursor_stands_at_its_time_and_only_in_view() {
        let drawn = svg(&scale(), 200, Some(1_250_000), Marked::Nothing, Lang::En);
        assert!(drawn.contains("data-ns=1250000 data-x=350"), "{drawn}");
        let beyond = svg(&scale(), 200, Some(2_000_001), Marked::Nothing, Lang::En);
        assert!(!beyond.contains("data-ns"), "{beyond}");
    }

    #[test]
    fn a_band_is_cut_at_the_edges_and_says_how_long_it_is() {
        let marked = Marked::between(1_500_000, 500_000);
        let drawn = svg(&scale(), 200, None, marked, Lang::En);
        assert!(
            drawn.contains("x=\"100\" y=\"28\" width=\"500\""),
            "{drawn}"
        );
        assert!(drawn.contains("1\u{2009}ms long"), "{drawn}");
        // Of its two ends one is in view.
        assert_eq!(drawn.matches("<path").count(), 1, "{drawn}");
        let narrow = svg(
            &scale(),
            200,
            None,
            Marked::between(1_500_000, 1_500_001),
            Lang::En,
        );
        assert!(
            narrow.contains("width=\"1\"") && !narrow.contains("<text"),
            "{narrow}"
        );
    }
}
