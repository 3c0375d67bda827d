//! Doing something once.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use super::subject::Subject;
use super::waiting::{End, Left, Source, Waiting};
use crate::chan::waiter::{Progress, Queue, Wakers};
use crate::memory::{AtomicBool, Mutex, MutexGuard};
use crate::trace::{Kind, Object, ObjectKind, Place, Reason};
use crate::{Panic, ambient, panics};

/// Go's `sync.Once`: of all the futures that it is given, one runs to its end,
/// and all who come wait for that.
///
/// A call inside of the one that runs waits for itself, as in Go: a deadlock.
pub struct Once {
    subject: Subject,
    /// Set at the end, for those who come after.
    done: AtomicBool,
    state: Mutex<State>,
}

/// What the lock guards.
pub(super) struct State {
    progress: Stage,
    waiters: Queue<()>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody has begun.
    New,
    /// Somebody is at it, or was told to go on with it.
    Running,
    /// It has ended.
    Done,
}

// SAFETY: the queue holds pointers to waiters, which are reached only under the
// lock.
#[allow(unsafe_code)]
unsafe impl Send for State {}

/// What is left to do for who came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// To run it.
    Mine,
    /// Nothing: it has been done.
    Done,
}

impl Default for Once {
    #[track_caller]
    fn default() -> Self {
        Self::make(None, Location::caller())
    }
}

impl Once {
    /// Nothing has been done yet.
    #[track_caller]
    pub fn new() -> Self {
        Self::make(None, Location::caller())
    }

    /// With a name, for the picture.
    #[track_caller]
    pub fn named(name: impl Into<Arc<str>>) -> Self {
        Self::make(Some(name.into()), Location::caller())
    }

    pub(super) fn make(name: Option<Arc<str>>, at: Place) -> Self {
        Once {
            subject: Subject::new(ObjectKind::Once, name, 0, at),
            done: AtomicBool::new(false),
            state: Mutex::new(State {
                progress: Stage::New,
                waiters: Queue::new(),
            }),
        }
    }

    /// Runs `future` to its end if this is the first call; else drops it, after
    /// the first has ended. A Go panic of the first counts as its end, as in Go:
    /// the others go on.
    ///
    /// Cancel safety: if the first is dropped midway, the next runs its own
    /// future from the start.
    ///
    /// Events: `Initialised`; `Blocked` and `Woken` of those that wait.
    #[track_caller]
    pub fn call_once<F: Future<Output = ()>>(&self, future: F) -> CallOnce<'_, F> {
        let at = Location::caller();
        CallOnce {
            turn: self.turn(at),
            running: false,
            future: Some(future),
        }
    }

    /// Whether it has been done. Does not wait.
    pub fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    /// Waits for the turn to run it, or for its end.
    pub(super) fn turn(&self, at: Place) -> Waiting<&Once> {
        Waiting::new(self, at)
    }

    /// It has been done, and nobody waits.
    fn passes(&self) -> Turn {
        ambient::passed(self.subject.object);
        Turn::Done
    }

    /// The one that ran it has ended; `whole` if not by a panic.
    #[allow(unsafe_code)]
    pub(super) fn finish(&self, whole: bool, at: Place) {
        let mut state = self.state.lock();
        state.progress = Stage::Done;
        self.done.store(true, Ordering::Release);
        let moment = ambient::moment();
        let object = self.subject.object;
        if whole {
            moment.record(ambient::g(), Some(at), || Kind::Initialised { object });
        }
        let mut wakers = Wakers::default();
        while let Some(waiter) = state.waiters.pop() {
            // SAFETY: popped under the lock, so it is valid, and ours until
            // `finish`.
            let waiter = unsafe { &mut *waiter };
            let (g, since_ns) = (waiter.g, waiter.since_ns);
            self.subject
                .unblocked(&moment, g, Reason::Once, since_ns, at);
            wakers.push(waiter.claim().flatten());
            waiter.finish(Progress::Done);
        }
        drop(moment);
        drop(state);
        wakers.wake();
    }

    /// The one that ran it was dropped midway: it is the next one's turn.
    #[allow(unsafe_code)]
    pub(super) fn give_up(&self, at: Place) {
        let mut state = self.state.lock();
        let Some(waiter) = state.waiters.pop() else {
            state.progress = Stage::New;
            return;
        };
        // SAFETY: popped under the lock, so it is valid, and ours until
        // `finish`.
        let waiter = unsafe { &mut *waiter };
        let moment = ambient::moment();
        let (g, since_ns) = (waiter.g, waiter.since_ns);
        self.subject
            .unblocked(&moment, g, Reason::Once, since_ns, at);
        let waker = waiter.claim().flatten();
        waiter.finish(Progress::Closed);
        drop(moment);
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Source for &Once {
    type State = State;
    type Ticket = ();
    type Output = Turn;

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    fn queue<'s>(&self, state: &'s mut State) -> &'s mut Queue<()> {
        &mut state.waiters
    }

    fn waits_for(&self) -> (Reason, Object) {
        (Reason::Once, self.subject.object)
    }

    #[inline]
    fn enter_at_once(&self, _at: Place) -> Option<Turn> {
        self.is_done().then(|| self.passes())
    }

    fn enter(&self, state: &mut State, _at: Place) -> Option<Turn> {
        match state.progress {
            Stage::New => {
                state.progress = Stage::Running;
                Some(Turn::Mine)
            }
            Stage::Running => None,
            Stage::Done => Some(self.passes()),
        }
    }

    fn ticket(&self, _state: &mut State) {}

    fn ended(&self, end: End<()>) -> Turn {
        match end {
            End::Done(_) => Turn::Done,
            End::Closed => Turn::Mine,
        }
    }

    fn left(&self, state: MutexGuard<'_, State>, left: Left<()>, at: Place) {
        if let Left::Ended(End::Closed) = left {
            drop(state);
            self.give_up(at);
        }
    }
}

