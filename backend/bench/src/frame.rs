//! How a workload is run: the warm-up and the operations that are timed, one
//! after the other, by the main goroutine of one run.

use std::future::Future;
use std::time::Duration;

use csp::run::{Config, Outcome};

use crate::trace::Counting;

/// What every workload is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Operations that are timed, at least 1.
    pub(crate) operations: usize,
    /// Operations before them.
    pub(crate) warm_up: usize,
    /// GOMAXPROCS, at least 1.
    pub(crate) procs: usize,
    /// Whether events are recorded.
    pub(crate) traced: bool,
}

/// The goroutines that a workload may make, with some to spare.
const GOROUTINES: usize = 1_100_000;

/// What one operation cost on csp.
///
/// # Panics
/// If the run ends otherwise than by completing: a figure of work that was not
/// done is none.
pub(crate) fn ours<F>(frame: &Frame, workload: impl Fn(usize) -> F + Send + 'static) -> f64
where
    F: Future<Output = f64> + Send + 'static,
{
    let Frame {
        operations,
        warm_up,
        procs,
        traced,
    } = *frame;
    let config = Config {
        procs,
        max_goroutines: GOROUTINES,
        trace: traced.then(Counting::trace),
        ..Config::default()
    };
    let report = csp::native::run(config, async move {
        if warm_up > 0 {
            workload(warm_up).await;
        }
        workload(operations).await
    });
    if report.dropped > 0 {
        let all = report.events + report.dropped;
        eprintln!("{} of {all} events were dropped", report.dropped);
    }
    match report.outcome {
        Outcome::Completed(cost) => cost,
        other => panic!("the run ended by {other:?}"),
    }
}

/// ns an operation.
pub(crate) fn per_operation(took: Duration, operations: usize) -> f64 {
    took.as_nanos() as f64 / operations as f64
}

/// The sum of the numbers below `n`.
pub(crate) fn sum_below(n: usize) -> u64 {
    let n = n as u64;
    n * n.saturating_sub(1) / 2
}
