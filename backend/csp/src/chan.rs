//! Channels.
//!
//! [`chan()`] makes one. As in Go, a [`Chan`] is a reference: its clones are the
//! same channel, it goes away with the last of them, and only
//! [`close`](Chan::close) closes it. [`Sender`] and [`Receiver`] are its
//! directional ends, Go's `chan<- T` and `<-chan T`.

mod hchan;
#[cfg(all(test, csp_loom))]
mod models;
mod recv;
mod send;
pub(crate) mod waiter;

use std::panic::Location;
use std::sync::{Arc, Weak};
use std::task::Waker;

use hchan::{Hchan, Receiving, Sending};
pub use recv::Recv;
pub use send::Send;
use waiter::Wakers;

use crate::ledger::ObjectLedger;
use crate::run::ObjectTotals;
use crate::trace::{Object, ObjectKind, Place, Value};
use crate::{ambient, panics};

/// A channel that holds up to `capacity` values; with 0 a send waits for its
/// receiver.
#[track_caller]
pub fn chan<T: std::marker::Send + 'static>(capacity: usize) -> Chan<T> {
    Chan {
        inner: Some(Arc::new(Hchan::new(capacity, None, Location::caller()))),
    }
}

/// A channel with a name, for the picture.
#[track_caller]
pub fn chan_named<T: std::marker::Send + 'static>(
    name: impl Into<Arc<str>>,
    capacity: usize,
) -> Chan<T> {
    let name = Some(name.into());
    Chan {
        inner: Some(Arc::new(Hchan::new(capacity, name, Location::caller()))),
    }
}

/// A reference to a channel, for both directions.
pub struct Chan<T> {
    inner: Option<Arc<Hchan<T>>>,
}

/// A reference to a channel that does not keep it.
pub(crate) struct WeakChan<T> {
    inner: Option<Weak<Hchan<T>>>,
}

impl<T> WeakChan<T> {
    /// The channel, if it is still there.
    pub(crate) fn upgrade(&self) -> Option<Chan<T>> {
        let inner = Some(self.inner.as_ref()?.upgrade()?);
        Some(Chan { inner })
    }
}

/// What a timer's channel keeps alive. Such a channel looks as if it had no
/// buffer.
pub(crate) trait Keeper<T>: std::marker::Send + Sync {
    /// Whether `value`, which a receive that was dropped gives back, is no longer
    /// to be received: the timer was stopped or set anew. It is called with the
    /// channel locked.
    fn is_stale(&self, value: &T) -> bool;
}

/// The end of a channel that only sends.
pub struct Sender<T> {
    chan: Chan<T>,
}

/// The end of a channel that only receives.
pub struct Receiver<T> {
    chan: Chan<T>,
}

/// Why nothing was sent; the value comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError<T> {
    /// There is neither room nor a receiver.
    Full(T),
    /// The channel is closed.
    Closed(T),
}

impl<T> std::fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SendError::Full(_) => "no room and no receiver",
            SendError::Closed(_) => "the channel is closed",
        })
    }
}

impl<T: std::fmt::Debug> std::error::Error for SendError<T> {}

/// Why nothing was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecvError {
    /// There is neither a value nor a sender.
    Empty,
    /// The channel is closed and empty.
    Closed,
}

impl std::fmt::Display for RecvError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            RecvError::Empty => "no value and no sender",
            RecvError::Closed => "the channel is closed and empty",
        })
    }
}

impl std::error::Error for RecvError {}

