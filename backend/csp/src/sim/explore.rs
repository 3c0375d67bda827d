//! Many schedules of one program.

use std::future::Future;
use std::ops::ControlFlow;
use std::panic::Location;

use super::schedule::Seeded;
use super::strategy::{Chooser, Strategy};
use super::{Config, SimReport, machine};
use crate::run::Trace;

/// How an exploration went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explored {
    /// Schedules run.
    pub schedules: u64,
    /// Whether these are all that there are within the bounds: of depth first
    /// only, and of a replay.
    pub complete: bool,
}

/// Runs the programs that `make_main` makes, which have to be the same each
/// time, each with another schedule, and shows `each` how it went. It ends after
/// `schedules`, when the strategy has no more, when `each` breaks, or when
/// `config.stop` is stopped.
///
/// The seeds are `config.seed` and those that follow it. `config.trace` is not
/// used: replay a schedule to see its events.
///
/// # Panics
/// As [`run`](super::run).
#[track_caller]
pub fn explore<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    config: Config,
    schedules: u64,
    mut make_main: impl FnMut() -> F,
    each: impl FnMut(&SimReport<T>) -> ControlFlow<()>,
) -> Explored {
    explore_traced(config, schedules, || (make_main(), None), each)
}

/// As [`explore`], with a trace for each run, where `make_main` makes one.
///
/// # Panics
/// As [`run`](super::run).
#[track_caller]
pub fn explore_traced<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    config: Config,
    schedules: u64,
    mut make_main: impl FnMut() -> (F, Option<Trace>),
    mut each: impl FnMut(&SimReport<T>) -> ControlFlow<()>,
) -> Explored {
    let at = Location::caller();
    let seed = config.seed.unwrap_or_else(|| fastrand::u64(..));
    let mut series = Series::new(config.strategy.clone(), seed);
    let mut explored = Explored {
        schedules: 0,
        complete: false,
    };
    while explored.schedules < schedules {
        let chooser = series.next();
        let (main, trace) = make_main();
        let config = Config {
            trace,
            strategy: Strategy::Random,
            stop: config.stop.clone(),
            ..config
        };
        let stop = config.stop.clone();
        let (report, chooser) = machine::run(config, chooser, at, main);
        explored.schedules += 1;
        let stopped = stop.is_some_and(|stop| stop.is_stopped());
        explored.complete = !series.has_more(chooser, report.choices) && !stopped;
        if each(&report).is_break() || stopped || explored.complete {
            break;
        }
    }
    explored
}

/// The choosers of an exploration, one after the other.
struct Series {
    strategy: Strategy,
    seed: u64,
    /// The most choices of any run so far.
    choices: u32,
    /// That of the run before, turned to the next schedule.
    turned: Option<Chooser>,
}

impl Series {
    fn new(strategy: Strategy, seed: u64) -> Self {
        Series {
            strategy,
            seed,
            choices: 0,
            turned: None,
        }
    }

    fn next(&mut self) -> Chooser {
        if let Some(chooser) = self.turned.take() {
            return chooser;
        }
        let seed = self.seed;
        self.seed = seed.wrapping_add(1);
        match self.strategy {
            Strategy::Pct { depth } if self.choices > 0 => Chooser::seeded(Seeded::Pct {
                depth: depth.max(1),
                choices: self.choices,
                seed,
            }),
            _ => Chooser::new(&self.strategy, seed),
        }
    }

    /// Learns from a run; whether there is another schedule.
    fn has_more(&mut self, mut chooser: Chooser, choices: u64) -> bool {
        self.choices = self.choices.max(u32::try_from(choices).unwrap_or(u32::MAX));
        match self.strategy {
            Strategy::Random | Strategy::Pct { .. } => true,
            Strategy::Replay(_) => false,
            Strategy::Dfs { .. } => {
                let more = chooser.choose.advance();
                self.turned = Some(chooser);
                more
            }
        }
    }
}
