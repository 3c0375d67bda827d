//! What is recorded.
//!
//! The kinds follow the Go execution tracer and add the objects. An operation
//! on a channel is recorded under that channel's lock, at the moment at which it
//! takes effect, so that the `len` of an event is the occupancy right after it.

use std::panic::Location;
use std::sync::Arc;

/// A goroutine's number. The main goroutine is 1; 0 is nobody: the runtime, a
/// timer, or a thread from outside.
pub type G = u32;
/// A processor's number; [`NO_P`] on a thread that holds none.
pub type P = u16;
/// The number of a thread of the run, an M. The thread that first held P `n` is
/// M `n`; hand-offs add more.
pub type M = u32;
/// The number of an object of the program (a channel, a lock, a context, a
/// timer); 0 is none.
pub type Object = u32;

/// The number of a span of the program, of 8 bytes as OpenTelemetry has them; 0
/// is none.
pub type SpanId = u64;

/// No processor.
pub const NO_P: P = u16::MAX;

/// A place in the code.
pub type Place = &'static Location<'static>;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Nanoseconds since the run started.
    pub t_ns: u64,
    /// The processor it happened on.
    pub p: P,
    /// The goroutine it happened to.
    pub g: G,
    /// The place in the code, where there is one.
    pub at: Option<Place>,
    /// What happened.
    pub kind: Kind,
}

/// What happened. `g` below is the event's own goroutine.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `g` made goroutine `child`, runnable from here on.
    Created { child: G, name: Option<Arc<str>> },
    /// `g` began to run on `p`.
    Started,
    /// `g` stopped running and waits.
    Blocked { reason: Reason, object: Object },
    /// `g` made `woken` runnable, by an operation on `object`.
    Woken { woken: G, object: Object },
    /// `g` gave its P up by itself.
    Yielded,
    /// `g` overstayed its slice and went to the global queue.
    Preempted { ran_ns: u64 },
    /// `g` ended.
    Ended,
    /// `g` panicked.
    Panicked { message: Arc<str>, recovered: bool },
    /// `p` took `count` goroutines from the queue of `from`; `g` runs next.
    Stolen { from: P, count: u16 },
    /// `p` found nothing to run, and its thread sleeps.
    Idle,
    /// The thread of `p` is awake to look for work.
    Awake,
    /// The length of the queue of `p`, or of the global one for [`NO_P`],
    /// after it changed.
    Queue { len: u32 },
    /// `g` ran for `ran_ns` without reaching an operation.
    Overran { ran_ns: u64 },
    /// `g` enters a call that blocks its thread, Go's system call.
    SyscallBegun,
    /// It is back.
    SyscallEnded,
    /// M `from`, which is in a call that blocks, lost `p` to M `to`; `g` is the
    /// goroutine that blocks it.
    HandedOff { from: M, to: M },
    /// `g` made an object.
    Made {
        object: Object,
        kind: ObjectKind,
        name: Option<Arc<str>>,
        capacity: u32,
    },
    /// More about an object that was just made: what it belongs to, or 0, and
    /// what a lock guards.
    Described {
        object: Object,
        parent: Object,
        guards: Option<Arc<str>>,
    },
    /// A value of `g` entered `object`, which holds `len` values now. `to` got
    /// it straight away, if not 0.
    Sent {
        object: Object,
        len: u32,
        value: Option<Value>,
        to: G,
    },
    /// A value left `object` for `g`; `len` stay. `from` handed it over, if not
    /// 0. Not `ok`: the channel was closed and empty.
    Received {
        object: Object,
        len: u32,
        value: Option<Value>,
        from: G,
        ok: bool,
    },
    /// A value that had been handed to `g`, whose receive was dropped, went back
    /// to the front of `object`, which holds `len` values now.
    Returned { object: Object, len: u32 },
    /// `g` closed `object`; `woken` goroutines that waited for it wake.
    Closed { object: Object, woken: u32 },
    /// `g` changed the counter of a WaitGroup.
    Added {
        object: Object,
        delta: i64,
        counter: i64,
    },
    /// `g` holds the lock `object` from now on.
    Locked { object: Object, mode: LockMode },
    /// `g` released the lock `object`, straight to goroutine `to` if not 0.
    Unlocked {
        object: Object,
        mode: LockMode,
        to: G,
    },
    /// The Mutex `object` began to hand itself over in the order of arrival, or
    /// stopped doing so.
    Starving { object: Object, on: bool },
    /// `g` signalled the Cond `object`; `woken` goroutines wake.
    Signalled { object: Object, woken: u32 },
    /// `g` ran the one initialisation of the Once `object` to its end.
    Initialised { object: Object },
    /// `g` took `count` from the semaphore `object`, which has `free` left.
    Acquired {
        object: Object,
        count: u32,
        free: u32,
    },
    /// `g` gave `count` back to the semaphore `object`, which has `free` now.
    Released {
        object: Object,
        count: u32,
        free: u32,
    },
    /// `g` did `op` on the atomic `object`, whose value is `value` now; not
    /// `ok`: a compare-and-swap that found another value.
    Atomic {
        object: Object,
        op: AtomicOp,
        value: i64,
        ok: bool,
    },
    /// `g` read `value` from the racing cell `object`.
    CellRead { object: Object, value: i64 },
    /// `g` wrote `value` into the racing cell `object`.
    CellWritten { object: Object, value: i64 },
    /// The access of `g` to `object` races with that of `other` at `other_at`:
    /// nothing orders the two. Found by the simulated scheduler.
    Raced {
        object: Object,
        other: G,
        other_at: Option<Place>,
    },
    /// `g` made the context `object` under `parent`, or 0, with its deadline.
    ContextMade {
        object: Object,
        parent: Object,
        name: Option<Arc<str>>,
        deadline_ns: Option<u64>,
    },
    /// The context `object` is done: `cause` says why, `by` is the context that
    /// the cancel came from.
    ContextDone {
        object: Object,
        cause: Arc<str>,
        by: Object,
    },
    /// A select of `g` took case `chosen`; `None` is `default`.
    Selected {
        cases: u32,
        ready: u32,
        chosen: Option<u32>,
    },
    /// `g` set a timer for `at_ns` after the start.
    TimerSet { object: Object, at_ns: u64 },
    /// The timer fired.
    TimerFired { object: Object },
    /// `g` stopped the timer before it fired.
    TimerStopped { object: Object },
    /// `g` printed a line.
    Line { text: Box<str> },
    /// `g` set a counter of the program.
    Counter { name: Arc<str>, value: i64 },
    /// `g` entered a region of the program.
    RegionBegun { name: Arc<str> },
    /// `g` left it.
    RegionEnded { name: Arc<str> },
    /// `g` began a span of the program under `parent`, or 0.
    SpanBegun {
        span: SpanId,
        parent: SpanId,
        name: Arc<str>,
    },
    /// `g` said more about a span.
    SpanAttribute {
        span: SpanId,
        attribute: Box<Attribute>,
    },
    /// `g` recorded an error of a span, whose status is an error from here on.
    SpanFailed { span: SpanId, message: Arc<str> },
    /// `g` ended a span. `failed`: an error of it had been recorded.
    SpanEnded { span: SpanId, failed: bool },
}

