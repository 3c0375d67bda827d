//! Sending, as a future and as a case of a select.

use std::future::Future;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use super::hchan::{Hchan, SEND_READY, Sending};
use super::waiter::{Election, Progress, WaiterCell, Wake};
use crate::ambient::Local;
use crate::select::{Case, Fired};
use crate::trace::{Place, Reason};
use crate::{ambient, panics};

const CLOSED: &str = "send on closed channel";

/// The future of [`Chan::send`](crate::Chan::send), and a case of
/// [`select!`](crate::select!).
#[must_use = "nothing is sent unless it is awaited"]
pub struct Send<'a, T> {
    /// `None` for a nil channel.
    chan: Option<&'a Hchan<T>>,
    /// Holds the value from the beginning.
    waiter: WaiterCell<T>,
    phase: Phase,
    _pinned: PhantomPinned,
}

/// How far an operation has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    New,
    Waiting,
    Finished,
}

// SAFETY: the waiter's pointers are followed only under the channel's lock; its
// value is `Send`.
#[allow(unsafe_code)]
unsafe impl<T: std::marker::Send> std::marker::Send for Send<'_, T> {}
// SAFETY: a shared reference gives no access to anything inside.
#[allow(unsafe_code)]
unsafe impl<T: std::marker::Send> Sync for Send<'_, T> {}

impl<'a, T> Send<'a, T> {
    pub(super) fn new(chan: Option<&'a Hchan<T>>, value: T, at: Place) -> Self {
        Send {
            chan,
            waiter: WaiterCell::new(at, Some(value)),
            phase: Phase::New,
            _pinned: PhantomPinned,
        }
    }

    /// Takes the value out, while no counterpart can reach it: the waiter is not
    /// linked.
    fn value(&mut self) -> T {
        self.waiter
            .get_mut()
            .slot
            .take()
            .expect("a send holds its value until it is sent")
    }

    /// Ends in Go's panic.
    fn panics(&mut self) {
        self.phase = Phase::Finished;
        panics::raise(CLOSED, self.waiter.at());
    }
}

impl<T> Future for Send<'_, T> {
    type Output = ();

    #[inline]
    #[allow(unsafe_code)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // SAFETY: nothing is moved out of the pinned waiter while it is linked.
        let this = unsafe { self.get_unchecked_mut() };
        match this.phase {
            Phase::New => ready!(ambient::poll_preempt(cx, this.waiter.at())),
            Phase::Waiting => return this.poll_waiting(cx),
            Phase::Finished => return Poll::Pending,
        }
        let Some(chan) = this.chan else {
            ambient::blocked(Reason::ChanSendNil, 0, this.waiter.at(), None);
            this.phase = Phase::Waiting;
            return Poll::Pending;
        };
        ambient::with(|local| this.poll_new(chan, local, cx))
    }
}

impl<T> Send<'_, T> {
    #[inline]
    #[allow(unsafe_code)]
    fn poll_new(
        &mut self,
        chan: &Hchan<T>,
        local: Option<&Local>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let ahead = ambient::foreign_waker(cx);
        let value = self.value();
        let mut wakee = None;
        let mut state = chan.lock();
        match chan.attempt_send(&mut state, value, self.waiter.at(), local, &mut wakee) {
            Sending::Sent => {
                drop(state);
                self.phase = Phase::Finished;
                if let Some(wakee) = wakee {
                    wakee.wake();
                }
                return Poll::Ready(());
            }
            Sending::Closed(value) => {
                drop(state);
                drop(value);
                self.panics();
                return Poll::Pending;
            }
            Sending::Full(value) => self.waiter.get_mut().slot = Some(value),
        }
        if let Some(ledger) = &chan.ledger {
            ledger.send_blocks_locked();
        }
        let since_ns =
            ambient::blocked_in(local, Reason::ChanSend, chan.object, self.waiter.at(), None);
        state.saw_blocked();
        self.phase = Phase::Waiting;
        let wake = Wake::Own(ahead.unwrap_or_else(|| cx.waker().clone()));
        // SAFETY: locked; pinned; `drop` unlinks it.
        unsafe {
            self.waiter
                .link_as(ambient::traced_g(local), &mut state.senders, wake, since_ns);
        }
        Poll::Pending
    }

    #[allow(unsafe_code)]
    fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(chan) = self.chan else {
            ambient::blocked(Reason::ChanSendNil, 0, self.waiter.at(), Some(0));
            return Poll::Pending;
        };
        if self.waiter.progress() == Progress::Waiting {
            let waker = cx.waker().clone();
            let state = chan.lock();
            // SAFETY: locked.
            let old = unsafe { self.waiter.wait_on(waker, Reason::ChanSend, chan.object) };
            state.saw_blocked();
            drop(state);
            drop(old);
        }
        match self.waiter.progress() {
            Progress::Waiting => Poll::Pending,
            Progress::Done => {
                self.phase = Phase::Finished;
                Poll::Ready(())
            }
            Progress::Closed => {
                self.panics();
                Poll::Pending
            }
        }
    }
}

impl<T> Drop for Send<'_, T> {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        if self.phase != Phase::Waiting {
            return;
        }
        let Some(chan) = self.chan else { return };
        let mut state = chan.lock();
        // SAFETY: locked; linked in this queue or in none.
        let wake = unsafe { self.waiter.unlink(&mut state.senders) };
        drop(state);
        drop(wake);
    }
}

impl<T> crate::select::Sealed for Send<'_, T> {}

#[allow(unsafe_code)]
impl<T> Case for Send<'_, T> {
    type Output = ();

    const READY: usize = SEND_READY;

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
            unsafe { chan.state_raw() }.send_ready(chan.capacity)
        })
    }

    #[inline]
    unsafe fn fire(
        self: Pin<&mut Self>,
        local: Option<&Local>,
        wakee: &mut Option<Waker>,
    ) -> Fired<()> {
        // SAFETY: nothing pinned is moved.
        let this = unsafe { self.get_unchecked_mut() };
        let Some(chan) = this.chan else {
            return Fired::NotReady;
        };
        let value = this.value();
        // SAFETY: the caller holds the lock.
        let state = unsafe { chan.state_raw() };
        match chan.attempt_send(state, value, this.waiter.at(), local, wakee) {
            Sending::Sent => {
                this.phase = Phase::Finished;
                Fired::Done(())
            }
            Sending::Full(value) => {
                this.waiter.get_mut().slot = Some(value);
                Fired::NotReady
            }
            Sending::Closed(value) => {
                this.waiter.get_mut().slot = Some(value);
                Fired::Panics
            }
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
            let queue = &mut state.senders;
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
        let wake = unsafe { this.waiter.unlink(&mut state.senders) };
        drop(state);
        drop(wake);
    }

    fn won(self: Pin<&mut Self>) -> Option<()> {
        // SAFETY: nothing pinned is moved.
        let this = unsafe { self.get_unchecked_mut() };
        this.phase = Phase::Finished;
        match this.waiter.progress() {
            Progress::Done => Some(()),
            Progress::Waiting | Progress::Closed => None,
        }
    }

    fn panics(self: Pin<&mut Self>) {
        // SAFETY: nothing pinned is moved.
        unsafe { self.get_unchecked_mut() }.panics();
    }
}
