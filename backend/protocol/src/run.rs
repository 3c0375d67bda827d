//! What is asked for, and how it went.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{LimitMet, Limits, ObjectKind, Reason};

/// `POST /api/runs`; with every default filled in, what a runner is asked to
/// run.
#[cfg(feature = "json")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRequest {
    /// The experiment's id.
    pub experiment: String,
    /// Parameters that differ from their defaults, by name.
    #[serde(default)]
    pub params: serde_json::Map<String, serde_json::Value>,
    /// Which scheduler.
    #[serde(default)]
    pub scheduler: Scheduler,
    /// The seed of every random choice, where the run is to repeat them.
    #[serde(default)]
    pub seed: Option<u64>,
    /// The number of processors (GOMAXPROCS), from 1 to [`MAX_PROCS`].
    #[serde(default)]
    pub procs: Option<u16>,
    /// The schedule that a simulated run is to follow, as [`RunEnd::schedule`]
    /// of an earlier one had it.
    #[serde(default)]
    pub schedule: Option<String>,
    /// What each task does, as WebAssembly text, for experiments that take it;
    /// at most [`MAX_TASK_BODY_BYTES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_body: Option<String>,
}

/// The most bytes of a task body: a quarter of what a request may hold. One of a
/// lesson has some hundred.
pub const MAX_TASK_BODY_BYTES: usize = 16 << 10;

/// The most processors that a run may ask for.
pub const MAX_PROCS: u16 = 64;

/// The most bytes of a schedule: half of what a request may hold. One of a
/// million choices that are drawn has 17.
pub const MAX_SCHEDULE_BYTES: usize = 32 << 10;

/// Which scheduler executes a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheduler {
    /// The work-stealing scheduler on the machine's own threads and clock.
    #[default]
    Native,
    /// One thread, virtual time, every choice from a seed or a schedule.
    Sim,
}

impl Scheduler {
    /// The word for it in JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Scheduler::Native => "native",
            Scheduler::Sim => "sim",
        }
    }
}

/// 201 of `POST /api/runs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCreated {
    /// The run's id, for every other route.
    pub id: String,
}

/// `GET /api/runs/{id}`.
#[cfg(feature = "json")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStatus {
    /// The run's id.
    pub id: String,
    /// Where it is.
    pub state: RunState,
    /// What was asked for, with every default filled in.
    pub request: RunRequest,
    /// The sequence number that the next event will have.
    pub events: u64,
    /// How it went, once it has ended.
    pub end: Option<RunEnd>,
}

/// Where a run is.
#[cfg(feature = "json")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "name")]
pub enum RunState {
    /// It waits for a runner, behind `position` others.
    Queued { position: u32 },
    /// It runs.
    Running,
    /// It has ended.
    Ended,
}

/// The first frame of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunHeader {
    /// [`crate::VERSION`] of the runner.
    pub version: u16,
    /// The experiment's id.
    pub experiment: String,
    /// Every parameter, with its value, as JSON text.
    pub params: BTreeMap<String, String>,
    /// Which scheduler.
    pub scheduler: Scheduler,
    /// The seed of every random choice.
    pub seed: u64,
    /// The number of processors.
    pub procs: u16,
    /// The processors of the machine.
    pub machine_procs: u16,
    /// Whether the server is a debug build, whose timings say little.
    pub debug_build: bool,
    /// The limits that it runs under.
    pub limits: Limits,
}

/// The last frame of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunEnd {
    /// How it ended.
    pub outcome: Outcome,
    /// Nanoseconds from the start of the run to its end.
    pub elapsed_ns: u64,
    /// The experiment's figures by name; those that it had before it was cut
    /// short, if it was.
    pub metrics: BTreeMap<String, f64>,
    /// Every limit that was met.
    pub limits: Vec<LimitMet>,
    /// Events that were not kept.
    pub dropped: u64,
    /// Output lines that were not kept.
    pub dropped_lines: u64,
    /// Aggregates, exact whatever was dropped.
    pub totals: Totals,
    /// What replays a simulated run; `None` of a native one.
    pub schedule: Option<String>,
    /// What was found out beside the outcome.
    pub findings: Findings,
}

impl RunEnd {
    /// The end of a run of which nothing but its outcome is known.
    pub fn of(outcome: Outcome) -> Self {
        RunEnd {
            outcome,
            elapsed_ns: 0,
            metrics: BTreeMap::new(),
            limits: Vec::new(),
            dropped: 0,
            dropped_lines: 0,
            totals: Totals::default(),
            schedule: None,
            findings: Findings::default(),
        }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The main goroutine returned; the goroutines that were still there are
    /// leaked.
    Completed { leaked: Vec<Waiting> },
    /// A panic that nobody recovered; `message` is Go's text of it.
    Panicked {
        message: String,
        goroutine: u32,
        name: Option<String>,
        at: String,
    },
    /// Nobody could ever run again.
    Deadlock { waiting: Vec<Waiting> },
    /// A fatal error of another kind, with Go's text.
    Fatal { message: String, at: String },
    /// Somebody pressed Stop, or left.
    Stopped,
    /// A limit ended it; it is the last of [`RunEnd::limits`].
    Limit,
    /// A fault of ours: a Rust panic in an experiment or the core.
    Fault { message: String },
    /// The runner process went away without a word.
    RunnerLost { message: String },
    /// A simulated run used up its steps, and in the last of them nothing moved
    /// forward. `left` has the goroutines that were there.
    Livelock { left: Vec<Waiting> },
    /// The schedule is of another program: another experiment, other parameters,
    /// or an older version.
    Diverged { message: String },
}

impl Outcome {
    /// Goroutines that were there at the end, as far as they are told of.
    pub fn left(&self) -> &[Waiting] {
        match self {
            Outcome::Completed { leaked: left }
            | Outcome::Deadlock { waiting: left }
            | Outcome::Livelock { left } => left,
            _ => &[],
        }
    }

