//! How runs end: as natively, and at once.

use std::time::Duration;

use csp::run::Outcome;
use csp::sim::{Config, Stopper};
use csp::trace::{Kind, Reason};
use csp::{chan, chan_named, go, go_named, yield_now};

use super::{name, seed, traced};

#[test]
fn a_program_runs_to_its_end() {
    for number in 0..100 {
        let (report, events) = traced(seed(number), async {
            let squares = csp::chan(3);
            let sender = squares.sender();
            go(async move {
                for number in 1..=5 {
                    sender.send(number * number).await;
                }
                sender.close();
            });
            let mut sum = 0;
            while let Some(square) = squares.recv().await {
                sum += square;
            }
            sum
        });
        let outcome = &report.report.outcome;
        assert!(
            matches!(outcome, Outcome::Completed(55)),
            "{}",
            name(outcome)
        );
        assert_eq!(report.report.events, events.len() as u64);
        assert_eq!(report.report.totals.objects[0].sends, 5);
        assert_eq!(report.report.totals.goroutines, 2);
        assert!(report.report.left.len() <= 1);
    }
}

#[test]
fn a_deadlock_is_found_at_once_with_the_place_where_each_waits() {
    let (report, _) = traced(seed(1), async {
        let (left, right) = (chan_named::<()>("left", 0), chan_named::<()>("right", 0));
        let (l, r) = (left.clone(), right.clone());
        go_named("other", async move {
            r.recv().await;
            l.send(()).await;
        });
        left.recv().await;
        right.send(()).await;
    });
    let report = report.report;
    assert!(matches!(report.outcome, Outcome::Deadlock));
    assert_eq!(report.left.len(), 2);
    for (waiting, object) in report.left.iter().zip(["left", "right"]) {
        assert_eq!(waiting.reason, Some(Reason::ChanReceive));
        assert_eq!(waiting.object_name.as_deref(), Some(object));
        assert!(waiting.at.unwrap().file().ends_with("runs.rs"));
    }
    assert_eq!(report.left[1].name.as_deref(), Some("other"));
}

/// Sleeping takes virtual time, and none of ours.
#[test]
fn who_sleeps_is_not_deadlocked() {
    let (report, _) = traced(seed(1), async {
        let ch = chan(0);
        let sender = ch.sender();
        go(async move {
            csp::time::sleep(Duration::from_secs(3600)).await;
            sender.send(1).await;
        });
        ch.recv().await
    });
    assert!(matches!(report.report.outcome, Outcome::Completed(Some(1))));
    assert!(report.report.elapsed >= Duration::from_secs(3600));
}

/// Time passes early only by jumping to a timer, so nobody wakes before his time.
#[test]
fn nobody_wakes_before_his_time() {
    for number in 0..50 {
        let (report, _) = traced(seed(number), async {
            let woken = chan(3);
            for millis in [30, 10, 20] {
                let woken = woken.clone();
                go(async move {
                    let before = csp::time::now();
                    csp::time::sleep(Duration::from_millis(millis)).await;
                    let slept = before.elapsed();
                    woken.send(slept >= Duration::from_millis(millis)).await;
                });
            }
            for _ in 0..3 {
                assert_eq!(woken.recv().await, Some(true));
            }
        });
        let outcome = &report.report.outcome;
        assert!(
            matches!(outcome, Outcome::Completed(())),
            "{}",
            name(outcome)
        );
    }
}

#[test]
fn goroutines_that_are_left_are_reported_and_dropped() {
    let (report, _) = traced(seed(1), async {
        let ch = chan_named::<i32>("nobody", 0);
        let leaks = ch.clone();
        go_named("leaks", async move { leaks.send(1).await });
        while ch.stats().blocked_sends == 0 {
            yield_now().await;
        }
        csp::time::sleep(Duration::from_millis(1)).await;
    });
    let report = report.report;
    assert!(matches!(report.outcome, Outcome::Completed(())));
    assert_eq!(report.left.len(), 1);
    assert_eq!(report.left[0].name.as_deref(), Some("leaks"));
    assert_eq!(report.left[0].reason, Some(Reason::ChanSend));
    assert_eq!(report.left[0].object_name.as_deref(), Some("nobody"));
    assert!(report.totals.objects[0].blocked >= Duration::from_millis(1));
}

