//! Eight goroutines that each read every entry of a map as often: the frame of
//! the workloads that read. The maps hold squares and hash as the maps of Go
//! do, quickly and with a seed (the standard library's hasher is slower).

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use csp::sync::WaitGroup;
use foldhash::fast::RandomState;

use crate::frame::per_operation;

/// Entries of each map: the squares of the numbers below.
pub(crate) const ENTRIES: usize = 1024;

const GOROUTINES: usize = 8;

pub(super) async fn readers<M, F>(
    operations: usize,
    map: M,
    read: impl Fn(Arc<M>, usize) -> F,
) -> f64
where
    M: Send + Sync + 'static,
    F: Future<Output = u64> + Send + 'static,
{
    let turns = operations.div_ceil(GOROUTINES * ENTRIES);
    let map = Arc::new(map);
    let sums = csp::chan::<u64>(GOROUTINES);
    let group = WaitGroup::new();
    let start = Instant::now();
    for _ in 0..GOROUTINES {
        let reading = read(map.clone(), turns);
        let sums = sums.sender();
        group.go(async move {
            let sum = reading.await;
            sums.send(sum).await;
        });
    }
    group.wait().await;
    let took = start.elapsed();
    for _ in 0..GOROUTINES {
        let sum = sums.recv().await;
        assert_eq!(sum, Some(turns as u64 * sum_of_squares()));
    }
    per_operation(took, GOROUTINES * turns * ENTRIES)
}

/// The entries of each map.
pub(crate) fn squares() -> HashMap<u64, u64, RandomState> {
    (0..ENTRIES as u64).map(|key| (key, key * key)).collect()
}

/// What one reading of all entries adds up to.
pub(crate) fn sum_of_squares() -> u64 {
    (0..ENTRIES as u64).map(|key| key * key).sum()
}
