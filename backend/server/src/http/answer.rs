//! An answer as JSON, or packed for the page, which says so in `Accept`.

use std::convert::Infallible;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use protocol::packed::{MEDIA_TYPE, pack};
use serde::Serialize;

/// In which form the answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Packed,
}

impl<S: Sync> FromRequestParts<S> for Form {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Form, Infallible> {
        let accept = parts.headers.get(header::ACCEPT);
        let packed = accept
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains(MEDIA_TYPE));
        Ok(if packed { Form::Packed } else { Form::Json })
    }
}

impl Form {
    /// The answer in this form.
    pub(super) fn of<T: Serialize>(self, answer: &T) -> Response {
        self.either(|| answer, || answer)
    }

    /// An answer of which the page gets what it reads, others all.
    pub(super) fn either<A: Serialize, B: Serialize>(
        self,
        json: impl FnOnce() -> A,
        packed: impl FnOnce() -> B,
    ) -> Response {
        // The layer that compresses adds its own to what does not name it.
        let vary = (header::VARY, "accept, accept-encoding");
        match self {
            Form::Json => ([vary], Json(json())).into_response(),
            Form::Packed => {
                let kind = (header::CONTENT_TYPE, MEDIA_TYPE);
                ([vary, kind], pack(&packed())).into_response()
            }
        }
    }
}
