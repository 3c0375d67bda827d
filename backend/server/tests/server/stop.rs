//! Stop, a closed page, and the end of the server.

use protocol::{Frame, Outcome};
use reqwest::StatusCode;
use serde_json::json;

use crate::program::{PATIENCE, is_running, signal, until};
use crate::server::{is_completed, long, numbers, server, with_limits};

#[tokio::test(flavor = "multi_thread")]
async fn stop_keeps_what_there_was() {
    let server = server().await;
    let id = server.run(long()).await;
    server.until(&id, |status| status.events > 10).await;
    assert_eq!(server.delete(&id).await, StatusCode::NO_CONTENT);
    let end = server.end(&id).await;
    assert_eq!(end.outcome, Outcome::Stopped);
    assert_eq!(end.limits, []);
    assert!(end.totals.goroutines >= 3);
    assert!(numbers(&server.frames(&id, "").await).len() > 10);
    // Again, and nothing changes.
    assert_eq!(server.delete(&id).await, StatusCode::NO_CONTENT);
    assert_eq!(server.end(&id).await, end);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runner_that_does_not_obey_is_killed() {
    let server = with_limits(|limits| limits.stop_grace_millis = 200).await;
    let id = server.run(long()).await;
    let runner = server.until_under_way(&id).await;
    signal("STOP", runner);
    server.delete(&id).await;
    assert_eq!(server.end(&id).await.outcome, Outcome::Stopped);
    assert!(!is_running(runner));
    assert!(!numbers(&server.frames(&id, "").await).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_page_ends_its_run() {
    let server = with_limits(|limits| limits.watcher_grace_millis = 100).await;
    let id = server.run(long()).await;
    let mut watching = server.get(&format!("/api/runs/{id}/events")).await;
    assert!(watching.chunk().await.unwrap().is_some());
    drop(watching);
    assert_eq!(server.end(&id).await.outcome, Outcome::Stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_comes_back_keeps_its_run() {
    let server = with_limits(|limits| limits.watcher_grace_millis = 2_000).await;
    // A run of five seconds: the grace of the first page passes while the
    // second watches.
    let params = json!({"workers": 1, "tasks": 50, "time_scale": 1});
    let request = json!({"experiment": "worker-pool", "params": params});
    let id = server.run(request).await;
    let mut first = server.get(&format!("/api/runs/{id}/events")).await;
    first.chunk().await.unwrap();
    drop(first);
    let frames = server.frames(&id, "").await;
    assert!(matches!(frames.last(), Some(Frame::End(end)) if is_completed(end)));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_to_watch() {
    let server = with_limits(|limits| limits.watcher_grace_millis = 1).await;
    let id = server.run(crate::server::short()).await;
    assert!(is_completed(&server.end(&id).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_ends_every_run_and_every_runner() {
    let server = with_limits(|limits| limits.running = 2).await;
    let (one, two) = (server.run(long()).await, server.run(long()).await);
    let waiting = server.run(long()).await;
    let runners = [
        server.until_under_way(&one).await,
        server.until_under_way(&two).await,
    ];
    tokio::time::timeout(PATIENCE, server.runs.close())
        .await
        .unwrap();
    for id in [&one, &two, &waiting] {
        assert_eq!(server.end(id).await.outcome, Outcome::Stopped);
    }
    for runner in runners {
        until("the runner ends", || (!is_running(runner)).then_some(()));
    }
    let refused = server.post(long().to_string()).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
}
