//! A select over four channels that all have a value. What is received goes
//! back into its channel, so that all stay ready.

use std::time::Instant;

use crate::frame::per_operation;

pub(crate) async fn run(operations: usize) -> f64 {
    let (a, b) = (csp::chan::<u64>(1), csp::chan::<u64>(1));
    let (c, d) = (csp::chan::<u64>(1), csp::chan::<u64>(1));
    a.send(1).await;
    b.send(2).await;
    c.send(3).await;
    d.send(4).await;
    let mut counts = [0; 4];
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
            value = c.recv() => {
                let value = value.expect("c is open");
                counts[2] += value;
                c.send(value).await;
            }
            value = d.recv() => {
                let value = value.expect("d is open");
                counts[3] += value;
                d.send(value).await;
            }
        }
    }
    let took = start.elapsed();
    let received = counts[0] + counts[1] / 2 + counts[2] / 3 + counts[3] / 4;
    assert_eq!(received, operations as u64);
    per_operation(took, operations)
}
