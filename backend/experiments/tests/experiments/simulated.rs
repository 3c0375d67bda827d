//! The same experiments, simulated.

use experiments::{Schedulers, all, find};

use crate::running::simulate;

#[test]
fn every_experiment_that_says_so_is_simulated_and_repeats() {
    for entry in all() {
        if entry.schedulers != Schedulers::Both {
            continue;
        }
        let ran = simulate(entry.id, 5);
        ran.assert_ends_as_declared(entry);
        assert_eq!(simulate(entry.id, 5).events, ran.events, "{}", entry.id);
    }
}

#[test]
fn what_comes_from_a_clock_is_known_by_its_unit() {
    let specs = |id| find(id).unwrap().metrics.iter();
    let is_time = |id, name| specs(id).find(|spec| spec.name == name).unwrap().is_time();
    assert!(is_time("channel-buffered", "blocked_ms"));
    assert!(is_time("worker-pool", "throughput"));
    assert!(is_time("worker-pool", "speed_up"));
    assert!(!is_time("worker-pool", "done"));
    assert!(!is_time("channel-buffered", "blocked_sends"));
}
