//! What each operation costs, in nanoseconds.
//!
//! Every goroutine repeats one operation on one variable that all share. It is
//! the bare operation, as Go's compiler would make it of the same call; the core's
//! own adds to each a look at whether the slice is over.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use csp::sync::WaitGroup;
use csp::sync::atomic::{Bool, Int64, Pointer, Value};
use csp::time::now;

use crate::catalogue::{MetricSpec, Text, text};
use crate::lab::Lab;
use crate::rounds::{Spread, ns_each, untraced};

/// Rounds, each with every operation once.
const ROUNDS: usize = 3;
/// Operations in a round, over all goroutines: a millisecond or two.
const OPERATIONS: u64 = 100_000;

/// As Go's, and as the core's.
const ORDER: Ordering = Ordering::SeqCst;

/// The figure of one operation.
const fn cost(name: &'static str, label: Text) -> MetricSpec {
    MetricSpec::new(name, label, Some(text("ns", "ns"))).with_spread()
}

pub(super) const INT_LOAD: MetricSpec = cost("int_load", text("Int64 load", "Int64 读取"));
pub(super) const INT_STORE: MetricSpec = cost("int_store", text("Int64 store", "Int64 写入"));
pub(super) const INT_ADD: MetricSpec = cost("int_add", text("Int64 add", "Int64 加"));
pub(super) const INT_SWAP: MetricSpec = cost("int_swap", text("Int64 swap", "Int64 交换"));
pub(super) const INT_CAS: MetricSpec = cost(
    "int_cas",
    text("Int64 compare-and-swap", "Int64 比较并交换"),
);
pub(super) const BOOL_LOAD: MetricSpec = cost("bool_load", text("Bool load", "Bool 读取"));
pub(super) const BOOL_CAS: MetricSpec =
    cost("bool_cas", text("Bool compare-and-swap", "Bool 比较并交换"));
pub(super) const POINTER_LOAD: MetricSpec =
    cost("pointer_load", text("Pointer load", "Pointer 读取"));
pub(super) const POINTER_STORE: MetricSpec = cost(
    "pointer_store",
    text("Pointer store of a new value", "Pointer 写入新值"),
);
pub(super) const VALUE_LOAD: MetricSpec = cost("value_load", text("Value load", "Value 读取"));
pub(super) const VALUE_STORE: MetricSpec = cost(
    "value_store",
    text("Value store of a new value", "Value 写入新值"),
);

/// Every operation.
const ALL: [Operation; 11] = [
    Operation::IntLoad,
    Operation::IntStore,
    Operation::IntAdd,
    Operation::IntSwap,
    Operation::IntCas,
    Operation::BoolLoad,
    Operation::BoolCas,
    Operation::PointerLoad,
    Operation::PointerStore,
    Operation::ValueLoad,
    Operation::ValueStore,
];

#[derive(Clone, Copy)]
enum Operation {
    IntLoad,
    IntStore,
    IntAdd,
    IntSwap,
    IntCas,
    BoolLoad,
    BoolCas,
    PointerLoad,
    PointerStore,
    ValueLoad,
    ValueStore,
}

impl Operation {
    fn metric(self) -> MetricSpec {
        match self {
            Operation::IntLoad => INT_LOAD,
            Operation::IntStore => INT_STORE,
            Operation::IntAdd => INT_ADD,
            Operation::IntSwap => INT_SWAP,
            Operation::IntCas => INT_CAS,
            Operation::BoolLoad => BOOL_LOAD,
            Operation::BoolCas => BOOL_CAS,
            Operation::PointerLoad => POINTER_LOAD,
            Operation::PointerStore => POINTER_STORE,
            Operation::ValueLoad => VALUE_LOAD,
            Operation::ValueStore => VALUE_STORE,
        }
    }

    /// Does it so many times.
    async fn repeat(self, on: &Variables, times: u64) {
        let (int, flag, pointer) = (on.int.raw(), on.flag.raw(), on.pointer.raw());
        match self {
            Operation::IntLoad => repeat(times, |_| int.load(ORDER)),
            Operation::IntStore => repeat(times, |n| int.store(n as i64, ORDER)),
            Operation::IntAdd => repeat(times, |_| int.fetch_add(1, ORDER)),
            Operation::IntSwap => repeat(times, |n| int.swap(n as i64, ORDER)),
            Operation::IntCas => repeat(times, |n| {
                let (old, new) = ((n % 2) as i64, ((n + 1) % 2) as i64);
                int.compare_exchange(old, new, ORDER, ORDER)
            }),
            Operation::BoolLoad => repeat(times, |_| flag.load(ORDER)),
            Operation::BoolCas => repeat(times, |n| {
                flag.compare_exchange(n % 2 == 1, n % 2 == 0, ORDER, ORDER)
            }),
            Operation::PointerLoad => repeat(times, |_| pointer.load_full()),
            Operation::PointerStore => repeat(times, |n| pointer.store(Some(Arc::new((n, n))))),
            // A Value has no bare form: with the type goes the check of it.
            Operation::ValueLoad => {
                for _ in 0..times {
                    black_box(on.value.load::<(u64, u64)>().await);
                }
            }
            Operation::ValueStore => {
                for n in 0..times {
                    on.value.store((n, n)).await;
                }
            }
        }
    }
}

/// Does one operation again and again, and keeps each result.
fn repeat<R>(times: u64, operation: impl Fn(u64) -> R) {
    for n in 0..times {
        black_box(operation(n));
    }
}

/// One variable of each type.
struct Variables {
    int: Int64,
    flag: Bool,
    pointer: Pointer<(u64, u64)>,
    value: Value,
}

/// Nanoseconds of one operation, in a run of its own.
async fn one(operation: Operation, goroutines: u64) -> f64 {
    untraced(csp::procs(), async move {
        let variables = Arc::new(Variables {
            int: Int64::new(0),
            flag: Bool::new(false),
            pointer: Pointer::new(Some(Arc::new((0, 0)))),
            value: Value::new(),
        });
        variables.value.store((0_u64, 0_u64)).await;
        let times = OPERATIONS / goroutines;
        let mut took = Duration::ZERO;
        // The first pass warms up: threads, caches, the branch predictor.
        for _ in 0..2 {
            let (users, start) = (WaitGroup::new(), now());
            for _ in 0..goroutines {
                let variables = variables.clone();
                users.go(async move { operation.repeat(&variables, times).await });
            }
            users.wait().await;
            took = start.elapsed();
        }
        ns_each(took, times * goroutines)
    })
    .await
}

/// Measures all of them, in rounds.
pub(super) async fn measure(goroutines: u64, lab: &Lab) {
    let mut measured = vec![Vec::new(); ALL.len()];
    for _ in 0..ROUNDS {
        for (operation, measured) in ALL.iter().zip(&mut measured) {
            measured.push(one(*operation, goroutines).await);
        }
    }
    for (operation, measured) in ALL.iter().zip(measured) {
        let metric = operation.metric();
        let spread = Spread::of(measured);
        lab.spread(metric, &spread);
        csp::println!("{}: {:.1} ns", metric.label.en, spread.median);
    }
}
