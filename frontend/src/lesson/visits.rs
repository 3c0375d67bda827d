//! What the reader has done, kept in the browser.

use leptos::prelude::*;

use crate::preferences::{keep, kept};
use crate::progress::{Progress, Visit};

/// Where the browser keeps it.
const KEY: &str = "interleave.progress";

/// What the reader has done; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct Reader(StoredValue<Progress>);

/// Reads it from the browser's store.
pub fn use_reader() -> Reader {
    let text = kept(KEY).unwrap_or_default();
    Reader(StoredValue::new(Progress::read(&text)))
}

impl Reader {
    /// Whether an experiment of the lesson was run.
    pub fn has_tried(self, id: &str) -> bool {
        self.0.with_value(|progress| progress.tried.contains(id))
    }

    /// Where the reader was last.
    pub fn last(self) -> Option<Visit> {
        self.0.with_value(|progress| progress.last.clone())
    }

    /// Notes that an experiment of the lesson was run.
    pub fn note_tried(self, id: &str) {
        self.0.update_value(|progress| {
            progress.tried.insert(id.to_owned());
        });
        self.write();
    }

    /// Notes where the reader is.
    pub fn note_visit(self, id: &str, query: &str) {
        let visit = Visit {
            id: id.to_owned(),
            query: query.to_owned(),
        };
        self.0.update_value(|progress| progress.last = Some(visit));
        self.write();
    }

    fn write(self) {
        keep(KEY, &self.0.with_value(Progress::write));
    }
}
