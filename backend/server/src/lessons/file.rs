//! `lesson.toml`, as it is written.

pub(super) mod parts;
pub(crate) mod schema;

use std::collections::BTreeMap;

use protocol::Text;
use protocol::lesson::View;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Spanned, Value};

use parts::{ChallengeFile, CheckFile, ClaimFile, GoFile, PredictionFile, SweepFile};

/// The version of the format that this server reads.
pub(super) const FORMAT_VERSION: u32 = 1;

/// A lesson's file. What is checked further keeps its place in the text.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LessonFile {
    #[schemars(with = "u32")]
    pub(super) format_version: Spanned<u32>,
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    #[schemars(with = "String")]
    pub(super) section: Spanned<String>,
    #[schemars(with = "String")]
    pub(super) experiment: Spanned<String>,
    pub(super) minutes: u16,
    #[serde(default)]
    #[schemars(with = "Option<u16>")]
    pub(super) procs: Option<Spanned<u16>>,
    #[serde(default)]
    #[schemars(schema_with = "schema::view")]
    pub(super) view: View,
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) highlights: Vec<Spanned<String>>,
    #[schemars(schema_with = "schema::text")]
    pub(super) title: Text,
    #[schemars(schema_with = "schema::text")]
    pub(super) summary: Text,
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Narrowing>")]
    pub(super) params: BTreeMap<Spanned<String>, Narrowing>,
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) explains: Vec<Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) practices: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) predictions: Vec<PredictionFile>,
    #[serde(default)]
    pub(super) claims: Vec<ClaimFile>,
    #[serde(default)]
    pub(super) sweeps: Vec<SweepFile>,
    #[serde(default)]
    pub(super) challenges: Vec<ChallengeFile>,
    #[serde(default)]
    pub(super) checks: Vec<CheckFile>,
    #[serde(default)]
    pub(super) listings: Vec<ListingFile>,
}

/// What a lesson changes about a parameter.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Narrowing {
    #[serde(default)]
    #[schemars(schema_with = "schema::value")]
    pub(super) default: Option<Spanned<Value>>,
    #[serde(default)]
    #[schemars(schema_with = "schema::value")]
    pub(super) min: Option<Spanned<Value>>,
    #[serde(default)]
    #[schemars(schema_with = "schema::value")]
    pub(super) max: Option<Spanned<Value>>,
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) options: Option<Vec<Spanned<String>>>,
}

/// A program beside the lab: a file of the lesson, or a part of an
/// experiment's own source.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListingFile {
    #[schemars(with = "String")]
    pub(super) lang: Spanned<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) file: Option<Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) experiment: Option<Spanned<String>>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) section: Option<Spanned<String>>,
    #[serde(default)]
    #[schemars(schema_with = "schema::text")]
    pub(super) name: Option<Spanned<Text>>,
    #[serde(default)]
    #[schemars(with = "Option<GoFile>")]
    pub(super) go: Option<Spanned<GoFile>>,
}

/// `chapters.toml`, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChaptersFile {
    #[serde(default)]
    pub(super) chapter: Vec<super::ChapterInfo>,
}

/// `practices.toml`, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PracticesFile {
    #[serde(default)]
    pub(super) practice: Vec<PracticeFile>,
}

/// A do or a don't.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PracticeFile {
    pub(super) id: Spanned<String>,
    pub(super) kind: Spanned<String>,
    pub(super) text: Spanned<Text>,
    pub(super) experiment: Spanned<String>,
}

/// `glossary.toml`, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GlossaryFile {
    #[serde(default)]
    pub(super) term: Vec<TermFile>,
}

/// A term and what it means.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TermFile {
    pub(super) id: Spanned<String>,
    pub(super) term: Spanned<Text>,
    pub(super) text: Spanned<Text>,
}

/// `guides.toml`, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuidesFile {
    #[serde(default)]
    pub(super) guide: Vec<GuideFile>,
}

/// A table that helps to decide.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuideFile {
    pub(super) id: Spanned<String>,
    pub(super) title: Spanned<Text>,
    pub(super) lead: Spanned<Text>,
    pub(super) rows: Vec<GuideRowFile>,
}

/// A row of such a table. `query` is as in a button: `name=value&name=value`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuideRowFile {
    pub(super) when: Spanned<Text>,
    pub(super) take: Spanned<Text>,
    pub(super) why: Spanned<Text>,
    pub(super) lesson: Spanned<String>,
    #[serde(default)]
    pub(super) query: Option<Spanned<String>>,
}
