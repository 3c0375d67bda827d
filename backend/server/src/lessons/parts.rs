//! The parts of a lesson, checked against the experiment that it has: what a
//! reader predicts, measures, compares and brings about, and what the lesson
//! claims of runs.
//!
//! A part that is wrong is told and left out; the others are there.

mod checks;
mod claims;
mod predictions;
mod sweeps;

use std::collections::HashSet;
use std::sync::Arc;

use protocol::lesson::{Challenge, Claim, LessonProblem, Prediction, Sweep};
use protocol::{Experiment, Text};
use toml::Spanned;

use super::Lang;
use super::condition::Condition;
use super::file::LessonFile;
use super::source::Source;
use super::values::Values;
pub(crate) use checks::{LoadedChallenge, LoadedCheck, Runs, StrategyName};
use claims::LoadedClaim;
use predictions::LoadedPrediction;
use sweeps::LoadedSweep;

/// The parts of a lesson.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    predictions: Vec<LoadedPrediction>,
    claims: Vec<LoadedClaim>,
    sweeps: Vec<LoadedSweep>,
    /// What a reader is to bring about.
    pub(crate) challenges: Vec<LoadedChallenge>,
    /// What is to hold of runs.
    pub(crate) checks: Vec<Arc<LoadedCheck>>,
}

impl Parts {
    /// Reads them. `experiment` has the lesson's ranges.
    pub(super) fn read(
        file: &LessonFile,
        experiment: &Experiment,
        source: &Source,
    ) -> (Parts, Vec<LessonProblem>) {
        let mut reader = Reader {
            experiment,
            source,
            problems: Vec::new(),
        };
        let parts = Parts {
            predictions: reader.predictions(&file.predictions),
            claims: reader.claims(&file.claims),
            sweeps: reader.sweeps(&file.sweeps),
            challenges: reader.challenges(&file.challenges),
            checks: reader.checks(&file.checks),
        };
        (parts, reader.problems)
    }

    /// Whether the lesson asks for a prediction.
    pub(super) fn has_predictions(&self) -> bool {
        !self.predictions.is_empty()
    }

    pub(super) fn predictions(&self, lang: Lang) -> Vec<Prediction> {
        self.predictions.iter().map(|one| one.of(lang)).collect()
    }

    pub(super) fn claims(&self, lang: Lang) -> Vec<Claim> {
        self.claims.iter().map(|one| one.of(lang)).collect()
    }

    pub(super) fn sweeps(&self, lang: Lang) -> Vec<Sweep> {
        self.sweeps.iter().map(|one| one.of(lang)).collect()
    }

    pub(super) fn challenges(&self, lang: Lang) -> Vec<Challenge> {
        self.challenges.iter().map(|one| one.of(lang)).collect()
    }
}

/// Reads parts, and keeps what is wrong.
struct Reader<'a> {
    experiment: &'a Experiment,
    source: &'a Source,
    problems: Vec<LessonProblem>,
}

impl Reader<'_> {
    fn tell<T>(&mut self, at: &Spanned<T>, message: impl Into<String>) {
        let problem = self.source.problem_at(at.span(), message);
        self.problems.push(problem);
    }

    /// The value, or its problems kept.
    fn kept<T>(&mut self, read: Result<T, Vec<LessonProblem>>) -> Option<T> {
        read.map_err(|problems| self.problems.extend(problems)).ok()
    }

    /// Whether the ids of `what` can be links, each its own.
    fn ids<'i>(&mut self, what: &str, ids: impl IntoIterator<Item = &'i Spanned<String>>) {
        let mut seen = HashSet::new();
        for id in ids {
            if !is_plain(id.get_ref()) {
                self.tell(id, plain(id.get_ref()));
            } else if !seen.insert(id.get_ref().as_str()) {
                let id_itself = id.get_ref();
                self.tell(
                    id,
                    format!("there is a {what} `{id_itself}` already; take another id"),
                );
            }
        }
    }

    /// The words, told if they are missing in a language.
    fn words(&mut self, text: &Spanned<Text>) -> Text {
        if let Some(message) = without_words(text.get_ref()) {
            self.tell(text, message);
        }
        text.get_ref().clone()
    }

    /// Whether the experiment has this metric.
    fn is_metric(&mut self, name: &Spanned<String>) -> bool {
        match super::metric(self.experiment, name.get_ref()) {
            Ok(_) => true,
            Err(message) => {
                self.tell(name, message);
                false
            }
        }
    }

    fn condition(&mut self, text: &Spanned<String>) -> Option<Condition> {
        let read = Condition::read(text, self.experiment, self.source);
        self.kept(read)
    }

    fn conditions(&mut self, texts: &[Spanned<String>]) -> Vec<Condition> {
        let texts = texts.iter();
        texts.filter_map(|text| self.condition(text)).collect()
    }

    fn values(&mut self, table: &super::file::parts::ParamsFile, procs: bool) -> Option<Values> {
        let read = super::values::of_table(table, self.experiment, procs, self.source);
        self.kept(read)
    }
}

/// Whether an id can be a link.
pub(super) fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !id.is_empty() && id.bytes().all(plain)
}

/// That an id is not plain.
pub(super) fn plain(id: &str) -> String {
    format!("the id `{id}` may hold small letters, digits and hyphens only")
}

/// That a text is missing in a language.
pub(super) fn without_words(text: &Text) -> Option<String> {
    for (lang, words) in [("en", &text.en), ("zh", &text.zh)] {
        if words.trim().is_empty() {
            return Some(format!("`{lang}` is empty; say it in both languages"));
        }
    }
    None
}
