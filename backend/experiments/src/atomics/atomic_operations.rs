//! What the atomic types can do, what each operation costs, and what two of them
//! together cannot do.
//!
//! The operations and the two accounts run under either scheduler. The costs are
//! measured on the native one alone, untraced.

mod costs;

use std::sync::Arc;

use csp::native::Handle;
use csp::sync::atomic::{Bool, Int32, Int64, Pointer, Value};
use csp::sync::{Mutex, WaitGroup};
use csp::yield_now;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};

choice! {
    /// What guards the two accounts.
    enum Guard {
        Atomics = "atomics", text("two atomics", "两个原子变量");
        Mutex = "mutex", text("one mutex", "一把互斥锁");
        Pointer = "pointer", text("one atomic pointer to both", "一个指向两者的原子指针");
    }
}

parameters! {
    struct Parameters {
        accounts: Guard = Guard::Atomics,
            label text("Two accounts are", "两个账户由谁保护"),
            help text(
                "How the two numbers, of which the sum never changes, are kept",
                "两个数的和本应不变，它们由什么来保护",
            );
        transfers: u64 = 50, in 1..=200, unit text("transfers", "次"),
            label text("Transfers", "转账次数"),
            help text(
                "How often each of two clerks moves 1 from an account to the other while an auditor looks",
                "审计方查看期间，两名柜员各从一个账户往另一个账户转 1 多少次",
            );
        goroutines: u64 = 1, in 1..=16, unit text("goroutines", "个"),
            label text("Goroutines that measure", "测量用的 goroutine"),
            help text(
                "How many goroutines work on the same variable while an operation is measured",
                "测量一种操作时，多少个 goroutine 同时操作同一个变量",
            );
    }
}

const READS: MetricSpec = MetricSpec::new("reads", text("Audits", "审计次数"), None);

