//! Chapter 2: what the patterns do is what their lessons say. Where it depends
//! on times, they are simulated, and exact.

use csp::run::Outcome;
use csp::trace::{Kind, ObjectKind, Reason};
use experiments::Value;

use crate::running::{Ran, option, run, simulate_plainly, simulate_with, whole};

/// The experiment with these parameters, where every wait is as long as it says.
fn in_time(id: &str, given: &[(&str, Value)]) -> Ran {
    let ran = simulate_plainly(id, given);
    ran.assert_clean();
    ran
}

#[test]
fn a_dynamic_pool_grows_and_shrinks_between_its_bounds() {
    let ran = in_time("dynamic-pool", &[]);
    assert_eq!(ran.metric("peak_workers"), 10.0);
    assert_eq!(ran.metric("least_workers"), 2.0);
    assert_eq!(ran.metric("end_workers"), 2.0);
    assert_eq!(ran.metric("lost"), 0.0);
    assert!(ran.metric("done") > 200.0, "{:?}", ran.metrics);
}

#[test]
fn a_short_queue_gets_workers_by_our_rule_and_none_by_the_books() {
    let given = |rules| [("queue", whole(8)), ("rules", option(rules))];
    let ran = in_time("dynamic-pool", &given("book"));
    assert_eq!(ran.metric("peak_workers"), 2.0);
    assert!(ran.metric("vain_looks") >= 7.0, "{:?}", ran.metrics);
    let ran = in_time("dynamic-pool", &given("mended"));
    assert!(ran.metric("peak_workers") >= 9.0, "{:?}", ran.metrics);
}

#[test]
fn who_looks_and_leaves_later_leaves_too_few() {
    let ran = in_time("dynamic-pool", &[("rules", option("book"))]);
    assert!(ran.metric("least_workers") < 2.0, "{:?}", ran.metrics);
}

#[test]
fn a_few_tasks_keep_more_workers_than_they_need() {
    let given = [("quiet_every", whole(5000))];
    let ran = in_time("dynamic-pool", &given);
    assert!(ran.metric("end_workers") >= 5.0, "{:?}", ran.metrics);
}

#[test]
fn fan_in_merges_every_square_once() {
    for workers in [1, 3, 32] {
        let given = [("workers", whole(workers)), ("numbers", whole(40))];
        let ran = run("fan-out-fan-in", &given);
        ran.assert_clean();
        assert_eq!(ran.metric("merged"), 40.0);
        assert_eq!(ran.metric("out_of_order") == 0.0, workers == 1);
        assert_eq!(ran.lines().len(), 40);
    }
}

#[test]
fn more_workers_take_less_time() {
    let elapsed = |workers| {
        let given = [("workers", whole(workers)), ("numbers", whole(40))];
        simulate_plainly("fan-out-fan-in", &given).metric("elapsed_ms")
    };
    assert!(elapsed(4) < elapsed(1) / 3.0);
    assert!(elapsed(16) < elapsed(4) / 2.0);
}

#[test]
fn an_input_that_closes_the_merged_channel_breaks_the_others() {
    for seed in 1..=10 {
        let ran = simulate_with("fan-out-fan-in", seed, &[("closes", option("each_input"))]);
        let Outcome::Panicked(panic) = &ran.report.outcome else {
            panic!("{:?}", ran.report.outcome);
        };
        assert!(panic.message().contains("closed channel"), "{panic}");
        assert!(ran.metric("merged") < 10.0);
    }
}

#[test]
fn the_slowest_stage_sets_the_pace() {
    for (upper, prefix, slowest) in [(50, 20, 2.0), (5, 20, 3.0), (5, 5, 1.0)] {
        let given = [("upper_time", whole(upper)), ("prefix_time", whole(prefix))];
        let ran = in_time("pipeline", &given);
        assert_eq!(ran.metric("delivered"), 30.0);
        assert_eq!(ran.metric("bottleneck"), slowest);
        // With the time for the first word to come through, but by far not
        // the sum of all stages for each.
        let pace = upper.max(prefix).max(10) as f64 / 10.0;
        let word = ran.metric("word_ms");
        assert!(word >= pace && word < pace * 1.3, "{word} at {pace}");
    }
}

#[test]
fn a_pipeline_that_is_cancelled_leaves_nobody_and_a_forgotten_one_all() {
    let ran = in_time("pipeline", &[("take", whole(5))]);
    assert_eq!(ran.metric("delivered"), 5.0);
    assert_eq!(ran.metric("left"), 0.0);
    let ran = run(
        "pipeline",
        &[("take", whole(5)), ("then", option("forget"))],
    );
    assert_eq!(ran.metric("left"), 3.0);
    let mut left: Vec<_> = ran.report.left.iter().collect();
    left.sort_by_key(|left| left.g);
    let names: Vec<_> = left.iter().filter_map(|left| left.name.clone()).collect();
    assert_eq!(names.len(), 3, "{left:?}");
    for stage in left {
        assert!(
            matches!(stage.reason, Some(Reason::Select)),
            "{:?}",
            stage.reason
        );
    }
}

