//! Eight goroutines look up numbers in one map under one read lock.

use csp::sync::RWMutex;

use super::readers::{ENTRIES, readers, squares};

pub(crate) async fn run(operations: usize) -> f64 {
    let map = RWMutex::new(squares());
    readers(operations, map, |map, turns| async move {
        let mut sum = 0;
        for _ in 0..turns {
            for key in 0..ENTRIES as u64 {
                sum += map.read().await[&key];
            }
        }
        sum
    })
    .await
}
