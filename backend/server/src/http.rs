//! The server over HTTP. [`router`] is the table of contents.

mod answer;
mod assets;
mod error;
mod experiments;
mod export;
mod health;
mod json;
mod lessons;
mod policy;
mod runs;
mod stream;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware;
use axum::routing::{any, get, post};
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::lessons::Shelf;
use crate::runs::Runs;
use assets::Assets;

/// What every route can reach.
#[derive(Clone)]
pub struct App {
    /// The runs.
    pub runs: Arc<Runs>,
    /// The lessons.
    pub lessons: Arc<Shelf>,
    assets: Arc<Assets>,
}

impl App {
    /// A server's state; `dist` is the folder of the built front end.
    pub fn new(runs: Arc<Runs>, lessons: Arc<Shelf>, dist: PathBuf) -> App {
        let assets = Arc::new(Assets::new(dist));
        App {
            runs,
            lessons,
            assets,
        }
    }
}

/// Every route.
pub fn router(app: App) -> Router {
    // A stream is not compressed: its frames would wait in the compressor.
    let streams = Router::new()
        .route("/api/runs/{id}/events", get(stream::events))
        .route("/api/runs/{id}/export", get(export::export))
        .route("/ws/runs/{id}", get(stream::socket));
    let answers = Router::new()
        .route("/api/health", get(health::health))
        .route("/api/lessons", get(lessons::contents))
        .route("/api/lessons/{id}", get(lessons::lesson))
        .route("/api/glossary", get(lessons::glossary))
        .route("/api/guides", get(lessons::guides))
        .route("/api/search", get(lessons::search))
        .route("/api/experiments", get(experiments::all))
        .route("/api/runs", post(runs::create))
        .route("/api/runs/{id}/challenges", get(lessons::challenges))
        .route("/api/runs/{id}", get(runs::status).delete(runs::cancel))
        .route("/api", any(error::unknown_route))
        .route("/api/", any(error::unknown_route))
        .route("/ws", any(error::unknown_route))
        .route("/ws/", any(error::unknown_route))
        .route("/api/{*rest}", any(error::unknown_route))
        .route("/ws/{*rest}", any(error::unknown_route))
        .layer(middleware::from_fn(error::packed))
        .layer(CompressionLayer::new());
    let fresh = set(header::CACHE_CONTROL, "no-store");
    answers
        .merge(streams)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(fresh)
        .fallback_service(
            get(assets::serve)
                .layer(CompressionLayer::new())
                .with_state(app.clone()),
        )
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(header::REFERRER_POLICY, "same-origin"))
        .layer(set(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ))
        .layer(set(
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ))
        .with_state(app)
}

fn set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
