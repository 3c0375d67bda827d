//! How Ms sleep and are woken.
//!
//! No wake-up is lost, by the order of these steps:
//!
//! 1. Who makes a goroutine runnable queues it, and then looks whether an M is
//!    idle and none spins; if so it takes one M off the idle list and wakes it
//!    as a spinning one.
//! 2. An M that found nothing puts itself on the idle list, stops counting as
//!    spinning, and then looks at all queues once more before it sleeps.
//! 3. Both put a full fence between their write and their look, so at least one
//!    of them sees the other.
//! 4. A spinning M that finds work and was the last to spin wakes another: what
//!    else there is has nobody looking for it otherwise.
//! 5. Who counts an M as spinning and then finds none on the list takes that back
//!    before it unlocks the list. Later, and an M could go to sleep in between,
//!    while somebody queues a goroutine and trusts in the M that spins.
//!
//! The `runnext` of a P is left out of step 2: its owner runs it as soon as its
//! goroutine blocks. That a goroutine that does not block cannot keep it is
//! seen to once a tick of sysmon (`Processor::asked_tick`).
//!
//! What is woken softly (`ambient::softly`) is queued without step 1, but for the
//! first of a tick: sysmon does the rest, which at every tick wakes an M if
//! anything is queued.

#[cfg(all(test, csp_loom))]
mod models;

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::shared::Shared;
use crate::memory::fence;

impl Shared {
    /// Wakes an M to look for work, if one is idle and none looks already.
    pub(super) fn wake_one(&self) {
        fence(Ordering::SeqCst);
        if self.idle_count.load(Ordering::SeqCst) == 0
            || self.spinning.load(Ordering::SeqCst) != 0
            || self
                .spinning
                .compare_exchange(0, 1, Ordering::SeqCst, Ordering::SeqCst)
                .is_err()
        {
            return;
        }
        let machine = {
            let mut idle = self.idle.lock();
            let machine = idle.pop();
            self.idle_count.store(idle.len(), Ordering::SeqCst);
            if machine.is_none() {
                // Nobody spins after all. Said under the lock: an M that lists
                // itself after this has no goroutine queued meanwhile that counts
                // on it.
                self.spinning.fetch_sub(1, Ordering::SeqCst);
            }
            machine
        };
        if let Some(index) = machine {
            self.machines[index].parker.notify();
        }
    }

    /// Whether M may spin: at most half as many do as are busy.
    pub(super) fn may_spin(&self) -> bool {
        let busy = self.processors.len() - self.idle_count.load(Ordering::SeqCst);
        if 2 * self.spinning.load(Ordering::SeqCst) < busy {
            self.spinning.fetch_add(1, Ordering::SeqCst);
            return true;
        }
        false
    }

    /// A spinning M has found work.
    pub(super) fn stops_spinning(&self) {
        if self.spinning.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.wake_one();
        }
    }

    /// Sleeps until there may be work. The M counts as spinning from here on,
    /// whoever woke it.
    pub(super) fn sleep(&self, index: usize, spinning: bool) {
        let parker = &self.machines[index].parker;
        {
            let mut idle = self.idle.lock();
            idle.push(index);
            self.idle_count.store(idle.len(), Ordering::SeqCst);
        }
        if spinning {
            self.spinning.fetch_sub(1, Ordering::SeqCst);
        }
        fence(Ordering::SeqCst);
        if !self.has_work() && !self.stopping() {
            let timeout = self.keep_timers(index);
            let notified = match timeout {
                Some(Duration::ZERO) => false,
                timeout => parker.park(timeout),
            };
            if timeout.is_some() {
                let keeper = &self.timer_keeper;
                let _ = keeper.compare_exchange(index + 1, 0, Ordering::SeqCst, Ordering::SeqCst);
            }
            if notified && !self.still_idle(index) {
                return;
            }
        }
        // Nobody sent for it: it leaves the list by itself, unless somebody
        // does in this very moment.
        if self.leave_idle(index) {
            self.spinning.fetch_add(1, Ordering::SeqCst);
        } else {
            parker.park(None);
        }
    }

    fn still_idle(&self, index: usize) -> bool {
        self.idle.lock().contains(&index)
    }

    fn leave_idle(&self, index: usize) -> bool {
        let mut idle = self.idle.lock();
        let Some(place) = idle.iter().position(|&other| other == index) else {
            return false;
        };
        idle.swap_remove(place);
        self.idle_count.store(idle.len(), Ordering::SeqCst);
        true
    }

    /// Whether every M sleeps.
    pub(super) fn all_idle(&self) -> bool {
        self.idle_count.load(Ordering::SeqCst) == self.processors.len()
    }
}
