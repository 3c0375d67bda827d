//! A curve as SVG, its legend, and the table behind it.

use protocol::lesson::{Lesson, Sweep};

use super::text;
use crate::curve::drawn::{ABOVE, Drawn, PLOT, mark};
use crate::curve::words::{metric_words, metrics, parameter_words, value_words};
use crate::curve::{Sample, bands};
use crate::figures::significant;
use crate::i18n::{Key, Lang};
use crate::measured::range_words;

/// Axes, bands, lines and marks, for the inside of an `<svg>`; `at` is the value
/// that is pointed at.
pub fn svg(lang: Lang, lesson: &Lesson, sweep: &Sweep, drawn: &Drawn, at: Option<usize>) -> String {
    let plot = &drawn.plot;
    let (left, right, bottom) = (plot.left, plot.left + plot.width, plot.top + PLOT);
    let metric = match drawn.series.as_slice() {
        [only] => metric_words(lang, &only.metric),
        all => {
            let unit = all.first().and_then(|series| series.metric.unit.as_ref());
            unit.map_or(String::new(), |unit| lang.pick(unit).into())
        }
    };
    let mut svg = label(0.0, 12.0, "start", &metric);
    // Before the first run the axis has no figures of its own.
    let is_empty = drawn.series.iter().all(|series| series.line.is_empty());
    let ticks = drawn.axis.ticks.iter();
    for (figure, words) in ticks.filter(|(figure, _)| !is_empty || *figure == 0.0) {
        let y = plot.y(&drawn.axis, *figure);
        let class = if *figure == 0.0 { "zero" } else { "grid" };
        svg += &line(class, (left, y), (right, y));
        svg += &label(left - 8.0, y + 4.5, "end", words);
    }
    for place in &drawn.places {
        let x = plot.x(*place);
        svg += &line("zero", (x, bottom), (x, bottom + 4.0));
    }
    for (x, words) in &drawn.below {
        svg += &label(*x, bottom + 18.0, "middle", words);
    }
    let parameter = parameter_words(lang, lesson, &sweep.parameter);
    svg += &label(right, bottom + 40.0, "end", &parameter);
    for (index, series) in drawn.series.iter().enumerate() {
        svg += &format!(
            "<g class=\"series series--{}\"><path class=series-band d=\"{}\"/>\
             <path class=series-line d=\"{}\"/><path class=series-mark d=\"{}\"/></g>",
            index % 3,
            series.band,
            series.line,
            series.marks
        );
    }
    if let Some(place) = at.and_then(|at| drawn.places.get(at)) {
        let x = plot.x(*place);
        svg += &line("pointer", (x, ABOVE), (x, bottom));
    }
    svg
}

fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> String {
    format!(
        "<path class=channel-{class} d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
        from.0, from.1, to.0, to.1
    )
}

fn label(x: f64, y: f64, anchor: &str, words: &str) -> String {
    format!(
        "<text class=channel-figure x={x:.1} y={y:.1} text-anchor={anchor}>{}</text>",
        text(words)
    )
}

/// Which curve is which, where there are several.
pub fn legend(lang: Lang, drawn: &Drawn) -> String {
    if drawn.series.len() < 2 {
        return String::new();
    }
    let mut html = String::new();
    for (index, series) in drawn.series.iter().enumerate() {
        html += &format!(
            "<li><svg width=28 height=12 aria-hidden=true class=\"series series--{}\">\
             <path class=series-line d=\"M0 6H28\"/><path class=series-mark d=\"{}\"/></svg>{}</li>",
            index % 3,
            mark(index, 14.0, 6.0),
            text(lang.pick(&series.metric.label))
        );
    }
    html
}

/// Each value with its median and its spread.
pub fn table(lang: Lang, lesson: &Lesson, sweep: &Sweep, samples: &[Sample]) -> String {
    let metrics = metrics(lesson, sweep);
    let mut html = format!(
        "<thead><tr><th scope=col>{}</th>",
        text(&parameter_words(lang, lesson, &sweep.parameter))
    );
    for metric in &metrics {
        html += &format!(
            "<th scope=col>{}{}{}</th><th scope=col>{}–{}</th>",
            text(&metric_words(lang, metric)),
            lang.comma(),
            lang.say(Key::TableMedian),
            lang.say(Key::TableLeast),
            lang.say(Key::TableMost)
        );
    }
    html += "</tr></thead><tbody>";
    let columns = (0..metrics.len()).map(|at| bands(samples, sweep.values.len(), at));
    let columns: Vec<_> = columns.collect();
    for (at, value) in sweep.values.iter().enumerate() {
        let words = value_words(lang, lesson, &sweep.parameter, value);
        html += &format!("<tr><th scope=row>{}</th>", text(&words));
        for bands in &columns {
            html += &match bands[at] {
                Some(band) => format!(
                    "<td>{}</td><td>{}</td>",
                    significant(band.median),
                    range_words(band.low, band.high)
                ),
                None => "<td>–</td><td>–</td>".into(),
            };
        }
        html += "</tr>";
    }
    html + "</tbody>"
}
