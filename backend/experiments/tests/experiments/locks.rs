//! Locks and their kin do what the lessons of chapter 3 say.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use csp::run::{Outcome, Trace};
use csp::sim::Strategy;
use csp::trace::{Event, Kind, LockMode, Reason, Sink};
use experiments::{Given, Lab, Value, find};

use crate::running::{Ran, option, run, run_on, simulate, whole};

/// What came of one schedule: its figures, and how it panicked if it did.
struct Scheduled {
    metrics: BTreeMap<String, f64>,
    panic: Option<String>,
    /// Whether a data race was found.
    races: bool,
}

impl Scheduled {
    fn metric(&self, name: &str) -> f64 {
        self.metrics[name]
    }
}

/// The race detector sees events on their way to a sink.
struct Nowhere;

impl Sink for Nowhere {
    fn events(&mut self, _: &[Event]) {}

    fn dropped(&mut self, _: u64, _: u64, _: u64) {}
}

/// Runs the experiment by many schedules.
fn explore(strategy: Strategy, id: &str, given: &[(&str, Value)]) -> Vec<Scheduled> {
    const SCHEDULES: u64 = 200;
    let given: Given = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let entry = find(id).expect("an experiment of the catalogue");
    let lab = RefCell::new(Lab::new());
    let config = csp::sim::Config {
        seed: Some(1),
        strategy,
        ..csp::sim::Config::default()
    };
    let make_main = || {
        let program = (entry.prepare)(&given).expect("parameters within their bounds");
        lab.replace(Lab::new());
        let trace = Trace {
            sink: Box::new(Nowhere),
            max_events: u64::MAX,
        };
        ((program.main)(lab.borrow().clone()), Some(trace))
    };
    let mut all = vec![];
    csp::sim::explore_traced(config, SCHEDULES, make_main, |run| {
        let panic = match &run.report.outcome {
            Outcome::Panicked(panic) => Some(panic.message().to_owned()),
            Outcome::Completed(()) => None,
            outcome => panic!("{id}: {outcome:?}"),
        };
        all.push(Scheduled {
            metrics: lab.borrow().metrics(),
            panic,
            races: !run.report.findings.races.is_empty(),
        });
        ControlFlow::Continue(())
    });
    all
}

/// At most two preemptions are enough for each fault here.
const DEPTH_FIRST: Strategy = Strategy::Dfs { preemptions: 2 };

