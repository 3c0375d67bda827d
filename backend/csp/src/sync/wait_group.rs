//! Waiting for a number of goroutines to finish.

use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use super::subject::Subject;
use super::waiting::{End, Left, Source, Waiting, operation};
use crate::chan::waiter::{Progress, Queue, Wakers};
use crate::memory::{AtomicI64, Mutex, MutexGuard};
use crate::trace::{Kind, Object, ObjectKind, Place, Reason};
use crate::{ambient, go, panics};

/// Go's `sync.WaitGroup`. Clones share the counter.
///
/// As in Go, `add` for a goroutine belongs before its `go`: an `add` inside of
/// it can come after a `wait` that found the counter at zero. [`go`](Self::go)
/// cannot be used wrongly.
#[derive(Clone)]
pub struct WaitGroup {
    inner: Arc<Inner>,
}

/// What the clones share.
pub(super) struct Inner {
    subject: Subject,
    /// Twice the counter, and [`WAITED`]. That is set under the lock alone, and
    /// while it is, so is the change that brings the counter to zero.
    word: AtomicI64,
    state: Mutex<State>,
}

/// Somebody waits for zero.
const WAITED: i64 = 1;

/// What the lock guards.
pub(super) struct State {
    waiters: Queue<()>,
}

// SAFETY: the queue holds pointers to waiters, which are reached only under the
// lock.
#[allow(unsafe_code)]
unsafe impl Send for State {}

impl Default for WaitGroup {
    #[track_caller]
    fn default() -> Self {
        Self::make(None, Location::caller())
    }
}

impl WaitGroup {
    /// With the counter at zero.
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
        let state = Mutex::new(State {
            waiters: Queue::new(),
        });
        WaitGroup {
            inner: Arc::new(Inner {
                subject: Subject::new(ObjectKind::WaitGroup, name, 0, at),
                word: AtomicI64::new(0),
                state,
            }),
        }
    }

    /// Adds `delta`, which may be negative; at zero all who wait go on.
    ///
    /// # Panics
    /// With Go's panic if the counter falls below zero: `sync: negative
    /// WaitGroup counter`.
    #[track_caller]
    pub fn add(&self, delta: i64) {
        self.change(delta, Location::caller());
    }

    /// Takes one off: `add(-1)`.
    ///
    /// # Panics
    /// As [`add`](Self::add).
    #[track_caller]
    pub fn done(&self) {
        self.change(-1, Location::caller());
    }

    /// Waits until the counter is zero.
    ///
    /// Cancel safety: it changes nothing, so it may be dropped.
    ///
    /// Events: `Blocked` if it waits.
    #[track_caller]
    pub fn wait(&self) -> Wait<'_> {
        let at = Location::caller();
        Wait {
            waiting: Waiting::new(&self.inner, at),
        }
    }

    /// Adds one, starts a goroutine, and takes one off when it ends, also by a
    /// panic: Go's `WaitGroup.Go`.
    #[track_caller]
    pub fn go(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.go_at(None, Location::caller(), future);
    }

    /// The same with a name for the goroutine.
    #[track_caller]
    pub fn go_named(
        &self,
        name: impl Into<Arc<str>>,
        future: impl Future<Output = ()> + Send + 'static,
    ) {
        self.go_at(Some(name.into()), Location::caller(), future);
    }

    /// The same for a part of the library that knows where it was called.
    pub(crate) fn go_at(
        &self,
        name: Option<Arc<str>>,
        at: Place,
        future: impl Future<Output = ()> + Send + 'static,
    ) {
        self.change(1, at);
        let group = self.clone();
        let counted = Counted {
            future: ManuallyDrop::new(future),
            done: Some(Done { group, at }),
        };
        go::spawn(name, at, counted);
    }

    #[inline]
    fn change(&self, delta: i64, at: Place) {
        if self.inner.subject.is_traced() || !self.inner.change_quickly(delta) {
            self.change_locked(delta, at);
        }
    }

    /// Changes it with all that follows; under the lock, so that what is recorded
    /// comes in the order of the changes.
    #[allow(unsafe_code)]
    fn change_locked(&self, delta: i64, at: Place) {
        let inner = &*self.inner;
        let mut state = inner.state.lock();
        let counter = inner.add(delta);
        if let Some(ledger) = inner.subject.ledger() {
            ledger.sent(usize::try_from(counter).unwrap_or(0));
        }
        let moment = ambient::moment();
        moment.record(ambient::g(), Some(at), || Kind::Added {
            object: inner.subject.object,
            delta,
            counter,
        });
        if counter < 0 {
            drop(moment);
            drop(state);
            panics::unwind("sync: negative WaitGroup counter", at);
        }
        let mut wakers = Wakers::default();
        while counter == 0
            && let Some(waiter) = state.waiters.pop()
        {
            // SAFETY: popped under the lock, so it is valid, and ours until
            // `finish`.
            let waiter = unsafe { &mut *waiter };
            let Some(waker) = waiter.claim() else {
                continue;
            };
            let (woken, since_ns) = (waiter.g, waiter.since_ns);
            let reason = Reason::WaitGroup;
            inner
                .subject
                .unblocked(&moment, woken, reason, since_ns, at);
            waiter.finish(Progress::Done);
            wakers.push(waker);
        }
        drop(moment);
        drop(state);
        wakers.wake();
    }
}

