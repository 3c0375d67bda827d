//! pkg time: Sleep, After, and the rules of timers wherever there is time.

use std::time::Duration;

use csp::run::Outcome;
use csp::time::{after, new_ticker, new_timer, now, sleep};
use csp::trace::{Kind, Reason};
use csp::{chan, select};

use super::bodies::time::time_rules;
use super::everywhere::in_a_run;
use super::{completes, run, traced};

time_rules!(in_a_run);

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

/// Sleepers each wake after their own time, whatever the order of their starts.
#[test]
fn sleepers_wake_at_their_times() {
    completes(async {
        let woken = chan(3);
        for millis in [3, 1, 2] {
            let (woken, duration) = (woken.clone(), Duration::from_millis(millis));
            let until = now() + duration;
            csp::go(async move {
                sleep(duration).await;
                woken.send(now() >= until).await;
            });
        }
        for _ in 0..3 {
            assert_eq!(woken.recv().await, Some(true));
        }
    });
}

/// In virtual time timers fire in the order of their times.
#[test]
fn virtual_timers_fire_in_order() {
    for seed in 0..20 {
        let config = csp::sim::Config {
            seed: Some(seed),
            ..csp::sim::Config::default()
        };
        let report = csp::sim::run(config, async {
            let timers: Vec<_> = [3, 1, 2].map(Duration::from_millis).map(new_timer).into();
            let mut times = Vec::new();
            for timer in &timers {
                times.push(timer.c().recv().await.unwrap());
            }
            times
        });
        let Outcome::Completed(times) = report.report.outcome else {
            panic!("the run did not complete");
        };
        assert!(times[1] < times[2] && times[2] < times[0]);
    }
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

/// A timer that nobody can receive from any more is taken back: the run is
/// asleep for good, an hour before it would have fired.
#[test]
fn a_timer_that_is_let_go_is_taken_back() {
    let report = run(async {
        let ch = chan(1);
        ch.send(1).await;
        select! {
            _ = ch.recv() => {},
            _ = after(Duration::from_secs(3600)).recv() => {},
        }
        drop(new_timer(Duration::from_secs(3600)));
        drop(new_ticker(Duration::from_secs(3600)));
        ch.recv().await;
    });
    assert!(matches!(report.outcome, Outcome::Deadlock));
}

/// A goroutine that sleeps for ever is no deadlock: there is a timer.
#[test]
fn to_sleep_for_ever_is_no_deadlock() {
    let running = csp::native::start(csp::run::Config::default(), async {
        sleep(Duration::MAX).await;
    });
    assert!(!running.wait_timeout(Duration::from_millis(50)));
    running.stopper().stop();
    assert!(matches!(running.join().outcome, Outcome::Stopped));
}

/// A sleep that is polled for another reason, and by another, blocks once.
#[test]
fn a_sleep_blocks_once() {
    let report = run(async {
        let mut wait = std::pin::pin!(sleep(Duration::from_secs(3600)));
        for _ in 0..3 {
            std::future::poll_fn(|cx| {
                let mut other = std::task::Context::from_waker(std::task::Waker::noop());
                assert!(wait.as_mut().poll(&mut other).is_pending());
                assert!(wait.as_mut().poll(cx).is_pending());
                std::task::Poll::Ready(())
            })
            .await;
        }
    });
    let mut slept = report.totals.blocked.iter();
    let slept = slept.find(|blocked| blocked.reason == Reason::Sleep);
    assert_eq!(slept.map(|slept| slept.count), Some(1));
}

/// What is recorded of a timer: made, set, stopped, set, fired, its value sent.
#[test]
fn a_timer_is_recorded() {
    let (report, events) = traced(1, async {
        let timer = new_timer(Duration::from_secs(3600));
        timer.stop();
        timer.reset(Duration::from_millis(1));
        timer.c().recv().await;
    });
    assert!(matches!(report.outcome, Outcome::Completed(())));
    let steps: Vec<_> = events
        .iter()
        .filter_map(|event| match event.kind {
            Kind::Made { .. } => Some("made"),
            Kind::TimerSet { .. } => Some("set"),
            Kind::TimerStopped { .. } => Some("stopped"),
            Kind::TimerFired { .. } => Some("fired"),
            Kind::Sent { .. } => Some("sent"),
            Kind::Received { .. } => Some("received"),
            _ => None,
        })
        .collect();
    let expected = ["made", "set", "stopped", "set", "fired", "sent", "received"];
    assert_eq!(steps, expected);
}
