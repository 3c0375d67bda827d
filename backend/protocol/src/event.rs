//! What happened during a run.
//!
//! The kinds follow the Go execution tracer, with the objects added that a
//! picture needs. An event is recorded at the moment at which it takes effect:
//! `Sent` and `Received` under the channel's lock, so that their `len` is the
//! occupancy right after it and never contradicts the order of events.

mod name;

use serde::{Deserialize, Serialize};

/// No goroutine: the runtime itself, a timer, or a thread from outside.
pub const NO_GOROUTINE: u32 = 0;
/// No processor: the event happened on a thread that held no P.
pub const NO_P: u16 = u16::MAX;
/// No place in the code is known.
pub const NO_PLACE: u32 = 0;
/// No object, as in a sleep or a block for a foreign future.
pub const NO_OBJECT: u32 = 0;

/// No span: one without a parent.
pub const NO_SPAN: u64 = 0;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Nanoseconds since the run started. Never decreases from one event of a
    /// run to the next.
    pub t_ns: u64,
    /// The processor it happened on, or [`NO_P`].
    pub p: u16,
    /// The goroutine it happened to, or [`NO_GOROUTINE`]. The main goroutine
    /// is 1.
    pub g: u32,
    /// The place in the code, a key of [`crate::Frame::Places`], or
    /// [`NO_PLACE`].
    pub at: u32,
    /// What happened.
    pub kind: Kind,
}

