//! A select over two channels that both have a value. What is received goes
//! back into its channel, so that both stay ready.

use std::time::Instant;

use crate::frame::per_operation;

pub(crate) async fn run(operations: usize) -> f64 {
    let (a, b) = (csp::chan::<u64>(1), csp::chan::<u64>(1));
    a.send(1).await;
    b.send(2).await;
    let mut counts = [0; 2];
    let start = Instant::now();
    for _ in 0..operations {
        csp::select! {
            value = a.recv() => {
                let value = value.expect("a is open");
                counts[0] += value;
                a.send(value).await;
            }
            value = b.recv() => {
                let value = value.expect("b is open");
                counts[1] += value;
                b.send(value).await;
            }
        }
    }
    let took = start.elapsed();
    assert_eq!(counts[0] + counts[1] / 2, operations as u64);
    per_operation(took, operations)
}
