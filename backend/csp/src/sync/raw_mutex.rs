//! The lock itself, without what it guards: Go's `sync.Mutex`.
//!
//! One word says all that the fast path has to know:
//!
//! | flag | means |
//! |---|---|
//! | `LOCKED` | somebody holds it |
//! | `WAITING` | the queue is not empty |
//! | `WOKEN` | one of the queue was woken to try, and has not tried yet |
//! | `STARVING` | it is handed over in the order of arrival |
//! | `LEAKED` | who holds it has no guard: a plain unlock ends that |
//!
//! Invariants, whenever the lock of the queue is free:
//!
//! 1. `WAITING` is set exactly if the queue is not empty; `STARVING` and `WOKEN`
//!    only if it is not, and never both.
//! 2. If the queue is not empty, then `LOCKED` or `WOKEN` is set, or the thread
//!    that cleared `LOCKED` is on its way to the queue: so somebody will see to
//!    the first.
//! 3. Under `STARVING` nobody takes the lock: who gives it back, or finds it so,
//!    hands it to the first.
//!
//! In Go's normal mode a waiter is woken to compete with whoever comes along,
//! which is quick, since those who run need no switch. It stays in the queue, in
//! its place, while it does. A waiter that loses after more than a millisecond
//! turns the starvation mode on; it ends with a waiter that waited less, or the
//! last one.

use std::sync::atomic::Ordering;
use std::task::Waker;

use super::subject::Subject;
use super::waiting::{End, Left, Source};
use crate::ambient;
use crate::chan::waiter::{Progress, Queue, Waiter};
use crate::memory::{AtomicU32, Mutex, MutexGuard, bound};
use crate::trace::{G, Kind, LockMode, Object, Place, Reason};

const LOCKED: u32 = 1;
const WAITING: u32 = 2;
const WOKEN: u32 = 4;
const STARVING: u32 = 8;
const LEAKED: u32 = 16;

/// How long a waiter may lose before the lock is handed over in order; Go's
/// `starvationThresholdNs`.
const STARVATION_NS: u64 = 1_000_000;

/// How often a goroutine looks again before it waits, as long as the one that
/// holds the lock may run on another P. Each look is twice as far from the one
/// before, so all take about as long as parking and waking do.
const SPINS: u32 = bound(4, 1) as u32;

/// A lock.
pub(super) struct RawMutex {
    word: AtomicU32,
    waiters: Mutex<Waiters>,
}

/// Who waits; each carries the time since which it does.
pub(super) struct Waiters {
    queue: Queue<u64>,
}

impl Waiters {
    /// The goroutine of the first, or 0.
    #[allow(unsafe_code)]
    fn first_g(&self) -> G {
        // SAFETY: linked, hence valid; reached under the lock.
        self.queue.first().map_or(0, |first| unsafe { (*first).g })
    }
}

// SAFETY: the queue holds pointers to waiters, which are reached only under the
// lock.
#[allow(unsafe_code)]
unsafe impl Send for Waiters {}

/// It was not locked, or another's guard will unlock it.
pub(super) struct NotLocked;

/// The operation that takes a lock for `reason`. For a Mutex it records that it
/// did; of an RWMutex the lock is only the first half.
#[derive(Clone, Copy)]
pub(super) struct Locking<'a> {
    pub(super) raw: &'a RawMutex,
    pub(super) subject: &'a Subject,
    pub(super) reason: Reason,
}

impl RawMutex {
    pub(super) fn new() -> Self {
        RawMutex {
            word: AtomicU32::new(0),
            waiters: Mutex::new(Waiters {
                queue: Queue::new(),
            }),
        }
    }
}

