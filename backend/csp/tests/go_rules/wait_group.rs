//! pkg sync: WaitGroup.

use csp::sync::WaitGroup;
use csp::{chan, go, yield_now};

use super::{completes, panics};

/// Wait: until the counter is zero.
#[test]
fn wait_waits_for_all() {
    let held = completes(async {
        let group = WaitGroup::named("workers");
        let results = chan(100);
        for number in 0..100 {
            let results = results.clone();
            group.go(async move {
                yield_now().await;
                results.send(number).await;
            });
        }
        group.wait().await;
        results.len()
    });
    assert_eq!(held, 100);
}

/// A counter at zero does not block.
#[test]
fn wait_on_zero_goes_on_at_once() {
    completes(async { WaitGroup::new().wait().await });
}

/// Add: not below zero.
#[test]
fn a_negative_counter_panics() {
    let text = panics(async { WaitGroup::new().done() });
    assert_eq!(text, "sync: negative WaitGroup counter");
}

/// Wait: also for several goroutines at once.
#[test]
fn several_may_wait() {
    completes(async {
        let (group, waited) = (WaitGroup::new(), chan(3));
        group.add(1);
        for _ in 0..3 {
            let (group, waited) = (group.clone(), waited.clone());
            go(async move {
                group.wait().await;
                waited.send(()).await;
            });
        }
        yield_now().await;
        group.done();
        for _ in 0..3 {
            waited.recv().await;
        }
    });
}

/// A goroutine of `go` counts down also when it panics and is recovered.
#[test]
fn go_counts_down_by_a_guard() {
    completes(async {
        let group = WaitGroup::new();
        let inner = group.clone();
        let _ = csp::recover(async move {
            inner.add(1);
            struct Done(WaitGroup);
            impl Drop for Done {
                fn drop(&mut self) {
                    self.0.done();
                }
            }
            let _done = Done(inner);
            match csp::panic("inside").await {}
        })
        .await;
        group.wait().await;
    });
}
