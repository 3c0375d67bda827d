//! Four workers take functions from a pool's queue of 128; each adds a number.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use csp::patterns::WorkerPool;

use crate::frame::{per_operation, sum_below};

const WORKERS: usize = 4;
const QUEUE: usize = 128;

pub(crate) async fn run(operations: usize) -> f64 {
    let sum = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let pool = WorkerPool::new(WORKERS, QUEUE);
    for number in 0..operations as u64 {
        let sum = sum.clone();
        let submitted = pool.submit_fn(move || {
            sum.fetch_add(number, Ordering::Relaxed);
        });
        submitted.await.expect("the pool is open");
    }
    let totals = pool.shutdown().await;
    let took = start.elapsed();
    assert_eq!(totals.done, operations as u64);
    assert_eq!(sum.load(Ordering::Relaxed), sum_below(operations));
    per_operation(took, operations)
}
