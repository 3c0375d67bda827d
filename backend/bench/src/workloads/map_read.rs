//! Eight goroutines look up numbers in one map made for many readers.

use csp::sync::Map;

use super::readers::{ENTRIES, readers, squares};

pub(crate) async fn run(operations: usize) -> f64 {
    let map = Map::new();
    for (key, square) in squares() {
        map.store(key, square).await;
    }
    readers(operations, map, |map, turns| async move {
        let mut sum = 0;
        for _ in 0..turns {
            for key in 0..ENTRIES as u64 {
                sum += map.load(&key).await.expect("it is there");
            }
        }
        sum
    })
    .await
}