#[test]
fn guards_of_leaked_goroutines_run() {
    struct Guard(csp::Chan<i32>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.close();
            go(async {});
        }
    }
    let (report, _) = traced(seed(1), async {
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
    assert!(matches!(report.report.outcome, Outcome::Completed(())));
    assert_eq!(report.report.left.len(), 4);
}

#[test]
fn a_run_can_be_stopped_from_outside() {
    for waits in [false, true] {
        let stop = Stopper::new();
        let stopper = stop.clone();
        let config = Config {
            stop: Some(stop),
            ..seed(1)
        };
        let (report, _) = traced(config, async move {
            let full = chan(1);
            for number in 0.. {
                if number == 100 {
                    stopper.stop();
                }
                // Never waits, and nobody else is there: one long poll.
                full.send(()).await;
                full.recv().await;
                if waits {
                    yield_now().await;
                }
            }
        });
        assert!(matches!(report.report.outcome, Outcome::Stopped));
        assert!(report.steps < 5_000);
    }
}

#[test]
fn one_goroutine_too_many_ends_the_run() {
    let config = Config {
        max_goroutines: 10,
        ..seed(1)
    };
    let (report, _) = traced(config, async {
        let never = chan::<()>(0);
        for _ in 0..20 {
            let never = never.clone();
            go(async move {
                never.recv().await;
            });
        }
        never.recv().await;
    });
    assert!(matches!(report.report.outcome, Outcome::TooManyGoroutines));
}

#[test]
fn panics_are_values_and_faults_are_told() {
    let (report, _) = traced(seed(1), async {
        let ch = chan::<i32>(0);
        ch.close();
        let recovered = csp::recover(ch.send(1)).await;
        assert_eq!(recovered.unwrap_err().message(), "send on closed channel");
        ch.close();
    });
    assert_eq!(
        name(&report.report.outcome),
        "panic: close of closed channel"
    );
    let (report, _) = traced(seed(1), async {
        go(async { std::panic!("ours") });
        yield_now().await;
        chan::<()>(0).recv().await;
    });
    let text = name(&report.report.outcome);
    assert!(text.starts_with("fault: ours (in goroutine 2"), "{text}");
}

/// Every goroutine's events tell a story: made, runs, waits, is woken, ends;
/// and a P has one goroutine at a time.
#[test]
fn the_trace_of_every_goroutine_is_in_order() {
    for procs in 1..4 {
        for number in 0..30 {
            let config = Config {
                procs,
                ..seed(number)
            };
            let (report, events) = traced(config, busy());
            assert_eq!(report.report.dropped, 0);
            assert_eq!(report.report.totals.goroutines, 13);
            check_stories(&events, procs);
        }
    }
}

async fn busy() {
    let ch = chan(2);
    let group = csp::sync::WaitGroup::new();
    for _ in 0..6 {
        let (sender, receiver) = (ch.sender(), ch.receiver());
        group.go(async move {
            for number in 0..5 {
                sender.send(number).await;
                csp::time::sleep(Duration::from_micros(3)).await;
            }
        });
        group.go(async move {
            for _ in 0..5 {
                receiver.recv().await;
                yield_now().await;
            }
        });
    }
    group.wait().await;
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Runnable,
    Running,
    Waiting,
    Ended,
}

fn check_stories(events: &[csp::trace::Event], procs: usize) {
    let mut states = std::collections::BTreeMap::new();
    let mut running = vec![0; procs];
    let mut last_ns = 0;
    for event in events {
        let g = event.g;
        assert!(event.t_ns >= last_ns);
        last_ns = event.t_ns;
        let p = usize::from(event.p);
        match &event.kind {
            Kind::Created { child, .. } => {
                assert_eq!(states.insert(*child, State::Runnable), None);
            }
            Kind::Started => {
                assert_eq!(states.insert(g, State::Running), Some(State::Runnable));
                assert_eq!(std::mem::replace(&mut running[p], g), 0);
            }
            Kind::Blocked { .. } => {
                assert_eq!(states.insert(g, State::Waiting), Some(State::Running));
                assert_eq!(std::mem::take(&mut running[p]), g);
            }
            Kind::Woken { woken, .. } => {
                assert_eq!(states.insert(*woken, State::Runnable), Some(State::Waiting));
            }
            Kind::Yielded | Kind::Preempted { .. } => {
                assert_eq!(states.insert(g, State::Runnable), Some(State::Running));
                assert_eq!(std::mem::take(&mut running[p]), g);
            }
            Kind::Ended => {
                assert_eq!(states.insert(g, State::Ended), Some(State::Running));
                assert_eq!(std::mem::take(&mut running[p]), g);
            }
            Kind::Idle => assert_eq!(running[p], 0),
            _ => {}
        }
    }
    assert!(states.values().all(|state| *state == State::Ended));
}
