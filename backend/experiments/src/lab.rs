//! Where an experiment notes its figures.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::catalogue::MetricSpec;

/// The figures of a run. Clones are the same lab: the program sets figures in
/// one while whoever started the run reads them from another, at any time, so
/// that a run that is stopped keeps what it had.
#[derive(Clone, Default)]
pub struct Lab {
    metrics: Arc<Mutex<BTreeMap<String, f64>>>,
    #[cfg(feature = "os")]
    worker: Option<WorkerProgram>,
    task_body: Option<Arc<dyn TaskBody>>,
}

/// What a task does, where whoever asks for the run brings it along.
pub trait TaskBody: Send + Sync {
    /// Does the task of this number. It may take a P for as long as its own
    /// limits let it, and it does not wait.
    ///
    /// # Errors
    /// Why it did not come to a result, in words.
    fn call(&self, task: i64) -> Result<i64, String>;
}

/// The program that a worker process executes: one that calls
/// [`task_worker`](crate::task_worker).
#[cfg(feature = "os")]
#[derive(Clone, Debug)]
pub struct WorkerProgram {
    /// Its file.
    pub path: std::path::PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl Lab {
    /// A lab without figures.
    pub fn new() -> Lab {
        Lab::default()
    }

    /// The same with a program for experiments that start worker processes.
    #[cfg(feature = "os")]
    pub fn with_worker(self, program: WorkerProgram) -> Lab {
        Lab {
            worker: Some(program),
            ..self
        }
    }

    /// The program for worker processes, if there is one.
    #[cfg(feature = "os")]
    pub(crate) fn worker(&self) -> Option<WorkerProgram> {
        self.worker.clone()
    }

    /// The same with a task body.
    pub fn with_task_body(self, body: Arc<dyn TaskBody>) -> Lab {
        Lab {
            task_body: Some(body),
            ..self
        }
    }

    /// The task body, if there is one.
    pub(crate) fn task_body(&self) -> Option<Arc<dyn TaskBody>> {
        self.task_body.clone()
    }

    /// Sets a figure, in place of what it was.
    pub fn metric(&self, name: &'static str, value: f64) {
        let mut metrics = self.metrics.lock().unwrap_or_else(PoisonError::into_inner);
        metrics.insert(name.to_owned(), value);
    }

    /// Sets figures to 0: a run that ends before they are known has them too.
    pub(crate) fn zero(&self, metrics: &[MetricSpec]) {
        for metric in metrics {
            self.metric(metric.name, 0.0);
        }
    }

    /// Sets a figure that has a spread: the median under its name, the least
    /// and the most beside it.
    #[cfg(feature = "os")]
    pub(crate) fn spread(&self, metric: MetricSpec, rounds: &crate::rounds::Spread) {
        let name = metric.name;
        let mut metrics = self.metrics.lock().unwrap_or_else(PoisonError::into_inner);
        metrics.insert(name.to_owned(), rounds.median);
        metrics.insert(format!("{name}_low"), rounds.low);
        metrics.insert(format!("{name}_high"), rounds.high);
    }

    /// The figures so far.
    pub fn metrics(&self) -> BTreeMap<String, f64> {
        let metrics = self.metrics.lock().unwrap_or_else(PoisonError::into_inner);
        metrics.clone()
    }
}
