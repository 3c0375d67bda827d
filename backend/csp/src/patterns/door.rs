//! What lets submitters into a pool, until it is shut.
//!
//! A channel must not be closed while somebody may still send to it. So who
//! submits goes through the door first, and stays inside until the task is in a
//! channel; who shuts the pool closes the door, waits until nobody is inside, and
//! closes the channels then.

use parking_lot::Mutex;

use crate::sync::WaitGroup;

/// The door of a pool.
pub(super) struct Door {
    shut: Mutex<bool>,
    inside: WaitGroup,
}

/// Somebody inside; goes out when it is dropped.
pub(super) struct Inside<'a> {
    door: &'a Door,
}

impl Door {
    #[track_caller]
    pub(super) fn new() -> Self {
        Door {
            shut: Mutex::new(false),
            inside: WaitGroup::named("submitting"),
        }
    }

    /// Goes in, unless it is shut.
    pub(super) fn enter(&self) -> Option<Inside<'_>> {
        let shut = self.shut.lock();
        if *shut {
            return None;
        }
        self.inside.add(1);
        Some(Inside { door: self })
    }

    /// Shuts it, and waits until nobody is inside; whether it was this call that
    /// shut it.
    pub(super) async fn shut(&self) -> bool {
        let first = !std::mem::replace(&mut *self.shut.lock(), true);
        self.inside.wait().await;
        first
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.door.inside.done();
    }
}
