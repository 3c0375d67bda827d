//! Simulated runs: the same again by their schedule, in the terminal and over
//! HTTP, and whatever is wrong with a schedule.

use protocol::{ApiError, ErrorCode, LimitName, Outcome};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::program::run;
use crate::server::{Server, is_completed, server, with_limits};

/// The lines of JSON of a run in the terminal.
pub(crate) fn lines(args: &[&str]) -> (i32, Vec<Value>) {
    let (code, stdout, stderr) = run(&[&["run"], args, &["--format", "ndjson"]].concat());
    assert!(!stdout.is_empty(), "{args:?}: {stderr}");
    let lines = stdout.lines().map(serde_json::from_str);
    (code, lines.collect::<Result<_, _>>().unwrap())
}

#[test]
fn the_same_seed_is_the_same_run_and_its_schedule_replays_it() {
    let seeded = ["channel-unbuffered", "--scheduler", "sim", "--seed", "16"];
    let (code, first) = lines(&seeded);
    assert_eq!((code, &lines(&seeded).1), (0, &first));
    let end = first.last().unwrap();
    assert_eq!(end["outcome"], "completed");
    assert_eq!(end["schedule"], "random-16");
    // A schedule says by itself that it is simulated.
    let (_, replayed) = lines(&["channel-unbuffered", "--schedule", "random-16"]);
    assert_eq!(replayed, first);
    let (_, other) = lines(&["channel-unbuffered", "--scheduler", "sim", "--seed", "17"]);
    assert_ne!(other, first);
}

#[test]
fn a_run_without_a_seed_says_how_to_replay_it() {
    let args = ["run", "channel-buffered", "--scheduler", "sim"];
    let (code, stdout, stderr) = run(&[&args as &[&str], &["--set", "capacity=1"]].concat());
    assert_eq!((code, stderr.as_str()), (0, ""));
    let replay = stdout.lines().last().unwrap();
    let command = replay.trim().strip_prefix("replay").unwrap().trim();
    let words: Vec<&str> = command.split(' ').collect();
    assert_eq!(words[..2], ["interleave", "run"]);
    assert!(command.contains("--set capacity=1 --schedule random-"));
    let (code, again, _) = run(&words[1..]);
    assert_eq!((code, again), (0, stdout));
}

#[test]
fn a_native_run_has_no_schedule() {
    let (_, native) = lines(&["channel-buffered", "--set", "time_scale=0.01"]);
    assert_eq!(native.last().unwrap()["schedule"], Value::Null);
}

/// An explicit schedule of `select-basic`.
fn explicit() -> String {
    let args = ["explore", "select-basic", "--strategy", "dfs", "--json"];
    let (code, stdout, _) = run(&[&args as &[&str], &["--schedules", "1"]].concat());
    assert_eq!(code, 0);
    let first: Value = serde_json::from_str(stdout.lines().next().unwrap()).unwrap();
    first["schedule"].as_str().unwrap().to_owned()
}

#[test]
fn a_schedule_that_does_not_fit_is_code_1_with_the_mend() {
    let explicit = explicit();
    let damaged = explicit.replace("-a-", "-b-");
    let long = format!("random-{}", "1".repeat(40_000));
    for (experiment, schedule, more, words) in [
        ("select-basic", "tuesday", "", "begin with `random-`"),
        ("select-basic", "random-x", "", "`x` is no number"),
        ("select-basic", "s2-1-2-3-4", "", "version 2"),
        ("select-basic", &explicit[..9], "", "copy it whole"),
        ("select-basic", &damaged, "", "copy it whole"),
        ("select-basic", &long, "", "over the limit of 32768"),
        ("select-basic", "random-1", "--seed=2", "--seed"),
        (
            "select-basic",
            "random-1",
            "--scheduler=native",
            "take --scheduler sim",
        ),
        ("worker-pool", &explicit, "", "of another experiment"),
        ("select-basic", &explicit, "--set=rounds=2", "--set"),
        ("scheduler", "random-1", "", "native scheduler alone"),
    ] {
        let mut args = vec!["run", experiment, "--schedule", schedule];
        args.extend((!more.is_empty()).then_some(more));
        let (code, _, stderr) = run(&args);
        assert_eq!(code, 1, "{experiment} {schedule:.40} {more}: {stderr}");
        assert!(stderr.contains(words), "{schedule:.40} {more}: {stderr}");
    }
}

