//! Where an experiment notes its figures.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The figures of a run. Clones are the same lab: the program sets figures in
/// one while whoever started the run reads them from another, at any time, so
/// that a run that is stopped keeps what it had.
#[derive(Clone, Debug, Default)]
pub struct Lab {
    metrics: Arc<Mutex<BTreeMap<&'static str, f64>>>,
}

impl Lab {
    /// A lab without figures.
    pub fn new() -> Lab {
        Lab::default()
    }

    /// Sets a figure, in place of what it was.
    pub fn metric(&self, name: &'static str, value: f64) {
        let mut metrics = self.metrics.lock().unwrap_or_else(PoisonError::into_inner);
        metrics.insert(name, value);
    }

    /// The figures so far.
    pub fn metrics(&self) -> BTreeMap<&'static str, f64> {
        let metrics = self.metrics.lock().unwrap_or_else(PoisonError::into_inner);
        metrics.clone()
    }
}
