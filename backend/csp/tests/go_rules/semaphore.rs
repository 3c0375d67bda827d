//! pkg golang.org/x/sync/semaphore: the rules everywhere, and what is recorded.

use csp::run::Outcome;
use csp::sync::Semaphore;
use csp::trace::Kind;

use super::bodies::semaphore::{semaphore_panic_rules, semaphore_rules};
use super::everywhere::{everywhere, in_a_run};
use super::{run, traced};

semaphore_rules!(everywhere);

mod panics {
    use super::*;

    semaphore_panic_rules!(in_a_run);
}

/// Acquire of more than its size blocks for ever.
#[test]
fn more_than_its_size_is_a_deadlock() {
    let report = run(async { Semaphore::new(1).acquire(2).await });
    assert!(matches!(report.outcome, Outcome::Deadlock));
}

/// The trace tells how much is free after each step.
#[test]
fn the_trace_tells_what_is_free() {
    let (_, events) = traced(1, async {
        let semaphore = Semaphore::new(3);
        semaphore.acquire(2).await;
        semaphore.acquire(1).await;
        semaphore.release(3);
    });
    let free = events.iter().filter_map(|event| match event.kind {
        Kind::Acquired { free, .. } | Kind::Released { free, .. } => Some(free),
        _ => None,
    });
    assert_eq!(free.collect::<Vec<_>>(), [1, 0, 3]);
}
