//! A run's spans and metrics at a collector: a receiver of our own, which decodes
//! what comes by OpenTelemetry's own protobuf definitions, against the events of
//! the same run.

mod collector;
pub(crate) mod told;

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use serde_json::Value;

use crate::program::{executable, finished, interleave};
use collector::{Collector, Received};
use told::Told;

/// A run with `args` whose events go to a file, and its spans to a collector.
async fn sent(args: &[&str]) -> (Told, Received) {
    let collector = Collector::start().await;
    let folder = crate::folder::Folder::new();
    let path = folder.path().join("run.ndjson");
    let mut command = interleave();
    command.arg("run").args(args);
    command.args([
        "--procs", "2", "--seed", "11", "--format", "ndjson", "--out",
    ]);
    command.arg(&path);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
    command.env("OTEL_EXPORTER_OTLP_HEADERS", "x-class=seven,x-other=a%20b");
    command.env(
        "OTEL_RESOURCE_ATTRIBUTES",
        "deployment.environment.name=test",
    );
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let (_, _, stderr) = finished(output.await.unwrap());
    assert!(!stderr.contains("collector"), "{stderr}");
    let told = Told::of(&std::fs::read_to_string(path).unwrap());
    (told, collector.received())
}

/// What holds of every run: each span and each counter of its events is there,
/// with the same name, parent, times, attributes and status, and nothing else.
fn agree(told: &Told, received: &Received) {
    let spans = received.spans();
    assert_eq!(spans.len(), told.spans.len());
    let id_of: BTreeMap<u64, &[u8]> = told
        .spans
        .iter()
        .zip(&spans)
        .map(|(told, span)| (told.id, span.span_id.as_slice()))
        .collect();
    let began = received.began(told);
    for (told, span) in told.spans.iter().zip(&spans) {
        assert_eq!(span.name, told.name);
        assert_eq!((span.trace_id.len(), span.span_id.len()), (16, 8));
        let parent = match told.parent {
            0 => &[][..],
            parent => id_of[&parent],
        };
        assert_eq!(span.parent_span_id, parent, "{}", told.name);
        assert_eq!(span.start_time_unix_nano - began, told.begun_ns);
        if let Some(ended_ns) = told.ended_ns {
            assert_eq!(span.end_time_unix_nano - began, ended_ns);
        }
        let attributes = collector::attributes(&span.attributes);
        for (key, value) in &told.attributes {
            assert_eq!(attributes.get(key), Some(value), "{key} of {}", told.name);
        }
        let unended = attributes.contains_key("interleave.unended");
        assert_eq!(unended, told.ended_ns.is_none());
        let status = span.status.as_ref().unwrap();
        let expected = match told.failed {
            true => StatusCode::Error,
            false => StatusCode::Unset,
        };
        assert_eq!(status.code(), expected, "{}", told.name);
        let errors: Vec<_> = span.events.iter().collect();
        assert_eq!(errors.len(), told.errors.len());
        for (event, (t_ns, message)) in errors.iter().zip(&told.errors) {
            assert_eq!(event.name, "exception");
            assert_eq!(event.time_unix_nano - began, *t_ns);
            let about = collector::attributes(&event.attributes);
            assert_eq!(about["exception.message"], Value::from(message.as_str()));
            assert_eq!(&status.message, message);
        }
    }
    let ids: std::collections::BTreeSet<_> = id_of.values().collect();
    assert_eq!(ids.len(), spans.len());
}

/// The counters of the events and the figures of the end, in the metrics.
fn metrics_agree(told: &Told, received: &Received) {
    let mut points: BTreeMap<String, Vec<(u64, i64)>> = BTreeMap::new();
    let mut figures = BTreeMap::new();
    let began = received.began(told);
    for metric in received.metrics() {
        let (Data::Sum(opentelemetry_proto::tonic::metrics::v1::Sum { data_points, .. })
        | Data::Gauge(opentelemetry_proto::tonic::metrics::v1::Gauge { data_points })) =
            metric.data.as_ref().unwrap()
        else {
            panic!("{metric:?}");
        };
        for point in data_points {
            assert_eq!(point.start_time_unix_nano, began);
            let labels = collector::attributes(&point.attributes);
            let labels: Vec<String> = labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let name = match labels.is_empty() {
                true => metric.name.clone(),
                false => format!("{}{{{}}}", metric.name, labels.join(",")),
            };
            let t_ns = point.time_unix_nano - began;
            match point.value.unwrap() {
                Number::AsInt(value) => points.entry(name).or_default().push((t_ns, value)),
                Number::AsDouble(value) => drop(figures.insert(metric.name.clone(), value)),
            }
        }
    }
    assert_eq!(points, told.counters);
    let told: BTreeMap<String, f64> = told
        .figures
        .iter()
        .map(|(name, value)| (format!("interleave.{name}"), *value))
        .collect();
    assert_eq!(figures, told);
}

