//! A lesson that was read, in both languages, and how it is told in one.

use protocol::lesson::{LessonLine, View};
use protocol::{Experiment, Text};

use super::Lang;
use super::listing::LoadedListing;
use super::markdown::Link;
use super::parts::Parts;
use super::source::Place;

/// A lesson that could be read.
pub struct LoadedLesson {
    pub(super) id: String,
    /// Where it says its id.
    pub(super) place: Place,
    pub(super) chapter: u8,
    pub(super) section: String,
    pub(super) title: Text,
    pub(super) summary: Text,
    pub(super) minutes: u16,
    pub(super) procs: Option<u16>,
    /// What each task does, as WebAssembly text.
    pub(super) task_body: Option<String>,
    pub(super) view: View,
    pub(super) highlights: Vec<String>,
    /// The terms that it explains.
    pub(super) explains: Vec<Named>,
    /// The practices that it shows.
    pub(super) practices: Vec<Named>,
    /// With the lesson's defaults and ranges.
    pub(super) experiment: Experiment,
    pub(super) html: Text,
    /// The prose's words, for search.
    pub(super) plain: Text,
    /// What stands in the prose of both languages.
    pub(super) links: Vec<(Link, Place)>,
    pub(super) listings: Vec<LoadedListing>,
    pub(super) parts: Parts,
}

/// An id that has to be somewhere else, and where the lesson names it.
pub(super) struct Named {
    pub(super) id: String,
    pub(super) place: Place,
}

impl LoadedLesson {
    /// Its line in the contents.
    pub(super) fn line(&self, lang: Lang) -> LessonLine {
        LessonLine {
            id: self.id.clone(),
            section: self.section.clone(),
            title: lang.of(&self.title),
            summary: lang.of(&self.summary),
            minutes: self.minutes,
            experiment: self.experiment.id.clone(),
        }
    }

    /// The terms that its prose names, each once, in order.
    pub(super) fn terms(&self) -> Vec<&str> {
        let mut terms: Vec<&str> = Vec::new();
        for (link, _) in &self.links {
            if let Link::Term(id) = link
                && !terms.contains(&id.as_str())
            {
                terms.push(id);
            }
        }
        terms
    }
}
