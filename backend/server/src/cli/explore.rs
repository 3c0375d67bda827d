//! `interleave explore`: many schedules of an experiment, and how often each
//! outcome came.
//!
//! It runs in this process, one schedule after the other, and tells what it has
//! when it is interrupted. A schedule that overstays the limits of a run ends
//! it, with the limit's name.

mod print;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use csp::sim::Strategy;
use experiments::Entry;
use protocol::run::Scheduler;
use protocol::{LimitName, Limits, RunRequest};

use super::chosen::{Chosen, Scheduling};
use super::fail;
use super::interrupt::Interrupt;
use super::run::INTERRUPTED;
use crate::explore::{DEFAULT_SCHEDULES, Exploration, MAX_SCHEDULES, Plan, Tally};
use crate::runner::memory;

/// How often limits are looked at.
const TICK: Duration = Duration::from_millis(8);
/// How long the schedule that runs may take to stop.
const STOP_GRACE: Duration = Duration::from_millis(500);
/// The seed where none is given: the same command says the same.
const SEED: u64 = 1;
/// Preemptions where nobody says: few faults need more.
const PREEMPTIONS: u32 = 2;
/// The most preemptions that may be asked for.
const MAX_PREEMPTIONS: i64 = 64;
/// The depth where nobody says: faults of up to three ordered events.
const DEPTH: u32 = 3;
/// The deepest that may be asked for.
const MAX_DEPTH: i64 = 64;

/// An exploration.
#[derive(Args)]
pub(super) struct Explore {
    #[command(flatten)]
    chosen: Chosen,
    /// How many schedules to run at most
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SCHEDULES,
          value_parser = clap::value_parser!(u64).range(1..=MAX_SCHEDULES))]
    schedules: u64,
    /// Who chooses what goes on: random draws, priorities, or all depth first
    #[arg(long, value_enum, default_value_t = StrategyArg::Random)]
    strategy: StrategyArg,
    /// With dfs: the most preemptions in a schedule (2 if not given)
    #[arg(long, value_name = "N",
          value_parser = clap::value_parser!(u32).range(0..=MAX_PREEMPTIONS))]
    preemptions: Option<u32>,
    /// With pct: how many events have to come in order (3 if not given)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MAX_DEPTH))]
    depth: Option<u32>,
    /// The seed of the first schedule
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// A line of JSON for each outcome, and one at the end
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StrategyArg {
    Random,
    Pct,
    Dfs,
}

/// What was explored, and what came of it.
struct Explored {
    entry: &'static Entry,
    request: RunRequest,
    /// The strategy, in words.
    strategy: String,
    tally: Tally,
    /// Limits that were met, by name.
    limits: Vec<(&'static str, u64)>,
    interrupted: bool,
}

impl Explore {
    pub(super) fn main(self) -> ExitCode {
        let strategy = match self.strategy() {
            Ok(strategy) => strategy,
            Err(message) => return fail(message),
        };
        let scheduling = Scheduling {
            scheduler: Scheduler::Sim,
            ..Scheduling::default()
        };
        let (entry, request) = match self.chosen.request(scheduling) {
            Ok(valid) => valid,
            Err(message) => return fail(message),
        };
        let plan = Plan {
            entry,
            request: request.clone(),
            strategy,
            seed: self.seed,
            schedules: self.schedules,
            limits: Limits::default(),
        };
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return fail(format_args!("no threads to run with: {error}")),
        };
        let watched = runtime.block_on(watch(plan));
        runtime.shutdown_background();
        let (tally, met, interrupted) = match watched {
            Ok(watched) => watched,
            Err(message) => return fail(message),
        };
        let explored = Explored {
            entry,
            request,
            strategy: self.words(),
            limits: limits(&tally, self.schedules, met),
            tally,
            interrupted,
        };
        let text = if self.json {
            print::json(&explored)
        } else {
            print::table(&explored)
        };
        match io::stdout().write_all(text.as_bytes()) {
            Ok(()) if interrupted => ExitCode::from(INTERRUPTED),
            Ok(()) => ExitCode::SUCCESS,
            // Whoever read has had enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(error) => fail(format_args!("the output cannot be written: {error}")),
        }
    }