async fn refused(server: &Server, body: Value) -> (StatusCode, ApiError) {
    let response = server.post(body.to_string()).await;
    (response.status(), response.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_over_http_is_replayed_event_for_event() {
    let server = server().await;
    let request = json!({"experiment": "channel-buffered", "scheduler": "sim"});
    let first = server.run(request).await;
    let end = server.end(&first).await;
    assert!(is_completed(&end), "{end:?}");
    let schedule = end.schedule.clone().unwrap();
    assert!(schedule.starts_with("random-"), "{schedule}");
    let again = server
        .run(json!({
            "experiment": "channel-buffered",
            "scheduler": "sim",
            "schedule": schedule,
        }))
        .await;
    assert_eq!(server.end(&again).await, end);
    let frames = |id| server.text(id);
    let path = |id: &str| format!("/api/runs/{id}/events");
    assert_eq!(frames(&path(&first)).await, frames(&path(&again)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_schedule_is_400_and_names_the_field() {
    let server = server().await;
    let with = |more: Value| {
        let mut body = json!({"experiment": "select-basic", "scheduler": "sim"});
        let fields = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(fields);
        body
    };
    for (body, code, field) in [
        (
            with(json!({"schedule": 3})),
            ErrorCode::WrongType,
            "schedule",
        ),
        (
            with(json!({"schedule": "tuesday"})),
            ErrorCode::InvalidRequest,
            "schedule",
        ),
        (
            with(json!({"schedule": "1".repeat(40_000)})),
            ErrorCode::InvalidRequest,
            "schedule",
        ),
        (
            with(json!({"schedule": "random-1", "seed": 1})),
            ErrorCode::InvalidRequest,
            "seed",
        ),
        (
            with(json!({"schedule": "random-1", "scheduler": "native"})),
            ErrorCode::InvalidRequest,
            "schedule",
        ),
        (
            with(json!({"experiment": "scheduler"})),
            ErrorCode::NotAnOption,
            "scheduler",
        ),
    ] {
        let (status, error) = refused(&server, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{error:?}");
        assert_eq!((error.code, error.field.as_deref()), (code, Some(field)));
        assert!(!error.message.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_of_another_run_is_told_at_its_end() {
    let server = server().await;
    let schedule = tokio::task::spawn_blocking(explicit).await.unwrap();
    let id = server
        .run(json!({
            "experiment": "channel-buffered",
            "scheduler": "sim",
            "schedule": schedule,
        }))
        .await;
    let end = server.end(&id).await;
    assert!(matches!(end.outcome, Outcome::Diverged { .. }), "{end:?}");
    assert_eq!(end.schedule, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_and_events_are_limits_with_names() {
    let server = with_limits(|limits| limits.run.steps = 20).await;
    let request = json!({"experiment": "channel-buffered", "scheduler": "sim", "seed": 1});
    let id = server.run(request.clone()).await;
    let end = server.end(&id).await;
    assert_eq!(end.outcome, Outcome::Limit);
    let met = end.limits.last().unwrap();
    assert_eq!((met.limit, met.value), (LimitName::Steps, 20));
    assert_eq!(end.schedule.as_deref(), Some("random-1"));

    let server = with_limits(|limits| limits.run.events = 20).await;
    let id = server.run(request).await;
    let end = server.end(&id).await;
    assert!(is_completed(&end) && end.dropped > 0, "{end:?}");
    assert_eq!(end.limits[0].limit, LimitName::Events);
}
