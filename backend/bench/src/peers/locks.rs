//! Counters and maps under one lock.

use std::sync::Arc;
use std::time::Instant;

use super::maps::readers;
use crate::frame::per_operation;
use crate::workloads::squares;

/// Tasks that lock.
const TASKS: usize = 8;

pub(super) async fn mutex_8(operations: usize) -> f64 {
    let share = operations.div_ceil(TASKS);
    let counter = Arc::new(parking_lot::Mutex::new(0));
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let counter = counter.clone();
            tokio::spawn(async move {
                for _ in 0..share {
                    *counter.lock() += 1;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("it ends");
    }
    let took = start.elapsed();
    assert_eq!(*counter.lock(), TASKS * share);
    per_operation(took, TASKS * share)
}

pub(super) async fn async_mutex_8(operations: usize) -> f64 {
    let share = operations.div_ceil(TASKS);
    let counter = Arc::new(tokio::sync::Mutex::new(0));
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let counter = counter.clone();
            tokio::spawn(async move {
                for _ in 0..share {
                    *counter.lock().await += 1;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("it ends");
    }
    let took = start.elapsed();
    assert_eq!(*counter.lock().await, TASKS * share);
    per_operation(took, TASKS * share)
}

pub(super) async fn rwmutex_read(operations: usize) -> f64 {
    let map = parking_lot::RwLock::new(squares());
    readers(operations, move |key| map.read()[&key]).await
}
