//! Who waits, who is refused, and who is forgotten.

use protocol::{ApiError, ErrorCode, Frame, Outcome, RunState};
use reqwest::StatusCode;
use serde_json::json;

use crate::server::{is_completed, long, numbers, short, with_limits};

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_503_and_says_when_to_come_back() {
    let server = with_limits(|limits| {
        limits.running = 1;
        limits.waiting = 1;
        limits.retry_after_seconds = 7;
    })
    .await;
    let running = server.run(long()).await;
    server.until_under_way(&running).await;
    let waiting = server.run(short()).await;
    let refused = server.post(short().to_string()).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "7");
    let error: ApiError = refused.json().await.unwrap();
    assert_eq!(error.code, ErrorCode::QueueFull);
    let health = server.json("/api/health").await;
    assert_eq!(
        health["queue"],
        json!({"running": 1, "waiting": 1, "limit": 1})
    );

    server.delete(&running).await;
    assert!(is_completed(&server.end(&waiting).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_runs_of_one_client_are_429() {
    let server = with_limits(|limits| limits.runs_per_client = 1).await;
    let first = server.run(long()).await;
    let refused = server.post(short().to_string()).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    let error: ApiError = refused.json().await.unwrap();
    assert_eq!(error.code, ErrorCode::TooManyRuns);
    server.delete(&first).await;
    server.end(&first).await;
    server.run(short()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_in_the_queue_are_streamed_as_they_change() {
    let server = with_limits(|limits| limits.running = 1).await;
    let first = server.run(long()).await;
    server.until_under_way(&first).await;
    let second = server.run(short()).await;
    let third = server.run(short()).await;
    let status = server.status(&third).await;
    assert_eq!(status.state, RunState::Queued { position: 1 });
    // One that is deleted while it waits never starts.
    assert_eq!(server.delete(&second).await, StatusCode::NO_CONTENT);
    let frames = server.frames(&second, "").await;
    let [Frame::Queued { position: 0 }, Frame::End(end)] = frames.as_slice() else {
        panic!("{frames:?}");
    };
    assert_eq!(end.outcome, Outcome::Stopped);

    server.delete(&first).await;
    let frames = server.frames(&third, "").await;
    let queued: Vec<u32> = frames
        .iter()
        .filter_map(|frame| match frame {
            Frame::Queued { position } => Some(*position),
            _ => None,
        })
        .collect();
    assert_eq!(queued, [1, 0]);
    assert!(!numbers(&frames).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timed_run_is_alone() {
    let server = with_limits(|limits| limits.running = 4).await;
    let other = server.run(long()).await;
    server.until_under_way(&other).await;
    let timed = server
        .run(json!({"experiment": "scheduler", "params": {"work": 10}}))
        .await;
    let behind = server.run(short()).await;
    assert_eq!(
        server.status(&timed).await.state,
        RunState::Queued { position: 0 }
    );
    assert_eq!(
        server.status(&behind).await.state,
        RunState::Queued { position: 1 }
    );
    server.delete(&other).await;
    assert!(is_completed(&server.end(&timed).await));
    assert!(is_completed(&server.end(&behind).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_runs_are_forgotten() {
    let server = with_limits(|limits| limits.stored_runs = 2).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let id = server.run(short()).await;
        server.end(&id).await;
        ids.push(id);
    }
    // Remembered runs are counted a moment after the last one has ended.
    let forgotten = || async {
        let response = server.get(&format!("/api/runs/{}", ids[0])).await;
        response.status() == StatusCode::NOT_FOUND
    };
    let start = std::time::Instant::now();
    while !forgotten().await {
        assert!(start.elapsed() < crate::program::PATIENCE);
        tokio::task::yield_now().await;
    }
    server.status(&ids[1]).await;
    server.status(&ids[2]).await;
}
