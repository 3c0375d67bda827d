//! Chapter 7: counts and order, and never a time.

use experiments::Value;

use crate::running::{option, run, run_on, simulate_with, whole};

#[test]
fn more_shards_hold_fewer_keys_each() {
    let fullest = |shards| {
        let ran = run("sharded-cache", &[("shards", whole(shards))]);
        ran.assert_clean();
        ran.metric("fullest_shard")
    };
    assert_eq!(fullest(1), 1024.0);
    assert!((32.0..64.0).contains(&fullest(32)));
    assert!((4.0..20.0).contains(&fullest(256)));
}

#[test]
fn readers_alone_find_no_lock_taken() {
    let ran = run("sharded-cache", &[("writes", whole(0))]);
    assert_eq!(ran.metric("met_one_lock"), 0.0);
    assert_eq!(ran.metric("met_sharded"), 0.0);
}

/// On one processor a goroutine that holds the lock is never interrupted.
#[test]
fn one_processor_meets_nobody_at_a_lock() {
    let ran = run_on(1, "sharded-cache", &[("writes", whole(100))]);
    assert_eq!(ran.metric("met_one_lock"), 0.0);
    assert_eq!(ran.metric("met_sharded"), 0.0);
}

/// The pool with this dispatcher and more; simulated, so that times are exact.
fn pool(dispatch: &str, more: &[(&str, Value)]) -> crate::running::Ran {
    let mut given = vec![("dispatch", option(dispatch))];
    given.extend_from_slice(more);
    let ran = simulate_with("goroutine-pool", 3, &given);
    ran.assert_clean();
    assert_eq!(ran.lines_with("worker "), 4);
    ran
}

#[test]
fn a_scan_from_the_first_worker_leaves_the_last_idle() {
    let ran = pool("scan", &[]);
    assert_eq!(ran.metric("tasks_least"), 0.0);
    assert!(ran.metric("needless_waits") >= 20.0, "{:?}", ran.metrics);
}

#[test]
fn one_after_the_other_still_stands_behind_the_slow_task() {
    let ran = pool("overflow", &[]);
    assert_eq!(ran.metric("tasks_most"), 10.0);
    assert_eq!(ran.metric("tasks_least"), 10.0);
    let waits = ran.metric("needless_waits");
    assert!((4.0..20.0).contains(&waits), "{:?}", ran.metrics);
    // Nothing slow, nobody waits.
    let ran = pool("overflow", &[("slow_time", whole(100))]);
    assert_eq!(ran.metric("needless_waits"), 0.0);
}

#[test]
fn who_steals_lets_nobody_wait_for_nothing() {
    for arrive_every in [0, 40] {
        let ran = pool("stealing", &[("arrive_every", whole(arrive_every))]);
        assert_eq!(ran.metric("needless_waits"), 0.0, "{arrive_every}");
        assert!(ran.metric("stolen") > 0.0);
        assert!(ran.metric("tasks_least") > 0.0);
    }
}

/// The submit that found all queues full waits for worker 1, which is at the
/// slow task, though the others have had room for long.
#[test]
fn the_scan_waits_for_the_first_worker() {
    let burst = [("arrive_every", whole(0)), ("queue", whole(2))];
    let scan = pool("scan", &burst).metric("submit_blocked_ms");
    let stealing = pool("stealing", &burst).metric("submit_blocked_ms");
    assert!(scan > 90.0, "{scan}");
    assert!(stealing < 45.0, "{stealing}");
}

#[test]
fn a_pool_makes_a_buffer_for_each_that_is_held_and_no_more() {
    let ran = run("object-pool", &[]);
    ran.assert_clean();
    assert_eq!(ran.metric("made_fresh"), 1000.0);
    assert!(ran.metric("made_pooled") < 10.0, "{:?}", ran.metrics);
    // More at once than the pool keeps: the rest is dropped and made again.
    let ran = run("object-pool", &[("held", whole(512))]);
    assert_eq!(ran.metric("made_fresh"), 1000.0);
    assert!(ran.metric("made_pooled") > 10.0, "{:?}", ran.metrics);
}

#[test]
fn what_is_not_cleared_is_found_by_the_next() {
    let stale = |clear| {
        let ran = run("object-pool", &[("clear", Value::Toggle(clear))]);
        assert_eq!(ran.lines_with("message "), 8);
        ran.metric("stale")
    };
    assert_eq!(stale(true), 0.0);
    assert!(stale(false) >= 1.0);
}

#[test]
fn counters_lie_on_as_many_lines_as_their_distance_says() {
    let lines = |goroutines, distance| {
        let given = [
            ("goroutines", whole(goroutines)),
            ("distance", whole(distance)),
        ];
        run("false-sharing", &given).metric("lines")
    };
    assert_eq!(lines(2, 8), 1.0);
    assert_eq!(lines(2, 56), 1.0);
    assert_eq!(lines(2, 64), 2.0);
    assert_eq!(lines(8, 8), 1.0);
    assert_eq!(lines(8, 16), 2.0);
    assert_eq!(lines(8, 128), 8.0);
}

#[test]
fn one_processor_counts_for_one_at_a_time() {
    let ran = run_on(1, "false-sharing", &[]);
    ran.assert_clean();
    assert_eq!(ran.metric("together_high"), 0.0);
}
