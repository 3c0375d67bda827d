//! The channel itself: one lock, a ring and two queues of waiters, as Go's
//! `hchan`.
//!
//! Invariants, whenever the lock is free:
//!
//! 1. A receiver waits only if there is no value and no sender that waits.
//! 2. A sender waits only if the ring is full and no receiver waits.
//! 3. Nobody waits at a closed channel.
//! 4. `returned` holds values that were handed to a receive that was dropped
//!    afterwards; they are older than all in the ring, and read first.
//!
//! (Waiters of a select that was won through another channel may still be
//! linked; they count as absent.)
//!
//! An operation hands its value straight into the waiter it completes, records
//! what happened while it holds the lock, and wakes after unlocking.
//!
//! Whoever unlocks first writes the *glance*: a word that says, to whoever does
//! not hold the lock, whether a send and a receive would find the channel ready,
//! with a number that changes each time. A select looks at the glances of all its
//! channels and locks only the one it draws; that it may be out of date, or name
//! a waiter that was won elsewhere, costs it another, locked, look.

mod recording;

use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use super::Keeper;
use recording::length;

use super::waiter::{Progress, Queue, Waiter, Wakers};
use crate::ambient::{self, Local, Moment};
use crate::ledger::ObjectLedger;
use crate::memory::{AtomicUsize, Mutex, MutexGuard};
use crate::trace::{G, Kind, Object, ObjectKind, Place, Reason, Value};

/// A channel.
pub(crate) struct Hchan<T> {
    pub(crate) object: Object,
    pub(crate) capacity: usize,
    state: Mutex<State<T>>,
    glance: AtomicUsize,
    pub(crate) ledger: Option<Arc<ObjectLedger>>,
    /// Of a timer's channel.
    keeper: Option<Arc<dyn Keeper<T>>>,
}

/// A receive would find the channel ready.
pub(crate) const RECEIVE_READY: usize = 1;
/// A send would.
pub(crate) const SEND_READY: usize = 2;
/// Added with each unlocking.
const GLANCE_STEP: usize = 4;

/// The channel's state, locked.
pub(crate) struct Guard<'a, T> {
    chan: &'a Hchan<T>,
    state: MutexGuard<'a, State<T>>,
}

impl<T> Deref for Guard<'_, T> {
    type Target = State<T>;

    #[inline]
    fn deref(&self) -> &State<T> {
        &self.state
    }
}

impl<T> DerefMut for Guard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut State<T> {
        &mut self.state
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.chan.publish(&self.state);
    }
}

/// What the lock guards.
pub(crate) struct State<T> {
    buffer: Buffer<T>,
    closed: bool,
    pub(crate) receivers: Queue<T>,
    pub(crate) senders: Queue<T>,
}

/// The values that are in the channel.
struct Buffer<T> {
    returned: VecDeque<T>,
    ring: VecDeque<T>,
    show: Option<fn(&T) -> Value>,
    /// When something was last recorded of the channel: what comes then is later.
    last_ns: Cell<u64>,
}

// SAFETY: the queues hold pointers to waiters, which are reached only under the
// lock; their values are `Send`, as are wakers.
#[allow(unsafe_code)]
unsafe impl<T: Send> Send for State<T> {}

/// How an attempt to send went; the value comes back if it did not.
pub(crate) enum Sending<T> {
    Sent,
    Full(T),
    Closed(T),
}

/// How an attempt to receive went.
pub(crate) enum Receiving<T> {
    Received(T),
    Empty,
    Closed,
}

impl<T> Hchan<T> {
    pub(crate) fn new(capacity: usize, name: Option<Arc<str>>, at: Place) -> Self {
        let object = ambient::new_object();
        let ledger = ambient::with(|local| {
            let ledger = &local?.ledger;
            ledger.open(object, ObjectKind::Channel, name.clone())
        });
        ambient::record(at, || Kind::Made {
            object,
            kind: ObjectKind::Channel,
            name,
            capacity: u32::try_from(capacity).unwrap_or(u32::MAX),
        });
        Self::part_of(object, capacity, ledger, None)
    }

    /// One that is part of `object`, which has been recorded already.
    pub(crate) fn part_of(
        object: Object,
        capacity: usize,
        ledger: Option<Arc<ObjectLedger>>,
        keeper: Option<Arc<dyn Keeper<T>>>,
    ) -> Self {
        Hchan {
            object,
            capacity,
            state: Mutex::new(State {
                buffer: Buffer {
                    returned: VecDeque::new(),
                    ring: VecDeque::new(),
                    show: None,
                    last_ns: Cell::new(0),
                },
                closed: false,
                receivers: Queue::new(),
                senders: Queue::new(),
            }),
            glance: AtomicUsize::new(if capacity > 0 { SEND_READY } else { 0 }),
            ledger,
            keeper,
        }
    }

