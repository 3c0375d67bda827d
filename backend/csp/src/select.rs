//! Waiting for the first of several operations.
//!
//! The operations themselves are the cases; [`select!`](crate::select!) is sugar
//! over [`select()`] of a tuple of them. As in Go:
//!
//! 1. Lock every channel of the select, in the order of their addresses, each
//!    once.
//! 2. Count the cases that are ready and draw one of them, uniformly. Fire it,
//!    unlock, wake whom it completed. A counterpart in a select of its own can
//!    be won through another channel between being counted and being fired:
//!    then count again.
//! 3. With none ready, take the default if there is one; else put a waiter on
//!    every channel and unlock. All waiters of a select share an
//!    [`Election`]: who completes one must win it first, by one
//!    compare-and-swap.
//! 4. Woken, take the other waiters off, and the result from the one that won.

mod cases;
mod macros;

use std::future::Future;
use std::marker::PhantomPinned;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

#[doc(hidden)]
pub use cases::Cases;
pub use cases::Choice;

use crate::ambient;
use crate::chan::waiter::{Election, Wakers};
use crate::trace::{Kind, Place, Reason};

/// Keeps [`Case`] to the operations of this crate.
pub trait Sealed {}

/// How the firing of a case went.
#[doc(hidden)]
pub enum Fired<O> {
    /// It completed.
    Done(O),
    /// It would have to wait.
    NotReady,
    /// It completes by a panic.
    Panics,
}

/// An operation that can be a case of a select: a send or a receive.
///
/// The methods are for the select alone.
#[doc(hidden)]
#[allow(unsafe_code)]
pub trait Case: Sealed {
    /// What the operation resolves to.
    type Output;
    /// The address of its channel; 0 for a nil channel.
    fn key(&self) -> usize;
    /// Locks its channel.
    fn lock(&self);
    /// Unlocks its channel.
    ///
    /// # Safety
    /// The caller locked it.
    unsafe fn unlock(&self);
    /// Whether it would complete at once.
    ///
    /// # Safety
    /// The caller locked its channel.
    unsafe fn is_ready(&self) -> bool;
    /// Completes it at once, if it can.
    ///
    /// # Safety
    /// The caller locked its channel.
    unsafe fn fire(self: Pin<&mut Self>, wakers: &mut Wakers) -> Fired<Self::Output>;
    /// Puts its waiter on its channel.
    ///
    /// # Safety
    /// The caller locked its channel, and keeps `select` valid until the case
    /// is delisted or dropped.
    unsafe fn enlist(self: Pin<&mut Self>, select: *const Election, index: usize, since_ns: u64);
    /// Takes its waiter off its channel.
    fn delist(self: Pin<&mut Self>);
    /// The result, after it won and was delisted; `None` if that is a panic.
    fn won(self: Pin<&mut Self>) -> Option<Self::Output>;
    /// Panics as the operation by itself would.
    fn panics(self: Pin<&mut Self>);
}

/// Waits for the first of `cases`, a tuple of one to eight operations, and
/// resolves to the [`Choice`] of it. Among several that are ready each is as
/// likely as the others.
///
/// Cancel safety: that of its operations; dropped, it has done none of them.
///
/// Events: `Blocked` if it waits, those of the operation, `Selected`.
#[track_caller]
pub fn select<C: Cases>(cases: C) -> Select<C> {
    Select {
        cases,
        election: Election::new(),
        stage: Stage::New,
        since_ns: 0,
        at: Location::caller(),
        _pinned: PhantomPinned,
    }
}

/// The future of [`select()`].
#[must_use = "futures do nothing unless awaited"]
pub struct Select<C: Cases> {
    // Before the election, which the waiters in it point to: fields are dropped
    // in this order.
    cases: C,
    election: Election,
    stage: Stage,
    since_ns: u64,
    at: Place,
    _pinned: PhantomPinned,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    Waiting,
    Finished,
}

impl<C: Cases> Select<C> {
    /// Does not wait: resolves to `None` when no case is ready.
    pub fn or_default(self) -> OrDefault<C> {
        OrDefault { select: self }
    }

