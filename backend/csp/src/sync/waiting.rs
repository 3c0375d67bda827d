//! How an operation waits: written once, for all primitives of this module.
//!
//! A primitive says, as a [`Source`], what to try, behind which lock it keeps
//! its queues, and what to do with what a wait leaves behind. [`Waiting`] is the
//! future:
//!
//! 1. First polled, it gives way if the scheduler asks for it, tries without the
//!    lock, and tries again under it.
//! 2. If that fails, it says what it waits for and links its waiter, still under
//!    the lock: nobody can complete it before it is linked, or miss it after.
//! 3. Polled again, it either was completed by another, or tries again under the
//!    lock (a waiter of a Mutex is woken to compete), or waits on, by the new
//!    waker.
//! 4. Dropped, it unlinks under the lock, and the primitive passes on what had
//!    been given to it.
//!
//! A waker of our own may be cloned and dropped under the lock; a foreign one
//! may be anybody's code, and never is.

use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::ambient;
use crate::chan::waiter::{Progress, Queue, Waiter, WaiterCell, Wake};
use crate::memory::MutexGuard;
use crate::trace::{Object, Place, Reason};

/// What one can wait at.
pub(super) trait Source {
    /// What its lock guards.
    type State;
    /// What a waiter carries: what it asks for, or what it is given.
    type Ticket;
    /// What the wait resolves to.
    type Output;

    /// Takes its lock.
    fn lock(&self) -> MutexGuard<'_, Self::State>;

    /// The queue in which this operation waits.
    fn queue<'s>(&self, state: &'s mut Self::State) -> &'s mut Queue<Self::Ticket>;

    /// Why and for what it waits.
    fn waits_for(&self) -> (Reason, Object);

    /// Tries without the lock.
    #[inline]
    fn enter_at_once(&self, _at: Place) -> Option<Self::Output> {
        None
    }

    /// Tries under the lock. If there is nothing to be had, the waiter is linked
    /// before the lock is released.
    fn enter(&self, state: &mut Self::State, at: Place) -> Option<Self::Output>;

    /// What the waiter is to carry, when it is linked.
    fn ticket(&self, state: &mut Self::State) -> Self::Ticket;

    /// Tries under the lock, polled again while it waits.
    fn enter_again(
        &self,
        _state: &mut Self::State,
        _waiter: &mut Waiter<Self::Ticket>,
    ) -> Option<Self::Output> {
        None
    }

    /// Its waiter was unlinked under the lock, by itself.
    fn unlinked(&self, _state: &mut Self::State) {}

    /// What a wait resolves to that another has ended.
    fn ended(&self, end: End<Self::Ticket>) -> Self::Output;

    /// The wait was dropped, its waiter is unlinked: passes on what it was given,
    /// or whom it stood before. To be woken after unlocking.
    fn left(&self, state: MutexGuard<'_, Self::State>, left: Left<Self::Ticket>, at: Place);
}

/// How another ended a wait.
pub(super) enum End<T> {
    /// What was waited for is there.
    Done(Option<T>),
    /// Something else became of it, which the primitive knows.
    Closed,
}

/// What a dropped wait leaves behind.
pub(super) enum Left<T> {
    /// It still waited.
    Waited {
        /// Whether it had been woken to try again, and had not done so.
        woken: bool,
    },
    /// It had ended, and nobody has seen it.
    Ended(End<T>),
}

/// The future of an operation that may have to wait.
pub(super) struct Waiting<S: Source> {
    source: S,
    at: Place,
    phase: Phase,
    /// Made when it has to wait.
    waiter: Option<WaiterCell<S::Ticket>>,
    _pinned: PhantomPinned,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Waiting,
    Finished,
}

// SAFETY: the waiter's pointers are followed only under the source's lock; what
// it carries is `Send`, as are wakers.
#[allow(unsafe_code)]
unsafe impl<S: Source + Send> Send for Waiting<S> where S::Ticket: Send {}
// SAFETY: a shared reference gives no access to anything inside.
#[allow(unsafe_code)]
unsafe impl<S: Source + Sync> Sync for Waiting<S> {}

impl<S: Source> Waiting<S> {
    #[inline]
    pub(super) fn new(source: S, at: Place) -> Self {
        Waiting {
            source,
            at,
            phase: Phase::New,
            waiter: None,
            _pinned: PhantomPinned,
        }
    }

    /// Where it stands.
    #[inline]
    pub(super) fn at(&self) -> Place {
        self.at
    }

    /// Whether it has neither tried nor waited yet.
    pub(super) fn is_new(&self) -> bool {
        self.phase == Phase::New
    }

    /// At what it waits.
    pub(super) fn source(&self) -> &S {
        &self.source
    }

    /// Whether its waiter was linked, and it has not resolved.
    pub(super) fn is_waiting(&self) -> bool {
        self.phase == Phase::Waiting
    }

