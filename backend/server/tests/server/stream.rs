//! Streams: live, to be resumed, and never held up by a slow reader.

use futures_util::{SinkExt, StreamExt};
use protocol::frame::FrameKind;
use protocol::{Frame, FrameHeader, RunState};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::server::{Server, is_completed, long, numbers, server, short};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

async fn watch(server: &Server, id: &str, from: &str) -> Socket {
    let url = format!("ws://{}/ws/runs/{id}{from}", server.addr);
    connect_async(url).await.unwrap().0
}

/// Every frame until the server closes, and whether it closed as it should.
async fn all(mut socket: Socket) -> (Vec<Vec<u8>>, bool) {
    let mut frames = Vec::new();
    while let Some(message) = socket.next().await {
        match message.unwrap() {
            Message::Binary(frame) => frames.push(frame.to_vec()),
            Message::Close(_) => {
                // The answer is on its way; the stream ends after it.
                while let Some(Ok(_)) = socket.next().await {}
                return (frames, true);
            }
            other => panic!("{other:?}"),
        }
    }
    (frames, false)
}

fn decoded(frames: &[Vec<u8>]) -> Vec<Frame> {
    frames
        .iter()
        .map(|bytes| Frame::decode(bytes).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_gets_every_frame_and_then_close() {
    let server = server().await;
    let id = server.run(short()).await;
    let (frames, closed) = all(watch(&server, &id, "").await).await;
    assert!(closed);
    let frames = decoded(&frames);
    assert!(matches!(frames.last(), Some(Frame::End(end)) if is_completed(end)));
    // The same by HTTP, and again by socket now that it has ended.
    assert_eq!(frames, server.frames(&id, "").await);
    let (again, _) = all(watch(&server, &id, "").await).await;
    assert_eq!(frames, decoded(&again));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_while_the_run_goes_on() {
    let server = server().await;
    let id = server.run(long()).await;
    let mut socket = watch(&server, &id, "").await;
    loop {
        let Some(Ok(Message::Binary(frame))) = socket.next().await else {
            panic!("the socket ended before any event");
        };
        if FrameHeader::read(&frame).unwrap().kind == FrameKind::Events {
            break;
        }
    }
    assert_eq!(server.status(&id).await.state, RunState::Running);
    let mut lines = server.get(&format!("/api/runs/{id}/events")).await;
    let first = lines.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"{\"seq\":0,"), "{first:?}");
    assert_eq!(server.status(&id).await.state, RunState::Running);
    server.delete(&id).await;
    let (rest, closed) = all(socket).await;
    assert!(closed);
    assert!(matches!(decoded(&rest).last(), Some(Frame::End(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_resumes_where_it_was() {
    let server = server().await;
    let id = server.run(json!({"experiment": "worker-pool"})).await;
    server.end(&id).await;
    let whole = server.frames(&id, "").await;
    let count = server.status(&id).await.events;
    assert!(whole.len() > 4, "a run of this length has several frames");
    for from in [0, 1, count / 3, count / 2, count - 1, count, count + 1000] {
        let query = format!("?from={from}");
        let (frames, _) = all(watch(&server, &id, &query).await).await;
        let frames = decoded(&frames);
        assert_eq!(frames, server.frames(&id, &query).await);
        // All that are no events, and the events from the frame that holds it.
        let expected: Vec<&Frame> = whole
            .iter()
            .filter(|frame| match frame {
                Frame::Events { first_seq, events } => first_seq + events.len() as u64 > from,
                _ => true,
            })
            .collect();
        assert!(frames.iter().eq(expected), "from {from}");
        // Lines are exact.
        let lines = server.text(&format!("/api/runs/{id}/events{query}")).await;
        let seqs: Vec<u64> = lines
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).unwrap()["seq"].as_u64())
            .collect();
        assert!(seqs.into_iter().eq(from..count.max(from)), "from {from}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_taken_up_in_the_middle_of_a_run() {
    let server = server().await;
    let request = json!({"experiment": "channel-buffered", "params": {"sends": 20}});
    let id = server.run(request).await;
    let mut seen = Vec::new();
    let mut socket = watch(&server, &id, "").await;
    while seen.is_empty() {
        if let Some(Ok(Message::Binary(frame))) = socket.next().await {
            seen = numbers(&decoded(&[frame.to_vec()]));
        }
    }
    drop(socket);
    let next = seen.last().unwrap() + 1;
    let (rest, closed) = all(watch(&server, &id, &format!("?from={next}")).await).await;
    assert!(closed);
    let rest = numbers(&decoded(&rest));
    let count = server.status(&id).await.events;
    assert!(rest.first().is_some_and(|first| *first <= next));
    assert!(rest.into_iter().filter(|seq| *seq >= next).eq(next..count));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_reads_nothing_holds_nothing_up() {
    let server = server().await;
    let id = server
        .run(json!({"experiment": "worker-pool", "params": {"tasks": 1000}}))
        .await;
    let idle = watch(&server, &id, "").await;
    assert!(is_completed(&server.end(&id).await));
    let (frames, closed) = all(idle).await;
    assert!(closed);
    assert!(matches!(decoded(&frames).last(), Some(Frame::End(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_says_is_not_heard() {
    let server = server().await;
    let id = server.run(short()).await;
    let mut socket = watch(&server, &id, "").await;
    socket.send(Message::text("hello")).await.unwrap();
    let (frames, _) = all(socket).await;
    assert!(matches!(decoded(&frames).last(), Some(Frame::End(_))));
}