    #[inline]
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        let state = self.state.lock();
        Guard { chan: self, state }
    }

    /// Writes the glance. With the channel locked.
    #[inline]
    fn publish(&self, state: &State<T>) {
        let receive = state.closed || state.buffer.len() > 0 || !state.senders.is_empty();
        let send =
            state.closed || state.buffer.ring.len() < self.capacity || !state.receivers.is_empty();
        let bits = usize::from(receive) * RECEIVE_READY + usize::from(send) * SEND_READY;
        let before = self.glance.load(Ordering::Relaxed) & !(GLANCE_STEP - 1);
        self.glance
            .store(before.wrapping_add(GLANCE_STEP) | bits, Ordering::Release);
    }

    /// Whether operations would find the channel ready, as of some moment during
    /// the call: [`RECEIVE_READY`] and [`SEND_READY`], and a number that is
    /// another one after each operation.
    #[inline]
    pub(crate) fn glance(&self) -> usize {
        self.glance.load(Ordering::Acquire)
    }

    /// Locks without a guard, for a select that locks several channels.
    pub(crate) fn lock_raw(&self) {
        // SAFETY: locking is always sound; `unlock_raw` follows.
        #[allow(unsafe_code)]
        unsafe {
            self.state.raw().lock();
        }
    }

    /// # Safety
    /// The caller locked it with [`lock_raw`](Self::lock_raw).
    #[allow(unsafe_code)]
    pub(crate) unsafe fn unlock_raw(&self) {
        // SAFETY: locked; the contract is the same.
        unsafe {
            self.publish(self.state_raw());
            self.state.raw().unlock();
        }
    }

    /// # Safety
    /// The caller holds the lock by [`lock_raw`](Self::lock_raw), and no other
    /// reference to the state.
    #[allow(unsafe_code, clippy::mut_from_ref)]
    pub(crate) unsafe fn state_raw(&self) -> &mut State<T> {
        // SAFETY: by the contract the access is exclusive.
        unsafe { &mut *self.state.data_ptr() }
    }

    /// The length that the program sees.
    pub(crate) fn len(&self) -> usize {
        match self.keeper {
            Some(_) => 0,
            None => self.lock().buffer.len(),
        }
    }

    /// The capacity that the program sees.
    pub(crate) fn seen_capacity(&self) -> usize {
        match self.keeper {
            Some(_) => 0,
            None => self.capacity,
        }
    }

    /// Takes out what is in the buffer; whether there was anything. For a
    /// channel on which no sender waits.
    pub(crate) fn drain(&self) -> bool {
        let mut guard = self.lock();
        let returned = std::mem::take(&mut guard.buffer.returned);
        let ring = std::mem::take(&mut guard.buffer.ring);
        drop(guard);
        !returned.is_empty() || !ring.is_empty()
    }

    pub(crate) fn show(&self, show: fn(&T) -> Value) {
        self.lock().buffer.show = Some(show);
    }

    /// Sends if that needs no waiting. Whom it completes is left in `wakee`, to
    /// be woken once the channel is unlocked.
    #[inline]
    pub(crate) fn attempt_send(
        &self,
        state: &mut State<T>,
        value: T,
        at: Place,
        local: Option<&Local>,
        wakee: &mut Option<Waker>,
    ) -> Sending<T> {
        if state.closed {
            return Sending::Closed(value);
        }
        if let Some((waiter, waker)) = claim(&mut state.receivers) {
            if traced(local) {
                self.record_handed(&state.buffer, waiter, &value, at, local, true);
            }
            waiter.slot = Some(value);
            waiter.finish(Progress::Done);
            *wakee = waker;
            return Sending::Sent;
        }
        if state.buffer.ring.len() >= self.capacity {
            return Sending::Full(value);
        }
        if traced(local) {
            self.record_buffered(&state.buffer, &value, at, local);
        }
        state.buffer.ring.push_back(value);
        Sending::Sent
    }

    /// Receives if that needs no waiting. Whom it completes is left in `wakee`.
    #[inline]
    pub(crate) fn attempt_receive(
        &self,
        state: &mut State<T>,
        at: Place,
        local: Option<&Local>,
        wakee: &mut Option<Waker>,
    ) -> Receiving<T> {
        let first = match state.buffer.returned.is_empty() {
            true => state.buffer.ring.pop_front(),
            false => state.buffer.returned.pop_front(),
        };
        if let Some(value) = first {
            let moment = ambient::moment_after(local, &state.buffer.last_ns);
            if moment.is_traced() {
                self.record_taken(&state.buffer, &moment, &value, at);
            }
            // There is room now. A value from `returned` made none.
            if state.buffer.ring.len() < self.capacity
                && let Some((waiter, waker)) = claim(&mut state.senders)
            {
                let next = waiter.slot.take().expect("a sender waits with its value");
                if moment.is_traced() {
                    self.record_sender_done(&state.buffer, &moment, waiter, &next, at);
                }
                state.buffer.ring.push_back(next);
                waiter.finish(Progress::Done);
                *wakee = waker;
            }
            return Receiving::Received(value);
        }
        if let Some((waiter, waker)) = claim(&mut state.senders) {
            let value = waiter.slot.take().expect("a sender waits with its value");
            if traced(local) {
                self.record_handed(&state.buffer, waiter, &value, at, local, false);
            }
            waiter.finish(Progress::Done);
            *wakee = waker;
            return Receiving::Received(value);
        }
        if !state.closed {
            return Receiving::Empty;
        }
        let moment = ambient::moment_after(local, &state.buffer.last_ns);
        moment.record(ambient::g(), Some(at), || Kind::Received {
            object: self.object,
            len: 0,
            value: None,
            from: 0,
            ok: false,
        });
        Receiving::Closed
    }

    /// Closes the channel and completes all who wait; false if it was closed
    /// before.
    pub(crate) fn close(&self, at: Place) -> bool {
        let mut wakers = Wakers::default();
        let closed = self.close_into(at, &mut wakers);
        wakers.wake();
        closed
    }

    /// The same, leaving it to the caller to wake: it may hold a lock of its
    /// own, and a waker may be anybody's.
    #[allow(unsafe_code)]
    pub(crate) fn close_into(&self, at: Place, wakers: &mut Wakers) -> bool {
        let mut state = self.lock();
        if state.closed {
            return false;
        }
        state.closed = true;
        let moment = state.moment();
        let mut woken = 0;
        for (reason, receives) in [(Reason::ChanReceive, true), (Reason::ChanSend, false)] {
            while let Some((waiter, waker)) = match receives {
                true => claim(&mut state.receivers),
                false => claim(&mut state.senders),
            } {
                woken += 1;
                self.wakes(waiter, reason, &moment, at);
                waiter.finish(Progress::Closed);
                wakers.push(waker);
            }
        }
        moment.record(ambient::g(), Some(at), || Kind::Closed {
            object: self.object,
            woken,
        });
        true
    }

    /// Gives a value back whose receive was dropped: to the next receiver that
    /// waits, or to the front.
    pub(crate) fn give_back(&self, value: T, g: G, at: Place) {
        let mut guard = self.lock();
        let state = &mut *guard;
        if self
            .keeper
            .as_ref()
            .is_some_and(|keeper| keeper.is_stale(&value))
        {
            return;
        }
        let moment = state.moment();
        let len = state.buffer.len() + 1;
        moment.record(g, Some(at), || Kind::Returned {
            object: self.object,
            len: length(len),
        });
        let Some((waiter, waker)) = claim(&mut state.receivers) else {
            state.buffer.returned.push_front(value);
            return;
        };
        let shown = state.buffer.shown(&value);
        self.record_received(&state.buffer, &moment, waiter.g, waiter.at, shown, g);
        self.wakes(waiter, Reason::ChanReceive, &moment, at);
        waiter.slot = Some(value);
        waiter.finish(Progress::Done);
        drop(moment);
        drop(guard);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Takes the first waiter off that can be won, and how to wake it. It is the
/// caller's until [`Waiter::finish`].
#[inline]
fn claim<T>(queue: &mut Queue<T>) -> Option<(&mut Waiter<T>, Option<Waker>)> {
    while let Some(waiter) = queue.pop() {
        // SAFETY: popped under the lock, so it is valid, and ours until
        // `finish`.
        #[allow(unsafe_code)]
        let waiter = unsafe { &mut *waiter };
        if let Some(waker) = waiter.claim() {
            return Some((waiter, waker));
        }
    }
    None
}

#[inline]
fn traced(local: Option<&Local>) -> bool {
    local.is_some_and(|local| local.traced)
}

impl<T> Buffer<T> {
    #[inline]
    fn len(&self) -> usize {
        self.returned.len() + self.ring.len()
    }

    fn shown(&self, value: &T) -> Option<Value> {
        self.show.map(|show| show(value))
    }
}

impl<T> State<T> {
    /// The present moment, for what is recorded of the channel.
    fn moment(&self) -> Moment {
        ambient::with(|local| ambient::moment_after(local, &self.buffer.last_ns))
    }

    /// The running goroutine has just been recorded as blocked here.
    #[inline]
    pub(crate) fn saw_blocked(&self) {
        ambient::saw_blocked(&self.buffer.last_ns);
    }

    /// Whether a send would complete at once (by a panic, if it is closed).
    #[inline]
    pub(crate) fn send_ready(&self, capacity: usize) -> bool {
        self.closed || self.buffer.ring.len() < capacity || self.receivers.has_candidate()
    }

    /// Whether a receive would complete at once.
    #[inline]
    pub(crate) fn receive_ready(&self) -> bool {
        self.closed || self.buffer.len() > 0 || self.senders.has_candidate()
    }
}
