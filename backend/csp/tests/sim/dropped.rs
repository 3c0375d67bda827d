//! Cancel safety: each operation that waits is polled 0, 1, 2 … times and then
//! dropped, and every order of a small program around it is tried, depth first.
//! What it leaves behind is what the program needs to come to its end: a value,
//! a lock, a signal that got lost with it is a deadlock.

use std::future::{Future, poll_fn};
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use csp::context::{background, with_cancel};
use csp::patterns::WorkerPool;
use csp::run::Outcome;
use csp::sim::{Config, Strategy, explore};
use csp::sync::{Cond, Mutex, Once, RWMutex, Semaphore, WaitGroup};
use csp::time::{new_timer, sleep};
use csp::{chan, go, select, yield_now};

use super::name;

/// The most polls before the drop: more than any operation here needs.
const POLLS: usize = 4;
/// Switches away from a goroutine that could go on.
const PREEMPTIONS: u32 = 2;
/// The most orders of one program.
const SCHEDULES: u64 = 2_000;

/// Tries every order of what `program` makes of each number of polls.
fn every_order<F: Future<Output = ()> + Send + 'static>(program: impl Fn(usize) -> F) {
    for polls in 0..=POLLS {
        let config = Config {
            strategy: Strategy::Dfs {
                preemptions: PREEMPTIONS,
            },
            seed: Some(1),
            ..Config::default()
        };
        let explored = explore(
            config,
            SCHEDULES,
            || program(polls),
            |report| {
                let outcome = &report.report.outcome;
                assert!(
                    matches!(outcome, Outcome::Completed(())),
                    "{polls} polls, {}: {}",
                    report.schedule,
                    name(outcome)
                );
                ControlFlow::Continue(())
            },
        );
        assert!(explored.schedules > 0);
    }
}

/// Polls `future` so often, others between, and drops it unless it resolved.
async fn within<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..polls {
        let polled = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        if let Poll::Ready(output) = polled {
            return Some(output);
        }
        yield_now().await;
    }
    None
}

#[test]
fn a_send() {
    for capacity in [0, 1] {
        every_order(|polls| async move {
            let (ch, got) = (chan(capacity), chan(4));
            let (receiver, results) = (ch.clone(), got.clone());
            go(async move {
                while let Some(number) = receiver.recv().await {
                    results.send(number).await;
                }
                results.close();
            });
            ch.send(1).await;
            let sent = within(polls, ch.send(2)).await.is_some();
            ch.send(3).await;
            ch.close();
            let mut all = Vec::new();
            while let Some(number) = got.recv().await {
                all.push(number);
            }
            assert!(all == [1, 2, 3] || (!sent && all == [1, 3]), "{all:?}");
        });
    }
}

#[test]
fn a_receive() {
    for capacity in [0, 1] {
        every_order(|polls| async move {
            let (ch, group) = (chan(capacity), WaitGroup::new());
            let to = ch.clone();
            group.go(async move {
                to.send(1).await;
                to.send(2).await;
            });
            let mut all: Vec<_> = within(polls, ch.recv())
                .await
                .flatten()
                .into_iter()
                .collect();
            while all.len() < 2 {
                all.extend(ch.recv().await);
            }
            assert_eq!(all, [1, 2]);
            group.wait().await;
        });
    }
}

#[test]
fn a_select() {
    every_order(|polls| async move {
        let (a, b, back) = (chan(0), chan(0), chan(0));
        let (to_a, to_b, from) = (a.clone(), b.clone(), back.clone());
        go(async move { to_a.send(1).await });
        go(async move { to_b.send(2).await });
        let receiver = go_counts(from);
        let selects = async {
            select! {
                number = a.recv() => number,
                number = b.recv() => number,
                () = back.send(4) => None,
            }
        };
        let chosen = within(polls, selects).await;
        let mut sum = chosen.flatten().unwrap_or(0);
        while sum < 3 {
            sum += select! { number = a.recv() => number, number = b.recv() => number }.unwrap();
        }
        back.close();
        let counted = receiver.recv().await.unwrap();
        // Sent, or dropped in the moment of the hand-over.
        assert!(counted <= 1 && (counted == 1 || chosen != Some(None)));
        assert_eq!(sum, 3);
    });
}

/// A goroutine that counts what comes, and tells in the end.
fn go_counts(ch: csp::Chan<u32>) -> csp::Chan<u32> {
    let told = chan(1);
    let tells = told.clone();
    go(async move {
        let mut count = 0;
        while ch.recv().await.is_some() {
            count += 1;
        }
        tells.send(count).await;
    });
    told
}

