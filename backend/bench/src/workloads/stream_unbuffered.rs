//! One goroutine sends, one receives, without a buffer.

use std::time::Instant;

use crate::frame::{per_operation, sum_below};

pub(crate) async fn run(operations: usize) -> f64 {
    stream(operations, 0).await
}

pub(super) async fn stream(operations: usize, capacity: usize) -> f64 {
    let values = csp::chan::<u64>(capacity);
    let sender = values.sender();
    let start = Instant::now();
    csp::go(async move {
        for value in 0..operations as u64 {
            sender.send(value).await;
        }
        sender.close();
    });
    let mut sum = 0;
    while let Some(value) = values.recv().await {
        sum += value;
    }
    let took = start.elapsed();
    assert_eq!(sum, sum_below(operations));
    per_operation(took, operations)
}
