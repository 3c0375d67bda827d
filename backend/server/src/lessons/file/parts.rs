//! The parts of `lesson.toml` beside its head: what a reader predicts, measures,
//! compares and brings about, and what is claimed of runs.

use std::collections::BTreeMap;

use protocol::Text;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Spanned, Value};

/// Values of parameters, by name.
pub(in crate::lessons) type ParamsFile = BTreeMap<Spanned<String>, Spanned<Value>>;

/// A question to answer before a run.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct PredictionFile {
    #[schemars(with = "String")]
    pub(in crate::lessons) id: Spanned<String>,
    #[schemars(schema_with = "super::schema::text")]
    pub(in crate::lessons) question: Spanned<Text>,
    pub(in crate::lessons) answers: Vec<AnswerFile>,
}

/// What may be answered.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct AnswerFile {
    #[schemars(schema_with = "super::schema::text")]
    pub(in crate::lessons) text: Spanned<Text>,
    #[serde(default)]
    pub(in crate::lessons) correct: bool,
    #[schemars(schema_with = "super::schema::text")]
    pub(in crate::lessons) why: Spanned<Text>,
}

/// A figure of the book.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct ClaimFile {
    #[schemars(with = "String")]
    pub(in crate::lessons) id: Spanned<String>,
    #[schemars(schema_with = "super::schema::text")]
    pub(in crate::lessons) what: Spanned<Text>,
    #[schemars(with = "f64")]
    pub(in crate::lessons) book: Spanned<f64>,
    #[schemars(with = "String")]
    pub(in crate::lessons) metric: Spanned<String>,
    #[schemars(schema_with = "super::schema::text")]
    pub(in crate::lessons) why: Spanned<Text>,
}

/// A curve to measure.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct SweepFile {
    #[schemars(with = "String")]
    pub(in crate::lessons) id: Spanned<String>,
    #[schemars(schema_with = "super::schema::text")]
    pub(in crate::lessons) label: Spanned<Text>,
    #[schemars(with = "String")]
    pub(in crate::lessons) parameter: Spanned<String>,
    #[schemars(schema_with = "super::schema::values")]
    pub(in crate::lessons) values: Vec<Spanned<Value>>,
    #[schemars(with = "Vec<String>")]
    pub(in crate::lessons) metrics: Vec<Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "Option<u16>")]
    pub(in crate::lessons) rounds: Option<Spanned<u16>>,
    #[serde(default)]
    #[schemars(schema_with = "super::schema::params")]
    pub(in crate::lessons) params: ParamsFile,
    #[serde(default)]
    #[schemars(with = "Option<bool>")]
    pub(in crate::lessons) log: Option<Spanned<bool>>,
}

/// Something to bring about.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct ChallengeFile {
    #[schemars(with = "String")]
    pub(in crate::lessons) id: Spanned<String>,
    #[schemars(schema_with = "super::schema::text")]
    pub(in crate::lessons) text: Spanned<Text>,
    #[serde(default)]
    #[schemars(schema_with = "super::schema::text")]
    pub(in crate::lessons) hint: Option<Spanned<Text>>,
    #[schemars(with = "String")]
    pub(in crate::lessons) when: Spanned<String>,
    #[schemars(schema_with = "super::schema::params")]
    pub(in crate::lessons) solution: Spanned<ParamsFile>,
}

/// What is to hold of runs.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct CheckFile {
    #[schemars(with = "String")]
    pub(in crate::lessons) what: Spanned<String>,
    #[serde(default)]
    #[schemars(schema_with = "super::schema::params")]
    pub(in crate::lessons) params: ParamsFile,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(in crate::lessons) each: Option<Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(in crate::lessons) some: Vec<Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(in crate::lessons) never: Vec<Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "Option<u64>")]
    pub(in crate::lessons) runs: Option<Spanned<u64>>,
    #[serde(default)]
    #[schemars(with = "Option<u64>")]
    pub(in crate::lessons) schedules: Option<Spanned<u64>>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(in crate::lessons) strategy: Option<Spanned<String>>,
}

/// What real Go makes of a listing.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::lessons) struct GoFile {
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(in crate::lessons) version: Option<Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(in crate::lessons) prints: Vec<Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "Option<i32>")]
    pub(in crate::lessons) exit: Option<Spanned<i32>>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(in crate::lessons) compile_error: Option<Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(in crate::lessons) vet_error: Option<Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(in crate::lessons) run_error: Option<Spanned<String>>,
}
