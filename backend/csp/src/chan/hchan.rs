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

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::lock_api::RawMutex as _;
use parking_lot::{Mutex, MutexGuard};

use super::waiter::{Progress, Queue, Waiter, Wakers};
use crate::ambient::{self, Moment};
use crate::ledger::ObjectLedger;
use crate::trace::{G, Kind, Object, ObjectKind, Place, Reason, Value};

/// A channel.
pub(crate) struct Hchan<T> {
    pub(crate) object: Object,
    pub(crate) capacity: usize,
    state: Mutex<State<T>>,
    pub(crate) ledger: Option<Arc<ObjectLedger>>,
}

/// What the lock guards.
pub(crate) struct State<T> {
    returned: VecDeque<T>,
    ring: VecDeque<T>,
    closed: bool,
    show: Option<fn(&T) -> Value>,
    pub(crate) receivers: Queue<T>,
    pub(crate) senders: Queue<T>,
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
        Hchan {
            object,
            capacity,
            state: Mutex::new(State {
                returned: VecDeque::new(),
                ring: VecDeque::new(),
                closed: false,
                show: None,
                receivers: Queue::new(),
                senders: Queue::new(),
            }),
            ledger,
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock()
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
        // SAFETY: the contract is the same.
        unsafe { self.state.raw().unlock() }
    }