fn adders(guard: &str) -> [(&'static str, Value); 4] {
    [
        ("goroutines", whole(3)),
        ("adds", whole(1)),
        ("work", whole(0)),
        ("guard", option(guard)),
    ]
}

#[test]
fn without_a_lock_some_schedule_loses_updates() {
    for strategy in [Strategy::Random, DEPTH_FIRST] {
        let all = explore(strategy, "mutex", &adders("none"));
        let lost = |count: f64| all.iter().any(|run| run.metric("lost") == count);
        assert!(lost(0.0) && lost(1.0) && lost(2.0));
        assert!(all.iter().all(|run| run.races), "lost or not, it races");
    }
}

#[test]
fn a_lock_loses_nothing_in_any_schedule() {
    for strategy in [Strategy::Random, DEPTH_FIRST] {
        let all = explore(strategy, "mutex", &adders("mutex"));
        assert!(all.iter().all(|run| run.metric("lost") == 0.0));
        assert!(all.iter().all(|run| !run.races));
        let waited = |some: bool| {
            all.iter()
                .any(|run| (run.metric("contended") > 0.0) == some)
        };
        assert!(waited(true) && waited(false));
    }
}

#[test]
fn a_lock_counts_every_add_natively() {
    let ran = run("mutex", &[("guard", option("mutex")), ("adds", whole(2))]);
    ran.assert_clean();
    assert_eq!(ran.metric("counted"), 2000.0);
    assert_eq!(ran.metric("lost"), 0.0);
    assert_eq!(ran.lines(), ["2000 of 2000"]);
}

#[test]
fn what_is_lost_is_what_is_missing() {
    let ran = run("mutex", &[]);
    ran.assert_clean();
    assert_eq!(ran.metric("counted") + ran.metric("lost"), 1000.0);
    assert_eq!(ran.metric("contended"), 0.0);
}

/// Readers that all come while the first reads, and a writer in their midst.
fn readers(take: &str, writes: i64) -> Ran {
    let ran = run(
        "rwmutex",
        &[
            ("take", option(take)),
            ("writes", whole(writes)),
            ("readers", whole(4)),
            ("reads", whole(1)),
            ("stagger", whole(0)),
            ("read_time", whole(1000)),
            ("writer_starts_after", whole(2000)),
        ],
    );
    ran.assert_clean();
    ran
}

#[test]
fn readers_overlap_only_if_they_share() {
    assert!(readers("rlock", 0).metric("peak_readers") > 1.0);
    let ran = readers("lock", 0);
    assert_eq!(ran.metric("peak_readers"), 1.0);
    assert_eq!(ran.lines_with("reader"), 4);
}

#[test]
fn a_writer_that_waits_keeps_new_readers_out() {
    for seed in 1..=20 {
        let ran = simulate("rwmutex", seed);
        ran.assert_clean();
        assert!(ran.metric("peak_readers") > 1.0, "seed {seed}");
        // From the writer's wait to its turn no reader gets in, although the lock
        // is held by readers alone.
        let waits = ran.events.iter().position(|event| {
            let reason = Reason::RwMutexWrite;
            matches!(event.kind, Kind::Blocked { reason: is, .. } if is == reason)
        });
        let next = ran.events[waits.unwrap()..]
            .iter()
            .find_map(|event| match event.kind {
                Kind::Locked { mode, .. } => Some(mode),
                _ => None,
            });
        assert_eq!(next, Some(LockMode::Write), "seed {seed}");
        assert!(ran.metric("held_back") > 0.0, "seed {seed}");
    }
}

#[test]
fn once_is_once_in_every_schedule() {
    for strategy in [Strategy::Random, DEPTH_FIRST] {
        let given = [("callers", whole(3)), ("load_time", whole(0))];
        let all = explore(strategy, "once", &given);
        assert!(all.iter().all(|run| run.metric("loads") == 1.0));
        assert!(all.iter().all(|run| run.metric("too_early") == 0.0));
    }
    let ran = run("once", &[]);
    ran.assert_clean();
    assert_eq!(ran.metric("loads"), 1.0);
    assert_eq!(ran.lines_with("loading"), 1);
    assert_eq!(ran.lines_with("caller"), 10);
    assert!(ran.lines().iter().all(|line| !line.ends_with("port 0")));
}

#[test]
fn a_flag_loads_twice_or_tells_too_early() {
    let given = |guard| {
        [
            ("callers", whole(2)),
            ("load_time", whole(0)),
            ("guard", option(guard)),
        ]
    };
    let all = explore(Strategy::Random, "once", &given("flag-after"));
    let loads = |count: f64| all.iter().any(|run| run.metric("loads") == count);
    assert!(loads(1.0) && loads(2.0));
    assert!(all.iter().all(|run| run.metric("too_early") == 0.0));

    let all = explore(Strategy::Random, "once", &given("flag-before"));
    assert!(all.iter().any(|run| run.metric("too_early") > 0.0));
}

#[test]
fn the_five_operations_say_what_they_did() {
    let ran = run("sync-map", &[]);
    ran.assert_clean();
    let expected = [
        "Load ann: Some(31)",
        "Load dan: None",
        "LoadOrStore ben: 27, was there: true",
        "LoadOrStore dan: 52, was there: false",
        "LoadAndDelete cid: Some(44)",
    ];
    assert_eq!(ran.lines()[..5], expected);
    assert_eq!(ran.lines_with("Range: "), 3);
    assert_eq!(ran.metric("left"), 3.0);
}

#[test]
fn longer_work_under_the_lock_takes_longer() {
    for metric in ["mutex_ns", "rwmutex_ns"] {
        let ns = |work| {
            let ran = run("mutex-vs-rwmutex", &[("work", whole(work))]);
            ran.assert_clean();
            ran.metric(metric)
        };
        // A thousand steps are a thousand multiplications, one after the other.
        assert!(ns(2000) > 3.0 * ns(0), "{metric}");
    }
}

#[test]
fn a_map_that_is_only_read_is_cheaper_than_one_that_is_written() {
    let ns = |reads| run("sync-map", &[("reads", whole(reads))]).metric("map_ns");
    // A write allocates. Measured, it is twenty times a read.
    assert!(ns(0) > 2.0 * ns(100));
}

#[test]
fn wait_returns_when_all_are_done() {
    for how in ["go", "add-done"] {
        let given = [
            ("how", option(how)),
            ("tasks", whole(7)),
            // Time enough to start all of them before the first is done.
            ("task_time", whole(500)),
        ];
        let ran = run("wait-group", &given);
        ran.assert_clean();
        assert_eq!(ran.metric("done"), 7.0);
        assert_eq!(ran.metric("peak"), 7.0);
        assert!(ran.lines().last().unwrap().starts_with("all done"));
    }
}

#[test]
fn one_done_too_many_panics() {
    // On two processors main may be through between the two calls of Done.
    let ran = run_on(1, "wait-group", &[("how", option("done-twice"))]);
    let Outcome::Panicked(panic) = &ran.report.outcome else {
        panic!("{:?}", ran.report.outcome);
    };
    assert_eq!(panic.message(), "sync: negative WaitGroup counter");
    assert!(ran.metric("done") < 5.0, "{:?}", ran.metrics);
}

#[test]
fn add_inside_is_too_late_in_some_schedules_and_add_before_in_none() {
    let unfinished = |add| {
        let all = explore(
            Strategy::Random,
            "wait-group-mistake",
            &[("add", option(add))],
        );
        let unfinished: Vec<_> = all.iter().map(|run| run.metric("unfinished")).collect();
        unfinished
    };
    let inside = unfinished("inside");
    assert!(inside.contains(&0.0) && inside.contains(&5.0));
    for add in ["before", "go"] {
        assert!(unfinished(add).iter().all(|&tasks| tasks == 0.0), "{add}");
    }
}

fn queue(wake: &str, check: &str) -> [(&'static str, Value); 4] {
    [
        ("wake", option(wake)),
        ("check", option(check)),
        ("produce_every", whole(0)),
        ("work", whole(0)),
    ]
}

#[test]
fn a_consumer_that_looks_once_finds_the_queue_empty() {
    for wake in ["signal", "broadcast"] {
        let all = explore(Strategy::Random, "cond", &queue(wake, "if"));
        let panics = all.iter().filter_map(|run| run.panic.as_deref());
        let texts: Vec<_> = panics.collect();
        assert!(!texts.is_empty() && texts.len() < all.len(), "{wake}");
        let expected = "runtime error: index out of range [0] with length 0";
        assert!(texts.iter().all(|text| *text == expected));
    }
}

#[test]
fn a_consumer_that_looks_again_never_does() {
    for wake in ["signal", "broadcast"] {
        let all = explore(Strategy::Random, "cond", &queue(wake, "while"));
        assert!(all.iter().all(|run| run.panic.is_none()), "{wake}");
        assert!(all.iter().all(|run| run.metric("taken") == 15.0), "{wake}");
    }
}

#[test]
fn a_broadcast_for_one_item_wakes_others_in_vain() {
    // All three wait before the first item comes.
    let given = [
        ("wake", option("broadcast")),
        ("items", whole(1)),
        ("produce_every", whole(1000)),
    ];
    let ran = run("cond", &given);
    ran.assert_clean();
    assert_eq!(ran.metric("taken"), 3.0);
    assert!(ran.metric("in_vain") >= 1.0, "{:?}", ran.metrics);
}
