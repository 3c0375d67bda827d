//! Maps that several tasks read, all with the hasher that ours has.

use std::sync::Arc;
use std::time::Instant;

use foldhash::fast::RandomState;

use crate::frame::per_operation;
use crate::workloads::{ENTRIES, squares, sum_of_squares};

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

pub(super) async fn dashmap(operations: usize) -> f64 {
    let map: dashmap::DashMap<u64, u64, RandomState> = squares().into_iter().collect();
    readers(operations, move |key| *map.get(&key).expect("it is there")).await
}

pub(super) async fn papaya(operations: usize) -> f64 {
    let map: papaya::HashMap<u64, u64, RandomState> = squares().into_iter().collect();
    readers(operations, move |key| {
        *map.pin().get(&key).expect("it is there")
    })
    .await
}

pub(super) async fn scc(operations: usize) -> f64 {
    let map = scc::HashIndex::with_hasher(RandomState::default());
    for (key, square) in squares() {
        map.insert_sync(key, square).expect("it is new");
    }
    readers(operations, move |key| {
        map.peek_with(&key, |_, square| *square)
            .expect("it is there")
    })
    .await
}
