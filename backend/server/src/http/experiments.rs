//! `GET /api/experiments`

use axum::Json;
use protocol::Experiment;

/// The catalogue with its parameters.
pub(super) async fn all() -> Json<Vec<Experiment>> {
    Json(crate::catalogue::all())
}
