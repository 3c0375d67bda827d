//! Leaks, deadlocks, captured variables and shared maps: each broken as the
//! lessons say, and mended.

use std::collections::BTreeSet;

use csp::run::Outcome;
use csp::trace::Reason;
use experiments::Value;

use crate::running::{Ran, option, run, simulate_with, whole};

/// How a run ended, in a word.
fn end(ran: &Ran) -> &'static str {
    match &ran.report.outcome {
        Outcome::Completed(()) => "completed",
        Outcome::Deadlock => "deadlock",
        Outcome::Fatal(text, _) if text == "concurrent map writes" => "writes",
        Outcome::Fatal(text, _) if text == "concurrent map read and map write" => "read and write",
        other => panic!("{other:?}"),
    }
}

/// How the runs with these seeds ended.
fn ends(id: &str, given: &[(&str, Value)]) -> BTreeSet<&'static str> {
    let seeds = 0..100;
    seeds
        .map(|seed| end(&simulate_with(id, seed, given)))
        .collect()
}

#[test]
fn each_leak_leaves_one_goroutine_a_request_where_it_waits() {
    for (variant, name, reason, line) in [
        ("sender", "far", Reason::ChanSend, "answers.send(name)"),
        ("receiver", "logger", Reason::ChanReceive, "lines.recv()"),
        ("watcher", "watcher", Reason::Select, "csp::select!"),
    ] {
        let ran = run("goroutine-leak", &[("variant", option(variant))]);
        assert_eq!(ran.metric("left"), 5.0, "{variant}");
        let left = &ran.report.left;
        assert_eq!(left.len(), 5, "{variant}: {left:?}");
        let source = experiments::find("goroutine-leak").unwrap().source;
        for one in left {
            let at = one.at.unwrap();
            let text = source.lines().nth(at.line() as usize - 1).unwrap();
            assert!(text.contains(line), "{variant}: {text}");
            assert_eq!(one.name.as_deref(), Some(name), "{variant}");
            assert_eq!(one.reason, Some(reason), "{variant}");
            // The watcher's timers wake it again and again.
            assert_eq!(one.stuck, variant != "watcher", "{variant}");
        }
    }
}

#[test]
fn each_mend_leaves_nobody() {
    for variant in [
        "sender-buffered",
        "sender-told",
        "receiver-closed",
        "watcher-cancelled",
    ] {
        let given = [("variant", option(variant)), ("requests", whole(20))];
        let ran = run("goroutine-leak", &given);
        ran.assert_clean();
        assert_eq!(ran.metric("left"), 0.0, "{variant}");
        for seed in 0..10 {
            let ran = simulate_with("goroutine-leak", seed, &given);
            assert_eq!(ran.metric("left"), 0.0, "{variant}");
        }
    }
}

#[test]
fn leaks_grow_with_the_requests() {
    for requests in [1, 7, 50] {
        let given = [("requests", whole(requests))];
        for ran in [
            run("goroutine-leak", &given),
            simulate_with("goroutine-leak", 3, &given),
        ] {
            assert_eq!(ran.metric("left"), requests as f64);
            assert_eq!(ran.metric("started"), 2.0 * requests as f64);
        }
    }
}

#[test]
fn opposite_orders_deadlock_in_some_schedules_and_mended_in_none() {
    let with = |variant| {
        let given = [("variant", option(variant)), ("pause", whole(0))];
        ends("deadlock", &given)
    };
    assert_eq!(with("opposite"), BTreeSet::from(["completed", "deadlock"]));
    assert_eq!(with("ordered"), BTreeSet::from(["completed"]));
    assert_eq!(with("try-lock"), BTreeSet::from(["completed"]));
    assert_eq!(with("time-out"), BTreeSet::from(["completed"]));
    assert_eq!(with("unread"), BTreeSet::from(["deadlock"]));
    assert_eq!(with("read"), BTreeSet::from(["completed"]));
}

