//! A server in this process on a free port, with real runner processes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::{Frame, Outcome, RunEnd, RunState, RunStatus};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use server::http::{App, router};
use server::lessons::Shelf;
use server::runs::{Runs, ServerLimits};

use crate::folder::{Folder, repository};
use crate::program::{PATIENCE, executable};

pub(crate) struct Server {
    pub(crate) runs: Arc<Runs>,
    pub(crate) addr: SocketAddr,
    pub(crate) http: reqwest::Client,
}

/// A server with the limits and folders that it has by default.
pub(crate) async fn server() -> Server {
    with_limits(|_| {}).await
}

/// A server with limits of its own.
pub(crate) async fn with_limits(change: impl FnOnce(&mut ServerLimits)) -> Server {
    let mut limits = ServerLimits::default();
    change(&mut limits);
    let folders = (repository().join("lessons"), repository().join("no-dist"));
    start(limits, folders.0, folders.1).await
}

pub(crate) async fn with_lessons(lessons: &Folder) -> Server {
    let dist = repository().join("no-dist");
    start(ServerLimits::default(), lessons.path().into(), dist).await
}

pub(crate) async fn with_dist(dist: &Folder) -> Server {
    let lessons = repository().join("lessons");
    start(ServerLimits::default(), lessons, dist.path().into()).await
}

async fn start(limits: ServerLimits, lessons: PathBuf, dist: PathBuf) -> Server {
    let runs = Runs::new(executable().into(), limits);
    let app = App::new(runs.clone(), Arc::new(Shelf::open(lessons)), dist);
    let listener = server::cli::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    let http = reqwest::Client::new();
    Server { runs, addr, http }
}

/// A run that goes on for ten seconds unless it is stopped, and has events from
/// the beginning.
pub(crate) fn long() -> Value {
    json!({
        "experiment": "channel-buffered",
        "params": {"receiver_starts_after": 10_000, "time_scale": 1, "send_every": 100},
        "procs": 2,
    })
}

/// A run of a few milliseconds.
pub(crate) fn short() -> Value {
    json!({
        "experiment": "channel-unbuffered",
        "params": {"receiver_delay": 100, "time_scale": 0.01},
        "procs": 2,
    })
}

impl Server {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        self.get(path).await.json().await.unwrap()
    }

    pub(crate) async fn text(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }

    pub(crate) async fn post(&self, body: impl Into<reqwest::Body>) -> Response {
        let request = self.http.post(self.url("/api/runs")).body(body);
        request.send().await.unwrap()
    }

    /// Starts a run; its id.
    pub(crate) async fn run(&self, request: Value) -> String {
        let response = self.post(request.to_string()).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let created: Value = response.json().await.unwrap();
        created["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn status(&self, id: &str) -> RunStatus {
        let response = self.get(&format!("/api/runs/{id}")).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    pub(crate) async fn delete(&self, id: &str) -> StatusCode {
        let url = self.url(&format!("/api/runs/{id}"));
        self.http.delete(url).send().await.unwrap().status()
    }

    /// Asks for the state of a run until it is as wanted.
    pub(crate) async fn until(&self, id: &str, wanted: impl Fn(&RunStatus) -> bool) -> RunStatus {
        let start = Instant::now();
        loop {
            let status = self.status(id).await;
            if wanted(&status) {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "waited in vain: {status:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until the run is in the middle of its work: its first events are
    /// there. Its runner's process id.
    pub(crate) async fn until_under_way(&self, id: &str) -> u32 {
        let status = self.until(id, |status| status.events > 0).await;
        assert_eq!(status.state, RunState::Running);
        self.runs.get(id).unwrap().runner().unwrap()
    }

    /// Waits for the end of a run.
    pub(crate) async fn end(&self, id: &str) -> RunEnd {
        let ended = self.until(id, |status| status.state == RunState::Ended);
        ended.await.end.unwrap()
    }

    /// Every frame of a run that has ended, or until it has.
    pub(crate) async fn frames(&self, id: &str, from: &str) -> Vec<Frame> {
        let request = self
            .http
            .get(self.url(&format!("/api/runs/{id}/events{from}")));
        let request = request.header("accept", "application/octet-stream");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            response.headers()["content-type"],
            "application/octet-stream"
        );
        let bytes = response.bytes().await.unwrap();
        split(&bytes)
            .iter()
            .map(|bytes| Frame::decode(bytes).unwrap())
            .collect()
    }
}

/// Frames with their length before them.
pub(crate) fn split(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let (frame, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
        frames.push(frame.to_vec());
        bytes = rest;
    }
    assert!(bytes.is_empty());
    frames
}

/// The sequence numbers of all events in frames.
pub(crate) fn numbers(frames: &[Frame]) -> Vec<u64> {
    let mut numbers = Vec::new();
    for frame in frames {
        if let Frame::Events { first_seq, events } = frame {
            numbers.extend(*first_seq..first_seq + events.len() as u64);
        }
    }
    numbers
}

pub(crate) fn is_completed(end: &RunEnd) -> bool {
    matches!(end.outcome, Outcome::Completed { .. })
}
