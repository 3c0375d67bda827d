//! One publisher, eight subscribers with a buffer of 128 each; every message
//! goes to all of them. One delivery is an operation.

use std::time::Instant;

use crate::frame::{per_operation, sum_below};

const SUBSCRIBERS: usize = 8;

pub(crate) async fn run(operations: usize) -> f64 {
    let messages = operations.div_ceil(SUBSCRIBERS);
    let sums = csp::chan::<u64>(SUBSCRIBERS);
    let mut subscriptions = Vec::new();
    let start = Instant::now();
    for _ in 0..SUBSCRIBERS {
        let subscription = csp::chan::<u64>(128);
        subscriptions.push(subscription.sender());
        let sums = sums.sender();
        csp::go(async move {
            let mut sum = 0;
            while let Some(message) = subscription.recv().await {
                sum += message;
            }
            sums.send(sum).await;
        });
    }
    for message in 0..messages as u64 {
        for subscription in &subscriptions {
            subscription.send(message).await;
        }
    }
    for subscription in &subscriptions {
        subscription.close();
    }
    let mut sum = 0;
    for _ in 0..SUBSCRIBERS {
        sum += sums.recv().await.expect("each subscriber sends its sum");
    }
    let took = start.elapsed();
    assert_eq!(sum, SUBSCRIBERS as u64 * sum_below(messages));
    per_operation(took, SUBSCRIBERS * messages)
}
