//! What happened: one arm a kind, by matches without a wildcard.
//!
//! Places become keys: the first event that names one brings it along
//! ([`Places::take_fresh`]).

use std::collections::HashMap;

use csp::trace::{self, Kind as CoreKind};
use protocol::event::{
    AtomicOp, Event, Kind, LockMode, NO_PLACE, ObjectKind, Place, Reason, Value,
};

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
            self.fresh.push(super::place(place));
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

/// An event, with the place it names.
pub(crate) fn event(event: &trace::Event, places: &mut Places) -> Event {
    Event {
        t_ns: event.t_ns,
        p: event.p,
        g: event.g,
        at: places.key(event.at),
        kind: kind(&event.kind, places),
    }
}

/// One arm a kind, and nothing else: the length is that of the list.
fn kind(kind: &CoreKind, places: &mut Places) -> Kind {
    match kind {
        CoreKind::Created { child, name } => Kind::Created {
            child: *child,
            name: name.as_deref().map(super::name),
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
            message: super::message(message),
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
            name: name.as_deref().map(super::name),
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
            name: super::name(name),
            value: *value,
        },
        CoreKind::RegionBegun { name } => Kind::RegionBegun {
            name: super::name(name),
        },
        CoreKind::RegionEnded { name } => Kind::RegionEnded {
            name: super::name(name),
        },
        CoreKind::SyscallBegun => Kind::SyscallBegun,
        CoreKind::SyscallEnded => Kind::SyscallEnded,
        CoreKind::HandedOff { from, to } => Kind::HandedOff {
            from: *from,
            to: *to,
        },
        CoreKind::Described {
            object,
            parent,
            guards,
        } => Kind::Described {
            object: *object,
            parent: *parent,
            guards: guards.as_deref().map(super::name),
        },
        CoreKind::Locked { object, mode } => Kind::Locked {
            object: *object,
            mode: lock_mode(*mode),
        },
        CoreKind::Unlocked { object, mode, to } => Kind::Unlocked {
            object: *object,
            mode: lock_mode(*mode),
            to: *to,
        },
        CoreKind::Starving { object, on } => Kind::Starving {
            object: *object,
            on: *on,
        },
        CoreKind::Signalled { object, woken } => Kind::Signalled {
            object: *object,
            woken: *woken,
        },
        CoreKind::Initialised { object } => Kind::Initialised { object: *object },
        CoreKind::Acquired {
            object,
            count,
            free,
        } => Kind::Acquired {
            object: *object,
            count: *count,
            free: *free,
        },
        CoreKind::Released {
            object,
            count,
            free,
        } => Kind::Released {
            object: *object,
            count: *count,
            free: *free,
        },
        CoreKind::Atomic {
            object,
            op,
            value,
            ok,
        } => Kind::Atomic {
            object: *object,
            op: atomic_op(*op),
            value: *value,
            ok: *ok,
        },
        CoreKind::CellRead { object, value } => Kind::CellRead {
            object: *object,
            value: *value,
        },
        CoreKind::CellWritten { object, value } => Kind::CellWritten {
            object: *object,
            value: *value,
        },
        CoreKind::Raced {
            object,
            other,
            other_at,
        } => Kind::Raced {
            object: *object,
            other: *other,
            other_at: places.key(*other_at),
        },
        CoreKind::ContextMade {
            object,
            parent,
            name,
            deadline_ns,
        } => Kind::ContextMade {
            object: *object,
            parent: *parent,
            name: name.as_deref().map(super::name),
            deadline_ns: *deadline_ns,
        },
        CoreKind::ContextDone { object, cause, by } => Kind::ContextDone {
            object: *object,
            cause: super::message(cause),
            by: *by,
        },
        CoreKind::TimerStopped { object } => Kind::TimerStopped { object: *object },
        CoreKind::SpanBegun { span, parent, name } => Kind::SpanBegun {
            span: *span,
            parent: *parent,
            name: super::name(name),
        },
        CoreKind::SpanAttribute { span, attribute } => Kind::SpanAttribute {
            span: *span,
            key: super::name(&attribute.key),
            value: value(&attribute.value),
        },
        CoreKind::SpanFailed { span, message } => Kind::SpanFailed {
            span: *span,
            message: super::message(message),
        },
        CoreKind::SpanEnded { span, failed } => Kind::SpanEnded {
            span: *span,
            failed: *failed,
        },
    }
}

pub(super) fn reason(reason: trace::Reason) -> Reason {
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
        trace::Reason::Mutex => Reason::Mutex,
        trace::Reason::RwMutexRead => Reason::RwMutexRead,
        trace::Reason::RwMutexWrite => Reason::RwMutexWrite,
        trace::Reason::Cond => Reason::Cond,
        trace::Reason::Once => Reason::Once,
        trace::Reason::Semaphore => Reason::Semaphore,
        trace::Reason::Syscall => Reason::Syscall,
    }
}

pub(super) fn object_kind(kind: trace::ObjectKind) -> ObjectKind {
    match kind {
        trace::ObjectKind::Channel => ObjectKind::Channel,
        trace::ObjectKind::WaitGroup => ObjectKind::WaitGroup,
        trace::ObjectKind::Timer => ObjectKind::Timer,
        trace::ObjectKind::Mutex => ObjectKind::Mutex,
        trace::ObjectKind::RwMutex => ObjectKind::RwMutex,
        trace::ObjectKind::Cond => ObjectKind::Cond,
        trace::ObjectKind::Once => ObjectKind::Once,
        trace::ObjectKind::Semaphore => ObjectKind::Semaphore,
        trace::ObjectKind::Atomic => ObjectKind::Atomic,
        trace::ObjectKind::Cell => ObjectKind::Cell,
        trace::ObjectKind::Context => ObjectKind::Context,
        trace::ObjectKind::Map => ObjectKind::Map,
        trace::ObjectKind::Pool => ObjectKind::Pool,
    }
}

fn lock_mode(mode: trace::LockMode) -> LockMode {
    match mode {
        trace::LockMode::Write => LockMode::Write,
        trace::LockMode::Read => LockMode::Read,
    }
}

fn atomic_op(op: trace::AtomicOp) -> AtomicOp {
    match op {
        trace::AtomicOp::Load => AtomicOp::Load,
        trace::AtomicOp::Store => AtomicOp::Store,
        trace::AtomicOp::Add => AtomicOp::Add,
        trace::AtomicOp::Swap => AtomicOp::Swap,
        trace::AtomicOp::CompareAndSwap => AtomicOp::CompareAndSwap,
        trace::AtomicOp::And => AtomicOp::And,
        trace::AtomicOp::Or => AtomicOp::Or,
    }
}

fn value(value: &trace::Value) -> Value {
    match value {
        trace::Value::Int(number) => Value::Int(*number),
        trace::Value::Label(label) => Value::Text(super::name(label)),
    }
}
