//! `POST /api/runs`, `GET /api/runs/{id}`, `DELETE /api/runs/{id}`

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::packed::Figures;
use protocol::run::RunCreated;

use super::App;
use super::answer::Form;
use super::error::Failure;
use super::json;
use crate::catalogue;
use crate::runs::Run;

/// Checks a request and puts it in the queue.
pub(super) async fn create(
    State(app): State<App>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    form: Form,
    body: Body,
) -> Result<Response, Failure> {
    let bytes = json::read(body, app.runs.limits.body_bytes).await?;
    let request = json::request(&bytes)?;
    let (entry, request) = catalogue::complete(request)?;
    let client = of_site(client.ip());
    let run = app
        .runs
        .create(request, entry.timed, client)
        .map_err(|refused| Failure::refused(refused, app.runs.limits.retry_after_seconds))?;
    let location = [("location", format!("/api/runs/{}", run.id))];
    let id = run.id.clone();
    Ok((StatusCode::CREATED, location, form.of(&RunCreated { id })).into_response())
}

/// State and outcome.
pub(super) async fn status(
    State(app): State<App>,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let status = find(&app, &id)?.status();
    let figures = || Figures {
        metrics: status.end.as_ref().map(|end| end.metrics.clone()),
    };
    Ok(form.either(|| &status, figures))
}

/// Stops a run; one that has ended stays as it is.
pub(super) async fn cancel(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    app.runs.cancel(&find(&app, &id)?);
    Ok(StatusCode::NO_CONTENT)
}

/// The run of an id in a path.
pub(super) fn find(app: &App, id: &str) -> Result<Arc<Run>, Failure> {
    app.runs.get(id).ok_or_else(|| Failure::unknown_run(id))
}

/// Whoever has one IPv6 address has 2^64 of them, so its network counts.
fn of_site(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            let network = u128::from(address) >> 64 << 64;
            IpAddr::V6(network.into())
        }
        address => address,
    }
}
