//! pkg sync/atomic.

use std::sync::Arc;

use csp::sync::WaitGroup;
use csp::sync::atomic::{Bool, Int32, Int64, Pointer, Uint32, Uint64, Value};
use csp::{recover, yield_now};

use super::{often, spawn};

/// Each operation does what its documentation says, and returns what it says.
pub(crate) async fn operations_return_what_go_says() {
    let number = Int64::new(5);
    assert_eq!(number.load().await, 5);
    number.store(7).await;
    assert_eq!(number.add(3).await, 10);
    assert_eq!(number.add(-4).await, 6);
    assert_eq!(number.swap(12).await, 6);
    assert_eq!(number.and(0b0100).await, 12);
    assert_eq!(number.or(0b0011).await, 0b0100);
    assert_eq!(number.load().await, 0b0111);
    assert!(!number.compare_and_swap(0, 1).await);
    assert!(number.compare_and_swap(0b0111, 1).await);
    assert_eq!(number.load().await, 1);
    let flag = Bool::default();
    assert!(!flag.swap(true).await);
    assert!(flag.compare_and_swap(true, false).await);
    flag.store(true).await;
    assert!(flag.load().await);
}

/// Add: around at the ends.
pub(crate) async fn add_goes_around() {
    assert_eq!(Int32::new(i32::MAX).add(1).await, i32::MIN);
    assert_eq!(Uint32::new(0).add(u32::MAX).await, u32::MAX);
    assert_eq!(Uint64::new(u64::MAX).add(1).await, 0);
}

/// mem: atomic operations behave as in one order that all see: none is lost.
pub(crate) async fn no_addition_is_lost() {
    let (sum, group) = (Arc::new(Int64::named("sum", 0)), WaitGroup::new());
    let rounds = often(500) as i64;
    for _ in 0..8 {
        let sum = sum.clone();
        spawn(&group, async move {
            for round in 0..rounds {
                if round % 2 == 0 {
                    sum.add(1).await;
                    continue;
                }
                loop {
                    let before = sum.load().await;
                    if sum.compare_and_swap(before, before + 1).await {
                        break;
                    }
                }
            }
        });
    }
    group.wait().await;
    assert_eq!(sum.load().await, 8 * rounds);
}

/// mem: what happened before a store is seen by who loads what it stored.
pub(crate) async fn a_store_publishes_what_came_before() {
    for _ in 0..often(50) {
        let (data, ready) = (Arc::new(Int64::new(0)), Arc::new(Bool::new(false)));
        let group = WaitGroup::new();
        let (value, flag) = (data.clone(), ready.clone());
        spawn(&group, async move {
            value.raw().store(42, std::sync::atomic::Ordering::Relaxed);
            flag.store(true).await;
        });
        while !ready.load().await {
            yield_now().await;
        }
        assert_eq!(data.raw().load(std::sync::atomic::Ordering::Relaxed), 42);
        group.wait().await;
    }
}

/// Pointer: nil at first; compared by what it points at, not by its value.
pub(crate) async fn a_pointer_is_replaced_as_a_whole() {
    let pointer = Pointer::default();
    assert_eq!(pointer.load().await, None);
    let (first, equal) = (Arc::new(1), Arc::new(1));
    assert!(pointer.compare_and_swap(None, Some(first.clone())).await);
    assert!(!pointer.compare_and_swap(Some(&equal), None).await);
    assert!(!pointer.compare_and_swap(None, None).await);
    assert!(
        pointer
            .compare_and_swap(Some(&first), Some(equal.clone()))
            .await
    );
    let swapped = pointer.swap(Some(first)).await;
    assert!(Arc::ptr_eq(&swapped.unwrap(), &equal));
    pointer.store(None).await;
    assert_eq!(pointer.load().await, None);
}

/// Pointer: readers see whole values, while others replace them.
pub(crate) async fn readers_of_a_pointer_see_whole_values() {
    let pointer = Arc::new(Pointer::new(Some(Arc::new((0, 0)))));
    let group = WaitGroup::new();
    for goroutine in 0..4 {
        let pointer = pointer.clone();
        spawn(&group, async move {
            for round in 0..often(300) {
                if goroutine < 2 {
                    pointer.store(Some(Arc::new((round, round)))).await;
                } else {
                    let pair = pointer.load().await.unwrap();
                    assert_eq!(pair.0, pair.1);
                }
            }
        });
    }
    group.wait().await;
}

/// Value: Load returns what was stored last, nil before the first.
pub(crate) async fn a_value_holds_one_type() {
    let value = Value::new();
    assert_eq!(value.load::<String>().await, None);
    assert!(!value.compare_and_swap(Some(1), 2).await);
    assert!(value.compare_and_swap(None, 1).await);
    assert_eq!(value.load::<i32>().await.as_deref(), Some(&1));
    assert!(!value.compare_and_swap(None, 1).await);
    assert!(value.compare_and_swap(Some(1), 2).await);
    assert_eq!(value.swap(3).await.as_deref(), Some(&2));
    value.store(4).await;
    assert_eq!(value.load::<i32>().await.as_deref(), Some(&4));
}

/// Value: all calls of a Value must use values of the same type.
pub(crate) async fn a_value_of_another_type_panics() {
    let value = Value::new();
    value.store(1).await;
    let text = |panic: Result<(), csp::Panic>| panic.unwrap_err().message().to_owned();
    let start = "sync/atomic: ";
    let end = " of inconsistently typed value into Value";
    let stored = recover(value.store("one")).await;
    assert_eq!(text(stored), format!("{start}store{end}"));
    let swapped = recover(async { drop(value.swap("one").await) }).await;
    assert_eq!(text(swapped), format!("{start}swap{end}"));
    let swapped = recover(value.compare_and_swap(Some("a"), "b")).await;
    assert_eq!(
        text(swapped.map(|_| ())),
        format!("{start}compare and swap{end}")
    );
    let loaded = recover(async { drop(value.load::<String>().await) }).await;
    let asserted = "interface conversion: interface {} is i32, not String";
    assert_eq!(text(loaded), asserted);
}

/// Those that need no run.
macro_rules! atomic_rules {
    ($run:ident) => {
        $run! {
            atomic:
            operations_return_what_go_says
            add_goes_around
            no_addition_is_lost
            a_store_publishes_what_came_before
            a_pointer_is_replaced_as_a_whole
            readers_of_a_pointer_see_whole_values
            a_value_holds_one_type
        }
    };
}

/// Those that do, since they panic.
macro_rules! atomic_panic_rules {
    ($run:ident) => {
        $run! {
            atomic:
            a_value_of_another_type_panics
        }
    };
}

pub(crate) use {atomic_panic_rules, atomic_rules};