/// What is said of a span: a name, and a number or a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The name, as `goroutine.count`.
    pub key: Arc<str>,
    /// The value; a later one of the same name replaces it.
    pub value: Value,
}

/// Why a goroutine waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reason {
    /// No room and no receiver.
    ChanSend = 1,
    /// No value and no sender.
    ChanReceive = 2,
    /// A nil channel: for ever.
    ChanSendNil = 3,
    /// A nil channel: for ever.
    ChanReceiveNil = 4,
    /// Any case of a select.
    Select = 5,
    /// A select without cases: for ever.
    SelectNoCases = 6,
    /// A WaitGroup that is not at zero.
    WaitGroup = 7,
    /// Time.
    Sleep = 8,
    /// A future that is not the core's own.
    Foreign = 9,
    /// A Mutex that another holds.
    Mutex = 10,
    /// An RWMutex, to read: a writer holds it or waits.
    RwMutexRead = 11,
    /// An RWMutex, to write.
    RwMutexWrite = 12,
    /// A Cond that nobody has signalled.
    Cond = 13,
    /// A Once whose initialisation another runs.
    Once = 14,
    /// A semaphore without enough left.
    Semaphore = 15,
    /// A call that blocks its thread.
    Syscall = 16,
}

/// How a lock is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockMode {
    /// By one alone.
    Write,
    /// Beside other readers.
    Read,
}

/// What was done to an atomic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

impl Reason {
    /// Every reason.
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

    pub(crate) fn from_u8(number: u8) -> Option<Reason> {
        Reason::ALL
            .into_iter()
            .find(|reason| *reason as u8 == number)
    }
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// A channel.
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

/// A value on its way, where the program shows it ([`crate::Chan::show`]).
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Int(i64),
    /// A label.
    Label(Arc<str>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<&str> for Value {
    fn from(label: &str) -> Self {
        Value::Label(label.into())
    }
}

impl From<String> for Value {
    fn from(label: String) -> Self {
        Value::Label(label.into())
    }
}
