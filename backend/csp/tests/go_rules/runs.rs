//! Runs: deadlocks, leaks, stops, limits, scheduling.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use csp::run::{Config, Outcome};
use csp::trace::{Kind, Reason};
use csp::{chan, chan_named, go, go_named, yield_now};

use super::{name, run, times, traced};

/// Go's runtime: "all goroutines are asleep - deadlock!", with where each
/// waits.
#[test]
fn a_deadlock_is_found_with_the_place_where_each_waits() {
    let report = run(async {
        let (left, right) = (chan_named::<()>("left", 0), chan_named::<()>("right", 0));
        let (l, r) = (left.clone(), right.clone());
        go_named("other", async move {
            r.recv().await;
            l.send(()).await;
        });
        left.recv().await;
        right.send(()).await;
    });
    assert!(matches!(report.outcome, Outcome::Deadlock));
    assert_eq!(report.left.len(), 2);
    for (waiting, object) in report.left.iter().zip(["left", "right"]) {
        assert_eq!(waiting.reason, Some(Reason::ChanReceive));
        assert_eq!(waiting.object_name.as_deref(), Some(object));
        assert!(waiting.at.unwrap().file().ends_with("runs.rs"));
    }
    assert_eq!(report.left[1].name.as_deref(), Some("other"));
}

/// A goroutine that sleeps is no deadlock.
#[test]
fn who_sleeps_is_not_deadlocked() {
    let report = run(async {
        let ch = chan(0);
        let sender = ch.sender();
        go(async move {
            csp::time::sleep(Duration::from_millis(60)).await;
            sender.send(1).await;
        });
        ch.recv().await
    });
    assert!(matches!(report.outcome, Outcome::Completed(Some(1))));
}

/// spec, Program execution: the end of main is the end of the program, whoever
/// else is there.
#[test]
fn goroutines_that_are_left_are_reported_and_dropped() {
    let report = run(async {
        let ch = chan_named::<i32>("nobody", 0);
        let leaks = ch.clone();
        go_named("leaks", async move { leaks.send(1).await });
        while ch.stats().blocked_sends == 0 {
            yield_now().await;
        }
    });
    assert!(matches!(report.outcome, Outcome::Completed(())));
    assert_eq!(report.left.len(), 1);
    assert_eq!(report.left[0].name.as_deref(), Some("leaks"));
    assert_eq!(report.left[0].reason, Some(Reason::ChanSend));
    assert_eq!(report.left[0].object_name.as_deref(), Some("nobody"));
    // The time until the end of the run counts, although nobody woke it.
    assert!(!report.totals.objects[0].blocked.is_zero());
    assert!(!report.totals.blocked[0].time.is_zero());
}

/// A goroutine that a timer wakes after a long idle time has a slice of its own.
#[test]
fn nobody_overruns_after_an_idle_time() {
    let (report, events) = traced(2, async {
        let ch = chan(1);
        let sender = ch.sender();
        go(async move {
            for number in 0..6 {
                csp::time::sleep(Duration::from_millis(25)).await;
                sender.send(number).await;
            }
            sender.close();
        });
        while ch.recv().await.is_some() {}
    });
    assert!(matches!(report.outcome, Outcome::Completed(())));
    assert_eq!(report.totals.preemptions, 0);
    let overran = |event: &csp::trace::Event| matches!(event.kind, Kind::Overran { .. });
    assert!(!events.iter().any(overran));
}

/// What a leaked goroutine holds may close channels, wake others and start
/// goroutines while it is dropped.
#[test]
fn guards_of_leaked_goroutines_run() {
    struct Guard(csp::Chan<i32>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.close();
            go(async {});
        }
    }
    let report = run(async {
        let ch = chan::<i32>(0);
        for _ in 0..3 {
            let receiver = ch.clone();
            go(async move {
                receiver.recv().await;
            });
        }
        let guard = Guard(ch.clone());
        let never = chan::<()>(0);
        let waits = never.clone();
        go(async move {
            let _guard = guard;
            waits.recv().await;
        });
        while never.stats().blocked_receives == 0 || ch.stats().blocked_receives < 3 {
            yield_now().await;
        }
    });
    assert!(matches!(report.outcome, Outcome::Completed(())));
    assert_eq!(report.left.len(), 4);
}

#[test]
fn a_run_can_be_stopped_from_outside() {
    let running = csp::native::start(Config::default(), async {
        loop {
            yield_now().await;
        }
    });
    let stopper = running.stopper();
    assert!(!running.wait_timeout(Duration::from_millis(5)));
    stopper.stop();
    let report = running.join();
    assert!(matches!(report.outcome, Outcome::<()>::Stopped));
}

