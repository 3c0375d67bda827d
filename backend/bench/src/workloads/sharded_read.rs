//! Eight goroutines look up numbers in a map of 32 shards, each under a lock of
//! its own; the FNV-1a hash of the key chooses one.

use csp::patterns::ShardedMap;

use super::readers::{ENTRIES, readers, squares};

const SHARDS: usize = 32;

pub(crate) async fn run(operations: usize) -> f64 {
    let map = ShardedMap::with_shards(SHARDS);
    for (key, square) in squares() {
        map.insert(key, square);
    }
    readers(operations, map, |map, turns| async move {
        let mut sum = 0;
        for _ in 0..turns {
            for key in 0..ENTRIES as u64 {
                sum += map.get(&key).expect("it is there");
            }
        }
        sum
    })
    .await
}
