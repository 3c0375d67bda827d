//! A receiver of OTLP over HTTP, and a server that sends to it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde_json::Value;

use super::told::Told;
use crate::program::PATIENCE;

/// What came, in the order in which it did.
#[derive(Clone, Default)]
pub(super) struct Received {
    traces: Vec<ExportTraceServiceRequest>,
    metrics: Vec<ExportMetricsServiceRequest>,
    /// The headers of the last request.
    pub(super) headers: BTreeMap<String, String>,
}

pub(super) struct Collector {
    addr: std::net::SocketAddr,
    received: Arc<Mutex<Received>>,
}

type Shared = State<Arc<Mutex<Received>>>;

impl Collector {
    pub(super) async fn start() -> Collector {
        let received = Arc::new(Mutex::new(Received::default()));
        let routes = Router::new()
            .route("/v1/traces", post(traces))
            .route("/v1/metrics", post(metrics))
            .with_state(received.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Collector { addr, received }
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(super) fn received(&self) -> Received {
        self.received.lock().unwrap().clone()
    }

    pub(super) async fn until(&self, there: impl Fn(&Received) -> bool) {
        let start = Instant::now();
        while !there(&self.received()) {
            assert!(start.elapsed() < PATIENCE, "waited in vain for requests");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn traces(State(received): Shared, headers: HeaderMap, body: Bytes) {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let mut received = received.lock().unwrap();
    received.traces.push(request);
    received.note(&headers);
}

async fn metrics(State(received): Shared, headers: HeaderMap, body: Bytes) {
    let request = ExportMetricsServiceRequest::decode(body).unwrap();
    let mut received = received.lock().unwrap();
    received.metrics.push(request);
    received.note(&headers);
}

impl Received {
    fn note(&mut self, headers: &HeaderMap) {
        for (name, value) in headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            self.headers.insert(name.to_string(), value.into_owned());
        }
    }

    pub(super) fn spans(&self) -> Vec<Span> {
        let all = self.traces.iter().flat_map(|one| &one.resource_spans);
        let scopes = all.flat_map(|one| &one.scope_spans);
        scopes.flat_map(|one| one.spans.clone()).collect()
    }

    pub(super) fn metrics(&self) -> Vec<Metric> {
        let all = self.metrics.iter().flat_map(|one| &one.resource_metrics);
        let scopes = all.flat_map(|one| &one.scope_metrics);
        scopes.flat_map(|one| one.metrics.clone()).collect()
    }

    fn resources(&self) -> Vec<&Resource> {
        let all = self.metrics.iter().flat_map(|one| &one.resource_metrics);
        all.filter_map(|one| one.resource.as_ref()).collect()
    }

    /// The attributes of the one run's resource, which are those of its traces
    /// too.
    pub(super) fn resource(&self) -> BTreeMap<String, Value> {
        let resources = self.resources();
        assert_eq!(resources.len(), 1);
        let attributes = attributes(&resources[0].attributes);
        let traces = self.traces.iter().flat_map(|one| &one.resource_spans);
        for one in traces {
            let resource = one.resource.as_ref().unwrap();
            assert_eq!(self::attributes(&resource.attributes), attributes);
        }
        attributes
    }

    /// The runs whose metrics came: they are sent after the spans.
    pub(super) fn runs(&self) -> Vec<String> {
        let resources = self.resources().into_iter();
        let runs: BTreeSet<String> = resources
            .map(|resource| attributes(&resource.attributes))
            .map(|all| all["interleave.run.id"].as_str().unwrap().to_owned())
            .collect();
        runs.into_iter().collect()
    }

    /// The wall clock at the run's time 0, by its figures, or by its first span.
    pub(super) fn began(&self, told: &Told) -> u64 {
        match self.spans().first() {
            Some(span) => span.start_time_unix_nano - told.spans[0].begun_ns,
            None => {
                let metric = self.metrics().into_iter().next().unwrap();
                let text = format!("{metric:?}");
                let (_, rest) = text.split_once("start_time_unix_nano: ").unwrap();
                rest.split(',').next().unwrap().parse().unwrap()
            }
        }
    }
}

/// Attributes as JSON has them.
pub(super) fn attributes(list: &[KeyValue]) -> BTreeMap<String, Value> {
    let pairs = list.iter().map(|pair| {
        let value = pair.value.as_ref().unwrap().value.clone();
        let value = match value.unwrap() {
            any_value::Value::StringValue(text) => Value::from(text),
            any_value::Value::IntValue(number) => Value::from(number),
            any_value::Value::BoolValue(flag) => Value::from(flag),
            other => panic!("{other:?}"),
        };
        (pair.key.clone(), value)
    });
    let all: BTreeMap<String, Value> = pairs.collect();
    assert_eq!(all.len(), list.len(), "a key that is there twice");
    all
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `interleave serve` with a collector in its environment.
pub(super) struct Serving {
    child: Child,
    addr: String,
}

impl Serving {
    pub(super) fn start(executable: &Path, endpoint: &str) -> Serving {
        let mut command = Command::new(executable);
        command.current_dir(crate::folder::repository());
        command.args(["serve", "--addr", "127.0.0.1:0", "--dist", "no-dist"]);
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut addr = None;
        for line in lines {
            let line = line.unwrap();
            if let Some((_, rest)) = line.split_once("Interleave is at http://") {
                addr = rest.split(' ').next().map(str::to_owned);
                break;
            }
        }
        let addr = addr.expect("the server says where it is");
        Serving { child, addr }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// Ends it, and what it started.
    pub(super) fn stop(&mut self) {
        crate::program::signal("TERM", self.child.id());
        self.child.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
