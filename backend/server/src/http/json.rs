//! The body of `POST /api/runs`, field by field, so that every error names its
//! field, what was given and what would have been right.

use axum::body::Body;
use protocol::run::{MAX_PROCS, Scheduler};
use protocol::{ApiError, ErrorCode, RunRequest};
use serde_json::{Map, Value};

use super::error::Failure;
use crate::catalogue::nearest;

/// The fields of a request.
const FIELDS: [&str; 7] = [
    "experiment",
    "params",
    "scheduler",
    "seed",
    "procs",
    "schedule",
    "task_body",
];

/// Reads a whole body of at most `limit_bytes`.
pub(super) async fn read(body: Body, limit_bytes: usize) -> Result<Vec<u8>, Failure> {
    let bytes = axum::body::to_bytes(body, limit_bytes).await.map_err(|_| {
        Failure::new(
            ErrorCode::TooLarge,
            format!("the body is larger than the limit of {limit_bytes} bytes, or was cut off"),
        )
    })?;
    Ok(bytes.into())
}

/// The request in a body.
pub(super) fn request(bytes: &[u8]) -> Result<RunRequest, Failure> {
    let mut fields = match serde_json::from_slice(bytes).map_err(malformed)? {
        Value::Object(fields) => fields,
        other => {
            return Err(Failure::from(ApiError {
                given: Some(other),
                ..ApiError::new(
                    ErrorCode::InvalidRequest,
                    "the body must be an object such as {\"experiment\": \"channel-buffered\"}",
                )
            }));
        }
    };
    if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(unknown_field(unknown, &fields));
    }
    Ok(RunRequest {
        experiment: experiment(fields.remove("experiment"))?,
        params: params(fields.remove("params"))?,
        scheduler: scheduler(fields.remove("scheduler"))?,
        seed: seed(fields.remove("seed"))?,
        procs: procs(fields.remove("procs"))?,
        schedule: schedule(fields.remove("schedule"))?,
        task_body: task_body(fields.remove("task_body"))?,
    })
}

fn malformed(error: serde_json::Error) -> Failure {
    let (line, column) = (error.line().max(1), error.column().max(1));
    Failure::from(ApiError {
        line: Some(line),
        column: Some(column),
        ..ApiError::new(
            ErrorCode::MalformedJson,
            format!("the body is not JSON: {error}"),
        )
    })
}

fn unknown_field(name: &str, fields: &Map<String, Value>) -> Failure {
    let options = nearest(name, FIELDS);
    Failure::from(ApiError {
        field: Some(name.to_owned()),
        given: fields.get(name).cloned(),
        message: format!(
            "a run has no field `{name}`; its fields are {}, and parameters of the experiment \
             stand in `params`",
            FIELDS.join(", ")
        ),
        options,
        ..ApiError::new(ErrorCode::InvalidRequest, "")
    })
}

fn experiment(given: Option<Value>) -> Result<String, Failure> {
    match given {
        Some(Value::String(id)) => Ok(id),
        Some(other) => Err(wrong("experiment", "an experiment's id, a text", other)),
        None => Err(Failure::from(ApiError {
            field: Some("experiment".into()),
            ..ApiError::new(
                ErrorCode::InvalidRequest,
                "`experiment` is missing; GET /api/experiments lists their ids",
            )
        })),
    }
}

fn params(given: Option<Value>) -> Result<Map<String, Value>, Failure> {
    match given {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(params)) => Ok(params),
        Some(other) => Err(wrong("params", "an object of names and values", other)),
    }
}

fn scheduler(given: Option<Value>) -> Result<Scheduler, Failure> {
    match given {
        None | Some(Value::Null) => Ok(Scheduler::Native),
        Some(given) => serde_json::from_value(given.clone()).map_err(|_| {
            Failure::from(ApiError {
                field: Some("scheduler".into()),
                message: format!("`scheduler` must be \"native\" or \"sim\", not {given}"),
                given: Some(given),
                options: vec!["native".into(), "sim".into()],
                ..ApiError::new(ErrorCode::NotAnOption, "")
            })
        }),
    }
}

fn seed(given: Option<Value>) -> Result<Option<u64>, Failure> {
    match given {
        None | Some(Value::Null) => Ok(None),
        Some(given) => match given.as_u64() {
            Some(seed) => Ok(Some(seed)),
            None => Err(wrong("seed", "a whole number from 0 to 2^64 - 1", given)),
        },
    }
}

fn schedule(given: Option<Value>) -> Result<Option<String>, Failure> {
    match given {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(wrong("schedule", "a schedule, a text", other)),
    }
}

fn task_body(given: Option<Value>) -> Result<Option<String>, Failure> {
    match given {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(wrong("task_body", "WebAssembly text", other)),
    }
}

fn procs(given: Option<Value>) -> Result<Option<u16>, Failure> {
    let given = match given {
        None | Some(Value::Null) => return Ok(None),
        Some(given) => given,
    };
    if !given.is_i64() && !given.is_u64() {
        return Err(wrong("procs", "a whole number", given));
    }
    match given.as_u64().and_then(|procs| u16::try_from(procs).ok()) {
        Some(procs @ 1..=MAX_PROCS) => Ok(Some(procs)),
        _ => Err(Failure::from(ApiError {
            field: Some("procs".into()),
            message: format!("`procs` must be from 1 to {MAX_PROCS}, not {given}"),
            given: Some(given),
            min: Some(1.0),
            max: Some(f64::from(MAX_PROCS)),
            ..ApiError::new(ErrorCode::OutOfRange, "")
        })),
    }
}

fn wrong(field: &str, expected: &str, given: Value) -> Failure {
    Failure::from(ApiError {
        field: Some(field.to_owned()),
        message: format!("`{field}` must be {expected}, not {given}"),
        given: Some(given),
        ..ApiError::new(ErrorCode::WrongType, "")
    })
}
