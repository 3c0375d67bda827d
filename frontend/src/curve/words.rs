//! What the axes of a curve are called, as the form and the figures have it.

use protocol::lesson::{Lesson, Sweep};
use protocol::{Metric, ParameterKind};

use super::axis::value_label;
use crate::form::PROCS;
use crate::i18n::{Key, Lang};

/// The metrics of a sweep, as the experiment has them.
pub fn metrics(lesson: &Lesson, sweep: &Sweep) -> Vec<Metric> {
    let all = &lesson.experiment.metrics;
    let find = |name: &String| all.iter().find(|metric| metric.name == *name).cloned();
    sweep.metrics.iter().filter_map(find).collect()
}

/// A metric with its unit.
pub fn metric_words(lang: Lang, metric: &Metric) -> String {
    with_unit(
        lang,
        lang.pick(&metric.label),
        metric.unit.as_ref().map(|unit| lang.pick(unit)),
    )
}

/// A parameter with its unit.
pub fn parameter_words(lang: Lang, lesson: &Lesson, name: &str) -> String {
    let mut parameters = lesson.experiment.params.iter();
    match parameters.find(|parameter| parameter.name == name) {
        Some(parameter) => {
            let unit = parameter.unit.as_ref().map(|unit| lang.pick(unit));
            with_unit(lang, lang.pick(&parameter.label), unit)
        }
        None if name == PROCS => lang.say(Key::Procs).into(),
        None => name.into(),
    }
}

fn with_unit(lang: Lang, label: &str, unit: Option<&str>) -> String {
    match (unit, lang) {
        (None, _) => label.to_owned(),
        (Some(unit), Lang::En) => format!("{label} ({unit})"),
        (Some(unit), Lang::Zh) => format!("{label}（{unit}）"),
    }
}

/// A value of a parameter as the form shows it.
pub fn value_words(lang: Lang, lesson: &Lesson, name: &str, value: &str) -> String {
    let mut parameters = lesson.experiment.params.iter();
    let kind = parameters.find(|one| one.name == name).map(|one| &one.kind);
    match kind {
        Some(ParameterKind::Toggle { .. }) => lang
            .say(if value == "true" { Key::On } else { Key::Off })
            .into(),
        Some(ParameterKind::Choice { options, .. }) => options
            .iter()
            .find(|option| option.value == value)
            .map_or_else(|| value.into(), |option| lang.pick(&option.label).into()),
        _ => value_label(value),
    }
}
