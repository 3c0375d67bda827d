//! Many schedules of one experiment, and what came of them.
//!
//! 1. [`Exploration::start`] runs one schedule after the other on a thread of
//!    its own. Each is a whole simulated run, under the limits of a run.
//! 2. What came of a schedule is its [`Shape`]; schedules of the same shape are
//!    one [`Found`], with how many they were and the first of them, which
//!    replays it.
//! 3. [`Exploration::tally`] may be asked at any time, so that whoever has
//!    waited long enough gets what there is. Code that never reaches an
//!    operation holds up the thread and not the tally.

mod shape;
mod tally;

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use csp::run::{Outcome as CoreOutcome, Trace};
use csp::sim::{Config, SimReport, Stopper, Strategy};
use experiments::{Entry, Lab};
use protocol::{Limits, RunRequest};
use tokio::sync::oneshot;

use crate::catalogue;
use shape::{Printed, Shape};
pub(crate) use tally::{Found, MAX_OUTCOMES, Tally};

/// How many schedules are run where nobody says: under a second for a small
/// program, and enough to see what is not very rare.
pub(crate) const DEFAULT_SCHEDULES: u64 = 1_000;
/// The most schedules of one exploration: some minutes for a small program.
pub(crate) const MAX_SCHEDULES: u64 = 1_000_000;

/// What is explored, and how.
pub(crate) struct Plan {
    /// The experiment.
    pub(crate) entry: &'static Entry,
    /// The request of each run, which has to be complete.
    pub(crate) request: RunRequest,
    /// Who chooses.
    pub(crate) strategy: Strategy,
    /// The seed of the first schedule.
    pub(crate) seed: u64,
    /// The most schedules.
    pub(crate) schedules: u64,
    /// The limits of each run.
    pub(crate) limits: Limits,
}

/// An exploration under way.
pub(crate) struct Exploration {
    state: Arc<Mutex<State>>,
    stopper: Stopper,
    /// Is told when it has ended; lost if our code panics.
    pub(crate) ended: oneshot::Receiver<()>,
}

struct State {
    tally: Tally,
    /// When the schedule that runs began.
    begun: Option<Instant>,
}

impl Exploration {
    /// Starts it.
    ///
    /// # Errors
    /// If the system starts no thread.
    pub(crate) fn start(plan: Plan) -> std::io::Result<Exploration> {
        let state = Arc::new(Mutex::new(State {
            tally: Tally::default(),
            begun: None,
        }));
        let stopper = Stopper::new();
        let (end, ended) = oneshot::channel();
        let (shared, stop) = (state.clone(), stopper.clone());
        let thread = std::thread::Builder::new().name("explore".into());
        thread.spawn(move || {
            explore(&plan, &shared, stop);
            // Whoever waited may have gone.
            let _ = end.send(());
        })?;
        Ok(Exploration {
            state,
            stopper,
            ended,
        })
    }

    /// Ends it as soon as the schedule that runs reaches an operation.
    pub(crate) fn stop(&self) {
        self.stopper.stop();
    }

    /// How long the schedule that runs has taken so far.
    pub(crate) fn in_schedule(&self) -> Duration {
        let begun = lock(&self.state).begun;
        begun.map_or(Duration::ZERO, |begun| begun.elapsed())
    }

    /// What has come of it so far.
    pub(crate) fn tally(&self) -> Tally {
        lock(&self.state).tally.clone()
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn explore(plan: &Plan, state: &Mutex<State>, stop: Stopper) {
    let config = Config {
        procs: usize::from(plan.request.procs.unwrap_or(1).max(1)),
        seed: Some(plan.seed),
        strategy: plan.strategy.clone(),
        max_goroutines: plan.limits.goroutines as usize,
        max_steps: plan.limits.steps,
        trace: None,
        stop: Some(stop),
    };
    let current = RefCell::new((Lab::new(), Printed::default()));
    let make_main = || {
        let program = catalogue::prepare(plan.entry, &plan.request.params);
        let program = program.expect("a complete request is prepared each time");
        let lab = Lab::new();
        let printed = Printed::new(plan.limits.output_bytes);
        let main = (program.main)(lab.clone());
        let trace = Trace {
            sink: Box::new(printed.clone()),
            // Lines alone are kept, and the steps of a run are limited.
            max_events: u64::MAX,
        };
        current.replace((lab, printed));
        lock(state).begun = Some(Instant::now());
        (main, Some(trace))
    };
    let each = |sim: &SimReport<()>| {
        if matches!(sim.report.outcome, CoreOutcome::Stopped) {
            return ControlFlow::Break(());
        }
        let (lab, printed) = &*current.borrow();
        let shape = Shape::of(plan.entry, &sim.report, lab, printed);
        let schedule = sim.schedule.to_string();
        lock(state).tally.add(shape, schedule);
        ControlFlow::Continue(())
    };
    let explored = csp::sim::explore_traced(config, plan.schedules, make_main, each);
    let mut state = lock(state);
    state.begun = None;
    state.tally.complete = explored.complete;
}