    /// # Safety
    /// The caller holds the lock by [`lock_raw`](Self::lock_raw), and no other
    /// reference to the state.
    #[allow(unsafe_code, clippy::mut_from_ref)]
    pub(crate) unsafe fn state_raw(&self) -> &mut State<T> {
        // SAFETY: by the contract the access is exclusive.
        unsafe { &mut *self.state.data_ptr() }
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    pub(crate) fn show(&self, show: fn(&T) -> Value) {
        self.lock().show = Some(show);
    }

    /// Sends if that needs no waiting.
    #[allow(unsafe_code)]
    pub(crate) fn attempt_send(
        &self,
        state: &mut State<T>,
        value: T,
        at: Place,
        wakers: &mut Wakers,
    ) -> Sending<T> {
        if state.closed {
            return Sending::Closed(value);
        }
        let moment = ambient::moment();
        let me = ambient::g();
        while let Some(waiter) = state.receivers.pop() {
            // SAFETY: popped under the lock, so it is valid, and ours until
            // `finish`.
            let waiter = unsafe { &mut *waiter };
            let Some(waker) = waiter.claim() else {
                continue;
            };
            let receiver = waiter.g;
            self.record_sent(state, &moment, me, at, state.shown(&value), receiver);
            self.record_received(state, &moment, receiver, waiter.at, state.shown(&value), me);
            self.wakes(waiter, Reason::ChanReceive, &moment, at);
            waiter.slot = Some(value);
            waiter.finish(Progress::Done);
            wakers.push(waker);
            return Sending::Sent;
        }
        if state.ring.len() >= self.capacity {
            return Sending::Full(value);
        }
        let shown = state.shown(&value);
        state.ring.push_back(value);
        self.record_sent(state, &moment, me, at, shown, 0);
        Sending::Sent
    }

    /// Receives if that needs no waiting.
    pub(crate) fn attempt_receive(
        &self,
        state: &mut State<T>,
        at: Place,
        wakers: &mut Wakers,
    ) -> Receiving<T> {
        let moment = ambient::moment();
        let me = ambient::g();
        if let Some(value) = state.returned.pop_front() {
            self.record_received(state, &moment, me, at, state.shown(&value), 0);
            return Receiving::Received(value);
        }
        if let Some(value) = state.ring.pop_front() {
            self.record_received(state, &moment, me, at, state.shown(&value), 0);
            if let Some((next, _, _)) = self.pop_sender(state, &moment, 0, at, wakers) {
                state.ring.push_back(next);
                if let Some(ledger) = &self.ledger {
                    ledger.sent(state.len());
                }
            }
            return Receiving::Received(value);
        }
        if let Some((value, shown, sender)) = self.pop_sender(state, &moment, me, at, wakers) {
            if let Some(ledger) = &self.ledger {
                ledger.sent(state.len());
            }
            self.record_received(state, &moment, me, at, shown, sender);
            return Receiving::Received(value);
        }
        if !state.closed {
            return Receiving::Empty;
        }
        moment.record(me, Some(at), || Kind::Received {
            object: self.object,
            len: 0,
            value: None,
            from: 0,
            ok: false,
        });
        Receiving::Closed
    }

    /// Takes the value of the first sender that waits, for the ring (`to` 0) or
    /// for receiver `to`, and records that it was sent.
    #[allow(unsafe_code)]
    fn pop_sender(
        &self,
        state: &mut State<T>,
        moment: &Moment,
        to: G,
        at: Place,
        wakers: &mut Wakers,
    ) -> Option<(T, Option<Value>, G)> {
        while let Some(waiter) = state.senders.pop() {
            // SAFETY: popped under the lock, so it is valid, and ours until
            // `finish`.
            let waiter = unsafe { &mut *waiter };
            let Some(waker) = waiter.claim() else {
                continue;
            };
            let value = waiter.slot.take().expect("a sender waits with its value");
            let shown = state.shown(&value);
            let sender = waiter.g;
            let len = state.len() + usize::from(self.capacity > 0);
            moment.record(sender, Some(waiter.at), || Kind::Sent {
                object: self.object,
                len: u32::try_from(len).unwrap_or(u32::MAX),
                value: shown.clone(),
                to,
            });
            self.wakes(waiter, Reason::ChanSend, moment, at);
            waiter.finish(Progress::Done);
            wakers.push(waker);
            return Some((value, shown, sender));
        }
        None
    }

    /// Closes the channel and completes all who wait; false if it was closed
    /// before.
    #[allow(unsafe_code)]
    pub(crate) fn close(&self, at: Place) -> bool {
        let mut state = self.lock();
        if state.closed {
            return false;
        }
        state.closed = true;
        let moment = ambient::moment();
        let mut wakers = Wakers::default();
        let mut woken = 0;
        for (reason, receives) in [(Reason::ChanReceive, true), (Reason::ChanSend, false)] {
            while let Some(waiter) = match receives {
                true => state.receivers.pop(),
                false => state.senders.pop(),
            } {
                // SAFETY: popped under the lock, so it is valid, and ours until
                // `finish`.
                let waiter = unsafe { &mut *waiter };
                if let Some(waker) = waiter.claim() {
                    woken += 1;
                    self.wakes(waiter, reason, &moment, at);
                    waiter.finish(Progress::Closed);
                    wakers.push(waker);
                }
            }
        }
        moment.record(ambient::g(), Some(at), || Kind::Closed {
            object: self.object,
            woken,
        });
        drop(moment);
        drop(state);
        wakers.wake();
        true
    }

    /// Gives a value back whose receive was dropped: to the next receiver that
    /// waits, or to the front.
    #[allow(unsafe_code)]
    pub(crate) fn give_back(&self, value: T, g: G, at: Place) {
        let mut state = self.lock();
        let moment = ambient::moment();
        let len = state.len() + 1;
        moment.record(g, Some(at), || Kind::Returned {
            object: self.object,
            len: u32::try_from(len).unwrap_or(u32::MAX),
        });
        while let Some(waiter) = state.receivers.pop() {
            // SAFETY: popped under the lock, so it is valid, and ours until
            // `finish`.
            let waiter = unsafe { &mut *waiter };
            let Some(waker) = waiter.claim() else {
                continue;
            };
            self.record_received(&state, &moment, waiter.g, waiter.at, state.shown(&value), g);
            self.wakes(waiter, Reason::ChanReceive, &moment, at);
            waiter.slot = Some(value);
            waiter.finish(Progress::Done);
            drop(moment);
            drop(state);
            if let Some(waker) = waker {
                waker.wake();
            }
            return;
        }
        state.returned.push_front(value);
    }

    /// Records that `waiter` no longer waits. `at` is the operation that saw to
    /// it.
    fn wakes(&self, waiter: &Waiter<T>, reason: Reason, moment: &Moment, at: Place) {
        if waiter.g == 0 {
            return;
        }
        let reason = match waiter.selecting {
            true => Reason::Select,
            false => reason,
        };
        if let Some(ledger) = &self.ledger {
            ledger.unblocked(moment.t_ns.saturating_sub(waiter.since_ns));
        }
        moment.unblocked(waiter.g, reason, self.object, waiter.since_ns, Some(at));
    }

    fn record_sent(
        &self,
        state: &State<T>,
        moment: &Moment,
        g: G,
        at: Place,
        value: Option<Value>,
        to: G,
    ) {
        if let Some(ledger) = &self.ledger {
            ledger.sent(state.len());
        }
        moment.record(g, Some(at), || Kind::Sent {
            object: self.object,
            len: u32::try_from(state.len()).unwrap_or(u32::MAX),
            value,
            to,
        });
    }

    fn record_received(
        &self,
        state: &State<T>,
        moment: &Moment,
        g: G,
        at: Place,
        value: Option<Value>,
        from: G,
    ) {
        if let Some(ledger) = &self.ledger {
            ledger.received();
        }
        moment.record(g, Some(at), || Kind::Received {
            object: self.object,
            len: u32::try_from(state.len()).unwrap_or(u32::MAX),
            value,
            from,
            ok: true,
        });
    }
}

impl<T> State<T> {
    pub(crate) fn len(&self) -> usize {
        self.returned.len() + self.ring.len()
    }

    fn shown(&self, value: &T) -> Option<Value> {
        self.show.map(|show| show(value))
    }

    /// Whether a send would complete at once (by a panic, if it is closed).
    pub(crate) fn send_ready(&self, capacity: usize) -> bool {
        self.closed || self.ring.len() < capacity || self.receivers.has_candidate()
    }

    /// Whether a receive would complete at once.
    pub(crate) fn receive_ready(&self) -> bool {
        self.closed || self.len() > 0 || self.senders.has_candidate()
    }
}
