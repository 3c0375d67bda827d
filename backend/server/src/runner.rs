//! `interleave runner`: one run in a process of its own.
//!
//! 1. The first line on standard input is the [`Job`]. Until it comes, the
//!    process waits; so it can be started ahead.
//! 2. The run's frames go to standard output ([`output`]).
//! 3. A line `stop`, or the end of the input, stops the run.
//! 4. This process keeps the run's limits itself, looking every [`TICK`]. One
//!    that ends the run is the last in [`RunEnd::limits`]; figures and events
//!    up to there are kept.
//! 5. A goroutine that never reaches an operation holds up the end. After
//!    [`JOIN_GRACE`] the end is written without it, and the process exits.

pub(crate) mod memory;
mod output;
pub mod record;
mod simulated;

use std::collections::BTreeMap;
use std::io::BufRead;
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use csp::native::Running;
use csp::run::{Config, Outcome as CoreOutcome, Report, Trace};
use csp::sim::Schedule;
use experiments::{Lab, Main, WorkerProgram};
use protocol::run::Scheduler;
use protocol::{LimitName, Limits, Outcome, RunEnd, RunHeader};

use crate::catalogue;
use crate::job::{Job, STOP_LINE};
use crate::task_body;
use crate::wire;
pub use output::story_bytes;
use output::{NotKept, Output};

/// How often limits are looked at.
const TICK: Duration = Duration::from_millis(8);
/// How long goroutines may take to reach their next operation once the run has
/// ended.
const JOIN_GRACE: Duration = Duration::from_millis(1_500);

/// The exit code of a process that got no job it could read.
const NO_JOB: u8 = 1;

/// Executes one job.
pub fn main() -> ExitCode {
    warm_up();
    let job = match read_job() {
        Ok(Some(job)) => job,
        // A spare that was never needed.
        Ok(None) => return ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("interleave runner: {message}");
            return ExitCode::from(NO_JOB);
        }
    };
    let pipe = match std::io::stdout().as_fd().try_clone_to_owned() {
        Ok(pipe) => Box::new(std::fs::File::from(pipe)),
        Err(error) => {
            eprintln!("interleave runner: standard output is closed: {error}");
            return ExitCode::from(NO_JOB);
        }
    };
    memory::limit_process(job.limits.memory_bytes);
    let output = Output::new(pipe, &job.limits);
    let stop = Arc::new(AtomicBool::new(false));
    listen(stop.clone());
    let executed = catch_unwind(AssertUnwindSafe(|| execute(&job, &output, &stop)));
    if executed.is_err() {
        let message = "the runner panicked; its standard error has the text".to_owned();
        output.end(|_| RunEnd::of(Outcome::Fault { message }));
    }
    // Threads of the run may still be in a poll that never ends.
    std::process::exit(0);
}

/// Runs nothing, so that the first run finds the clock calibrated and the core
/// in memory. It happens while the process waits for its job anyway.
fn warm_up() {
    let config = Config {
        procs: 1,
        ..Config::default()
    };
    csp::native::run(config, async {});
}

fn read_job() -> Result<Option<Job>, String> {
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    match read {
        Ok(0) => Ok(None),
        Ok(_) => serde_json::from_str(&line)
            .map(Some)
            .map_err(|error| format!("the first line is no job: {error}")),
        Err(error) => Err(format!("standard input does not read: {error}")),
    }
}

/// Waits for `stop` or the end of the input on a thread of its own.
fn listen(stop: Arc<AtomicBool>) {
    let thread = std::thread::Builder::new().name("runner-input".into());
    let listening = thread.spawn(move || {
        let lines = std::io::stdin().lock().lines();
        for line in lines {
            if !line.is_ok_and(|line| line != STOP_LINE) {
                break;
            }
        }
        stop.store(true, Ordering::Release);
    });
    listening.expect("the system starts a thread");
}

fn execute(job: &Job, output: &Output, stop: &AtomicBool) {
    let request = &job.request;
    let prepared = catalogue::find(&request.experiment)
        .and_then(|entry| catalogue::prepare(entry, &request.params));
    let program = match prepared {
        Ok(program) => program,
        Err(error) => {
            let message = error.message;
            return output.end(|_| RunEnd::of(Outcome::Fault { message }));
        }
    };
    let replayed = request.schedule.as_deref().map(str::parse::<Schedule>);
    let seed = match replayed {
        Some(Ok(schedule)) => schedule.seed(),
        _ => request.seed.unwrap_or_else(random_seed),
    };
    output.begin(RunHeader {
        params: program
            .params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), catalogue::to_json(value).to_string()))
            .collect(),
        ..header(job, seed)
    });
    let mut lab = lab();
    match request.task_body.as_deref().map(task_body::compile) {
        Some(Ok(body)) => lab = lab.with_task_body(body),
        Some(Err(message)) => return output.end(|_| RunEnd::of(Outcome::Fault { message })),
        None => {}
    }
    let main = (program.main)(lab.clone());
    let watch = Watch {
        limits: &job.limits,
        memory_before: memory::resident_bytes(),
        output,
        stop,
    };
    match request.scheduler {
        Scheduler::Native => native(job, seed, main, &lab, &watch),
        Scheduler::Sim => simulated::run(job, seed, main, &lab, &watch),
    }
}

/// The header of a run without parameters.
fn header(job: &Job, seed: u64) -> RunHeader {
    RunHeader {
        version: protocol::VERSION,
        experiment: job.request.experiment.clone(),
        params: BTreeMap::new(),
        scheduler: job.request.scheduler,
        seed,
        procs: job.request.procs.unwrap_or(1).max(1),
        machine_procs: machine_procs(),
        debug_build: cfg!(debug_assertions),
        limits: job.limits.clone(),
    }
}

