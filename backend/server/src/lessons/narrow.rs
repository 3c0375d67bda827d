//! A lesson's defaults and narrower ranges, laid over an experiment's form.

use protocol::Experiment;
use protocol::catalogue::{Parameter, ParameterKind};
use protocol::lesson::LessonProblem;
use toml::{Spanned, Value};

use super::file::Narrowing;
use super::source::Source;
use crate::catalogue::did_you_mean;
use crate::catalogue::nearest;

/// Lays what the lesson says over the form. What is wrong is left out, and
/// told.
pub(super) fn narrow(
    experiment: &mut Experiment,
    params: &std::collections::BTreeMap<Spanned<String>, Narrowing>,
    source: &Source,
) -> Vec<LessonProblem> {
    let mut problems = Vec::new();
    let id = experiment.id.clone();
    for (name, narrowing) in params {
        let known = experiment.params.iter_mut();
        match known.into_iter().find(|one| one.name == *name.get_ref()) {
            Some(parameter) => {
                let mut problem = |value: &Spanned<Value>, message: String| {
                    problems.push(source.problem_at(value.span(), message));
                };
                lay(parameter, narrowing, &mut problem);
                if let Some(options) = &narrowing.options {
                    problems.extend(keep_options(parameter, options, source));
                }
            }
            None => {
                let names = experiment.params.iter().map(|one| one.name.as_str());
                let hint = did_you_mean(&nearest(name.get_ref(), names));
                let message = format!("`{id}` has no parameter `{}`{hint}", name.get_ref());
                problems.push(source.problem_at(name.span(), message));
            }
        }
    }
    problems
}

fn lay(
    parameter: &mut Parameter,
    narrowing: &Narrowing,
    problem: &mut impl FnMut(&Spanned<Value>, String),
) {
    let name = parameter.name.clone();
    match &mut parameter.kind {
        ParameterKind::Integer { min, max, default } => {
            let mut number = |value: &Option<Spanned<Value>>, low, high| {
                checked(value, &name, low, high, Value::as_integer, problem)
            };
            let (low, high) = (*min, *max);
            *min = number(&narrowing.min, low, high).unwrap_or(low);
            *max = number(&narrowing.max, *min, high).unwrap_or(high);
            let given = number(&narrowing.default, *min, *max);
            *default = given.unwrap_or(*default).clamp(*min, *max);
        }
        ParameterKind::Number { min, max, default } => {
            let read = |value: &Value| {
                let whole = value.as_integer().map(|number| number as f64);
                value.as_float().or(whole)
            };
            let mut number = |value: &Option<Spanned<Value>>, low, high| {
                checked(value, &name, low, high, read, problem)
            };
            let (low, high) = (*min, *max);
            *min = number(&narrowing.min, low, high).unwrap_or(low);
            *max = number(&narrowing.max, *min, high).unwrap_or(high);
            let given = number(&narrowing.default, *min, *max);
            *default = given.unwrap_or(*default).clamp(*min, *max);
        }
        ParameterKind::Toggle { default } => {
            no_bounds(narrowing, &name, problem);
            match narrowing
                .default
                .as_ref()
                .map(|value| (value, value.get_ref()))
            {
                Some((_, Value::Boolean(on))) => *default = *on,
                Some((value, _)) => problem(value, format!("`{name}` is true or false")),
                None => {}
            }
        }
        ParameterKind::Choice { options, default } => {
            no_bounds(narrowing, &name, problem);
            let Some(value) = &narrowing.default else {
                return;
            };
            let given = value.get_ref().as_str();
            match options.iter().find(|option| given == Some(&option.value)) {
                Some(option) => default.clone_from(&option.value),
                None => {
                    let names: Vec<&str> = options.iter().map(|one| one.value.as_str()).collect();
                    problem(value, format!("`{name}` is one of {}", names.join(", ")));
                }
            }
        }
    }
}

/// A number between the bounds of the experiment, or of the lesson where it
/// has narrowed them.
fn checked<N: PartialOrd + std::fmt::Display>(
    value: &Option<Spanned<Value>>,
    name: &str,
    low: N,
    high: N,
    read: impl Fn(&Value) -> Option<N>,
    problem: &mut impl FnMut(&Spanned<Value>, String),
) -> Option<N> {
    let value = value.as_ref()?;
    match read(value.get_ref()) {
        Some(number) if low <= number && number <= high => Some(number),
        _ => {
            let given = value.get_ref();
            let message =
                format!("`{name}` goes from {low} to {high}, so {given} is not allowed here");
            problem(value, message);
            None
        }
    }
}

fn no_bounds(narrowing: &Narrowing, name: &str, problem: &mut impl FnMut(&Spanned<Value>, String)) {
    for value in [&narrowing.min, &narrowing.max].into_iter().flatten() {
        problem(
            value,
            format!("`{name}` is no number and has no bounds; remove it"),
        );
    }
}

/// Keeps the options that the lesson names, in its order.
fn keep_options(
    parameter: &mut Parameter,
    names: &[Spanned<String>],
    source: &Source,
) -> Vec<LessonProblem> {
    let ParameterKind::Choice { options, default } = &mut parameter.kind else {
        let message = format!(
            "`{}` is no choice and has no options; remove them",
            parameter.name
        );
        let first = names.first().map(Spanned::span).unwrap_or_default();
        return vec![source.problem_at(first, message)];
    };
    let mut problems = Vec::new();
    let mut kept = Vec::new();
    for name in names {
        match options.iter().find(|one| one.value == *name.get_ref()) {
            Some(option) => kept.push(option.clone()),
            None => {
                let known: Vec<&str> = options.iter().map(|one| one.value.as_str()).collect();
                let message = format!("`{}` has the options {}", parameter.name, known.join(", "));
                problems.push(source.problem_at(name.span(), message));
            }
        }
    }
    if let Some(first) = kept.first() {
        if !kept.iter().any(|one| one.value == *default) {
            default.clone_from(&first.value);
        }
        *options = kept;
    }
    problems
}
