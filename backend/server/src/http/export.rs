//! `GET /api/runs/{id}/export?format=ndjson|csv`: the run for other tools, to
//! be saved as a file. An export of a run that has not ended goes on until it
//! has.

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

/// The formats that there are, and those that are promised.
const FORMATS: [&str; 2] = ["ndjson", "csv"];
const LATER: [&str; 2] = ["perfetto", "otlp"];
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
        other => return Err(no_format(other)),
    };
    Ok(saved_as(response, &format!("interleave-{id}.{format}")))
}

fn no_format(given: &str) -> Failure {
    let (code, message) = if LATER.contains(&given) {
        let message = format!("the format `{given}` is not available yet; take ndjson or csv");
        (ErrorCode::NotAvailable, message)
    } else {
        let message = format!("`format` must be ndjson or csv, not `{given}`");
        (ErrorCode::NotAnOption, message)
    };
    Failure::from(ApiError {
        field: Some("format".into()),
        given: Some(given.into()),
        options: FORMATS.map(str::to_owned).into(),
        ..ApiError::new(code, message)
    })
}

fn saved_as(mut response: Response, name: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
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
