//! What a channel records. Every function here is for a run that is traced, and
//! is called with the channel locked, before the operation changes its buffer;
//! they stand apart so that the way without a trace stays short.

use super::{Buffer, Hchan};
use crate::ambient::{self, Local, Moment};
use crate::chan::waiter::Waiter;
use crate::trace::record::Handed;
use crate::trace::{G, Kind, Place, Reason, Value};

impl<T> Hchan<T> {
    /// The running goroutine hands `value` to `other`, which waits, if it `sent`;
    /// else it takes `value` from there.
    #[cold]
    pub(super) fn record_handed(
        &self,
        buffer: &Buffer<T>,
        other: &Waiter<T>,
        value: &T,
        at: Place,
        local: Option<&Local>,
        sent: bool,
    ) {
        let moment = ambient::moment_after(local, &buffer.last_ns);
        let len = buffer.len();
        if let Some(ledger) = &self.ledger {
            ledger.sent_locked(len);
            ledger.received_locked();
            if other.g != 0 {
                ledger.unblocked_locked(moment.t_ns.saturating_sub(other.since_ns));
            }
        }
        let reason = match (other.selecting, sent) {
            (true, _) => Reason::Select,
            (false, true) => Reason::ChanReceive,
            (false, false) => Reason::ChanSend,
        };
        let shown = buffer.shown(value);
        moment.handed(other.g, reason, other.since_ns, |p, me| Handed {
            t_ns: moment.t_ns,
            p,
            object: self.object,
            len: length(len),
            value: shown,
            sent,
            me,
            at,
            other: other.g,
            other_at: other.at,
        });
    }

    /// The value of `sender`, which waits, enters the ring.
    #[cold]
    pub(super) fn record_sender_done(
        &self,
        buffer: &Buffer<T>,
        moment: &Moment,
        sender: &Waiter<T>,
        value: &T,
        at: Place,
    ) {
        let shown = buffer.shown(value);
        self.record_sent(buffer.len() + 1, moment, sender.g, sender.at, shown);
        self.wakes(sender, Reason::ChanSend, moment, at);
    }

    /// The running goroutine puts `value` into the ring.
    #[cold]
    pub(super) fn record_buffered(
        &self,
        buffer: &Buffer<T>,
        value: &T,
        at: Place,
        local: Option<&Local>,
    ) {
        let moment = ambient::moment_after(local, &buffer.last_ns);
        let shown = buffer.shown(value);
        self.record_sent(buffer.len() + 1, &moment, ambient::g(), at, shown);
    }

    /// The running goroutine has taken `value` out of the buffer.
    #[cold]
    pub(super) fn record_taken(&self, buffer: &Buffer<T>, moment: &Moment, value: &T, at: Place) {
        let shown = buffer.shown(value);
        self.record_received(buffer, moment, ambient::g(), at, shown, 0);
    }

    /// `waiter` no longer waits. `at` is the operation that saw to it.
    pub(super) fn wakes(&self, waiter: &Waiter<T>, reason: Reason, moment: &Moment, at: Place) {
        if waiter.g == 0 || !moment.is_traced() {
            return;
        }
        let reason = match waiter.selecting {
            true => Reason::Select,
            false => reason,
        };
        if let Some(ledger) = &self.ledger {
            ledger.unblocked_locked(moment.t_ns.saturating_sub(waiter.since_ns));
        }
        moment.unblocked(waiter.g, reason, self.object, waiter.since_ns, Some(at));
    }

    fn record_sent(&self, len: usize, moment: &Moment, g: G, at: Place, value: Option<Value>) {
        if let Some(ledger) = &self.ledger {
            ledger.sent_locked(len);
        }
        moment.record(g, Some(at), || Kind::Sent {
            object: self.object,
            len: length(len),
            value,
            to: 0,
        });
    }

    pub(super) fn record_received(
        &self,
        buffer: &Buffer<T>,
        moment: &Moment,
        g: G,
        at: Place,
        value: Option<Value>,
        from: G,
    ) {
        if let Some(ledger) = &self.ledger {
            ledger.received_locked();
        }
        moment.record(g, Some(at), || Kind::Received {
            object: self.object,
            len: length(buffer.len()),
            value,
            from,
            ok: true,
        });
    }
}

/// The length of a buffer, for an event.
pub(super) fn length(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
