//! Experiments, and the parameters that a form is made from.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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

/// A parameter of an experiment. In JSON its type and bounds stand beside its
/// name, with the type as the field `type`.
#[derive(Clone, Debug, PartialEq)]
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
    pub kind: ParameterKind,
}

/// As it stands in JSON.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Parameter")]
struct InJson {
    name: String,
    label: Text,
    help: Text,
    unit: Option<Text>,
    #[serde(flatten, with = "KindInJson")]
    kind: ParameterKind,
}

/// As it is packed.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Parameter")]
struct Packed {
    name: String,
    label: Text,
    help: Text,
    unit: Option<Text>,
    kind: ParameterKind,
}

impl Serialize for Parameter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serializer.is_human_readable() {
            true => InJson::serialize(self, serializer),
            false => Packed::serialize(self, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Parameter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.is_human_readable() {
            true => InJson::deserialize(deserializer),
            false => Packed::deserialize(deserializer),
        }
    }
}

/// The type, bounds and default of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// As it stands in JSON.
#[derive(Serialize, Deserialize)]
#[serde(remote = "ParameterKind", tag = "type", rename_all = "snake_case")]
enum KindInJson {
    Integer {
        min: i64,
        max: i64,
        default: i64,
    },
    Number {
        min: f64,
        max: f64,
        default: f64,
    },
    Toggle {
        default: bool,
    },
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
