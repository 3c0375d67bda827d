//! What was told of spans, as OpenTelemetry's spans.

use std::time::{Duration, SystemTime};

use opentelemetry::{InstrumentationScope, KeyValue, trace as api};
use opentelemetry_sdk::trace as sdk;
use protocol::event::{NO_SPAN, Value};
use sha2::{Digest, Sha256};

use super::gather::{Gathered, Told};

/// The name of a span's event for an error, and of its message, as
/// OpenTelemetry's conventions have them.
const EXCEPTION: &str = "exception";
const EXCEPTION_MESSAGE: &str = "exception.message";
/// Says of a span that nobody ended it before its run was over.
const UNENDED: &str = "interleave.unended";

/// The spans of a run, in the order in which they began.
pub(super) fn of_run(run: &str, began: SystemTime, gathered: &Gathered) -> Vec<sdk::SpanData> {
    let over_ns = gathered.end.as_ref().map_or(0, |end| end.elapsed_ns);
    let over_ns = over_ns.max(gathered.last_ns);
    let spans = gathered.spans.iter();
    spans.map(|told| span(run, began, over_ns, told)).collect()
}

/// What makes the spans: this program.
pub(super) fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("interleave")
        .with_version(env!("CARGO_PKG_VERSION"))
        .build()
}

fn span(run: &str, began: SystemTime, over_ns: u64, told: &Told) -> sdk::SpanData {
    let at = |ns| began + Duration::from_nanos(ns);
    let parent_span_id = match told.parent {
        NO_SPAN => api::SpanId::INVALID,
        parent => span_id(run, parent),
    };
    let mut events = sdk::SpanEvents::default();
    events.dropped_count = told.more_errors;
    events.events = told
        .errors
        .iter()
        .map(|(t_ns, message)| {
            let message = KeyValue::new(EXCEPTION_MESSAGE, message.clone());
            api::Event::new(EXCEPTION, at(*t_ns), vec![message], 0)
        })
        .collect();
    sdk::SpanData {
        span_context: api::SpanContext::new(
            trace_id(run, told.root),
            span_id(run, told.id),
            api::TraceFlags::SAMPLED,
            false,
            api::TraceState::default(),
        ),
        parent_span_id,
        parent_span_is_remote: false,
        span_kind: api::SpanKind::Internal,
        name: told.name.clone().into(),
        start_time: at(told.begun_ns),
        end_time: at(told.ended_ns.unwrap_or(over_ns).max(told.begun_ns)),
        attributes: attributes(told),
        dropped_attributes_count: told.more_attributes,
        events,
        links: sdk::SpanLinks::default(),
        status: status(told),
        instrumentation_scope: scope(),
    }
}

/// The program's own, then which goroutine began it and where.
fn attributes(told: &Told) -> Vec<KeyValue> {
    let own = told.attributes.iter().map(|(key, value)| match value {
        Value::Int(number) => KeyValue::new(key.clone(), *number),
        Value::Text(text) => KeyValue::new(key.clone(), text.clone()),
    });
    let mut attributes: Vec<KeyValue> = own.collect();
    attributes.push(KeyValue::new("goroutine.id", i64::from(told.g)));
    if let Some(place) = &told.at {
        attributes.push(KeyValue::new("code.file.path", place.file.clone()));
        attributes.push(KeyValue::new("code.line.number", i64::from(place.line)));
    }
    if told.ended_ns.is_none() {
        attributes.push(KeyValue::new(UNENDED, true));
    }
    attributes
}

/// The status is an error from the first one that was recorded, and its text is
/// that of the last. Nobody says of a span that it went well, so the others have
/// none.
fn status(told: &Told) -> api::Status {
    match told.errors.last() {
        Some((_, message)) => api::Status::error(message.clone()),
        None if told.failed => api::Status::error(""),
        None => api::Status::Unset,
    }
}

fn trace_id(run: &str, root: u64) -> api::TraceId {
    api::TraceId::from_bytes(digest("trace", run, root))
}

fn span_id(run: &str, span: u64) -> api::SpanId {
    api::SpanId::from_bytes(digest("span", run, span))
}

/// So many bytes that no other run and no other span has.
fn digest<const BYTES: usize>(what: &str, run: &str, number: u64) -> [u8; BYTES] {
    let digest = Sha256::digest(format!("{what} {run} {number}"));
    *digest
        .first_chunk()
        .expect("32 bytes, and 16 are asked for")
}
