//! A goroutine of a simulated run, and its waker.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::task::Wake;

use parking_lot::Mutex;

use super::engine::Sim;
use crate::ambient::{BoxFuture, Goroutine};
use crate::trace::{NO_P, P};

/// A goroutine. All that changes in it does so on the run's thread; the locks
/// and atomics are never waited for.
pub(super) struct Task {
    pub(super) sim: Weak<Sim>,
    pub(super) goroutine: Goroutine,
    /// `None` while it is polled, and once it has ended.
    pub(super) future: Mutex<Option<BoxFuture>>,
    /// How it stands, under the lock of the run's state.
    pub(super) status: Mutex<Status>,
    /// It was chosen to do the operation that it stopped at: no choice again.
    pub(super) granted: AtomicBool,
    /// The P it keeps, or [`NO_P`].
    p: AtomicU16,
    /// The step at which its slice began, or since when it could run.
    pub(super) since_step: AtomicU64,
}

/// How a goroutine stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// For its waker.
    Waits,
    /// In the queue, or about to be polled.
    Runnable,
    /// It is polled.
    Running,
    /// It is polled, and was woken meanwhile.
    Woken,
    /// Its future is gone.
    Ended,
}

impl Task {
    pub(super) fn new(sim: Weak<Sim>, goroutine: Goroutine, future: BoxFuture) -> Self {
        Task {
            sim,
            goroutine,
            future: Mutex::new(Some(future)),
            status: Mutex::new(Status::Runnable),
            granted: AtomicBool::new(false),
            p: AtomicU16::new(NO_P),
            since_step: AtomicU64::new(0),
        }
    }

    pub(super) fn p(&self) -> P {
        self.p.load(Ordering::Relaxed)
    }

    pub(super) fn set_p(&self, p: P) {
        self.p.store(p, Ordering::Relaxed);
    }

    pub(super) fn since_step(&self) -> u64 {
        self.since_step.load(Ordering::Relaxed)
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if let Some(sim) = self.sim.upgrade() {
            sim.wake(self);
        }
    }
}
