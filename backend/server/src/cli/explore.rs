//! `interleave explore`: many schedules of an experiment, and how often each
//! outcome came.
//!
//! It runs in this process, one schedule after the other, and tells what it has
//! when it is interrupted. A schedule that overstays the limits of a run ends
//! it, with the limit's name.

mod print;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use csp::sim::Strategy;
use experiments::Entry;
use protocol::run::Scheduler;
use protocol::{Limits, RunRequest};

use super::chosen::{Chosen, Scheduling};
use super::fail;
use super::interrupt::Interrupt;
use super::run::INTERRUPTED;
use crate::explore::{
    DEFAULT_SCHEDULES, DEPTH, Ended, Exploration, MAX_SCHEDULES, PREEMPTIONS, Plan, SEED, Tally,
    tally,
};

/// The most preemptions that may be asked for.
const MAX_PREEMPTIONS: i64 = 64;
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
    /// Whether these are all that there are within the bounds of the strategy.
    complete: bool,
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
        let (tally, ended) = match watched {
            Ok(watched) => watched,
            Err(message) => return fail(message),
        };
        let explored = Explored {
            entry,
            request,
            strategy: self.words(),
            limits: limits(&tally, self.schedules, &ended),
            tally,
            complete: ended.complete,
            interrupted: ended.stopped,
        };
        let text = if self.json {
            print::json(&explored)
        } else {
            print::table(&explored)
        };
        match io::stdout().write_all(text.as_bytes()) {
            Ok(()) if ended.stopped => ExitCode::from(INTERRUPTED),
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

/// Waits for the end, for Ctrl-C, or for a limit.
async fn watch(plan: Plan) -> Result<(Tally, Ended), String> {
    let interrupt =
        Interrupt::listen().map_err(|error| format!("no signal can be taken: {error}"))?;
    let mut exploration = Exploration::start(plan, Tally::default(), tally)
        .map_err(|error| format!("no thread starts: {error}"))?;
    let ended = exploration.finish(interrupt.wait()).await?;
    Ok((exploration.kept(), ended))
}

/// The limits that were met, by name.
fn limits(tally: &Tally, schedules: u64, ended: &Ended) -> Vec<(&'static str, u64)> {
    let mut limits = Vec::new();
    if tally.schedules >= schedules && !ended.complete {
        limits.push(("schedules", schedules));
    }
    if tally.not_kept > 0 {
        limits.push(("outcomes", crate::explore::MAX_OUTCOMES as u64));
    }
    limits.extend(ended.limit);
    limits
}
