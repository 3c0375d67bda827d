//! Two goroutines that answer each other over two unbuffered channels; one
//! message is an operation.

use std::time::Instant;

use crate::frame::per_operation;

pub(crate) async fn run(operations: usize) -> f64 {
    let turns = operations.div_ceil(2);
    let (ping, pong) = (csp::chan::<u64>(0), csp::chan::<u64>(0));
    let (requests, replies) = (ping.receiver(), pong.sender());
    csp::go(async move {
        while let Some(value) = requests.recv().await {
            replies.send(value + 1).await;
        }
        replies.close();
    });
    let mut value = 0;
    let start = Instant::now();
    for _ in 0..turns {
        ping.send(value).await;
        value = pong.recv().await.expect("a reply");
    }
    let took = start.elapsed();
    ping.close();
    pong.recv().await;
    assert_eq!(value, turns as u64);
    per_operation(took, 2 * turns)
}
