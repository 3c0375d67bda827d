//! Every limit that a run can meet, by name, with its unit and its reason.

use serde::{Deserialize, Serialize};

/// The limits of one run. The page shows them beside the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall time from the first instruction of the run. A lesson that needs
    /// longer has made a mistake: readers wait at most seconds.
    pub time_millis: u64,
    /// Resident memory of the runner process above what it had at the start.
    pub memory_bytes: u64,
    /// Goroutines alive at once.
    pub goroutines: u32,
    /// Events recorded; further ones are counted, not kept.
    pub events: u64,
    /// Bytes of output lines; further lines are counted, not kept.
    pub output_bytes: u64,
    /// Steps of a simulated run, from one operation to the next: some seconds of
    /// work, so that one that never ends is told as such long before its time
    /// is up.
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            time_millis: 20_000,
            memory_bytes: 1 << 30,
            goroutines: 1_000_000,
            events: 1_000_000,
            output_bytes: 256 << 10,
            steps: 1_000_000,
        }
    }
}

/// Which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitName {
    /// [`Limits::time_millis`]
    Time,
    /// [`Limits::memory_bytes`]
    Memory,
    /// [`Limits::goroutines`]
    Goroutines,
    /// [`Limits::events`]
    Events,
    /// [`Limits::output_bytes`]
    Output,
    /// [`Limits::steps`]
    Steps,
}

impl LimitName {
    /// The name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            LimitName::Time => "time",
            LimitName::Memory => "memory",
            LimitName::Goroutines => "goroutines",
            LimitName::Events => "events",
            LimitName::Output => "output",
            LimitName::Steps => "steps",
        }
    }

    /// The unit of [`LimitMet::value`].
    pub fn unit(self) -> &'static str {
        match self {
            LimitName::Time => "ms",
            LimitName::Memory | LimitName::Output => "B",
            LimitName::Goroutines => "goroutines",
            LimitName::Events => "events",
            LimitName::Steps => "steps",
        }
    }

    /// Whether meeting it ends the run. The others only stop the recording.
    pub fn ends_the_run(self) -> bool {
        match self {
            LimitName::Time | LimitName::Memory => true,
            LimitName::Goroutines | LimitName::Steps => true,
            LimitName::Events | LimitName::Output => false,
        }
    }
}

/// A limit that a run met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitMet {
    /// Which.
    pub limit: LimitName,
    /// Where it lay, in the unit of the limit.
    pub value: u64,
}
