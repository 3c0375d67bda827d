//! The waterfall as SVG and HTML text: a bar for each row, and what the program
//! said of one span.

use super::rows::{Row, Rows};
use super::words::{self, Head};
use crate::figures::duration;
use crate::i18n::Lang;
use crate::markup::text;
use crate::model::{Model, SpanEnd, Traced};
use crate::picture::charts::plot::{Anchor, classed, fit, label, rect, wide};
use crate::picture::scale::Scale;

/// The height of a row, in CSS pixels.
pub const ROW: u32 = 24;
/// How far a row is further right than the one it is part of.
const INDENT: u32 = 10;
/// Rows deeper than this stand as far right as those of this depth: the names
/// need their room.
const MAX_INDENTS: u32 = 5;
/// Room for the sign that folds.
pub const FOLD: u32 = 14;
/// The narrowest bar that is seen.
const NARROWEST: u32 = 2;
/// Above and below a bar.
const MARGIN: u32 = 5;

/// How far right the name of a row begins.
pub fn indent(row: &Row) -> u32 {
    row.depth.min(MAX_INDENTS) * INDENT
}

/// The rows, for the inside of an `<svg>`; `at` is the one that is chosen.
pub fn svg(
    model: &Model,
    rows: &Rows,
    scale: &Scale,
    at: Option<usize>,
    shown_ns: u64,
    lang: Lang,
) -> String {
    let mut svg = String::new();
    for (index, row) in rows.rows.iter().enumerate() {
        let top = index as u32 * ROW;
        if at == Some(index) {
            let width = scale.left + scale.width;
            svg += &rect("span-chosen", (0, top), (width, ROW));
        }
        if let Some(span) = model.trace().kept().get(row.index as usize) {
            svg += &name(row, span, top, scale.left);
            svg += &bar(span, top, scale, shown_ns, lang);
        }
    }
    svg
}

/// The name of a row, at the left.
fn name(row: &Row, span: &Traced, top: u32, left: u32) -> String {
    let (from, middle) = (indent(row), top + ROW / 2);
    let mut svg = String::new();
    if row.has_children {
        let sign = if row.is_folded { "▸" } else { "▾" };
        svg += &label(from, middle, Anchor::Start, sign);
    }
    let room = left.saturating_sub(from + FOLD + 4);
    svg + &label(from + FOLD, middle, Anchor::Start, &fit(&span.name, room))
}

/// Its bar, with how long it lasted beside it, where there is more room.
fn bar(span: &Traced, top: u32, scale: &Scale, shown_ns: u64, lang: Lang) -> String {
    let to_ns = span.to_ns(shown_ns);
    if !scale.shows(span.from_ns, to_ns) {
        return String::new();
    }
    let (from, to) = (scale.x(span.from_ns), scale.x(to_ns));
    let width = (to - from).max(NARROWEST);
    let class = match (span.failed, matches!(span.end, SpanEnd::At(_))) {
        (false, true) => "span-bar",
        (false, false) => "span-bar span-cut",
        (true, true) => "span-bar span-failed",
        (true, false) => "span-bar span-failed span-cut",
    };
    let mut words = words::lasted(span, shown_ns, lang);
    if span.failed {
        words = format!("✕ {} {words}", words::failed(lang));
    }
    let (room, middle) = (wide(&words) + 6, top + ROW / 2);
    let right = scale.left + scale.width;
    let beside = if from + width + room <= right {
        label(from + width + 6, middle, Anchor::Start, &words)
    } else if scale.left + room <= from {
        label(from - 6, middle, Anchor::End, &words)
    } else {
        let words = fit(&words, width.saturating_sub(8));
        classed("span-inside", from + 6, middle, Anchor::Start, &words)
    };
    rect(class, (from, top + MARGIN), (width, ROW - 2 * MARGIN)) + &beside
}

