//! What an error looks like in JSON: `{"code", "message", …}`. The page gets
//! [`crate::packed::PackedError`] instead.

use serde::{Deserialize, Serialize};

/// The body of every answer that is not a success.
#[cfg(feature = "json")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiError {
    /// What is wrong, for a program.
    pub code: ErrorCode,
    /// What is wrong and how to mend it, in English, for a person.
    pub message: String,
    /// The field or parameter at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<serde_json::Value>,
    /// The least that is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The most that is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// What would have been allowed, or the names nearest to the one given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The line of malformed JSON, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column of malformed JSON, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

#[cfg(feature = "json")]
impl ApiError {
    /// An error without particulars.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        ApiError {
            code,
            message: message.into(),
            field: None,
            given: None,
            min: None,
            max: None,
            options: Vec::new(),
            line: None,
            column: None,
        }
    }
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// 400: not JSON; `line` and `column` say where.
    MalformedJson,
    /// 400: JSON, but not a request; `field` where one is at fault.
    InvalidRequest,
    /// 400: the experiment has no such parameter; `options` has its names,
    /// nearest first.
    UnknownParameter,
    /// 400: the parameter is of another type.
    WrongType,
    /// 400: the parameter is out of its bounds.
    OutOfRange,
    /// 400: none of the options.
    NotAnOption,
    /// 404: `options` has the nearest ids.
    UnknownExperiment,
    /// 404: `options` has the nearest ids.
    UnknownLesson,
    /// 404: the run was never there, or is forgotten by now.
    UnknownRun,
    /// 404: no such route.
    UnknownRoute,
    /// 405: the route knows other methods; the header Allow names them.
    WrongMethod,
    /// 413: the body is larger than the limit.
    TooLarge,
    /// 429: too many runs of one client; the header Retry-After says when.
    TooManyRuns,
    /// 501: the server knows of it, and does not have it yet.
    NotAvailable,
    /// 503: the queue is full; the header Retry-After says when.
    QueueFull,
    /// 500: a fault of ours.
    Internal,
}
