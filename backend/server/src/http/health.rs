//! `GET /api/health`

use axum::extract::State;
use axum::response::Response;
use protocol::{Limits, packed};
use serde::Serialize;

use super::App;
use super::answer::Form;
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
pub(super) async fn health(State(app): State<App>, form: Form) -> Response {
    let limits = app.runs.limits.run.clone();
    let all = || Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        protocol: protocol::VERSION,
        debug_build: cfg!(debug_assertions),
        queue: app.runs.state(),
        limits: limits.clone(),
    };
    let shown = || packed::Health {
        protocol: protocol::VERSION,
        debug_build: cfg!(debug_assertions),
        limits: limits.clone(),
    };
    form.either(all, shown)
}
