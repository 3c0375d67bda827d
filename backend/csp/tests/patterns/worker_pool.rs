//! `WorkerPool`: nothing accepted is lost, nothing refused is run.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csp::patterns::{PoolClosed, PoolTotals, Task, TaskEnd, TrySubmitError, WorkerPool};
use csp::sync::WaitGroup;
use csp::{Chan, chan, yield_now};

use super::begin;

/// A pool of one worker, which is held up until something is sent.
async fn held_up(queue: usize) -> (WorkerPool, Chan<()>) {
    let (pool, started, gate) = (WorkerPool::new(1, queue), chan(0), chan(0));
    let (starts, waits) = (started.sender(), gate.receiver());
    pool.submit(|| async move {
        starts.send(()).await;
        waits.recv().await;
    })
    .await
    .unwrap();
    started.recv().await;
    (pool, gate)
}

/// A task that counts.
fn counts(count: &Arc<AtomicU64>) -> Task {
    let count = count.clone();
    Task::call(move || {
        count.fetch_add(1, Ordering::Relaxed);
    })
}

async fn every_task_accepted_is_run_once() {
    let (pool, sum, submitters) = (WorkerPool::new(4, 8), Arc::default(), WaitGroup::new());
    for submitter in 0..3_u64 {
        let (pool, sum) = (pool.clone(), Arc::<AtomicU64>::clone(&sum));
        submitters.go(async move {
            for number in submitter * 100..(submitter + 1) * 100 {
                let sum = sum.clone();
                let add = move || sum.fetch_add(number, Ordering::Relaxed);
                let submitted = match number % 3 {
                    0 => pool.submit_fn(move || _ = add()).await,
                    _ => {
                        let task = || async move {
                            yield_now().await;
                            add();
                        };
                        pool.submit(task).await
                    }
                };
                submitted.unwrap();
            }
        });
    }
    submitters.wait().await;
    let totals = pool.shutdown().await;
    assert_eq!(totals.done, 300);
    assert_eq!(totals.ended(), 300);
    assert_eq!(sum.load(Ordering::Relaxed), (0..300).sum());
}

async fn who_submits_to_a_full_queue_waits() {
    let (pool, gate) = held_up(2).await;
    let (count, done) = (Arc::default(), WaitGroup::new());
    pool.try_submit(counts(&count)).unwrap();
    pool.try_submit(counts(&count)).unwrap();
    let Err(TrySubmitError::Full(refused)) = pool.try_submit(counts(&count)) else {
        panic!("the queue holds two");
    };
    assert_eq!((pool.queued(), pool.capacity()), (2, 2));
    let submits = pool.clone();
    done.go(async move { submits.submit_task(refused).await.unwrap() });
    gate.send(()).await;
    done.wait().await;
    assert_eq!(pool.shutdown().await.done, 4);
    assert_eq!(count.load(Ordering::Relaxed), 3);
}

async fn who_waits_to_submit_goes_in_the_order_of_arrival() {
    let (pool, gate) = held_up(1).await;
    let order = chan(10);
    let mut submits = Vec::new();
    for number in 0..5 {
        let to = order.sender();
        let mut submit = Box::pin(pool.submit(move || async move { to.send(number).await }));
        // It takes its place in the queue here.
        let accepted = begin(submit.as_mut()).await.is_ready();
        assert_eq!(accepted, number == 0);
        if !accepted {
            submits.push(submit);
        }
    }
    gate.send(()).await;
    for number in 0..5 {
        assert_eq!(order.recv().await, Some(number));
    }
    for submit in submits.into_iter().rev() {
        submit.await.unwrap();
    }
    pool.shutdown().await;
}

async fn once_shut_it_gives_tasks_back() {
    let (pool, count) = (WorkerPool::new(2, 4), Arc::default());
    pool.submit_task(counts(&count)).await.unwrap();
    assert_eq!(pool.shutdown().await.done, 1);
    let Err(PoolClosed(task)) = pool.submit_task(counts(&count)).await else {
        panic!("the pool is shut");
    };
    assert_eq!(task.run().await, TaskEnd::Done);
    let Err(TrySubmitError::Closed(_)) = pool.try_submit(counts(&count)) else {
        panic!("the pool is shut");
    };
    assert_eq!(count.load(Ordering::Relaxed), 2);
    assert_eq!(pool.shutdown().await.done, 1);
}

