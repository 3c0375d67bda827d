//! pkg sync: Cond: the rules everywhere, and what is recorded.

use std::sync::Arc;

use csp::sync::{Cond, Mutex, WaitGroup};
use csp::trace::{Kind, Reason};

use super::bodies::cond::cond_rules;
use super::everywhere::everywhere;
use super::traced;

cond_rules!(everywhere);

/// The trace tells who waits, and how many each signal woke.
#[test]
fn the_trace_counts_whom_a_signal_woke() {
    let (_, events) = traced(1, async {
        let shared = Arc::new((Mutex::new(false), Cond::named("ready")));
        let group = WaitGroup::new();
        shared.1.signal();
        for _ in 0..2 {
            let shared = shared.clone();
            group.go(async move {
                let mut ready = shared.0.lock().await;
                while !*ready {
                    ready = shared.1.wait(ready).await;
                }
            });
        }
        csp::yield_now().await;
        *shared.0.lock().await = true;
        shared.1.broadcast();
        group.wait().await;
    });
    let woken = events.iter().filter_map(|event| match event.kind {
        Kind::Signalled { woken, .. } => Some(woken),
        _ => None,
    });
    assert_eq!(woken.collect::<Vec<_>>(), [0, 2]);
    let blocked = events.iter().filter(
        |event| matches!(event.kind, Kind::Blocked { reason, .. } if reason == Reason::Cond),
    );
    assert_eq!(blocked.count(), 2);
}
