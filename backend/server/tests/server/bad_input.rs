//! Whatever is wrong is named, with what would be right.

use protocol::packed::{MEDIA_TYPE, PackedError, unpack};
use protocol::{ApiError, ErrorCode};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::server::{Server, server, with_limits};

async fn refused(server: &Server, body: &str) -> (StatusCode, ApiError) {
    let response = server.post(body.to_owned()).await;
    let status = response.status();
    assert_eq!(response.headers()["content-type"], "application/json");
    (status, response.json().await.unwrap())
}

async fn not_found(server: &Server, path: &str) -> ApiError {
    let response = server.get(path).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    response.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_json_is_told_with_its_position() {
    let server = server().await;
    for (body, line, column) in [
        ("{\"experiment\":\n  oops}", 2, 3),
        ("", 1, 1),
        ("{\"experiment\": \"channel-buffered\",\n}", 2, 1),
        ("{}x", 1, 3),
        ("{\"experiment\": \"\u{1}\"}", 1, 17),
    ] {
        let (status, error) = refused(&server, body).await;
        assert_eq!(
            (status, error.code),
            (StatusCode::BAD_REQUEST, ErrorCode::MalformedJson)
        );
        assert_eq!(
            (error.line, error.column),
            (Some(line), Some(column)),
            "{body:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_named() {
    let server = server().await;
    for (body, code, field) in [
        ("[]", ErrorCode::InvalidRequest, None),
        ("{}", ErrorCode::InvalidRequest, Some("experiment")),
        (
            r#"{"experiment": 3}"#,
            ErrorCode::WrongType,
            Some("experiment"),
        ),
        (
            r#"{"experiment": "scheduler", "prams": {}}"#,
            ErrorCode::InvalidRequest,
            Some("prams"),
        ),
        (
            r#"{"experiment": "scheduler", "params": []}"#,
            ErrorCode::WrongType,
            Some("params"),
        ),
        (
            r#"{"experiment": "scheduler", "scheduler": "go"}"#,
            ErrorCode::NotAnOption,
            Some("scheduler"),
        ),
        (
            r#"{"experiment": "scheduler", "seed": -1}"#,
            ErrorCode::WrongType,
            Some("seed"),
        ),
        (
            r#"{"experiment": "scheduler", "procs": 0}"#,
            ErrorCode::OutOfRange,
            Some("procs"),
        ),
        (
            r#"{"experiment": "scheduler", "procs": 65}"#,
            ErrorCode::OutOfRange,
            Some("procs"),
        ),
        (
            r#"{"experiment": "scheduler", "procs": 99999999999999999999}"#,
            ErrorCode::WrongType,
            Some("procs"),
        ),
        (
            r#"{"experiment": "scheduler", "procs": 1.5}"#,
            ErrorCode::WrongType,
            Some("procs"),
        ),
    ] {
        let (status, error) = refused(&server, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(
            (error.code, error.field.as_deref()),
            (code, field),
            "{body}"
        );
    }
    let (_, error) = refused(&server, r#"{"experiment": "scheduler", "procs": 65}"#).await;
    assert_eq!(
        (error.min, error.max, error.given),
        (Some(1.0), Some(64.0), Some(65.into()))
    );
    let (_, error) = refused(&server, r#"{"experiment": "scheduler", "prams": {}}"#).await;
    assert_eq!(error.options.first().map(String::as_str), Some("params"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_parameter_is_named_with_its_bounds_and_what_was_given() {
    let server = server().await;
    let with = |params| json!({"experiment": "channel-buffered", "params": params}).to_string();

    let (status, error) = refused(&server, &with(json!({"capacity": 1025}))).await;
    assert_eq!(
        (status, error.code),
        (StatusCode::BAD_REQUEST, ErrorCode::OutOfRange)
    );
    assert_eq!(error.field.as_deref(), Some("capacity"));
    assert_eq!((error.min, error.max), (Some(0.0), Some(1024.0)));
    assert_eq!(error.given, Some(1025.into()));
    for word in ["capacity", "1024", "1025"] {
        assert!(error.message.contains(word), "{}", error.message);
    }

    for given in [json!("3"), json!([3]), json!(true), json!(2.5)] {
        let (_, error) = refused(&server, &with(json!({"capacity": given}))).await;
        assert_eq!(
            (error.code, error.given),
            (ErrorCode::WrongType, Some(given))
        );
    }

    let (_, error) = refused(&server, &with(json!({"capcity": 3}))).await;
    assert_eq!(
        (error.code, error.given),
        (ErrorCode::UnknownParameter, Some(3.into()))
    );
    assert_eq!(error.options.first().map(String::as_str), Some("capacity"));

    let body = json!({"experiment": "select-timeout", "params": {"reply": "maybe"}});
    let (_, error) = refused(&server, &body.to_string()).await;
    assert_eq!(error.code, ErrorCode::NotAnOption);
    assert_eq!(error.options, ["buffered", "unbuffered"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_things_are_404_with_the_nearest_names() {
    let server = server().await;
    let (status, error) = refused(&server, r#"{"experiment": "chanel-bufered"}"#).await;
    assert_eq!(
        (status, error.code),
        (StatusCode::NOT_FOUND, ErrorCode::UnknownExperiment)
    );
    assert_eq!(
        error.options.first().map(String::as_str),
        Some("channel-buffered")
    );

    let error = not_found(&server, "/api/lessons/workerpool").await;
    assert_eq!(error.code, ErrorCode::UnknownLesson);
    assert_eq!(
        error.options.first().map(String::as_str),
        Some("worker-pool")
    );

    for path in [
        "/api/runs/nothing",
        "/api/runs/nothing/events",
        "/api/runs/nothing/export",
    ] {
        assert_eq!(not_found(&server, path).await.code, ErrorCode::UnknownRun);
    }
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/runs/a/b/c",
        "/ws/nothing",
    ] {
        assert_eq!(
            not_found(&server, path).await.code,
            ErrorCode::UnknownRoute,
            "{path}"
        );
    }
    assert_eq!(server.delete("nothing").await, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_is_405_and_told_what_is_right() {
    let server = server().await;
    let request = server.http.request(Method::PUT, server.url("/api/runs"));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()["allow"], "POST");
    let error: ApiError = response.json().await.unwrap();
    assert_eq!(error.code, ErrorCode::WrongMethod);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_bad_values_are_named() {
    let server = server().await;
    let id = server.run(crate::server::short()).await;
    for path in [
        format!("/api/runs/{id}/events?from=x"),
        format!("/api/runs/{id}/events?from=-1"),
        format!("/ws/runs/{id}?from=1.5"),
        format!("/ws/runs/{id}"),
        "/api/lessons?lang=fr".to_owned(),
    ] {
        let response = server.get(&path).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path}");
        let error: ApiError = response.json().await.unwrap();
        assert!(!error.message.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_413_and_names_it() {
    let server = with_limits(|limits| limits.body_bytes = 100).await;
    let (status, error) = refused(&server, &" ".repeat(101)).await;
    assert_eq!(
        (status, error.code),
        (StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::TooLarge)
    );
    assert!(error.message.contains("100 bytes"), "{}", error.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_gets_what_is_wrong_packed() {
    let server = server().await;
    let body = json!({"experiment": "channel-buffered", "params": {"capacity": 99_999}});
    let (_, plain) = refused(&server, &body.to_string()).await;
    let answer = reqwest::Client::new()
        .post(server.url("/api/runs"))
        .header("accept", MEDIA_TYPE)
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert_eq!(answer.headers()["content-type"], MEDIA_TYPE);
    let packed: PackedError = unpack(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(packed, PackedError::from(&plain));
    assert_eq!(packed.given.as_deref(), Some("99999"));
}
