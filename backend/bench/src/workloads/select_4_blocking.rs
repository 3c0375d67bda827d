//! A select over four unbuffered channels. One goroutine sends over them in
//! turn, so that the select finds at most one case ready, and mostly none.

use std::time::Instant;

use crate::frame::{per_operation, sum_below};

pub(crate) async fn run(operations: usize) -> f64 {
    let (a, b) = (csp::chan::<u64>(0), csp::chan::<u64>(0));
    let (c, d) = (csp::chan::<u64>(0), csp::chan::<u64>(0));
    let (to_a, to_b, to_c, to_d) = (a.sender(), b.sender(), c.sender(), d.sender());
    csp::go(async move {
        for value in 0..operations as u64 {
            match value % 4 {
                0 => to_a.send(value).await,
                1 => to_b.send(value).await,
                2 => to_c.send(value).await,
                _ => to_d.send(value).await,
            }
        }
    });
    let mut sum = 0;
    let start = Instant::now();
    for _ in 0..operations {
        let value = csp::select! {
            value = a.recv() => value,
            value = b.recv() => value,
            value = c.recv() => value,
            value = d.recv() => value,
        };
        sum += value.expect("all are open");
    }
    let took = start.elapsed();
    assert_eq!(sum, sum_below(operations));
    per_operation(took, operations)
}
