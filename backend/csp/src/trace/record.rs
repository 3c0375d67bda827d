//! What a thread writes into its buffer: an event, or several that always come
//! together, in one piece.
//!
//! Writing is what tracing costs a run; the collector takes the pieces apart
//! again. What stands in one record happened at one moment.

use super::{Event, G, Kind, Object, P, Place, Reason, Value};

/// A record.
pub(crate) enum Record {
    /// One event.
    Event(Event),
    /// A value went from one goroutine straight to another that waited.
    Handed(Handed),
    /// A goroutine waits, and its P runs the next.
    Switched(Switched),
}

/// A value that was handed over.
pub(crate) struct Handed {
    pub(crate) t_ns: u64,
    pub(crate) p: P,
    pub(crate) object: Object,
    /// What the channel holds after it.
    pub(crate) len: u32,
    pub(crate) value: Option<Value>,
    /// Whether the goroutine that runs sent it; else it received it.
    pub(crate) sent: bool,
    /// The goroutine that runs, and where.
    pub(crate) me: G,
    pub(crate) at: Place,
    /// The one that waited, and where; 0 is nobody's goroutine.
    pub(crate) other: G,
    pub(crate) other_at: Place,
}

/// A goroutine that waits, and the one after it.
pub(crate) struct Switched {
    pub(crate) t_ns: u64,
    pub(crate) p: P,
    pub(crate) g: G,
    pub(crate) at: Option<Place>,
    pub(crate) reason: Reason,
    pub(crate) object: Object,
    pub(crate) next: G,
}

impl Record {
    /// The events in it.
    pub(crate) fn count(&self) -> u64 {
        match self {
            Record::Event(_) => 1,
            Record::Handed(handed) if handed.other == 0 => 2,
            Record::Handed(_) => 3,
            Record::Switched(_) => 2,
        }
    }

    /// Takes it apart, in the order in which things happened.
    pub(crate) fn expand(self, events: &mut Vec<Event>) {
        match self {
            Record::Event(event) => events.push(event),
            Record::Handed(handed) => handed.expand(events),
            Record::Switched(switched) => switched.expand(events),
        }
    }
}

impl Handed {
    fn expand(self, events: &mut Vec<Event>) {
        let Handed {
            t_ns,
            p,
            object,
            len,
            value,
            sent,
            me,
            at,
            other,
            other_at,
        } = self;
        let event = |g, at, kind| Event {
            t_ns,
            p,
            g,
            at: Some(at),
            kind,
        };
        let (sender, sender_at, receiver, receiver_at) = match sent {
            true => (me, at, other, other_at),
            false => (other, other_at, me, at),
        };
        let enters = Kind::Sent {
            object,
            len,
            value: value.clone(),
            to: receiver,
        };
        let leaves = Kind::Received {
            object,
            len,
            value,
            from: sender,
            ok: true,
        };
        let woken = Kind::Woken {
            woken: other,
            object,
        };
        events.push(event(sender, sender_at, enters));
        events.push(event(receiver, receiver_at, leaves));
        if other != 0 {
            events.push(event(me, at, woken));
        }
    }
}

impl Switched {
    fn expand(self, events: &mut Vec<Event>) {
        let Switched {
            t_ns,
            p,
            g,
            at,
            reason,
            object,
            next,
        } = self;
        let blocked = Kind::Blocked { reason, object };
        for (g, at, kind) in [(g, at, blocked), (next, None, Kind::Started)] {
            events.push(Event {
                t_ns,
                p,
                g,
                at,
                kind,
            });
        }
    }
}
