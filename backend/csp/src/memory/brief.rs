//! A lock for what takes some dozen nanoseconds: a byte, and whoever finds it
//! taken looks again.
//!
//! It is released by a plain store, where a lock that has threads sleep in a
//! queue must look for them by a second locked instruction; of an operation that
//! is little more than its lock, that is a fifth.
//!
//! Who waits pauses, each time twice as long; then gives its core away, and at
//! last sleeps: who holds the lock has lost its own core by then, and gets it
//! back the sooner. It is not fair, and orders nobody.

use std::sync::atomic::Ordering;

use super::{AtomicBool, pause};

/// The lock without what it guards.
pub(crate) struct Brief {
    taken: AtomicBool,
}

impl Brief {
    pub(crate) const fn with(taken: AtomicBool) -> Self {
        Brief { taken }
    }

    #[inline]
    pub(crate) fn try_lock(&self) -> bool {
        let (success, failure) = (Ordering::Acquire, Ordering::Relaxed);
        let exchanged = self.taken.compare_exchange(false, true, success, failure);
        exchanged.is_ok()
    }

    #[inline]
    pub(crate) fn lock(&self) {
        if !self.try_lock() {
            self.lock_contended();
        }
    }

    #[inline]
    pub(crate) fn unlock(&self) {
        self.taken.store(false, Ordering::Release);
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.taken.load(Ordering::Relaxed)
    }

    #[cold]
    fn lock_contended(&self) {
        let mut round = 0;
        loop {
            pause(round);
            round = round.saturating_add(1);
            if !self.is_locked() && self.try_lock() {
                return;
            }
        }
    }
}