const WRONG_SUMS: MetricSpec = MetricSpec::new(
    "wrong_sums",
    text("Audits that saw a wrong sum", "看到错误总和的审计"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "atomic-operations",
    chapter: 4,
    title: text("Atomic operations", "原子操作一览"),
    summary: text(
        "Load, store, add, swap, compare-and-swap: their results, their costs, and why two atomics are not one",
        "load、store、add、swap、compare-and-swap 的结果和代价，以及两个原子变量为何不等于一个",
    ),
    timed: true,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        READS,
        WRONG_SUMS,
        costs::INT_LOAD,
        costs::INT_STORE,
        costs::INT_ADD,
        costs::INT_SWAP,
        costs::INT_CAS,
        costs::BOOL_LOAD,
        costs::BOOL_CAS,
        costs::POINTER_LOAD,
        costs::POINTER_STORE,
        costs::VALUE_LOAD,
        costs::VALUE_STORE,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("atomic_operations.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    operations().await;
    let accounts = Accounts::new(params.accounts);
    let (reads, wrong) = audit(accounts, params.transfers).await;
    csp::println!("{wrong} of {reads} audits saw a wrong sum");
    lab.metric(READS.name, reads as f64);
    lab.metric(WRONG_SUMS.name, wrong as f64);

    // Virtual time has nothing to measure.
    if Handle::current().is_some() {
        costs::measure(params.goroutines, &lab).await;
    }
}

// lesson:begin main
async fn operations() {
    let n = Int64::named("n", 5);
    csp::println!("Int64: load {}", n.load().await);
    n.store(7).await;
    csp::println!("Int64: after store, add 3 gives {}", n.add(3).await); // the new value
    csp::println!("Int64: swap for 1 gives {}", n.swap(1).await); // the old value
    csp::println!("Int64: 1 for 2: {}", n.compare_and_swap(1, 2).await);
    csp::println!("Int64: 1 for 3: {}", n.compare_and_swap(1, 3).await); // it is 2 by now

    let small = Int32::named("small", i32::MAX);
    csp::println!("Int32: the largest, add 1: {}", small.add(1).await); // goes around

    let started = Bool::named("started", false);
    let first = started.compare_and_swap(false, true).await;
    let second = started.compare_and_swap(false, true).await;
    csp::println!("Bool: first {first}, second {second}"); // one wins

    let limits = Pointer::named("limits", None);
    csp::println!("Pointer: nil at first: {}", limits.load().await.is_none());
    limits.store(Some(Arc::new((10, 20)))).await;
    let seen = limits.load().await; // both numbers of one moment
    let new = Some(Arc::new((30, 40)));
    let swapped = limits.compare_and_swap(seen.as_ref(), new).await;
    csp::println!("Pointer: {seen:?}, replaced: {swapped}");

    let config = Value::named("config");
    config.store("fast").await; // its type is fixed now
    let before = config.swap("safe").await;
    csp::println!("Value: {before:?}, then {:?}", config.load::<&str>().await);
}
// lesson:end main

// lesson:begin accounts
/// Two numbers of which the sum is always 100, or should be.
enum Accounts {
    Atomics(Int64, Int64),
    Mutex(Mutex<(i64, i64)>),
    Pointer(Pointer<(i64, i64)>),
}

impl Accounts {
    /// Moves 1 from the first to the second.
    async fn transfer(&self) {
        match self {
            Accounts::Atomics(a, b) => {
                a.add(-1).await;
                yield_now().await; // between the two, one is missing
                b.add(1).await;
            }
            Accounts::Mutex(both) => {
                let mut both = both.lock().await;
                both.0 -= 1;
                yield_now().await; // the same, but nobody can look
                both.1 += 1;
            }
            Accounts::Pointer(both) => loop {
                let Some(old) = both.load().await else { break };
                let new = Arc::new((old.0 - 1, old.1 + 1));
                yield_now().await;
                if both.compare_and_swap(Some(&old), Some(new)).await {
                    break; // nobody replaced it meanwhile
                }
            },
        }
    }

    async fn sum(&self) -> i64 {
        match self {
            Accounts::Atomics(a, b) => a.load().await + b.load().await,
            Accounts::Mutex(both) => {
                let both = both.lock().await;
                both.0 + both.1
            }
            Accounts::Pointer(both) => both.load().await.map_or(0, |both| both.0 + both.1),
        }
    }
}
// lesson:end accounts

/// What the accounts hold together.
const TOTAL: i64 = 100;
/// Goroutines that transfer: two, so that they meet each other too.
const CLERKS: u32 = 2;

impl Accounts {
    fn new(guard: Guard) -> Accounts {
        match guard {
            Guard::Atomics => Accounts::Atomics(Int64::named("a", TOTAL), Int64::named("b", 0)),
            Guard::Mutex => Accounts::Mutex(Mutex::named("both", (TOTAL, 0))),
            Guard::Pointer => Accounts::Pointer(Pointer::named("both", Some(Arc::new((TOTAL, 0))))),
        }
    }
}

/// Looks at the sum as often as is transferred. How often in all, and how often
/// it was wrong.
async fn audit(accounts: Accounts, transfers: u64) -> (u64, u64) {
    let (accounts, office) = (Arc::new(accounts), WaitGroup::new());
    for id in 1..=CLERKS {
        let accounts = accounts.clone();
        office.go_named(format!("clerk {id}"), async move {
            for _ in 0..transfers {
                accounts.transfer().await;
                yield_now().await; // looks for the next order
            }
        });
    }
    let wrong = csp::chan(1);
    let seen = wrong.sender();
    office.go_named("auditor", async move {
        let mut wrong = 0;
        for _ in 0..transfers {
            wrong += u64::from(accounts.sum().await != TOTAL);
            yield_now().await; // writes it down
        }
        seen.send(wrong).await;
    });
    office.wait().await;
    (transfers, wrong.recv().await.unwrap_or(0))
}
