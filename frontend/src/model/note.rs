//! What happened to locks, atomics, cells, contexts and threads: a list that
//! only grows, for the table.
//!
//! A loop over an atomic makes a million of them, and a table is read from its
//! top, so the first are kept and the rest is counted. Races have room of their
//! own: one is the reason why somebody looks.

use protocol::event::{Event, Kind};

/// The most notes that are kept: more is not read, and slows the page.
pub const MAX_NOTES: usize = 500;
/// The most races that are kept beside them.
pub const MAX_RACES: usize = 50;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// When, in nanoseconds since the run started.
    pub t_ns: u64,
    /// On which processor, or [`protocol::event::NO_P`].
    pub p: u16,
    /// To which goroutine, or [`protocol::event::NO_GOROUTINE`].
    pub g: u32,
    /// The place in the code, or [`protocol::event::NO_PLACE`].
    pub at: u32,
    /// What.
    pub kind: Kind,
}

/// The notes of a run.
#[derive(Debug, Default)]
pub(super) struct Notes {
    kept: Vec<Note>,
    races: usize,
    more: usize,
}

impl Notes {
    /// Keeps an event that happened at `t_ns`, or counts it.
    pub(super) fn take(&mut self, t_ns: u64, event: &Event) {
        let is_race = matches!(event.kind, Kind::Raced { .. });
        let has_room = if is_race {
            self.races < MAX_RACES
        } else {
            self.kept.len() - self.races < MAX_NOTES
        };
        if !has_room {
            self.more += 1;
            return;
        }
        self.races += usize::from(is_race);
        self.kept.push(Note {
            t_ns,
            p: event.p,
            g: event.g,
            at: event.at,
            kind: event.kind.clone(),
        });
    }

    /// Those that are kept, in order of time.
    pub(super) fn kept(&self) -> &[Note] {
        &self.kept
    }

    /// How many are not.
    pub(super) fn more(&self) -> usize {
        self.more
    }
}
