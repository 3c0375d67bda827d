//! What Go programs do without protection: it goes wrong, and nothing is
//! undefined.

use std::sync::Arc;

use csp::run::Outcome;
use csp::sim::{Config, Schedule, Strategy, run};
use csp::sync::{RacingCell, UnguardedMap, WaitGroup};
use csp::trace::Kind;

use super::{completes, name, traced};

/// Two goroutines that each add one.
async fn adds_twice() -> i64 {
    let (cell, group) = (Arc::new(RacingCell::named("counter", 0)), WaitGroup::new());
    for _ in 0..2 {
        let cell = cell.clone();
        group.go(async move { cell.store(cell.load().await + 1).await });
    }
    group.wait().await;
    cell.load().await
}

/// Two goroutines that each write.
async fn writes_twice() -> usize {
    let (map, group) = (Arc::new(UnguardedMap::named("counts")), WaitGroup::new());
    for key in 0..2 {
        let map = map.clone();
        group.go(async move { map.insert(key, ()).await });
    }
    group.wait().await;
    map.len()
}

/// What came of the program in many orders, and a schedule of the last.
fn outcomes<T: Send + std::fmt::Debug + 'static>(
    program: impl Fn() -> std::pin::Pin<Box<dyn Future<Output = T> + Send>>,
) -> std::collections::BTreeMap<String, Schedule> {
    let mut outcomes = std::collections::BTreeMap::new();
    for seed in 0..if cfg!(miri) { 20 } else { SEEDS } {
        let (outcome, schedule) = outcome(seed, program());
        outcomes.insert(outcome, schedule);
    }
    outcomes
}

/// Orders that are tried at most.
const SEEDS: u64 = 200;

/// Whether this comes of the program in some order: no more of them are tried
/// than that takes, which under miri is a second each.
fn happens<T: Send + std::fmt::Debug + 'static>(
    what: &str,
    program: impl Fn() -> std::pin::Pin<Box<dyn Future<Output = T> + Send>>,
) -> bool {
    (0..SEEDS).any(|seed| outcome(seed, program()).0 == what)
}

/// What comes of the program in the order of `seed`, and its schedule.
fn outcome<T: Send + std::fmt::Debug + 'static>(
    seed: u64,
    program: impl Future<Output = T> + Send + 'static,
) -> (String, Schedule) {
    let config = Config {
        seed: Some(seed),
        strategy: Strategy::Random,
        ..Config::default()
    };
    let done = run(config, program);
    let outcome = match done.report.outcome {
        Outcome::Completed(value) => format!("{value:?}"),
        other => name(&other),
    };
    (outcome, done.schedule)
}

/// An update that another made between the load and the store is lost; in other
/// orders it is not.
#[test]
fn an_update_is_lost_in_some_orders() {
    let outcomes = outcomes(|| Box::pin(adds_twice()));
    let results: Vec<_> = outcomes.keys().map(String::as_str).collect();
    assert_eq!(results, ["1", "2"]);
}

/// A map that two write at once ends the run, in some orders.
#[test]
fn concurrent_map_writes_are_fatal() {
    let outcomes = outcomes(|| Box::pin(writes_twice()));
    let results: Vec<_> = outcomes.keys().map(String::as_str).collect();
    assert_eq!(results, ["2", "concurrent map writes"]);
}

/// So is one that is read or iterated over while another writes.
#[test]
fn a_concurrent_read_or_iteration_is_fatal() {
    let read = "concurrent map read and map write";
    assert!(happens(read, || Box::pin(beside_a_write(false))));
    let iteration = "concurrent map iteration and map write";
    assert!(happens(iteration, || Box::pin(beside_a_write(true))));
}

async fn beside_a_write(iterates: bool) {
    let (map, group) = (Arc::new(UnguardedMap::new()), WaitGroup::new());
    map.insert(0, 0).await;
    let other = map.clone();
    group.go(async move { other.delete(&1).await });
    if iterates {
        map.range(|_, _| true).await;
    } else {
        map.get(&0).await;
    }
    group.wait().await;
}

/// No recover catches it.
#[test]
fn a_fatal_error_is_not_recovered() {
    let recovered = || async { csp::recover(writes_twice()).await.is_ok() };
    let outcomes = outcomes(|| Box::pin(recovered()));
    assert!(outcomes.contains_key("concurrent map writes"));
    assert!(!outcomes.contains_key("false"));
}

/// With several Ps, writers end up in each other's way sooner or later.
#[test]
#[cfg(not(miri))]
fn natively_writers_meet_too() {
    let report = super::run(async {
        let map = Arc::new(UnguardedMap::new());
        for goroutine in 0..4_u64 {
            let map = map.clone();
            csp::go(async move {
                for round in 0.. {
                    map.insert((goroutine, round % 100), round).await;
                }
            });
        }
        csp::chan::<()>(0).recv().await;
    });
    assert!(matches!(&report.outcome, Outcome::Fatal(text, _) if text == "concurrent map writes"));
}

/// Alone, it is a map.
#[test]
fn alone_it_is_a_map() {
    completes(async {
        let map = UnguardedMap::new();
        map.insert("one", 1).await;
        map.insert("two", 2).await;
        map.insert("two", 3).await;
        assert_eq!((map.get(&"two").await, map.len()), (Some(3), 2));
        map.delete(&"one").await;
        assert_eq!(map.get(&"one").await, None);
        let mut seen = Vec::new();
        map.range(|&key, &value| {
            seen.push((key, value));
            true
        })
        .await;
        assert_eq!(seen, [("two", 3)]);
        map.clear().await;
        assert!(map.is_empty());
    });
}

/// The trace tells each read and write with its value.
#[test]
fn the_trace_tells_each_access() {
    let (_, events) = traced(1, async {
        let cell = RacingCell::new(3);
        cell.store(cell.load().await + 1).await;
    });
    let told = events.iter().filter_map(|event| match event.kind {
        Kind::CellRead { value, .. } => Some(('r', value)),
        Kind::CellWritten { value, .. } => Some(('w', value)),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [('r', 3), ('w', 4)]);
}