async fn who_waits_when_it_is_shut_gets_the_task_back() {
    let (pool, gate) = held_up(1).await;
    let (count, refused) = (Arc::default(), WaitGroup::new());
    pool.submit_task(counts(&count)).await.unwrap();
    let mut waits = Box::pin(pool.submit_task(counts(&count)));
    assert!(begin(waits.as_mut()).await.is_pending());
    pool.close();
    let Err(PoolClosed(task)) = waits.await else {
        panic!("the pool was shut");
    };
    drop(task);
    let (shuts, pool) = (pool.clone(), pool);
    refused.go(async move {
        assert_eq!(shuts.shutdown().await.done, 2);
    });
    gate.send(()).await;
    refused.wait().await;
    assert_eq!(pool.totals().done, 2);
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

async fn it_lives_on_after_panics_and_errors() {
    let pool = WorkerPool::new(2, 4);
    for number in 0..40 {
        let task = match number % 4 {
            0 => Task::future(|| csp::panic("boom")),
            1 => Task::call(|| csp::Chan::<i32>::nil().close()),
            2 => Task::future(|| async { Err::<(), _>("no file") }),
            _ => Task::call(|| Ok::<(), ()>(())),
        };
        pool.submit_task(task).await.unwrap();
    }
    let expected = PoolTotals {
        done: 10,
        failed: 10,
        panicked: 20,
    };
    assert_eq!(pool.shutdown().await, expected);
}

async fn a_submit_that_is_dropped_submits_nothing() {
    let (pool, gate) = held_up(1).await;
    let count = Arc::default();
    drop(pool.submit_task(counts(&count)));
    pool.submit_task(counts(&count)).await.unwrap();
    {
        let mut waits = pin!(pool.submit_task(counts(&count)));
        assert!(begin(waits.as_mut()).await.is_pending());
        assert!(begin(waits.as_mut()).await.is_pending());
    }
    gate.send(()).await;
    assert_eq!(pool.shutdown().await.done, 2);
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

async fn without_a_queue_a_submit_waits_for_a_worker() {
    let (pool, gate) = held_up(0).await;
    let count = Arc::default();
    let Err(TrySubmitError::Full(task)) = pool.try_submit(counts(&count)) else {
        panic!("its one worker is busy");
    };
    let (group, opens) = (WaitGroup::new(), gate.sender());
    group.go(async move { opens.send(()).await });
    pool.submit_task(task).await.unwrap();
    for _ in 0..20 {
        pool.submit_task(counts(&count)).await.unwrap();
    }
    group.wait().await;
    assert_eq!(pool.shutdown().await.done, 22);
    assert_eq!(count.load(Ordering::Relaxed), 21);
}

async fn tasks_that_wait_for_each_other_find_workers() {
    let pool = WorkerPool::new(4, 4);
    let meet = chan(0);
    for number in 0..20 {
        let (sends, receives) = (meet.sender(), meet.receiver());
        let task = move || async move {
            match number % 2 {
                0 => sends.send(number).await,
                _ => _ = receives.recv().await,
            }
        };
        pool.submit(task).await.unwrap();
    }
    assert_eq!(pool.shutdown().await.done, 20);
}

async fn a_pool_that_idles_wakes_for_each_task() {
    let (pool, done) = (WorkerPool::new(3, 3), chan(0));
    for number in 0..50 {
        let to = done.sender();
        pool.submit(move || async move { to.send(number).await })
            .await
            .unwrap();
        assert_eq!(done.recv().await, Some(number));
    }
    pool.shutdown().await;
}

/// Looks of a task that computes whether the other does too; each may give the
/// core away. Reached by tasks that are not run side by side alone.
const LOOKS: usize = 50_000_000;

/// Two tasks that compute, neither of which ends before both have begun.
async fn computes_on_two() {
    let (pool, begun) = (WorkerPool::new(4, 16), Arc::new(AtomicU64::new(0)));
    for _ in 0..2 {
        let begun = begun.clone();
        let computes = move || {
            begun.fetch_add(1, Ordering::SeqCst);
            let mut looks = 0..LOOKS;
            while begun.load(Ordering::SeqCst) < 2 && looks.next().is_some() {
                std::thread::yield_now();
            }
            assert_eq!(begun.load(Ordering::SeqCst), 2, "the other waits");
        };
        pool.submit_fn(computes).await.unwrap();
    }
    assert_eq!(pool.shutdown().await.done, 2);
}

mod tests {
    /// The worker that is woken softly, behind one that never gives way, is run
    /// by another M all the same, in whatever phase the tick of sysmon is.
    #[test]
    fn tasks_that_compute_run_side_by_side() {
        for traced in [false, true] {
            for _ in 0..crate::TIMES {
                let events = std::sync::Arc::default();
                let main = super::computes_on_two();
                crate::completed(crate::run(2, traced.then_some(&events), main));
            }
        }
    }

    crate::promises! {
        every_task_accepted_is_run_once
        who_submits_to_a_full_queue_waits
        who_waits_to_submit_goes_in_the_order_of_arrival
        once_shut_it_gives_tasks_back
        who_waits_when_it_is_shut_gets_the_task_back
        it_lives_on_after_panics_and_errors
        a_submit_that_is_dropped_submits_nothing
        without_a_queue_a_submit_waits_for_a_worker
        tasks_that_wait_for_each_other_find_workers
        a_pool_that_idles_wakes_for_each_task
    }
}
