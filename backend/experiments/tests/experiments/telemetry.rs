//! Chapter 6: spans, counters, and where time goes.

use std::collections::BTreeMap;

use csp::run::Outcome;
use csp::trace::{Kind, Value as Said};
use experiments::Value;

use crate::running::{Ran, option, run, simulate_with, whole};

/// A span, as a collector puts it together.
#[derive(Debug, Default)]
struct Span {
    name: String,
    parent: u64,
    attributes: BTreeMap<String, Said>,
    errors: Vec<String>,
    failed: Option<bool>,
}

fn spans(ran: &Ran) -> BTreeMap<u64, Span> {
    let mut spans: BTreeMap<u64, Span> = BTreeMap::new();
    for event in &ran.events {
        match &event.kind {
            Kind::SpanBegun { span, parent, name } => {
                let begun = spans.entry(*span).or_default();
                begun.name = name.to_string();
                begun.parent = *parent;
            }
            Kind::SpanAttribute { span, attribute } => {
                let (key, value) = (attribute.key.to_string(), attribute.value.clone());
                spans
                    .entry(*span)
                    .or_default()
                    .attributes
                    .insert(key, value);
            }
            Kind::SpanFailed { span, message } => {
                let failed = spans.entry(*span).or_default();
                failed.errors.push(message.to_string());
            }
            Kind::SpanEnded { span, failed } => {
                spans.entry(*span).or_default().failed = Some(*failed);
            }
            _ => {}
        }
    }
    spans
}

#[test]
fn each_goroutine_has_a_span_that_names_it() {
    let ran = run("trace-goroutine", &[]);
    ran.assert_clean();
    let spans = spans(&ran);
    assert_eq!(spans.len(), 3);
    for span in spans.values() {
        assert_eq!((span.name.as_str(), span.parent), ("goroutine", 0));
        assert!(matches!(&span.attributes["goroutine.name"], Said::Label(_)));
        let Said::Int(count) = span.attributes["goroutine.count"] else {
            panic!("{span:?}");
        };
        assert!((2..=4).contains(&count), "{count}");
        assert_eq!(span.failed, Some(false));
    }
    assert_eq!(ran.metric("ended"), 3.0);
}

#[test]
fn a_panic_is_the_error_of_its_span_and_goes_on() {
    let ran = run("trace-goroutine", &[("panicking", whole(2))]);
    let Outcome::Panicked(panic) = &ran.report.outcome else {
        panic!("{:?}", ran.report.outcome);
    };
    assert_eq!(panic.message(), "worker 2 divides by zero");
    let spans = spans(&ran);
    let failed: Vec<_> = spans
        .values()
        .filter(|span| span.failed == Some(true))
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].errors, ["panic: worker 2 divides by zero"]);
    assert_eq!(ran.metric("failed"), 1.0);
}

#[test]
fn a_panic_that_is_swallowed_leaves_no_status() {
    let given = [("panicking", whole(2)), ("on_panic", option("swallow"))];
    let ran = run("trace-goroutine", &given);
    ran.assert_clean();
    assert_eq!(ran.metric("swallowed"), 1.0);
    assert_eq!(ran.lines_with("worker "), 2);
    assert!(spans(&ran).values().all(|span| span.failed == Some(false)));
}

#[test]
fn every_task_has_a_span_under_that_of_the_pool() {
    for ran in [
        run("trace-worker-pool", &[]),
        simulate_with("trace-worker-pool", 1, &[]),
    ] {
        ran.assert_clean();
        let spans = spans(&ran);
        assert_eq!(spans.len(), 10);
        let (&pool, told) = spans.first_key_value().unwrap();
        assert_eq!(told.name, "worker_pool");
        assert_eq!(told.attributes["worker.count"], Said::Int(3));
        assert_eq!(told.attributes["task.total"], Said::Int(9));
        assert!(told.attributes.contains_key("goroutine.final_count"));
        for span in spans.values().skip(1) {
            assert_eq!(span.parent, pool);
            let Said::Int(id) = span.attributes["worker.id"] else {
                panic!("{span:?}");
            };
            assert_eq!(span.name, format!("worker_{id}"));
        }
        assert_eq!(ran.metric("spans"), 10.0);
        assert_eq!(ran.metric("roots"), 1.0);
        assert_eq!(ran.metric("outlived"), 0.0);
        assert!(ran.metric("at_once") <= 3.0);
    }
}

#[test]
fn a_span_that_is_not_carried_is_lost() {
    let ran = run("trace-worker-pool", &[("carry", Value::Toggle(false))]);
    assert_eq!(ran.metric("roots"), 10.0);
    assert!(spans(&ran).values().all(|span| span.parent == 0));
}

#[test]
fn a_pool_that_does_not_wait_ends_before_its_tasks() {
    let ran = simulate_with("trace-worker-pool", 2, &[("wait", Value::Toggle(false))]);
    ran.assert_clean();
    assert!(ran.metric("outlived") > 0.0, "{:?}", ran.metrics);
}