    fn strategy(&self) -> Result<Strategy, String> {
        if self.preemptions.is_some() && self.strategy != StrategyArg::Dfs {
            return Err("--preemptions bounds --strategy dfs, and no other".into());
        }
        if self.depth.is_some() && self.strategy != StrategyArg::Pct {
            return Err("--depth is of --strategy pct, and no other; \
                        --strategy dfs has --preemptions"
                .into());
        }
        Ok(match self.strategy {
            StrategyArg::Random => Strategy::Random,
            StrategyArg::Pct => Strategy::Pct {
                depth: self.depth.unwrap_or(DEPTH),
            },
            StrategyArg::Dfs => Strategy::Dfs {
                preemptions: self.preemptions.unwrap_or(PREEMPTIONS),
            },
        })
    }

    fn words(&self) -> String {
        let seed = self.seed;
        match self.strategy {
            StrategyArg::Random => format!("random, from seed {seed}"),
            StrategyArg::Pct => {
                let depth = self.depth.unwrap_or(DEPTH);
                format!("pct of depth {depth}, from seed {seed}")
            }
            StrategyArg::Dfs => {
                let preemptions = self.preemptions.unwrap_or(PREEMPTIONS);
                format!("depth first, at most {preemptions} preemptions")
            }
        }
    }
}

/// Waits for the end, for Ctrl-C, or for a limit: what came of it, the limit
/// that ended it, and whether it was interrupted.
async fn watch(plan: Plan) -> Result<(Tally, Option<(&'static str, u64)>, bool), String> {
    let limits = plan.limits.clone();
    let interrupt =
        Interrupt::listen().map_err(|error| format!("no signal can be taken: {error}"))?;
    let memory_before = memory::resident_bytes();
    let mut exploration =
        Exploration::start(plan).map_err(|error| format!("no thread starts: {error}"))?;
    let mut interrupted = std::pin::pin!(interrupt.wait());
    let mut met = None;
    let mut by_hand = false;
    loop {
        tokio::select! {
            ended = &mut exploration.ended => {
                return match ended {
                    Ok(()) => Ok((exploration.tally(), None, false)),
                    Err(_) => Err("a fault of ours: the exploration panicked".into()),
                };
            }
            () = &mut interrupted => by_hand = true,
            () = tokio::time::sleep(TICK) => met = limit_met(&exploration, &limits, memory_before),
        }
        if by_hand || met.is_some() {
            exploration.stop();
            // One that computes without an operation is left behind.
            let _ = tokio::time::timeout(STOP_GRACE, &mut exploration.ended).await;
            return Ok((exploration.tally(), met, by_hand));
        }
    }
}

/// The limit of a run that the exploration overstays, if it does.
fn limit_met(
    exploration: &Exploration,
    limits: &Limits,
    memory_before: Option<u64>,
) -> Option<(&'static str, u64)> {
    if exploration.in_schedule() >= Duration::from_millis(limits.time_millis) {
        return Some((LimitName::Time.as_str(), limits.time_millis));
    }
    let grown = memory::resident_bytes()?.saturating_sub(memory_before?);
    (grown > limits.memory_bytes).then_some((LimitName::Memory.as_str(), limits.memory_bytes))
}

/// The limits that were met, by name.
fn limits(
    tally: &Tally,
    schedules: u64,
    met: Option<(&'static str, u64)>,
) -> Vec<(&'static str, u64)> {
    let mut limits = Vec::new();
    if tally.schedules >= schedules && !tally.complete {
        limits.push(("schedules", schedules));
    }
    if tally.not_kept > 0 {
        limits.push(("outcomes", crate::explore::MAX_OUTCOMES as u64));
    }
    limits.extend(met);
    limits
}
