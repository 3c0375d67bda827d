//! The same experiments, simulated.

use csp::run::Outcome;
use experiments::{Schedulers, all};

use crate::running::simulate;

#[test]
fn every_experiment_that_says_so_is_simulated_and_repeats() {
    for entry in all() {
        if entry.schedulers != Schedulers::Both {
            continue;
        }
        let ran = simulate(entry.id, 5);
        let report = &ran.report;
        assert!(
            matches!(report.outcome, Outcome::Completed(())),
            "{}: {report:?}",
            entry.id
        );
        assert_eq!(simulate(entry.id, 5).events, ran.events, "{}", entry.id);
    }
}

#[test]
fn what_comes_from_a_clock_is_known_by_its_unit() {
    let times: Vec<&str> = all()
        .iter()
        .flat_map(|entry| entry.metrics.iter().filter(|spec| spec.is_time()))
        .map(|spec| spec.name)
        .collect();
    assert_eq!(
        times,
        [
            "speed_up",
            "longest_wait_ms",
            "elapsed_ms",
            "blocked_ms",
            "blocked_ms",
            "round_ms",
            "waited_ms",
            "throughput",
            "speed_up",
        ]
    );
}