/// What an [`Event`] says happened. `g` below is the event's own goroutine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// `g` made goroutine `child`, which is runnable from here on.
    Created { child: u32, name: Option<String> },
    /// `g` began to run on `p`.
    Started,
    /// `g` stopped running and waits.
    Blocked { reason: Reason, object: u32 },
    /// `g` made goroutine `woken` runnable, by an operation on `object`.
    Woken { woken: u32, object: u32 },
    /// `g` gave its P up by itself and is runnable.
    Yielded,
    /// `g` had overstayed its slice of `ran_ns` and is runnable, in the global
    /// queue.
    Preempted { ran_ns: u64 },
    /// `g` ended.
    Ended,
    /// `g` ended in a panic that nobody recovered, or was recovered from one.
    Panicked { message: String, recovered: bool },
    /// `p` took `count` goroutines from the queue of `from`, `g` being the one
    /// it runs next.
    Stolen { from: u16, count: u16 },
    /// `p` found nothing to run and its thread sleeps.
    Idle,
    /// The thread of `p` was woken to look for work.
    Awake,
    /// The length of the queue of `p`, or of the global queue for
    /// [`NO_P`], after it changed.
    Queue { len: u32 },
    /// `g` ran for `ran_ns` without reaching an operation at which it could
    /// have been preempted.
    Overran { ran_ns: u64 },
    /// `g` made an object.
    Made {
        object: u32,
        kind: ObjectKind,
        name: Option<String>,
        capacity: u32,
    },
    /// A value of `g` entered `object`, which holds `len` values now.
    /// `to` is the goroutine that got it straight away, or [`NO_GOROUTINE`].
    Sent {
        object: u32,
        len: u32,
        value: Option<Value>,
        to: u32,
    },
    /// A value left `object` for `g`; `len` values stay. `from` is the
    /// goroutine that handed it over, or [`NO_GOROUTINE`]. With `ok` false the
    /// channel was closed and empty, and there was no value.
    Received {
        object: u32,
        len: u32,
        value: Option<Value>,
        from: u32,
        ok: bool,
    },
    /// A value that had been handed to `g`, which no longer waited for it (its
    /// receive was dropped), went back to the front of `object`.
    Returned { object: u32, len: u32 },
    /// `g` closed `object`, and `woken` goroutines that waited for it wake.
    Closed { object: u32, woken: u32 },
    /// `g` changed the counter of a WaitGroup by `delta`, to `counter`.
    Added {
        object: u32,
        delta: i64,
        counter: i64,
    },
    /// A select of `g` over `cases` cases, `ready` of them ready, took case
    /// `chosen`; `None` is `default`.
    Selected {
        cases: u32,
        ready: u32,
        chosen: Option<u32>,
    },
    /// `g` set a timer that fires `at_ns` after the start of the run.
    TimerSet { object: u32, at_ns: u64 },
    /// The timer `object` fired.
    TimerFired { object: u32 },
    /// `g` printed a line.
    Line { text: String },
    /// `g` set a counter of the program.
    Counter { name: String, value: i64 },
    /// `g` entered a named region of the program.
    RegionBegun { name: String },
    /// `g` left the region.
    RegionEnded { name: String },
    /// `g` enters a call that blocks its thread, Go's system call.
    SyscallBegun,
    /// `g` is back from it.
    SyscallEnded,
    /// Thread `from`, which is in a call that blocks, lost `p` to thread `to`;
    /// `g` is the goroutine that blocks it.
    HandedOff { from: u32, to: u32 },
    /// More about an object that was just made: what it belongs to, or
    /// [`NO_OBJECT`], and what a lock guards.
    Described {
        object: u32,
        parent: u32,
        guards: Option<String>,
    },
    /// `g` holds the lock `object` from now on.
    Locked { object: u32, mode: LockMode },
    /// `g` released the lock `object`, straight to goroutine `to`, or
    /// [`NO_GOROUTINE`].
    Unlocked {
        object: u32,
        mode: LockMode,
        to: u32,
    },
    /// The Mutex `object` began to hand itself over in the order of arrival, or
    /// stopped doing so.
    Starving { object: u32, on: bool },
    /// `g` signalled the Cond `object`, and `woken` goroutines wake.
    Signalled { object: u32, woken: u32 },
    /// `g` ran the one initialisation of the Once `object` to its end.
    Initialised { object: u32 },
    /// `g` took `count` from the semaphore `object`, which has `free` left.
    Acquired { object: u32, count: u32, free: u32 },
    /// `g` gave `count` back to the semaphore `object`, which has `free` now.
    Released { object: u32, count: u32, free: u32 },
    /// `g` did `op` on the atomic `object`, whose value is `value` now. With
    /// `ok` false a compare-and-swap found another value than it expected.
    Atomic {
        object: u32,
        op: AtomicOp,
        value: i64,
        ok: bool,
    },
    /// `g` read `value` from the racing cell `object`.
    CellRead { object: u32, value: i64 },
    /// `g` wrote `value` into the racing cell `object`.
    CellWritten { object: u32, value: i64 },
    /// The access of `g` to `object` races with that of `other` at the place
    /// `other_at`, or [`NO_PLACE`]: nothing orders the two.
    Raced {
        object: u32,
        other: u32,
        other_at: u32,
    },
    /// `g` made the context `object` under `parent`, or [`NO_OBJECT`], with its
    /// deadline, if it has one, in nanoseconds after the start of the run.
    ContextMade {
        object: u32,
        parent: u32,
        name: Option<String>,
        deadline_ns: Option<u64>,
    },
    /// The context `object` is done: `cause` says why, `by` is the context that
    /// the cancel came from.
    ContextDone { object: u32, cause: String, by: u32 },
    /// `g` stopped the timer `object` before it fired.
    TimerStopped { object: u32 },
    /// `g` began the span `span` of the program under `parent`, or
    /// [`NO_SPAN`].
    SpanBegun {
        span: u64,
        parent: u64,
        name: String,
    },
    /// `g` said `key` of a span; a later value of the same key replaces it.
    SpanAttribute {
        span: u64,
        key: String,
        value: Value,
    },
    /// `g` recorded an error of a span, whose status is an error from here on.
    SpanFailed { span: u64, message: String },
    /// `g` ended a span. With `failed` its status is an error.
    SpanEnded { span: u64, failed: bool },
}

/// Why a goroutine waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// To send on a channel that has no room and no receiver.
    ChanSend,
    /// To receive from a channel that has no value and no sender.
    ChanReceive,
    /// To send on a nil channel: for ever.
    ChanSendNil,
    /// To receive from a nil channel: for ever.
    ChanReceiveNil,
    /// For any case of a select.
    Select,
    /// In a select without cases: for ever.
    SelectNoCases,
    /// For a WaitGroup to reach zero.
    WaitGroup,
    /// For time to pass.
    Sleep,
    /// For a future that is not the core's own.
    Foreign,
    /// For a Mutex that another holds.
    Mutex,
    /// To read under an RWMutex that a writer holds or waits for.
    RwMutexRead,
    /// To write under an RWMutex that others hold.
    RwMutexWrite,
    /// For a signal of a Cond.
    Cond,
    /// For a Once whose initialisation another runs.
    Once,
    /// For a semaphore that has not enough left.
    Semaphore,
    /// For a call that blocks its thread.
    Syscall,
}

