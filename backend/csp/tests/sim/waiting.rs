//! Who waits for whom, at the end of runs of both schedulers.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use csp::run::{Outcome, Report, Trace, Waiting};
use csp::sync::{Mutex, WaitGroup};
use csp::trace::Reason;
use csp::{chan, go, go_named};

use super::{Memory, seed, traced};

/// Under both schedulers: what does not depend on which.
fn both<F: Future<Output = ()> + Send + 'static>(program: fn() -> F, check: fn(&Report<()>)) {
    for number in 0..20 {
        check(&traced(seed(number), program()).0.report);
    }
    let config = csp::run::Config {
        procs: 2,
        trace: Some(Trace {
            sink: Box::new(Memory(Arc::default())),
            max_events: 1_000_000,
        }),
        ..csp::run::Config::default()
    };
    check(&csp::native::run(config, program()));
}

fn named<'a>(report: &'a Report<()>, name: &str) -> &'a Waiting {
    let mut left = report.left.iter();
    left.find(|waiting| waiting.name.as_deref() == Some(name))
        .unwrap_or_else(|| panic!("{name} is not left: {:?}", report.left))
}

/// Whether goroutines have waited for `reason` so often.
fn waited(reason: Reason, often: u64) -> bool {
    let blocked = csp::totals().blocked;
    let mut counts = blocked.iter().filter(|blocked| blocked.reason == reason);
    counts.next().is_some_and(|blocked| blocked.count >= often)
}

/// Each holds one lock and waits for the other's: a ring.
#[test]
fn the_ring_of_a_lock_order_deadlock_is_found() {
    both(
        || async {
            let locks = Arc::new([Mutex::named("a", ()), Mutex::named("b", ())]);
            let (met, group) = (WaitGroup::new(), WaitGroup::new());
            met.add(2);
            for (first, name) in [(0, "ab"), (1, "ba")] {
                let (locks, met) = (locks.clone(), met.clone());
                group.go_named(name, async move {
                    let _first = locks[first].lock().await;
                    met.done();
                    met.wait().await;
                    let _second = locks[1 - first].lock().await;
                });
            }
            group.wait().await;
        },
        |report| {
            assert!(matches!(report.outcome, Outcome::Deadlock));
            let (ab, ba) = (named(report, "ab"), named(report, "ba"));
            assert_eq!((&ab.waits_for, &ba.waits_for), (&vec![ba.g], &vec![ab.g]));
            assert_eq!(named(report, "main").waits_for, [ab.g, ba.g]);
            assert_eq!(report.findings.cycle, [ab.g, ba.g]);
            assert!(report.left.iter().all(|waiting| waiting.stuck));
        },
    );
}

/// The same, while main goes on: a partial deadlock, told apart from one that
/// only sleeps, and from one that waits for that.
#[test]
fn a_partial_deadlock_is_told_from_plain_leaks() {
    both(
        || async {
            let locks = Arc::new([Mutex::new(()), Mutex::new(())]);
            let met = WaitGroup::new();
            met.add(2);
            for (first, name) in [(0, "ab"), (1, "ba")] {
                let (locks, met) = (locks.clone(), met.clone());
                go_named(name, async move {
                    let _first = locks[first].lock().await;
                    met.done();
                    met.wait().await;
                    let _second = locks[1 - first].lock().await;
                });
            }
            let results = chan::<()>(0);
            let (slow, waits) = (results.clone(), results.clone());
            go_named("slow", async move {
                loop {
                    slow.send(()).await;
                    csp::time::sleep(Duration::from_secs(3600)).await;
                }
            });
            go_named(
                "waits",
                async move { while waits.recv().await.is_some() {} },
            );
            let never = chan::<()>(0);
            go_named("nil", async move {
                let _never = never;
                csp::Chan::<()>::nil().recv().await;
            });
            while !(waited(Reason::Mutex, 2) && waited(Reason::ChanReceiveNil, 1)) {
                csp::yield_now().await;
            }
        },
        |report| {
            assert!(matches!(report.outcome, Outcome::Completed(())));
            let (ab, ba) = (named(report, "ab"), named(report, "ba"));
            assert_eq!((&ab.waits_for, &ba.waits_for), (&vec![ba.g], &vec![ab.g]));
            assert!(ab.stuck && ba.stuck);
            assert_eq!(report.findings.cycle, [ab.g, ba.g]);
            for name in ["slow", "waits"] {
                assert!(!named(report, name).stuck, "{name}");
            }
            assert!(named(report, "nil").stuck);
        },
    );
}

/// A receiver whose only sender has ended without a close, while another lives
/// that has never had to do with the channel. Simulated alone: natively nobody
/// can see the moment at which a goroutine is gone.
#[test]
fn who_waits_for_those_that_ended_is_stuck() {
    struct End(csp::Sender<()>);
    impl Drop for End {
        fn drop(&mut self) {
            self.0.close();
        }
    }
    for number in 0..50 {
        let (report, _) = traced(seed(number), async {
            let (numbers, ended) = (chan::<u32>(1), chan::<()>(0));
            let (sender, end) = (numbers.clone(), End(ended.sender()));
            go(async move {
                let _end = end;
                sender.send(1).await;
            });
            ended.recv().await;
            let received = numbers.clone();
            go_named("receiver", async move {
                while received.recv().await.is_some() {}
            });
            go_named("ticks", async move {
                loop {
                    csp::time::sleep(Duration::from_millis(5)).await;
                }
            });
            while numbers.stats().blocked_receives == 0 {
                csp::yield_now().await;
            }
        });
        let report = report.report;
        assert!(matches!(report.outcome, Outcome::Completed(())));
        let receiver = named(&report, "receiver");
        assert!(receiver.stuck);
        assert_eq!(receiver.waits_for, []);
        assert!(!named(&report, "ticks").stuck);
    }
}

/// Nobody lives: whatever is left is stuck.
#[test]
fn what_is_left_when_nobody_lives_is_stuck() {
    both(
        || async {
            let (first, second) = (chan::<()>(0), chan::<()>(0));
            let (blocked, waits) = (first.clone(), second.clone());
            go(async move {
                waits.send(()).await;
                blocked.send(()).await;
            });
            second.recv().await;
            while first.stats().blocked_sends == 0 {
                csp::yield_now().await;
            }
        },
        |report| {
            assert!(matches!(report.outcome, Outcome::Completed(())));
            assert_eq!(report.left.len(), 1);
            assert!(report.left[0].stuck);
            assert_eq!(report.findings.cycle, []);
        },
    );
}
