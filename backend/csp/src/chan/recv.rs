//! Receiving, as a future and as a case of a select.

use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use super::hchan::{Hchan, RECEIVE_READY, Receiving};
use super::send::Phase;
use super::waiter::{Election, Progress, WaiterCell, Wake};
use crate::ambient::{self, Local};
use crate::select::{Case, Fired};
use crate::trace::{Place, Reason};

/// The future of [`Chan::recv`](crate::Chan::recv), and a case of
/// [`select!`](crate::select!).
#[must_use = "nothing is received unless it is awaited"]
pub struct Recv<'a, T> {
    /// `None` for a nil channel.
    chan: Option<&'a Hchan<T>>,
    /// Holds the value once it was handed over.
    waiter: WaiterCell<T>,
    phase: Phase,
    _pinned: PhantomPinned,
}

// SAFETY: the waiter's pointers are followed only under the channel's lock; its
// value is `Send`.
#[allow(unsafe_code)]
unsafe impl<T: std::marker::Send> std::marker::Send for Recv<'_, T> {}
// SAFETY: a shared reference gives no access to anything inside.
#[allow(unsafe_code)]
unsafe impl<T: std::marker::Send> Sync for Recv<'_, T> {}

impl<'a, T> Recv<'a, T> {
    pub(super) fn new(chan: Option<&'a Hchan<T>>, at: Place) -> Self {
        Recv {
            chan,
            waiter: WaiterCell::new(at, None),
            phase: Phase::New,
            _pinned: PhantomPinned,
        }
    }
}

impl<T> Future for Recv<'_, T> {
    type Output = Option<T>;

    #[inline]
    #[allow(unsafe_code)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        // SAFETY: nothing is moved out of the pinned waiter while it is linked.
        let this = unsafe { self.get_unchecked_mut() };
        match this.phase {
            Phase::New => ready!(ambient::poll_preempt(cx, this.waiter.at())),
            Phase::Waiting => return this.poll_waiting(cx),
            Phase::Finished => return Poll::Pending,
        }
        let Some(chan) = this.chan else {
            ambient::blocked(Reason::ChanReceiveNil, 0, this.waiter.at(), None);
            this.phase = Phase::Waiting;
            return Poll::Pending;
        };
        ambient::with(|local| this.poll_new(chan, local, cx))
    }
}

impl<T> Recv<'_, T> {
    #[inline]
    #[allow(unsafe_code)]
    fn poll_new(
        &mut self,
        chan: &Hchan<T>,
        local: Option<&Local>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<T>> {
        let ahead = ambient::foreign_waker(cx);
        let mut wakee = None;
        let mut state = chan.lock();
        let received = match chan.attempt_receive(&mut state, self.waiter.at(), local, &mut wakee) {
            Receiving::Received(value) => Some(value),
            Receiving::Closed => None,
            Receiving::Empty => {
                if let Some(ledger) = &chan.ledger {
                    ledger.receive_blocks_locked();
                }
                let reason = Reason::ChanReceive;
                let since_ns =
                    ambient::blocked_in(local, reason, chan.object, self.waiter.at(), None);
                state.saw_blocked();
                self.phase = Phase::Waiting;
                let wake = Wake::Own(ahead.unwrap_or_else(|| cx.waker().clone()));
                let g = ambient::traced_g(local);
                // SAFETY: locked; pinned; `drop` unlinks it.
                unsafe {
                    self.waiter.link_as(g, &mut state.receivers, wake, since_ns);
                }
                return Poll::Pending;
            }
        };
        drop(state);
        self.phase = Phase::Finished;
        if let Some(wakee) = wakee {
            wakee.wake();
        }
        Poll::Ready(received)
    }

    #[allow(unsafe_code)]
    fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let Some(chan) = self.chan else {
            ambient::blocked(Reason::ChanReceiveNil, 0, self.waiter.at(), Some(0));
            return Poll::Pending;
        };
        if self.waiter.progress() == Progress::Waiting {
            let waker = cx.waker().clone();
            let state = chan.lock();
            // SAFETY: locked.
            let old = unsafe { self.waiter.wait_on(waker, Reason::ChanReceive, chan.object) };
            state.saw_blocked();
            drop(state);
            drop(old);
        }
        match self.waiter.progress() {
            Progress::Waiting => Poll::Pending,
            Progress::Done => {
                self.phase = Phase::Finished;
                Poll::Ready(self.waiter.get_mut().slot.take())
            }
            Progress::Closed => {
                self.phase = Phase::Finished;
                Poll::Ready(None)
            }
        }
    }
}

