//! Timers: those of a run in one ordered map, with the earliest at hand.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::time::{Fire, TimerKey};

/// The timers of a run.
pub(crate) struct Timers {
    set: Mutex<BTreeMap<TimerKey, Fire>>,
    /// When the earliest fires; `u64::MAX` with none.
    next_ns: AtomicU64,
}

impl Timers {
    pub(super) fn new() -> Self {
        Timers {
            set: Mutex::new(BTreeMap::new()),
            next_ns: AtomicU64::new(u64::MAX),
        }
    }

    /// When the earliest fires; `u64::MAX` with none.
    pub(super) fn next_ns(&self) -> u64 {
        self.next_ns.load(Ordering::SeqCst)
    }

    /// Sets one; whether it is the earliest now.
    pub(super) fn set(&self, timer: TimerKey, fire: Fire) -> bool {
        let mut set = self.set.lock();
        let earliest = set
            .first_key_value()
            .is_none_or(|(first, _)| timer.at_ns < first.at_ns);
        set.insert(timer, fire);
        if earliest {
            self.next_ns.store(timer.at_ns, Ordering::SeqCst);
        }
        earliest
    }

    /// Takes one back; whether it had not fired.
    pub(crate) fn clear(&self, timer: TimerKey) -> bool {
        let mut set = self.set.lock();
        let cleared = set.remove(&timer);
        self.look(&set);
        drop(set);
        // Its waker may be the last reference to anything.
        cleared.is_some()
    }

    /// Takes all back.
    pub(super) fn clear_all(&self) {
        let all = std::mem::take(&mut *self.set.lock());
        self.next_ns.store(u64::MAX, Ordering::SeqCst);
        drop(all);
    }

    /// Takes the earliest out if its time has come.
    pub(super) fn take_due(&self, now_ns: u64) -> Option<(TimerKey, Fire)> {
        if self.next_ns() > now_ns {
            return None;
        }
        let mut set = self.set.lock();
        let first = set.first_entry()?;
        if first.key().at_ns > now_ns {
            return None;
        }
        let due = first.remove_entry();
        self.look(&set);
        Some(due)
    }

    fn look(&self, set: &BTreeMap<TimerKey, Fire>) {
        let next_ns = set.first_key_value().map_or(u64::MAX, |(key, _)| key.at_ns);
        self.next_ns.store(next_ns, Ordering::SeqCst);
    }
}
