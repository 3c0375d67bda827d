//! Runs: from a valid request to a story that has ended.
//!
//! 1. [`Runs::create`] puts a run at the end of the queue.
//! 2. As soon as there is room for it, a runner process gets it; one spare
//!    process is always started ahead.
//! 3. Its frames are stored as they come, and every [`Watcher`] reads them at
//!    its own pace.
//! 4. It ends by itself, by [`Runs::cancel`], by its limits, or because its last
//!    watcher has been gone for a while.

mod limits;
pub mod process;
mod queue;
mod relay;
mod run;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use protocol::{Outcome, RunEnd, RunRequest};

pub use limits::ServerLimits;
pub use process::Process;
pub use run::{Reader, Run};

use crate::job::Job;
use crate::otel::Outbox;
use queue::Queue;

/// Every run of a server.
pub struct Runs {
    /// The limits that it keeps to.
    pub limits: ServerLimits,
    executable: PathBuf,
    queue: Mutex<Queue>,
    spare: Mutex<Option<Process>>,
    closed: Mutex<bool>,
    /// Where runs go that have ended, if a collector is to have them.
    outbox: Option<Outbox>,
}

/// Why a run was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// As many runs wait as may.
    QueueFull { limit: usize },
    /// This client has as many runs as it may.
    TooManyRuns { limit: usize },
    /// The server is about to end.
    Closing,
}

/// What is running and waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct QueueState {
    /// Runs that have a runner.
    pub running: usize,
    /// Runs that wait for one.
    pub waiting: usize,
    /// How many may wait.
    pub limit: usize,
}

impl Runs {
    /// No runs yet, and a runner process that waits for the first.
    /// `executable` is the binary `interleave`.
    pub fn new(executable: PathBuf, limits: ServerLimits) -> Arc<Runs> {
        Runs::with_outbox(executable, limits, None)
    }

