//! Many schedules for a check.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use csp::sim::Strategy;
use experiments::Entry;
use protocol::{Experiment, Limits, RunRequest};

use super::verdict::{Ran, Verdict};
use crate::explore::{self, DEPTH, Exploration, PREEMPTIONS, Plan, SEED};
use crate::lessons::parts::{LoadedCheck, StrategyName};
use crate::wire;

/// What is explored.
pub(super) struct Of {
    pub(super) entry: &'static Entry,
    /// With the lesson's ranges.
    pub(super) experiment: Arc<Experiment>,
    /// A complete request.
    pub(super) request: RunRequest,
    pub(super) check: Arc<LoadedCheck>,
    pub(super) schedules: u64,
    pub(super) strategy: StrategyName,
}

/// Explores until the check is settled, or there are no more schedules. The
/// seeds are the same each time, and so is what comes of them.
pub(super) async fn explore(of: Of) -> io::Result<Verdict> {
    let plan = Plan {
        entry: of.entry,
        request: of.request.clone(),
        strategy: match of.strategy {
            StrategyName::Random => Strategy::Random,
            StrategyName::Pct => Strategy::Pct { depth: DEPTH },
            StrategyName::Dfs => Strategy::Dfs {
                preemptions: PREEMPTIONS,
            },
        },
        seed: SEED,
        schedules: of.schedules,
        limits: Limits::default(),
    };
    let verdict = Verdict::new(of.schedules);
    let look = move |verdict: &mut Verdict, ran: &explore::Ran<'_>| -> ControlFlow<()> {
        let limit = wire::limit_of(&ran.report.outcome);
        let ran = Ran {
            request: RunRequest {
                schedule: Some(ran.schedule.to_string()),
                ..of.request.clone()
            },
            metrics: ran.lab.metrics(),
            outcome: wire::outcome(&ran.report.outcome, &ran.report.left, limit),
        };
        verdict.see(&of.check, &ran.facts(&of.experiment), ran)
    };
    let mut exploration = Exploration::start(plan, verdict, look)?;
    let ended = exploration.finish(std::future::pending()).await;
    let ended = ended.map_err(io::Error::other)?;
    let mut verdict = exploration.kept();
    if let Some((limit, value)) = ended.limit {
        verdict.cut(format!("a schedule met the limit of {limit}: {value}"));
    }
    Ok(verdict)
}
