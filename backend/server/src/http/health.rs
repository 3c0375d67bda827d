//! `GET /api/health`

use axum::Json;
use axum::extract::State;
use protocol::Limits;
use serde::Serialize;

use super::App;
use crate::runs::QueueState;

/// That the server is alive, and what it is.
#[derive(Serialize)]
pub(super) struct Health {
    status: &'static str,
    version: &'static str,
    protocol: u16,
    debug_build: bool,
    queue: QueueState,
    limits: Limits,
}

/// What a page asks for first.
pub(super) async fn health(State(app): State<App>) -> Json<Health> {
    Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        protocol: protocol::VERSION,
        debug_build: cfg!(debug_assertions),
        queue: app.runs.state(),
        limits: app.runs.limits.run.clone(),
    })
}
