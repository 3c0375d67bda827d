//! A select with a default over two channels that are never ready.

use std::time::Instant;

use crate::frame::per_operation;

pub(crate) async fn run(operations: usize) -> f64 {
    let (a, b) = (csp::chan::<u64>(1), csp::chan::<u64>(1));
    let mut defaults = 0;
    let start = Instant::now();
    for _ in 0..operations {
        csp::select! {
            _ = a.recv() => panic!("a value that nobody sent"),
            _ = b.recv() => panic!("a value that nobody sent"),
            default => defaults += 1,
        }
    }
    let took = start.elapsed();
    assert_eq!(defaults, operations);
    per_operation(took, operations)
}
