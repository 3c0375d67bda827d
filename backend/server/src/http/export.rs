//! `GET /api/runs/{id}/export?format=ndjson|csv|perfetto|otlp`: the run for other tools, to
//! be saved as a file. An export of a run that has not ended goes on until it
//! has.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use protocol::{ApiError, ErrorCode, Event, Frame};
use serde_json::{Map, Value};

use super::App;
use super::error::Failure;
use super::runs::find;
use super::stream::{lines, live, parameter};
use crate::lines::Places;
use crate::otel::Gathered;
use crate::perfetto::Perfetto;
use crate::runs::{Run, Watcher};

/// The formats that there are.
const FORMATS: [&str; 4] = ["ndjson", "csv", "perfetto", "otlp"];
/// The first line of a table. What only some kinds have stands in `fields`, as
/// JSON.
const COLUMNS: &str = "seq,t_ns,p,g,kind,reason,object,at,fields\n";

/// The run as a file.
pub(super) async fn export(
    State(app): State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let format = parameter(query.as_deref(), "format").unwrap_or("ndjson");
    let run = find(&app, &id)?;
    let response = match format {
        "ndjson" => lines(app.runs.watch(&run, 0), 0),
        "csv" => {
            let start = (app.runs.watch(&run, 0), Places::default(), true);
            let rows = stream::unfold(start, |(mut watcher, mut places, first)| async move {
                let frame = watcher.next().await?;
                let mut text = if first {
                    COLUMNS.to_owned()
                } else {
                    String::new()
                };
                text.push_str(&rows(&mut places, &frame));
                Some((Bytes::from(text), (watcher, places, false)))
            });
            live("text/csv; charset=utf-8", rows)
        }
        "perfetto" => {
            let start = (app.runs.watch(&run, 0), Perfetto::default());
            let parts = stream::unfold(start, |(mut watcher, mut perfetto)| async move {
                let frame = watcher.next().await?;
                let text = perfetto.of_frame(&frame);
                Some((Bytes::from(text), (watcher, perfetto)))
            });
            live("application/json", parts)
        }
        "otlp" => {
            let watcher = app.runs.watch(&run, 0);
            live("application/x-ndjson", stream::once(otlp(run, watcher)))
        }
        other => return Err(no_format(other)),
    };
    Ok(saved_as(response, &file_name(&id, format)))
}

fn no_format(given: &str) -> Failure {
    let message = format!("`format` must be {}, not `{given}`", FORMATS.join(", "));
    Failure::from(ApiError {
        field: Some("format".into()),
        given: Some(given.into()),
        options: FORMATS.map(str::to_owned).into(),
        ..ApiError::new(ErrorCode::NotAnOption, message)
    })
}

/// The name of the file that a browser saves.
fn file_name(id: &str, format: &str) -> String {
    match format {
        "perfetto" => format!("interleave-{id}.perfetto.json"),
        "otlp" => format!("interleave-{id}.otlp.jsonl"),
        _ => format!("interleave-{id}.{format}"),
    }
}

fn saved_as(mut response: Response, name: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// The run's spans and metrics, once it has ended; nothing of one that never
/// began.
async fn otlp(run: Arc<Run>, mut watcher: Watcher) -> Bytes {
    let mut gathered = Gathered::new(run.began());
    while let Some(frame) = watcher.next().await {
        gathered.frame(&frame);
    }
    let telemetry = gathered.telemetry(&run.id);
    telemetry.map_or_else(Bytes::new, |telemetry| telemetry.json_lines().into())
}

/// The rows of a frame, each with its end.
fn rows(places: &mut Places, bytes: &[u8]) -> String {
    match Frame::decode(bytes) {
        Ok(Frame::Places { first, places: new }) => {
            places.add(first, new);
            String::new()
        }
        Ok(Frame::Events { first_seq, events }) => {
            let events = (first_seq..).zip(&events);
            events.map(|(seq, event)| row(seq, event, places)).collect()
        }
        _ => String::new(),
    }
}

/// A row is the event's line of JSON, taken apart.
fn row(seq: u64, event: &Event, places: &Places) -> String {
    let line = protocol::ndjson::event_line(seq, event, |key| places.get(key));
    let fields: Map<String, Value> = serde_json::from_str(&line).unwrap_or_default();
    let columns: Vec<&str> = COLUMNS.trim_end().split(',').collect();
    let mut row = String::new();
    for column in &columns[..columns.len() - 1] {
        row.push_str(&match fields.get(*column) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => quoted(text),
            Some(other) => quoted(&other.to_string()),
        });
        row.push(',');
    }
    let rest = fields.into_iter();
    let rest: Map<String, Value> = rest
        .filter(|(name, _)| !columns.contains(&name.as_str()))
        .collect();
    if !rest.is_empty() {
        row.push_str(&quoted(&Value::Object(rest).to_string()));
    }
    row.push('\n');
    row
}

/// A field of a table, in quotes where it needs them.
fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
