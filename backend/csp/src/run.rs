//! A run: what it is given, and how it ended.

mod findings;

pub use findings::{Access, Findings, MAX_RACES, MAX_STARVED, Race, Starvation, Starved};

use std::sync::Arc;
use std::time::Duration;

use crate::panics::Panic;
use crate::trace::{G, Object, ObjectKind, Place, Reason, Sink};

/// What a run is given.
pub struct Config {
    /// Processors (GOMAXPROCS), at least 1.
    pub procs: usize,
    /// The seed of every random choice; drawn if `None`. On the native
    /// scheduler it fixes the choices and not their order.
    pub seed: Option<u64>,
    /// The most goroutines that may be alive at once; one more ends the run
    /// with [`Outcome::TooManyGoroutines`]. While several Ps make goroutines at
    /// once, each may count up to 64 late.
    pub max_goroutines: usize,
    /// Where events go; without it nothing is recorded and nothing measured.
    pub trace: Option<Trace>,
}

/// How events are recorded.
pub struct Trace {
    /// Where they go.
    pub sink: Box<dyn Sink>,
    /// The most events that are kept; further ones are counted.
    pub max_events: u64,
}

impl Default for Config {
    /// As many processors as the machine has, a million goroutines, no trace.
    fn default() -> Self {
        Config {
            procs: std::thread::available_parallelism().map_or(1, usize::from),
            seed: None,
            max_goroutines: 1_000_000,
            trace: None,
        }
    }
}

/// How a run ended, with what it counted.
#[derive(Debug)]
pub struct Report<T> {
    /// How it ended.
    pub outcome: Outcome<T>,
    /// From its start to its end.
    pub elapsed: Duration,
    /// Goroutines that were still there when it ended, except the main one of a
    /// run that completed.
    pub left: Vec<Waiting>,
    /// What was found out about it, beside its outcome.
    pub findings: Findings,
    /// Aggregates.
    pub totals: Totals,
    /// Events recorded.
    pub events: u64,
    /// Events not kept.
    pub dropped: u64,
}

/// How a run ended.
#[derive(Debug)]
pub enum Outcome<T> {
    /// The main goroutine returned.
    Completed(T),
    /// A panic that nobody recovered.
    Panicked(Panic),
    /// `all goroutines are asleep - deadlock!`; [`Report::left`] has where each
    /// one waits.
    Deadlock,
    /// A fatal error, which nothing recovers: Go's text, and the place.
    Fatal(String, Option<Place>),
    /// It was stopped from outside.
    Stopped,
    /// [`Config::max_goroutines`].
    TooManyGoroutines,
    /// A simulated run used up its steps
    /// ([`sim::Config::max_steps`](crate::sim::Config::max_steps)), and in the
    /// last of them ([`LIVELOCK_STEPS`](crate::sim::LIVELOCK_STEPS)) goroutines
    /// ran and got nowhere.
    Livelock,
    /// A simulated run used up its steps while it still got on.
    TooManySteps,
    /// A simulated run was to follow a schedule that does not fit it: at which
    /// choice, and why.
    Diverged(String),
    /// A fault of ours or of the program: a Rust panic, with its text.
    Fault(String),
}

/// A goroutine that waits, and for what.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The goroutine.
    pub g: G,
    /// Its name.
    pub name: Option<Arc<str>>,
    /// Why; `None` if it could have run.
    pub reason: Option<Reason>,
    /// For what, or 0.
    pub object: Object,
    /// The name of that object.
    pub object_name: Option<Arc<str>>,
    /// Where: of a waiting goroutine the operation, of another its `go`.
    pub at: Option<Place>,
    /// Those left that could wake it, as far as is known: who holds the lock,
    /// who was last seen on the other side of the channel.
    pub waits_for: Vec<G>,
    /// Whether nobody can ever wake it: a partial deadlock, where it is not the
    /// outcome of the run. [`Findings`] says how that is known.
    pub stuck: bool,
}

/// Aggregates of a run, exact whatever the trace had to drop. Times and objects
/// are measured only while there is a trace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Goroutines created, with the main one.
    pub goroutines: u64,
    /// The most alive at once; in a run without a trace, of those moments at
    /// which they were counted.
    pub peak_goroutines: u64,
    /// Times that a P took work from another.
    pub steals: u64,
    /// Times that a goroutine overstayed its slice.
    pub preemptions: u64,
    /// Times that a P went to another M, since its own was in a call that blocks.
    pub handoffs: u64,
    /// Blocked time by reason.
    pub blocked: Vec<Blocked>,
    /// What each object saw, in the order in which they were made.
    pub objects: Vec<ObjectTotals>,
}

/// What a scheduler has to do at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchedStats {
    /// Goroutines that there are.
    pub goroutines: u64,
    /// Those that run.
    pub running: u32,
    /// Those that could run, and wait for a P.
    pub runnable: u32,
    /// Those that wait for something else.
    pub waiting: u64,
    /// Those that could run and are in the global queue.
    pub global_queue: u32,
    /// And in the queue of each P. A simulated run has one queue, the global.
    pub local_queues: Vec<u32>,
}

/// Blocked time for one reason, over all goroutines.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocked {
    /// The reason.
    pub reason: Reason,
    /// How often.
    pub count: u64,
    /// How long in all.
    pub time: Duration,
}

/// What one object saw.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectTotals {
    /// The object.
    pub object: Object,
    /// What it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: Option<Arc<str>>,
    /// Values sent; changes of the counter, for a WaitGroup.
    pub sends: u64,
    /// Values received.
    pub receives: u64,
    /// Sends that blocked.
    pub blocked_sends: u64,
    /// Receives that blocked; waits, for a WaitGroup.
    pub blocked_receives: u64,
    /// How long goroutines were blocked on it.
    pub blocked: Duration,
    /// The most values that it held at once; the highest counter, for a
    /// WaitGroup.
    pub peak_len: u32,
    /// How often a lock or a semaphore was taken.
    pub acquisitions: u64,
    /// How many of those had to wait.
    pub contended: u64,
}

impl ObjectTotals {
    /// An object that saw nothing.
    pub(crate) fn nothing(object: Object, kind: ObjectKind) -> Self {
        ObjectTotals {
            object,
            kind,
            name: None,
            sends: 0,
            receives: 0,
            blocked_sends: 0,
            blocked_receives: 0,
            blocked: Duration::ZERO,
            peak_len: 0,
            acquisitions: 0,
            contended: 0,
        }
    }
}
