//! Locks and semaphores, with waits that are dropped among them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csp::sync::{Mutex, RWMutex, Semaphore, WaitGroup};
use csp::yield_now;

use super::cancelled::within;
use super::soak;

const GOROUTINES: u64 = 6;
const SCENARIOS: u64 = 8;

/// How often the `round`-th wait of a goroutine is polled before it is dropped;
/// many are waited for to the end.
fn polls(seed: u64, goroutine: u64, round: u64) -> Option<u64> {
    match (seed + goroutine * 7 + round) % 6 {
        patience @ 0..=3 => Some(patience),
        _ => None,
    }
}

/// Each time that it was locked is one more.
#[test]
fn a_mutex_loses_no_update() {
    soak(SCENARIOS, |seed, operations| async move {
        let (mutex, group) = (Arc::new(Mutex::new(0_u64)), WaitGroup::new());
        let taken = Arc::new(AtomicU64::new(0));
        for goroutine in 0..GOROUTINES {
            let (mutex, taken) = (mutex.clone(), taken.clone());
            group.go(async move {
                for round in 0..operations / GOROUTINES {
                    let guard = match polls(seed, goroutine, round) {
                        Some(polls) => within(polls, mutex.lock()).await,
                        None => Some(mutex.lock().await),
                    };
                    let Some(mut count) = guard else { continue };
                    let before = *count;
                    if round % 16 == 0 {
                        yield_now().await;
                    }
                    *count = before + 1;
                    taken.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        group.wait().await;
        assert_eq!(*mutex.lock().await, taken.load(Ordering::Relaxed));
    });
}

/// Readers see no half-made update, and none is lost.
#[test]
fn an_rw_mutex_loses_no_update() {
    soak(SCENARIOS, |seed, operations| async move {
        let (lock, group) = (Arc::new(RWMutex::new((0_u64, 0_u64))), WaitGroup::new());
        let written = Arc::new(AtomicU64::new(0));
        for goroutine in 0..GOROUTINES {
            let (lock, written) = (lock.clone(), written.clone());
            group.go(async move {
                for round in 0..operations / GOROUTINES {
                    let polls = polls(seed, goroutine, round).unwrap_or(u64::MAX);
                    if (goroutine + round) % 4 > 0 {
                        if let Some(read) = within(polls, lock.read()).await {
                            assert_eq!(read.0, read.1);
                        }
                    } else if let Some(mut write) = within(polls, lock.write()).await {
                        write.0 += 1;
                        yield_now().await;
                        write.1 += 1;
                        written.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        group.wait().await;
        assert_eq!(lock.read().await.1, written.load(Ordering::Relaxed));
    });
}

/// Never more out than there is, and all back in the end.
#[test]
fn a_semaphore_loses_nothing() {
    const SIZE: u32 = 4;
    soak(SCENARIOS, |seed, operations| async move {
        let (semaphore, group) = (Semaphore::new(SIZE), WaitGroup::new());
        let out = Arc::new(AtomicU64::new(0));
        for goroutine in 0..GOROUTINES {
            let (semaphore, out) = (semaphore.clone(), out.clone());
            group.go(async move {
                for round in 0..operations / GOROUTINES {
                    let count = 1 + (round % u64::from(SIZE)) as u32;
                    let polls = polls(seed, goroutine, round).unwrap_or(u64::MAX);
                    if within(polls, semaphore.acquire(count)).await.is_none() {
                        continue;
                    }
                    let before = out.fetch_add(u64::from(count), Ordering::SeqCst);
                    assert!(before + u64::from(count) <= u64::from(SIZE));
                    if round % 8 == 0 {
                        yield_now().await;
                    }
                    out.fetch_sub(u64::from(count), Ordering::SeqCst);
                    semaphore.release(count);
                }
            });
        }
        group.wait().await;
        assert!(semaphore.try_acquire(SIZE));
    });
}
