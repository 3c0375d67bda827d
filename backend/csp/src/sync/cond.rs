//! Waiting for a condition that others bring about under a Mutex.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::mutex::{Lock, MutexGuard};
use super::subject::Subject;
use super::waiting::{End, Left, Source, Waiting};
use crate::ambient;
use crate::chan::waiter::{Progress, Queue, Wakers};
use crate::memory::{Mutex, MutexGuard as Locked};
use crate::trace::{Kind, Object, ObjectKind, Place, Reason};

/// Go's `sync.Cond`: who waits gives the lock up meanwhile, and has it again
/// when it was signalled.
///
/// That a wait ends does not say that the condition holds: another may have been
/// quicker. So it stands in a loop:
///
/// ```
/// # use csp::sync::{Cond, Mutex};
/// # async fn take(queue: &Mutex<Vec<u32>>, filled: &Cond) -> u32 {
/// let mut items = queue.lock().await;
/// loop {
///     match items.pop() {
///         Some(item) => break item,
///         None => items = filled.wait(items).await,
///     }
/// }
/// # }
/// ```
pub struct Cond {
    subject: Subject,
    state: Mutex<State>,
}

/// What the lock guards.
pub(super) struct State {
    waiters: Queue<Signal>,
    /// How many have begun to wait.
    arrivals: u64,
}

/// The place of a wait among all, and the signal that it got.
#[derive(Clone, Copy)]
pub(super) struct Signal {
    arrival: u64,
    /// Those that arrived before this may have the signal instead. A broadcast
    /// is for each: 0.
    before: u64,
}

// SAFETY: the queue holds pointers to waiters, which are reached only under the
// lock.
#[allow(unsafe_code)]
unsafe impl Send for State {}

impl Default for Cond {
    #[track_caller]
    fn default() -> Self {
        Self::make(None, Location::caller())
    }
}

impl Cond {
    /// Nobody waits.
    #[track_caller]
    pub fn new() -> Self {
        Self::make(None, Location::caller())
    }

    /// With a name, for the picture.
    #[track_caller]
    pub fn named(name: impl Into<Arc<str>>) -> Self {
        Self::make(Some(name.into()), Location::caller())
    }

    fn make(name: Option<Arc<str>>, at: Place) -> Self {
        Cond {
            subject: Subject::new(ObjectKind::Cond, name, 0, at),
            state: Mutex::new(State {
                waiters: Queue::new(),
                arrivals: 0,
            }),
        }
    }

    /// Unlocks `guard`'s Mutex and waits for a signal, in one step: none is
    /// missed that comes once the Mutex is free. Then locks it again.
    ///
    /// Cancel safety: dropped, the Mutex is free, and a signal that it had got
    /// goes to the next that waited when the signal was given.
    ///
    /// Events: `Blocked`, `Unlocked`, `Woken`, `Locked`.
    #[track_caller]
    pub fn wait<'a, T>(&'a self, guard: MutexGuard<'a, T>) -> CondWait<'a, T> {
        let at = Location::caller();
        CondWait {
            cond: self,
            waiting: Waiting::new(self, at),
            mutex: MutexGuard::mutex(&guard),
            guard: Some(guard),
            relock: None,
            got: None,
            at,
        }
    }

    /// Wakes the one that has waited longest, if any waits. The caller may hold
    /// the Mutex, and need not. Does not wait.
    ///
    /// Events: `Signalled`, `Woken`.
    #[track_caller]
    pub fn signal(&self) {
        let at = Location::caller();
        let mut state = self.state.lock();
        let before = state.arrivals;
        let wakers = self.wake(&mut state, before, true, at);
        drop(state);
        wakers.wake();
    }

    /// Wakes all that wait. Does not wait.
    ///
    /// Events: `Signalled`, `Woken` for each.
    #[track_caller]
    pub fn broadcast(&self) {
        let at = Location::caller();
        let mut state = self.state.lock();
        let wakers = self.wake(&mut state, u64::MAX, false, at);
        drop(state);
        wakers.wake();
    }

