//! Four goroutines send, four receive, with one buffer of 128.

use std::time::Instant;

use csp::sync::WaitGroup;

use crate::frame::{per_operation, sum_below};

/// Senders, and receivers.
const EACH: usize = 4;

pub(crate) async fn run(operations: usize) -> f64 {
    let share = operations.div_ceil(EACH);
    let values = csp::chan::<u64>(128);
    let sums = csp::chan::<u64>(EACH);
    let senders = WaitGroup::new();
    let start = Instant::now();
    for _ in 0..EACH {
        let sender = values.sender();
        senders.go(async move {
            for value in 0..share as u64 {
                sender.send(value).await;
            }
        });
        let (values, sums) = (values.receiver(), sums.sender());
        csp::go(async move {
            let mut sum = 0;
            while let Some(value) = values.recv().await {
                sum += value;
            }
            sums.send(sum).await;
        });
    }
    senders.wait().await;
    values.close();
    let mut sum = 0;
    for _ in 0..EACH {
        sum += sums.recv().await.expect("each receiver sends its sum");
    }
    let took = start.elapsed();
    assert_eq!(sum, EACH as u64 * sum_below(share));
    per_operation(took, EACH * share)
}
