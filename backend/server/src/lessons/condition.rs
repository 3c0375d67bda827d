//! Conditions in CEL over a run: `params.capacity < 6 && metrics.sent == 5.0`.
//!
//! 1. [`Condition::read`] compiles one and looks at every name in it
//!    ([`names`]), so that a wrong one is told with its place before any run.
//! 2. [`Facts`] are what a run came to. Parameters have the type that they were
//!    declared with; metrics are doubles, and only those are there that the run
//!    set; `outcome` is the word for its end, `leaked` how many goroutines were
//!    left when main returned.
//! 3. [`Condition::holds`] is yes, no, or why it cannot be told.
//!
//! CEL compares numbers of different types as numbers, so `metrics.sent == 5` is
//! the same as `metrics.sent == 5.0`. It does not calculate with different
//! types: `metrics.sent / 2.0`, `double(params.sends)`.

mod names;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use cel::{Context, Env, ExecutionError, Program, Value};
use protocol::lesson::LessonProblem;
use protocol::run::Outcome;
use protocol::{Experiment, ParameterKind, RunEnd};
use serde_json::{Map, Value as Json};
use toml::Spanned;

use super::source::Source;
use crate::catalogue;

/// The variables of a condition.
const PARAMS: &str = "params";
const METRICS: &str = "metrics";
const OUTCOME: &str = "outcome";
const LEAKED: &str = "leaked";
/// What `outcome` may be. A fault of ours and a lost runner are nothing that a
/// lesson is about.
const OUTCOMES: [&str; 7] = [
    "completed",
    "deadlock",
    "panicked",
    "fatal",
    "limit",
    "stopped",
    "livelock",
];
/// CEL's own functions and types, made once.
static STANDARD: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A condition that compiles and names nothing that is not there.
#[derive(Debug)]
pub(crate) struct Condition {
    /// As the lesson has it.
    text: String,
    program: Program,
}

impl Condition {
    /// Reads one against the experiment, which has the lesson's defaults.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn read(
        text: &Spanned<String>,
        experiment: &Experiment,
        source: &Source,
    ) -> Result<Condition, Vec<LessonProblem>> {
        let at = |offset: Option<usize>| place(source, text, offset);
        let program = Program::compile(text.get_ref()).map_err(|errors| {
            let first = errors.errors.first();
            let offset = first.and_then(|error| offset(text.get_ref(), error.pos));
            let words = first.map_or("", |error| error.msg.as_str());
            let words = words.trim_start_matches("Syntax error: ");
            let message = format!("the condition does not parse: {words}");
            vec![source.problem_at(at(offset), message)]
        })?;
        let mut found = names::wrong(&program, experiment);
        if found.is_empty() {
            found = trial(&program, &Facts::sample(experiment));
        }
        if !found.is_empty() {
            let found = found.into_iter();
            let problem = |(offset, message)| source.problem_at(at(offset), message);
            return Err(found.map(problem).collect());
        }
        Ok(Condition {
            text: text.get_ref().clone(),
            program,
        })
    }

    /// As the lesson has it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// Why that cannot be told of these facts, in words.
    pub(crate) fn holds(&self, facts: &Facts) -> Result<bool, String> {
        match self.program.execute(&facts.context) {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(_) => Err("it is neither true nor false".into()),
            Err(ExecutionError::NoSuchKey(name)) => {
                Err(format!("the run did not come to `{name}`"))
            }
            Err(error) => Err(error.to_string()),
        }
    }
}

/// What a run came to, as conditions see it.
pub(crate) struct Facts {
    context: Context<'static, 'static>,
}

