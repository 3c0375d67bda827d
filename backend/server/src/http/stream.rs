//! A run as it happens: `GET /ws/runs/{id}` and `GET /api/runs/{id}/events`.
//!
//! All of them are positions in the stored story ([`Watcher`]). On a WebSocket
//! a message is a frame; as `application/octet-stream` each frame has its
//! length before it; otherwise events are lines of JSON.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::ws::{
    Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection,
};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, SplitSink};
use futures_util::{SinkExt, StreamExt};
use protocol::{ApiError, ErrorCode};

use super::App;
use super::error::Failure;
use super::runs::find;
use crate::lines::Lines;
use crate::runs::Watcher;

/// How long a page may take none of a message before it counts as gone.
const SEND_SECONDS: u64 = 60;
/// How long the other side may take to answer Close.
const CLOSE_SECONDS: u64 = 10;
/// The most bytes of a message from a page; it has nothing to say.
const MAX_MESSAGE_BYTES: usize = 4 << 10;

/// Binary frames on a WebSocket.
pub(super) async fn socket(
    State(app): State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Failure> {
    let from = from(query.as_deref())?;
    let run = find(&app, &id)?;
    let upgrade = upgrade.map_err(|rejection| {
        Failure::new(
            ErrorCode::InvalidRequest,
            format!(
                "this route speaks WebSocket ({rejection}); GET /api/runs/{id}/events tells the same by HTTP"
            ),
        )
    })?;
    let upgrade = upgrade
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES);
    Ok(upgrade.on_upgrade(move |socket| relay(socket, app.runs.watch(&run, from))))
}

/// Sends every frame, until the last or until the other side is gone.
async fn relay(socket: WebSocket, mut watcher: Watcher) {
    let (mut sender, mut receiver) = socket.split();
    loop {
        tokio::select! {
            frame = watcher.next() => {
                let Some(frame) = frame else {
                    break;
                };
                if !send(&mut sender, Message::Binary(frame)).await {
                    return;
                }
            }
            message = receiver.next() => match message {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    }
    drop(watcher);
    // To close at once would throw away what is still on its way: say so, and
    // read on until the other side closes.
    if send(&mut sender, Message::Close(None)).await {
        let gone = async { while let Some(Ok(_)) = receiver.next().await {} };
        let _ = tokio::time::timeout(Duration::from_secs(CLOSE_SECONDS), gone).await;
    }
}

async fn send(sender: &mut SplitSink<WebSocket, Message>, message: Message) -> bool {
    let sent = tokio::time::timeout(Duration::from_secs(SEND_SECONDS), sender.send(message));
    matches!(sent.await, Ok(Ok(())))
}

/// Lines of JSON, or frames with their length.
pub(super) async fn events(
    State(app): State<App>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let from = from(query.as_deref())?;
    let run = find(&app, &id)?;
    let watcher = app.runs.watch(&run, from);
    let accept = headers.get(header::ACCEPT);
    let binary = accept.is_some_and(|accept| {
        let accept = String::from_utf8_lossy(accept.as_bytes());
        accept.contains("application/octet-stream")
    });
    Ok(if binary {
        let frames = stream::unfold(watcher, |mut watcher| async move {
            let frame = watcher.next().await?;
            Some((with_length(&frame), watcher))
        });
        live("application/octet-stream", frames)
    } else {
        lines(watcher, from)
    })
}

/// The story as lines of JSON.
pub(super) fn lines(watcher: Watcher, from: u64) -> Response {
    let lines = stream::unfold(
        (watcher, Lines::new(from)),
        |(mut watcher, mut lines)| async {
            let frame = watcher.next().await?;
            let text = lines.of_frame(&frame);
            Some((Bytes::from(text), (watcher, lines)))
        },
    );
    live("application/x-ndjson", lines)
}

/// A body that goes out part by part.
pub(super) fn live(
    media_type: &'static str,
    parts: impl stream::Stream<Item = Bytes> + Send + 'static,
) -> Response {
    let body = Body::from_stream(parts.map(Ok::<_, std::convert::Infallible>));
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "no-store"),
        // nginx and its like hold streams back without it.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, body).into_response()
}

fn with_length(frame: &Bytes) -> Bytes {
    let length = u32::try_from(frame.len()).expect("a frame is checked for its length");
    [&length.to_le_bytes(), frame.as_ref()].concat().into()
}

/// The sequence number to begin with.
fn from(query: Option<&str>) -> Result<u64, Failure> {
    match parameter(query, "from") {
        None => Ok(0),
        Some(given) => given.parse().map_err(|_| {
            Failure::from(ApiError {
                field: Some("from".into()),
                message: format!("`from` must be the number of an event, from 0, not `{given}`"),
                given: Some(given.into()),
                min: Some(0.0),
                ..ApiError::new(ErrorCode::InvalidRequest, "")
            })
        }),
    }
}

/// The value of a parameter in a query; none of ours needs escapes.
pub(super) fn parameter<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = pairs
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    values.next()
}
