//! The worker pool.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csp::patterns::WorkerPool;
use csp::sync::WaitGroup;
use csp::yield_now;

use super::cancelled::within;
use super::soak;

const SUBMITTERS: u64 = 3;
const SCENARIOS: u64 = 8;

/// What was accepted is run once; a submission that was dropped, at most once.
#[test]
fn a_pool_runs_each_task_once() {
    soak(SCENARIOS, |seed, operations| async move {
        let pool = WorkerPool::new(1 + seed as usize % 4, seed as usize % 5);
        let (submitters, ran) = (WaitGroup::new(), Arc::new(AtomicU64::new(0)));
        let accepted = Arc::new(AtomicU64::new(0));
        for submitter in 0..SUBMITTERS {
            let (pool, ran, accepted) = (pool.clone(), ran.clone(), accepted.clone());
            submitters.go(async move {
                for number in 0..operations / SUBMITTERS {
                    let ran = ran.clone();
                    let submits = pool.submit(move || async move {
                        if number % 8 == 0 {
                            yield_now().await;
                        }
                        ran.fetch_add(1, Ordering::Relaxed);
                    });
                    let patience = match (seed + submitter + number) % 5 {
                        4 => u64::MAX,
                        patience => patience,
                    };
                    if let Some(submitted) = within(patience, submits).await {
                        submitted.unwrap();
                        accepted.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        submitters.wait().await;
        let totals = pool.shutdown().await;
        let (ran, accepted) = (
            ran.load(Ordering::Relaxed),
            accepted.load(Ordering::Relaxed),
        );
        assert_eq!(totals.done, ran);
        assert!(ran >= accepted && totals.ended() == ran);
    });
}
