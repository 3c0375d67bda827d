//! Many schedules of one experiment, and what came of them.
//!
//! 1. [`Exploration::start`] runs one schedule after the other on a thread of
//!    its own. Each is a whole simulated run, under the limits of a run, and is
//!    shown to a *look*, which keeps of it what its caller is after.
//! 2. What came of a schedule is its [`Shape`]; schedules of the same shape are
//!    one [`Found`], with how many they were and the first of them, which
//!    replays it: that is the look [`tally`].
//! 3. [`Exploration::kept`] may be asked at any time, so that whoever has
//!    waited long enough gets what there is. Code that never reaches an
//!    operation holds up the thread and nobody who asks.

mod shape;
mod tally;

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use csp::run::{Outcome as CoreOutcome, Report, Trace};
use csp::sim::{Config, Schedule, SimReport, Stopper, Strategy};
use experiments::{Entry, Lab};
use protocol::{LimitName, Limits, RunRequest};
use tokio::sync::oneshot;

use crate::runner::memory;
use crate::{catalogue, task_body};
use shape::{Printed, Shape};
pub(crate) use tally::{Found, MAX_OUTCOMES, Tally};

/// How many schedules are run where nobody says: under a second for a small
/// program, and enough to see what is not very rare.
pub(crate) const DEFAULT_SCHEDULES: u64 = 1_000;
/// The most schedules of one exploration: some minutes for a small program.
pub(crate) const MAX_SCHEDULES: u64 = 1_000_000;
/// The seed where none is given: the same command says the same.
pub(crate) const SEED: u64 = 1;
/// Preemptions of depth first where nobody says: few faults need more.
pub(crate) const PREEMPTIONS: u32 = 2;
/// The depth of PCT where nobody says: faults of up to three ordered events.
pub(crate) const DEPTH: u32 = 3;
/// How often limits are looked at.
const TICK: Duration = Duration::from_millis(8);
/// How long the schedule that runs may take to stop.
const STOP_GRACE: Duration = Duration::from_millis(500);

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

/// What a schedule came to.
pub(crate) struct Ran<'a> {
    /// The experiment.
    pub(crate) entry: &'static Entry,
    /// How the run went.
    pub(crate) report: &'a Report<()>,
    /// What replays it.
    pub(crate) schedule: &'a Schedule,
    /// The figures.
    pub(crate) lab: &'a Lab,
    /// What it printed.
    printed: &'a Printed,
}

/// Counts what came of each schedule.
pub(crate) fn tally(tally: &mut Tally, ran: &Ran<'_>) -> ControlFlow<()> {
    let shape = Shape::of(ran.entry, ran.report, ran.lab, ran.printed);
    tally.add(shape, ran.schedule.to_string());
    ControlFlow::Continue(())
}

/// How an exploration ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Whether every schedule within the bounds of the strategy has run.
    pub(crate) complete: bool,
    /// The limit that ended it, by name.
    pub(crate) limit: Option<(&'static str, u64)>,
    /// Whether it was stopped by whoever waited for it.
    pub(crate) stopped: bool,
}

/// An exploration under way, which keeps a `T`.
pub(crate) struct Exploration<T> {
    state: Arc<Mutex<State<T>>>,
    stopper: Stopper,
    limits: Limits,
    memory_before: Option<u64>,
    /// Is told when it has ended, and whether it is complete; lost if our code
    /// panics.
    ended: oneshot::Receiver<bool>,
}

struct State<T> {
    kept: T,
    /// When the schedule that runs began.
    begun: Option<Instant>,
}