    /// As [`Runs::new`]; each run that has ended is put into `outbox`.
    pub fn with_outbox(
        executable: PathBuf,
        limits: ServerLimits,
        outbox: Option<Outbox>,
    ) -> Arc<Runs> {
        let runs = Arc::new(Runs {
            limits,
            executable,
            queue: Mutex::default(),
            spare: Mutex::default(),
            closed: Mutex::default(),
            outbox,
        });
        runs.prepare_spare();
        runs
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spare(&self) -> MutexGuard<'_, Option<Process>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn closed(&self) -> MutexGuard<'_, bool> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a valid request, with every default filled in.
    ///
    /// # Errors
    /// [`Refused`] if there is no room for it.
    pub fn create(
        self: &Arc<Self>,
        request: RunRequest,
        timed: bool,
        client: IpAddr,
    ) -> Result<Arc<Run>, Refused> {
        if *self.closed() {
            return Err(Refused::Closing);
        }
        let mut queue = self.queue();
        let limit = self.limits.runs_per_client;
        if queue.of_client(client) >= limit {
            return Err(Refused::TooManyRuns { limit });
        }
        let limit = self.limits.waiting;
        if queue.waiting() >= limit {
            return Err(Refused::QueueFull { limit });
        }
        let run = Arc::new(Run::new(new_id(), request, timed, client));
        queue.push(run.clone());
        let started = queue.start(&self.limits);
        drop(queue);
        self.spawn(started);
        Ok(run)
    }

    /// The run of this id, unless it was never there or is forgotten.
    pub fn get(&self, id: &str) -> Option<Arc<Run>> {
        self.queue().get(id)
    }

    /// What is running and waiting.
    pub fn state(&self) -> QueueState {
        let queue = self.queue();
        QueueState {
            running: queue.running(),
            waiting: queue.waiting(),
            limit: self.limits.waiting,
        }
    }

    /// Stops a run: one that waits never starts, one that runs ends as soon as
    /// it can, one that has ended stays as it is.
    pub fn cancel(self: &Arc<Self>, run: &Arc<Run>) {
        let withdrawn = self.queue().withdraw(run);
        if withdrawn {
            run.ended_unstarted(RunEnd::of(Outcome::Stopped));
            self.queue().ended(run, &self.limits);
            self.start_waiting();
        } else {
            run.stop();
        }
    }

    /// Somebody who watches a run, from the event `from` on.
    pub fn watch(self: &Arc<Self>, run: &Arc<Run>, from: u64) -> Watcher {
        run.watcher_came();
        Watcher {
            runs: self.clone(),
            run: run.clone(),
            reader: run.read(from),
        }
    }

    /// Stops every run, takes no further ones, and waits until they have ended.
    pub async fn close(self: &Arc<Self>) {
        *self.closed() = true;
        let unended = self.queue().unended();
        for run in &unended {
            self.cancel(run);
        }
        for run in unended {
            run.wait().await;
        }
        *self.spare() = None;
        if let Some(outbox) = &self.outbox {
            outbox.flush(self.limits.flush_grace()).await;
        }
    }

    fn start_waiting(self: &Arc<Self>) {
        let started = self.queue().start(&self.limits);
        self.spawn(started);
    }

    fn spawn(self: &Arc<Self>, started: Vec<Arc<Run>>) {
        for run in started {
            run.running(None);
            tokio::spawn(self.clone().execute(run));
        }
    }

    async fn execute(self: Arc<Self>, run: Arc<Run>) {
        match self.runner() {
            Ok(process) => {
                run.running(process.id());
                if !run.timed {
                    self.prepare_spare();
                }
                let job = Job {
                    request: run.request.clone(),
                    limits: self.limits.run.clone(),
                };
                let take = |header, bytes| run.push(header, bytes);
                let stop = run.stopping();
                let end = process.drive(&job, stop, &self.limits, take).await;
                run.ended(end);
            }
            Err(error) => {
                let executable = self.executable.display();
                let message = format!("no runner starts from {executable}: {error}");
                run.ended_unstarted(RunEnd::of(Outcome::RunnerLost { message }));
            }
        }
        if let Some(outbox) = &self.outbox {
            outbox.put(&run);
        }
        self.queue().ended(&run, &self.limits);
        self.prepare_spare();
        self.start_waiting();
    }

    /// The spare runner, or a new one if it is gone.
    fn runner(&self) -> std::io::Result<Process> {
        let spare = self.spare().take();
        match spare.and_then(Process::if_alive) {
            Some(process) => Ok(process),
            None => Process::start(&self.executable),
        }
    }

    /// Starts a runner ahead, though not beside a timed run. One that fails to
    /// start is tried again when it is needed, and the error told then.
    fn prepare_spare(&self) {
        let mut spare = self.spare();
        if spare.is_none() && !*self.closed() {
            *spare = Process::start(&self.executable).ok();
        }
    }
}

/// Somebody who watches a run. When the last one goes and none comes back for a
/// while, the run is stopped.
pub struct Watcher {
    runs: Arc<Runs>,
    run: Arc<Run>,
    reader: Reader,
}

impl Watcher {
    /// See [`Reader::next`].
    pub async fn next(&mut self) -> Option<Bytes> {
        self.reader.next().await
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let last = self.run.watcher_went();
        let (Some(arrivals), false) = (last, self.run.has_ended()) else {
            return;
        };
        // Without a runtime the server is about to end, and its runs with it.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (runs, run) = (self.runs.clone(), self.run.clone());
        runtime.spawn(async move {
            tokio::time::sleep(runs.limits.watcher_grace()).await;
            if run.is_deserted_since(arrivals) {
                runs.cancel(&run);
            }
        });
    }
}

/// An id that nobody guesses, since whoever has it can stop the run.
pub(crate) fn new_id() -> String {
    let mut random = [0; 8];
    getrandom::fill(&mut random).expect("the system has random numbers");
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}
