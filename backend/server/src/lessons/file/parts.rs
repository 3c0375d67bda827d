//! The parts of `lesson.toml` beside its head: what a reader predicts, measures,
//! compares and brings about, and what is claimed of runs.

use std::collections::BTreeMap;

use protocol::Text;
use serde::Deserialize;
use toml::{Spanned, Value};

/// Values of parameters, by name.
pub(in crate::lessons) type ParamsFile = BTreeMap<Spanned<String>, Spanned<Value>>;

/// A question to answer before a run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct PredictionFile {
    pub(in crate::lessons) id: Spanned<String>,
    pub(in crate::lessons) question: Spanned<Text>,
    pub(in crate::lessons) answers: Vec<AnswerFile>,
}

/// What may be answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct AnswerFile {
    pub(in crate::lessons) text: Spanned<Text>,
    #[serde(default)]
    pub(in crate::lessons) correct: bool,
    pub(in crate::lessons) why: Spanned<Text>,
}

/// A figure of the book.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct ClaimFile {
    pub(in crate::lessons) id: Spanned<String>,
    pub(in crate::lessons) what: Spanned<Text>,
    pub(in crate::lessons) book: Spanned<f64>,
    pub(in crate::lessons) metric: Spanned<String>,
    pub(in crate::lessons) why: Spanned<Text>,
}

/// A curve to measure.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct SweepFile {
    pub(in crate::lessons) id: Spanned<String>,
    pub(in crate::lessons) label: Spanned<Text>,
    pub(in crate::lessons) parameter: Spanned<String>,
    pub(in crate::lessons) values: Vec<Spanned<Value>>,
    pub(in crate::lessons) metrics: Vec<Spanned<String>>,
    #[serde(default)]
    pub(in crate::lessons) rounds: Option<Spanned<u16>>,
    #[serde(default)]
    pub(in crate::lessons) params: ParamsFile,
    #[serde(default)]
    pub(in crate::lessons) log: Option<Spanned<bool>>,
}

/// Something to bring about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct ChallengeFile {
    pub(in crate::lessons) id: Spanned<String>,
    pub(in crate::lessons) text: Spanned<Text>,
    #[serde(default)]
    pub(in crate::lessons) hint: Option<Spanned<Text>>,
    pub(in crate::lessons) when: Spanned<String>,
    pub(in crate::lessons) solution: Spanned<ParamsFile>,
}

/// What is to hold of runs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct CheckFile {
    pub(in crate::lessons) what: Spanned<String>,
    #[serde(default)]
    pub(in crate::lessons) params: ParamsFile,
    #[serde(default)]
    pub(in crate::lessons) each: Option<Spanned<String>>,
    #[serde(default)]
    pub(in crate::lessons) some: Vec<Spanned<String>>,
    #[serde(default)]
    pub(in crate::lessons) never: Vec<Spanned<String>>,
    #[serde(default)]
    pub(in crate::lessons) runs: Option<Spanned<u64>>,
    #[serde(default)]
    pub(in crate::lessons) schedules: Option<Spanned<u64>>,
    #[serde(default)]
    pub(in crate::lessons) strategy: Option<Spanned<String>>,
}

/// What real Go makes of a listing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct GoFile {
    #[serde(default)]
    pub(in crate::lessons) version: Option<Spanned<String>>,
    #[serde(default)]
    pub(in crate::lessons) prints: Vec<Spanned<String>>,
    #[serde(default)]
    pub(in crate::lessons) exit: Option<Spanned<i32>>,
    #[serde(default)]
    pub(in crate::lessons) compile_error: Option<Spanned<String>>,
    #[serde(default)]
    pub(in crate::lessons) vet_error: Option<Spanned<String>>,
    #[serde(default)]
    pub(in crate::lessons) run_error: Option<Spanned<String>>,
}
