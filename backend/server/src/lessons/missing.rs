//! What does not fit between the files, and what is not there yet.
//!
//! A name that is nowhere is a problem. What a whole book has and this one does
//! not is *missing*: the lessons work without it, and an author can see what is
//! left to do.

use protocol::lesson::LessonProblem;

use super::Library;
use super::load::CHAPTERS_FILE;
use super::markdown::Link;
use super::source::without_place;
use crate::catalogue::{did_you_mean, nearest};

impl Library {
    /// Terms and practices that lessons name and the book does not have.
    pub(super) fn unknown_names(&self) -> Vec<LessonProblem> {
        let mut problems = Vec::new();
        let term = |id: &str| {
            let ids = self.book.terms.iter().map(|term| term.id.as_str());
            unknown("glossary.toml has no term", id, ids)
        };
        let practice = |id: &str| {
            let ids = self.book.practices.iter().map(|one| one.id.as_str());
            unknown("practices.toml has no practice", id, ids)
        };
        for lesson in &self.lessons {
            let explained = lesson
                .explains
                .iter()
                .map(|one| (term(&one.id), &one.place));
            let shown = lesson.practices.iter();
            let shown = shown.map(|one| (practice(&one.id), &one.place));
            let used = lesson.links.iter().map(|(link, place)| match link {
                Link::Term(id) => (term(id), place),
                _ => (None, place),
            });
            for (message, place) in explained.chain(shown).chain(used) {
                problems.extend(message.map(|message| place.problem(message)));
            }
        }
        problems
    }

    /// What a whole book has and this one does not.
    pub fn missing(&self) -> Vec<LessonProblem> {
        let mut missing = Vec::new();
        for lesson in &self.lessons {
            let mut without = |is_without: bool, what: &str| {
                if is_without {
                    missing.push(lesson.place.problem(format!("the lesson has no {what}")));
                }
            };
            without(
                !lesson.parts.has_predictions(),
                "prediction: [[predictions]]",
            );
            without(lesson.parts.checks.is_empty(), "check: [[checks]]");
            without(lesson.practices.is_empty(), "practice: practices = [\"…\"]");
        }
        missing.extend(self.unexplained());
        missing.extend(self.dead_links());
        missing.extend(self.book.dead_rows.iter().cloned());
        for practice in &self.book.practices {
            let shown = |lesson: &super::LoadedLesson| {
                lesson.practices.iter().any(|one| one.id == practice.id)
            };
            if !self.lessons.iter().any(shown) {
                let message = format!("no lesson shows the practice `{}`", practice.id);
                missing.push(practice.place.problem(message));
            }
        }
        for entry in experiments::all() {
            if !self.lessons.iter().any(|one| one.experiment.id == entry.id) {
                let message = format!("no lesson has the experiment `{}`", entry.id);
                missing.push(without_place(CHAPTERS_FILE.to_owned(), message));
            }
        }
        missing
    }

    /// Terms that are used before a lesson has explained them, and terms that no
    /// lesson explains.
    fn unexplained(&self) -> Vec<LessonProblem> {
        let mut missing = Vec::new();
        for (at, lesson) in self.lessons.iter().enumerate() {
            for (link, place) in &lesson.links {
                let Link::Term(id) = link else {
                    continue;
                };
                let message = match self.explained_in(id) {
                    Some(first) if first <= at => continue,
                    Some(later) => format!(
                        "the term `{id}` is explained later, in `{}`; explain it here, or use it \
                         after that",
                        self.lessons[later].id
                    ),
                    // Told once, where the term is.
                    None => continue,
                };
                missing.push(place.problem(message));
            }
        }
        for term in &self.book.terms {
            if self.explained_in(&term.id).is_none() {
                let message = format!(
                    "no lesson explains the term `{}`; name it in the `explains` of one",
                    term.id
                );
                missing.push(term.place.problem(message));
            }
        }
        missing
    }

    /// Links to lessons that are not there.
    fn dead_links(&self) -> Vec<LessonProblem> {
        let mut missing = Vec::new();
        for (link, place) in self.lessons.iter().flat_map(|lesson| &lesson.links) {
            if let Link::Lesson(id) = link
                && let Some(message) = unknown("there is no lesson", id, self.ids())
            {
                missing.push(place.problem(message));
            }
        }
        missing
    }

    /// The first lesson that explains a term.
    pub(super) fn explained_in(&self, term: &str) -> Option<usize> {
        let mut lessons = self.lessons.iter();
        lessons.position(|lesson| lesson.explains.iter().any(|one| one.id == term))
    }
}

/// That an id is none of those.
fn unknown<'a>(
    what: &str,
    id: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<String> {
    if known.clone().any(|one| one == id) {
        return None;
    }
    let hint = did_you_mean(&nearest(id, known));
    Some(format!("{what} `{id}`{hint}"))
}
