//! What a run's frames add up to: lanes of spans, channels, output lines.
//!
//! Plain Rust without a document, tested on the host. [`Model::apply`] is fed
//! one frame after another and never looks back; the picture reads the result.
//!
//! * [`span`]: one state of one goroutine, from one time to another.
//! * [`lane`]: a goroutine's life, as spans that do not overlap.
//! * [`sums`]: what its spans add up to, many at a time.
//! * [`channel`]: a channel's occupancy over time, and who waits for it.
//! * [`lock`]: who holds a lock, and how much of a semaphore is left.
//! * [`processor`]: which goroutine ran on a P when, and what happened to it.
//! * [`note`]: what happened to other objects, one thing after another.
//! * [`tally`]: how often something happened, by time; [`counters`]: the
//!   program's own counters.
//! * [`traced`]: the program's own spans, as a tracer shows them.
//! * [`index`]: where in a list the thing with a number is.
//! * [`gap`]: intervals in which events were not kept.
//! * [`apply`]: events to state.
//!
//! Beside it, for any time of the run:
//!
//! * [`world`]: the state of everything at one time.
//! * [`history`]: the events as they came, from which it is made again.
//!
//! Invariants, each a test:
//! * Spans of a lane are in order and do not overlap.
//! * Without gaps they cover its life from its making to its end.
//! * An event whose sequence number was seen before changes nothing.
//! * No span reaches into a gap.

pub mod apply;
pub mod channel;
pub mod counters;
pub mod gap;
pub mod history;
pub mod index;
pub mod lane;
pub mod lock;
pub mod note;
pub mod processor;
pub mod span;
pub mod sums;
pub mod tally;
pub mod traced;
pub mod world;

use std::collections::{BTreeMap, HashMap};

use protocol::event::NO_GOROUTINE;
use protocol::{ObjectKind, Place, RunEnd, RunHeader};

pub use channel::Channel;
pub use counters::{Counter, Counters};
pub use gap::Gap;
pub use history::History;
pub use lane::{Lane, LaneEnd, Recovery, Times};
pub use lock::Lock;
pub use note::Note;
pub use processor::{Processor, Processors};
pub use span::{Cause, Span, SpanEnd, State, Wait};
pub use sums::Sums;
pub use tally::{Counted, Tally};
pub use traced::{Trace, Traced};
pub use world::World;

use index::Index;

/// The most output lines that are kept. The limits of a run let 256 KiB
/// through, which is at most this many lines of two bytes.
pub const MAX_LINES: usize = 131_072;

/// A line that the program printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputLine {
    /// When, in nanoseconds since the run started.
    pub t_ns: u64,
    /// Which goroutine printed it.
    pub g: u32,
    /// What it said.
    pub text: String,
}

/// Anything that a goroutine can wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name, where the program gave one.
    pub name: Option<String>,
    /// What it belongs to, or [`protocol::event::NO_OBJECT`].
    pub parent: u32,
    /// What a lock guards, in the program's words.
    pub guards: Option<String>,
}

/// Where a wait is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitRef {
    /// Index into [`Model::lanes`].
    pub lane: u32,
    /// Index into [`Lane::spans`].
    pub span: u32,
}

/// Everything that is known of a run so far.
#[derive(Debug, Default)]
pub struct Model {
    header: Option<RunHeader>,
    end: Option<RunEnd>,
    places: BTreeMap<u32, Place>,
    next_seq: u64,
    now_ns: u64,
    lanes: Vec<Lane>,
    lane_of: Index,
    channels: Vec<Channel>,
    channel_of: Index,
    objects: HashMap<u32, Object>,
    locks: HashMap<u32, Lock>,
    trace: Trace,
    tally: Tally,
    counters: Counters,
    notes: note::Notes,
    processors: Processors,
    gaps: Vec<Gap>,
    lines: Vec<OutputLine>,
    spans: usize,
    waits: Vec<WaitRef>,
    floor_ns: u64,
    passing: Option<apply::Passing>,
    values: usize,
    kinds: Vec<State>,
}

impl Model {
    /// A run of which nothing is known yet.
    pub fn new() -> Self {
        Model::default()
    }

