//! What each of so many goroutines cost: to be made and come to wait at a
//! channel; to go on when it is closed and wait at a second one; to go on when
//! that is closed and end. Small numbers are repeated, and the times added.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use csp::sync::WaitGroup;

use crate::frame::per_operation;

/// Goroutines in all, where one turn has fewer: a turn of a thousand is over in
/// less than a millisecond.
const IN_ALL: usize = 200_000;

pub(crate) async fn spawn(goroutines: usize) -> f64 {
    scaling(goroutines).await[0]
}

pub(crate) async fn park(goroutines: usize) -> f64 {
    scaling(goroutines).await[1]
}

pub(crate) async fn join(goroutines: usize) -> f64 {
    scaling(goroutines).await[2]
}

async fn scaling(goroutines: usize) -> [f64; 3] {
    let turns = (IN_ALL / goroutines).max(1);
    let mut took = [Duration::ZERO; 3];
    let woken = Arc::new(AtomicUsize::new(0));
    for _ in 0..turns {
        let (first, second) = (csp::chan::<u64>(0), csp::chan::<u64>(0));
        let (started, again, ended) = (WaitGroup::new(), WaitGroup::new(), WaitGroup::new());
        started.add(goroutines as i64);
        again.add(goroutines as i64);
        let start = Instant::now();
        for _ in 0..goroutines {
            let (first, second) = (first.clone(), second.clone());
            let (started, again, woken) = (started.clone(), again.clone(), woken.clone());
            ended.go(async move {
                started.done();
                first.recv().await;
                again.done();
                second.recv().await;
                woken.fetch_add(1, Ordering::Relaxed);
            });
        }
        started.wait().await;
        let made = Instant::now();
        first.close();
        again.wait().await;
        let parked = Instant::now();
        second.close();
        ended.wait().await;
        let joined = Instant::now();
        took[0] += made - start;
        took[1] += parked - made;
        took[2] += joined - parked;
    }
    let all = turns * goroutines;
    assert_eq!(woken.load(Ordering::Relaxed), all);
    took.map(|took| per_operation(took, all))
}
