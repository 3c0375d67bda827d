//! Waiting for the first of several operations.
//!
//! The operations themselves are the cases; [`select!`](crate::select!) is sugar
//! over [`select()`] of a tuple of them. As in Go:
//!
//! 1. Look at all channels without locking any (`Hchan::glance`). If some look
//!    ready, draw one of them, uniformly, lock it, fire it, unlock, and wake
//!    whom it completed. If none does, there is a default, and a second look
//!    finds that nothing has changed since the first, then at one moment none
//!    was ready: take the default.
//! 2. Otherwise lock every channel of the select, in the order of their
//!    addresses, each once, and look again. A counterpart in a select of its own
//!    can be won through another channel between being counted and being fired:
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
use std::task::{Context, Poll, Waker, ready};

#[doc(hidden)]
pub use cases::Cases;
pub use cases::Choice;
use cases::MAX_CASES;

use crate::ambient::{self, Local};
use crate::chan::waiter::Election;
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
    /// What [`glance`](Self::glance) has to show for it.
    const READY: usize;
    /// The glance of its channel; 0 for a nil channel.
    fn glance(&self) -> usize;
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
    unsafe fn fire(
        self: Pin<&mut Self>,
        local: Option<&Local>,
        wakee: &mut Option<Waker>,
    ) -> Fired<Self::Output>;
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

    /// Looks without locking, and fires a case that looks ready. `Undecided`
    /// where that does not tell.
    #[inline]
    #[allow(unsafe_code)]
    fn glance(
        self: Pin<&mut Self>,
        local: Option<&Local>,
        has_default: bool,
    ) -> Attempt<C::Output> {
        // SAFETY: nothing pinned is moved.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: the cases are pinned with the select.
        let mut cases = unsafe { Pin::new_unchecked(&mut this.cases) };
        let mut seen = [0; MAX_CASES];
        let mask = cases.look(&mut seen);
        if mask == 0 {
            return match has_default && cases.look_the_same(&seen) {
                true => Attempt::NotReady,
                false => Attempt::Undecided,
            };
        }
        let ready = mask.count_ones();
        let index = nth_set(mask, draw(local, ready));
        let mut wakee = None;
        let fired = cases.as_mut().lock_and_fire(index, local, &mut wakee);
        if let Some(wakee) = wakee {
            wakee.wake();
        }
        match fired {
            Fired::NotReady => Attempt::Undecided,
            fired => this.fired(index, ready, fired),
        }
    }

    /// Locks all channels and fires a case, or none. With a waker it then puts a
    /// waiter on every channel.
    #[allow(unsafe_code)]
    fn attempt(
        self: Pin<&mut Self>,
        local: Option<&Local>,
        cx: Option<&Context<'_>>,
    ) -> Attempt<C::Output> {
        // SAFETY: nothing pinned is moved.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: the cases are pinned with the select.
        let mut cases = unsafe { Pin::new_unchecked(&mut this.cases) };
        let ahead = cx.and_then(ambient::foreign_waker);
        let mut wakee = None;
        let locked = cases.lock_all();
        let mut fired = None;
        loop {
            // SAFETY: all channels are locked.
            let (mask, ready) = unsafe { cases.ready() };
            if ready == 0 {
                break;
            }
            let index = nth_set(mask, draw(local, ready));
            // SAFETY: all channels are locked.
            match unsafe { cases.as_mut().fire(index, local, &mut wakee) } {
                Fired::NotReady => {}
                outcome => {
                    fired = Some((index, ready, outcome));
                    break;
                }
            }
        }
        if let (None, Some(cx)) = (&fired, cx) {
            let waker = ahead.unwrap_or_else(|| cx.waker().clone());
            // SAFETY: no waiter is enlisted yet, so nobody else reaches it.
            unsafe { *this.election.waker.get() = Some(waker) };
            this.since_ns = ambient::blocked_in(local, Reason::Select, 0, this.at, None);
            // SAFETY: locked; the election is dropped after the cases.
            unsafe {
                cases
                    .as_mut()
                    .enlist(&raw const this.election, this.since_ns)
            };
            this.stage = Stage::Waiting;
        }
        // SAFETY: locked above.
        unsafe { cases.unlock_all(locked) };
        if let Some(wakee) = wakee {
            wakee.wake();
        }
        match fired {
            Some((index, ready, fired)) => this.fired(index, ready, fired),
            None => Attempt::NotReady,
        }
    }

    /// A case was fired, and its channel is unlocked.
    #[inline]
    #[allow(unsafe_code)]
    fn fired(&mut self, index: usize, ready: u32, fired: Fired<C::Output>) -> Attempt<C::Output> {
        match fired {
            Fired::Done(output) => {
                self.selected(ready, Some(index));
                Attempt::Done(output)
            }
            Fired::Panics | Fired::NotReady => {
                // SAFETY: the cases are pinned with the select.
                let cases = unsafe { Pin::new_unchecked(&mut self.cases) };
                cases.panics(index);
                Attempt::Panics
            }
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
            let locked = cases.lock_all();
            let mut old = None;
            if this.election.winner().is_none() {
                // SAFETY: no one can win while all channels are locked.
                old = unsafe { (*this.election.waker.get()).replace(waker) };
                ambient::blocked(Reason::Select, 0, this.at, Some(this.since_ns));
            }
            // SAFETY: locked above.
            unsafe { cases.unlock_all(locked) };
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
    /// No case is ready; those of a select without default wait now.
    NotReady,
    /// Another look is needed, with all channels locked.
    Undecided,
    Panics,
}

impl<C: Cases> Future for Select<C> {
    type Output = C::Output;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Output> {
        match self.stage {
            Stage::New => {}
            Stage::Waiting => return self.poll_waiting(cx),
            Stage::Finished => return Poll::Pending,
        }
        ambient::with(|local| {
            ready!(ambient::poll_preempt_in(local, cx, self.at));
            let mut attempt = self.as_mut().glance(local, false);
            if let Attempt::Undecided = attempt {
                attempt = self.attempt(local, Some(cx));
            }
            match attempt {
                Attempt::Done(output) => Poll::Ready(output),
                Attempt::Panics | Attempt::NotReady | Attempt::Undecided => Poll::Pending,
            }
        })
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

    #[inline]
    #[allow(unsafe_code)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: the select is pinned with it.
        let mut select = unsafe { self.map_unchecked_mut(|this| &mut this.select) };
        ambient::with(|local| {
            ready!(ambient::poll_preempt_in(local, cx, select.at));
            let mut attempt = select.as_mut().glance(local, true);
            if let Attempt::Undecided = attempt {
                attempt = select.as_mut().attempt(local, None);
            }
            match attempt {
                Attempt::Done(output) => Poll::Ready(Some(output)),
                Attempt::Panics => Poll::Pending,
                Attempt::NotReady | Attempt::Undecided => {
                    // SAFETY: nothing pinned is moved.
                    unsafe { select.get_unchecked_mut() }.selected(0, None);
                    Poll::Ready(None)
                }
            }
        })
    }
}

/// Draws one of the `ready` cases.
#[inline]
fn draw(local: Option<&Local>, ready: u32) -> usize {
    match ready {
        1 => 0,
        _ => ambient::random_below_in(local, ready as usize),
    }
}

/// The position of the `n`th set bit, from 0.
fn nth_set(mut mask: u32, n: usize) -> usize {
    for _ in 0..n {
        mask &= mask - 1;
    }
    mask.trailing_zeros() as usize
}
