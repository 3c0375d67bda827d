//! A simulated run: on a thread of its own, since it computes without a pause
//! and code without an operation cannot be stopped.

use std::sync::mpsc::{self, RecvTimeoutError};

use csp::run::Outcome as CoreOutcome;
use csp::sim::{Config, Schedule, Stopper, Strategy};
use experiments::{Lab, Main};
use protocol::{Outcome, RunEnd};

use super::{Ending, JOIN_GRACE, Watch};
use crate::job::Job;

/// Runs `main` by the job's schedule, or one drawn from the seed.
pub(super) fn run(job: &Job, seed: u64, main: Main, lab: &Lab, watch: &Watch<'_>) {
    let given = job.request.schedule.as_deref();
    let strategy = match given.map(str::parse::<Schedule>) {
        None => Strategy::Random,
        Some(Ok(schedule)) => Strategy::Replay(schedule),
        Some(Err(error)) => {
            let message = format!("{error}; it should have been refused");
            return watch.output.end(|_| RunEnd::of(Outcome::Fault { message }));
        }
    };
    let stopper = Stopper::new();
    let config = Config {
        procs: usize::from(job.request.procs.unwrap_or(1).max(1)),
        seed: Some(seed),
        strategy,
        max_goroutines: job.limits.goroutines as usize,
        max_steps: job.limits.steps,
        trace: Some(watch.trace()),
        stop: Some(stopper.clone()),
    };
    let (report, reported) = mpsc::channel();
    let thread = std::thread::Builder::new().name("runner-sim".into());
    let running = thread.spawn(move || {
        // Nobody waits any more for a report that comes too late.
        let _ = report.send(csp::sim::run(config, main));
    });
    running.expect("the system starts a thread");

    let mut received = None;
    let mut lost = false;
    let settled = |tick| match reported.recv_timeout(tick) {
        Ok(report) => {
            received = Some(report);
            true
        }
        Err(RecvTimeoutError::Timeout) => false,
        Err(RecvTimeoutError::Disconnected) => {
            lost = true;
            true
        }
    };
    let cut_by = watch.until(settled, || stopper.stop());
    if received.is_none() && !lost {
        received = reported.recv_timeout(JOIN_GRACE).ok();
    }
    let schedule = match &received {
        // What came before it left its schedule is nobody's run.
        Some(sim) if matches!(sim.report.outcome, CoreOutcome::Diverged(_)) => None,
        Some(sim) => Some(sim.schedule.to_string()),
        None => Some(given.map_or_else(|| format!("random-{seed}"), str::to_owned)),
    };
    let ending = Ending {
        limits: &job.limits,
        lab,
        cut_by,
        schedule,
    };
    watch.output.end(|not_kept| match received {
        Some(sim) => ending.of_report(sim.report, not_kept),
        None if lost => {
            let message = "the simulated scheduler panicked; standard error has the text";
            RunEnd::of(Outcome::Fault {
                message: message.into(),
            })
        }
        None => ending.without_report(not_kept),
    });
}