#[test]
fn a_ring_of_two_is_found_whole_and_partial() {
    for partial in [false, true] {
        let given = [("partial", Value::Toggle(partial)), ("pause", whole(1000))];
        let ran = run("deadlock", &given);
        let expected = if partial { "completed" } else { "deadlock" };
        assert_eq!(end(&ran), expected);
        assert_eq!(ran.metric("done"), 0.0);
        let ring: Vec<_> = ran.report.findings.cycle.iter().collect();
        let names = ring.iter().map(|g| {
            let left = ran.report.left.iter().find(|left| left.g == **g).unwrap();
            assert!(left.stuck);
            (
                left.name.as_deref().unwrap(),
                left.object_name.as_deref().unwrap(),
            )
        });
        let expected = [("anna to ben", "ben"), ("ben to anna", "anna")];
        assert_eq!(names.collect::<BTreeSet<_>>(), BTreeSet::from(expected));
    }
}

#[test]
fn mended_transfers_are_all_done() {
    for variant in ["ordered", "try-lock"] {
        let given = [
            ("variant", option(variant)),
            ("transfers", whole(20)),
            ("pause", whole(1)),
        ];
        let ran = run("deadlock", &given);
        ran.assert_clean();
        assert_eq!(ran.metric("done"), 40.0, "{variant}");
        if variant == "ordered" {
            assert_eq!(ran.metric("let_go"), 0.0);
        }
    }
}

#[test]
fn a_shared_variable_is_seen_as_it_is_after_the_loop() {
    for turns in [1, 5, 100] {
        let given = [("turns", whole(turns))];
        let ran = run("loop-variable", &given);
        ran.assert_clean();
        assert_eq!(ran.metric("past_the_end"), turns as f64);
        assert_eq!(ran.metric("wrong"), turns as f64);
        assert_eq!(ran.metric("distinct"), 1.0);
    }
}

#[test]
fn a_variable_a_turn_is_seen_as_it_was() {
    for after_loop in [false, true] {
        let given = [
            ("capture", option("each")),
            ("after_loop", Value::Toggle(after_loop)),
        ];
        for ran in [
            run("loop-variable", &given),
            simulate_with("loop-variable", 9, &given),
        ] {
            assert_eq!(ran.metric("wrong"), 0.0);
            assert_eq!(ran.metric("distinct"), 5.0);
            assert_eq!(ran.report.findings.races, []);
        }
    }
}

#[test]
fn without_the_gate_what_is_seen_depends_on_the_schedule() {
    let given = [("after_loop", Value::Toggle(false))];
    let runs: Vec<Ran> = (0..100)
        .map(|seed| simulate_with("loop-variable", seed, &given))
        .collect();
    let distinct: BTreeSet<u64> = runs
        .iter()
        .map(|ran| ran.metric("distinct") as u64)
        .collect();
    assert!(distinct.len() > 1, "{distinct:?}");
    let raced = |ran: &Ran| {
        let races = &ran.report.findings.races;
        races
            .iter()
            .any(|race| race.object_name.as_deref() == Some("i"))
    };
    assert!(runs.iter().any(raced));
}

#[test]
fn an_unguarded_map_ends_the_program_and_no_recover_helps() {
    for recover in [false, true] {
        let given = [
            ("batches", whole(2000)),
            ("recover", Value::Toggle(recover)),
        ];
        let ran = run("concurrent-map", &given);
        assert_eq!(end(&ran), "writes");
        assert_eq!(ran.metric("recovered"), 0.0);
        let given = [
            ("batches", whole(1)),
            ("writers", whole(2)),
            ("recover", Value::Toggle(recover)),
        ];
        assert!(ends("concurrent-map", &given).contains("writes"));
    }
}

#[test]
fn one_who_reads_beside_one_who_writes_is_enough() {
    let beside = |writers, readers| {
        let given = [
            ("batches", whole(1)),
            ("writers", whole(writers)),
            ("readers", whole(readers)),
        ];
        ends("concurrent-map", &given)
    };
    assert!(beside(1, 1).contains("read and write"));
    assert_eq!(beside(1, 0), BTreeSet::from(["completed"]));
}

#[test]
fn a_guarded_map_has_every_key() {
    for guard in ["mutex", "sync-map"] {
        let given = [
            ("guard", option(guard)),
            ("readers", whole(2)),
            ("batches", whole(20)),
        ];
        let ran = run("concurrent-map", &given);
        ran.assert_clean();
        assert_eq!(ran.metric("keys"), 4000.0, "{guard}");
        assert_eq!(ran.metric("finished"), 6.0, "{guard}");
        assert_eq!(ran.metric("recovered"), 0.0, "{guard}");
    }
}