    #[allow(unsafe_code)]
    #[cold]
    fn poll_locked(&mut self, cx: &mut Context<'_>) -> Poll<S::Output> {
        let foreign = ambient::foreign_waker(cx);
        let mut state = self.source.lock();
        if let Some(output) = self.source.enter(&mut state, self.at) {
            drop(state);
            self.phase = Phase::Finished;
            return Poll::Ready(output);
        }
        let waker = foreign.unwrap_or_else(|| cx.waker().clone());
        let (reason, object) = self.source.waits_for();
        let since_ns = ambient::blocked(reason, object, self.at, None);
        self.phase = Phase::Waiting;
        let ticket = self.source.ticket(&mut state);
        self.waiter = Some(WaiterCell::new(self.at, Some(ticket)));
        // By a shared reference, as all later accesses: an exclusive one would
        // end with the first of them.
        let Some(waiter) = &self.waiter else {
            unreachable!("it has just been made");
        };
        // SAFETY: locked; pinned, and not moved or replaced while it is linked;
        // `drop` unlinks it.
        unsafe {
            let queue = self.source.queue(&mut state);
            waiter.link(queue, Wake::Own(waker), since_ns);
        }
        Poll::Pending
    }

    #[allow(unsafe_code)]
    fn poll_again(&mut self, cx: &mut Context<'_>) -> Poll<S::Output> {
        // Shared, as long as it may be linked: its neighbours point at it.
        let Some(waiter) = &self.waiter else {
            return Poll::Pending;
        };
        if waiter.progress() == Progress::Waiting {
            let waker = cx.waker().clone();
            let mut state = self.source.lock();
            let mut entered = None;
            if waiter.progress() == Progress::Waiting {
                // SAFETY: locked, and it still waits.
                let linked = unsafe { waiter.locked() };
                entered = self.source.enter_again(&mut state, linked);
            }
            if let Some(output) = entered {
                // SAFETY: locked; linked in this queue.
                let wake = unsafe { waiter.unlink(self.source.queue(&mut state)) };
                self.source.unlinked(&mut state);
                drop(state);
                drop((wake, waker));
                self.phase = Phase::Finished;
                return Poll::Ready(output);
            }
            let (reason, object) = self.source.waits_for();
            // SAFETY: locked.
            let old = unsafe { waiter.wait_on(waker, reason, object) };
            drop(state);
            drop(old);
        }
        let end = match waiter.progress() {
            Progress::Waiting => return Poll::Pending,
            Progress::Done => End::Done(ticket(&mut self.waiter)),
            Progress::Closed => End::Closed,
        };
        self.phase = Phase::Finished;
        Poll::Ready(self.source.ended(end))
    }
}

impl<S: Source> Future for Waiting<S> {
    type Output = S::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<S::Output> {
        // SAFETY: nothing pinned is moved.
        #[allow(unsafe_code)]
        let this = unsafe { self.get_unchecked_mut() };
        match this.phase {
            Phase::New => {}
            Phase::Waiting => return this.poll_again(cx),
            Phase::Finished => return Poll::Pending,
        }
        ready!(ambient::poll_preempt(cx, this.at));
        if let Some(output) = this.source.enter_at_once(this.at) {
            this.phase = Phase::Finished;
            return Poll::Ready(output);
        }
        this.poll_locked(cx)
    }
}

impl<S: Source> Drop for Waiting<S> {
    #[inline]
    fn drop(&mut self) {
        if self.phase == Phase::Waiting {
            self.leave();
        }
    }
}

impl<S: Source> Waiting<S> {
    #[allow(unsafe_code)]
    #[cold]
    fn leave(&mut self) {
        let Some(waiter) = &self.waiter else {
            return;
        };
        let mut state = self.source.lock();
        // SAFETY: locked; linked in this queue or in none.
        let wake = unsafe { waiter.unlink(self.source.queue(&mut state)) };
        let left = match waiter.progress() {
            Progress::Waiting => Left::Waited {
                woken: matches!(wake, Wake::Nobody),
            },
            Progress::Done => Left::Ended(End::Done(ticket(&mut self.waiter))),
            Progress::Closed => Left::Ended(End::Closed),
        };
        self.source.unlinked(&mut state);
        self.source.left(state, left, self.at);
        drop(wake);
    }
}

/// What a waiter carries, once it is no longer linked.
fn ticket<T>(waiter: &mut Option<WaiterCell<T>>) -> Option<T> {
    waiter.as_mut()?.get_mut().slot.take()
}

/// The public future of an operation: a struct with its own documentation
/// around a [`Waiting`].
macro_rules! operation {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident<$lifetime:lifetime $(, $parameter:ident)?> waits at $source:ty, for $output:ty
    ) => {
        $(#[$attribute])*
        pub struct $name<$lifetime $(, $parameter)?> {
            waiting: $crate::sync::waiting::Waiting<$source>,
        }

        impl<$lifetime $(, $parameter)?> std::future::Future for $name<$lifetime $(, $parameter)?> {
            type Output = $output;

            #[inline]
            fn poll(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<$output> {
                // SAFETY: `waiting` is pinned as the whole is: nothing moves it.
                #[allow(unsafe_code)]
                let waiting = unsafe { self.map_unchecked_mut(|this| &mut this.waiting) };
                waiting.poll(cx)
            }
        }
    };
}

pub(super) use operation;
