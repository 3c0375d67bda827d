//! Measuring: untraced runs of their own, in rounds, with their spread.
//!
//! A figure of a single run is noise. What is compared takes turns within each
//! round, so that whatever else the machine does meets all sides alike, and the
//! median of the rounds is shown with the least and the most.

use std::time::Duration;

use csp::native::blocking;
use csp::run::{Config, Outcome};

/// Goroutines that a measured run may have: the book's million, and its main one
/// with some to spare.
const GOROUTINES: usize = 1_001_000;

/// What several rounds measured, in one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// The middle one, or the mean of the two in the middle.
    pub(crate) median: f64,
    /// The least.
    pub(crate) low: f64,
    /// The most.
    pub(crate) high: f64,
}

impl Spread {
    /// The spread of these measurements.
    ///
    /// # Panics
    /// If there are none.
    pub(crate) fn of(mut measured: Vec<f64>) -> Spread {
        measured.sort_by(f64::total_cmp);
        let (low, high) = match measured.as_slice() {
            [] => panic!("a spread of no measurements"),
            [low, .., high] => (*low, *high),
            [only] => (*only, *only),
        };
        let middle = measured.len() / 2;
        let median = match measured.len() % 2 {
            0 => (measured[middle - 1] + measured[middle]) / 2.0,
            _ => measured[middle],
        };
        Spread { median, low, high }
    }
}

/// Nanoseconds of each of `count` that took `time` together.
pub(crate) fn ns_each(time: Duration, count: u64) -> f64 {
    time.as_nanos() as f64 / count as f64
}

/// Executes `main` as a run of its own, without a trace, on `procs` Ps, and
/// waits for what it returns. The goroutine that asks gives its P up meanwhile,
/// as for a system call.
///
/// # Panics
/// If that run ends in another way than by returning.
pub(crate) async fn untraced<T: Send + 'static>(
    procs: usize,
    main: impl Future<Output = T> + Send + 'static,
) -> T {
    blocking(move || {
        let config = Config {
            procs,
            max_goroutines: GOROUTINES,
            ..Config::default()
        };
        match csp::native::run(config, main).outcome {
            Outcome::Completed(result) => result,
            outcome => panic!("a measured run did not return: {}", ended(&outcome)),
        }
    })
    .await
}

/// How a run ended that should have returned.
fn ended<T>(outcome: &Outcome<T>) -> String {
    match outcome {
        Outcome::Completed(_) => "it returned".into(),
        Outcome::Panicked(panic) => format!("panic: {}", panic.message()),
        Outcome::Fatal(text, _) | Outcome::Fault(text) | Outcome::Diverged(text) => text.clone(),
        Outcome::Deadlock => "all goroutines are asleep".into(),
        Outcome::Stopped => "it was stopped".into(),
        Outcome::TooManyGoroutines => "too many goroutines".into(),
        Outcome::Livelock | Outcome::TooManySteps => "too many steps".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(median: f64, low: f64, high: f64) -> Spread {
        Spread { median, low, high }
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(Spread::of(vec![3.0, 1.0, 2.0]), spread(2.0, 1.0, 3.0));
        assert_eq!(Spread::of(vec![4.0, 1.0]), spread(2.5, 1.0, 4.0));
        assert_eq!(Spread::of(vec![7.0]), spread(7.0, 7.0, 7.0));
    }

    #[test]
    fn a_run_of_its_own_returns_from_within_another() {
        let report = csp::native::run(Config::default(), async { untraced(1, async { 42 }).await });
        assert!(
            matches!(report.outcome, Outcome::Completed(42)),
            "{report:?}"
        );
    }
}
