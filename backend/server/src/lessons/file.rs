//! `lesson.toml`, as it is written.

use std::collections::BTreeMap;

use protocol::Text;
use protocol::lesson::View;
use serde::Deserialize;
use toml::{Spanned, Value};

/// The version of the format that this server reads.
pub(super) const FORMAT_VERSION: u32 = 1;

/// A lesson's file. What is checked further keeps its place in the text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LessonFile {
    pub(super) format_version: Spanned<u32>,
    pub(super) id: Spanned<String>,
    pub(super) section: Spanned<String>,
    pub(super) experiment: Spanned<String>,
    pub(super) minutes: u16,
    #[serde(default)]
    pub(super) procs: Option<Spanned<u16>>,
    #[serde(default)]
    pub(super) view: View,
    #[serde(default)]
    pub(super) highlights: Vec<Spanned<String>>,
    pub(super) title: Text,
    pub(super) summary: Text,
    #[serde(default)]
    pub(super) params: BTreeMap<Spanned<String>, Narrowing>,
    #[serde(default)]
    pub(super) listings: Vec<ListingFile>,
}

/// What a lesson changes about a parameter.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Narrowing {
    #[serde(default)]
    pub(super) default: Option<Spanned<Value>>,
    #[serde(default)]
    pub(super) min: Option<Spanned<Value>>,
    #[serde(default)]
    pub(super) max: Option<Spanned<Value>>,
    #[serde(default)]
    pub(super) options: Option<Vec<Spanned<String>>>,
}

/// A program beside the lab: a file of the lesson, or a part of an
/// experiment's own source.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListingFile {
    pub(super) lang: Spanned<String>,
    #[serde(default)]
    pub(super) file: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) experiment: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) section: Option<Spanned<String>>,
}

/// `chapters.toml`, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChaptersFile {
    #[serde(default)]
    pub(super) chapter: Vec<super::ChapterInfo>,
}