/// The future of [`Once::call_once`].
#[must_use = "it does nothing unless it is awaited"]
pub struct CallOnce<'a, F> {
    turn: Waiting<&'a Once>,
    running: bool,
    future: Option<F>,
}

impl<F: Future<Output = ()>> Future for CallOnce<'_, F> {
    type Output = ();

    #[allow(unsafe_code)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // SAFETY: `turn` and `future` are pinned as the whole is; the future is
        // dropped in place.
        let this = unsafe { self.get_unchecked_mut() };
        if !this.running {
            // SAFETY: as above.
            let turn = unsafe { Pin::new_unchecked(&mut this.turn) };
            match ready!(turn.poll(cx)) {
                Turn::Done => {
                    this.future = None;
                    return Poll::Ready(());
                }
                Turn::Mine => this.running = true,
            }
        }
        let Some(future) = &mut this.future else {
            return Poll::Pending;
        };
        let (once, at) = (*this.turn.source(), this.turn.at());
        // SAFETY: as above.
        let future = unsafe { Pin::new_unchecked(future) };
        let polled = match once.run(future, cx, at) {
            Ran::Pending => return Poll::Pending,
            Ran::Panicked(_) => Poll::Pending,
            Ran::Ended(()) => {
                this.future = None;
                Poll::Ready(())
            }
        };
        this.running = false;
        once.finish(polled.is_ready(), at);
        polled
    }
}

impl<F> Drop for CallOnce<'_, F> {
    fn drop(&mut self) {
        if self.running && !self.turn.source().is_done() {
            // What it holds goes before another begins.
            self.future = None;
            let once = self.turn.source();
            once.give_up(self.turn.at());
        }
    }
}

/// How a poll of what runs once went.
pub(super) enum Ran<T> {
    /// It waits.
    Pending,
    /// It raised a Go panic.
    Panicked(Panic),
    /// It is through.
    Ended(T),
}

impl Once {
    /// Polls what runs once. If a panic unwinds out of it, that is the end of it
    /// too.
    pub(super) fn run<F: Future + ?Sized>(
        &self,
        future: Pin<&mut F>,
        cx: &mut Context<'_>,
        at: Place,
    ) -> Ran<F::Output> {
        // Another part of this goroutine may have raised one, in this poll.
        let before = panics::raised();
        let ends = Ends { once: self, at };
        let polled = future.poll(cx);
        std::mem::forget(ends);
        match (polled, panics::raised()) {
            (Poll::Ready(output), _) => Ran::Ended(output),
            (Poll::Pending, Some(panic)) if before.is_none() => Ran::Panicked(panic),
            (Poll::Pending, _) => Ran::Pending,
        }
    }
}

/// Ends a Once while a panic unwinds.
struct Ends<'a> {
    once: &'a Once,
    at: Place,
}

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.once.finish(false, self.at);
    }
}