#[test]
fn a_lock() {
    every_order(|polls| async move {
        let (mutex, group) = (Arc::new(Mutex::new(0)), WaitGroup::new());
        for _ in 0..2 {
            let mutex = mutex.clone();
            group.go(async move {
                let mut count = mutex.lock().await;
                yield_now().await;
                *count += 1;
            });
        }
        let mine = within(polls, mutex.lock()).await;
        let taken = mine.map(|mut count| *count += 1).is_some();
        group.wait().await;
        assert_eq!(*mutex.lock().await, 2 + i32::from(taken));
    });
}

#[test]
fn a_lock_to_read_and_one_to_write() {
    for writes in [false, true] {
        every_order(|polls| async move {
            let (lock, group) = (Arc::new(RWMutex::new(0)), WaitGroup::new());
            let (writer, reader) = (lock.clone(), lock.clone());
            group.go(async move { *writer.write().await += 1 });
            group.go(async move {
                let seen = reader.read().await;
                yield_now().await;
                assert!(*seen <= 2);
            });
            match writes {
                true => drop(within(polls, lock.write()).await),
                false => drop(within(polls, lock.read()).await),
            }
            group.wait().await;
            assert_eq!(*lock.write().await, 1);
        });
    }
}

#[test]
fn an_acquire() {
    every_order(|polls| async move {
        let (semaphore, group) = (Semaphore::new(2), WaitGroup::new());
        for count in [1, 2] {
            let semaphore = semaphore.clone();
            group.go(async move {
                semaphore.acquire(count).await;
                yield_now().await;
                semaphore.release(count);
            });
        }
        if within(polls, semaphore.acquire(2)).await.is_some() {
            semaphore.release(2);
        }
        group.wait().await;
        assert!(semaphore.try_acquire(2));
    });
}

#[test]
fn a_wait_at_a_cond() {
    every_order(|polls| async move {
        let shared = Arc::new((Mutex::new(0), Cond::new()));
        let (waiter, group) = (shared.clone(), WaitGroup::new());
        group.go(async move {
            let mut items = waiter.0.lock().await;
            while *items == 0 {
                items = waiter.1.wait(items).await;
            }
            *items -= 1;
        });
        let guard = shared.0.lock().await;
        drop(within(polls, shared.1.wait(guard)).await);
        *shared.0.lock().await += 1;
        // The signal of one that left goes to the next.
        shared.1.signal();
        group.wait().await;
        assert_eq!(*shared.0.lock().await, 0);
    });
}

#[test]
fn a_call_of_a_once() {
    every_order(|polls| async move {
        let (once, group) = (Arc::new(Once::new()), WaitGroup::new());
        let other = once.clone();
        group.go(async move { other.call_once(async { yield_now().await }).await });
        within(polls, once.call_once(async { yield_now().await })).await;
        group.wait().await;
        once.call_once(async {}).await;
        assert!(once.is_done());
    });
}

#[test]
fn a_wait_at_a_wait_group() {
    every_order(|polls| async move {
        let (group, waited) = (WaitGroup::new(), chan(1));
        let (other, tells) = (group.clone(), waited.clone());
        group.add(1);
        go(async move {
            other.wait().await;
            tells.send(()).await;
        });
        let done = group.clone();
        go(async move { done.done() });
        within(polls, group.wait()).await;
        waited.recv().await;
        group.wait().await;
    });
}

#[test]
fn a_sleep_and_a_timer() {
    const SOON: Duration = Duration::from_micros(2);
    every_order(|polls| async move {
        let timer = new_timer(SOON);
        within(polls, sleep(SOON)).await;
        let first = within(polls, timer.c().recv()).await;
        if first.is_none() {
            assert!(timer.c().recv().await.is_some());
        }
        assert!(!timer.stop());
    });
}

#[test]
fn a_wait_for_a_context() {
    every_order(|polls| async move {
        let (ctx, cancel) = with_cancel(&background());
        let inner = ctx.clone();
        let waited = chan(1);
        let told = waited.clone();
        go(async move {
            inner.done().recv().await;
            told.send(()).await;
        });
        go(async move {
            yield_now().await;
            cancel.cancel();
        });
        within(polls, ctx.done().recv()).await;
        waited.recv().await;
        assert!(ctx.err().is_some());
    });
}

#[test]
fn a_submission() {
    every_order(|polls| async move {
        let (pool, ran) = (WorkerPool::new(1, 1), chan(4));
        let (first, second, third) = (ran.clone(), ran.clone(), ran.clone());
        pool.submit(move || async move { first.send(1).await })
            .await
            .unwrap();
        let accepted = within(
            polls,
            pool.submit(move || async move { second.send(2).await }),
        );
        let accepted = accepted.await.is_some();
        pool.submit(move || async move { third.send(3).await })
            .await
            .unwrap();
        let totals = pool.shutdown().await;
        ran.close();
        let mut all = Vec::new();
        while let Some(number) = ran.recv().await {
            all.push(number);
        }
        assert!(all == [1, 2, 3] || (!accepted && all == [1, 3]), "{all:?}");
        assert_eq!(totals.done, all.len() as u64);
    });
}