impl Reason {
    /// Every reason, in the order of their numbers on the wire.
    pub const ALL: [Reason; 16] = [
        Reason::ChanSend,
        Reason::ChanReceive,
        Reason::ChanSendNil,
        Reason::ChanReceiveNil,
        Reason::Select,
        Reason::SelectNoCases,
        Reason::WaitGroup,
        Reason::Sleep,
        Reason::Foreign,
        Reason::Mutex,
        Reason::RwMutexRead,
        Reason::RwMutexWrite,
        Reason::Cond,
        Reason::Once,
        Reason::Semaphore,
        Reason::Syscall,
    ];

    /// Go's words for it, as a goroutine dump has them.
    pub fn as_go(self) -> &'static str {
        match self {
            Reason::ChanSend => "chan send",
            Reason::ChanReceive => "chan receive",
            Reason::ChanSendNil => "chan send (nil chan)",
            Reason::ChanReceiveNil => "chan receive (nil chan)",
            Reason::Select => "select",
            Reason::SelectNoCases => "select (no cases)",
            Reason::WaitGroup => "sync.WaitGroup.Wait",
            Reason::Sleep => "sleep",
            Reason::Foreign => "foreign future",
            Reason::Mutex => "sync.Mutex.Lock",
            Reason::RwMutexRead => "sync.RWMutex.RLock",
            Reason::RwMutexWrite => "sync.RWMutex.Lock",
            Reason::Cond => "sync.Cond.Wait",
            Reason::Once => "sync.Once.Do",
            Reason::Semaphore => "semacquire",
            Reason::Syscall => "syscall",
        }
    }
}

/// What kind of thing an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A channel; `capacity` is that of its buffer.
    Channel,
    /// A WaitGroup.
    WaitGroup,
    /// A timer.
    Timer,
    /// A Mutex.
    Mutex,
    /// An RWMutex.
    RwMutex,
    /// A Cond.
    Cond,
    /// A Once.
    Once,
    /// A semaphore.
    Semaphore,
    /// An atomic.
    Atomic,
    /// A cell on which accesses may race.
    Cell,
    /// A context.
    Context,
    /// A Map.
    Map,
    /// A Pool.
    Pool,
}

impl ObjectKind {
    /// Every kind, in the order of their numbers on the wire.
    pub const ALL: [ObjectKind; 13] = [
        ObjectKind::Channel,
        ObjectKind::WaitGroup,
        ObjectKind::Timer,
        ObjectKind::Mutex,
        ObjectKind::RwMutex,
        ObjectKind::Cond,
        ObjectKind::Once,
        ObjectKind::Semaphore,
        ObjectKind::Atomic,
        ObjectKind::Cell,
        ObjectKind::Context,
        ObjectKind::Map,
        ObjectKind::Pool,
    ];
}

/// How a lock is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockMode {
    /// By one alone.
    Write,
    /// Beside other readers.
    Read,
}

/// What was done to an atomic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtomicOp {
    /// Its value was read.
    Load,
    /// Its value was replaced.
    Store,
    /// Something was added.
    Add,
    /// Its value was replaced, and the one before it read.
    Swap,
    /// Its value was replaced if it was the expected one.
    CompareAndSwap,
    /// Bits were cleared.
    And,
    /// Bits were set.
    Or,
}

impl AtomicOp {
    /// Every operation, in the order of their numbers on the wire.
    pub const ALL: [AtomicOp; 7] = [
        AtomicOp::Load,
        AtomicOp::Store,
        AtomicOp::Add,
        AtomicOp::Swap,
        AtomicOp::CompareAndSwap,
        AtomicOp::And,
        AtomicOp::Or,
    ];

    /// Go's name for it.
    pub fn as_go(self) -> &'static str {
        match self {
            AtomicOp::Load => "Load",
            AtomicOp::Store => "Store",
            AtomicOp::Add => "Add",
            AtomicOp::Swap => "Swap",
            AtomicOp::CompareAndSwap => "CompareAndSwap",
            AtomicOp::And => "And",
            AtomicOp::Or => "Or",
        }
    }
}

/// A value on its way through a channel, where the program shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A number.
    Int(i64),
    /// A short text.
    Text(String),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Int(number) => write!(f, "{number}"),
            Value::Text(text) => f.write_str(text),
        }
    }
}

/// A place in the code of an experiment or of the core.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, as the compiler names it, from the root of the workspace.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