impl<T: std::marker::Send + 'static> Chan<T> {
    /// The nil channel: to send or to receive waits for ever, and in a select
    /// its cases are never ready.
    pub fn nil() -> Self {
        Chan { inner: None }
    }

    /// Says how to show a value in the events of its sends and receives.
    #[must_use]
    pub fn show(self, show: fn(&T) -> Value) -> Self {
        if let Some(chan) = &self.inner {
            chan.show(show);
        }
        self
    }

    /// Sends `value`; waits while the buffer is full, or without a buffer until
    /// a receiver takes it.
    ///
    /// On a closed channel the goroutine panics: `send on closed channel`.
    ///
    /// Cancel safety: dropped before it resolves, it has sent nothing, unless a
    /// receiver took the value in that very moment.
    ///
    /// Events: `Blocked` if it waits, `Sent`.
    #[track_caller]
    pub fn send(&self, value: T) -> Send<'_, T> {
        self.send_at(value, Location::caller())
    }

    /// The same for a part of the library that knows where it was called.
    #[inline]
    pub(crate) fn send_at(&self, value: T, at: Place) -> Send<'_, T> {
        Send::new(self.inner.as_deref(), value, at)
    }

    /// Receives a value; `None` if the channel is closed and empty. A loop over
    /// it, `while let Some(value) = ch.recv().await`, is Go's `for range`.
    ///
    /// Cancel safety: dropped before it resolves, it loses nothing: a value
    /// that was handed over already goes to the next receiver.
    ///
    /// Events: `Blocked` if it waits, `Received`.
    #[track_caller]
    pub fn recv(&self) -> Recv<'_, T> {
        self.recv_at(Location::caller())
    }

    /// The same for a part of the library that knows where it was called.
    #[inline]
    pub(crate) fn recv_at(&self, at: Place) -> Recv<'_, T> {
        Recv::new(self.inner.as_deref(), at)
    }

    /// Sends `value` if that needs no waiting.
    ///
    /// # Errors
    /// [`SendError`] with the value: there is no room, or the channel is closed.
    #[track_caller]
    pub fn try_send(&self, value: T) -> Result<(), SendError<T>> {
        let Some(chan) = &self.inner else {
            return Err(SendError::Full(value));
        };
        let (at, mut wakee) = (Location::caller(), None);
        let sending = ambient::with(|local| {
            chan.attempt_send(&mut chan.lock(), value, at, local, &mut wakee)
        });
        if let Some(wakee) = wakee {
            wakee.wake();
        }
        match sending {
            Sending::Sent => Ok(()),
            Sending::Full(value) => Err(SendError::Full(value)),
            Sending::Closed(value) => Err(SendError::Closed(value)),
        }
    }

    /// Receives a value if that needs no waiting.
    ///
    /// # Errors
    /// [`RecvError`]: there is none, or the channel is closed and empty.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, RecvError> {
        let Some(chan) = &self.inner else {
            return Err(RecvError::Empty);
        };
        let (at, mut wakee) = (Location::caller(), None);
        let receiving =
            ambient::with(|local| chan.attempt_receive(&mut chan.lock(), at, local, &mut wakee));
        if let Some(wakee) = wakee {
            wakee.wake();
        }
        match receiving {
            Receiving::Received(value) => Ok(value),
            Receiving::Empty => Err(RecvError::Empty),
            Receiving::Closed => Err(RecvError::Closed),
        }
    }

    /// Closes the channel: receivers get what is buffered and then `None`;
    /// senders that wait panic. Costs one step for each goroutine that waits.
    ///
    /// # Panics
    /// With Go's panic if it is nil or closed already: `close of closed
    /// channel`.
    #[track_caller]
    pub fn close(&self) {
        let at = Location::caller();
        match &self.inner {
            Some(chan) if chan.close(at) => {}
            Some(_) => panics::unwind("close of closed channel", at),
            None => panics::unwind("close of nil channel", at),
        }
    }

    /// Values in the buffer.
    pub fn len(&self) -> usize {
        self.inner.as_ref().map_or(0, |chan| chan.len())
    }

    /// Whether the buffer holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Values that the buffer can hold.
    pub fn cap(&self) -> usize {
        self.inner.as_ref().map_or(0, |chan| chan.seen_capacity())
    }

    /// What the channel saw so far; all 0 in a run without a trace.
    pub fn stats(&self) -> ObjectTotals {
        let chan = self.inner.as_ref();
        let ledger = chan.and_then(|chan| chan.ledger.as_ref());
        ledger.map_or_else(
            || ObjectTotals::nothing(chan.map_or(0, |chan| chan.object), ObjectKind::Channel),
            |ledger| ledger.totals(),
        )
    }

    /// The end that only sends.
    pub fn sender(&self) -> Sender<T> {
        Sender { chan: self.clone() }
    }

    /// The end that only receives.
    pub fn receiver(&self) -> Receiver<T> {
        Receiver { chan: self.clone() }
    }

    /// Sends for nobody, at `at`, dropping the value if there is no room: how a
    /// timer fires into its channel. Whom it completes is for the caller to wake.
    pub(crate) fn offer(&self, value: T, at: Place) -> Option<Waker> {
        let chan = self.inner.as_ref()?;
        let mut wakee = None;
        ambient::with(|local| {
            // A full channel has a value for whoever comes: enough for a timer.
            let _ = chan.attempt_send(&mut chan.lock(), value, at, local, &mut wakee);
        });
        wakee
    }

    /// A channel that is part of `object`, which has been recorded already.
    pub(crate) fn part_of(
        object: Object,
        capacity: usize,
        ledger: Option<Arc<ObjectLedger>>,
        keeper: Option<Arc<dyn Keeper<T>>>,
    ) -> Self {
        let chan = Hchan::part_of(object, capacity, ledger, keeper);
        Chan {
            inner: Some(Arc::new(chan)),
        }
    }

    /// Takes out what is in the buffer; whether there was anything.
    pub(crate) fn drain(&self) -> bool {
        self.inner.as_ref().is_some_and(|chan| chan.drain())
    }

    /// Closes it, if it is not; the caller wakes who waited.
    pub(crate) fn close_into(&self, at: Place, wakers: &mut Wakers) {
        if let Some(chan) = &self.inner {
            chan.close_into(at, wakers);
        }
    }

    /// A reference that does not keep the channel.
    pub(crate) fn downgrade(&self) -> WeakChan<T> {
        WeakChan {
            inner: self.inner.as_ref().map(Arc::downgrade),
        }
    }
}