#[test]
fn a_topic_drops_what_its_policy_says() {
    let topic = |when_full| {
        let given = [("when_full", option(when_full))];
        let ran = simulate_plainly("pub-sub", &given);
        ran.assert_clean();
        let sum = ran.metric("slow_delivered") + ran.metric("slow_dropped");
        assert_eq!(sum, 20.0);
        assert_eq!(ran.metric("quick_delivered"), 20.0);
        assert_eq!(ran.lines_with("a second slow is refused"), 1);
        ran
    };
    let newest = topic("drop_newest");
    let oldest = topic("drop_oldest");
    let block = topic("block");
    assert!(newest.metric("slow_dropped") > 5.0);
    assert!(oldest.metric("slow_dropped") > 5.0);
    assert_eq!(oldest.metric("slow_last"), 20.0);
    assert!(newest.metric("slow_last") < 20.0);
    assert_eq!(block.metric("slow_dropped"), 0.0);
    assert!(newest.metric("publish_ms") < 1.0);
    assert!(block.metric("publish_ms") > 100.0);
}

#[test]
fn a_semaphore_lets_no_more_in_than_it_has() {
    for by in ["semaphore", "channel"] {
        for units in [1, 3, 12] {
            let given = [("by", option(by)), ("units", whole(units))];
            let ran = run("semaphore", &given);
            ran.assert_clean();
            assert_eq!(ran.metric("done"), 12.0);
            assert!(ran.metric("peak") <= units as f64, "{:?}", ran.metrics);
        }
    }
    let given = [("by", option("nothing"))];
    let ran = in_time("semaphore", &given);
    assert_eq!(ran.metric("peak"), 12.0);
}

#[test]
fn tokens_taken_one_by_one_deadlock_and_units_taken_at_once_do_not() {
    let heavy = |by| [("by", option(by)), ("weight", whole(2))];
    let ran = in_time("semaphore", &heavy("semaphore"));
    assert_eq!(ran.metric("done"), 12.0);
    assert_eq!((ran.metric("peak"), ran.metric("peak_units")), (1.0, 2.0));
    let ran = run("semaphore", &heavy("channel"));
    assert!(matches!(ran.report.outcome, Outcome::Deadlock));
    assert!(ran.metric("done") < 12.0);
}

#[test]
fn the_first_error_ends_the_others_of_its_group() {
    let ran = in_time("errgroup", &[]);
    assert_eq!(ran.metric("first_error"), 3.0);
    assert_eq!((ran.metric("fetched"), ran.metric("given_up")), (2.0, 3.0));
    assert_eq!(ran.lines_with("page 3: no such host"), 1);
    let ran = in_time("errgroup", &[("watches", option("nothing"))]);
    assert_eq!(ran.metric("first_error"), 3.0);
    assert_eq!((ran.metric("fetched"), ran.metric("given_up")), (5.0, 0.0));
    let ran = in_time("errgroup", &[("fails", whole(0))]);
    assert_eq!(
        (ran.metric("fetched"), ran.metric("first_error")),
        (6.0, 0.0)
    );
    assert_eq!(ran.metric("peak"), 6.0);
}

#[test]
fn a_group_has_no_more_active_than_its_limit() {
    for limit in [1, 2, 5] {
        let given = [("limit", whole(limit)), ("fails", whole(0))];
        let ran = in_time("errgroup", &given);
        assert_eq!(ran.metric("peak"), limit as f64);
        assert_eq!(ran.metric("fetched"), 6.0);
    }
}

#[test]
fn a_bucket_saves_for_a_burst_and_a_ticker_does_not() {
    for burst in [1, 5, 8] {
        let ran = in_time("rate-limiter", &[("burst", whole(burst))]);
        assert_eq!(ran.metric("first_wave"), burst as f64);
        assert_eq!(ran.metric("last_wave"), burst as f64);
    }
    let ran = in_time("rate-limiter", &[("by", option("ticker"))]);
    assert_eq!(ran.metric("first_wave"), 0.0);
    assert_eq!(ran.metric("last_wave"), 1.0);
    assert_eq!(ran.metric("refused"), 22.0);
}

#[test]
fn who_waits_for_a_token_gets_one_as_they_grow() {
    let wave = |by, burst| {
        let given = [
            ("by", option(by)),
            ("burst", whole(burst)),
            ("otherwise", option("waits")),
        ];
        let ran = simulate_plainly("rate-limiter", &given);
        ran.assert_clean();
        assert_eq!(ran.metric("allowed"), 24.0);
        ran.metric("wave_ms")
    };
    // Eight of which five go at once, and of which one does.
    assert!((30.0..31.0).contains(&wave("bucket", 5)));
    assert!((70.0..71.0).contains(&wave("bucket", 1)));
    assert!((60.0..=71.0).contains(&wave("ticker", 1)));
}

#[test]
fn a_ticker_that_nobody_stops_goes_on_ticking() {
    let late_ticks = |stop| {
        let given = [("by", option("ticker")), ("stop", Value::Toggle(stop))];
        let ran = simulate_plainly("rate-limiter", &given);
        let timer = ran.events.iter().find_map(|event| match &event.kind {
            Kind::Made {
                object,
                kind: ObjectKind::Timer,
                name,
                ..
            } if name.as_deref() == Some("limiter") => Some(*object),
            _ => None,
        });
        let timer = timer.expect("the ticker is an object");
        let rest = ran.events.iter().filter(|event| event.t_ns > 305_000_000);
        rest.filter(
            |event| matches!(event.kind, Kind::TimerFired { object, .. } if object == timer),
        )
        .count()
    };
    assert_eq!(late_ticks(true), 0);
    assert!(late_ticks(false) >= 9);
}
