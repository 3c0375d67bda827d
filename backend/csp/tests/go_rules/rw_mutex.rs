//! pkg sync: RWMutex: the rules everywhere, what is fatal, and what is recorded.

use csp::run::Outcome;
use csp::sync::RWMutex;
use csp::trace::{Kind, LockMode};

use super::bodies::rw_mutex::rw_mutex_rules;
use super::everywhere::everywhere;
use super::{run, traced};

rw_mutex_rules!(everywhere);

/// RUnlock and Unlock: a run-time error if it is not locked so.
#[test]
fn unlock_of_an_unlocked_one_is_fatal() {
    let report = run(async {
        let mutex = RWMutex::new(());
        let _held = mutex.read().await;
        mutex.read_unlock();
    });
    let Outcome::Fatal(text, _) = report.outcome else {
        panic!("expected a fatal error");
    };
    assert_eq!(text, "sync: RUnlock of unlocked RWMutex");
    let report = run(async { RWMutex::new(()).unlock() });
    let Outcome::Fatal(text, _) = report.outcome else {
        panic!("expected a fatal error");
    };
    assert_eq!(text, "sync: Unlock of unlocked RWMutex");
}

/// No goroutine may read-lock it twice: a writer that comes between is a
/// deadlock, and the report says who holds what.
#[test]
fn recursive_read_locking_deadlocks() {
    let report = run(async {
        let mutex = std::sync::Arc::new(RWMutex::named("config", ()));
        let _first = mutex.read().await;
        let other = mutex.clone();
        csp::go(async move { drop(other.write().await) });
        while mutex.try_read().is_some() {
            csp::yield_now().await;
        }
        let _second = mutex.read().await;
    });
    assert!(matches!(report.outcome, Outcome::Deadlock));
    assert_eq!(report.left.len(), 2);
}

/// The trace tells who holds it in which way.
#[test]
fn the_trace_tells_readers_from_writers() {
    let (_, events) = traced(2, async {
        let mutex = RWMutex::new(0);
        let (first, second) = (mutex.read().await, mutex.read().await);
        drop((first, second));
        *mutex.write().await = 1;
    });
    let story = events.iter().filter_map(|event| match event.kind {
        Kind::Locked { mode, .. } => Some((true, mode)),
        Kind::Unlocked { mode, .. } => Some((false, mode)),
        _ => None,
    });
    let (read, write) = (LockMode::Read, LockMode::Write);
    assert_eq!(
        story.collect::<Vec<_>>(),
        [
            (true, read),
            (true, read),
            (false, read),
            (false, read),
            (true, write),
            (false, write)
        ]
    );
}
