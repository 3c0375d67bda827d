//! A curve with its axes, laid out in CSS pixels, and its figures in words.

use protocol::Metric;
use protocol::lesson::{Lesson, Sweep};

use super::axis::{Upright, places, upright, with_room};
use super::path::{Plot, draw};
use super::words::{metrics, parameter_words, value_words};
use super::{Band, Sample, bands};
use crate::i18n::{Key, Lang};
use crate::measured::Measured;

/// The height of the plot.
pub const PLOT: f64 = 176.0;
/// The room above it, for the metric's name.
pub const ABOVE: f64 = 28.0;
/// The room below it, for the values and the parameter's name.
pub const BELOW: f64 = 48.0;
/// The room at its right.
const RIGHT: f64 = 14.0;
/// The most steps of the upright axis.
const STEPS: u32 = 5;
/// About the width of a letter of a tick's label.
const LETTER: f64 = 7.5;
/// Between two labels.
const GAP: f64 = 8.0;

/// A metric's curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The metric.
    pub metric: Metric,
    /// Its band at each value.
    pub bands: Vec<Option<Band>>,
    /// The line through the medians.
    pub line: String,
    /// The outline of the band.
    pub band: String,
    /// The marks of the medians.
    pub marks: String,
}

/// All that is drawn, in pixels and words.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Where.
    pub plot: Plot,
    /// The axis of the metrics.
    pub axis: Upright,
    /// Where each value stands, from 0 to 1.
    pub places: Vec<f64>,
    /// The labels below: where, and what.
    pub below: Vec<(f64, String)>,
    /// The curves.
    pub series: Vec<Series>,
}

impl Drawn {
    /// Draws what was measured, `width` pixels wide.
    pub fn new(
        lesson: &Lesson,
        sweep: &Sweep,
        samples: &[Sample],
        width: u32,
        lang: Lang,
    ) -> Drawn {
        let count = sweep.values.len();
        let all: Vec<(Metric, Vec<Option<Band>>)> = metrics(lesson, sweep)
            .into_iter()
            .enumerate()
            .map(|(at, metric)| (metric, bands(samples, count, at)))
            .collect();
        let known = || all.iter().flat_map(|(_, bands)| bands).flatten();
        let low = known().map(|band| band.low).fold(0.0, f64::min);
        let high = known().map(|band| band.high).fold(0.0, f64::max);
        let axis = upright(low, high, STEPS);
        let longest = axis.ticks.iter().map(|(_, label)| label.chars().count());
        let left = longest.max().unwrap_or(1) as f64 * LETTER + 12.0;
        let plot = Plot {
            left,
            top: ABOVE,
            width: (f64::from(width) - left - RIGHT).max(1.0),
            height: PLOT,
        };
        let places = places(&sweep.values, sweep.log);
        let labels: Vec<(f64, String)> = sweep
            .values
            .iter()
            .zip(&places)
            .map(|(value, place)| {
                let words = value_words(lang, lesson, &sweep.parameter, value);
                (plot.x(*place), words)
            })
            .collect();
        let widths: Vec<(f64, f64)> = labels
            .iter()
            .map(|(x, label)| (*x, label.chars().count() as f64 * LETTER))
            .collect();
        let fits = with_room(&widths, GAP);
        let below = labels
            .into_iter()
            .zip(fits)
            .filter_map(|(label, fits)| fits.then_some(label))
            .collect();
        let series = all
            .into_iter()
            .enumerate()
            .map(|(at, (metric, bands))| {
                let (line, band) = draw(&plot, &axis, &places, &bands);
                let marks = places
                    .iter()
                    .zip(&bands)
                    .filter_map(|(place, band)| {
                        let y = plot.y(&axis, band.as_ref()?.median);
                        Some(mark(at, plot.x(*place), y))
                    })
                    .collect();
                Series {
                    metric,
                    bands,
                    line,
                    band,
                    marks,
                }
            })
            .collect();
        Drawn {
            plot,
            axis,
            places,
            below,
            series,
        }
    }

    /// What was measured at a value, in words.
    pub fn said(&self, lang: Lang, lesson: &Lesson, sweep: &Sweep, at: usize) -> String {
        let value = sweep.values.get(at).cloned().unwrap_or_default();
        let along = parameter_words(lang, lesson, &sweep.parameter);
        let value = value_words(lang, lesson, &sweep.parameter, &value);
        let figures: Vec<String> = self
            .series
            .iter()
            .map(|series| {
                let words = match series.bands.get(at).copied().flatten() {
                    Some(band) => {
                        let spread = (band.low < band.high).then_some((band.low, band.high));
                        let value = band.median;
                        Measured { value, spread }.words(lang, &series.metric)
                    }
                    None => lang.say(Key::NotMeasured).into(),
                };
                format!("{} {words}", lang.pick(&series.metric.label))
            })
            .collect();
        format!("{along} {value} · {}", figures.join(" · "))
    }
}

/// The mark of a median: another shape for each metric.
pub fn mark(series: usize, x: f64, y: f64) -> String {
    match series % 3 {
        0 => format!("M{x:.1} {y:.1}m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0"),
        1 => format!("M{x:.1} {y:.1}m-3-3h6v6h-6z"),
        _ => format!("M{x:.1} {y:.1}m0-4.5l4.5 4.5l-4.5 4.5l-4.5-4.5z"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use protocol::Text;

    use super::*;
    use crate::progress::tests::lesson;

    /// A lesson with a metric, and a sweep over three values.
    pub(crate) fn swept() -> (Lesson, Sweep) {
        let mut lesson = lesson();
        let both = |text: &str| Text {
            en: text.into(),
            zh: text.into(),
        };
        lesson.experiment.metrics = vec![Metric {
            name: "rate".into(),
            label: both("Rate"),
            unit: Some(both("tasks/s")),
            spread: false,
        }];
        let sweep = Sweep {
            id: "workers".into(),
            label: "Rate over workers".into(),
            parameter: "workers".into(),
            values: ["1", "10", "100"].map(String::from).to_vec(),
            metrics: vec!["rate".into()],
            rounds: 3,
            params: vec![],
            log: true,
        };
        (lesson, sweep)
    }

    fn sample(value: usize, figure: f64) -> Sample {
        Sample {
            value,
            round: 0,
            figures: vec![Some(figure)],
        }
    }

    #[test]
    fn a_curve_fills_its_width_and_says_its_figures() {
        let (lesson, sweep) = swept();
        let samples = [
            sample(0, 8.0),
            sample(0, 12.0),
            sample(0, 9.0),
            sample(2, 90.0),
        ];
        let drawn = Drawn::new(&lesson, &sweep, &samples, 400, Lang::En);
        assert_eq!(drawn.axis.to, 100.0);
        assert!(drawn.plot.left > 20.0, "room for three figures");
        let labels: Vec<&str> = drawn.below.iter().map(|(_, label)| &**label).collect();
        assert_eq!(labels, ["1", "10", "100"]);
        let said = |at| drawn.said(Lang::En, &lesson, &sweep, at);
        assert_eq!(said(0), "workers 1 · Rate 9\u{2009}tasks/s, 8–12");
        assert_eq!(said(1), "workers 10 · Rate not measured");
        // One run has no spread.
        assert_eq!(said(2), "workers 100 · Rate 90\u{2009}tasks/s");
    }

    #[test]
    fn before_the_first_run_there_are_axes_alone() {
        let (lesson, sweep) = swept();
        let drawn = Drawn::new(&lesson, &sweep, &[], 0, Lang::Zh);
        assert_eq!(drawn.series[0].line, "");
        assert_eq!(drawn.axis.to, 1.0);
    }
}
