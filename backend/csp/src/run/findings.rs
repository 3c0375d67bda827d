//! What a run shows beside its outcome: races, starvation, who waits for whom.

use std::sync::Arc;

use crate::trace::{G, Object, Place};

/// The most races that are listed: one in a loop is found once for each pair of
/// places, so more than this is another program.
pub const MAX_RACES: usize = 100;
/// The most starved goroutines that are listed: enough to see the pattern.
pub const MAX_STARVED: usize = 100;

/// What was found out about a run.
///
/// That a goroutine that is left is *stuck*
/// ([`Waiting::stuck`](super::Waiting::stuck)) is said only of one that waits,
/// and only if one of these holds, while any other is a plain leak:
///
/// * nobody who is left runs, could run, or waits for time or the outside, and
///   no timer is set;
/// * it waits for ever by its nature: a nil channel, a select without cases;
/// * it waits for a lock, and one that holds it is stuck itself or has ended;
/// * it waits at a channel or a WaitGroup, a few goroutines were seen on the
///   other side, and every one of them has ended or is stuck itself.
///
/// The last is what was seen, and no proof: another may have been about to come.
/// It is not said if events were dropped. Without a trace only the first two are
/// known on the native scheduler.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Goroutines left that wait for each other in a ring: each for the next,
    /// the last for the first. Empty if there is no ring.
    pub cycle: Vec<G>,
    /// Pairs of accesses to a cell that nothing orders; simulated runs only.
    pub races: Vec<Race>,
    /// Goroutines that did not get their turn; simulated runs only.
    pub starved: Vec<Starved>,
}

/// Two accesses to one cell that nothing orders, at least one a write.
#[derive(Clone, Debug, PartialEq)]
pub struct Race {
    /// The cell.
    pub object: Object,
    /// Its name.
    pub object_name: Option<Arc<str>>,
    /// The one that came first in this run.
    pub first: Access,
    /// The one at which the race was seen.
    pub second: Access,
}

/// An access to a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Access {
    /// Who.
    pub g: G,
    /// Where.
    pub at: Option<Place>,
    /// Whether it wrote.
    pub writes: bool,
}

/// A goroutine that did not get its turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Starved {
    /// The goroutine.
    pub g: G,
    /// Its name.
    pub name: Option<Arc<str>>,
    /// How it starved.
    pub how: Starvation,
    /// Where it waited, or its `go`.
    pub at: Option<Place>,
}

/// How a goroutine starved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starvation {
    /// It could have run, and others did for this many steps.
    NotRun {
        /// Steps of others.
        steps: u64,
    },
    /// It waited for a lock that others took this often meanwhile.
    Overtaken {
        /// The lock.
        object: Object,
        /// How often.
        times: u64,
    },
}
