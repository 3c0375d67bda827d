//! Four goroutines push and pop in turn on one stack without a lock; both
//! together are an operation. Nodes are used again, so that a tag beside the
//! top tells whether it is still the same; Go's collector does without.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use csp::patterns::TaggedStack;
use csp::sync::WaitGroup;

use crate::frame::{per_operation, sum_below};

const GOROUTINES: usize = 4;

/// Values that the stack has room for; there is room at most.
const CAPACITY: usize = 1024;

pub(crate) async fn run(operations: usize) -> f64 {
    let share = operations.div_ceil(GOROUTINES);
    let values = Arc::new(TaggedStack::new(CAPACITY));
    let sum = Arc::new(AtomicU64::new(0));
    let group = WaitGroup::new();
    let start = Instant::now();
    for _ in 0..GOROUTINES {
        let (values, sum) = (values.clone(), sum.clone());
        group.go(async move {
            let mut popped = 0;
            for value in 0..share as u64 {
                values.push(value).expect("there is room");
                popped += values.pop().expect("as many were pushed as popped");
            }
            sum.fetch_add(popped, Ordering::Relaxed);
        });
    }
    group.wait().await;
    let took = start.elapsed();
    assert_eq!(
        sum.load(Ordering::Relaxed),
        GOROUTINES as u64 * sum_below(share)
    );
    per_operation(took, GOROUTINES * share)
}