    /// The name of a goroutine that was there at the end, if it has one.
    pub fn name_of(&self, g: u32) -> Option<&str> {
        let one = self.left().iter().find(|one| one.g == g)?;
        one.name.as_deref()
    }

    /// The word for it in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Outcome::Completed { .. } => "completed",
            Outcome::Panicked { .. } => "panicked",
            Outcome::Deadlock { .. } => "deadlock",
            Outcome::Fatal { .. } => "fatal",
            Outcome::Stopped => "stopped",
            Outcome::Limit => "limit",
            Outcome::Fault { .. } => "fault",
            Outcome::RunnerLost { .. } => "runner_lost",
            Outcome::Livelock { .. } => "livelock",
            Outcome::Diverged { .. } => "diverged",
        }
    }
}

/// A goroutine that waits, and for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The goroutine.
    pub g: u32,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Why it waits; `None` if it could have run.
    pub reason: Option<Reason>,
    /// The object it waits for, or [`crate::event::NO_OBJECT`].
    pub object: u32,
    /// The object's name, where it has one.
    pub object_name: Option<String>,
    /// The place in the code, `file:line:column`, or an empty text.
    pub at: String,
    /// Those left that could wake it, as far as is known: who holds the lock,
    /// who was last seen on the other side of the channel.
    pub waits_for: Vec<u32>,
    /// Whether nobody can ever wake it, as far as can be proved.
    pub stuck: bool,
}

/// What was found out about a run, beside its outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Goroutines left that wait for each other in a ring: each for the next,
    /// the last for the first. Empty if there is no ring.
    pub cycle: Vec<u32>,
    /// Pairs of accesses to a cell that nothing orders; of simulated runs only.
    pub races: Vec<Race>,
    /// Goroutines that did not get their turn; of simulated runs only.
    pub starved: Vec<Starved>,
}

/// Two accesses to one cell that nothing orders, at least one a write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Race {
    /// The cell.
    pub object: u32,
    /// Its name, where it has one.
    pub object_name: Option<String>,
    /// The one that came first in this run.
    pub first: Access,
    /// The one at which the race was seen.
    pub second: Access,
}

/// An access to a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The goroutine.
    pub g: u32,
    /// Whether it wrote.
    pub writes: bool,
    /// The place in the code, `file:line:column`, or an empty text.
    pub at: String,
}

/// A goroutine that did not get its turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Starved {
    /// The goroutine.
    pub g: u32,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// How it starved.
    pub how: Starvation,
    /// Where it waited, or was made: `file:line:column`, or an empty text.
    pub at: String,
}

/// How a goroutine starved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Starvation {
    /// It could have run, and others did for so many steps.
    NotRun { steps: u64 },
    /// It waited for the lock `object`, which others took so often meanwhile.
    Overtaken { object: u32, times: u64 },
}

/// Aggregates of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Goroutines created, with the main one.
    pub goroutines: u64,
    /// The most that were alive at once.
    pub peak_goroutines: u64,
    /// Times that a P took work from another.
    pub steals: u64,
    /// Times that a goroutine overstayed its slice.
    pub preemptions: u64,
    /// Blocked time over all goroutines, by reason.
    pub blocked: Vec<BlockedTotal>,
    /// What each named object saw.
    pub objects: Vec<ObjectTotal>,
    /// Times that a P went to another thread, since its own was in a call that
    /// blocks.
    pub handoffs: u64,
}

/// Blocked time over all goroutines, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedTotal {
    /// The reason.
    pub reason: Reason,
    /// How often a goroutine blocked for it.
    pub count: u64,
    /// For how long in all, in nanoseconds.
    pub ns: u64,
}

/// What one object saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectTotal {
    /// The object.
    pub object: u32,
    /// What it is.
    pub kind: ObjectKind,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Values sent, or changes of a counter.
    pub sends: u64,
    /// Values received.
    pub receives: u64,
    /// Sends that blocked.
    pub blocked_sends: u64,
    /// Receives that blocked.
    pub blocked_receives: u64,
    /// How long goroutines were blocked on it, in nanoseconds.
    pub blocked_ns: u64,
    /// The most values that it held at once.
    pub peak_len: u32,
    /// How often a lock or a semaphore was taken.
    pub acquisitions: u64,
    /// How many of those had to wait.
    pub contended: u64,
}