    /// The sequence number of the next event that would be news.
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// What runs, once the header came.
    pub fn header(&self) -> Option<&RunHeader> {
        self.header.as_ref()
    }

    /// How it went, once it ended.
    pub fn end(&self) -> Option<&RunEnd> {
        self.end.as_ref()
    }

    /// The place in the code with the key `at`.
    pub fn place(&self, at: u32) -> Option<&Place> {
        self.places.get(&at)
    }

    /// The latest time that is known: of the last event, gap or end.
    pub fn now_ns(&self) -> u64 {
        self.now_ns
    }

    /// The lines that the program printed, in order.
    pub fn lines(&self) -> &[OutputLine] {
        &self.lines
    }

    /// A lane for each goroutine, in the order in which they were made.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// The place of goroutine `g` in [`Model::lanes`].
    pub fn lane_of(&self, g: u32) -> Option<usize> {
        self.lane_of.get(g)
    }

    /// The channels, in the order in which they were made.
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// The channel that is object `object`.
    pub fn channel(&self, object: u32) -> Option<&Channel> {
        self.channels.get(self.channel_of.get(object)?)
    }

    /// What is known of the object `object`.
    pub fn object(&self, object: u32) -> Option<&Object> {
        self.objects.get(&object)
    }

    /// What happened to locks, atomics, contexts and the like, in order of
    /// time: as much as is kept.
    pub fn notes(&self) -> &[Note] {
        self.notes.kept()
    }

    /// How many more notes there were.
    pub fn more_notes(&self) -> usize {
        self.notes.more()
    }

    /// The spans of the program.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// What the Ps did.
    pub fn processors(&self) -> &Processors {
        &self.processors
    }

    /// How often values passed and goroutines ended, by time.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The program's counters.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Where events were not kept, in order of time.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Every wait of every goroutine, in the order in which they began.
    pub fn waits(&self) -> &[WaitRef] {
        &self.waits
    }

    /// One example of every kind of state that any goroutine was in.
    pub fn kinds(&self) -> &[State] {
        &self.kinds
    }

    /// The spans of all lanes together.
    pub fn span_count(&self) -> usize {
        self.spans
    }

    /// What a person calls goroutine `g`: its name, or `main`, or `g7`.
    pub fn goroutine_name(&self, g: u32) -> String {
        let named = self
            .lane_of(g)
            .and_then(|lane| self.lanes[lane].name.clone());
        match named {
            Some(name) => name,
            None if g == apply::MAIN => "main".into(),
            None if g == NO_GOROUTINE => "runtime".into(),
            None => format!("g{g}"),
        }
    }

    /// What a person calls a span of the program: its name, or `span 3`.
    pub fn span_name(&self, span: u64) -> String {
        let known = self.trace.find(span).map(|known| known.name.clone());
        known.unwrap_or_else(|| format!("span {span}"))
    }

    /// What a person calls object `object`: its name, or `channel 3`.
    pub fn object_name(&self, object: u32) -> String {
        match self.objects.get(&object) {
            Some(Object {
                name: Some(name), ..
            }) => name.clone(),
            Some(Object { kind, .. }) => match kind {
                ObjectKind::Channel => format!("channel {object}"),
                ObjectKind::WaitGroup => format!("WaitGroup {object}"),
                ObjectKind::Timer => format!("timer {object}"),
                ObjectKind::Mutex => format!("Mutex {object}"),
                ObjectKind::RwMutex => format!("RWMutex {object}"),
                ObjectKind::Cond => format!("Cond {object}"),
                ObjectKind::Once => format!("Once {object}"),
                ObjectKind::Semaphore => format!("semaphore {object}"),
                ObjectKind::Atomic => format!("atomic {object}"),
                ObjectKind::Cell => format!("cell {object}"),
                ObjectKind::Context => format!("context {object}"),
                ObjectKind::Map => format!("Map {object}"),
                ObjectKind::Pool => format!("Pool {object}"),
            },
            None => format!("object {object}"),
        }
    }
}

#[cfg(test)]
mod tests;