impl Facts {
    /// Of these.
    fn of(
        experiment: &Experiment,
        params: &Map<String, Json>,
        metrics: &BTreeMap<String, f64>,
        outcome: &str,
        leaked: usize,
    ) -> Facts {
        let is_number = |name: &str| {
            let known = experiment.params.iter().find(|one| one.name == name);
            known.is_some_and(|one| matches!(one.kind, ParameterKind::Number { .. }))
        };
        let params = params.iter().map(|(name, value)| {
            let value = match value {
                Json::Bool(on) => Value::Bool(*on),
                Json::String(text) => Value::String(text.clone().into()),
                Json::Number(number) => match number.as_i64() {
                    Some(number) if !is_number(name) => Value::Int(number),
                    _ => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
                },
                Json::Null | Json::Array(_) | Json::Object(_) => Value::Null,
            };
            (name.clone(), value)
        });
        let metrics = metrics.iter();
        let metrics = metrics.map(|(name, value)| (name.clone(), Value::Float(*value)));
        let mut context = Context::with_env(STANDARD.clone());
        context.add_variable_from_value(PARAMS, params.collect::<HashMap<_, _>>());
        context.add_variable_from_value(METRICS, metrics.collect::<HashMap<_, _>>());
        context.add_variable_from_value(OUTCOME, outcome);
        let leaked = i64::try_from(leaked).unwrap_or(i64::MAX);
        context.add_variable_from_value(LEAKED, leaked);
        Facts { context }
    }

    /// Of a run that has ended.
    pub(super) fn of_end(
        experiment: &Experiment,
        params: &Map<String, Json>,
        end: &RunEnd,
    ) -> Facts {
        Facts::of_outcome(experiment, params, &end.metrics, &end.outcome)
    }

    /// Of a run with these figures that ended so.
    pub(super) fn of_outcome(
        experiment: &Experiment,
        params: &Map<String, Json>,
        metrics: &BTreeMap<String, f64>,
        outcome: &Outcome,
    ) -> Facts {
        let leaked = match outcome {
            Outcome::Completed { leaked } => leaked.len(),
            _ => 0,
        };
        Facts::of(experiment, params, metrics, outcome.as_str(), leaked)
    }

    /// Of no run: the defaults, and 1 for every metric.
    fn sample(experiment: &Experiment) -> Facts {
        let params = experiment.params.iter();
        let params = params.map(|one| (one.name.clone(), catalogue::default(&one.kind)));
        let metrics = names::metrics(experiment).into_iter();
        let metrics = metrics.map(|name| (name, 1.0)).collect();
        Facts::of(experiment, &params.collect(), &metrics, OUTCOMES[0], 0)
    }
}

/// What can be wrong whatever the run: types that do not fit, functions that do
/// not exist, a result that is no condition. Each side of `&&`, `||` and `?:` is
/// tried by itself, since it might be skipped as a whole.
fn trial(program: &Program, facts: &Facts) -> Vec<(Option<usize>, String)> {
    let mut found = Vec::new();
    for leaf in names::leaves(program.expression()) {
        let words = match facts.context.resolve(leaf) {
            Ok(Value::Bool(_)) => continue,
            Ok(_) => "this is neither true nor false; compare it with something".to_owned(),
            Err(error) if is_of_types(&error) => format!(
                "{error}; metrics are doubles, so calculate with 2.0 and not with 2, and with \
                 double(params.NAME)"
            ),
            Err(ExecutionError::UndeclaredReference(name)) => {
                format!("there is no function `{name}`")
            }
            // Such as a division by the sample's zero.
            Err(_) => continue,
        };
        found.push((names::offset(program, leaf), words));
    }
    found
}

fn is_of_types(error: &ExecutionError) -> bool {
    matches!(
        error,
        ExecutionError::NoSuchOverload(_)
            | ExecutionError::UnsupportedBinaryOperator(..)
            | ExecutionError::ValuesNotComparable(..)
            | ExecutionError::UnexpectedType { .. }
    )
}

/// The offset of a line and a column, both from 1, in characters.
fn offset(text: &str, (line, column): (isize, isize)) -> Option<usize> {
    let line = usize::try_from(line).ok()?.checked_sub(1)?;
    let column = usize::try_from(column).ok()?.checked_sub(1)?;
    let before = text.split_inclusive('\n').take(line);
    Some(before.map(|line| line.chars().count()).sum::<usize>() + column)
}

/// The bytes of a file at a character of a text in it. Where the text is written
/// with escapes, it is the whole text.
fn place(source: &Source, text: &Spanned<String>, offset: Option<usize>) -> Range<usize> {
    let span = text.span();
    let written = source.text.get(span.clone()).unwrap_or_default();
    let (Some(start), Some(offset)) = (written.find(text.get_ref().as_str()), offset) else {
        return span;
    };
    let bytes = text.get_ref().char_indices().nth(offset);
    let at = span.start + start + bytes.map_or(text.get_ref().len(), |(at, _)| at);
    at..at
}

#[cfg(test)]
mod tests;