#[tokio::test]
async fn a_goroutine_s_spans_arrive_with_their_panic() {
    let (told, received) = sent(&[
        "trace-goroutine",
        "--set",
        "panicking=2",
        "--set",
        "time_scale=0.02",
    ])
    .await;
    agree(&told, &received);
    metrics_agree(&told, &received);
    assert_eq!(told.spans.len(), 3);
    for span in received.spans() {
        let attributes = collector::attributes(&span.attributes);
        assert_eq!(span.name, "goroutine");
        assert!(attributes["goroutine.name"].is_string());
        assert!(attributes["goroutine.count"].is_i64());
        assert!(span.parent_span_id.is_empty());
    }
    let failed = told.spans.iter().filter(|span| span.failed);
    assert_eq!(failed.count(), 1);
}

#[tokio::test]
async fn a_pool_s_span_has_its_tasks_under_it() {
    let args = ["--set", "failing_every=4", "--set", "time_scale=0.02"];
    let (told, received) = sent(&[&["trace-worker-pool"], &args[..]].concat()).await;
    agree(&told, &received);
    metrics_agree(&told, &received);
    let spans = received.spans();
    assert_eq!(spans.len(), 10);
    let pool = spans
        .iter()
        .find(|span| span.name == "worker_pool")
        .unwrap();
    let attributes = collector::attributes(&pool.attributes);
    assert_eq!(attributes["worker.count"], 3);
    assert_eq!(attributes["task.total"], 9);
    assert!(attributes["goroutine.final_count"].is_i64());
    let tasks = spans
        .iter()
        .filter(|span| span.parent_span_id == pool.span_id);
    let tasks: Vec<_> = tasks.collect();
    assert_eq!(tasks.len(), 9);
    for task in &tasks {
        assert_eq!(task.trace_id, pool.trace_id);
        let worker = &collector::attributes(&task.attributes)["worker.id"];
        assert_eq!(task.name, format!("worker_{worker}"));
    }
    // Not carried, each is a trace of its own.
    let apart = [
        "trace-worker-pool",
        "--set",
        "carry=false",
        "--set",
        "time_scale=0.02",
    ];
    let (told, received) = sent(&apart).await;
    agree(&told, &received);
    let traces: std::collections::BTreeSet<_> = received
        .spans()
        .into_iter()
        .map(|span| span.trace_id)
        .collect();
    assert_eq!(traces.len(), 10);
}

#[tokio::test]
async fn a_tracked_channel_s_counters_arrive_as_sums_and_its_gauge_as_one() {
    let (told, received) = sent(&["tracked-channel", "--set", "time_scale=0.02"]).await;
    agree(&told, &received);
    metrics_agree(&told, &received);
    let metrics = received.metrics();
    for name in ["channel_send_total", "channel_recv_total"] {
        let metric = metrics.iter().find(|metric| metric.name == name).unwrap();
        let Some(Data::Sum(sum)) = &metric.data else {
            panic!("{metric:?}");
        };
        assert!(sum.is_monotonic && sum.aggregation_temporality == 2);
        let labels = collector::attributes(&sum.data_points[0].attributes);
        assert_eq!(labels["channel"], "orders");
    }
    let gauges = metrics.iter().filter(|metric| {
        let whole = matches!(&metric.data, Some(Data::Gauge(gauge))
            if matches!(gauge.data_points[0].value, Some(Number::AsInt(_))));
        whole && metric.name.contains("buffer")
    });
    assert_eq!(gauges.count(), 1, "{metrics:?}");
}

#[tokio::test]
async fn metrics_of_the_scheduler_arrive_too() {
    let (told, received) = sent(&["goroutine-metrics", "--set", "length=60"]).await;
    metrics_agree(&told, &received);
    let names: Vec<String> = received.metrics().into_iter().map(|one| one.name).collect();
    for name in [
        "sched_goroutines",
        "sched_run_queue",
        "interleave.latency_99",
    ] {
        assert!(names.iter().any(|known| known == name), "{names:?}");
    }
    let (told, received) = sent(&["block-profile"]).await;
    agree(&told, &received);
    metrics_agree(&told, &received);
}