    /// One look at the cases: fires one, or none. With a waker and no default it
    /// then puts a waiter on every channel.
    #[allow(unsafe_code)]
    fn attempt(
        self: Pin<&mut Self>,
        waker: Option<std::task::Waker>,
        has_default: bool,
    ) -> Attempt<C::Output> {
        // SAFETY: nothing pinned is moved.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: the cases are pinned with the select.
        let mut cases = unsafe { Pin::new_unchecked(&mut this.cases) };
        let mut wakers = Wakers::default();
        let locked = cases.as_ref().get_ref().lock_all();
        let mut fired = None;
        loop {
            // SAFETY: all channels are locked.
            let (mask, ready) = unsafe { cases.as_ref().get_ref().ready() };
            if ready == 0 {
                break;
            }
            let index = nth_set(mask, ambient::random_below(ready as usize));
            // SAFETY: all channels are locked.
            match unsafe { cases.as_mut().fire(index, &mut wakers) } {
                Fired::NotReady => {}
                outcome => {
                    fired = Some((index, ready, outcome));
                    break;
                }
            }
        }
        let enlist = fired.is_none() && !has_default;
        if let (true, Some(waker)) = (enlist, waker) {
            // SAFETY: no waiter is enlisted yet, so nobody else reaches it.
            unsafe { *this.election.waker.get() = Some(waker) };
            this.since_ns = ambient::blocked(Reason::Select, 0, this.at, None);
            // SAFETY: locked; the election is dropped after the cases.
            unsafe {
                cases
                    .as_mut()
                    .enlist(&raw const this.election, this.since_ns)
            };
            this.stage = Stage::Waiting;
        }
        // SAFETY: locked above.
        unsafe { cases.as_ref().get_ref().unlock_all(locked) };
        wakers.wake();
        match fired {
            Some((index, ready, Fired::Done(output))) => {
                this.selected(ready, Some(index));
                Attempt::Done(output)
            }
            Some((index, _, _)) => {
                // SAFETY: as above.
                let cases = unsafe { Pin::new_unchecked(&mut this.cases) };
                cases.panics(index);
                Attempt::Panics
            }
            None => Attempt::NotReady,
        }
    }

    fn selected(&mut self, ready: u32, chosen: Option<usize>) {
        self.stage = Stage::Finished;
        ambient::record(self.at, || Kind::Selected {
            cases: C::LEN as u32,
            ready,
            chosen: chosen.map(|index| index as u32),
        });
    }

    #[allow(unsafe_code)]
    fn poll_waiting(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Output> {
        // SAFETY: nothing pinned is moved.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: the cases are pinned with the select.
        let mut cases = unsafe { Pin::new_unchecked(&mut this.cases) };
        if this.election.winner().is_none() {
            let waker = cx.waker().clone();
            let locked = cases.as_ref().get_ref().lock_all();
            let mut old = None;
            if this.election.winner().is_none() {
                // SAFETY: no one can win while all channels are locked.
                old = unsafe { (*this.election.waker.get()).replace(waker) };
                ambient::blocked(Reason::Select, 0, this.at, Some(this.since_ns));
            }
            // SAFETY: locked above.
            unsafe { cases.as_ref().get_ref().unlock_all(locked) };
            drop(old);
        }
        let Some(index) = this.election.winner() else {
            return Poll::Pending;
        };
        // Each takes its channel's lock, so that the winner has finished.
        cases.as_mut().delist();
        let output = cases.as_mut().won(index);
        match output {
            Some(output) => {
                this.selected(0, Some(index));
                Poll::Ready(output)
            }
            None => {
                cases.panics(index);
                this.stage = Stage::Finished;
                Poll::Pending
            }
        }
    }
}

enum Attempt<O> {
    Done(O),
    NotReady,
    Panics,
}

impl<C: Cases> Future for Select<C> {
    type Output = C::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Output> {
        match self.stage {
            Stage::New => ready!(ambient::poll_preempt(cx, self.at)),
            Stage::Waiting => return self.poll_waiting(cx),
            Stage::Finished => return Poll::Pending,
        }
        match self.as_mut().attempt(None, false) {
            Attempt::Done(output) => return Poll::Ready(output),
            Attempt::Panics => return Poll::Pending,
            Attempt::NotReady => {}
        }
        // A waker may be anybody's, and is never cloned under a lock.
        let waker = Some(cx.waker().clone());
        match self.attempt(waker, false) {
            Attempt::Done(output) => Poll::Ready(output),
            Attempt::Panics | Attempt::NotReady => Poll::Pending,
        }
    }
}

/// The future of [`Select::or_default`]. It resolves at once, unless the
/// goroutine has overstayed its slice.
#[must_use = "futures do nothing unless awaited"]
pub struct OrDefault<C: Cases> {
    select: Select<C>,
}

impl<C: Cases> Future for OrDefault<C> {
    type Output = Option<C::Output>;

    #[allow(unsafe_code)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: the select is pinned with it.
        let mut select = unsafe { self.map_unchecked_mut(|this| &mut this.select) };
        ready!(ambient::poll_preempt(cx, select.at));
        match select.as_mut().attempt(None, true) {
            Attempt::Done(output) => Poll::Ready(Some(output)),
            Attempt::Panics => Poll::Pending,
            Attempt::NotReady => {
                // SAFETY: nothing pinned is moved.
                unsafe { select.get_unchecked_mut() }.selected(0, None);
                Poll::Ready(None)
            }
        }
    }
}

/// The position of the `n`th set bit, from 0.
fn nth_set(mut mask: u32, n: usize) -> usize {
    for _ in 0..n {
        mask &= mask - 1;
    }
    mask.trailing_zeros() as usize
}
