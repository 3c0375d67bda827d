//! Runs that do not end: livelocks, long runs, starvation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use csp::run::{Outcome, Starvation};
use csp::sim::{Config, LIVELOCK_STEPS, SLICE_STEPS, Strategy};
use csp::sync::Mutex;
use csp::{chan, go, go_named, yield_now};

use super::{name, seed, traced};

fn limited(max_steps: u64, strategy: Strategy) -> Config {
    Config {
        max_steps,
        strategy,
        ..seed(1)
    }
}

const STRATEGIES: [Strategy; 3] = [
    Strategy::Random,
    Strategy::Pct { depth: 3 },
    Strategy::Dfs { preemptions: 1 },
];

/// Two that make way for each other: each takes its lock, finds the other's
/// taken, and gives its own back. Locks are taken all the time, and nothing
/// moves forward.
#[test]
fn who_makes_way_for_ever_is_in_a_livelock() {
    for strategy in STRATEGIES {
        let (report, _) = traced(limited(3_000, strategy.clone()), async {
            let locks = Arc::new([Mutex::new(()), Mutex::new(())]);
            // Both are held by others that never give them back.
            let (left, right) = (locks[0].lock().await, locks[1].lock().await);
            for first in 0..2 {
                let locks = locks.clone();
                go(async move {
                    let own = Mutex::new(());
                    loop {
                        let held = own.lock().await;
                        if locks[1 - first].try_lock().is_some() {
                            break;
                        }
                        drop(held);
                        yield_now().await;
                    }
                });
            }
            chan::<()>(0).recv().await;
            drop((left, right));
        });
        let outcome = &report.report.outcome;
        assert!(
            matches!(outcome, Outcome::Livelock),
            "{strategy:?}: {}",
            name(outcome)
        );
        assert_eq!(report.steps, 3_000);
        // Those that could run, and main, which waits.
        let running = |waiting: &&csp::run::Waiting| waiting.reason.is_none();
        assert_eq!(report.report.left.iter().filter(running).count(), 2);
    }
}

/// The same number of steps, with something to show for them.
#[test]
fn a_long_run_that_gets_on_is_no_livelock() {
    for strategy in STRATEGIES {
        let (report, _) = traced(limited(3_000, strategy), async {
            let ch = chan(0);
            let sender = ch.clone();
            go(async move {
                loop {
                    sender.send(()).await;
                }
            });
            loop {
                ch.recv().await;
            }
        });
        assert!(matches!(report.report.outcome, Outcome::TooManySteps));
    }
}

/// What happened before the last steps is no excuse.
#[test]
fn a_run_that_stops_getting_on_is_in_a_livelock() {
    let (report, _) = traced(limited(3 * LIVELOCK_STEPS, Strategy::Random), async {
        let ch = chan(1);
        for number in 0..LIVELOCK_STEPS / 2 {
            ch.send(number).await;
            ch.recv().await;
        }
        loop {
            yield_now().await;
        }
    });
    assert!(matches!(report.report.outcome, Outcome::Livelock));
}

/// A goroutine that spins without ever yielding does not keep the others off,
/// also where the strategy likes to go on: its slice ends.
#[test]
fn who_spins_does_not_stop_the_others() {
    for strategy in STRATEGIES {
        let (report, _) = traced(limited(1_000_000, strategy.clone()), async {
            let flag = Arc::new(AtomicBool::new(false));
            let sets = flag.clone();
            let full = chan(1);
            go(async move { sets.store(true, Ordering::Relaxed) });
            while !flag.load(Ordering::Relaxed) {
                full.send(()).await;
                full.recv().await;
            }
        });
        let outcome = &report.report.outcome;
        assert!(
            matches!(outcome, Outcome::Completed(())),
            "{strategy:?}: {}",
            name(outcome)
        );
        assert!(report.steps <= SLICE_STEPS + 10);
    }
}

/// Many that use up their slices keep one waiting for its turn for long.
#[test]
fn who_waits_for_its_turn_for_long_is_starved() {
    let program = |hogs: u32| async move {
        let flag = Arc::new(AtomicBool::new(false));
        for _ in 0..hogs {
            let flag = flag.clone();
            go(async move {
                let full = chan(1);
                while !flag.load(Ordering::Relaxed) {
                    full.send(()).await;
                    full.recv().await;
                }
            });
        }
        let sets = flag.clone();
        go_named("late", async move { sets.store(true, Ordering::Relaxed) });
        while !flag.load(Ordering::Relaxed) {
            yield_now().await;
        }
    };
    let config = || limited(1_000_000, Strategy::Dfs { preemptions: 0 });
    let (report, _) = traced(config(), program(3));
    assert!(matches!(report.report.outcome, Outcome::Completed(())));
    let starved = &report.report.findings.starved;
    let late = starved.iter().find(|s| s.name.as_deref() == Some("late"));
    let late = late.expect("it waited for three slices");
    let Starvation::NotRun { steps } = late.how else {
        panic!("{:?}", late.how);
    };
    assert!(steps >= 3 * SLICE_STEPS);
    let (report, _) = traced(config(), program(1));
    assert_eq!(report.report.findings.starved, []);
}

/// A goroutine that waits for a lock while others take it again and again.
#[test]
fn who_is_overtaken_at_a_lock_is_starved() {
    let program = |rounds: u32| async move {
        let lock = Arc::new(Mutex::named("counter", 0));
        let first = lock.lock().await;
        let waits = lock.clone();
        go_named("polite", async move {
            *waits.lock().await += 1;
        });
        yield_now().await;
        drop(first);
        // Always free when this one comes: the waiter is woken, and not run.
        for _ in 0..rounds {
            *lock.lock().await += 1;
        }
        yield_now().await;
    };
    let config = || limited(1_000_000, Strategy::Dfs { preemptions: 0 });
    let (report, _) = traced(config(), program(500));
    assert!(matches!(report.report.outcome, Outcome::Completed(())));
    let starved = &report.report.findings.starved;
    assert_eq!(starved.len(), 1);
    assert_eq!(starved[0].name.as_deref(), Some("polite"));
    let Starvation::Overtaken { times, .. } = starved[0].how else {
        panic!("{:?}", starved[0].how);
    };
    assert!(times >= 100);
    let (report, _) = traced(config(), program(20));
    assert_eq!(report.report.findings.starved, []);
}