impl<'a> Locking<'a> {
    fn word(&self) -> &'a AtomicU32 {
        &self.raw.word
    }

    /// Takes it if it is free.
    #[inline]
    pub(super) fn try_lock(&self, at: Place) -> bool {
        if !self.barge() {
            return false;
        }
        self.taken(at);
        true
    }

    /// Takes it if it is free, whoever waits. It looks before it swaps: while any
    /// wait, the word is not 0 for long.
    #[inline]
    fn barge(&self) -> bool {
        let mut word = self.word().load(Ordering::Relaxed);
        while word & (LOCKED | STARVING) == 0 {
            match self.swap(word, word | LOCKED, Ordering::Acquire) {
                Ok(()) => return true,
                Err(now) => word = now,
            }
        }
        false
    }

    fn swap(&self, old: u32, new: u32, success: Ordering) -> Result<(), u32> {
        let word = self.word();
        let swapped = word.compare_exchange_weak(old, new, success, Ordering::Relaxed);
        swapped.map(|_| ())
    }

    /// Looks a few times whether it gets free.
    #[cold]
    fn spin(&self) -> bool {
        if !others_run() {
            return false;
        }
        for spins in 0..SPINS {
            for _ in 0..64 << spins {
                std::hint::spin_loop();
            }
            let word = self.word().load(Ordering::Relaxed);
            if word & STARVING != 0 {
                return false;
            }
            if word & LOCKED == 0 && self.barge() {
                return true;
            }
        }
        false
    }

    /// The running goroutine holds it from now on.
    #[inline]
    fn taken(&self, at: Place) {
        if self.records() {
            let moment = ambient::moment();
            let g = ambient::g();
            self.subject.locked(&moment, g, at, LockMode::Write);
        }
    }

    #[inline]
    fn records(&self) -> bool {
        self.subject.is_traced() && self.reason == Reason::Mutex
    }

    /// Gives it back; whoever holds it has a guard.
    #[inline]
    pub(super) fn unlock(&self, at: Place) {
        if self.records() {
            return self.unlock_recorded(at);
        }
        let before = self.word().fetch_sub(LOCKED, Ordering::Release);
        if before & (WAITING | WOKEN) == WAITING {
            self.unlock_contended(at);
        }
    }

    /// Somebody waits, and nobody was woken to try.
    #[cold]
    fn unlock_contended(&self, at: Place) {
        let mut waiters = self.raw.waiters.lock();
        let waker = self.pass_on(&mut waiters, at);
        drop(waiters);
        wake(waker);
    }

    /// The same, recording that it was given back before anybody else can have
    /// it.
    #[cold]
    fn unlock_recorded(&self, at: Place) {
        let mut waiters = self.raw.waiters.lock();
        let moment = ambient::moment();
        let to = match self.starves() {
            true => waiters.first_g(),
            false => 0,
        };
        self.subject.unlocked(&moment, at, LockMode::Write, to);
        self.word().fetch_sub(LOCKED, Ordering::Release);
        let waker = self.pass_on(&mut waiters, at);
        drop(moment);
        drop(waiters);
        wake(waker);
    }

    /// Whether it is handed over in order; that changes under the lock of the
    /// queue alone.
    fn starves(&self) -> bool {
        self.word().load(Ordering::Relaxed) & STARVING != 0
    }

    /// It was given back: sees to the first of the queue, unless others will.
    fn pass_on(&self, waiters: &mut Waiters, at: Place) -> Option<Waker> {
        let word = self.word().load(Ordering::Relaxed);
        if word & (LOCKED | WOKEN) != 0 {
            return None;
        }
        match word & STARVING {
            0 => self.wake_first(waiters, at),
            _ => self.hand_over(waiters, at),
        }
    }

    /// Wakes the first of the queue to compete.
    #[allow(unsafe_code)]
    fn wake_first(&self, waiters: &Waiters, at: Place) -> Option<Waker> {
        let first = waiters.queue.first()?;
        self.word().fetch_or(WOKEN, Ordering::Relaxed);
        // SAFETY: linked, hence valid; reached under the lock.
        let first = unsafe { &mut *first };
        let moment = ambient::moment();
        let (woken, since_ns) = (first.g, first.since_ns);
        self.subject
            .unblocked(&moment, woken, self.reason, since_ns, at);
        // If it loses, it blocks anew.
        first.since_ns = moment.t_ns;
        first.claim().flatten()
    }

    /// Gives the lock to the first of the queue, under `STARVING`.
    #[allow(unsafe_code)]
    fn hand_over(&self, waiters: &mut Waiters, at: Place) -> Option<Waker> {
        let Some(first) = waiters.queue.pop() else {
            unreachable!("nobody waits, so nobody starves");
        };
        // SAFETY: popped under the lock, so it is valid, and ours until
        // `finish`.
        let first = unsafe { &mut *first };
        let waited_ns = now_ns().saturating_sub(first.slot.unwrap_or(0));
        let mut ends = 0;
        if waiters.queue.is_empty() {
            ends = WAITING | STARVING;
        } else if waited_ns < STARVATION_NS {
            ends = STARVING;
        }
        let moment = ambient::moment();
        let (to, since_ns) = (first.g, first.since_ns);
        // It is the first's before anybody else can take it.
        self.word().fetch_or(LOCKED, Ordering::Relaxed);
        if self.records() {
            self.subject.locked(&moment, to, first.at, LockMode::Write);
        }
        self.subject
            .unblocked(&moment, to, self.reason, since_ns, at);
        if ends & STARVING != 0 {
            self.record_starving(false, at);
        }
        self.word().fetch_and(!ends, Ordering::Relaxed);
        let waker = first.claim().flatten();
        first.finish(Progress::Done);
        waker
    }

    fn record_starving(&self, on: bool, at: Place) {
        if self.records() {
            let object = self.subject.object;
            ambient::record(at, || Kind::Starving { object, on });
        }
    }

    /// Leaves it locked without a guard: [`take_leaked`](Self::take_leaked) and
    /// `unlock` end that.
    pub(super) fn leak(&self) {
        self.word().fetch_or(LEAKED, Ordering::Relaxed);
    }

    /// The caller has a lock that was leaked, as if it had its guard.
    pub(super) fn take_leaked(&self) -> Result<(), NotLocked> {
        match self.word().fetch_and(!LEAKED, Ordering::Relaxed) & LEAKED {
            0 => Err(NotLocked),
            _ => Ok(()),
        }
    }
}

