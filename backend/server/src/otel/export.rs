//! Sends what a run said to a collector, as the standard environment variables
//! of OpenTelemetry say.
//!
//! It is on exactly when `OTEL_EXPORTER_OTLP_ENDPOINT`, or that of traces or of
//! metrics, is set, unless `OTEL_SDK_DISABLED` is true. Addresses, headers and
//! time-outs are read by opentelemetry-otlp itself; here stands what this program
//! can do: http/protobuf, without compression and without TLS.

use std::time::Duration;

use opentelemetry_otlp::{
    MetricExporter, Protocol, RetryPolicy, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::SpanExporter as _;
use prost::Message;

use super::Telemetry;
use super::sender::Sender;

/// Spans in one request, as many as OpenTelemetry's own batches have.
const BATCH_SPANS: usize = 512;
/// What OpenTelemetry has for a time-out where the environment gives none.
const TIMEOUT_MILLIS: u64 = 10_000;
/// How long all requests of one run may take together: a collector that takes a
/// second for each batch is not waited for.
const RUN_SECONDS: u64 = 20;

/// Sends to a collector. Runs never wait for it.
#[derive(Debug)]
pub struct Exporter {
    traces: Option<Duration>,
    metrics: Option<Duration>,
    sender: Sender,
}

/// One of the two that are sent, as the names of variables have it.
#[derive(Clone, Copy)]
enum Signal {
    Traces,
    Metrics,
}

impl Signal {
    fn word(self) -> &'static str {
        match self {
            Signal::Traces => "TRACES",
            Signal::Metrics => "METRICS",
        }
    }
}

impl Exporter {
    /// What the environment asks for; `None` if it asks for nothing.
    ///
    /// # Errors
    /// One line, for a person, if it asks for what is not there.
    pub fn from_env() -> Result<Option<Exporter>, String> {
        Exporter::of(&|name| std::env::var(name).ok())
    }

