//! A server that gives the page a recording in place of a run's own frames, and
//! everything else from a real server.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::recording::Recording;
use crate::site::{Site, demo, dist};

/// The most bytes of a request: the page sends some hundred.
const MAX_BODY_BYTES: usize = 64 << 10;

/// The server, for as long as this is there.
pub(crate) struct Stage {
    pub(crate) recording: Arc<Recording>,
    pub(crate) url: String,
    _site: Site,
}

#[derive(Clone)]
struct Behind {
    recording: Arc<Recording>,
    site: String,
    client: reqwest::Client,
}

impl Stage {
    /// With the lessons of the tests and the built page.
    pub(crate) async fn open(recording: Recording) -> Stage {
        let site = Site::with(&demo(), &dist()).await;
        let recording = Arc::new(recording);
        let behind = Behind {
            recording: recording.clone(),
            site: format!("http://{}", site.address),
            client: reqwest::Client::new(),
        };
        let router = Router::new()
            .route("/ws/runs/{id}", get(frames))
            .fallback(hand_on)
            .with_state(behind);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("its address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        Stage {
            recording,
            url: format!("http://{address}"),
            _site: site,
        }
    }
}

/// Every frame as fast as the page takes them.
async fn frames(State(behind): State<Behind>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        for frame in &behind.recording.frames {
            let message = Message::Binary(Bytes::from(frame.clone()));
            if socket.send(message).await.is_err() {
                return;
            }
        }
        // The tail is lost unless the other side closes first.
        if socket.send(Message::Close(None)).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    })
}

async fn hand_on(State(behind): State<Behind>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let question = behind
        .client
        .request(parts.method, format!("{}{path}", behind.site))
        .headers(parts.headers)
        .body(body);
    let Ok(answer) = question.send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    // They speak of one connection.
    headers.remove(header::TRANSFER_ENCODING);
    headers.remove(header::CONNECTION);
    let Ok(body) = answer.bytes().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
