//! Events of the core become events of the wire, here and nowhere else.
//!
//! Every match names every kind: a kind that is added to the core does not
//! compile until the wire has it.

use std::collections::HashMap;

use csp::run::{Blocked, ObjectTotals, Outcome as CoreOutcome, Totals, Waiting};
use csp::trace::{self, Kind as CoreKind};
use protocol::event::{Event, Kind, NO_PLACE, ObjectKind, Place, Reason, Value};
use protocol::run::{BlockedTotal, ObjectTotal};
use protocol::{LimitMet, LimitName, Outcome};

/// The most bytes of a message. Output lines have a limit of their own.
const MAX_MESSAGE_BYTES: usize = 4 << 10;
/// The most bytes of a name or a label.
const MAX_NAME_BYTES: usize = 256;
/// The most goroutines that are listed at the end of a run: more than anybody
/// reads, and with their names less than a frame holds.
const MAX_LEFT: usize = 10_000;

/// The places that a run has named so far; their keys begin at 1.
#[derive(Default)]
pub(crate) struct Places {
    keys: HashMap<trace::Place, u32>,
    fresh: Vec<Place>,
}

impl Places {
    fn key(&mut self, place: Option<trace::Place>) -> u32 {
        let Some(place) = place else {
            return NO_PLACE;
        };
        let next = u32::try_from(self.keys.len() + 1).expect("a program has fewer places");
        *self.keys.entry(place).or_insert_with(|| {
            self.fresh.push(self::place(place));
            next
        })
    }

    /// The places that were named for the first time since the last call, and
    /// the key of the first.
    pub(crate) fn take_fresh(&mut self) -> Option<(u32, Vec<Place>)> {
        let fresh = std::mem::take(&mut self.fresh);
        let first = self.keys.len() + 1 - fresh.len();
        let first = u32::try_from(first).expect("a program has fewer places");
        (!fresh.is_empty()).then_some((first, fresh))
    }
}

fn place(place: trace::Place) -> Place {
    Place {
        file: place.file().into(),
        line: place.line(),
        column: place.column(),
    }
}

/// An event, with the place it names.
pub(crate) fn event(event: &trace::Event, places: &mut Places) -> Event {
    Event {
        t_ns: event.t_ns,
        p: event.p,
        g: event.g,
        at: places.key(event.at),
        kind: kind(&event.kind),
    }
}

/// One arm a kind, and nothing else: the length is that of the list.
fn kind(kind: &CoreKind) -> Kind {
    match kind {
        CoreKind::Created { child, name } => Kind::Created {
            child: *child,
            name: name.as_deref().map(self::name),
        },
        CoreKind::Started => Kind::Started,
        CoreKind::Blocked {
            reason: why,
            object,
        } => Kind::Blocked {
            reason: reason(*why),
            object: *object,
        },
        CoreKind::Woken { woken, object } => Kind::Woken {
            woken: *woken,
            object: *object,
        },
        CoreKind::Yielded => Kind::Yielded,
        CoreKind::Preempted { ran_ns } => Kind::Preempted { ran_ns: *ran_ns },
        CoreKind::Ended => Kind::Ended,
        CoreKind::Panicked { message, recovered } => Kind::Panicked {
            message: self::message(message),
            recovered: *recovered,
        },
        CoreKind::Stolen { from, count } => Kind::Stolen {
            from: *from,
            count: *count,
        },
        CoreKind::Idle => Kind::Idle,
        CoreKind::Awake => Kind::Awake,
        CoreKind::Queue { len } => Kind::Queue { len: *len },
        CoreKind::Overran { ran_ns } => Kind::Overran { ran_ns: *ran_ns },
        CoreKind::Made {
            object,
            kind,
            name,
            capacity,
        } => Kind::Made {
            object: *object,
            kind: object_kind(*kind),
            name: name.as_deref().map(self::name),
            capacity: *capacity,
        },
        CoreKind::Sent {
            object,
            len,
            value: sent,
            to,
        } => Kind::Sent {
            object: *object,
            len: *len,
            value: sent.as_ref().map(value),
            to: *to,
        },
        CoreKind::Received {
            object,
            len,
            value: received,
            from,
            ok,
        } => Kind::Received {
            object: *object,
            len: *len,
            value: received.as_ref().map(value),
            from: *from,
            ok: *ok,
        },
        CoreKind::Returned { object, len } => Kind::Returned {
            object: *object,
            len: *len,
        },
        CoreKind::Closed { object, woken } => Kind::Closed {
            object: *object,
            woken: *woken,
        },
        CoreKind::Added {
            object,
            delta,
            counter,
        } => Kind::Added {
            object: *object,
            delta: *delta,
            counter: *counter,
        },
        CoreKind::Selected {
            cases,
            ready,
            chosen,
        } => Kind::Selected {
            cases: *cases,
            ready: *ready,
            chosen: *chosen,
        },
        CoreKind::TimerSet { object, at_ns } => Kind::TimerSet {
            object: *object,
            at_ns: *at_ns,
        },
        CoreKind::TimerFired { object } => Kind::TimerFired { object: *object },
        CoreKind::Line { text } => Kind::Line {
            text: text.to_string(),
        },
        CoreKind::Counter { name, value } => Kind::Counter {
            name: self::name(name),
            value: *value,
        },
        CoreKind::RegionBegun { name } => Kind::RegionBegun {
            name: self::name(name),
        },
        CoreKind::RegionEnded { name } => Kind::RegionEnded {
            name: self::name(name),
        },
    }
}