    /// Wakes those that arrived before `before`: the first, or all.
    #[allow(unsafe_code)]
    fn wake(&self, state: &mut State, before: u64, one: bool, at: Place) -> Wakers {
        let moment = ambient::moment();
        let (mut wakers, mut woken) = (Wakers::default(), 0);
        while let Some(first) = state.waiters.first() {
            // SAFETY: linked, hence valid; reached under the lock.
            let arrival = unsafe { (*first).slot }.map_or(0, |signal| signal.arrival);
            if (one && woken == 1) || arrival >= before {
                break;
            }
            state.waiters.pop();
            // SAFETY: popped under the lock, so it is ours until `finish`.
            let first = unsafe { &mut *first };
            woken += 1;
            let before = if one { before } else { 0 };
            first.slot = Some(Signal { arrival, before });
            let (g, since_ns) = (first.g, first.since_ns);
            self.subject
                .unblocked(&moment, g, Reason::Cond, since_ns, at);
            wakers.push(first.claim().flatten());
            first.finish(Progress::Done);
        }
        let object = self.subject.object;
        moment.record(ambient::g(), Some(at), || Kind::Signalled { object, woken });
        wakers
    }

    /// A signal that was got and is not used goes to the next.
    fn pass_on(&self, mut state: Locked<'_, State>, signal: Signal, at: Place) {
        if signal.before > 0 {
            let wakers = self.wake(&mut state, signal.before, true, at);
            drop(state);
            wakers.wake();
        }
    }
}

impl Source for &Cond {
    type State = State;
    type Ticket = Signal;
    type Output = Option<Signal>;

    fn lock(&self) -> Locked<'_, State> {
        self.state.lock()
    }

    fn queue<'s>(&self, state: &'s mut State) -> &'s mut Queue<Signal> {
        &mut state.waiters
    }

    fn waits_for(&self) -> (Reason, Object) {
        (Reason::Cond, self.subject.object)
    }

    fn enter(&self, _state: &mut State, _at: Place) -> Option<Option<Signal>> {
        None
    }

    fn ticket(&self, state: &mut State) -> Signal {
        let arrival = state.arrivals;
        state.arrivals += 1;
        Signal { arrival, before: 0 }
    }

    fn ended(&self, end: End<Signal>) -> Option<Signal> {
        match end {
            End::Done(signal) => signal,
            End::Closed => None,
        }
    }

    fn left(&self, state: Locked<'_, State>, left: Left<Signal>, at: Place) {
        if let Left::Ended(End::Done(Some(signal))) = left {
            self.pass_on(state, signal, at);
        }
    }
}

/// The future of [`Cond::wait`].
#[must_use = "it waits only if it is awaited"]
pub struct CondWait<'a, T> {
    cond: &'a Cond,
    waiting: Waiting<&'a Cond>,
    mutex: &'a super::Mutex<T>,
    /// Until it waits.
    guard: Option<MutexGuard<'a, T>>,
    /// Once it was signalled.
    relock: Option<Lock<'a, T>>,
    /// The signal, until the Mutex is locked again.
    got: Option<Signal>,
    at: Place,
}

impl<'a, T> Future for CondWait<'a, T> {
    type Output = MutexGuard<'a, T>;

    #[allow(unsafe_code)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<MutexGuard<'a, T>> {
        // SAFETY: `waiting` and `relock` are pinned as the whole is, and nothing
        // moves them.
        let this = unsafe { self.get_unchecked_mut() };
        if this.relock.is_none() {
            // SAFETY: as above.
            let waiting = unsafe { Pin::new_unchecked(&mut this.waiting) };
            let signal = match waiting.poll(cx) {
                Poll::Ready(signal) => signal,
                Poll::Pending => {
                    // Whoever locks it now finds this one among those who wait.
                    if this.waiting.is_waiting() {
                        this.guard = None;
                    }
                    return Poll::Pending;
                }
            };
            this.got = signal;
        }
        let (mutex, at) = (this.mutex, this.at);
        let relock = this.relock.get_or_insert_with(|| mutex.lock_at(at));
        // SAFETY: as above.
        let guard = ready!(unsafe { Pin::new_unchecked(relock) }.poll(cx));
        this.got = None;
        Poll::Ready(guard)
    }
}

impl<T> Drop for CondWait<'_, T> {
    fn drop(&mut self) {
        if let Some(signal) = self.got.take() {
            self.cond.pass_on(self.cond.state.lock(), signal, self.at);
        }
    }
}
