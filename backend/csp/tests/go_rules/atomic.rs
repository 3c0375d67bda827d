//! pkg sync/atomic: the rules everywhere, and what is recorded.

use csp::sync::atomic::Int64;
use csp::trace::{AtomicOp, Kind};

use super::bodies::atomic::{atomic_panic_rules, atomic_rules};
use super::everywhere::{everywhere, in_a_run};
use super::traced;

atomic_rules!(everywhere);

mod panics {
    use super::*;

    atomic_panic_rules!(in_a_run);
}

/// The trace tells each operation, with the value after it.
#[test]
fn the_trace_tells_each_operation() {
    let (_, events) = traced(1, async {
        let number = Int64::new(1);
        number.add(2).await;
        number.compare_and_swap(1, 9).await;
        number.or(4).await;
        number.raw().store(0, std::sync::atomic::Ordering::Relaxed);
        number.load().await;
    });
    let told = events.iter().filter_map(|event| match event.kind {
        Kind::Atomic { op, value, ok, .. } => Some((op, value, ok)),
        _ => None,
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (AtomicOp::Add, 3, true),
            (AtomicOp::CompareAndSwap, 3, false),
            (AtomicOp::Or, 7, true),
            (AtomicOp::Load, 0, true),
        ]
    );
}
