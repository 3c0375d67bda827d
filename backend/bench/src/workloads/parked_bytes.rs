//! Resident memory of goroutines that wait to receive from one channel.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use csp::sync::WaitGroup;

pub(crate) async fn run(operations: usize) -> f64 {
    let gate = csp::chan::<u64>(0);
    let (started, ended) = (WaitGroup::new(), WaitGroup::new());
    let woken = Arc::new(AtomicUsize::new(0));
    started.add(operations as i64);
    let before = resident_bytes();
    for _ in 0..operations {
        let (gate, started, woken) = (gate.clone(), started.clone(), woken.clone());
        ended.go(async move {
            started.done();
            gate.recv().await;
            woken.fetch_add(1, Ordering::Relaxed);
        });
    }
    started.wait().await;
    let after = resident_bytes();
    gate.close();
    ended.wait().await;
    assert_eq!(woken.load(Ordering::Relaxed), operations);
    (after - before) / operations as f64
}

/// The bytes of a page: the second field of statm counts pages. The standard
/// library does not tell it; on x86-64 it is always this.
const PAGE: f64 = 4096.0;

pub(crate) fn resident_bytes() -> f64 {
    let statm = fs::read_to_string("/proc/self/statm").expect("Linux tells the memory in use");
    let pages = statm
        .split_whitespace()
        .nth(1)
        .and_then(|field| field.parse::<f64>().ok());
    pages.expect("statm has a second field") * PAGE
}
