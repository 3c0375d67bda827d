//! What the programs do is what the lessons say.

use std::collections::BTreeSet;

use csp::run::Outcome;
use csp::trace::{Kind, Reason};
use experiments::{Entry, MetricSpec, ParamKind, Value, all, find};

use crate::running::{Ran, run, run_on, whole};

#[test]
fn defaults_complete_and_report_every_figure() {
    for entry in all() {
        let ran = run(entry.id, &[]);
        ran.assert_ends_as_declared(entry);
        let reported: BTreeSet<_> = ran.metrics.keys().cloned().collect();
        let declared: BTreeSet<_> = entry.metrics.iter().flat_map(names).collect();
        assert_eq!(reported, declared, "{}", entry.id);
        assert!(
            ran.metrics.values().all(|value| value.is_finite()),
            "{}: {:?}",
            entry.id,
            ran.metrics
        );
        assert!(!ran.lines().is_empty(), "{} prints nothing", entry.id);
    }
}

/// Each parameter at either end of its range, and each of its choices, with
/// everything else at its default and time as fast as it goes.
fn extremes_complete(entries: impl Iterator<Item = &'static Entry>) {
    for entry in entries {
        let params = (entry.params)();
        let timed = params.iter().any(|spec| spec.name == "time_scale");
        for spec in &params {
            for end in ends(&spec.kind) {
                let mut given = vec![(spec.name, end)];
                if timed {
                    given.push(("time_scale", Value::Number(0.01)));
                }
                run(entry.id, &given).assert_ends_as_declared(entry);
            }
        }
    }
}

fn ends(kind: &ParamKind) -> Vec<Value> {
    match *kind {
        ParamKind::Integer { min, max, .. } => vec![whole(min), whole(max)],
        ParamKind::Toggle { .. } => vec![Value::Toggle(false), Value::Toggle(true)],
        ParamKind::Choice { options, .. } => options
            .iter()
            .map(|option| Value::Text(option.value.to_owned()))
            .collect(),
        // The longest waits have tests of their own.
        ParamKind::Number { .. } => Vec::new(),
    }
}

/// Every other experiment, so that two processors share the work.
#[test]
fn extremes_of_one_half_complete() {
    extremes_complete(all().iter().copied().step_by(2));
}

#[test]
fn extremes_of_the_other_half_complete() {
    extremes_complete(all().iter().copied().skip(1).step_by(2));
}

/// The names in the outcome of a figure.
fn names(metric: &MetricSpec) -> Vec<String> {
    let name = metric.name;
    let mut names = vec![name.to_owned()];
    if metric.spread {
        names.extend([format!("{name}_low"), format!("{name}_high")]);
    }
    names
}

/// Five sends at once, long before the receiver comes.
fn burst(capacity: i64) -> Ran {
    let ran = run(
        "channel-buffered",
        &[
            ("capacity", whole(capacity)),
            ("send_every", whole(0)),
            ("receiver_starts_after", whole(4000)),
            ("receive_every", whole(10)),
        ],
    );
    ran.assert_clean();
    ran
}

#[test]
fn the_first_send_beyond_the_buffer_blocks() {
    for (capacity, first) in [(0, 1.0), (1, 2.0), (3, 4.0), (4, 5.0), (5, 0.0), (16, 0.0)] {
        let ran = burst(capacity);
        assert_eq!(ran.metric("first_blocked_send"), first, "of {capacity}");
        let peak = capacity.min(5) as f64;
        assert_eq!(ran.metric("peak_len"), peak, "of {capacity}");
        assert_eq!(ran.metric("blocked_sends") == 0.0, first == 0.0);
        assert_eq!(ran.metric("blocked_ms") == 0.0, first == 0.0);
    }
}

#[test]
fn a_buffer_keeps_the_order_and_close_loses_nothing() {
    let ran = burst(3);
    let received: Vec<_> = ran
        .lines()
        .into_iter()
        .filter(|line| line.starts_with("received"))
        .collect();
    let expected: Vec<_> = (1..=5).map(|n| format!("received {n}")).collect();
    assert_eq!(received, expected);
    assert_eq!(ran.lines_with("sent"), 5);
}

#[test]
fn a_blocked_send_points_at_its_line() {
    let ran = burst(3);
    let entry = find("channel-buffered").unwrap();
    let blocked = ran.events.iter().find(|event| {
        let reason = Reason::ChanSend;
        matches!(event.kind, Kind::Blocked { reason: is, .. } if is == reason)
    });
    let at = blocked.and_then(|event| event.at).unwrap();
    assert_eq!(at.file(), entry.file);
    let line = entry.source.lines().nth(at.line() as usize - 1).unwrap();
    assert!(line.contains("tx.send(n)"), "{line}");
}

#[test]
fn the_order_that_is_counted_is_the_order_that_is_printed() {
    let ran = run(
        "channel-unbuffered",
        &[("values", whole(200)), ("receiver_delay", whole(0))],
    );
    ran.assert_clean();
    let lines = ran.lines();
    let at = |line: String| lines.iter().position(|is| **is == *line).unwrap();
    let sent_first = (1..=200)
        .filter(|n| at(format!("sent {n}")) < at(format!("received {n}")))
        .count();
    assert_eq!(ran.metric("sent_first"), sent_first as f64);
    assert_eq!(ran.metric("received_first"), (200 - sent_first) as f64);
}