#[test]
fn one_goroutine_too_many_ends_the_run() {
    let config = Config {
        max_goroutines: 10,
        ..Config::default()
    };
    let report = csp::native::run(config, async {
        let never = chan::<()>(0);
        for _ in 0..20 {
            let never = never.clone();
            go(async move {
                never.recv().await;
            });
        }
        never.recv().await;
    });
    assert!(
        matches!(report.outcome, Outcome::TooManyGoroutines),
        "{}",
        name(&report.outcome)
    );
}

/// Work spreads to idle Ps, by stealing: the goroutine that runs first computes
/// until one of those queued behind it runs on another P.
#[test]
fn idle_processors_steal() {
    let (report, events) = traced(4, async {
        let (first, spread) = (Arc::new(OnceLock::new()), Arc::new(AtomicBool::new(false)));
        let group = csp::sync::WaitGroup::new();
        for _ in 0..64 {
            let (first, spread) = (first.clone(), spread.clone());
            group.go(async move {
                let here = csp::current_p();
                if *first.get_or_init(|| here) != here {
                    spread.store(true, Ordering::Relaxed);
                }
                while !spread.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        group.wait().await;
    });
    assert!(matches!(report.outcome, Outcome::Completed(())));
    assert!(report.totals.steals > 0);
    let stolen = |event: &csp::trace::Event| matches!(event.kind, Kind::Stolen { .. });
    assert!(events.iter().any(stolen));
}

/// A goroutine that overstays its slice gives way at its next operation.
#[test]
fn who_overstays_a_slice_is_preempted() {
    let (report, events) = traced(1, async {
        let done = chan::<()>(0);
        let stop = done.clone();
        go_named("hog", async move {
            // Receives that never wait: only a preemption lets main run.
            let full = chan(1);
            loop {
                // Some work, so that the trace keeps up.
                (0..5_000).for_each(|number| {
                    std::hint::black_box(number);
                });
                full.send(()).await;
                full.recv().await;
                if stop.stats().blocked_receives > 1 {
                    break;
                }
            }
        });
        csp::select! {
            _ = done.recv() => {}
            _ = csp::time::after(Duration::from_millis(40)).recv() => {}
        }
    });
    assert!(matches!(report.outcome, Outcome::Completed(())));
    assert!(report.totals.preemptions > 0);
    let preempted = events.iter().find_map(|event| match event.kind {
        Kind::Preempted { ran_ns } => Some(ran_ns),
        _ => None,
    });
    assert!(preempted.is_some());
}

/// Every goroutine's events tell a story: made, runs, waits, is woken, ends.
#[test]
fn the_trace_of_every_goroutine_is_in_order() {
    let (report, events) = traced(4, async {
        let ch = chan(2);
        let group = csp::sync::WaitGroup::new();
        for _ in 0..20 {
            let (sender, receiver) = (ch.sender(), ch.receiver());
            group.go(async move {
                for number in 0..20 {
                    sender.send(number).await;
                }
            });
            group.go(async move {
                for _ in 0..20 {
                    receiver.recv().await;
                }
            });
        }
        group.wait().await;
    });
    assert_eq!(report.dropped, 0);
    assert_eq!(report.totals.goroutines, 41);
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum State {
        Runnable,
        Running,
        Waiting,
        Ended,
    }
    let mut states = std::collections::BTreeMap::new();
    for event in &events {
        let g = event.g;
        match &event.kind {
            Kind::Created { child, .. } => {
                assert_eq!(states.insert(*child, State::Runnable), None);
            }
            Kind::Started => {
                let before = states.insert(g, State::Running);
                // A goroutine can be woken before its poll has returned.
                assert!(matches!(before, Some(State::Runnable)), "{g}: {before:?}");
            }
            Kind::Blocked { .. } => {
                assert_eq!(states.insert(g, State::Waiting), Some(State::Running));
            }
            Kind::Woken { woken, .. } => {
                assert_eq!(states.insert(*woken, State::Runnable), Some(State::Waiting));
            }
            Kind::Yielded | Kind::Preempted { .. } => {
                assert_eq!(states.insert(g, State::Runnable), Some(State::Running));
            }
            Kind::Ended => {
                assert_eq!(states.insert(g, State::Ended), Some(State::Running));
            }
            _ => {}
        }
    }
    assert!(states.values().all(|state| *state == State::Ended));
}

/// Aggregates do not depend on how many events were kept.
#[test]
fn totals_are_exact_when_events_are_dropped() {
    struct Nothing;
    impl csp::trace::Sink for Nothing {
        fn events(&mut self, events: &[csp::trace::Event]) {
            assert!(events.len() <= 10);
        }
        fn dropped(&mut self, _from_ns: u64, _to_ns: u64, _count: u64) {}
    }
    let config = Config {
        procs: 2,
        trace: Some(csp::run::Trace {
            sink: Box::new(Nothing),
            max_events: 10,
        }),
        ..Config::default()
    };
    let report = csp::native::run(config, async {
        let ch = chan_named("all", 0);
        let sender = ch.sender();
        go(async move {
            for number in 0..1000 {
                sender.send(number).await;
            }
            sender.close();
        });
        while ch.recv().await.is_some() {}
    });
    assert_eq!(report.events, 10);
    assert!(report.dropped > 1000);
    let totals = &report.totals.objects[0];
    assert_eq!((totals.sends, totals.receives), (1000, 1000));
}

/// Hundreds of short runs end cleanly: nothing hangs at start or stop.
#[test]
fn many_short_runs_end() {
    for procs in [1, 2, 4, 8] {
        for _ in 0..super::times(100) {
            let config = Config {
                procs,
                ..Config::default()
            };
            let report = csp::native::run(config, async {
                let ch = chan(1);
                let sender = ch.sender();
                go(async move { sender.send(1).await });
                ch.recv().await
            });
            assert!(matches!(report.outcome, Outcome::Completed(Some(1))));
        }
    }
}

/// The profile of a goroutine that waits for another, which sleeps first.
async fn profiled() -> csp::trace::Profile {
    csp::start_profile();
    let values = chan(0);
    let sender = values.sender();
    go(async move {
        csp::time::sleep(Duration::from_millis(5)).await;
        sender.send(()).await;
    });
    values.recv().await;
    csp::profile().await
}

/// How often a goroutine waited for that reason in this file, and how long.
fn waited(profile: &csp::trace::Profile, reason: Reason) -> (u64, Duration) {
    let lines = profile.lines();
    let here = lines.iter().filter(|line| line.file.ends_with("runs.rs"));
    let of = here.filter(|line| line.reason == Some(reason));
    of.fold((0, Duration::ZERO), |(count, time), line| {
        (count + line.count, time + line.time)
    })
}

#[test]
fn a_profile_has_every_wait_by_its_line() {
    let profile = super::completes(profiled());
    let (slept, slept_for) = waited(&profile, Reason::Sleep);
    assert_eq!(slept, 1);
    assert!(slept_for >= Duration::from_millis(5));
    // The receiver waits for the sender, unless it comes later even than that.
    let (received, _) = waited(&profile, Reason::ChanReceive);
    let (sent, _) = waited(&profile, Reason::ChanSend);
    assert_eq!(received + sent, 1);
    assert!(profile.latencies().count() >= 2);
}

#[test]
fn a_simulated_run_has_a_profile_too() {
    for seed in 0..times(5) as u64 {
        let config = csp::sim::Config {
            seed: Some(seed),
            ..csp::sim::Config::default()
        };
        let outcome = csp::sim::run(config, profiled()).report.outcome;
        let Outcome::Completed(profile) = outcome else {
            panic!("{}", name(&outcome));
        };
        assert_eq!(waited(&profile, Reason::Sleep).0, 1);
        let (received, _) = waited(&profile, Reason::ChanReceive);
        let (sent, _) = waited(&profile, Reason::ChanSend);
        assert_eq!(received + sent, 1);
    }
}

#[test]
fn the_scheduler_tells_who_runs_and_who_waits() {
    let stats = super::completes(async {
        let (values, all) = (chan::<()>(0), csp::sync::WaitGroup::new());
        for _ in 0..5 {
            let values = values.receiver();
            all.go(async move {
                values.recv().await;
            });
        }
        let mut stats = csp::sched_stats();
        while stats.waiting < 5 {
            yield_now().await;
            stats = csp::sched_stats();
        }
        values.close();
        all.wait().await;
        stats
    });
    assert_eq!(stats.goroutines, 6);
    assert!((1..=2).contains(&stats.running), "{stats:?}");
    assert_eq!(stats.local_queues.len(), 2);
    assert_eq!(csp::sched_stats(), csp::run::SchedStats::default());
    assert_eq!(csp::num_goroutine(), 0);
}
