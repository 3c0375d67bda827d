//! Races on the cells of `csp::sync`, as programs meet them.

use std::ops::ControlFlow;
use std::sync::Arc;

use csp::run::Outcome;
use csp::sim::{Config, Strategy, explore};
use csp::sync::{Mutex, RacingCell, WaitGroup};

/// Two goroutines add one each to a cell, under a lock or not.
async fn adds(locked: bool) -> i64 {
    let (cell, lock) = (RacingCell::named("sum", 0), Mutex::new(()));
    let shared = Arc::new((cell, lock));
    let group = WaitGroup::new();
    for _ in 0..2 {
        let shared = shared.clone();
        group.go(async move {
            let held = match locked {
                true => Some(shared.1.lock().await),
                false => None,
            };
            let seen = shared.0.load().await;
            shared.0.store(seen + 1).await;
            drop(held);
        });
    }
    group.wait().await;
    shared.0.load().await
}

/// In every schedule, also in those that come to the right sum; and in none with
/// a lock.
#[test]
fn a_race_is_found_although_the_sum_is_right() {
    for locked in [false, true] {
        let config = Config {
            seed: Some(1),
            strategy: Strategy::Dfs { preemptions: 2 },
            ..Config::default()
        };
        let (mut right, mut lost) = (0, 0);
        let explored = explore(
            config,
            10_000,
            || adds(locked),
            |report| {
                let races = &report.report.findings.races;
                assert_eq!(races.is_empty(), locked);
                for race in races {
                    assert_eq!(race.object_name.as_deref(), Some("sum"));
                    assert!(race.first.writes || race.second.writes);
                    assert!(race.first.at.unwrap().file().ends_with("races.rs"));
                }
                match report.report.outcome {
                    Outcome::Completed(2) => right += 1,
                    Outcome::Completed(1) => lost += 1,
                    ref other => panic!("{}", super::name(other)),
                }
                ControlFlow::Continue(())
            },
        );
        assert!(explored.complete);
        assert!(right > 0);
        assert_eq!(lost > 0, !locked);
    }
}
