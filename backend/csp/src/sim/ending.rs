//! The end of a simulated run: what is left, who waits for whom, the report.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::SimReport;
use super::engine::Sim;
use super::schedule::Schedule;
use super::state::End;
use super::strategy::Chooser;
use super::tap::Tap;
use super::task::{Status, Task};
use crate::ambient::Local;
use crate::detect::{Known, detect, holders};
use crate::run::{Findings, Outcome, Report, Waiting};
use crate::trace::G;

/// Ends the recording, of which all is passed on, and drops the goroutines that are left, in the order
/// of their numbers. What their guards do (close a channel, call `go`) finds
/// a run that has ended.
pub(super) fn close(sim: &Sim, local: &Local, tap: &mut Tap) -> Left {
    let now_ns = sim.ledger.clock.now_ns();
    tap.finish(now_ns);
    // What follows is no part of the run.
    local.recorder.borrow_mut().take();
    let mut state = sim.state.lock();
    state.note_all_starved();
    let tasks = std::mem::take(&mut state.tasks);
    let timers = state.has_timers();
    drop(state);
    let waiting: Vec<Waiting> = tasks
        .values()
        .map(|task| waits(sim, task, now_ns))
        .collect();
    let holders = holders(&waiting, &sim.ledger);
    sim.clear();
    for task in tasks.into_values() {
        *task.status.lock() = Status::Ended;
        let future = task.future.lock().take();
        // A guard that panics now has nobody left to tell.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(future)));
    }
    sim.clear();
    Left {
        waiting,
        holders,
        timers,
    }
}

/// What a goroutine waits for that is left, which counts as blocked until
/// now.
fn waits(sim: &Sim, task: &Task, now_ns: u64) -> Waiting {
    let goroutine = &task.goroutine;
    let still = *task.status.lock() == Status::Waits;
    let wait = goroutine.wait().filter(|_| still);
    let ledger = &sim.ledger;
    if let Some((reason, object, _)) = wait {
        let since_ns = goroutine.waits_since_ns();
        ledger.still_blocked(reason, object, now_ns.saturating_sub(since_ns));
    }
    goroutine.left(wait, ledger)
}

/// What is there at the end, before it is dropped.
pub(super) struct Left {
    waiting: Vec<Waiting>,
    /// Who holds what each waits for.
    holders: Vec<Option<G>>,
    /// Whether a timer is set.
    timers: bool,
}

/// Puts together what came of it.
pub(super) fn report<T>(
    sim: &Arc<Sim>,
    tap: Tap,
    left: Left,
    result: &Mutex<Option<T>>,
) -> (SimReport<T>, Chooser) {
    let mut state = sim.state.lock();
    let steps = state.steps;
    let not_run = std::mem::take(&mut state.not_run);
    let choices = std::mem::take(&mut state.choices);
    let end = state.end.take().expect("the run has ended");
    let mut chooser = std::mem::replace(&mut state.chooser, Chooser::first());
    drop(state);
    let own_end = matches!(
        end,
        End::Completed | End::Panicked(_) | End::Deadlock | End::Fatal(..)
    );
    let fits = if own_end {
        chooser.choose.finish()
    } else {
        Ok(())
    };
    let outcome = match (end, fits) {
        (_, Err(why)) => Outcome::Diverged(why),
        (End::Completed, _) => match result.lock().take() {
            Some(output) => Outcome::Completed(output),
            None => Outcome::Fault("the main goroutine left no result".to_owned()),
        },
        (End::Panicked(panic), _) => Outcome::Panicked(panic),
        (End::Deadlock, _) => Outcome::Deadlock,
        (End::Stopped, _) => Outcome::Stopped,
        (End::TooManyGoroutines, _) => Outcome::TooManyGoroutines,
        (End::StepsUsedUp, _) if tap.watch.progress.stands_still(steps) => Outcome::Livelock,
        (End::StepsUsedUp, _) => Outcome::TooManySteps,
        (End::Fatal(message, at), _) => Outcome::Fatal(message.to_string(), at),
        (End::Fault(message), _) => Outcome::Fault(message),
        (End::Diverged(why), _) => Outcome::Diverged(why),
    };
    let known = Known {
        sides: &tap.watch.sides,
        holders: left.holders,
        timers: left.timers,
    };
    let mut left = left.waiting;
    let waits = detect(&mut left, &known);
    let findings = Findings {
        cycle: waits.cycle,
        ..tap.watch.findings(not_run)
    };
    let made = choices.len() as u64;
    let explicit = Schedule::explicit(chooser.seed, choices);
    let seeded = chooser.seeded.map(Schedule::by_seed);
    let report = SimReport {
        report: Report {
            outcome,
            elapsed: Duration::from_nanos(sim.ledger.clock.now_ns()),
            left,
            findings,
            totals: sim.ledger.totals(),
            events: tap.kept,
            dropped: tap.dropped,
        },
        schedule: seeded.unwrap_or_else(|| explicit.clone()),
        explicit,
        steps,
        choices: made,
    };
    (report, chooser)
}