impl<T: Send + 'static> Exploration<T> {
    /// Starts it. `look` sees each schedule that has run to its end, and may
    /// break off.
    ///
    /// # Errors
    /// If the system starts no thread.
    pub(crate) fn start(
        plan: Plan,
        kept: T,
        look: impl FnMut(&mut T, &Ran<'_>) -> ControlFlow<()> + Send + 'static,
    ) -> std::io::Result<Exploration<T>> {
        let state = Arc::new(Mutex::new(State { kept, begun: None }));
        let stopper = Stopper::new();
        let limits = plan.limits.clone();
        let (end, ended) = oneshot::channel();
        let (shared, stop) = (state.clone(), stopper.clone());
        let thread = std::thread::Builder::new().name("explore".into());
        thread.spawn(move || {
            let complete = explore(&plan, &shared, stop, look);
            // Whoever waited may have gone.
            let _ = end.send(complete);
        })?;
        Ok(Exploration {
            state,
            stopper,
            limits,
            memory_before: memory::resident_bytes(),
            ended,
        })
    }

    /// Waits for its end, for a limit, or for `stop`. A schedule that computes
    /// without an operation is left behind.
    ///
    /// # Errors
    /// If our code panicked.
    pub(crate) async fn finish(&mut self, stop: impl Future<Output = ()>) -> Result<Ended, String> {
        let mut stop = std::pin::pin!(stop);
        let mut how = Ended::default();
        loop {
            tokio::select! {
                ended = &mut self.ended => {
                    let fault = "a fault of ours: the exploration panicked";
                    let complete = ended.map_err(|_| fault.to_owned())?;
                    return Ok(Ended { complete, ..how });
                }
                () = &mut stop => how.stopped = true,
                () = tokio::time::sleep(TICK) => how.limit = self.limit_met(),
            }
            if how.stopped || how.limit.is_some() {
                self.stopper.stop();
                let _ = tokio::time::timeout(STOP_GRACE, &mut self.ended).await;
                return Ok(how);
            }
        }
    }

    /// The limit of a run that it overstays, if it does.
    fn limit_met(&self) -> Option<(&'static str, u64)> {
        let Limits {
            time_millis,
            memory_bytes,
            ..
        } = self.limits;
        let begun = lock(&self.state).begun;
        if begun.is_some_and(|begun| begun.elapsed() >= Duration::from_millis(time_millis)) {
            return Some((LimitName::Time.as_str(), time_millis));
        }
        let grown = memory::resident_bytes()?.saturating_sub(self.memory_before?);
        (grown > memory_bytes).then_some((LimitName::Memory.as_str(), memory_bytes))
    }
}

impl<T: Clone> Exploration<T> {
    /// What has been kept so far.
    pub(crate) fn kept(&self) -> T {
        lock(&self.state).kept.clone()
    }
}

fn lock<T>(state: &Mutex<State<T>>) -> MutexGuard<'_, State<T>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether all have run that there are.
fn explore<T>(
    plan: &Plan,
    state: &Mutex<State<T>>,
    stop: Stopper,
    mut look: impl FnMut(&mut T, &Ran<'_>) -> ControlFlow<()>,
) -> bool {
    let config = Config {
        procs: usize::from(plan.request.procs.unwrap_or(1).max(1)),
        seed: Some(plan.seed),
        strategy: plan.strategy.clone(),
        max_goroutines: plan.limits.goroutines as usize,
        max_steps: plan.limits.steps,
        trace: None,
        stop: Some(stop),
    };
    let body = plan.request.task_body.as_deref().map(task_body::compile);
    let body = body
        .transpose()
        .expect("a complete request has a body that compiles");
    let lab_of_run = || match &body {
        Some(body) => Lab::new().with_task_body(body.clone()),
        None => Lab::new(),
    };
    let current = RefCell::new((Lab::new(), Printed::default()));
    let make_main = || {
        let program = catalogue::prepare(plan.entry, &plan.request.params);
        let program = program.expect("a complete request is prepared each time");
        let lab = lab_of_run();
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
        let ran = Ran {
            entry: plan.entry,
            report: &sim.report,
            schedule: &sim.schedule,
            lab,
            printed,
        };
        look(&mut lock(state).kept, &ran)
    };
    let explored = csp::sim::explore_traced(config, plan.schedules, make_main, each);
    lock(state).begun = None;
    explored.complete
}
