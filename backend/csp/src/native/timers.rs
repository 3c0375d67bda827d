//! Timers: a heap for each P, and who sees to them.
//!
//! A timer is set in the heap of the P that sets it (one more is for threads
//! without a P), and its key says which, to take it back there: Ps that each have
//! timers of their own rarely meet. Anybody fires what is due, its own first: each
//! M between two goroutines, the *keeper*, an M that sleeps until the next timer,
//! and sysmon, where every P is too busy.
//!
//! `next_ns` is a time at or before that of the first timer of all heaps. It is
//! all that an M looks at while nothing is due. No timer is missed:
//!
//! 1. Who sets a timer puts it into a heap, and then lowers `next_ns` to its time
//!    if that is earlier. If it lowered it, it wakes the keeper, or somebody to
//!    become it.
//! 2. Who fires raises `next_ns` to "none", and then reads the first time of each
//!    heap, and lowers it to the least of them. So either it sees the timer of
//!    step 1, or step 1 sees "none" and lowers it. If nobody is the keeper after
//!    that, it wakes somebody to become it.
//! 3. Who is about to sleep as the keeper looks at `next_ns` after everybody can
//!    see that it is. If that says "none", somebody may be in the middle of step
//!    2, and it looks again before it sleeps.
//!
//! Taking a timer back raises nothing: a keeper may wake once for nothing.

mod heap;

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::shared::Shared;
use crate::ambient::Local;
use crate::memory::{AtomicU64, Mutex};
use crate::time::{Fire, TimerKey};
use crate::trace::{Object, P};
use heap::Heap;

/// Timers that one look takes out to fire. The others are due too, and whoever
/// looks meanwhile takes the next ones.
const FIRE_BATCH: usize = 64;

/// The slot of a timer that was not set, since the run has ended.
const NO_SLOT: u32 = u32::MAX;

/// The timers of a run.
pub(crate) struct Timers {
    shards: Box<[Shard]>,
    next_ns: AtomicU64,
}

/// Those of a P, apart from the others' cache lines.
#[derive(Default)]
#[repr(align(128))]
struct Shard {
    heap: Mutex<Heap>,
    /// When the first fires; `u64::MAX` with none. Written with the heap locked.
    first_ns: AtomicU64,
}

impl Timers {
    pub(super) fn new(procs: usize) -> Self {
        let shard = || Shard {
            heap: Mutex::default(),
            first_ns: AtomicU64::new(u64::MAX),
        };
        Timers {
            shards: (0..=procs).map(|_| shard()).collect(),
            next_ns: AtomicU64::new(u64::MAX),
        }
    }

    /// A time at or before that of the next timer; `u64::MAX` with none, or while
    /// somebody looks.
    fn next_ns(&self) -> u64 {
        self.next_ns.load(Ordering::SeqCst)
    }

    /// Whether none is set.
    pub(super) fn is_empty(&self) -> bool {
        self.first_ns() == u64::MAX
    }

    fn first_ns(&self) -> u64 {
        let first = self
            .shards
            .iter()
            .map(|shard| shard.first_ns.load(Ordering::SeqCst));
        first.min().unwrap_or(u64::MAX)
    }

    /// The heap of `p`, or that of the threads without a P.
    fn home(&self, p: P) -> usize {
        usize::from(p).min(self.shards.len() - 1)
    }

    /// Sets one; whether it is earlier than all others seemed to be.
    fn set(&self, p: P, at_ns: u64, object: Object, fire: Fire) -> (TimerKey, bool) {
        let home = self.home(p);
        let slot = self.shards[home].change(|heap| heap.insert(at_ns, object, fire));
        let earlier =
            at_ns < self.next_ns() && at_ns < self.next_ns.fetch_min(at_ns, Ordering::SeqCst);
        let key = TimerKey {
            at_ns,
            object,
            home: home as u16,
            slot,
        };
        (key, earlier)
    }

    /// Takes one back; whether it had not fired.
    pub(super) fn clear(&self, timer: TimerKey) -> bool {
        let TimerKey {
            at_ns,
            object,
            home,
            slot,
        } = timer;
        let shard = &self.shards[usize::from(home)];
        // Dropped without the lock: its waker may be the last reference to
        // anything.
        let cleared = shard.change(|heap| heap.remove(at_ns, object, slot));
        cleared.is_some()
    }

    /// Takes all back.
    pub(super) fn clear_all(&self) {
        for shard in &self.shards {
            drop(shard.change(std::mem::take));
        }
    }

    /// Takes out some of those whose time has come, of the heap of `p` first;
    /// false if none seems to be due.
    fn take_due(&self, now_ns: u64, p: P, due: &mut Vec<(Object, Fire)>) -> bool {
        if self.next_ns() > now_ns {
            return false;
        }
        self.next_ns.swap(u64::MAX, Ordering::SeqCst);
        let (before, from) = self.shards.split_at(self.home(p));
        for shard in from.iter().chain(before) {
            if due.len() < FIRE_BATCH && shard.first_ns.load(Ordering::SeqCst) <= now_ns {
                let room = FIRE_BATCH - due.len();
                shard.change(|heap| {
                    due.extend(std::iter::from_fn(|| heap.pop_due(now_ns)).take(room));
                });
            }
        }
        self.next_ns.fetch_min(self.first_ns(), Ordering::SeqCst);
        true
    }
}

