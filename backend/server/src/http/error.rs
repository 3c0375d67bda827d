//! Every answer that is not a success: an [`ApiError`] with its status.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use protocol::packed::{MEDIA_TYPE, PackedError, pack};
use protocol::{ApiError, ErrorCode};

use super::answer::Form;
use crate::runs::Refused;

/// An [`ApiError`] on its way out.
#[derive(Debug)]
pub(crate) struct Failure {
    error: Box<ApiError>,
    retry_after_seconds: Option<u64>,
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Failure {
            error: Box::new(error),
            retry_after_seconds: None,
        }
    }
}

impl From<Box<ApiError>> for Failure {
    fn from(error: Box<ApiError>) -> Self {
        Failure {
            error,
            retry_after_seconds: None,
        }
    }
}

impl Failure {
    /// One without particulars.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        ApiError::new(code, message).into()
    }

    /// A run that was not taken.
    pub(crate) fn refused(refused: Refused, retry_after_seconds: u64) -> Self {
        let (code, message) = match refused {
            Refused::QueueFull { limit } => (
                ErrorCode::QueueFull,
                format!("{limit} runs wait already, which is the limit; try again in a moment"),
            ),
            Refused::TooManyRuns { limit } => (
                ErrorCode::TooManyRuns,
                format!(
                    "{limit} of your runs wait or run already, which is the limit; \
                     stop one, or wait until one has ended"
                ),
            ),
            Refused::Closing => (
                ErrorCode::QueueFull,
                "the server is about to stop and takes no runs".to_owned(),
            ),
        };
        Failure {
            error: Box::new(ApiError::new(code, message)),
            retry_after_seconds: Some(retry_after_seconds),
        }
    }

    /// No run of this id.
    pub(crate) fn unknown_run(id: &str) -> Self {
        Failure::new(
            ErrorCode::UnknownRun,
            format!(
                "there is no run `{id}`: it was never there, or it is forgotten by now; \
                 POST /api/runs starts a new one"
            ),
        )
    }
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::MalformedJson
        | ErrorCode::InvalidRequest
        | ErrorCode::UnknownParameter
        | ErrorCode::WrongType
        | ErrorCode::OutOfRange
        | ErrorCode::NotAnOption => StatusCode::BAD_REQUEST,
        ErrorCode::UnknownExperiment
        | ErrorCode::UnknownLesson
        | ErrorCode::UnknownRun
        | ErrorCode::UnknownRoute => StatusCode::NOT_FOUND,
        ErrorCode::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::TooManyRuns => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::NotAvailable => StatusCode::NOT_IMPLEMENTED,
        ErrorCode::QueueFull => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (status(self.error.code), Json(&self.error)).into_response();
        response.extensions_mut().insert(self.error);
        if let Some(seconds) = self.retry_after_seconds {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Packs the error of an answer, where that is how the answer was wanted.
pub(super) async fn packed(form: Form, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<Box<ApiError>>() else {
        return response;
    };
    if form == Form::Json {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let kind = HeaderValue::from_static(MEDIA_TYPE);
    parts.headers.insert(header::CONTENT_TYPE, kind);
    let bytes = pack(&PackedError::from(&*error));
    Response::from_parts(parts, bytes.into())
}

/// 404 of everything below `/api` and `/ws` that is no route.
pub(crate) async fn unknown_route(method: Method, uri: Uri) -> Failure {
    let path = uri.path();
    Failure::new(
        ErrorCode::UnknownRoute,
        format!("there is no route {method} {path}; GET /api/health tells what this server is"),
    )
}

/// 405; the router adds the header Allow.
pub(crate) async fn wrong_method(method: Method, uri: Uri) -> Failure {
    let path = uri.path();
    Failure::new(
        ErrorCode::WrongMethod,
        format!("{path} does not take {method}; the header Allow names what it takes"),
    )
}
