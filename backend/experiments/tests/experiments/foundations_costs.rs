//! What goroutines cost: the counts behind the figures, and that each figure is
//! there. Times are never asserted.

use experiments::Value;

use crate::running::run;

fn whole(number: i64) -> Value {
    Value::Integer(number)
}

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
