//! One publisher, eight subscribers with a queue of 128 each; every message
//! goes to all of them. One delivery is an operation. Go's library has no such
//! part, so that its program does it by hand.

use std::time::Instant;

use csp::patterns::{Policy, PubSub};

use crate::frame::{per_operation, sum_below};

const SUBSCRIBERS: usize = 8;
const QUEUE: usize = 128;

pub(crate) async fn run(operations: usize) -> f64 {
    let messages = operations.div_ceil(SUBSCRIBERS);
    let sums = csp::chan::<u64>(SUBSCRIBERS);
    let topic = PubSub::new();
    let start = Instant::now();
    for number in 0..SUBSCRIBERS {
        let subscription = topic.subscribe(number.to_string(), QUEUE, Policy::Block);
        let mut subscription = subscription.expect("the topic is open");
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
        topic.publish(message).await.expect("the topic is open");
    }
    topic.close();
    let mut sum = 0;
    for _ in 0..SUBSCRIBERS {
        sum += sums.recv().await.expect("each subscriber sends its sum");
    }
    let took = start.elapsed();
    assert_eq!(sum, SUBSCRIBERS as u64 * sum_below(messages));
    per_operation(took, SUBSCRIBERS * messages)
}