impl<T: std::marker::Send + 'static> Sender<T> {
    /// As [`Chan::send`].
    #[track_caller]
    pub fn send(&self, value: T) -> Send<'_, T> {
        self.chan.send(value)
    }

    /// As [`Chan::try_send`].
    ///
    /// # Errors
    /// As [`Chan::try_send`].
    #[track_caller]
    pub fn try_send(&self, value: T) -> Result<(), SendError<T>> {
        self.chan.try_send(value)
    }

    /// As [`Chan::close`].
    ///
    /// # Panics
    /// As [`Chan::close`].
    #[track_caller]
    pub fn close(&self) {
        self.chan.close();
    }

    /// As [`Chan::len`].
    pub fn len(&self) -> usize {
        self.chan.len()
    }

    /// As [`Chan::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.chan.is_empty()
    }

    /// As [`Chan::cap`].
    pub fn cap(&self) -> usize {
        self.chan.cap()
    }

    /// As [`Chan::stats`].
    pub fn stats(&self) -> ObjectTotals {
        self.chan.stats()
    }
}

impl<T: std::marker::Send + 'static> Receiver<T> {
    /// The end of a nil channel.
    pub(crate) const NIL: Self = Receiver {
        chan: Chan { inner: None },
    };

    /// As [`Chan::close_into`].
    pub(crate) fn close_into(&self, at: Place, wakers: &mut Wakers) {
        self.chan.close_into(at, wakers);
    }

    /// As [`Chan::recv`].
    #[track_caller]
    pub fn recv(&self) -> Recv<'_, T> {
        self.chan.recv()
    }

    /// As [`Chan::try_recv`].
    ///
    /// # Errors
    /// As [`Chan::try_recv`].
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, RecvError> {
        self.chan.try_recv()
    }

    /// As [`Chan::len`].
    pub fn len(&self) -> usize {
        self.chan.len()
    }

    /// As [`Chan::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.chan.is_empty()
    }

    /// As [`Chan::cap`].
    pub fn cap(&self) -> usize {
        self.chan.cap()
    }

    /// As [`Chan::stats`].
    pub fn stats(&self) -> ObjectTotals {
        self.chan.stats()
    }
}

impl<T> Clone for Chan<T> {
    fn clone(&self) -> Self {
        Chan {
            inner: self.inner.clone(),
        }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Sender {
            chan: self.chan.clone(),
        }
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Receiver {
            chan: self.chan.clone(),
        }
    }
}