    fn of(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Exporter>, String> {
        // A variable that is empty is not set, as the specification has it.
        let set = |name: &str| {
            let value = variable(name)?.trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        if set("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let traces = wanted(Signal::Traces, &set)?;
        let metrics = wanted(Signal::Metrics, &set)?;
        Ok((traces.or(metrics)).map(|_| Exporter {
            traces,
            metrics,
            sender: Sender::new(),
        }))
    }

    /// Sends it.
    ///
    /// # Errors
    /// One line, for a person, of the first request that failed. The rest of
    /// the run is not sent then.
    pub(crate) async fn export(&self, telemetry: Telemetry) -> Result<(), String> {
        let all = Duration::from_secs(RUN_SECONDS);
        let sent = tokio::time::timeout(all, self.send(telemetry)).await;
        sent.unwrap_or_else(|_| Err(format!("it took longer than {RUN_SECONDS} s for one run")))
    }

    async fn send(&self, telemetry: Telemetry) -> Result<(), String> {
        let Telemetry {
            resource,
            mut spans,
            metrics,
        } = telemetry;
        if let Some(timeout) = self.traces
            && !spans.is_empty()
        {
            let mut exporter = SpanExporter::builder()
                .with_http()
                .with_protocol(Protocol::HttpBinary)
                .with_retry_policy(RetryPolicy::disabled())
                .with_http_client(self.sender.clone())
                .build()
                .map_err(|error| error.to_string())?;
            exporter.set_resource(&resource);
            while !spans.is_empty() {
                let rest = spans.split_off(spans.len().min(BATCH_SPANS));
                within(timeout, exporter.export(spans)).await?;
                spans = rest;
            }
        }
        let Some(timeout) = self.metrics else {
            return Ok(());
        };
        let exporter = MetricExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_retry_policy(RetryPolicy::disabled())
            .with_http_client(self.sender.of(metrics.encode_to_vec()))
            .build()
            .map_err(|error| error.to_string())?;
        within(timeout, exporter.export(&ResourceMetrics::default())).await
    }
}

async fn within(
    timeout: Duration,
    sent: impl Future<Output = opentelemetry_sdk::error::OTelSdkResult>,
) -> Result<(), String> {
    match tokio::time::timeout(timeout, sent).await {
        Ok(sent) => sent.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} ms", timeout.as_millis())),
    }
}

/// The time-out of a signal, if it is to be sent.
fn wanted(
    signal: Signal,
    set: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Duration>, String> {
    let word = signal.word();
    // The variable of the signal alone goes before that of all.
    let of = |what: &str| {
        let own = format!("OTEL_EXPORTER_OTLP_{word}_{what}");
        let all = format!("OTEL_EXPORTER_OTLP_{what}");
        let found = set(&own).map(|value| (own, value));
        found.or_else(|| set(&all).map(|value| (all, value)))
    };
    let Some((name, endpoint)) = of("ENDPOINT") else {
        return Ok(None);
    };
    let exporter = format!("OTEL_{word}_EXPORTER");
    match set(&exporter).as_deref() {
        None | Some("otlp") => {}
        Some("none") => return Ok(None),
        Some(other) => {
            return Err(format!(
                "{exporter} is {other}, and there are otlp and none"
            ));
        }
    }
    if let Some((name, protocol)) = of("PROTOCOL")
        && protocol != "http/protobuf"
    {
        return Err(format!(
            "{name} is {protocol}, and only http/protobuf is spoken here; a collector takes it \
             on port 4318"
        ));
    }
    if let Some((name, compression)) = of("COMPRESSION")
        && compression != "none"
    {
        return Err(format!(
            "{name} is {compression}, and nothing is compressed here: take none"
        ));
    }
    if !endpoint.starts_with("http://") {
        return Err(format!(
            "{name} is {endpoint}, and only http:// is spoken here; let a collector beside this \
             program pass it on"
        ));
    }
    let millis = of("TIMEOUT").and_then(|(_, value)| value.parse().ok());
    Ok(Some(Duration::from_millis(
        millis.unwrap_or(TIMEOUT_MILLIS),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(set: &[(&str, &str)]) -> Result<Option<Exporter>, String> {
        Exporter::of(&|name| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    const ALL: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");

    #[test]
    fn it_is_on_exactly_when_an_address_is_set() {
        assert!(of(&[]).unwrap().is_none());
        assert!(
            of(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "")])
                .unwrap()
                .is_none()
        );
        assert!(of(&[ALL, ("OTEL_SDK_DISABLED", "TRUE")]).unwrap().is_none());
        let both = of(&[ALL]).unwrap().unwrap();
        assert!(both.traces.is_some() && both.metrics.is_some());
        let traces = (
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "http://127.0.0.1:1/v1/traces",
        );
        let one = of(&[traces]).unwrap().unwrap();
        assert!(one.traces.is_some() && one.metrics.is_none());
        let other = of(&[ALL, ("OTEL_TRACES_EXPORTER", "none")])
            .unwrap()
            .unwrap();
        assert!(other.traces.is_none() && other.metrics.is_some());
    }

    #[test]
    fn what_is_not_there_is_told() {
        let wrong = [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
            ("OTEL_METRICS_EXPORTER", "prometheus"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "https://far.example"),
        ];
        for (name, value) in wrong {
            let message = of(&[ALL, (name, value)]).unwrap_err();
            assert!(
                message.contains(name) && message.contains(value),
                "{message}"
            );
        }
        assert!(of(&[ALL, ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]).is_ok());
    }

    #[test]
    fn a_signal_s_own_time_out_goes_first() {
        let set = [
            ALL,
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "200"),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "300"),
        ];
        let exporter = of(&set).unwrap().unwrap();
        let millis = |timeout: Option<Duration>| timeout.unwrap().as_millis();
        assert_eq!(
            (millis(exporter.traces), millis(exporter.metrics)),
            (300, 200)
        );
    }
}
