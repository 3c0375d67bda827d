//! Every limit of a run, really met, each by a run of its own.

use protocol::{Frame, Kind, LimitMet, LimitName, Limits, Outcome, RunEnd};
use serde_json::{Value, json};

use crate::program::{is_running, signal};
use crate::server::{Server, is_completed, long, numbers, with_limits};

async fn met(limits: impl FnOnce(&mut Limits), request: Value) -> (Server, String, RunEnd) {
    let server = with_limits(|all| limits(&mut all.run)).await;
    let id = server.run(request).await;
    let end = server.end(&id).await;
    (server, id, end)
}

fn limit(limit: LimitName, value: u64) -> Vec<LimitMet> {
    vec![LimitMet { limit, value }]
}

#[tokio::test(flavor = "multi_thread")]
async fn time() {
    let (server, id, end) = met(|limits| limits.time_millis = 300, long()).await;
    assert_eq!(end.outcome, Outcome::Limit);
    assert_eq!(end.limits, limit(LimitName::Time, 300));
    assert!(!numbers(&server.frames(&id, "").await).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn memory() {
    let (server, id, end) = met(|limits| limits.memory_bytes = 1, long()).await;
    assert_eq!(end.outcome, Outcome::Limit);
    assert_eq!(end.limits, limit(LimitName::Memory, 1));
    assert!(!numbers(&server.frames(&id, "").await).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn goroutines() {
    let request = json!({"experiment": "worker-pool", "params": {"workers": 20}});
    let (_, _, end) = met(|limits| limits.goroutines = 10, request).await;
    assert_eq!(end.outcome, Outcome::Limit);
    assert_eq!(end.limits, limit(LimitName::Goroutines, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_beyond_the_limit_are_counted_and_the_run_goes_on() {
    let request = json!({"experiment": "channel-buffered", "params": {"time_scale": 0.01}});
    let (server, id, end) = met(|limits| limits.events = 20, request).await;
    assert!(is_completed(&end));
    assert_eq!(end.limits, limit(LimitName::Events, 20));
    assert!(end.dropped > 0);
    // Aggregates are exact all the same.
    let values = end
        .totals
        .objects
        .iter()
        .find(|one| one.name.as_deref() == Some("values"));
    assert_eq!(values.unwrap().sends, 5);
    let frames = server.frames(&id, "").await;
    assert_eq!(numbers(&frames).len(), 20);
    let dropped = frames.iter().find_map(|frame| match frame {
        Frame::Dropped { count, .. } => Some(*count),
        _ => None,
    });
    assert_eq!(dropped, Some(end.dropped));
    let lines = server.text(&format!("/api/runs/{id}/events")).await;
    assert!(lines.contains("{\"kind\":\"dropped\","), "{lines}");
}

#[tokio::test(flavor = "multi_thread")]
async fn output_beyond_the_limit_is_counted_and_the_run_goes_on() {
    let request = json!({"experiment": "channel-buffered", "params": {"time_scale": 0.01}});
    let (server, id, end) = met(|limits| limits.output_bytes = 30, request).await;
    assert!(is_completed(&end));
    assert_eq!(end.limits, limit(LimitName::Output, 30));
    let mut lines = Vec::new();
    for frame in server.frames(&id, "").await {
        if let Frame::Events { events, .. } = frame {
            lines.extend(events.into_iter().filter_map(|event| match event.kind {
                Kind::Line { text } => Some(text),
                _ => None,
            }));
        }
    }
    assert!(
        lines.iter().map(String::len).sum::<usize>() <= 30,
        "{lines:?}"
    );
    assert_eq!(lines.len() as u64 + end.dropped_lines, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runner_that_overstays_is_killed() {
    let server = with_limits(|limits| {
        limits.run.time_millis = 1_000;
        limits.overstay_grace_millis = 500;
    })
    .await;
    let id = server.run(long()).await;
    let runner = server.until_under_way(&id).await;
    // It cannot keep its own limit now.
    signal("STOP", runner);
    let end = server.end(&id).await;
    assert_eq!(end.outcome, Outcome::Limit);
    assert_eq!(end.limits, limit(LimitName::Time, 1_000));
    assert!(!is_running(runner));
    assert!(!numbers(&server.frames(&id, "").await).is_empty());
}
