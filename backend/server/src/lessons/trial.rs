//! Runs what lessons claim: their checks, and the solutions of their challenges.
//!
//! 1. [`all`] takes the lessons one after the other, several at once. One whose
//!    experiment is `timed` runs while no other does.
//! 2. A native run goes to a runner process ([`native`]); schedules are explored
//!    in this one ([`simulated`]). Both are under the limits of a run.
//! 3. Listings in Go go to Go itself ([`golang`]), if there is one.
//! 4. The solution of a challenge has to meet it in one of several runs, as a
//!    reader would.
//! 5. What every run shows goes into a [`Verdict`](verdict::Verdict). The first
//!    run that speaks against the check ends it, and is told whole, so that it
//!    can be run again.

mod golang;
mod native;
mod simulated;
mod verdict;

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use experiments::Entry;
use protocol::lesson::LessonProblem;
use protocol::run::Scheduler;
use protocol::{Experiment, RunRequest};
use serde_json::Map;

use super::parts::{LoadedChallenge, LoadedCheck, Runs};
use super::values::Values;
use super::{Library, LoadedLesson};
use crate::catalogue;
pub(crate) use golang::{Compiled, listings};
use native::Native;
use verdict::{Ran, Verdict};

/// How often the solution of a challenge is run until it meets it. A reader meets
/// a challenge with any of his runs, while a machine with other work may spoil
/// one: that its time is short says nothing against the solution.
const ATTEMPTS: usize = 3;

/// What is to be run, and how.
pub(crate) struct Trials<'a> {
    /// This program, which is the runner too.
    pub(crate) executable: &'a Path,
    /// How many lessons are tried at once.
    pub(crate) jobs: usize,
    /// The only lesson, if it is not all of them.
    pub(crate) only: Option<&'a str>,
}

/// What came of a lesson.
pub(crate) struct Tried {
    /// Its id.
    pub(crate) lesson: String,
    /// Its checks and its challenges.
    pub(crate) asked: usize,
    /// Native runs.
    pub(crate) runs: u64,
    /// Simulated runs.
    pub(crate) schedules: u64,
    /// How long it took.
    pub(crate) took: Duration,
    /// What did not hold, with its place, and then what shows it.
    pub(crate) failures: Vec<LessonProblem>,
}

/// Tries every lesson, and tells of each as it is done.
///
/// # Errors
/// If the system gives no threads or no processes.
pub(crate) fn all(
    library: &Library,
    trials: &Trials<'_>,
    told: impl Fn(&Tried) + Sync,
) -> io::Result<Vec<Tried>> {
    let lessons: Vec<&LoadedLesson> = chosen(library, trials.only)
        .filter(|lesson| !lesson.parts.checks.is_empty() || !lesson.parts.challenges.is_empty())
        .collect();
    let machine = RwLock::new(());
    let tried = Mutex::new(Vec::new());
    at_once(&lessons, trials.jobs, |lesson| {
        // Whoever holds it keeps nothing in it that could be half done.
        let alone = lesson.experiment.timed;
        let held = alone.then(|| machine.write().unwrap_or_else(PoisonError::into_inner));
        let shared = (!alone).then(|| machine.read().unwrap_or_else(PoisonError::into_inner));
        let one = try_lesson(lesson, &Native::new(trials.executable)?)?;
        drop((held, shared));
        told(&one);
        lock(&tried).push(one);
        Ok(())
    })?;
    Ok(tried.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// The lessons that are tried.
fn chosen<'l>(
    library: &'l Library,
    only: Option<&'l str>,
) -> impl Iterator<Item = &'l LoadedLesson> {
    let lessons = library.lessons.iter();
    lessons.filter(move |lesson| only.is_none_or(|only| lesson.id == only))
}

/// Does the work of each item, so many at once.
fn at_once<I: Sync>(
    items: &[I],
    jobs: usize,
    work: impl Fn(&I) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let next = AtomicUsize::new(0);
    let thread = || -> io::Result<()> {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(item)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let jobs = jobs.clamp(1, items.len().max(1));
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(thread)).collect();
        threads.into_iter().try_for_each(|thread| {
            let ended = thread.join();
            ended.unwrap_or_else(|_| Err(io::Error::other("a fault of ours: a trial panicked")))
        })
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn try_lesson(lesson: &LoadedLesson, native: &Native) -> io::Result<Tried> {
    let started = Instant::now();
    let entry = catalogue::find(&lesson.experiment.id);
    let entry = entry.map_err(|error| io::Error::other(error.message))?;
    let mut trial = Trial {
        lesson,
        entry,
        experiment: Arc::new(lesson.experiment.clone()),
        native,
        tried: Tried {
            lesson: lesson.id.clone(),
            asked: lesson.parts.checks.len() + lesson.parts.challenges.len(),
            runs: 0,
            schedules: 0,
            took: Duration::ZERO,
            failures: Vec::new(),
        },
    };
    for check in &lesson.parts.checks {
        trial.check(check)?;
    }
    trial.challenges(&lesson.parts.challenges)?;
    trial.tried.took = started.elapsed();
    Ok(trial.tried)
}

struct Trial<'a> {
    lesson: &'a LoadedLesson,
    entry: &'static Entry,
    experiment: Arc<Experiment>,
    native: &'a Native,
    tried: Tried,
}

