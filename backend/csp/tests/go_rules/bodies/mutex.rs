//! pkg sync: Mutex.

use std::sync::Arc;
use std::task::Poll;

use csp::sync::{Mutex, MutexGuard, WaitGroup};
use csp::yield_now;

use super::{often, others_run, poll_now, spawn};

/// mem: the n'th Unlock is synchronized before the (n+1)'th Lock returns: no
/// update is lost.
pub(crate) async fn one_at_a_time_holds_it() {
    let (counter, group) = (Arc::new(Mutex::named("counter", 0)), WaitGroup::new());
    let rounds = often(500).max(20);
    for _ in 0..8 {
        let counter = counter.clone();
        spawn(&group, async move {
            for round in 0..rounds {
                let mut count = counter.lock().await;
                let before = *count;
                if round % 8 == 0 {
                    // Others run while it is held.
                    yield_now().await;
                }
                *count = before + 1;
            }
        });
    }
    group.wait().await;
    assert_eq!(*counter.lock().await, 8 * rounds);
}

/// The zero value is an unlocked mutex.
pub(crate) async fn it_is_made_unlocked() {
    let mut mutex = Mutex::<Vec<i32>>::default();
    mutex.lock().await.push(1);
    mutex.get_mut().push(2);
    assert_eq!(mutex.into_inner(), [1, 2]);
}

/// Lock: if the lock is in use, the goroutine blocks until it is available.
pub(crate) async fn lock_waits_until_it_is_free() {
    let (mutex, group) = (Arc::new(Mutex::new(0)), WaitGroup::new());
    let mut held = mutex.lock().await;
    let other = mutex.clone();
    spawn(&group, async move {
        let mut seen = other.lock().await;
        assert_eq!(*seen, 7);
        *seen = 8;
    });
    others_run().await;
    *held = 7;
    drop(held);
    group.wait().await;
    assert_eq!(*mutex.lock().await, 8);
}

/// TryLock: tries, and reports whether it succeeded.
pub(crate) async fn try_lock_does_not_wait() {
    let mutex = Mutex::new(1);
    let held = mutex.try_lock();
    assert!(held.is_some());
    assert!(mutex.try_lock().is_none());
    drop(held);
    assert_eq!(*mutex.try_lock().unwrap(), 1);
}

/// A locked Mutex is not associated with a goroutine: one may lock it, and
/// another unlock it.
pub(crate) async fn it_belongs_to_no_goroutine() {
    let (mutex, group) = (Arc::new(Mutex::new(())), WaitGroup::new());
    MutexGuard::leak(mutex.lock().await);
    let other = mutex.clone();
    spawn(&group, async move { other.unlock() });
    drop(mutex.lock().await);
    group.wait().await;
}

/// Mutex fairness: one that has waited more than a millisecond gets it, although
/// another takes it again and again.
pub(crate) async fn nobody_starves() {
    let (mutex, group) = (Arc::new(Mutex::new(false)), WaitGroup::new());
    let (ours, theirs) = (mutex.clone(), mutex.clone());
    spawn(&group, async move {
        // It ends only if the other gets in between.
        while !*ours.lock().await {
            let held = ours.lock().await;
            yield_now().await;
            drop(held);
        }
    });
    spawn(&group, async move {
        for _ in 0..3 {
            others_run().await;
            drop(theirs.lock().await);
        }
        *theirs.lock().await = true;
    });
    group.wait().await;
}

/// Cancel safety: a waiter that was woken or given the lock, and is dropped,
/// holds up nobody.
pub(crate) async fn a_dropped_lock_passes_on_what_it_was_given() {
    let (mutex, group) = (Arc::new(Mutex::new(())), WaitGroup::new());
    let held = mutex.lock().await;
    let mut first = Box::pin(mutex.lock());
    assert!(poll_now(first.as_mut()).await.is_pending());
    let other = mutex.clone();
    spawn(&group, async move { drop(other.lock().await) });
    others_run().await;
    drop(held);
    drop(first);
    group.wait().await;
}

/// Locks dropped wherever they wait: each that was taken is one update, and
/// nobody hangs.
pub(crate) async fn dropped_locks_lose_nothing() {
    let (mutex, group) = (Arc::new(Mutex::new(0)), WaitGroup::new());
    let done = Arc::new(Mutex::new(0));
    for goroutine in 0..6 {
        let (mutex, done) = (mutex.clone(), done.clone());
        spawn(&group, async move {
            let mut taken = 0;
            for round in 0..often(300) {
                let mut lock = Box::pin(mutex.lock());
                let polls = (round + goroutine) % 4;
                for _ in 0..polls {
                    match poll_now(lock.as_mut()).await {
                        Poll::Ready(mut count) => {
                            *count += 1;
                            taken += 1;
                            yield_now().await;
                            break;
                        }
                        Poll::Pending => yield_now().await,
                    }
                }
            }
            *done.lock().await += taken;
        });
    }
    group.wait().await;
    assert_eq!(*mutex.lock().await, *done.lock().await);
}

/// All of them.
macro_rules! mutex_rules {
    ($run:ident) => {
        $run! {
            mutex:
            one_at_a_time_holds_it
            it_is_made_unlocked
            lock_waits_until_it_is_free
            try_lock_does_not_wait
            it_belongs_to_no_goroutine
            nobody_starves
            a_dropped_lock_passes_on_what_it_was_given
            dropped_locks_lose_nothing
        }
    };
}

pub(crate) use mutex_rules;
