//! pkg golang.org/x/sync/semaphore.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use csp::sync::{Semaphore, WaitGroup};
use csp::{recover, yield_now};

use super::{often, others_run, poll_now, spawn};

/// Acquire: at most so many at once, each with its weight.
pub(crate) async fn no_more_than_its_size_is_out() {
    let (semaphore, group) = (Semaphore::named("slots", 4), WaitGroup::new());
    let out = Arc::new(AtomicU32::new(0));
    for goroutine in 0..8 {
        let (semaphore, out) = (semaphore.clone(), out.clone());
        spawn(&group, async move {
            for round in 0..often(100) as u32 {
                let count = 1 + (goroutine + round) % 4;
                semaphore.acquire(count).await;
                let before = out.fetch_add(count, Ordering::SeqCst);
                assert!(before + count <= 4);
                yield_now().await;
                out.fetch_sub(count, Ordering::SeqCst);
                semaphore.release(count);
            }
        });
    }
    group.wait().await;
    assert!(semaphore.try_acquire(4));
}

/// Who waits is served in order, so a large demand does not starve.
pub(crate) async fn a_large_demand_is_not_overtaken() {
    let semaphore = Semaphore::new(2);
    semaphore.acquire(1).await;
    let mut large = Box::pin(semaphore.acquire(2));
    assert!(poll_now(large.as_mut()).await.is_pending());
    let mut small = Box::pin(semaphore.acquire(1));
    assert!(poll_now(small.as_mut()).await.is_pending());
    assert!(!semaphore.try_acquire(1));
    semaphore.release(1);
    large.await;
    assert!(poll_now(small.as_mut()).await.is_pending());
    semaphore.release(2);
    small.await;
    assert!(semaphore.try_acquire(1));
}

/// TryAcquire: does not block, and on failure leaves the semaphore unchanged.
pub(crate) async fn try_acquire_does_not_wait() {
    let semaphore = Semaphore::new(3);
    assert!(semaphore.try_acquire(2));
    assert!(!semaphore.try_acquire(2));
    assert!(semaphore.try_acquire(1));
    semaphore.release(3);
    assert!(semaphore.try_acquire(0));
}

/// More than its size is waited for in vain, and holds up nobody.
pub(crate) async fn more_than_its_size_holds_up_nobody() {
    let semaphore = Semaphore::new(2);
    let mut never = Box::pin(semaphore.acquire(3));
    assert!(poll_now(never.as_mut()).await.is_pending());
    semaphore.acquire(2).await;
    semaphore.release(2);
    assert!(poll_now(never.as_mut()).await.is_pending());
}

/// Cancel safety: what a dropped wait had been given, or kept from others, they
/// get.
pub(crate) async fn a_dropped_acquire_holds_nothing() {
    let semaphore = Semaphore::new(2);
    semaphore.acquire(1).await;
    let mut large = Box::pin(semaphore.acquire(2));
    let mut small = Box::pin(semaphore.acquire(1));
    assert!(poll_now(large.as_mut()).await.is_pending());
    assert!(poll_now(small.as_mut()).await.is_pending());
    drop(large);
    small.await;
    let mut given = Box::pin(semaphore.acquire(2));
    assert!(poll_now(given.as_mut()).await.is_pending());
    semaphore.release(2);
    drop(given);
    assert!(semaphore.try_acquire(2));
}

/// Waits dropped wherever they are: nothing gets lost.
pub(crate) async fn dropped_acquires_lose_nothing() {
    let (semaphore, group) = (Semaphore::new(3), WaitGroup::new());
    for goroutine in 0..6 {
        let semaphore = semaphore.clone();
        spawn(&group, async move {
            for round in 0..often(300) {
                let count = 1 + (round % 3) as u32;
                let mut acquire = Box::pin(semaphore.acquire(count));
                for _ in 0..(round + goroutine) % 4 {
                    if poll_now(acquire.as_mut()).await.is_ready() {
                        yield_now().await;
                        semaphore.release(count);
                        break;
                    }
                    yield_now().await;
                }
            }
        });
    }
    group.wait().await;
    others_run().await;
    assert!(semaphore.try_acquire(3));
}

/// Release: panics if more is given back than is held.
pub(crate) async fn releasing_more_than_held_panics() {
    let semaphore = Semaphore::new(2);
    semaphore.acquire(1).await;
    let released = semaphore.clone();
    let panic = recover(async move { released.release(2) }).await;
    let text = panic.unwrap_err().message().to_owned();
    assert_eq!(text, "semaphore: released more than held");
    assert!(!semaphore.try_acquire(2));
}

/// Those that need no run.
macro_rules! semaphore_rules {
    ($run:ident) => {
        $run! {
            semaphore:
            no_more_than_its_size_is_out
            a_large_demand_is_not_overtaken
            try_acquire_does_not_wait
            more_than_its_size_holds_up_nobody
            a_dropped_acquire_holds_nothing
            dropped_acquires_lose_nothing
        }
    };
}

/// Those that do, since they panic.
macro_rules! semaphore_panic_rules {
    ($run:ident) => {
        $run! {
            semaphore:
            releasing_more_than_held_panics
        }
    };
}

pub(crate) use {semaphore_panic_rules, semaphore_rules};
