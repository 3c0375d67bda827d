//! Maps that several tasks read, all with the hasher that ours has.

use std::sync::Arc;
use std::time::Instant;

use crate::frame::per_operation;
use crate::workloads::{ENTRIES, sum_of_squares};

const TASKS: usize = 8;

/// Tasks that each read every entry as often.
pub(super) async fn readers(
    operations: usize,
    read: impl Fn(u64) -> u64 + Send + Sync + 'static,
) -> f64 {
    let turns = operations.div_ceil(TASKS * ENTRIES);
    let read = Arc::new(read);
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let read = read.clone();
            tokio::spawn(async move {
                let mut sum = 0;
                for _ in 0..turns {
                    for key in 0..ENTRIES as u64 {
                        sum += read(key);
                    }
                }
                sum
            })
        })
        .collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await.expect("it ends");
    }
    let took = start.elapsed();
    assert_eq!(sum, (TASKS * turns) as u64 * sum_of_squares());
    per_operation(took, TASKS * turns * ENTRIES)
}
