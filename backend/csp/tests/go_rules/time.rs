//! pkg time: Sleep, After.

use std::time::Duration;

use csp::time::{after, now, sleep};
use csp::{chan, select};

use super::completes;

/// Sleep: at least the time asked for.
#[test]
fn sleep_takes_at_least_its_time() {
    completes(async {
        let before = now();
        sleep(Duration::from_millis(5)).await;
        assert!(before.elapsed() >= Duration::from_millis(5));
        sleep(Duration::ZERO).await;
    });
}

/// Sleepers wake in the order of their times, whatever that of their starts.
#[test]
fn sleepers_wake_in_order() {
    let order = completes(async {
        let woken = chan(3);
        for millis in [30, 10, 20] {
            let woken = woken.clone();
            csp::go(async move {
                sleep(Duration::from_millis(millis)).await;
                woken.send(millis).await;
            });
        }
        let mut order = Vec::new();
        for _ in 0..3 {
            order.extend(woken.recv().await);
        }
        order
    });
    assert_eq!(order, [10, 20, 30]);
}

/// After: a channel that gets the time, later.
#[test]
fn after_is_a_timeout_in_a_select() {
    completes(async {
        let never = chan::<()>(0);
        let before = now();
        let timed_out = select! {
            _ = never.recv() => false,
            at = after(Duration::from_millis(5)).recv() => {
                assert!(at.unwrap() - before >= Duration::from_millis(5));
                true
            }
        };
        assert!(timed_out);
    });
}

/// A timer that nobody waits for keeps nobody from running.
#[test]
fn a_timer_that_lost_is_harmless() {
    completes(async {
        let ch = chan(1);
        ch.send(1).await;
        let got = select! {
            value = ch.recv() => value,
            _ = after(Duration::from_secs(3600)).recv() => None,
        };
        assert_eq!(got, Some(1));
    });
}

/// Many timers at once, set from both Ps.
#[test]
fn a_thousand_sleepers_all_wake() {
    completes(async {
        let group = csp::sync::WaitGroup::new();
        for number in 0..1000_u64 {
            group.go(async move { sleep(Duration::from_micros(number * 7 % 5000)).await });
        }
        group.wait().await;
    });
}
