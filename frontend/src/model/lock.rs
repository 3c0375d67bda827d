//! Who holds a lock, and how much of a semaphore is left.
//!
//! Told from the events that are recorded under the lock itself, so that it is
//! right for whoever begins to wait. After a gap nothing is known.

use protocol::LockMode;
use protocol::event::NO_GOROUTINE;

/// A lock or a semaphore, as it is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// Who holds it alone, or [`NO_GOROUTINE`].
    pub writer: u32,
    /// How many hold it to read.
    pub readers: u32,
    /// What is left of a semaphore, where that is known.
    pub free: Option<u32>,
}

impl Lock {
    /// `g` holds it.
    pub(super) fn locked(&mut self, g: u32, mode: LockMode) {
        match mode {
            LockMode::Write => self.writer = g,
            LockMode::Read => self.readers += 1,
        }
    }

    /// It was released, straight to `to`, or [`NO_GOROUTINE`].
    pub(super) fn unlocked(&mut self, mode: LockMode, to: u32) {
        match mode {
            LockMode::Write => self.writer = to,
            LockMode::Read => self.readers = self.readers.saturating_sub(1),
        }
    }

    /// How many hold it.
    pub(super) fn holders(&self) -> u32 {
        self.readers + u32::from(self.writer != NO_GOROUTINE)
    }
}
