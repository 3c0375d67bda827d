//! Tasks that are made, wait, and end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::channels::Shared;
use crate::frame::{per_operation, sum_below};
use crate::workloads::resident_bytes;

pub(super) async fn spawn_join(operations: usize) -> f64 {
    let marks: Box<[AtomicU8]> = (0..operations).map(|_| AtomicU8::new(0)).collect();
    let marks: &'static [AtomicU8] = Box::leak(marks);
    let start = Instant::now();
    let handles: Vec<_> = marks
        .iter()
        .map(|mark| tokio::spawn(async move { mark.store(1, Ordering::Relaxed) }))
        .collect();
    for handle in handles {
        handle.await.expect("it ends");
    }
    let took = start.elapsed();
    let sum: usize = marks
        .iter()
        .map(|mark| usize::from(mark.load(Ordering::Relaxed)))
        .sum();
    assert_eq!(sum, operations);
    per_operation(took, operations)
}

/// Tasks that count in `started` and wait to receive; they count in `woken`.
fn park<C: Shared>(
    count: usize,
    receiver: &C::Receiver,
    counts: &Arc<Counts>,
) -> impl Iterator<Item = JoinHandle<()>> {
    (0..count).map(|_| {
        let (mut receiver, counts) = (receiver.clone(), counts.clone());
        tokio::spawn(async move {
            counts.started.fetch_add(1, Ordering::Relaxed);
            C::recv(&mut receiver).await;
            counts.woken.fetch_add(1, Ordering::Relaxed);
        })
    })
}

#[derive(Default)]
struct Counts {
    started: AtomicUsize,
    woken: AtomicUsize,
}

/// Lets others run until so many are counted.
async fn until(counter: &AtomicUsize, count: usize) {
    while counter.load(Ordering::Relaxed) < count {
        tokio::task::yield_now().await;
    }
}

pub(super) async fn parked_bytes<C: Shared>(operations: usize) -> f64 {
    let (gate, receiver) = C::bounded(1);
    let counts = Arc::new(Counts::default());
    let before = resident_bytes();
    // Handles that are kept would be weighed too.
    park::<C>(operations, &receiver, &counts).for_each(drop);
    until(&counts.started, operations).await;
    let after = resident_bytes();
    drop(gate);
    until(&counts.woken, operations).await;
    (after - before) / operations as f64
}

/// Tasks that wait for one close.
const WAITING: usize = 10_000;

pub(super) async fn close_10k<C: Shared>(operations: usize) -> f64 {
    let turns = operations.div_ceil(WAITING);
    let mut took = Duration::ZERO;
    for _ in 0..turns {
        let (gate, receiver) = C::bounded(1);
        let counts = Arc::new(Counts::default());
        let handles: Vec<_> = park::<C>(WAITING, &receiver, &counts).collect();
        until(&counts.started, WAITING).await;
        tokio::task::yield_now().await;
        let start = Instant::now();
        drop(gate);
        for handle in handles {
            handle.await.expect("it ends");
        }
        took += start.elapsed();
        assert_eq!(counts.woken.load(Ordering::Relaxed), WAITING);
    }
    per_operation(took, turns * WAITING)
}

/// What a worker runs.
pub(super) type Function = Box<dyn FnOnce() + Send>;

const WORKERS: usize = 4;

pub(super) async fn worker_pool<C: Shared<Function>>(operations: usize) -> f64 {
    let (mut tasks, receiver) = C::bounded(128);
    let sum = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let mut receiver = receiver.clone();
            tokio::spawn(async move {
                while let Some(task) = C::recv(&mut receiver).await {
                    task();
                }
            })
        })
        .collect();
    for number in 0..operations as u64 {
        let sum = sum.clone();
        let task: Function = Box::new(move || {
            sum.fetch_add(number, Ordering::Relaxed);
        });
        C::send(&mut tasks, task).await;
    }
    drop(tasks);
    for worker in workers {
        worker.await.expect("it ends");
    }
    let took = start.elapsed();
    assert_eq!(sum.load(Ordering::Relaxed), sum_below(operations));
    per_operation(took, operations)
}
