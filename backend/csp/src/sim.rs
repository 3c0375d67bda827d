//! The simulated scheduler: one thread, virtual time, and every choice taken
//! from a strategy or from a recorded schedule.
//!
//! It runs the same programs as [`native`](crate::run), and is the only
//! scheduler in wasm32. A run is decided by its program, its [`Config`] and its
//! [`Schedule`], to the byte: the same three give the same events again.
//!
//! **What is chosen.** At each operation of the running goroutine, and whenever
//! one stops running: who goes on (the running one, or any that could run), or
//! that time passes until the next timer although others could run. And each
//! random draw, of a select say. Where there is only one alternative there is no
//! choice.
//!
//! **The model** is sequentially consistent: one step at a time, whatever
//! [`Config::procs`] is; a step lasts from one operation to the next. What weak
//! memory does to plain loads and stores cannot be seen here. Goroutines switch
//! at awaits, so what happens between two of them (a `close`, a `done`, code of
//! the program) belongs to the step of the operation before.
//!
//! **Time** moves by [`STEP_NS`] a step, and jumps to the next timer when nobody
//! can run or when that is the choice. A timer whose time has come fires before
//! the next step.
//!
//! **Ps** are there for the picture. A goroutine keeps its P until it waits,
//! yields or ends, or until another needs it: one that has none takes the lowest
//! that is free, or else that of the goroutine that it runs in place of, which is
//! then recorded as preempted. One that has run for [`SLICE_STEPS`] is last in
//! the order of the alternatives, as one that yields.
//!
//! Futures that are not the core's own may be awaited as far as goroutines of
//! the run wake them; nobody waits for the world outside.

mod ending;
mod engine;
mod explore;
mod machine;
mod processors;
mod progress;
mod races;
mod rng;
mod schedule;
mod starvation;
mod state;
mod strategy;
mod tap;
mod task;
mod watch;

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use explore::{Explored, explore, explore_traced};
pub use schedule::{Schedule, ScheduleError};
pub use strategy::Strategy;
pub use strategy::pct::PCT_CHOICES;

use crate::run::{Report, Trace};
use strategy::Chooser;

/// How far time moves with a step: what a short operation takes, so that
/// pictures have width.
pub const STEP_NS: u64 = 1_000;
/// Steps after which a goroutine is behind all others that could run: 10 ms, as
/// Go's slice. Without it one that spins could keep the others off for ever
/// under a strategy that likes to continue.
pub const SLICE_STEPS: u64 = 10_000;
/// A run that used up its steps was in a livelock if none of the last of them,
/// this many or half of all, moved anything forward: no goroutine was made or
/// ended, no value sent or received, no channel closed, no WaitGroup changed, no
/// Once or context done, no line, counter or region recorded, and no atomic or
/// cell took a value higher or lower than all it had before. Taking locks is not
/// getting on. (It is looked at every 64 steps.)
pub const LIVELOCK_STEPS: u64 = 10_000;

/// What a simulated run is given.
pub struct Config {
    /// Processors (GOMAXPROCS), at least 1: what the program is told, and how
    /// many goroutines are drawn as running.
    pub procs: usize,
    /// The seed of every choice; drawn if `None`, and printed with the schedule.
    /// A replay has its own.
    pub seed: Option<u64>,
    /// Who chooses.
    pub strategy: Strategy,
    /// The most goroutines that may be alive at once; one more ends the run
    /// with [`Outcome::TooManyGoroutines`](crate::run::Outcome::TooManyGoroutines).
    pub max_goroutines: usize,
    /// The most steps; then the run ends with
    /// [`Outcome::Livelock`](crate::run::Outcome::Livelock) or
    /// [`Outcome::TooManySteps`](crate::run::Outcome::TooManySteps).
    pub max_steps: u64,
    /// Where events go. Unlike a native run, one without it counts all the same.
    pub trace: Option<Trace>,
    /// What stops it from outside.
    pub stop: Option<Stopper>,
}

impl Default for Config {
    /// One processor, a drawn seed, [`Strategy::Random`], a million goroutines
    /// and a million steps, no trace.
    fn default() -> Self {
        Config {
            procs: 1,
            seed: None,
            strategy: Strategy::Random,
            max_goroutines: 1_000_000,
            max_steps: 1_000_000,
            trace: None,
            stop: None,
        }
    }
}

/// Stops simulated runs from any thread.
#[derive(Clone, Debug, Default)]
pub struct Stopper {
    stopped: Arc<AtomicBool>,
}

impl Stopper {
    /// One that has not stopped anything.
    pub fn new() -> Self {
        Stopper::default()
    }

    /// Ends the run that has it in its [`Config`] with
    /// [`Outcome::Stopped`](crate::run::Outcome::Stopped), after at most
    /// some thousand more steps, and an exploration
    /// with it. Code that never reaches an `await` cannot be stopped.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it was called.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// How a simulated run ended, and by which schedule.
#[derive(Debug)]
pub struct SimReport<T> {
    /// As of a native run; all times are virtual.
    pub report: Report<T>,
    /// What replays it, in its short form: a seed where that will do.
    pub schedule: Schedule,
    /// What replays it, with each choice written out.
    pub explicit: Schedule,
    /// Steps taken.
    pub steps: u64,
    /// Choices among more than one alternative.
    pub choices: u64,
}

/// Runs `main` as the main goroutine, on the thread of the caller, to its end.
/// It takes as long as the program computes; it never waits.
///
/// A deadlock is found at once. Goroutines that are left are dropped in place.
///
/// # Panics
/// If `config.procs` is 0. In wasm32, where nothing is caught, also with what a
/// goroutine panics with.
#[track_caller]
pub fn run<T: Send + 'static>(
    config: Config,
    main: impl Future<Output = T> + Send + 'static,
) -> SimReport<T> {
    let at = Location::caller();
    let seed = config.seed.unwrap_or_else(|| fastrand::u64(..));
    let chooser = Chooser::new(&config.strategy, seed);
    machine::run(config, chooser, at, main).0
}
