//! Eight goroutines count in one counter under one mutex.

use std::sync::Arc;
use std::time::Instant;

use csp::sync::{Mutex, WaitGroup};

use crate::frame::per_operation;

const GOROUTINES: usize = 8;

pub(crate) async fn run(operations: usize) -> f64 {
    let share = operations.div_ceil(GOROUTINES);
    let counter = Arc::new(Mutex::new(0));
    let group = WaitGroup::new();
    let start = Instant::now();
    for _ in 0..GOROUTINES {
        let counter = counter.clone();
        group.go(async move {
            for _ in 0..share {
                *counter.lock().await += 1;
            }
        });
    }
    group.wait().await;
    let took = start.elapsed();
    assert_eq!(*counter.lock().await, GOROUTINES * share);
    per_operation(took, GOROUTINES * share)
}
