//! Selects: what a default drops, what goes first, how fair the choice is, and
//! what a timer in a loop reports.

use experiments::Value;

use crate::running::{Ran, option, run, simulate_with, whole};

/// Natively, and simulated with a few seeds.
fn everywhere(id: &str, given: &[(&str, Value)]) -> Vec<Ran> {
    let seeds = 0..20;
    let mut runs: Vec<Ran> = seeds.map(|seed| simulate_with(id, seed, given)).collect();
    runs.push(run(id, given));
    runs
}

#[test]
fn what_is_not_taken_is_dropped_and_counted() {
    for ran in everywhere("select-default", &[]) {
        ran.assert_clean();
        assert_eq!(ran.metric("taken") + ran.metric("dropped"), 20.0);
        assert_eq!(ran.metric("received"), ran.metric("taken"));
        assert_eq!(ran.metric("empty_looks"), 0.0);
    }
}

#[test]
fn room_for_all_or_waiting_drops_nothing() {
    let room = [("buffer", whole(20))];
    let waits = [("drops", Value::Toggle(false)), ("work", whole(10))];
    for given in [&room[..], &waits[..]] {
        for ran in everywhere("select-default", given) {
            ran.assert_clean();
            assert_eq!(ran.metric("dropped"), 0.0);
            assert_eq!(ran.metric("received"), 20.0);
        }
    }
}

#[test]
fn a_burst_without_waiting_drops_what_finds_no_room() {
    // The receiver works on the first for longer than all offers take.
    let given = [
        ("offer_every", whole(1)),
        ("work", whole(1000)),
        ("time_scale", Value::Number(1.0)),
        ("values", whole(20)),
    ];
    let ran = run("select-default", &given);
    ran.assert_clean();
    assert!(ran.metric("dropped") >= 1.0, "{:?}", ran.metrics);
}

#[test]
fn a_loop_with_a_default_spins() {
    let with = |idle| {
        let given = [
            ("idle", option(idle)),
            ("offer_every", whole(500)),
            ("work", whole(0)),
            ("values", whole(4)),
        ];
        let ran = run("select-default", &given);
        ran.assert_clean();
        ran.metric("empty_looks")
    };
    // 200 ms of nothing, some microseconds a turn, or a millisecond.
    assert!(with("spin") > 20.0);
    assert!((1.0..=200.0).contains(&with("nap")));
    assert_eq!(with("block"), 0.0);
}

#[test]
fn all_of_the_high_channel_comes_before_any_of_the_low() {
    for (variant, nil) in [("mended", true), ("mended", false), ("book", true)] {
        let given = [
            ("variant", option(variant)),
            ("nil_closed", Value::Toggle(nil)),
        ];
        for ran in everywhere("select-priority", &given) {
            ran.assert_clean();
            assert_eq!(ran.metric("high_first"), 5.0, "{variant}");
            assert_eq!(ran.metric("lost"), 0.0, "{variant}");
        }
    }
}

#[test]
fn a_plain_select_mixes_them() {
    let given = [("variant", option("plain")), ("values", whole(50))];
    let runs = everywhere("select-priority", &given);
    for ran in &runs {
        ran.assert_clean();
        assert_eq!(ran.metric("received"), 100.0);
        // One in 2^50 has all of them first.
        assert!(ran.metric("high_first") < 50.0);
    }
}

#[test]
fn the_books_loop_ends_when_both_are_empty_for_a_moment() {
    let with = |variant| {
        let given = [
            ("variant", option(variant)),
            ("every", whole(100)),
            ("nil_closed", Value::Toggle(true)),
        ];
        everywhere("select-priority", &given)
    };
    let book = with("book");
    assert!(book.iter().any(|ran| ran.metric("lost") > 0.0));
    assert_eq!(book.last().unwrap().metric("received"), 0.0);
    for ran in with("mended") {
        ran.assert_clean();
        assert_eq!(ran.metric("lost"), 0.0);
        assert!(ran.metric("idle_turns") <= 2.0);
    }
}

#[test]
fn a_closed_channel_that_is_kept_makes_the_loop_spin() {
    // A millisecond is some hundred turns; two are all that nil has.
    let given = [
        ("every", whole(1000)),
        ("nil_closed", Value::Toggle(false)),
        ("values", whole(1)),
    ];
    // Only the channel that is closed first can be found again: it depends.
    let turns = |ran: &Ran| ran.metric("idle_turns");
    let most = everywhere("select-priority", &given)
        .iter()
        .map(turns)
        .fold(0.0, f64::max);
    assert!(most > 2.0, "{most}");
}

#[test]
fn a_select_chooses_each_about_as_often() {
    for ready in [2, 4, 8] {
        let given = [("ready", whole(ready)), ("turns", whole(4000))];
        for seed in 0..5 {
            let ran = simulate_with("select-fairness", seed, &given);
            assert_fair(&ran, ready);
        }
        let ran = run("select-fairness", &given);
        assert_fair(&ran, ready);
    }
}

fn assert_fair(ran: &Ran, ready: i64) {
    ran.assert_clean();
    let chosen = |number| ran.metric(&format!("chosen_{number}"));
    assert_eq!((1..=8).map(chosen).sum::<f64>(), 4000.0);
    assert!((1..=ready).all(|number| chosen(number) > 0.0));
    assert!((ready + 1..=8).all(|number| chosen(number) == 0.0));
    // With seven degrees of freedom one in 10^13 is above this.
    assert!(ran.metric("chi_square") < 75.0, "{:?}", ran.metrics);
    assert_eq!(ran.metric("never_chosen"), 0.0);
}

#[test]
fn who_looks_in_order_takes_the_first_alone() {
    for ran in everywhere("select-fairness", &[("choose", option("in-order"))]) {
        assert_eq!(ran.metric("chosen_1"), 2000.0);
        assert_eq!(ran.metric("never_chosen"), 3.0);
        assert_eq!(ran.metric("longest_wait"), 2000.0);
    }
}

#[test]
fn a_timer_that_is_reset_reports_no_silence_that_was_not_there() {
    for variant in ["reset", "after"] {
        for ran in everywhere("select-timer", &[("variant", option(variant))]) {
            ran.assert_clean();
            assert_eq!(ran.metric("false_alarms"), 0.0, "{variant}");
            assert_eq!(ran.metric("received"), 10.0, "{variant}");
        }
    }
}

#[test]
fn the_books_timer_reports_silences_between_messages() {
    let ran = run("select-timer", &[("messages", whole(30))]);
    ran.assert_clean();
    assert!(ran.metric("false_alarms") > 0.0, "{:?}", ran.metrics);
    assert_eq!(ran.metric("timers_made"), 1.0);
}

#[test]
fn after_makes_a_timer_each_turn() {
    let ran = run("select-timer", &[("variant", option("after"))]);
    let turns = ran.metric("received") + ran.metric("alarms") + 1.0;
    assert_eq!(ran.metric("timers_made"), turns);
    let ran = run("select-timer", &[("variant", option("reset"))]);
    assert_eq!(ran.metric("timers_made"), 1.0);
}
