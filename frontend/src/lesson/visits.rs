//! What the reader has done, kept in the browser.
//!
//! There is one [`Reader`] for the whole page. It reads the browser's store
//! before each change, so that two windows do not undo each other's.

use leptos::prelude::*;
use protocol::lesson::Lesson;

use crate::preferences::{keep, kept};
use crate::progress::{Answered, Progress, Visit, key};

/// Where the browser keeps it.
const KEY: &str = "interleave.progress";

/// What the reader has done; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct Reader(RwSignal<Progress>);

/// Reads it from the browser's store, for every component.
pub fn provide_reader() {
    let text = kept(KEY).unwrap_or_default();
    provide_context(Reader(RwSignal::new(Progress::read(&text))));
}

/// What the reader has done.
pub fn use_reader() -> Reader {
    expect_context()
}

impl Reader {
    /// All of it, as it is now.
    pub fn progress(self) -> Progress {
        self.0.get_untracked()
    }

    /// What was answered to a prediction. Tracked.
    pub fn answered(self, lesson: &str, prediction: &str) -> Option<Answered> {
        let key = key(lesson, prediction);
        self.0.with(|progress| progress.answers.get(&key).copied())
    }

    /// Whether a challenge was met. Tracked.
    pub fn has_met(self, lesson: &str, challenge: &str) -> bool {
        let key = key(lesson, challenge);
        self.0.with(|progress| progress.met.contains(&key))
    }

    /// Notes that an experiment of the lesson was run, and what it met.
    pub fn note_run(self, lesson: &Lesson, met: &[String]) {
        self.change(|progress| progress.run(lesson, met));
    }

    /// Notes an answer to a prediction.
    pub fn note_answer(self, lesson: &Lesson, prediction: &str, answer: usize) {
        self.change(|progress| progress.answer(lesson, prediction, answer));
    }

    /// Notes where the reader is.
    pub fn note_visit(self, id: &str, query: &str) {
        let visit = Visit {
            id: id.to_owned(),
            query: query.to_owned(),
        };
        self.change(|progress| progress.last = Some(visit));
    }

    fn change(self, change: impl FnOnce(&mut Progress)) {
        let mut progress = match kept(KEY) {
            Some(text) => Progress::read(&text),
            // A browser without a store: the page remembers as long as it is there.
            None => self.0.get_untracked(),
        };
        change(&mut progress);
        keep(KEY, &progress.write());
        self.0.set(progress);
    }
}