/// Where the run notes its figures; this program is also its worker processes.
fn lab() -> Lab {
    let Ok(path) = std::env::current_exe() else {
        return Lab::new();
    };
    Lab::new().with_worker(WorkerProgram {
        path,
        arguments: vec!["task-worker".into()],
    })
}

fn native(job: &Job, seed: u64, main: Main, lab: &Lab, watch: &Watch<'_>) {
    let config = Config {
        procs: usize::from(job.request.procs.unwrap_or(1).max(1)),
        seed: Some(seed),
        max_goroutines: job.limits.goroutines as usize,
        trace: Some(watch.trace()),
    };
    let started = Instant::now();
    let running = csp::native::start(config, main);
    let stopper = running.stopper();
    let cut_by = watch.until(|tick| running.wait_timeout(tick), || stopper.stop());
    let totals = wire::totals(&running.totals());
    let elapsed = started.elapsed();
    let ending = Ending {
        limits: &job.limits,
        lab,
        cut_by,
        schedule: None,
    };
    match join(running) {
        Some(report) => watch
            .output
            .end(|not_kept| ending.of_report(report, not_kept)),
        None => watch.output.end(|not_kept| {
            let end = ending.without_report(not_kept);
            RunEnd {
                elapsed_ns: wire::nanoseconds(elapsed),
                totals,
                ..end
            }
        }),
    }
}

/// What a run is watched by.
struct Watch<'a> {
    limits: &'a Limits,
    memory_before: Option<u64>,
    output: &'a Output,
    stop: &'a AtomicBool,
}

impl Watch<'_> {
    /// Where the run's events go.
    fn trace(&self) -> Trace {
        Trace {
            sink: Box::new(self.output.clone()),
            max_events: self.limits.events,
        }
    }

    /// Waits until the run's outcome is settled, and sees to its limits: `ended`
    /// waits for a tick and tells whether it is, `stop` stops the run. The limit
    /// that ended it, if one did.
    fn until(
        &self,
        mut ended: impl FnMut(Duration) -> bool,
        stop: impl FnOnce(),
    ) -> Option<LimitName> {
        let started = Instant::now();
        let time = Duration::from_millis(self.limits.time_millis);
        let most_memory = self
            .memory_before
            .map(|before| before.saturating_add(self.limits.memory_bytes));
        while !ended(TICK) {
            self.output.flush_due();
            let memory = memory::resident_bytes();
            let met = if started.elapsed() >= time {
                Some(LimitName::Time)
            } else if memory
                .zip(most_memory)
                .is_some_and(|(now, most)| now > most)
            {
                Some(LimitName::Memory)
            } else {
                None
            };
            if met.is_some() || self.stop.load(Ordering::Acquire) {
                stop();
                return met;
            }
        }
        None
    }
}

/// The report, unless a goroutine holds it up.
fn join(running: Running<()>) -> Option<Report<()>> {
    let (report, reported) = mpsc::channel();
    let thread = std::thread::Builder::new().name("runner-join".into());
    let joining = thread.spawn(move || {
        // Nobody waits any more for a report that comes too late.
        let _ = report.send(running.join());
    });
    joining.expect("the system starts a thread");
    reported.recv_timeout(JOIN_GRACE).ok()
}

/// What the last frame is made of.
struct Ending<'a> {
    limits: &'a Limits,
    lab: &'a Lab,
    cut_by: Option<LimitName>,
    /// What replays the run.
    schedule: Option<String>,
}

impl Ending<'_> {
    fn of_report(self, report: Report<()>, not_kept: NotKept) -> RunEnd {
        // A run that ended by itself in the moment of the limit did end.
        let cut_by = match &report.outcome {
            CoreOutcome::Stopped => self.cut_by,
            outcome => wire::limit_of(outcome),
        };
        let filled = report.dropped > 0 && report.events >= self.limits.events;
        let outcome = wire::outcome(&report.outcome, &report.left, cut_by);
        let limits = self.limits;
        let mut end = Ending { cut_by, ..self }.end(outcome, not_kept);
        end.elapsed_ns = wire::nanoseconds(report.elapsed);
        end.totals = wire::totals(&report.totals);
        end.findings = wire::findings(&report.findings);
        end.dropped += report.dropped;
        // The story may have been full as well, which is the same limit.
        if filled && not_kept.events == 0 {
            end.limits.insert(0, wire::met(LimitName::Events, limits));
        }
        end
    }

    /// Of a run that a goroutine holds up.
    fn without_report(self, not_kept: NotKept) -> RunEnd {
        let outcome = match self.cut_by {
            Some(_) => Outcome::Limit,
            None => Outcome::Stopped,
        };
        self.end(outcome, not_kept)
    }

    fn end(self, outcome: Outcome, not_kept: NotKept) -> RunEnd {
        let output = (not_kept.lines > 0).then_some(LimitName::Output);
        let story = (not_kept.events > 0).then_some(LimitName::Events);
        let met = output.into_iter().chain(story).chain(self.cut_by);
        RunEnd {
            metrics: self.lab.metrics(),
            limits: met.map(|limit| wire::met(limit, self.limits)).collect(),
            dropped: not_kept.events,
            dropped_lines: not_kept.lines,
            schedule: self.schedule,
            ..RunEnd::of(outcome)
        }
    }
}

fn random_seed() -> u64 {
    let mut random = [0; 8];
    getrandom::fill(&mut random).expect("the system has random numbers");
    u64::from_le_bytes(random)
}

fn machine_procs() -> u16 {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    u16::try_from(processors).unwrap_or(u16::MAX)
}
