//! Goroutines that each leave a mark and end, all made before anybody waits.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Instant;

use csp::sync::WaitGroup;

use crate::frame::per_operation;

pub(crate) async fn run(operations: usize) -> f64 {
    // Leaked, twice in a process: counted references to what is looked at only
    // by the check would cost as much as the goroutine.
    let marks: Box<[AtomicU8]> = (0..operations).map(|_| AtomicU8::new(0)).collect();
    let marks: &'static [AtomicU8] = Box::leak(marks);
    let group = WaitGroup::new();
    let start = Instant::now();
    for mark in marks {
        group.go(async move { mark.store(1, Ordering::Relaxed) });
    }
    group.wait().await;
    let took = start.elapsed();
    let sum: usize = marks
        .iter()
        .map(|mark| usize::from(mark.load(Ordering::Relaxed)))
        .sum();
    assert_eq!(sum, operations);
    per_operation(took, operations)
}
