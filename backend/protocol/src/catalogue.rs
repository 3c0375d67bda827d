//! Experiments, and the parameters that a form is made from.

use serde::{Deserialize, Serialize};

use crate::run::Scheduler;

/// The same words in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// An experiment of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Experiment {
    /// The name that commands, lessons and links use.
    pub id: String,
    /// The chapter of the book, from 1.
    pub chapter: u8,
    /// Its title.
    pub title: Text,
    /// One sentence about what it shows.
    pub summary: Text,
    /// Whether it runs alone on the machine, for its timings.
    pub timed: bool,
    /// The schedulers that it runs on.
    pub schedulers: Vec<Scheduler>,
    /// Its parameters, in the order of the form.
    pub params: Vec<Parameter>,
    /// The figures that it reports.
    pub metrics: Vec<Metric>,
}

/// A parameter of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// The name in requests, links and `--set`.
    pub name: String,
    /// What the form calls it.
    pub label: Text,
    /// A sentence that explains it.
    pub help: Text,
    /// The unit, as a symbol (`ms`) or a word, where it has one.
    pub unit: Option<Text>,
    /// Its type, bounds and default.
    #[serde(flatten)]
    pub kind: ParameterKind,
}

/// The type, bounds and default of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ParameterKind {
    /// A whole number from `min` to `max`, both included.
    Integer { min: i64, max: i64, default: i64 },
    /// A number from `min` to `max`, both included.
    Number { min: f64, max: f64, default: f64 },
    /// On or off.
    Toggle { default: bool },
    /// One of a few.
    Choice {
        options: Vec<ChoiceOption>,
        default: String,
    },
}

/// One option of a [`ParameterKind::Choice`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// The value in requests and links.
    pub value: String,
    /// What the form calls it.
    pub label: Text,
}

/// A figure that an experiment reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// The name in the outcome.
    pub name: String,
    /// What the page calls it.
    pub label: Text,
    /// The unit, where it has one.
    pub unit: Option<Text>,
    /// Whether it is a median of several rounds: the least and the most are in
    /// the outcome as `NAME_low` and `NAME_high`.
    #[serde(default)]
    pub spread: bool,
}
