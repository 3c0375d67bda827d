//! pkg sync: Once, OnceFunc, OnceValue.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use csp::sync::{Once, OnceFunc, OnceValue, WaitGroup};
use csp::{recover, yield_now};

use super::{often, others_run, poll_now, spawn};

/// Do calls the function if and only if it is called for the first time. mem:
/// its completion is synchronized before the return of any call.
pub(crate) async fn it_runs_once_and_all_wait_for_it() {
    for _ in 0..often(20) {
        let (once, group) = (Arc::new(Once::named("config")), WaitGroup::new());
        let ran = Arc::new(AtomicUsize::new(0));
        for _ in 0..10 {
            let (once, ran) = (once.clone(), ran.clone());
            spawn(&group, async move {
                let count = ran.clone();
                once.call_once(async move {
                    yield_now().await;
                    count.fetch_add(1, Ordering::Relaxed);
                })
                .await;
                assert_eq!(ran.load(Ordering::Relaxed), 1);
            });
        }
        group.wait().await;
        assert!(once.is_done());
    }
}

/// Cancel safety: if the first gives up, the next runs its own.
pub(crate) async fn the_next_begins_if_the_first_is_dropped() {
    let (once, group) = (Arc::new(Once::new()), WaitGroup::new());
    let ran = Arc::new(AtomicUsize::new(0));
    let mut first = Box::pin(once.call_once(std::future::pending()));
    assert!(poll_now(first.as_mut()).await.is_pending());
    for _ in 0..3 {
        let (once, ran) = (once.clone(), ran.clone());
        spawn(&group, async move {
            let count = ran.clone();
            let add = async move {
                count.fetch_add(1, Ordering::Relaxed);
            };
            once.call_once(add).await;
        });
    }
    others_run().await;
    assert_eq!(ran.load(Ordering::Relaxed), 0);
    drop(first);
    group.wait().await;
    assert_eq!(ran.load(Ordering::Relaxed), 1);
}

/// Cancel safety: a turn that was given to one that is dropped goes on.
pub(crate) async fn a_turn_that_is_dropped_goes_to_the_next() {
    let once = Once::new();
    let mut first = Box::pin(once.call_once(std::future::pending()));
    let mut second = Box::pin(once.call_once(std::future::pending()));
    let mut third = Box::pin(once.call_once(std::future::ready(())));
    assert!(poll_now(first.as_mut()).await.is_pending());
    assert!(poll_now(second.as_mut()).await.is_pending());
    assert!(poll_now(third.as_mut()).await.is_pending());
    drop(first);
    drop(second);
    third.await;
    assert!(once.is_done());
}

/// OnceValue: the function runs once, and its value is returned to all.
pub(crate) async fn a_value_is_made_once() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = made.clone();
    let value = Arc::new(OnceValue::named("answer", async move {
        yield_now().await;
        count.fetch_add(1, Ordering::Relaxed);
        42
    }));
    assert_eq!(value.try_get(), None);
    assert_eq!(made.load(Ordering::Relaxed), 0);
    let group = WaitGroup::new();
    for _ in 0..5 {
        let value = value.clone();
        spawn(&group, async move { assert_eq!(*value.get().await, 42) });
    }
    group.wait().await;
    assert_eq!(value.try_get(), Some(&42));
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

/// Cancel safety: who comes next goes on where a dropped call was.
pub(crate) async fn a_dropped_get_loses_nothing() {
    let steps = Arc::new(AtomicUsize::new(0));
    let count = steps.clone();
    let value = OnceValue::new(async move {
        for _ in 0..3 {
            count.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
        }
        "made"
    });
    let mut first = Box::pin(value.get());
    let mut second = Box::pin(value.get());
    assert!(poll_now(first.as_mut()).await.is_pending());
    assert!(poll_now(second.as_mut()).await.is_pending());
    drop(first);
    assert_eq!(*second.await, "made");
    assert_eq!(steps.load(Ordering::Relaxed), 3);
}

/// Do: if the function panics, Do considers it to have returned.
pub(crate) async fn a_panic_counts_as_done() {
    let once = Arc::new(Once::new());
    for _ in 0..2 {
        let first = once.clone();
        let _ = recover(async move {
            let boom = async { match csp::panic("boom").await {} };
            first.call_once(boom).await;
        })
        .await;
    }
    once.call_once(async { unreachable!() }).await;
}

/// OnceFunc: if the function panics, every call panics with the same value.
pub(crate) async fn a_function_that_panicked_panics_each_time() {
    let function = OnceFunc::new(async { match csp::panic("boom").await {} });
    for _ in 0..3 {
        let panic = recover(function.call()).await.unwrap_err();
        assert_eq!(panic.message(), "boom");
    }
    let fine = OnceFunc::new(async {});
    fine.call().await;
    fine.call().await;
}

/// Those that need no run.
macro_rules! once_rules {
    ($run:ident) => {
        $run! {
            once:
            it_runs_once_and_all_wait_for_it
            the_next_begins_if_the_first_is_dropped
            a_turn_that_is_dropped_goes_to_the_next
            a_value_is_made_once
            a_dropped_get_loses_nothing
        }
    };
}

/// Those that do, since they panic.
macro_rules! once_panic_rules {
    ($run:ident) => {
        $run! {
            once:
            a_panic_counts_as_done
            a_function_that_panicked_panics_each_time
        }
    };
}

pub(crate) use {once_panic_rules, once_rules};