/// What is known of a span, as the rows of a table.
pub fn details(model: &Model, span: &Traced, shown_ns: u64, lang: Lang) -> String {
    let mut html = String::from("<table class=records data-testid=span-details><tbody>");
    let mut row = |name: &str, value: &str| {
        html += &format!(
            "<tr><th scope=row>{}</th><td>{}</td></tr>",
            text(name),
            text(value)
        );
    };
    let status = if span.failed {
        words::failed(lang)
    } else {
        "ok"
    };
    let place = model.place(span.at).map(ToString::to_string);
    for (head, value) in [
        (Head::Span, &*span.name),
        (Head::Goroutine, &model.goroutine_name(span.g)),
        (Head::From, &duration(span.from_ns)),
        (Head::Lasted, &words::lasted(span, shown_ns, lang)),
        (Head::Status, status),
        (Head::Place, place.as_deref().unwrap_or("–")),
    ] {
        row(head.say(lang), value);
    }
    for (key, value) in &span.attributes {
        row(key, &value.to_string());
    }
    for (t_ns, error) in &span.errors {
        row(&words::error_at(*t_ns, lang), error);
    }
    if span.more > 0 {
        row("", &words::more_details(span.more, lang));
    }
    html + "</tbody></table>"
}

/// Every row as a line of a table.
pub fn table(model: &Model, rows: &Rows, shown_ns: u64, lang: Lang) -> String {
    let heads = [
        Head::Span,
        Head::Goroutine,
        Head::From,
        Head::Lasted,
        Head::Status,
    ];
    let mut html = String::from("<thead><tr>");
    for head in heads {
        html += &format!("<th scope=col>{}</th>", head.say(lang));
    }
    html += "</tr></thead><tbody>";
    for row in &rows.rows {
        let Some(span) = model.trace().kept().get(row.index as usize) else {
            continue;
        };
        html += &format!(
            "<tr data-span={} data-depth={} data-failed={}><th scope=row>{}</th><td>{}</td>\
             <td class=figure>{}</td><td class=figure>{}</td><td>{}</td></tr>",
            span.span,
            row.depth,
            span.failed,
            text(&span.name),
            text(&model.goroutine_name(span.g)),
            duration(span.from_ns),
            words::lasted(span, shown_ns, lang),
            if span.failed {
                words::failed(lang)
            } else {
                "ok"
            }
        );
    }
    html + "</tbody>"
}

#[cfg(test)]
mod tests {
    use super::super::rows::{rows, tests::model};
    use super::*;
    use crate::picture::scale::Range;

    fn drawn(at: Option<usize>, lang: Lang) -> String {
        let model = model();
        let range = Range::new(0, 800_000);
        let rows = rows(model.trace(), range, model.now_ns(), &[]);
        let scale = Scale::new(range, 100, 800);
        svg(&model, &rows, &scale, at, model.now_ns(), lang)
    }

    #[test]
    fn a_bar_lies_on_the_axis_of_time() {
        let svg = drawn(None, Lang::En);
        // `write`: from 400 to 500 µs, in the third row.
        let bar = "class=\"span-bar span-failed\" x=500 y=53 width=100 height=14";
        assert!(svg.contains(bar), "{svg}");
        assert!(svg.contains(">✕ failed 100\u{2009}µs<"), "{svg}");
        // What has no end yet looks like it, and says so.
        assert!(svg.contains("class=\"span-bar span-cut\" x=800"), "{svg}");
        assert!(svg.contains("so far"), "{svg}");
        assert!(!svg.contains("span-chosen"));
    }

    #[test]
    fn the_chosen_row_is_marked() {
        let svg = drawn(Some(1), Lang::Zh);
        assert!(svg.contains("class=\"span-chosen\" x=0 y=24"), "{svg}");
    }

    #[test]
    fn a_span_is_told_with_its_attributes_and_errors() {
        let model = model();
        let spans = model.trace().kept();
        let read = details(&model, &spans[1], 0, Lang::En);
        assert!(read.contains("<th scope=row>task &lt;id&gt;</th><td>7</td>"));
        assert!(read.contains("a.rs:31:5"), "{read}");
        let write = details(&model, &spans[2], 0, Lang::En);
        assert!(
            write.contains("error at 450\u{2009}µs</th><td>no space<"),
            "{write}"
        );
        assert_eq!(
            words::said(&model, &spans[2], 0, Lang::En),
            "`write` lasted 100\u{2009}µs, begun by main, part of `request`; it failed: no space"
        );
    }

    #[test]
    fn the_table_has_every_row() {
        let model = model();
        let range = Range::new(0, 800_000);
        let rows = rows(model.trace(), range, model.now_ns(), &[]);
        let html = table(&model, &rows, model.now_ns(), Lang::En);
        assert_eq!(html.matches("<tr data-span=").count(), 4);
        assert!(html.contains("data-span=3 data-depth=1 data-failed=true"));
    }
}