impl Inner {
    /// Adds `delta` if that is no misuse and nobody has to be woken for it.
    #[inline]
    fn change_quickly(&self, delta: i64) -> bool {
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            let Some(next) = delta
                .checked_mul(2)
                .and_then(|twice| word.checked_add(twice))
            else {
                return false;
            };
            if next < 0 || next == WAITED {
                return false;
            }
            let (success, failure) = (Ordering::AcqRel, Ordering::Relaxed);
            match self
                .word
                .compare_exchange_weak(word, next, success, failure)
            {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
    }

    /// Adds `delta`, whatever comes of it, and returns the counter; at zero nobody
    /// waits any more. Under the lock.
    fn add(&self, delta: i64) -> i64 {
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            let counter = (word >> 1).saturating_add(delta);
            let counter = counter.clamp(i64::MIN / 2, i64::MAX / 2);
            let waited = if counter == 0 { 0 } else { word & WAITED };
            let (success, failure) = (Ordering::AcqRel, Ordering::Relaxed);
            let next = (counter * 2) | waited;
            match self
                .word
                .compare_exchange_weak(word, next, success, failure)
            {
                Ok(_) => return counter,
                Err(now) => word = now,
            }
        }
    }

    /// Whether the counter is zero; if not, that somebody waits is in the word from
    /// here on. Under the lock.
    fn is_zero_or_waited(&self) -> bool {
        let mut word = self.word.load(Ordering::Acquire);
        while word >> 1 != 0 {
            let (success, failure) = (Ordering::Acquire, Ordering::Acquire);
            match self
                .word
                .compare_exchange_weak(word, word | WAITED, success, failure)
            {
                Ok(_) => return false,
                Err(now) => word = now,
            }
        }
        true
    }
}

/// The goroutine of [`WaitGroup::go`]. By hand, since an async function would
/// have room for the future twice: as what it was given, and as what it awaits.
struct Counted<F> {
    /// There as long as `done` is.
    future: ManuallyDrop<F>,
    done: Option<Done>,
}

impl<F: Future<Output = ()>> Future for Counted<F> {
    type Output = ();

    #[inline]
    #[allow(unsafe_code)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // SAFETY: the future is not moved, here or in `end`.
        let this = unsafe { self.get_unchecked_mut() };
        if this.done.is_some() {
            // SAFETY: pinned with the whole, and there.
            let future = unsafe { Pin::new_unchecked(&mut *this.future) };
            ready!(future.poll(cx));
            this.end();
        }
        Poll::Ready(())
    }
}

impl<F> Counted<F> {
    /// Drops the future, and then takes one off.
    #[allow(unsafe_code)]
    fn end(&mut self) {
        let Some(_done) = self.done.take() else {
            return;
        };
        // SAFETY: it was there, and is not from here on.
        unsafe { ManuallyDrop::drop(&mut self.future) };
    }
}

impl<F> Drop for Counted<F> {
    fn drop(&mut self) {
        self.end();
    }
}

/// Takes one off when a goroutine of [`WaitGroup::go`] ends, however it ends.
struct Done {
    group: WaitGroup,
    at: Place,
}

impl Drop for Done {
    fn drop(&mut self) {
        self.group.change(-1, self.at);
    }
}

operation! {
    /// The future of [`WaitGroup::wait`].
    #[must_use = "it waits only if it is awaited"]
    pub struct Wait<'a> waits at &'a Inner, for ()
}

impl Source for &Inner {
    type State = State;
    type Ticket = ();
    type Output = ();

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    fn queue<'s>(&self, state: &'s mut State) -> &'s mut Queue<()> {
        &mut state.waiters
    }

    fn waits_for(&self) -> (Reason, Object) {
        (Reason::WaitGroup, self.subject.object)
    }

    fn enter(&self, _state: &mut State, _at: Place) -> Option<()> {
        let passes = self.is_zero_or_waited();
        if passes {
            ambient::passed(self.subject.object);
        }
        passes.then_some(())
    }

    fn ticket(&self, _state: &mut State) {
        if let Some(ledger) = self.subject.ledger() {
            ledger.receive_blocks();
        }
    }

    fn ended(&self, _end: End<()>) {}

    /// A wait changes nothing.
    fn left(&self, _state: MutexGuard<'_, State>, _left: Left<()>, _at: Place) {}
}
