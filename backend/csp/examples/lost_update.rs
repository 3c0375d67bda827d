//! Two goroutines add one each: every schedule with at most one preemption, and
//! one that loses an update, replayed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use csp::run::Outcome;
use csp::sim::{self, Config, Strategy};
use csp::sync::{RacingCell, WaitGroup};

async fn add_twice() -> i64 {
    let (counter, adding) = (Arc::new(RacingCell::new(0)), WaitGroup::new());
    for _ in 0..2 {
        let counter = counter.clone();
        adding.go(async move {
            let read = counter.load().await;
            counter.store(read + 1).await;
        });
    }
    adding.wait().await;
    counter.load().await
}

fn main() {
    let config = Config {
        strategy: Strategy::Dfs { preemptions: 1 },
        ..Config::default()
    };
    let mut outcomes = BTreeMap::new();
    let explored = sim::explore(config, 10_000, add_twice, |run| {
        if let Outcome::Completed(sum) = run.report.outcome {
            let (count, _) = outcomes.entry(sum).or_insert((0, run.explicit.clone()));
            *count += 1;
        }
        ControlFlow::Continue(())
    });
    println!("{} schedules", explored.schedules);
    for (sum, (count, schedule)) in outcomes {
        println!("{sum}: {count} times, first by {schedule}");
        let strategy = Strategy::Replay(schedule);
        let config = Config {
            strategy,
            ..Config::default()
        };
        let again = sim::run(config, add_twice()).report.outcome;
        assert!(matches!(again, Outcome::Completed(again) if again == sum));
    }
}
