//! pkg sync: RWMutex.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use csp::sync::{RWMutex, ReadGuard, WaitGroup, WriteGuard};
use csp::yield_now;

use super::{often, others_run, poll_now, spawn};

/// The lock can be held by an arbitrary number of readers.
pub(crate) async fn readers_hold_it_together() {
    let mutex = RWMutex::new(7);
    let (first, second) = (mutex.read().await, mutex.read().await);
    let third = mutex.try_read().unwrap();
    assert_eq!((*first, *second, *third), (7, 7, 7));
    assert!(mutex.try_write().is_none());
    drop((first, second, third));
    assert!(mutex.try_write().is_some());
}

/// Or by a single writer. mem: an Unlock is synchronized before what comes
/// after: no update is lost, and no half of one is seen.
pub(crate) async fn a_writer_holds_it_alone() {
    let (pair, group) = (Arc::new(RWMutex::named("pair", (0, 0))), WaitGroup::new());
    let rounds = often(200).max(10);
    for goroutine in 0..6 {
        let pair = pair.clone();
        spawn(&group, async move {
            for round in 0..rounds {
                if goroutine < 2 {
                    let mut pair = pair.write().await;
                    pair.0 += 1;
                    if round % 8 == 0 {
                        yield_now().await;
                    }
                    pair.1 += 1;
                } else {
                    let pair = pair.read().await;
                    if round % 8 == 0 {
                        yield_now().await;
                    }
                    assert_eq!(pair.0, pair.1);
                }
            }
        });
    }
    group.wait().await;
    assert_eq!(*pair.read().await, (2 * rounds, 2 * rounds));
}

/// A blocked Lock call excludes new readers from acquiring the lock.
pub(crate) async fn a_writer_that_waits_keeps_new_readers_out() {
    let (mutex, group) = (Arc::new(RWMutex::new(0)), WaitGroup::new());
    let held = mutex.read().await;
    let mut write = Box::pin(mutex.write());
    assert!(poll_now(write.as_mut()).await.is_pending());
    assert!(mutex.try_read().is_none());
    let other = mutex.clone();
    spawn(&group, async move {
        // It was kept out until the writer was through.
        assert_eq!(*other.read().await, 1);
    });
    others_run().await;
    drop(held);
    let mut written = write.await;
    *written = 1;
    drop(written);
    group.wait().await;
}

/// Readers that wait for a writer come before the next writer.
pub(crate) async fn readers_come_between_two_writers() {
    let mutex = RWMutex::new(());
    let first = mutex.write().await;
    let mut second = Box::pin(mutex.write());
    let mut reader = Box::pin(mutex.read());
    assert!(poll_now(second.as_mut()).await.is_pending());
    assert!(poll_now(reader.as_mut()).await.is_pending());
    drop(first);
    let read = reader.await;
    assert!(poll_now(second.as_mut()).await.is_pending());
    drop(read);
    drop(second.await);
}

/// RUnlock and Unlock: as with Mutexes, any goroutine may unlock.
pub(crate) async fn it_belongs_to_no_goroutine() {
    let (mutex, group) = (Arc::new(RWMutex::new(())), WaitGroup::new());
    ReadGuard::leak(mutex.read().await);
    ReadGuard::leak(mutex.read().await);
    let other = mutex.clone();
    spawn(&group, async move {
        other.read_unlock();
        other.read_unlock();
    });
    WriteGuard::leak(mutex.write().await);
    let other = mutex.clone();
    spawn(&group, async move { other.unlock() });
    drop(mutex.read().await);
    group.wait().await;
}

/// Cancel safety: a writer that gives up lets in whom it kept out.
pub(crate) async fn a_dropped_writer_lets_readers_in() {
    let mutex = RWMutex::new(());
    let held = mutex.read().await;
    let mut write = Box::pin(mutex.write());
    let mut next = Box::pin(mutex.write());
    let mut read = Box::pin(mutex.read());
    assert!(poll_now(write.as_mut()).await.is_pending());
    assert!(poll_now(next.as_mut()).await.is_pending());
    assert!(poll_now(read.as_mut()).await.is_pending());
    drop(write);
    drop(read.await);
    drop(held);
    drop(next.await);
}

/// Cancel safety: what was handed to one that is dropped, others get.
pub(crate) async fn a_dropped_lock_passes_on_what_it_was_given() {
    let mutex = RWMutex::new(());
    let held = mutex.write().await;
    let mut read = Box::pin(mutex.read());
    assert!(poll_now(read.as_mut()).await.is_pending());
    drop(held);
    drop(read);
    let held = mutex.try_read().unwrap();
    let mut write = Box::pin(mutex.write());
    assert!(poll_now(write.as_mut()).await.is_pending());
    drop(held);
    drop(write);
    drop(mutex.try_write().unwrap());
}

/// Locks dropped wherever they wait: what was taken counts, and nobody hangs.
pub(crate) async fn dropped_locks_lose_nothing() {
    let (mutex, group) = (Arc::new(RWMutex::new(0)), WaitGroup::new());
    let written = Arc::new(AtomicUsize::new(0));
    for goroutine in 0..6 {
        let (mutex, written) = (mutex.clone(), written.clone());
        spawn(&group, async move {
            for round in 0..often(300) {
                let polls = (round + goroutine) % 4;
                if goroutine % 2 == 0 {
                    let mut write = Box::pin(mutex.write());
                    for _ in 0..polls {
                        if let Poll::Ready(mut count) = poll_now(write.as_mut()).await {
                            *count += 1;
                            written.fetch_add(1, Ordering::Relaxed);
                            yield_now().await;
                            break;
                        }
                        yield_now().await;
                    }
                } else {
                    let mut read = Box::pin(mutex.read());
                    for _ in 0..polls {
                        if let Poll::Ready(count) = poll_now(read.as_mut()).await {
                            let before = *count;
                            yield_now().await;
                            assert_eq!(*count, before);
                            break;
                        }
                        yield_now().await;
                    }
                }
            }
        });
    }
    group.wait().await;
    assert_eq!(*mutex.read().await, written.load(Ordering::Relaxed));
    assert!(mutex.try_write().is_some());
}

/// All of them.
macro_rules! rw_mutex_rules {
    ($run:ident) => {
        $run! {
            rw_mutex:
            readers_hold_it_together
            a_writer_holds_it_alone
            a_writer_that_waits_keeps_new_readers_out
            readers_come_between_two_writers
            it_belongs_to_no_goroutine
            a_dropped_writer_lets_readers_in
            a_dropped_lock_passes_on_what_it_was_given
            dropped_locks_lose_nothing
        }
    };
}

pub(crate) use rw_mutex_rules;
