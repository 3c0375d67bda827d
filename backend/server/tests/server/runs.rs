//! A run from its request to its outcome, and the routes around it.

use protocol::run::RunCreated;
use protocol::{Experiment, Frame, Kind, RunState};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{is_completed, numbers, server, short};

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_what_the_server_is() {
    let server = server().await;
    let health = server.json("/api/health").await;
    assert_eq!(health["status"], "ok");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(health["protocol"], protocol::VERSION);
    assert_eq!(health["debug_build"], cfg!(debug_assertions));
    assert_eq!(health["queue"]["waiting"], 0);
    assert!(health["limits"]["time_millis"].is_u64());
}

#[tokio::test(flavor = "multi_thread")]
async fn experiments_have_forms_in_both_languages() {
    let server = server().await;
    let response = server.get("/api/experiments").await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    let experiments: Vec<Experiment> = response.json().await.unwrap();
    assert_eq!(experiments, server::catalogue::all());
    let buffered = experiments.iter().find(|one| one.id == "channel-buffered");
    let capacity = &buffered.unwrap().params[0];
    assert_eq!(capacity.name, "capacity");
    assert_ne!(capacity.label.en, capacity.label.zh);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fourth_send_blocks_and_without_a_buffer_the_first() {
    let server = server().await;
    let request =
        |capacity: u32| json!({"experiment": "channel-buffered", "params": {"capacity": capacity}});
    let (three, none) = (server.run(request(3)).await, server.run(request(0)).await);
    let (three, none) = (server.end(&three).await, server.end(&none).await);
    assert!(is_completed(&three) && is_completed(&none));
    assert_eq!(three.metrics["first_blocked_send"], 4.0);
    assert_eq!(none.metrics["first_blocked_send"], 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_has_an_id_a_place_and_every_default() {
    let server = server().await;
    let response = server
        .post(r#"{"experiment": "channel-buffered", "seed": 7}"#)
        .await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let created: RunCreated = response.json().await.unwrap();
    assert_eq!(location, format!("/api/runs/{}", created.id));
    let status = server.status(&created.id).await;
    assert_eq!(status.request.params["capacity"], 3);
    assert_eq!(status.request.params["time_scale"], 0.1);
    assert_eq!(status.request.seed, Some(7));
    assert!(status.request.procs.is_some());
    server.end(&created.id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_has_a_header_places_events_and_an_end() {
    let server = server().await;
    let id = server.run(short()).await;
    let frames = server.frames(&id, "").await;
    let mut frames_left = frames
        .iter()
        .skip_while(|frame| matches!(frame, Frame::Queued { .. }));
    let Some(Frame::Header(header)) = frames_left.next() else {
        panic!("a story begins with its header");
    };
    assert_eq!(header.experiment, "channel-unbuffered");
    assert_eq!(header.version, protocol::VERSION);
    assert_eq!(header.procs, 2);
    assert_eq!(header.params["receiver_delay"], "100");
    let Some(Frame::End(end)) = frames.last() else {
        panic!("a story ends with its end");
    };
    assert!(is_completed(end));
    let status = server.status(&id).await;
    assert_eq!(status.state, RunState::Ended);
    assert_eq!(status.end.as_ref(), Some(end.as_ref()));
    let numbers = numbers(&frames);
    assert!(numbers.iter().copied().eq(0..status.events));

    // Every place that an event names is known by then, and is in the file that
    // the reader is shown.
    let (mut places, mut of_sends) = (0, Vec::new());
    let mut all = Vec::new();
    for frame in &frames {
        match frame {
            Frame::Places { first, places: new } => {
                assert_eq!(*first as usize, places + 1);
                places += new.len();
                all.extend(new.clone());
            }
            Frame::Events { events, .. } => {
                for event in events {
                    assert!(event.at as usize <= places);
                    if matches!(event.kind, Kind::Sent { .. }) {
                        of_sends.push(all[event.at as usize - 1].file.clone());
                    }
                }
            }
            _ => {}
        }
    }
    assert!(!of_sends.is_empty());
    let file = experiments::find("channel-unbuffered").unwrap().file;
    assert!(
        of_sends.iter().all(|of_send| of_send == file),
        "{of_sends:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_json_end_with_the_outcome() {
    let server = server().await;
    let id = server.run(short()).await;
    let response = server.get(&format!("/api/runs/{id}/events")).await;
    assert_eq!(response.headers()["content-type"], "application/x-ndjson");
    assert!(!response.headers().contains_key("content-encoding"));
    let text = response.text().await.unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (last, events) = lines.split_last().unwrap();
    assert_eq!(last["outcome"], "completed");
    assert_eq!(last["dropped"], 0);
    assert!(last["metrics"]["blocked_ms"].is_number());
    for (seq, event) in events.iter().enumerate() {
        assert_eq!(event["seq"], seq);
        for field in ["t_ns", "p", "g", "kind", "at"] {
            assert!(event.get(field).is_some(), "{event} has no {field}");
        }
    }
    let blocked = events.iter().find(|event| event["reason"] == "chan_send");
    let at = blocked.unwrap()["at"].as_str().unwrap();
    assert!(
        at.starts_with("backend/experiments/src/foundations/channel_unbuffered.rs:"),
        "{at}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_a_file() {
    let server = server().await;
    let id = server.run(short()).await;
    server.end(&id).await;
    let response = server
        .get(&format!("/api/runs/{id}/export?format=csv"))
        .await;
    let saved_as = response.headers()["content-disposition"].to_str().unwrap();
    assert_eq!(
        saved_as,
        format!("attachment; filename=\"interleave-{id}.csv\"")
    );
    let table = response.text().await.unwrap();
    let events = server.status(&id).await.events;
    assert!(table.starts_with("seq,t_ns,p,g,kind,reason,object,at,fields\n0,"));
    assert_eq!(table.lines().count() as u64, events + 1);
    let lines = server
        .text(&format!("/api/runs/{id}/export?format=ndjson"))
        .await;
    assert_eq!(lines, server.text(&format!("/api/runs/{id}/events")).await);

    for (format, media_type, ending) in [
        ("perfetto", "application/json", "perfetto.json"),
        ("otlp", "application/x-ndjson", "otlp.jsonl"),
    ] {
        let path = format!("/api/runs/{id}/export?format={format}");
        let response = server.get(&path).await;
        assert_eq!(response.headers()["content-type"], media_type);
        let saved_as = response.headers()["content-disposition"].to_str().unwrap();
        assert!(
            saved_as.contains(&format!("interleave-{id}.{ending}")),
            "{saved_as}"
        );
        let text = response.text().await.unwrap();
        assert!(text.starts_with('{') && text.ends_with("}\n"), "{text}");
    }
    let response = server
        .get(&format!("/api/runs/{id}/export?format=xml"))
        .await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}
