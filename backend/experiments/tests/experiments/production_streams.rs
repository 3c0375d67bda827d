//! Streams: what is counted, what is late, and who waits. Which readings are late
//! depends on the order in which they arrive alone, and that is drawn by a seed.

use experiments::Value;

use crate::running::{Ran, run, simulate_plainly, simulate_with, whole};

fn stream(given: &[(&str, i64)]) -> Ran {
    let given: Vec<_> = given
        .iter()
        .map(|(name, value)| (*name, whole(*value)))
        .collect();
    let ran = run("stream-processing", &given);
    ran.assert_clean();
    ran
}

#[test]
fn every_reading_is_in_a_window_or_late() {
    let in_time = stream(&[]);
    let (counted, late) = (in_time.metric("counted"), in_time.metric("late"));
    assert_eq!(counted + late, 60.0);
    assert!(late > 0.0, "{:?}", in_time.metrics);
    assert_eq!(in_time.lines_with("too late") as f64, late);
    assert_eq!(in_time.metric("windows"), 6.0);
    for seed in 1..=10 {
        let ran = simulate_with("stream-processing", seed, &[]);
        ran.assert_clean();
        // Whoever goes on when: the same readings are late.
        assert_eq!(ran.metric("counted"), counted);
        assert_eq!(ran.metric("late"), late);
    }
}

#[test]
fn who_waits_longer_loses_fewer_and_knows_later() {
    let late = |lateness| stream(&[("lateness", lateness)]).metric("late");
    assert!(late(0) > late(50), "{} and {}", late(0), late(50));
    assert_eq!(late(150), 0.0);
    let age = |lateness| {
        let given = [("lateness", whole(lateness))];
        simulate_plainly("stream-processing", &given).metric("result_age_ms")
    };
    assert!(age(150) > age(0) + 5.0, "{} and {}", age(150), age(0));
    assert_eq!(stream(&[("delay", 0), ("lateness", 0)]).metric("late"), 0.0);
}

#[test]
fn shorter_windows_are_more() {
    let windows = |window| stream(&[("window", window), ("lateness", 500)]).metric("windows");
    assert_eq!((windows(50), windows(100), windows(1000)), (12.0, 6.0, 1.0));
}

#[test]
fn a_slow_stage_holds_up_the_source_or_makes_it_drop() {
    let held_up = stream(&[("work", 30), ("buffer", 4)]);
    assert!(held_up.metric("blocked_sends") > 10.0);
    assert!(held_up.metric("buffer_peak") <= 4.0);
    assert_eq!(held_up.metric("dropped"), 0.0);
    assert_eq!(held_up.metric("counted") + held_up.metric("late"), 60.0);
    let given = [
        ("work", whole(30)),
        ("buffer", whole(4)),
        ("when_full", Value::Text("drop".to_owned())),
    ];
    let ran = simulate_plainly("stream-processing", &given);
    let dropped = ran.metric("dropped");
    assert!(dropped > 10.0, "{:?}", ran.metrics);
    assert_eq!(ran.metric("blocked_sends"), 0.0);
    let sum = ran.metric("counted") + ran.metric("late") + dropped;
    assert_eq!(sum, 60.0);
}