#[test]
fn a_late_receiver_blocks_an_unbuffered_send() {
    let ran = run("channel-unbuffered", &[("receiver_delay", whole(2000))]);
    ran.assert_clean();
    assert_eq!(ran.metric("blocked_sends"), 1.0);
    assert_eq!(ran.lines_with("sent 1"), 1);
    assert_eq!(ran.lines_with("received 1"), 1);
}

#[test]
fn select_takes_whoever_is_ready() {
    for (after, first) in [([0, 5000], "one"), ([5000, 0], "two")] {
        let given = [
            ("first_after", whole(after[0])),
            ("second_after", whole(after[1])),
        ];
        let ran = run("select-basic", &given);
        ran.assert_clean();
        assert!(ran.lines()[0].starts_with(first), "{:?}", ran.lines());
        assert_eq!(ran.lines().len(), 2);
    }
}

#[test]
fn select_draws_among_the_ready() {
    let ran = run(
        "select-basic",
        &[
            ("first_after", whole(0)),
            ("second_after", whole(0)),
            ("busy", whole(500)),
            ("rounds", whole(40)),
        ],
    );
    ran.assert_clean();
    let (first, second) = (ran.metric("first_won"), ran.metric("second_won"));
    assert_eq!(first + second, 40.0);
    // One in 2^39 runs has only one of them.
    assert!(first > 0.0 && second > 0.0, "{first} and {second}");
}

#[test]
fn a_time_out_leaves_the_worker_at_work() {
    let ran = run("select-timeout", &[]);
    ran.assert_clean();
    assert_eq!(ran.metric("timed_out"), 1.0);
    assert_eq!(ran.metric("leaked"), 0.0);
    assert!(ran.lines()[0].starts_with("gave up"), "{:?}", ran.lines());
    assert_eq!(ran.lines_with("the worker ends"), 1);
}

#[test]
fn patience_gets_the_result() {
    let ran = run("select-timeout", &[("timeout", whole(9000))]);
    ran.assert_clean();
    assert_eq!(ran.metric("timed_out"), 0.0);
    assert_eq!(ran.lines_with("done after"), 1);
}

#[test]
fn without_room_the_late_worker_leaks() {
    let unbuffered = Value::Text("unbuffered".to_owned());
    let ran = run("select-timeout", &[("reply", unbuffered)]);
    assert_eq!(ran.metric("leaked"), 1.0);
    assert_eq!(ran.lines_with("the worker ends"), 0);
    let [left] = &ran.report.left[..] else {
        panic!("{:?}", ran.report.left);
    };
    assert_eq!(left.name.as_deref(), Some("worker"));
    assert_eq!(left.reason, Some(Reason::ChanSend));
    assert_eq!(left.object_name.as_deref(), Some("result"));
}

#[test]
fn a_pool_does_every_task_once_and_refuses_late_ones() {
    for queue in [0, 4, 100] {
        let ran = run("worker-pool", &[("queue", whole(queue))]);
        ran.assert_clean();
        assert_eq!(ran.metric("done"), 100.0);
        assert_eq!(ran.metric("refused"), 1.0);
        assert!(ran.metric("queue_peak") <= queue as f64);
        assert_eq!(ran.metric("submits_blocked") == 0.0, queue == 100);
    }
}

#[test]
fn a_pool_outlives_tasks_that_fail_and_panic() {
    let ran = run(
        "worker-pool",
        &[
            ("workers", whole(2)),
            ("failing_every", whole(30)),
            ("panicking_every", whole(50)),
        ],
    );
    ran.assert_clean();
    assert_eq!(ran.metric("done"), 95.0);
    assert_eq!(ran.metric("failed"), 3.0);
    assert_eq!(ran.metric("panicked"), 2.0);
    assert_eq!(ran.lines_with("panicked: task 50 divides by zero"), 1);
    assert_eq!(ran.lines_with("failed: task 30 found no file"), 1);
}

#[test]
fn a_pool_that_does_not_recover_dies_of_one_panic() {
    let ran = run(
        "worker-pool",
        &[
            ("panicking_every", whole(50)),
            ("recover", Value::Toggle(false)),
        ],
    );
    let Outcome::Panicked(panic) = &ran.report.outcome else {
        panic!("{:?}", ran.report.outcome);
    };
    assert_eq!(panic.message(), "task 50 divides by zero");
    assert!(ran.metric("done") < 50.0, "{:?}", ran.metrics);
}

#[test]
fn one_processor_steals_from_nobody() {
    let ran = run_on(1, "scheduler", &[]);
    ran.assert_clean();
    assert_eq!(ran.metric("steals"), 0.0);
    assert_eq!(ran.metric("moves"), 0.0);
    assert_eq!(ran.lines_with("counter "), 8);
}

#[test]
fn a_hog_is_preempted() {
    let ran = run("scheduler", &[("hog", Value::Toggle(true))]);
    ran.assert_clean();
    assert!(ran.metric("preemptions") >= 1.0, "{:?}", ran.metrics);
    assert_eq!(ran.lines_with("hog: done"), 1);
    assert_eq!(ran.lines_with("counter "), 8);
}
