//! Tasks in WebAssembly that a request brings along.

use protocol::{ErrorCode, Outcome};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Server, is_completed, server};

const SQUARE: &str = "(module (func (export \"task\") (param i64) (result i64)
    local.get 0 local.get 0 i64.mul))";

const ENDLESS_FOR_SEVEN: &str = "(module (func (export \"task\") (param i64) (result i64)
    (if (i64.eq (local.get 0) (i64.const 7)) (then (loop $again (br $again))))
    local.get 0))";

fn pool(body: &str, scheduler: &str) -> Value {
    json!({
        "experiment": "worker-pool", "params": {"tasks": 10}, "scheduler": scheduler,
        "task_body": body,
    })
}

async fn refused(server: &Server, request: Value) -> protocol::ApiError {
    let response = server.post(request.to_string()).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let error: protocol::ApiError = response.json().await.unwrap();
    assert_eq!(error.code, ErrorCode::InvalidRequest);
    assert_eq!(error.field.as_deref(), Some("task_body"));
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_does_the_tasks_that_came_along_on_both_schedulers() {
    let server = server().await;
    for scheduler in ["native", "sim"] {
        let id = server.run(pool(SQUARE, scheduler)).await;
        let end = server.end(&id).await;
        assert!(is_completed(&end), "{end:?}");
        assert_eq!(end.metrics["done"], 10.0);
        assert_eq!(end.metrics["sum"], 385.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_never_ends_fails_alone_and_says_at_which_limit() {
    let server = server().await;
    let id = server.run(pool(ENDLESS_FOR_SEVEN, "native")).await;
    let end = server.end(&id).await;
    assert!(matches!(end.outcome, Outcome::Completed { .. }), "{end:?}");
    assert_eq!(end.metrics["done"], 9.0);
    assert_eq!(end.metrics["failed"], 1.0);
    assert_eq!(end.metrics["sum"], 48.0);
    let path = format!("/api/runs/{id}/export?format=ndjson");
    let story = server.text(&path).await;
    assert!(story.contains("failed: task 7 used up its fuel"), "{story}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_task_body_or_not_wanted_is_refused() {
    let server = server().await;
    let error = refused(&server, pool("(module", "native")).await;
    assert!(error.message.contains("does not read"), "{}", error.message);
    let error = refused(&server, pool("(module)", "native")).await;
    assert!(
        error.message.contains("export \"task\""),
        "{}",
        error.message
    );

    let request = json!({"experiment": "channel-buffered", "task_body": SQUARE});
    let error = refused(&server, request).await;
    assert!(
        error.message.contains("channel-buffered"),
        "{}",
        error.message
    );
}