/// A span for each request that a worker took: with what was summed up, or with
/// why there was no sum.
#[tokio::test]
async fn requests_of_the_api_server_have_spans() {
    let args = [
        "api-server",
        "--set",
        "duration=100",
        "--set",
        "rate_limit=500",
        "--set",
        "time_limit=2000",
    ];
    let (told, received) = sent(&args).await;
    agree(&told, &received);
    let mut sums = 0;
    for span in received.spans() {
        assert_eq!(span.name, "process_request");
        let attributes = collector::attributes(&span.attributes);
        let failed = span.status.unwrap().code() == StatusCode::Error;
        match attributes.get("result.count") {
            Some(count) => {
                assert!(count.as_i64().unwrap() > 0 && !failed, "{attributes:?}");
                sums += 1;
            }
            None => assert!(failed || attributes.contains_key("interleave.unended")),
        }
    }
    assert!(sums > 0 && f64::from(sums) >= told.figures["ok"]);
}

#[tokio::test]
async fn the_resource_says_which_run_it_was() {
    let (_, received) = sent(&["trace-goroutine", "--set", "time_scale=0.02"]).await;
    let resource = received.resource();
    for (name, value) in [
        ("service.name", "interleave"),
        ("deployment.environment.name", "test"),
        ("interleave.experiment", "trace-goroutine"),
        ("interleave.scheduler", "native"),
        ("interleave.seed", "11"),
        ("interleave.param.time_scale", "0.02"),
        ("interleave.outcome", "completed"),
    ] {
        assert_eq!(resource.get(name), Some(&Value::from(value)), "{name}");
    }
    assert_eq!(received.headers["x-class"], "seven");
    assert_eq!(received.headers["x-other"], "a b");
    assert_eq!(received.headers["content-type"], "application/x-protobuf");
}

/// Runs `interleave run trace-goroutine` with these variables; its exit code and
/// what it says on standard error.
fn run_with(variables: &[(&str, &str)]) -> (i32, String) {
    let mut command = interleave();
    command.args(["run", "trace-goroutine", "--set", "time_scale=0.02"]);
    command.envs(variables.iter().copied());
    let (code, _, stderr) = finished(command.output().unwrap());
    (code, stderr)
}

#[test]
fn a_collector_that_is_not_there_costs_a_line() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let (code, stderr) = run_with(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    assert_eq!(code, 0);
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(
        stderr.contains("the collector did not take the run"),
        "{stderr}"
    );
}

#[test]
fn a_collector_that_never_answers_is_waited_for_as_long_as_is_said() {
    // It takes connections and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let (code, stderr) = run_with(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "50"),
    ]);
    assert_eq!(code, 0);
    assert!(stderr.contains("no answer within 50 ms"), "{stderr}");
}

#[test]
fn a_protocol_that_is_not_spoken_is_told_and_nothing_is_sent() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
    let (code, stderr) = run_with(&[endpoint, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]);
    assert_eq!(code, 0);
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains("only http/protobuf"), "{stderr}");
    let (code, stderr) = run_with(&[endpoint, ("OTEL_SDK_DISABLED", "true")]);
    assert_eq!((code, stderr.as_str()), (0, ""));
}

#[tokio::test]
async fn a_server_sends_the_runs_that_ended() {
    let collector = Collector::start().await;
    let mut server = collector::Serving::start(executable(), &collector.endpoint());
    let http = reqwest::Client::new();
    let body = r#"{"experiment": "trace-worker-pool", "params": {"time_scale": 0.02}}"#;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let created = http
            .post(server.url("/api/runs"))
            .body(body)
            .send()
            .await
            .unwrap();
        let created: Value = created.json().await.unwrap();
        ids.push(created["id"].as_str().unwrap().to_owned());
    }
    collector.until(|received| received.runs().len() == 2).await;
    let received = collector.received();
    assert_eq!(received.spans().len(), 20);
    let mut sent = received.runs();
    sent.sort();
    ids.sort();
    assert_eq!(sent, ids);
    // The same ids in the file.
    let path = format!("/api/runs/{}/export?format=otlp", ids[0]);
    let text = http
        .get(server.url(&path))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let first = &line["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
    let known = received.spans();
    let known: Vec<String> = known
        .iter()
        .map(|span| collector::hex(&span.span_id))
        .collect();
    assert!(known.iter().any(|id| first["spanId"] == id.as_str()));
    server.stop();
}
