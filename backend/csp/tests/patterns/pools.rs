//! `DynamicPool` and `GoroutinePool`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use csp::patterns::{Dispatch, DynamicConfig, DynamicPool, GoroutinePool, PoolClosed, Task};
use csp::patterns::{TaskEnd, TrySubmitError};
use csp::time::sleep;
use csp::{chan, yield_now};

use super::begin;

/// Short times, so that a promise is soon kept; none is measured.
fn small() -> DynamicConfig {
    DynamicConfig {
        name: "pool".into(),
        min_workers: 2,
        max_workers: 5,
        queue: 8,
        look_every: Duration::from_millis(1),
        idle_limit: Duration::from_millis(2),
    }
}

async fn a_dynamic_pool_grows_with_its_queue_and_shrinks_again() {
    let (pool, gate) = (DynamicPool::new(small()), chan::<()>(0));
    assert_eq!(pool.workers(), 2);
    // More tasks that wait than the pool at its largest has workers, and more
    // than half of what its queue holds.
    for _ in 0..12 {
        let waits = gate.receiver();
        pool.submit(move || async move { _ = waits.recv().await })
            .await
            .unwrap();
    }
    while pool.workers() < 5 {
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(pool.peak_workers(), 5);
    gate.close();
    while pool.workers() > 2 {
        sleep(Duration::from_millis(1)).await;
    }
    // Those at the minimum stay, however long they idle.
    sleep(Duration::from_millis(6)).await;
    assert_eq!(pool.workers(), 2);
    assert_eq!(pool.shutdown().await.done, 12);
    assert_eq!((pool.workers(), pool.peak_workers()), (0, 5));
}

async fn a_dynamic_pool_runs_what_it_accepted() {
    let (pool, count) = (DynamicPool::new(small()), Arc::new(AtomicU64::new(0)));
    for number in 0..60_u64 {
        let count = count.clone();
        let task = move || async move {
            if number % 10 == 0 {
                let never: std::convert::Infallible = csp::panic("boom").await;
                match never {}
            }
            yield_now().await;
            count.fetch_add(1, Ordering::Relaxed);
            if number % 10 == 1 { Err("no") } else { Ok(()) }
        };
        pool.submit(task).await.unwrap();
    }
    let totals = pool.shutdown().await;
    assert_eq!((totals.done, totals.failed, totals.panicked), (48, 6, 6));
    assert_eq!(count.load(Ordering::Relaxed), 54);
    let Err(PoolClosed(task)) = pool.submit_task(Task::call(|| ())).await else {
        panic!("the pool is shut");
    };
    assert_eq!(task.run().await, TaskEnd::Done);
    let refused = pool.try_submit(Task::call(|| ()));
    assert!(matches!(refused, Err(TrySubmitError::Closed(_))));
}

/// A pool of three workers of which the first is held up; the results are the
/// numbers of those that ran meanwhile.
async fn behind_a_long_task(dispatch: Dispatch) -> (GoroutinePool, csp::Chan<()>, csp::Chan<u64>) {
    let pool = GoroutinePool::new(3, 2, dispatch);
    let (started, gate, ran) = (chan(0), chan::<()>(0), chan(100));
    let (starts, waits) = (started.sender(), gate.receiver());
    let long = move || async move {
        starts.send(()).await;
        waits.recv().await;
    };
    pool.submit(long).await.unwrap();
    started.recv().await;
    (pool, gate, ran)
}

async fn who_scans_lets_short_tasks_stand_behind_a_long_one() {
    let (pool, gate, ran) = behind_a_long_task(Dispatch::Scan).await;
    // Two fit into the queue of the first worker, and wait there, although the
    // others have nothing to do.
    for number in 0..2 {
        let to = ran.sender();
        pool.submit(move || async move { to.send(number).await })
            .await
            .unwrap();
    }
    for _ in 0..50 {
        yield_now().await;
    }
    assert_eq!((ran.len(), pool.totals()[0].queued), (0, 2));
    gate.close();
    assert_eq!(pool.shutdown().await.done, 3);
    let totals = pool.totals();
    let done: Vec<_> = totals.iter().map(|seat| seat.tasks.done).collect();
    assert_eq!(done, [3, 0, 0]);
}

async fn who_idles_steals_what_stands_behind_a_long_task() {
    let (pool, gate, ran) = behind_a_long_task(Dispatch::Stealing).await;
    for number in 0..20 {
        let to = ran.sender();
        pool.submit(move || async move { to.send(number).await })
            .await
            .unwrap();
    }
    // All of them, while the long one lasts.
    for _ in 0..20 {
        ran.recv().await;
    }
    gate.close();
    assert_eq!(pool.shutdown().await.done, 21);
    let stolen: u64 = pool.totals().iter().map(|seat| seat.stolen).sum();
    assert!(stolen <= 20);
}

async fn what_finds_a_full_queue_overflows() {
    let (pool, gate, ran) = behind_a_long_task(Dispatch::Overflow).await;
    for number in 0..20 {
        let to = ran.sender();
        pool.submit(move || async move { to.send(number).await })
            .await
            .unwrap();
    }
    // All but the two in the queue of who is held up.
    for _ in 0..18 {
        ran.recv().await;
    }
    gate.close();
    assert_eq!(pool.shutdown().await.done, 21);
    assert_eq!(ran.len(), 2);
}

async fn every_dispatcher_runs_every_task_once() {
    for dispatch in [Dispatch::Scan, Dispatch::Stealing, Dispatch::Overflow] {
        let (pool, sum) = (
            GoroutinePool::new(3, 2, dispatch),
            Arc::new(AtomicU64::new(0)),
        );
        for number in 0..100 {
            let sum = sum.clone();
            let task = move || async move {
                if number % 2 == 0 {
                    yield_now().await;
                }
                sum.fetch_add(number, Ordering::Relaxed);
            };
            pool.submit(task).await.unwrap();
        }
        assert_eq!(pool.shutdown().await.done, 100);
        assert_eq!(sum.load(Ordering::Relaxed), (0..100).sum());
        let refused = pool.submit(|| async {}).await;
        assert!(refused.is_err());
    }
}

/// With a submit that waits inside, a shutdown is dropped and called again.
async fn a_shutdown_may_be_dropped_and_called_again() {
    let config = DynamicConfig {
        min_workers: 1,
        max_workers: 1,
        queue: 1,
        ..small()
    };
    let (pool, gate) = (DynamicPool::new(config), chan::<()>(0));
    let waits = || {
        let gate = gate.receiver();
        move || async move { _ = gate.recv().await }
    };
    pool.submit(waits()).await.unwrap();
    pool.submit(waits()).await.unwrap();
    let mut inside = Box::pin(pool.submit(waits()));
    assert!(begin(inside.as_mut()).await.is_pending());
    assert!(begin(Box::pin(pool.shutdown()).as_mut()).await.is_pending());
    let refused = pool.try_submit(Task::call(|| ()));
    assert!(matches!(refused, Err(TrySubmitError::Closed(_))));
    gate.close();
    inside.await.unwrap();
    assert_eq!(pool.shutdown().await.done, 3);
}

async fn the_shutdown_of_queues_may_be_dropped_and_called_again() {
    let (pool, gate) = (GoroutinePool::new(1, 1, Dispatch::Scan), chan::<()>(0));
    let waits = || {
        let gate = gate.receiver();
        move || async move { _ = gate.recv().await }
    };
    pool.submit(waits()).await.unwrap();
    pool.submit(waits()).await.unwrap();
    let mut inside = Box::pin(pool.submit(waits()));
    assert!(begin(inside.as_mut()).await.is_pending());
    assert!(begin(Box::pin(pool.shutdown()).as_mut()).await.is_pending());
    gate.close();
    inside.await.unwrap();
    assert_eq!(pool.shutdown().await.done, 3);
}

/// One short task at a time behind the long one: no later submit calls again
/// for it.
async fn nobody_idles_while_a_task_stands_behind_a_long_one() {
    let pool = GoroutinePool::new(2, 2, Dispatch::Stealing);
    let (started, gate, ran) = (chan(0), chan::<()>(0), chan(1));
    let (starts, waits) = (started.sender(), gate.receiver());
    let long = move || async move {
        starts.send(()).await;
        waits.recv().await;
    };
    pool.submit(long).await.unwrap();
    started.recv().await;
    for _ in 0..20 {
        for _ in 0..2 {
            let to = ran.sender();
            pool.submit(move || async move { to.send(()).await })
                .await
                .unwrap();
            yield_now().await;
        }
        for _ in 0..2 {
            ran.recv().await;
        }
    }
    gate.close();
    assert_eq!(pool.shutdown().await.done, 41);
}

mod tests {
    crate::promises! {
        a_dynamic_pool_grows_with_its_queue_and_shrinks_again
        a_dynamic_pool_runs_what_it_accepted
        who_scans_lets_short_tasks_stand_behind_a_long_one
        who_idles_steals_what_stands_behind_a_long_task
        what_finds_a_full_queue_overflows
        every_dispatcher_runs_every_task_once
        a_shutdown_may_be_dropped_and_called_again
        the_shutdown_of_queues_may_be_dropped_and_called_again
        nobody_idles_while_a_task_stands_behind_a_long_one
    }
}
