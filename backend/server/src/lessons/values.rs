//! Values of parameters in a lesson's parts and buttons, against the ranges that
//! the lesson leaves.

use protocol::lesson::LessonProblem;
use protocol::run::MAX_PROCS;
use protocol::{Experiment, ParameterKind};
use serde_json::{Map, Value as Json};
use toml::{Spanned, Value};

use super::file::parts::ParamsFile;
use super::source::Source;
use crate::catalogue::{self, did_you_mean, nearest};

/// What stands among parameters and is none: the number of processors.
pub(crate) const PROCS: &str = "procs";

/// Values of parameters, and of processors where they are given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    /// The parameters that differ from the lesson's defaults.
    pub(crate) params: Map<String, Json>,
    /// The processors.
    pub(crate) procs: Option<u16>,
}

/// The values of a button or a link, `NAME=VALUE` each.
///
/// # Errors
/// What is wrong with them, and the mend.
pub(super) fn of_pairs(experiment: &Experiment, pairs: &[(&str, &str)]) -> Result<(), String> {
    let mut values = Values::default();
    for &(name, text) in pairs {
        if name == PROCS {
            values.procs = Some(procs(text.parse().ok(), text)?);
            continue;
        }
        let kind = kind(experiment, name)?;
        let value = catalogue::from_text(Some(kind), text);
        within(experiment, name, kind, &value, text)?;
        values.params.insert(name.to_owned(), value);
    }
    prepared(experiment, &values.params)
}

/// The values of a table. With `with_procs`, `procs` may stand among them.
///
/// # Errors
/// What is wrong with them, each with its place.
pub(super) fn of_table(
    table: &ParamsFile,
    experiment: &Experiment,
    with_procs: bool,
    source: &Source,
) -> Result<Values, Vec<LessonProblem>> {
    let mut values = Values::default();
    let mut problems = Vec::new();
    for (name, value) in table {
        if with_procs && name.get_ref() == PROCS {
            let given = value.get_ref();
            let read = given.as_integer().and_then(|count| count.try_into().ok());
            match procs(read, &given.to_string()) {
                Ok(count) => values.procs = Some(count),
                Err(message) => problems.push(source.problem_at(value.span(), message)),
            }
            continue;
        }
        match kind(experiment, name.get_ref()) {
            Err(message) => problems.push(source.problem_at(name.span(), message)),
            Ok(_) => match one(experiment, name.get_ref(), value) {
                Err(message) => problems.push(source.problem_at(value.span(), message)),
                Ok(json) => {
                    values.params.insert(name.get_ref().clone(), json);
                }
            },
        }
    }
    if problems.is_empty() {
        Ok(values)
    } else {
        Err(problems)
    }
}

/// A value of one parameter.
///
/// # Errors
/// What is wrong with it, and the mend.
pub(super) fn one(
    experiment: &Experiment,
    name: &str,
    value: &Spanned<Value>,
) -> Result<Json, String> {
    let kind = kind(experiment, name)?;
    let given = value.get_ref();
    let json = match given {
        Value::Integer(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Boolean(on) => Json::from(*on),
        Value::String(text) => Json::from(text.as_str()),
        Value::Datetime(_) | Value::Array(_) | Value::Table(_) => {
            return Err(format!("`{name}` is a number, a text, true or false"));
        }
    };
    within(experiment, name, kind, &json, &catalogue::to_text(&json))?;
    prepared(
        experiment,
        &Map::from_iter([(name.to_owned(), json.clone())]),
    )?;
    Ok(json)
}

/// A parameter's kind.
///
/// # Errors
/// That there is none of this name, and which are like it.
pub(super) fn kind<'e>(
    experiment: &'e Experiment,
    name: &str,
) -> Result<&'e ParameterKind, String> {
    let parameter = experiment.params.iter().find(|one| one.name == name);
    parameter.map(|one| &one.kind).ok_or_else(|| {
        let names = experiment.params.iter().map(|one| one.name.as_str());
        let hint = did_you_mean(&nearest(name, names));
        format!("`{}` has no parameter `{name}`{hint}", experiment.id)
    })
}

fn procs(count: Option<u16>, given: &str) -> Result<u16, String> {
    count
        .filter(|count| (1..=MAX_PROCS).contains(count))
        .ok_or_else(|| format!("`{PROCS}` goes from 1 to {MAX_PROCS}, not {given}"))
}

/// Whether the lesson's own range has the value. One of another type is left to
/// the experiment.
fn within(
    experiment: &Experiment,
    name: &str,
    kind: &ParameterKind,
    value: &Json,
    text: &str,
) -> Result<(), String> {
    use ParameterKind::{Choice, Integer, Number, Toggle};
    let allowed = match kind {
        Integer { min, max, .. } => {
            let whole = value.as_i64();
            whole
                .is_none_or(|number| (*min..=*max).contains(&number))
                .then_some(())
                .ok_or_else(|| format!("it goes from {min} to {max}"))
        }
        Number { min, max, .. } => {
            let number = value.as_f64();
            number
                .is_none_or(|number| (*min..=*max).contains(&number))
                .then_some(())
                .ok_or_else(|| format!("it goes from {min} to {max}"))
        }
        Choice { options, .. } => {
            let names: Vec<&str> = options.iter().map(|one| one.value.as_str()).collect();
            let given = value.as_str().unwrap_or_default();
            names.contains(&given).then_some(()).ok_or_else(|| {
                let hint = did_you_mean(&nearest(given, names.iter().copied()));
                format!("it is one of {}{hint}", names.join(", "))
            })
        }
        Toggle { .. } => Ok(()),
    };
    allowed.map_err(|range| {
        let id = &experiment.id;
        format!("`{name}={text}` is outside of what this lesson allows of `{id}`: {range}")
    })
}

/// Whether the experiment takes the values.
fn prepared(experiment: &Experiment, params: &Map<String, Json>) -> Result<(), String> {
    let entry = catalogue::find(&experiment.id).map_err(|error| error.message)?;
    let prepared = catalogue::prepare(entry, params);
    prepared.map(|_| ()).map_err(|error| error.message)
}
