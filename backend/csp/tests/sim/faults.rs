//! Known faults, which every strategy has to find, and the number of schedules
//! that depth first goes through.

use std::future::Future;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use csp::run::Outcome;
use csp::sim::{Config, Explored, Schedule, Strategy, explore};
use csp::sync::{Cond, Mutex, WaitGroup};
use csp::{chan, go, select};

use super::{name, replay, traced};

/// A point at which others may run, as an awaited access to a cell is.
pub(super) async fn point() {
    chan(1).send(()).await;
}

/// How many of at most `most` schedules end as `wanted` says, out of how many;
/// and the first of them.
fn look<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    strategy: Strategy,
    most: u64,
    program: impl Fn() -> F,
    wanted: impl Fn(&Outcome<T>) -> bool,
) -> (u64, Explored, Option<Schedule>) {
    let config = Config {
        strategy,
        seed: Some(1),
        ..Config::default()
    };
    let (mut found, mut first) = (0, None);
    let explored = explore(config, most, program, |report| {
        assert!(
            !matches!(
                report.report.outcome,
                Outcome::Diverged(_) | Outcome::Fault(_)
            ),
            "{}",
            name(&report.report.outcome)
        );
        if wanted(&report.report.outcome) {
            found += 1;
            first.get_or_insert_with(|| report.schedule.clone());
        }
        ControlFlow::Continue(())
    });
    (found, explored, first)
}

/// Every strategy finds it, and what it found is replayed.
fn every_strategy_finds<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    program: impl Fn() -> F,
    wanted: impl Fn(&Outcome<T>) -> bool,
) {
    for strategy in [
        Strategy::Random,
        Strategy::Pct { depth: 3 },
        Strategy::Dfs { preemptions: 2 },
    ] {
        let (found, _, first) = look(strategy.clone(), 1_000, &program, &wanted);
        assert!(found > 0, "{strategy:?}");
        let schedule = first.unwrap();
        let (report, _) = traced(replay(&schedule), program());
        assert!(wanted(&report.report.outcome), "{schedule}");
    }
}

/// Two goroutines load and store each: 2 is right.
async fn lost_update() -> u32 {
    let cell = Arc::new(AtomicU32::new(0));
    let done = chan(0);
    for _ in 0..2 {
        let (cell, done) = (cell.clone(), done.clone());
        go(async move {
            point().await;
            let seen = cell.load(Ordering::Relaxed);
            point().await;
            cell.store(seen + 1, Ordering::Relaxed);
            done.send(()).await;
        });
    }
    done.recv().await;
    done.recv().await;
    cell.load(Ordering::Relaxed)
}

/// The trial that this scheduler follows had 4, 28, 132 and 438 schedules, and
/// lost the update in 0, 4, 28 and 122.
#[test]
fn depth_first_counts_the_schedules_of_a_lost_update() {
    let counts: Vec<(u64, u64)> = (0..4)
        .map(|preemptions| {
            let strategy = Strategy::Dfs { preemptions };
            let lost = |outcome: &Outcome<u32>| matches!(outcome, Outcome::Completed(1));
            let (found, explored, _) = look(strategy, 10_000, lost_update, lost);
            assert!(explored.complete);
            (explored.schedules, found)
        })
        .collect();
    assert_eq!(counts, [(4, 0), (32, 4), (174, 32), (612, 152)]);
}

#[test]
fn every_strategy_loses_an_update() {
    every_strategy_finds(lost_update, |outcome| {
        matches!(outcome, Outcome::Completed(1))
    });
}

/// An Add inside of the goroutine can come after the Wait.
#[test]
fn every_strategy_waits_too_early() {
    let program = || async {
        let group = WaitGroup::new();
        let done = Arc::new(AtomicU32::new(0));
        for _ in 0..2 {
            let (group, done) = (group.clone(), done.clone());
            go(async move {
                group.add(1);
                point().await;
                done.fetch_add(1, Ordering::Relaxed);
                group.done();
            });
        }
        group.wait().await;
        done.load(Ordering::Relaxed)
    };
    for short in 0..2 {
        every_strategy_finds(
            program,
            |outcome| matches!(outcome, Outcome::Completed(done) if *done == short),
        );
    }
}

/// Two locks, here channels of one place, taken in two orders.
#[test]
fn every_strategy_deadlocks_on_the_order_of_locks() {
    let program = || async {
        let locks = [chan(1), chan(1)];
        let done = chan(0);
        for first in 0..2 {
            let (locks, done) = (locks.clone(), done.clone());
            go(async move {
                locks[first].send(()).await;
                locks[1 - first].send(()).await;
                locks[1 - first].recv().await;
                locks[first].recv().await;
                done.send(()).await;
            });
        }
        done.recv().await;
        done.recv().await;
    };
    every_strategy_finds(program, |outcome| matches!(outcome, Outcome::Deadlock));
}

/// A timeout against work that takes no time: either can win.
#[test]
fn every_strategy_lets_a_timeout_win_and_lose() {
    let program = || async {
        let result = chan(1);
        let worker = result.clone();
        go(async move {
            for _ in 0..3 {
                point().await;
            }
            worker.send(()).await;
        });
        select! {
            _ = result.recv() => true,
            _ = csp::time::after(Duration::from_millis(50)).recv() => false,
        }
    };
    every_strategy_finds(program, |o| matches!(o, Outcome::Completed(true)));
    every_strategy_finds(program, |o| matches!(o, Outcome::Completed(false)));
}

/// Two take an item each, which is put there one after the other; how few were
/// there at the lowest. `looks_again`: a `while` around the wait, not an `if`.
async fn take_items(looks_again: bool) -> i32 {
    let (items, put) = (Arc::new(Mutex::new((0, 0))), Arc::new(Cond::new()));
    let group = WaitGroup::new();
    for _ in 0..2 {
        let (items, put) = (items.clone(), put.clone());
        group.go(async move {
            let mut held = items.lock().await;
            while held.0 == 0 {
                held = put.wait(held).await;
                if !looks_again {
                    break;
                }
            }
            held.0 -= 1;
            held.1 = held.0.min(held.1);
        });
    }
    let (puts, lowest) = (items.clone(), items);
    group.go(async move {
        for _ in 0..2 {
            puts.lock().await.0 += 1;
            put.broadcast();
        }
    });
    group.wait().await;
    let held = lowest.lock().await;
    held.1
}

/// An `if` around a Cond's wait, where a `while` belongs: woken by a broadcast,
/// both take the one item that there is.
#[test]
fn every_strategy_takes_what_is_not_there() {
    every_strategy_finds(
        || take_items(false),
        |outcome| matches!(outcome, Outcome::Completed(-1)),
    );
    let careful = Strategy::Dfs { preemptions: 1 };
    let (wrong, explored, _) = look(
        careful,
        100_000,
        || take_items(true),
        |outcome| !matches!(outcome, Outcome::Completed(0)),
    );
    assert!(explored.complete);
    assert_eq!(wrong, 0);
}
