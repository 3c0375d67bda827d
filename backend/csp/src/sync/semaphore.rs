//! A weighted semaphore, first come first served.

use std::panic::Location;
use std::sync::Arc;

use super::subject::Subject;
use super::waiting::{End, Left, Source, Waiting, operation};
use crate::ambient::{self, Moment};
use crate::chan::waiter::{Progress, Queue, Wakers};
use crate::memory::{Mutex, MutexGuard};
use crate::panics;
use crate::trace::{G, Kind, Object, ObjectKind, Place, Reason};

/// `golang.org/x/sync/semaphore`: as many units as it was made with, of which
/// each takes as many as it needs, and gives them back. Clones share them.
///
/// Who waits is served in the order of arrival: a large demand is not passed by
/// the small ones behind it, which would starve it.
#[derive(Clone)]
pub struct Semaphore {
    inner: Arc<Inner>,
}

/// What the clones share.
pub(super) struct Inner {
    subject: Subject,
    size: u32,
    state: Mutex<State>,
}

/// What the lock guards.
///
/// Invariant: the first of `waiters` asks for more than `free`.
pub(super) struct State {
    free: u32,
    /// Each carries what it asks for.
    waiters: Queue<u32>,
    /// Those that ask for more than there is, and hold up nobody.
    hopeless: Queue<u32>,
}

// SAFETY: the queues hold pointers to waiters, which are reached only under the
// lock.
#[allow(unsafe_code)]
unsafe impl Send for State {}

impl Semaphore {
    /// With `size` units, all of them free.
    ///
    /// Events: `Made`, whose capacity is `size`.
    #[track_caller]
    pub fn new(size: u32) -> Self {
        Self::make(None, size, Location::caller())
    }

    /// With a name, for the picture.
    #[track_caller]
    pub fn named(name: impl Into<Arc<str>>, size: u32) -> Self {
        Self::make(Some(name.into()), size, Location::caller())
    }

    fn make(name: Option<Arc<str>>, size: u32, at: Place) -> Self {
        Semaphore {
            inner: Arc::new(Inner {
                subject: Subject::new(ObjectKind::Semaphore, name, size, at),
                size,
                state: Mutex::new(State {
                    free: size,
                    waiters: Queue::new(),
                    hopeless: Queue::new(),
                }),
            }),
        }
    }

    /// Takes `count` units, waiting until so many are free. More than there are
    /// it waits for in vain, as in Go without a deadline, and holds up nobody.
    ///
    /// Cancel safety: dropped, it holds nothing; units that had been given to it
    /// go to the next.
    ///
    /// Events: `Acquired`; before it `Blocked` and `Woken`, if it waits.
    #[track_caller]
    pub fn acquire(&self, count: u32) -> Acquire<'_> {
        let source = Demand {
            semaphore: &self.inner,
            count,
        };
        Acquire {
            waiting: Waiting::new(source, Location::caller()),
        }
    }

    /// Takes `count` units if so many are free and nobody waits; whether it did.
    /// Does not wait.
    ///
    /// Events: `Acquired`.
    #[track_caller]
    pub fn try_acquire(&self, count: u32) -> bool {
        let inner = &*self.inner;
        inner.take(&mut inner.state.lock(), count, Location::caller())
    }

    /// Gives `count` units back. Does not wait.
    ///
    /// Events: `Released`; for each that goes on by it `Acquired` and `Woken`.
    ///
    /// # Panics
    /// With Go's panic if more were given back than were taken: `semaphore:
    /// released more than held`.
    #[track_caller]
    pub fn release(&self, count: u32) {
        let at = Location::caller();
        let inner = &*self.inner;
        let state = inner.state.lock();
        if count > inner.size - state.free {
            drop(state);
            panics::unwind("semaphore: released more than held", at);
        }
        inner.give_back(state, count, at);
    }
}

impl Inner {
    fn take(&self, state: &mut State, count: u32, at: Place) -> bool {
        if count > state.free || !state.waiters.is_empty() {
            return false;
        }
        state.free -= count;
        self.record_acquired(&ambient::moment(), ambient::g(), at, count, state.free);
        true
    }

    fn give_back(&self, mut state: MutexGuard<'_, State>, count: u32, at: Place) {
        state.free += count;
        let moment = ambient::moment();
        moment.record(ambient::g(), Some(at), || Kind::Released {
            object: self.subject.object,
            count,
            free: state.free,
        });
        let wakers = self.serve(&mut state, &moment, at);
        drop(moment);
        drop(state);
        wakers.wake();
    }

    /// Gives to the first, as long as there is enough for it.
    #[allow(unsafe_code)]
    fn serve(&self, state: &mut State, moment: &Moment, at: Place) -> Wakers {
        let mut wakers = Wakers::default();
        while let Some(first) = state.waiters.first() {
            // SAFETY: linked, hence valid; reached under the lock.
            let count = unsafe { (*first).slot }.unwrap_or(0);
            if count > state.free {
                break;
            }
            state.waiters.pop();
            // SAFETY: popped under the lock, so it is ours until `finish`.
            let first = unsafe { &mut *first };
            state.free -= count;
            let (g, since_ns) = (first.g, first.since_ns);
            self.record_acquired(moment, g, first.at, count, state.free);
            self.subject
                .unblocked(moment, g, Reason::Semaphore, since_ns, at);
            wakers.push(first.claim().flatten());
            first.finish(Progress::Done);
        }
        wakers
    }

    fn record_acquired(&self, moment: &Moment, g: G, at: Place, count: u32, free: u32) {
        if let Some(ledger) = self.subject.ledger() {
            ledger.acquired();
        }
        let object = self.subject.object;
        moment.record(g, Some(at), || Kind::Acquired {
            object,
            count,
            free,
        });
    }
}

operation! {
    /// The future of [`Semaphore::acquire`].
    #[must_use = "it takes nothing unless it is awaited"]
    pub struct Acquire<'a> waits at Demand<'a>, for ()
}

/// So many units of a semaphore.
pub(super) struct Demand<'a> {
    semaphore: &'a Inner,
    count: u32,
}

impl Source for Demand<'_> {
    type State = State;
    type Ticket = u32;
    type Output = ();

    fn lock(&self) -> MutexGuard<'_, State> {
        self.semaphore.state.lock()
    }

    fn queue<'s>(&self, state: &'s mut State) -> &'s mut Queue<u32> {
        match self.count > self.semaphore.size {
            true => &mut state.hopeless,
            false => &mut state.waiters,
        }
    }

    fn waits_for(&self) -> (Reason, Object) {
        (Reason::Semaphore, self.semaphore.subject.object)
    }

    fn enter(&self, state: &mut State, at: Place) -> Option<()> {
        self.semaphore.take(state, self.count, at).then_some(())
    }

    fn ticket(&self, _state: &mut State) -> u32 {
        if let Some(ledger) = self.semaphore.subject.ledger() {
            ledger.lock_blocks();
        }
        self.count
    }

    fn ended(&self, _end: End<u32>) {}

    fn left(&self, mut state: MutexGuard<'_, State>, left: Left<u32>, at: Place) {
        let semaphore = self.semaphore;
        match left {
            Left::Ended(_) => semaphore.give_back(state, self.count, at),
            // The next may ask for less.
            Left::Waited { .. } => {
                let moment = ambient::moment();
                let wakers = semaphore.serve(&mut state, &moment, at);
                drop(moment);
                drop(state);
                wakers.wake();
            }
        }
    }
}
