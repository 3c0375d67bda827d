//! pkg sync: Cond.

use std::collections::VecDeque;
use std::sync::Arc;

use csp::sync::{Cond, Mutex, WaitGroup};
use csp::yield_now;

use super::{often, others_run, poll_now, spawn};

/// A lock, what it guards, and the condition.
#[derive(Default)]
struct Shared<T> {
    value: Mutex<T>,
    changed: Cond,
}

/// Wait unlocks, waits, and locks again: no signal between is missed, and
/// nobody else holds the lock when it returns.
pub(crate) async fn a_queue_of_consumers_and_a_producer() {
    let rounds = often(200).max(10);
    let shared = Arc::new(Shared::<VecDeque<usize>>::default());
    let (group, sum) = (WaitGroup::new(), Arc::new(Mutex::new(0)));
    for _ in 0..3 {
        let (shared, sum) = (shared.clone(), sum.clone());
        spawn(&group, async move {
            for _ in 0..rounds {
                let mut items = shared.value.lock().await;
                while items.is_empty() {
                    items = shared.changed.wait(items).await;
                }
                let item = items.pop_front().unwrap();
                drop(items);
                *sum.lock().await += item;
            }
        });
    }
    for number in 0..3 * rounds {
        shared.value.lock().await.push_back(number);
        shared.changed.signal();
        if number % 4 == 0 {
            yield_now().await;
        }
    }
    group.wait().await;
    assert_eq!(*sum.lock().await, (0..3 * rounds).sum::<usize>());
}

/// Signal wakes one goroutine, if there is any: the one that has waited longest.
pub(crate) async fn signal_wakes_one_in_order() {
    let (mutex, cond) = (Mutex::new(()), Cond::new());
    cond.signal();
    let mut waits = Vec::new();
    for _ in 0..3 {
        let mut wait = Box::pin(cond.wait(mutex.lock().await));
        assert!(poll_now(wait.as_mut()).await.is_pending());
        waits.push(wait);
    }
    for _ in 0..3 {
        cond.signal();
        for wait in waits.iter_mut().skip(1) {
            assert!(poll_now(wait.as_mut()).await.is_pending());
        }
        drop(waits.remove(0).await);
    }
}

/// Broadcast wakes all.
pub(crate) async fn broadcast_wakes_all() {
    let (shared, group) = (Arc::new(Shared::<bool>::default()), WaitGroup::new());
    for _ in 0..5 {
        let shared = shared.clone();
        spawn(&group, async move {
            let mut open = shared.value.lock().await;
            while !*open {
                open = shared.changed.wait(open).await;
            }
        });
    }
    others_run().await;
    *shared.value.lock().await = true;
    shared.changed.broadcast();
    group.wait().await;
}

/// Wait: the lock is not held meanwhile, and is once it returns.
pub(crate) async fn wait_gives_the_lock_up_meanwhile() {
    let (mutex, cond) = (Mutex::new(0), Cond::new());
    let mut wait = Box::pin(cond.wait(mutex.lock().await));
    assert!(mutex.try_lock().is_none());
    assert!(poll_now(wait.as_mut()).await.is_pending());
    *mutex.try_lock().unwrap() = 1;
    cond.signal();
    let held = wait.await;
    assert_eq!(*held, 1);
    assert!(mutex.try_lock().is_none());
}

/// Cancel safety: the signal of a wait that was dropped goes to the next, at
/// whichever of its awaits it was.
pub(crate) async fn a_dropped_wait_passes_its_signal_on() {
    let (mutex, cond) = (Mutex::new(()), Cond::new());
    for relocks in [false, true] {
        let mut first = Box::pin(cond.wait(mutex.lock().await));
        assert!(poll_now(first.as_mut()).await.is_pending());
        let mut second = Box::pin(cond.wait(mutex.lock().await));
        assert!(poll_now(second.as_mut()).await.is_pending());
        if relocks {
            let held = mutex.lock().await;
            cond.signal();
            assert!(poll_now(first.as_mut()).await.is_pending());
            drop(held);
        } else {
            cond.signal();
        }
        drop(first);
        drop(second.await);
    }
    // One that comes after the signal does not get it.
    let mut first = Box::pin(cond.wait(mutex.lock().await));
    assert!(poll_now(first.as_mut()).await.is_pending());
    cond.signal();
    let mut late = Box::pin(cond.wait(mutex.lock().await));
    assert!(poll_now(late.as_mut()).await.is_pending());
    drop(first);
    assert!(poll_now(late.as_mut()).await.is_pending());
    cond.broadcast();
    drop(late.await);
}

/// All of them.
macro_rules! cond_rules {
    ($run:ident) => {
        $run! {
            cond:
            a_queue_of_consumers_and_a_producer
            signal_wakes_one_in_order
            broadcast_wakes_all
            wait_gives_the_lock_up_meanwhile
            a_dropped_wait_passes_its_signal_on
        }
    };
}

pub(crate) use cond_rules;