impl<T> Drop for Recv<'_, T> {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        if self.phase != Phase::Waiting {
            return;
        }
        let Some(chan) = self.chan else { return };
        let mut state = chan.lock();
        // SAFETY: locked; linked in this queue or in none.
        let wake = unsafe { self.waiter.unlink(&mut state.receivers) };
        drop(state);
        drop(wake);
        // A value that was handed over and never taken is not lost.
        let waiter = self.waiter.get_mut();
        if let Some(value) = waiter.slot.take() {
            chan.give_back(value, waiter.g, self.waiter.at());
        }
    }
}

impl<T> crate::select::Sealed for Recv<'_, T> {}

#[allow(unsafe_code)]
impl<T> Case for Recv<'_, T> {
    type Output = Option<T>;

    const READY: usize = RECEIVE_READY;

    fn key(&self) -> usize {
        self.chan.map_or(0, |chan| std::ptr::from_ref(chan).addr())
    }

    fn lock(&self) {
        if let Some(chan) = self.chan {
            chan.lock_raw();
        }
    }

    unsafe fn unlock(&self) {
        if let Some(chan) = self.chan {
            // SAFETY: the caller's contract.
            unsafe { chan.unlock_raw() }
        }
    }

    #[inline]
    fn glance(&self) -> usize {
        self.chan.map_or(0, Hchan::glance)
    }

    unsafe fn is_ready(&self) -> bool {
        self.chan.is_some_and(|chan| {
            // SAFETY: the caller holds the lock, and nobody else a reference.
            unsafe { chan.state_raw() }.receive_ready()
        })
    }

    #[inline]
    unsafe fn fire(
        self: Pin<&mut Self>,
        local: Option<&Local>,
        wakee: &mut Option<Waker>,
    ) -> Fired<Option<T>> {
        // SAFETY: nothing pinned is moved.
        let this = unsafe { self.get_unchecked_mut() };
        let Some(chan) = this.chan else {
            return Fired::NotReady;
        };
        // SAFETY: the caller holds the lock.
        let state = unsafe { chan.state_raw() };
        match chan.attempt_receive(state, this.waiter.at(), local, wakee) {
            Receiving::Received(value) => {
                this.phase = Phase::Finished;
                Fired::Done(Some(value))
            }
            Receiving::Closed => {
                this.phase = Phase::Finished;
                Fired::Done(None)
            }
            Receiving::Empty => Fired::NotReady,
        }
    }

    unsafe fn enlist(self: Pin<&mut Self>, select: *const Election, index: usize, since_ns: u64) {
        // SAFETY: nothing pinned is moved.
        let this = unsafe { self.get_unchecked_mut() };
        let Some(chan) = this.chan else { return };
        this.phase = Phase::Waiting;
        // SAFETY: the caller holds the lock; pinned; `drop` or `delist` unlinks
        // it.
        unsafe {
            let state = chan.state_raw();
            state.saw_blocked();
            let queue = &mut state.receivers;
            this.waiter
                .link(queue, Wake::Select { select, index }, since_ns);
        }
    }

    fn delist(self: Pin<&mut Self>) {
        // SAFETY: nothing pinned is moved.
        let this = unsafe { self.get_unchecked_mut() };
        let Some(chan) = this.chan else { return };
        if this.waiter.progress() != Progress::Waiting {
            // Taken off by who completed it, and finished.
            return;
        }
        let mut state = chan.lock();
        // SAFETY: locked; linked in this queue or in none.
        let wake = unsafe { this.waiter.unlink(&mut state.receivers) };
        drop(state);
        drop(wake);
    }

    fn won(self: Pin<&mut Self>) -> Option<Option<T>> {
        // SAFETY: nothing pinned is moved.
        let this = unsafe { self.get_unchecked_mut() };
        this.phase = Phase::Finished;
        // Delisted, so nobody else reaches the waiter.
        Some(this.waiter.get_mut().slot.take())
    }

    fn panics(self: Pin<&mut Self>) {
        unreachable!("a receive does not panic")
    }
}