fn reason(reason: trace::Reason) -> Reason {
    match reason {
        trace::Reason::ChanSend => Reason::ChanSend,
        trace::Reason::ChanReceive => Reason::ChanReceive,
        trace::Reason::ChanSendNil => Reason::ChanSendNil,
        trace::Reason::ChanReceiveNil => Reason::ChanReceiveNil,
        trace::Reason::Select => Reason::Select,
        trace::Reason::SelectNoCases => Reason::SelectNoCases,
        trace::Reason::WaitGroup => Reason::WaitGroup,
        trace::Reason::Sleep => Reason::Sleep,
        trace::Reason::Foreign => Reason::Foreign,
    }
}

fn object_kind(kind: trace::ObjectKind) -> ObjectKind {
    match kind {
        trace::ObjectKind::Channel => ObjectKind::Channel,
        trace::ObjectKind::WaitGroup => ObjectKind::WaitGroup,
        trace::ObjectKind::Timer => ObjectKind::Timer,
    }
}

fn value(value: &trace::Value) -> Value {
    match value {
        trace::Value::Int(number) => Value::Int(*number),
        trace::Value::Label(label) => Value::Text(name(label)),
    }
}

fn name(name: &str) -> String {
    cut(name, MAX_NAME_BYTES)
}

fn message(message: &str) -> String {
    cut(message, MAX_MESSAGE_BYTES)
}

fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = (0..=bytes).rev().find(|end| text.is_char_boundary(*end));
    format!("{}…", &text[..end.unwrap_or(0)])
}

/// How a run ended. `cut_by` is the limit that stopped it, if one did.
pub(crate) fn outcome(
    outcome: CoreOutcome<()>,
    left: &[Waiting],
    cut_by: Option<LimitName>,
) -> Outcome {
    match outcome {
        CoreOutcome::Completed(()) => Outcome::Completed {
            leaked: left.iter().take(MAX_LEFT).map(waiting).collect(),
        },
        CoreOutcome::Panicked(panic) => Outcome::Panicked {
            message: message(&panic.to_string()),
            goroutine: panic.goroutine(),
            name: panic.name().map(name),
            at: place(panic.at()).to_string(),
        },
        CoreOutcome::Deadlock => Outcome::Deadlock {
            waiting: left.iter().take(MAX_LEFT).map(waiting).collect(),
        },
        CoreOutcome::Fatal(message, at) => Outcome::Fatal {
            message: self::message(&message),
            at: at.map_or_else(String::new, |at| place(at).to_string()),
        },
        CoreOutcome::Stopped if cut_by.is_some() => Outcome::Limit,
        CoreOutcome::Stopped => Outcome::Stopped,
        CoreOutcome::TooManyGoroutines => Outcome::Limit,
        // Of simulated runs; the native scheduler, which runs here, has neither
        // steps nor schedules.
        CoreOutcome::Livelock => fatal("livelock: goroutines run, and nothing moves forward"),
        CoreOutcome::TooManySteps => fatal("the run used up its steps"),
        CoreOutcome::Diverged(why) => fatal(&why),
        CoreOutcome::Fault(message) => Outcome::Fault {
            message: self::message(&message),
        },
    }
}

fn fatal(message: &str) -> Outcome {
    Outcome::Fatal {
        message: self::message(message),
        at: String::new(),
    }
}

/// A limit that was met.
pub(crate) fn met(limit: LimitName, limits: &protocol::Limits) -> LimitMet {
    let value = match limit {
        LimitName::Time => limits.time_millis,
        LimitName::Memory => limits.memory_bytes,
        LimitName::Goroutines => u64::from(limits.goroutines),
        LimitName::Events => limits.events,
        LimitName::Output => limits.output_bytes,
    };
    LimitMet { limit, value }
}

fn waiting(waiting: &Waiting) -> protocol::run::Waiting {
    protocol::run::Waiting {
        g: waiting.g,
        name: waiting.name.as_deref().map(name),
        reason: waiting.reason.map(reason),
        object: waiting.object,
        object_name: waiting.object_name.as_deref().map(name),
        at: waiting
            .at
            .map_or_else(String::new, |at| place(at).to_string()),
    }
}

/// Aggregates of a run.
pub(crate) fn totals(totals: &Totals) -> protocol::run::Totals {
    protocol::run::Totals {
        goroutines: totals.goroutines,
        peak_goroutines: totals.peak_goroutines,
        steals: totals.steals,
        preemptions: totals.preemptions,
        blocked: totals.blocked.iter().map(blocked).collect(),
        objects: totals.objects.iter().map(object).collect(),
    }
}

fn blocked(blocked: &Blocked) -> BlockedTotal {
    BlockedTotal {
        reason: reason(blocked.reason),
        count: blocked.count,
        ns: nanoseconds(blocked.time),
    }
}

fn object(object: &ObjectTotals) -> ObjectTotal {
    ObjectTotal {
        object: object.object,
        kind: object_kind(object.kind),
        name: object.name.as_deref().map(name),
        sends: object.sends,
        receives: object.receives,
        blocked_sends: object.blocked_sends,
        blocked_receives: object.blocked_receives,
        blocked_ns: nanoseconds(object.blocked),
        peak_len: object.peak_len,
    }
}

/// A duration in nanoseconds; a run of 584 years is cut short.
pub(crate) fn nanoseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
