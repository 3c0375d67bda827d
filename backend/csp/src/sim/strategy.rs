//! Strategies: who chooses. Each sees a [`Point`], where there are at least two
//! alternatives, and picks one by its index.
//!
//! The order of the alternatives is the same for all: the running goroutine, if
//! it may go on, then those that could run, in the order in which they came to
//! be so (one whose slice is over comes last), then that time passes. Taking the
//! first each time is a plain scheduler: run on until you wait, then who has
//! waited longest.

pub(super) mod dfs;
pub(super) mod pct;
pub(super) mod random;
pub(super) mod replay;

use super::schedule::{Schedule, Seeded};
use crate::trace::G;

/// Who chooses.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Strategy {
    /// At random: each run draws how often it switches and how often it lets
    /// time pass, and then who, uniformly. So some runs are finely mixed and
    /// others have long stretches.
    #[default]
    Random,
    /// Probabilistic concurrency testing: goroutines get random priorities, the
    /// highest runs, and at `depth - 1` random choices the running one falls
    /// behind all. A fault that needs `depth` ordered events is found with a
    /// probability that has a lower bound: S. Burckhardt, P. Kothari, M.
    /// Musuvathi, S. Nagarakatti, "A Randomized Scheduler with Probabilistic
    /// Guarantees of Finding Bugs", ASPLOS 2010.
    Pct {
        /// At least 1.
        depth: u32,
    },
    /// Depth first, continuing where it can, with at most this many preemptions
    /// in a schedule. A single run takes the first alternative always;
    /// [`explore`](super::explore) visits all.
    Dfs {
        /// Switches away from a goroutine that could go on, and times that
        /// pass early.
        preemptions: u32,
    },
    /// As recorded.
    Replay(Schedule),
}

/// What kind of choice it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choosing {
    /// The running goroutine is at an operation: alternative 0 is that it goes
    /// on.
    Next,
    /// It gave way, or its slice is over: alternative 0 is who is next in line.
    Turn,
    /// Nobody runs.
    Start,
    /// A random draw of the program.
    Draw,
}

/// A moment at which there is something to choose.
pub(super) struct Point<'a> {
    pub(super) choosing: Choosing,
    /// How many alternatives there are, at least 2.
    pub(super) bound: usize,
    /// Those from here on cost a preemption.
    pub(super) paid_from: usize,
    /// Whether the last alternative is that time passes.
    pub(super) time: bool,
    /// The goroutine of an alternative; 0 for time.
    pub(super) who: &'a dyn Fn(usize) -> G,
}

/// A strategy at work.
pub(super) trait Choose: Send {
    /// The alternative to take, below the bound; or why the schedule does not
    /// fit.
    fn choose(&mut self, point: &Point<'_>) -> Result<usize, String>;

    /// The run has come to its own end: whether the schedule has, too.
    fn finish(&mut self) -> Result<(), String> {
        Ok(())
    }

    /// Turns to the next schedule, where they have an order; false if there is
    /// none.
    fn advance(&mut self) -> bool {
        false
    }
}

/// A strategy at work, with what its runs are replayed by.
pub(super) struct Chooser {
    pub(super) choose: Box<dyn Choose>,
    /// The seed of what is not chosen.
    pub(super) seed: u64,
    /// The short form of the schedule, where there is one.
    pub(super) seeded: Option<Seeded>,
}

/// Takes the first alternative always.
struct First;

impl Choose for First {
    fn choose(&mut self, _point: &Point<'_>) -> Result<usize, String> {
        Ok(0)
    }
}

impl Chooser {
    /// One that stands in for another.
    pub(super) fn first() -> Self {
        Chooser {
            choose: Box::new(First),
            seed: 0,
            seeded: None,
        }
    }

    pub(super) fn new(strategy: &Strategy, seed: u64) -> Self {
        match strategy {
            Strategy::Random => Self::seeded(Seeded::Random { seed }),
            Strategy::Pct { depth } => Self::seeded(Seeded::Pct {
                depth: (*depth).max(1),
                choices: pct::PCT_CHOICES,
                seed,
            }),
            Strategy::Dfs { preemptions } => Chooser {
                choose: Box::new(dfs::Dfs::new(*preemptions)),
                seed,
                seeded: None,
            },
            Strategy::Replay(schedule) => match schedule.seeded() {
                Some(seeded) => Self::seeded(seeded),
                None => Chooser {
                    seed: schedule.seed(),
                    choose: Box::new(replay::Replay::new(schedule.clone())),
                    seeded: None,
                },
            },
        }
    }

    pub(super) fn seeded(seeded: Seeded) -> Self {
        let choose: Box<dyn Choose> = match seeded {
            Seeded::Random { seed } => Box::new(random::Random::new(seed)),
            Seeded::Pct {
                depth,
                choices,
                seed,
            } => Box::new(pct::Pct::new(depth, choices, seed)),
        };
        Chooser {
            choose,
            seed: seeded.seed(),
            seeded: Some(seeded),
        }
    }
}
