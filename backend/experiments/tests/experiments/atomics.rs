//! Chapter 4: atomics, and what they cannot do.

use experiments::Value;

use crate::running::{option, run, simulate_with};

/// Seeds enough that some schedule of each is unlucky, and few enough for a test.
const SEEDS: u64 = 40;

/// A figure of simulated runs, added up over the seeds.
fn over_seeds(id: &str, given: &[(&str, Value)], metric: &str) -> f64 {
    (0..SEEDS)
        .map(|seed| {
            let ran = simulate_with(id, seed, given);
            ran.assert_clean();
            ran.metric(metric)
        })
        .sum()
}

#[test]
fn only_the_unprotected_counter_loses_increments() {
    for (counter, loses) in [("plain", true), ("atomic", false), ("mutex", false)] {
        let lost = over_seeds("atomic-vs-mutex", &[("counter", option(counter))], "lost");
        assert_eq!(lost > 0.0, loses, "{counter}: {lost}");
    }
}

#[test]
fn every_side_of_the_counter_is_measured() {
    let ran = run("atomic-vs-mutex", &[("increments", Value::Integer(1000))]);
    ran.assert_clean();
    for metric in ["mutex_ns", "atomic_ns", "plain_ns", "ratio"] {
        assert!(ran.metric(metric) > 0.0, "{metric}");
    }
    assert_eq!(ran.lines_with("atomic: 100 of 100"), 1);
}

#[test]
fn two_atomics_are_not_one() {
    for (accounts, tears) in [("atomics", true), ("mutex", false), ("pointer", false)] {
        let given = [("accounts", option(accounts))];
        let wrong = over_seeds("atomic-operations", &given, "wrong_sums");
        assert_eq!(wrong > 0.0, tears, "{accounts}: {wrong}");
    }
}

#[test]
fn operations_answer_as_in_go() {
    let ran = run("atomic-operations", &[]);
    ran.assert_clean();
    let lines = ran.lines();
    let expected = [
        "Int64: load 5",
        "Int64: after store, add 3 gives 10",
        "Int64: swap for 1 gives 10",
        "Int64: 1 for 2: true",
        "Int64: 1 for 3: false",
        "Int32: the largest, add 1: -2147483648",
        "Bool: first true, second false",
        "Pointer: nil at first: true",
        "Pointer: Some((10, 20)), replaced: true",
        "Value: Some(\"fast\"), then Some(\"safe\")",
    ];
    assert_eq!(lines[..expected.len()], expected);
}

#[test]
fn no_stack_loses_a_value_and_one_user_never_retries() {
    let given = [
        ("goroutines", Value::Integer(1)),
        ("pairs", Value::Integer(1000)),
    ];
    let ran = run("lock-free-stack", &given);
    ran.assert_clean();
    assert_eq!(ran.metric("missing"), 0.0);
    assert_eq!(ran.metric("tagged_retries"), 0.0);
    assert_eq!(ran.metric("epoch_retries"), 0.0);
    assert!(ran.metric("mutex_ns") > 0.0 && ran.metric("tagged_ns") > 0.0);

    let ran = run("lock-free-stack", &[("pairs", Value::Integer(20_000))]);
    ran.assert_clean();
    assert_eq!(ran.metric("missing"), 0.0);
}

#[test]
fn a_tag_keeps_a_buffer_with_one_owner() {
    for (compares, breaks) in [("slot", true), ("slot-and-tag", false)] {
        let given = [
            ("compares", option(compares)),
            ("rounds", Value::Integer(20)),
        ];
        let doubled = over_seeds("aba", &given, "two_owners");
        assert_eq!(doubled > 0.0, breaks, "{compares}: {doubled}");
        let lost = over_seeds("aba", &given, "lost");
        assert_eq!(lost > 0.0, breaks, "{compares}: {lost}");
    }
}

#[test]
fn one_user_cannot_meet_aba() {
    let ran = run("aba", &[("users", Value::Integer(1))]);
    ran.assert_clean();
    for metric in ["two_owners", "lost", "retries"] {
        assert_eq!(ran.metric(metric), 0.0, "{metric}");
    }
}