impl Shard {
    /// Changes the heap, and says when its first fires if that has changed.
    fn change<R>(&self, change: impl FnOnce(&mut Heap) -> R) -> R {
        let mut heap = self.heap.lock();
        let before_ns = heap.first_ns();
        let result = change(&mut heap);
        let first_ns = heap.first_ns();
        if first_ns < before_ns {
            self.first_ns.store(first_ns, Ordering::SeqCst);
        } else if first_ns > before_ns {
            // To see it too early costs a look, and nothing is missed.
            self.first_ns.store(first_ns, Ordering::Release);
        }
        result
    }
}

impl Shared {
    /// Sets a timer, and sees to it that somebody is awake when it fires.
    pub(super) fn set_timer(&self, p: P, at_ns: u64, object: Object, fire: Fire) -> TimerKey {
        if self.stopping() {
            return TimerKey {
                at_ns,
                object,
                home: 0,
                slot: NO_SLOT,
            };
        }
        let (key, earlier) = self.timers.set(p, at_ns, object, fire);
        if earlier {
            match self.timer_keeper.load(Ordering::SeqCst) {
                0 => self.wake_one(),
                keeper => self.machines[keeper - 1].parker.notify(),
            }
        }
        key
    }

    /// Fires the timers whose time has come. To be called between goroutines.
    pub(super) fn fire_timers(&self, local: &Local) {
        debug_assert!(local.goroutine().is_none());
        if self.timers.next_ns() == u64::MAX {
            return;
        }
        let now_ns = self.ledger.clock.now_ns();
        let mut due = Vec::new();
        let mut looked = false;
        while self.timers.take_due(now_ns, local.p.get(), &mut due) {
            looked = true;
            for (object, fire) in due.drain(..) {
                fire.fire(object);
            }
        }
        if looked
            && self.timers.next_ns() != u64::MAX
            && self.timer_keeper.load(Ordering::SeqCst) == 0
        {
            self.wake_one();
        }
    }

    /// How long M `index` may sleep, if it is to see to the timers; `None` if it is
    /// not.
    pub(super) fn keep_timers(&self, index: usize) -> Option<Duration> {
        if self.timers.next_ns() == u64::MAX {
            return None;
        }
        self.timer_keeper
            .compare_exchange(0, index + 1, Ordering::SeqCst, Ordering::SeqCst)
            .ok()?;
        // It may have changed before anybody could see that there is a keeper.
        match self.timers.next_ns() {
            u64::MAX => Some(Duration::ZERO),
            next_ns => {
                let now_ns = self.ledger.clock.now_ns();
                Some(Duration::from_nanos(next_ns.saturating_sub(now_ns)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::thread;

    use super::*;

    const THREADS: usize = 3;

    fn fire() -> Fire {
        Fire::Call(Box::new(|| {}))
    }

    /// Set, taken back and fired from several threads at once, each timer is
    /// fired or taken back, once, and none of those that are left is missed: the
    /// next one is not later than `next_ns`.
    #[test]
    fn no_timer_is_lost() {
        let each: u64 = if cfg!(miri) { 40 } else { 20_000 };
        let timers = Timers::new(THREADS - 1);
        let (fired, cleared, left) = (AtomicUsize::new(0), AtomicUsize::new(0), each / 4);
        thread::scope(|scope| {
            for p in 0..THREADS as P {
                let (timers, fired, cleared) = (&timers, &fired, &cleared);
                scope.spawn(move || {
                    let mut due = Vec::new();
                    let mut before = None;
                    for number in 0..each {
                        // Some fire soon, some in the end, and some never here.
                        let at_ns = match number % 4 {
                            0 => 1_000_000 + number,
                            _ => number + number % 7,
                        };
                        let object = number as Object * THREADS as Object + Object::from(p);
                        let (key, _) = timers.set(p, at_ns, object, fire());
                        if number % 4 == 1 && before.replace(key).is_some_and(|k| timers.clear(k)) {
                            cleared.fetch_add(1, Ordering::Relaxed);
                        }
                        timers.take_due(number, p, &mut due);
                        fired.fetch_add(due.drain(..).count(), Ordering::Relaxed);
                    }
                    while timers.take_due(999_999, p, &mut due) {
                        fired.fetch_add(due.drain(..).count(), Ordering::Relaxed);
                    }
                });
            }
        });
        // Another may have been looking when the last thread saw "none".
        let (mut due, mut late) = (Vec::new(), 0);
        while timers.take_due(999_999, 0, &mut due) {
            late += due.drain(..).count();
        }
        let gone = fired.into_inner() + cleared.into_inner() + late;
        let left = left as usize * THREADS;
        assert_eq!(gone + left, each as usize * THREADS);
        assert!(timers.next_ns() <= timers.first_ns() && !timers.is_empty());
        while timers.take_due(u64::MAX - 1, 0, &mut due) {
            due.clear();
        }
        assert!(timers.is_empty() && timers.next_ns() == u64::MAX);
        timers.clear_all();
    }
}
