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
    state: Mutex<State>,
    inside: WaitGroup,
}

#[derive(Default)]
struct State {
    shut: bool,
    /// Somebody has been told that nobody is inside any more.
    told: bool,
}

/// Somebody inside; goes out when it is dropped.
pub(super) struct Inside<'a> {
    door: &'a Door,
}

impl Door {
    #[track_caller]
    pub(super) fn new() -> Self {
        Door {
            state: Mutex::default(),
            inside: WaitGroup::named("submitting"),
        }
    }

    /// Goes in, unless it is shut.
    pub(super) fn enter(&self) -> Option<Inside<'_>> {
        let state = self.state.lock();
        if state.shut {
            return None;
        }
        self.inside.add(1);
        Some(Inside { door: self })
    }

    /// Shuts it: from here on nobody goes in.
    pub(super) fn shut(&self) {
        self.state.lock().shut = true;
    }

    /// Waits until nobody is inside a door that is shut; whether this call is
    /// the first to see that, and so the one that closes the channels. It is not
    /// the first that waits: that one may have been dropped meanwhile.
    pub(super) async fn left(&self) -> bool {
        self.inside.wait().await;
        !std::mem::replace(&mut self.state.lock().told, true)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.door.inside.done();
    }
}
