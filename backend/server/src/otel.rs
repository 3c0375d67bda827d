//! A run as OpenTelemetry: spans and metrics, made after the fact.
//!
//! ```text
//! frames ─► gather ─► spans, metrics ─► export ─► a collector, by OTLP
//!                                  └──► lines of OTLP JSON
//! ```
//!
//! A program tells its spans and counters as events of its run, and pays for no
//! more than those. Here, once the run has ended, they become what
//! OpenTelemetry knows: spans with their real times (the wall clock at which the
//! run's first frame came, and the event's own time after it), parents, status
//! and recorded errors; counters as series of points; the run's figures as
//! gauges. Who the run was stands in the resource.
//!
//! Ids come from the run's id and the number of the span, so whoever makes them
//! a second time, for a file, makes the same ones. A span that was never told to
//! have ended ends with its run, and says so by an attribute.

mod export;
mod gather;
mod metrics;
mod outbox;
mod resource;
mod sender;
mod spans;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

pub use export::Exporter;
pub(crate) use gather::Gathered;
pub use outbox::Outbox;

/// What a run said, as OpenTelemetry.
#[derive(Debug)]
pub struct Telemetry {
    /// Who says it: the service, and which run.
    pub(crate) resource: Resource,
    /// The spans, in the order in which they began.
    pub(crate) spans: Vec<SpanData>,
    /// Counters and figures.
    pub(crate) metrics: ExportMetricsServiceRequest,
}

impl Telemetry {
    /// As a file of OTLP JSON: a line with the spans, then one with the metrics.
    pub(crate) fn json_lines(self) -> String {
        let resource_spans =
            group_spans_by_resource_and_scope(self.spans, &(&self.resource).into());
        let spans = ExportTraceServiceRequest { resource_spans };
        let line = |json: serde_json::Result<String>| json.unwrap_or_default() + "\n";
        line(serde_json::to_string(&spans)) + &line(serde_json::to_string(&self.metrics))
    }
}
