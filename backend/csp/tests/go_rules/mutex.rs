//! pkg sync: Mutex: the rules everywhere, what is fatal, and what is recorded.

use std::sync::Arc;

use csp::run::Outcome;
use csp::sync::{Mutex, WaitGroup};
use csp::trace::{Kind, LockMode, Reason};

use super::bodies::mutex::mutex_rules;
use super::bodies::others_run;
use super::everywhere::everywhere;
use super::{run, traced};

mutex_rules!(everywhere);

/// Unlock: a run-time error if it is not locked, which nothing recovers.
#[test]
fn unlock_of_an_unlocked_mutex_is_fatal() {
    let report = run(async {
        let recovered = csp::recover(async { Mutex::new(()).unlock() }).await;
        unreachable!("{recovered:?}");
    });
    let Outcome::Fatal(text, at) = report.outcome else {
        panic!("expected a fatal error");
    };
    assert_eq!(text, "sync: unlock of unlocked mutex");
    assert!(at.unwrap().file().ends_with("mutex.rs"));
}

/// A plain unlock takes nothing away from a guard.
#[test]
fn unlock_beside_a_guard_is_fatal_too() {
    let report = run(async {
        let mutex = Mutex::new(());
        let _held = mutex.lock().await;
        mutex.unlock();
    });
    assert!(matches!(report.outcome, Outcome::Fatal(..)));
}

/// A deferred Unlock runs while a goroutine panics: here, the guard's.
#[test]
fn a_panic_unlocks() {
    super::completes(async {
        let mutex = Arc::new(Mutex::new(()));
        let inner = mutex.clone();
        let recovered = csp::recover(async move {
            let _held = inner.lock().await;
            match csp::panic("inside").await {}
        });
        assert!(recovered.await.is_err());
        drop(mutex.lock().await);
    });
}

/// The trace tells what it guards, who waits, and who holds it when.
#[test]
fn the_trace_knows_holders_and_waiters() {
    let (report, events) = traced(1, async {
        let mutex = Arc::new(Mutex::named("balance", 0_u64).guards("the balance"));
        let group = WaitGroup::new();
        let held = mutex.lock().await;
        let other = mutex.clone();
        group.go(async move { drop(other.lock().await) });
        others_run().await;
        drop(held);
        group.wait().await;
    });
    let kinds: Vec<_> = events.iter().map(|event| (event.g, &event.kind)).collect();
    let described = kinds.iter().filter_map(|(_, kind)| match kind {
        Kind::Described { guards, .. } => guards.as_deref(),
        _ => None,
    });
    assert_eq!(described.collect::<Vec<_>>(), ["u64", "the balance"]);
    let mode = LockMode::Write;
    let story: Vec<_> = kinds
        .iter()
        .filter(|(_, kind)| {
            matches!(kind, Kind::Locked { .. } | Kind::Unlocked { .. })
                || matches!(kind, Kind::Blocked { reason, .. } if *reason == Reason::Mutex)
        })
        .collect();
    let [
        (1, Kind::Locked { object, .. }),
        (2, Kind::Blocked { .. }),
        rest @ ..,
    ] = &story[..]
    else {
        panic!("{story:?}");
    };
    let object = *object;
    let last = [
        (
            1,
            Kind::Unlocked {
                object,
                mode,
                to: 0,
            },
        ),
        (2, Kind::Locked { object, mode }),
        (
            2,
            Kind::Unlocked {
                object,
                mode,
                to: 0,
            },
        ),
    ];
    let rest: Vec<_> = rest.iter().map(|(g, kind)| (*g, (*kind).clone())).collect();
    assert_eq!(rest, last);
    let mut totals = report.totals.objects.iter();
    let totals = totals.find(|totals| totals.object == object).unwrap();
    assert_eq!((totals.acquisitions, totals.contended), (2, 1));
    assert!(!totals.blocked.is_zero());
}

/// A deadlock of two locks taken in opposite order names who holds what.
#[test]
fn a_deadlock_names_the_holders() {
    let report = run(async {
        let (a, b) = (
            Arc::new(Mutex::named("a", ())),
            Arc::new(Mutex::named("b", ())),
        );
        let (first, second) = (a.clone(), b.clone());
        let met = csp::chan::<()>(0);
        let (here, there) = (met.clone(), met);
        csp::go(async move {
            let _second = second.lock().await;
            there.send(()).await;
            let _first = first.lock().await;
        });
        let _a = a.lock().await;
        here.recv().await;
        let _b = b.lock().await;
    });
    assert!(matches!(report.outcome, Outcome::Deadlock));
    let left = report.left.iter();
    let left = left.map(|waiting| {
        (
            waiting.g,
            waiting.object_name.as_deref(),
            &waiting.waits_for[..],
        )
    });
    assert_eq!(
        left.collect::<Vec<_>>(),
        [(1, Some("b"), &[2][..]), (2, Some("a"), &[1])]
    );
}
