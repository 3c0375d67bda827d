//! The load: clients that send at a rate, over TCP, whatever the server does.
//!
//! A client that waited for its answer before it sent the next request would
//! slow down with the server, and its overload would never be seen.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// How often requests are sent, as many as have become due.
const TICK: Duration = Duration::from_millis(2);
/// The longest that a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is sent.
pub(super) struct Load {
    /// Where to.
    pub(super) address: SocketAddr,
    /// Requests a second.
    pub(super) per_second: u64,
    /// For how long.
    pub(super) duration: Duration,
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    /// 200.
    pub(super) ok: u64,
    /// 429.
    pub(super) limited: u64,
    /// 503, since the queue was full or the pool shut.
    pub(super) busy: u64,
    /// 503, since it took too long.
    pub(super) timed_out: u64,
    /// No connection, or closed before the request was let in.
    pub(super) refused: u64,
    /// What `GET /api/status` said in the middle of it.
    pub(super) status: String,
    /// How long each 200 took, in ms.
    latencies_ms: Vec<f64>,
}

impl Answers {
    /// Requests sent.
    pub(super) fn sent(&self) -> u64 {
        self.ok + self.limited + self.busy + self.timed_out + self.refused
    }

    /// The latency that this share of the 200s did not exceed, in ms; 0 without
    /// any.
    pub(super) fn latency_ms(&self, share: f64) -> f64 {
        let mut sorted = self.latencies_ms.clone();
        sorted.sort_by(f64::total_cmp);
        let at = (share * sorted.len() as f64).ceil() as usize;
        let found = sorted.get(at.saturating_sub(1));
        found.copied().unwrap_or_default()
    }

    fn note(&mut self, answer: Option<(StatusCode, Bytes)>, took: Duration) {
        match answer {
            Some((StatusCode::OK, _)) => {
                self.ok += 1;
                self.latencies_ms.push(took.as_secs_f64() * 1e3);
            }
            Some((StatusCode::TOO_MANY_REQUESTS, _)) => self.limited += 1,
            Some((_, body)) if body.windows(4).any(|word| word == b"busy") => self.busy += 1,
            Some(_) => self.timed_out += 1,
            None => self.refused += 1,
        }
    }
}

type Sender = Client<HttpConnector, Full<Bytes>>;

impl Load {
    /// Sends everything and waits for all answers. To be run on a tokio
    /// executor.
    ///
    /// # Errors
    /// None at present: a request that fails is counted.
    pub(super) async fn send(self) -> io::Result<Answers> {
        let client: Sender = Client::builder(TokioExecutor::new()).build_http();
        let answers = Arc::new(Mutex::new(Answers::default()));
        let mut requests = tokio::task::JoinSet::new();
        let started = Instant::now();
        let (mut sent, mut asked) = (0_u64, false);
        let mut ticks = tokio::time::interval(TICK);
        loop {
            ticks.tick().await;
            let elapsed = started.elapsed().min(self.duration);
            let due = (elapsed.as_secs_f64() * self.per_second as f64) as u64;
            while sent < due {
                sent += 1;
                requests.spawn(one(client.clone(), self.address, sent, answers.clone()));
            }
            if !asked && elapsed >= self.duration / 2 {
                asked = true;
                requests.spawn(ask_status(client.clone(), self.address, answers.clone()));
            }
            if elapsed >= self.duration {
                break;
            }
        }
        while requests.join_next().await.is_some() {}
        let answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(answers.clone())
    }
}

/// One request: the numbers from 1 to 10, and which request it is.
async fn one(client: Sender, address: SocketAddr, n: u64, answers: Arc<Mutex<Answers>>) {
    let numbers = format!("{{\"numbers\":[1,2,3,4,5,6,7,8,9,10,{n}]}}");
    let request = Request::post(format!("http://{address}/api/process"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(numbers)));
    let started = Instant::now();
    let answer = match request {
        Ok(request) => ask(&client, request).await,
        Err(_) => None,
    };
    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
    answers.note(answer, started.elapsed());
}

async fn ask_status(client: Sender, address: SocketAddr, answers: Arc<Mutex<Answers>>) {
    let request = Request::get(format!("http://{address}/api/status")).body(Full::default());
    let answer = match request {
        Ok(request) => ask(&client, request).await,
        Err(_) => None,
    };
    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
    answers.status = match answer {
        Some((_, body)) => String::from_utf8_lossy(&body).into_owned(),
        None => "nothing: it had stopped".into(),
    };
}

/// The answer; `None` if there is none.
async fn ask(client: &Sender, request: Request<Full<Bytes>>) -> Option<(StatusCode, Bytes)> {
    let answered = async {
        let response = client.request(request).await.ok()?;
        let status = response.status();
        let body = Body::new(response.into_body()).collect().await.ok()?;
        Some((status, body.to_bytes()))
    };
    tokio::time::timeout(PATIENCE, answered).await.ok()?
}