impl Trial<'_> {
    /// A complete request: the lesson's defaults, and over them these values.
    fn request(&self, values: &Values, scheduler: Scheduler) -> io::Result<RunRequest> {
        let params = self.experiment.params.iter();
        let defaults = params.map(|one| (one.name.clone(), catalogue::default(&one.kind)));
        let mut params: Map<_, _> = defaults.collect();
        params.extend(values.params.clone());
        let request = RunRequest {
            experiment: self.experiment.id.clone(),
            params,
            scheduler,
            seed: None,
            procs: values.procs.or(self.lesson.procs),
            schedule: None,
            task_body: self.lesson.task_body.clone(),
        };
        let complete = catalogue::complete(request);
        let (_, request) = complete.map_err(|error| io::Error::other(error.message))?;
        Ok(request)
    }

    fn check(&mut self, check: &Arc<LoadedCheck>) -> io::Result<()> {
        let mut verdict = match check.runs {
            Runs::Native(runs) => self.natively(check, runs)?,
            Runs::Simulated {
                schedules,
                strategy,
            } => {
                let request = self.request(&check.values, Scheduler::Sim)?;
                let of = simulated::Of {
                    entry: self.entry,
                    experiment: self.experiment.clone(),
                    request,
                    check: check.clone(),
                    schedules,
                    strategy,
                };
                let verdict = self.native.wait(simulated::explore(of))?;
                self.tried.schedules += verdict.runs();
                verdict
            }
        };
        if let Some(message) = verdict.against(self.entry, check) {
            let message = format!("\"{}\" does not hold: {message}", check.what);
            self.tried.failures.push(check.place.problem(message));
        }
        Ok(())
    }

    fn natively(&mut self, check: &LoadedCheck, runs: u64) -> io::Result<Verdict> {
        let request = self.request(&check.values, Scheduler::Native)?;
        let mut verdict = Verdict::new(runs);
        for _ in 0..runs {
            let ran = self.run(&request)?;
            if verdict
                .see(check, &ran.facts(&self.experiment), ran)
                .is_break()
            {
                break;
            }
        }
        Ok(verdict)
    }

    fn run(&mut self, request: &RunRequest) -> io::Result<Ran> {
        self.tried.runs += 1;
        let end = self.native.run(request)?;
        Ok(Ran::of_end(request.clone(), end))
    }

    /// The solution of each meets it, and the lesson's defaults do not.
    fn challenges(&mut self, challenges: &[LoadedChallenge]) -> io::Result<()> {
        if challenges.is_empty() {
            return Ok(());
        }
        let request = self.request(&Values::default(), Scheduler::Native)?;
        let defaults = self.run(&request)?;
        for challenge in challenges {
            let (id, when) = (&challenge.id, &challenge.when);
            if when.holds(&defaults.facts(&self.experiment)) == Ok(true) {
                let message = format!(
                    "the challenge `{id}` is met before anything is changed; ask for more\n{}",
                    defaults.words(self.entry)
                );
                self.tried.failures.push(challenge.place.problem(message));
            }
            if let Some(message) = self.unsolved(challenge)? {
                self.tried.failures.push(challenge.place.problem(message));
            }
        }
        Ok(())
    }

    /// Why the solution does not meet the challenge, after [`ATTEMPTS`].
    fn unsolved(&mut self, challenge: &LoadedChallenge) -> io::Result<Option<String>> {
        let (id, when) = (&challenge.id, &challenge.when);
        let request = self.request(&challenge.solution, Scheduler::Native)?;
        let mut message = None;
        for _ in 0..ATTEMPTS {
            let solved = self.run(&request)?;
            let why = match when.holds(&solved.facts(&self.experiment)) {
                Ok(true) => return Ok(None),
                Ok(false) => "is false".to_owned(),
                Err(why) => format!("cannot be told: {why}"),
            };
            message = Some(format!(
                "the solution does not meet the challenge `{id}`: `{}` {why}, in {ATTEMPTS} runs; \
                 the last one follows\n{}",
                when.text(),
                solved.words(self.entry)
            ));
        }
        Ok(message)
    }
}
