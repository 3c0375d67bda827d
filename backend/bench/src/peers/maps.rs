//! Maps that several tasks read, all with the hasher that ours has.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use foldhash::fast::RandomState;
use parking_lot::RwLock;

use crate::frame::per_operation;
use crate::workloads::{ENTRIES, squares, sum_of_squares};

const TASKS: usize = 8;
const SHARDS: usize = 32;

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

pub(super) async fn dashmap_of_32(operations: usize) -> f64 {
    let map = dashmap::DashMap::with_hasher_and_shard_amount(RandomState::default(), SHARDS);
    for (key, square) in squares() {
        map.insert(key, square);
    }
    readers(operations, move |key| *map.get(&key).expect("it is there")).await
}

/// As one would write it by hand: an array of locked maps.
pub(super) async fn shards(operations: usize) -> f64 {
    let shard = |key: u64| (fnv(key) % SHARDS as u64) as usize;
    let mut shards: [HashMap<u64, u64, RandomState>; SHARDS] = Default::default();
    for (key, square) in squares() {
        shards[shard(key)].insert(key, square);
    }
    let shards = shards.map(RwLock::new);
    readers(operations, move |key| shards[shard(key)].read()[&key]).await
}

/// FNV-1a over the eight bytes of the key.
fn fnv(key: u64) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    key.to_le_bytes()
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325, step)
}