#[test]
fn a_failed_task_fails_its_span_alone() {
    let ran = run("trace-worker-pool", &[("failing_every", whole(4))]);
    assert_eq!(ran.metric("failed"), 2.0);
    let spans = spans(&ran);
    let failed = spans.values().filter(|span| span.failed == Some(true));
    assert!(failed.clone().all(|span| span.errors.len() == 1));
    assert_eq!(failed.count(), 2);
}

/// The values that the program gave the counter.
fn counter(ran: &Ran, of: &str) -> Vec<i64> {
    let of = format!("{of}{{channel=\"orders\"}}");
    let values = ran.events.iter().filter_map(|event| match &event.kind {
        Kind::Counter { name, value } if **name == *of => Some(*value),
        _ => None,
    });
    values.collect()
}

#[test]
fn a_tracked_channel_counts_what_happened() {
    let ran = run("tracked-channel", &[]);
    ran.assert_clean();
    assert_eq!(ran.metric("sent"), 20.0);
    assert_eq!(ran.metric("received"), 20.0);
    assert_eq!(ran.metric("never_sent"), 0.0);
    assert_eq!(ran.metric("gauge_reports"), 40.0);
    assert_eq!(counter(&ran, "channel_send_total").len(), 20);
    assert_eq!(counter(&ran, "channel_buffer_size").len(), 40);
}

#[test]
fn the_books_counts_the_zeros_of_a_closed_channel_and_reports_no_gauge() {
    let ran = run("tracked-channel", &[("channel", option("book"))]);
    ran.assert_clean();
    assert_eq!(ran.metric("sent"), 20.0);
    assert_eq!(ran.metric("received"), 25.0);
    assert_eq!(ran.metric("never_sent"), 5.0);
    assert_eq!(ran.metric("gauge_reports"), 0.0);
    assert!(counter(&ran, "channel_buffer_size").is_empty());
}

#[test]
fn a_wait_ends_with_its_context_and_the_books_never_does() {
    // The receiver leaves; the sender fills the buffer and waits.
    let leaves = [("receives", whole(3)), ("timeout", whole(2000))];
    let ran = run("tracked-channel", &leaves);
    ran.assert_clean();
    assert_eq!(ran.metric("gave_up"), 1.0);
    assert_eq!(ran.metric("sent"), 8.0);

    let mut leaves = leaves.to_vec();
    leaves.push(("channel", option("book")));
    let ran = run("tracked-channel", &leaves);
    assert!(matches!(ran.report.outcome, Outcome::Deadlock));
}

#[test]
fn no_more_run_than_there_are_processors() {
    let ran = run("goroutine-metrics", &[]);
    ran.assert_clean();
    assert!(ran.metric("running_most") <= 2.0);
    assert!(ran.metric("samples") >= 1.0);
    assert!(ran.metric("waiting_most") >= 20.0, "{:?}", ran.metrics);
    assert!(ran.metric("runnable_most") <= 10.0);
    assert!(ran.metric("latency_half") <= ran.metric("latency_99"));
    assert!(ran.metric("latency_99") <= ran.metric("latency_most"));
}

#[test]
fn goroutines_that_only_wait_do_not_queue() {
    let ran = run("goroutine-metrics", &[("busy", whole(0))]);
    assert_eq!(ran.metric("runnable_most"), 0.0);
}

#[test]
fn the_profile_names_the_lock_and_then_the_database() {
    // Simulated: nobody else takes time.
    let held = simulate_with("block-profile", 1, &[]);
    let mended = simulate_with("block-profile", 1, &[("hold", option("for_the_sum"))]);
    held.assert_clean();
    mended.assert_clean();
    assert!(held.metric("lock_ms") > 300.0, "{:?}", held.metrics);
    assert!(mended.metric("lock_ms") < 20.0, "{:?}", mended.metrics);
    assert!(held.metric("elapsed_ms") > 2.0 * mended.metric("elapsed_ms"));
    // The first line below the head of the table.
    let first = |ran: &Ran| {
        let lines = ran.lines();
        let head = lines.iter().position(|line| line.starts_with("share"));
        lines[head.unwrap() + 1].to_owned()
    };
    assert!(first(&held).contains(" lock "), "{}", first(&held));
    assert!(!first(&mended).contains(" lock "), "{}", first(&mended));
}

#[test]
fn natively_the_profile_is_complete_too() {
    let ran = run("block-profile", &[]);
    ran.assert_clean();
    assert!(ran.metric("lock_waits") >= 1.0, "{:?}", ran.metrics);
    // 40 queries of 5 ms, one after the other.
    assert!(ran.metric("sleep_ms") >= 200.0, "{:?}", ran.metrics);
    assert!(ran.metric("lock_ms") > 100.0, "{:?}", ran.metrics);
}
