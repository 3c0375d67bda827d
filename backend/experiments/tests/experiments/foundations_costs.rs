//! What goroutines cost: the counts behind the figures, and that each figure is
//! there. Times are never asserted.

use csp::trace::Kind;
use experiments::Value;

use crate::running::{option, run, whole};

#[test]
fn each_hand_over_has_one_who_waits() {
    for shown in [1, 5, 40] {
        let ran = run(
            "goroutine-switch",
            &[("shown", whole(shown)), ("thread_rallies", whole(100))],
        );
        ran.assert_clean();
        let handovers = 2.0 * shown as f64;
        assert_eq!(ran.metric("handovers"), handovers);
        assert_eq!(ran.metric("waits"), handovers);
        assert!(ran.metric("goroutine_ns_low") > 0.0);
        assert!(ran.metric("thread_ns_low") > 0.0);
        assert_eq!(ran.lines_with("round "), 5);
    }
}

#[test]
fn as_many_goroutines_are_made_as_the_sizes_say() {
    for (largest, made) in [("1k", 1100.0), ("10k", 11_100.0), ("100k", 111_100.0)] {
        let ran = run("goroutine-creation", &[("largest", option(largest))]);
        ran.assert_clean();
        assert_eq!(ran.metric("made"), made);
        assert!(!ran.metrics.contains_key("ns_1m"), "up to {largest}");
        assert!(ran.metric("ns_100_low") > 0.0);
        assert!(ran.metric("thread_us_low") > 0.0);
    }
}

#[test]
fn a_million_goroutines_are_made() {
    let ran = run("goroutine-creation", &[("threads", whole(10))]);
    ran.assert_clean();
    assert_eq!(ran.metric("made"), 1_111_100.0);
    assert_eq!(ran.lines_with("1000000 goroutines: "), 1);
}

/// Memory is that of a process with other tests in it, so only who waited is
/// asserted.
#[test]
fn all_wait_at_once() {
    for (goroutines, threads) in [(10_000, 100), (50_000, 150)] {
        let given = [
            ("goroutines", whole(goroutines)),
            ("threads", whole(threads)),
            ("keeps", whole(64)),
        ];
        let ran = run("goroutine-memory", &given);
        ran.assert_clean();
        assert_eq!(ran.metric("alive"), goroutines as f64);
        assert_eq!(ran.metric("threads_alive"), threads as f64);
    }
}

#[test]
fn one_close_wakes_everybody() {
    for waiters in [1, 7, 20_000] {
        let given = [
            ("waiters", whole(waiters)),
            ("shown", whole(waiters.min(9))),
        ];
        let ran = run("channel-close", &given);
        ran.assert_clean();
        assert_eq!(ran.metric("woken"), waiters as f64);
        assert!(ran.metric("close_us_low") > 0.0);
        let closed = ran.events.iter().find_map(|event| match event.kind {
            Kind::Closed { woken, .. } => Some(woken),
            _ => None,
        });
        assert!(closed.is_some_and(|woken| i64::from(woken) <= waiters.min(9)));
    }
}

#[test]
fn a_p_is_handed_off_for_each_call_of_the_system() {
    for callers in [0, 1, 4] {
        let ran = run("scheduler", &[("callers", whole(callers))]);
        ran.assert_clean();
        let handed = ran.events.iter();
        let handed = handed.filter(|event| matches!(event.kind, Kind::HandedOff { .. }));
        assert_eq!(handed.count() as i64, 3 * callers);
        assert_eq!(ran.metric("handoffs"), 3.0 * callers as f64);
        assert_eq!(ran.lines_with("caller ") as i64, callers);
    }
    let given = [("callers", whole(4)), ("hand_off", Value::Toggle(false))];
    let ran = run("scheduler", &given);
    ran.assert_clean();
    assert_eq!(ran.metric("handoffs"), 0.0);
    assert_eq!(ran.lines_with("caller "), 4);
}