impl Source for Locking<'_> {
    type State = Waiters;
    type Ticket = u64;
    type Output = ();

    fn lock(&self) -> MutexGuard<'_, Waiters> {
        self.raw.waiters.lock()
    }

    fn queue<'s>(&self, waiters: &'s mut Waiters) -> &'s mut Queue<u64> {
        &mut waiters.queue
    }

    fn waits_for(&self) -> (Reason, Object) {
        (self.reason, self.subject.object)
    }

    #[inline]
    fn enter_at_once(&self, at: Place) -> Option<()> {
        if !self.barge() && !self.spin() {
            return None;
        }
        self.taken(at);
        Some(())
    }

    fn enter(&self, _waiters: &mut Waiters, at: Place) -> Option<()> {
        let mut word = self.word().load(Ordering::Relaxed);
        loop {
            let free = word & (LOCKED | STARVING) == 0;
            let next = word | if free { LOCKED } else { WAITING };
            match self.swap(word, next, Ordering::Acquire) {
                Ok(()) if free => break,
                Ok(()) => {
                    if let Some(ledger) = self.subject.ledger() {
                        ledger.lock_blocks();
                    }
                    return None;
                }
                Err(now) => word = now,
            }
        }
        self.taken(at);
        Some(())
    }

    fn ticket(&self, _waiters: &mut Waiters) -> u64 {
        now_ns()
    }

    fn enter_again(&self, _waiters: &mut Waiters, waiter: &mut Waiter<u64>) -> Option<()> {
        let woken = waiter.is_woken();
        let tried = if woken { !WOKEN } else { !0 };
        let starves = woken && now_ns().saturating_sub(waiter.slot.unwrap_or(0)) > STARVATION_NS;
        let mut word = self.word().load(Ordering::Relaxed);
        loop {
            let free = word & (LOCKED | STARVING) == 0;
            let next = match (free, starves) {
                (true, _) => (word & tried) | LOCKED,
                (false, true) => (word & tried) | STARVING,
                (false, false) => word & tried,
            };
            match self.swap(word, next, Ordering::Acquire) {
                Ok(()) if free => break,
                Ok(()) => {
                    if starves && word & STARVING == 0 {
                        self.record_starving(true, waiter.at);
                    }
                    return None;
                }
                Err(now) => word = now,
            }
        }
        self.taken(waiter.at);
        Some(())
    }

    fn unlinked(&self, waiters: &mut Waiters) {
        if waiters.queue.is_empty() {
            let ends = WAITING | STARVING;
            self.word().fetch_and(!ends, Ordering::Relaxed);
        }
    }

    fn ended(&self, _end: End<u64>) {}

    fn left(&self, mut waiters: MutexGuard<'_, Waiters>, left: Left<u64>, at: Place) {
        match left {
            // The lock is its own.
            Left::Ended(_) => {
                drop(waiters);
                self.unlock(at);
            }
            Left::Waited { woken: true } => {
                self.word().fetch_and(!WOKEN, Ordering::Relaxed);
                let waker = self.pass_on(&mut waiters, at);
                drop(waiters);
                wake(waker);
            }
            Left::Waited { woken: false } => {}
        }
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// Whether another thread may be about to unlock.
fn others_run() -> bool {
    ambient::with(|local| match local {
        Some(local) => !local.simulated && local.engine.procs() > 1,
        None => !cfg!(target_arch = "wasm32"),
    })
}

/// The time, by the clock of the run, or outside of any by the machine's.
fn now_ns() -> u64 {
    ambient::with(|local| match local {
        Some(local) => local.ledger.clock.now_ns(),
        None => machine_ns(),
    })
}

#[cfg(all(test, csp_loom))]
use crate::memory::now_ns as machine_ns;

#[cfg(all(not(target_arch = "wasm32"), not(all(test, csp_loom))))]
fn machine_ns() -> u64 {
    static START: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed().as_nanos() as u64
}

/// A page has one thread: nobody starves outside of a run.
#[cfg(target_arch = "wasm32")]
fn machine_ns() -> u64 {
    0
}
