//! What an event costs the goroutine that records it: a send and a receive on
//! one channel, two events, with the trace on and with it off.

use std::time::{Duration, Instant};

use crate::frame::{Frame, ours, per_operation, sum_below};

/// Events between two pauses: half of what a thread's ring holds, so that none
/// is dropped, which would be cheaper.
const BURST: usize = 8_000;

/// For the collector to empty the rings; it looks every two milliseconds.
const PAUSE: Duration = Duration::from_millis(6);

pub(super) fn measure(frame: &Frame) -> f64 {
    let traced = |traced| ours(&Frame { traced, ..*frame }, run);
    let off = traced(false);
    traced(true) - off
}

async fn run(events: usize) -> f64 {
    let bursts = events.div_ceil(BURST);
    let values = csp::chan::<u64>(1);
    let mut took = Duration::ZERO;
    let mut sum = 0;
    for _ in 0..bursts {
        let start = Instant::now();
        for value in 0..BURST as u64 / 2 {
            values.send(value).await;
            sum += values.recv().await.expect("it is open");
        }
        took += start.elapsed();
        csp::time::sleep(PAUSE).await;
    }
    assert_eq!(sum, bursts as u64 * sum_below(BURST / 2));
    per_operation(took, bursts * BURST)
}
