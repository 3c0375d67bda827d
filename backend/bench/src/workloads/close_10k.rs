//! From the close of a channel until all 10,000 goroutines that waited have
//! gone on and ended; that they are made and come to wait is not timed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use csp::sync::WaitGroup;

use crate::frame::per_operation;

/// Goroutines that wait for one close.
const WAITING: usize = 10_000;

pub(crate) async fn run(operations: usize) -> f64 {
    let turns = operations.div_ceil(WAITING);
    let mut took = Duration::ZERO;
    let woken = Arc::new(AtomicUsize::new(0));
    for _ in 0..turns {
        let gate = csp::chan::<u64>(0);
        let (started, ended) = (WaitGroup::new(), WaitGroup::new());
        started.add(WAITING as i64);
        for _ in 0..WAITING {
            let (gate, started, woken) = (gate.clone(), started.clone(), woken.clone());
            ended.go(async move {
                started.done();
                gate.recv().await;
                woken.fetch_add(1, Ordering::Relaxed);
            });
        }
        started.wait().await;
        // The last of them is about to receive.
        csp::yield_now().await;
        let start = Instant::now();
        gate.close();
        ended.wait().await;
        took += start.elapsed();
    }
    assert_eq!(woken.load(Ordering::Relaxed), turns * WAITING);
    per_operation(took, turns * WAITING)
}
