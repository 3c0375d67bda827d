//! One counter for many goroutines: behind a lock, as an atomic, and unprotected.
//!
//! A small part is traced, for the picture, and runs under either scheduler. The
//! figures are measured apart from it, on the native one: untraced, the sides
//! taking turns.

use std::sync::Arc;

use csp::native::Handle;
use csp::sync::atomic::Int64;
use csp::sync::{Mutex, RacingCell, WaitGroup};
use csp::time::now;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::rounds::{Spread, ns_each, untraced};

choice! {
    /// The counter of the traced part.
    enum Kind {
        Mutex = "mutex", text("Mutex", "互斥锁");
        Atomic = "atomic", text("Atomic", "原子变量");
        Plain = "plain", text("Unprotected", "不加保护");
    }
}

parameters! {
    struct Parameters {
        goroutines: u64 = 10, in 1..=64, unit text("goroutines", "个"),
            label text("Goroutines", "goroutine 个数"),
            help text("How many goroutines share the counter", "多少个 goroutine 共用一个计数器");
        increments: u64 = 10_000_000, in 1000..=10_000_000, unit text("increments", "次"),
            label text("Increments", "累加次数"),
            help text(
                "How often the counter is incremented in all, in each measured round",
                "每一轮测量中，计数器一共累加多少次",
            );
        counter: Kind = Kind::Atomic,
            label text("Counter in the picture", "图中的计数器"),
            help text(
                "Which of the three the traced part uses; all three are measured",
                "图中那一小段用哪一种计数器；三种都会测量",
            );
    }
}

/// Rounds, each with every side once. Ten million increments take a tenth of a
/// second or two behind the lock, so that all rounds stay within two.
const ROUNDS: usize = 3;

/// Increments of each goroutine in the traced part: enough to meet each other,
/// few enough to be told apart.
const SHOWN: u64 = 10;

const MUTEX_NS: MetricSpec = MetricSpec::new(
    "mutex_ns",
    text("An increment behind the lock", "加锁累加一次"),
    Some(text("ns", "ns")),
)
.with_spread();

const ATOMIC_NS: MetricSpec = MetricSpec::new(
    "atomic_ns",
    text("An atomic increment", "原子累加一次"),
    Some(text("ns", "ns")),
)
.with_spread();

const PLAIN_NS: MetricSpec = MetricSpec::new(
    "plain_ns",
    text("An unprotected increment", "不加保护累加一次"),
    Some(text("ns", "ns")),
)
.with_spread();

const RATIO: MetricSpec = MetricSpec::new(
    "ratio",
    text("Lock over atomic", "加锁耗时与原子耗时之比"),
    Some(text("times", "倍")),
)
.with_spread();

const PLAIN_LOST: MetricSpec = MetricSpec::new(
    "plain_lost",
    text(
        "Unprotected increments lost, measured part",
        "测量中不加保护时丢失的累加",
    ),
    Some(text("increments", "次")),
)
.with_spread();

const LOST: MetricSpec = MetricSpec::new(
    "lost",
    text("Increments lost in the picture", "图中丢失的累加"),
    Some(text("increments", "次")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "atomic-vs-mutex",
    chapter: 4,
    title: text("Atomic against mutex", "原子操作与互斥锁"),
    summary: text(
        "One counter for many goroutines: what a lock costs, what an atomic costs, what neither loses",
        "多个 goroutine 共用一个计数器：加锁多贵，原子操作多贵，什么都不用会丢多少",
    ),
    timed: true,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[MUTEX_NS, ATOMIC_NS, PLAIN_NS, RATIO, PLAIN_LOST, LOST],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("atomic_vs_mutex.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let expected = params.goroutines * SHOWN;
    let counter = Counter::new(params.counter);
    let counted = count(counter, params.goroutines, expected).await;
    csp::println!("{}: {counted} of {expected}", params.counter.name());
    lab.metric(LOST.name, expected as f64 - counted as f64);

    // Virtual time has nothing to measure.
    if Handle::current().is_some() {
        measure(params.goroutines, params.increments, &lab).await;
    }
}

// lesson:begin main
/// Increments the counter `total` times from several goroutines.
async fn count(counter: Counter, goroutines: u64, total: u64) -> i64 {
    let (counter, adders) = (Arc::new(counter), WaitGroup::new());
    for id in 0..goroutines {
        let counter = counter.clone();
        let share = total / goroutines + u64::from(id < total % goroutines);
        adders.go_named(format!("adder {}", id + 1), async move {
            for _ in 0..share {
                counter.increment().await;
            }
        });
    }
    adders.wait().await;
    counter.value().await
}

enum Counter {
    Mutex(Mutex<i64>),
    Atomic(Int64),
    Plain(RacingCell), // as a plain int of Go: each access goes through, no two together
}

impl Counter {
    async fn increment(&self) {
        match self {
            Counter::Mutex(count) => *count.lock().await += 1,
            Counter::Atomic(count) => {
                count.add(1).await;
            }
            Counter::Plain(count) => {
                let read = count.load().await;
                count.store(read + 1).await; // another may have stored meanwhile
            }
        }
    }

    async fn value(&self) -> i64 {
        match self {
            Counter::Mutex(count) => *count.lock().await,
            Counter::Atomic(count) => count.load().await,
            Counter::Plain(count) => count.load().await,
        }
    }
}
// lesson:end main

impl Counter {
    fn new(kind: Kind) -> Counter {
        match kind {
            Kind::Mutex => Counter::Mutex(Mutex::named("count", 0)),
            Kind::Atomic => Counter::Atomic(Int64::named("count", 0)),
            Kind::Plain => Counter::Plain(RacingCell::named("count", 0)),
        }
    }
}

/// What one side did in one round.
struct Measured {
    /// Nanoseconds an increment.
    ns: f64,
    lost: f64,
}

/// Increments a counter of this kind in a run of its own.
async fn one(kind: Kind, goroutines: u64, total: u64) -> Measured {
    untraced(csp::procs(), async move {
        let start = now();
        let counted = count(Counter::new(kind), goroutines, total).await;
        Measured {
            ns: ns_each(start.elapsed(), total),
            lost: total as f64 - counted as f64,
        }
    })
    .await
}

async fn measure(goroutines: u64, increments: u64, lab: &Lab) {
    let [mut mutex, mut atomic, mut plain, mut ratio, mut lost] = [const { Vec::new() }; 5];
    for _ in 0..ROUNDS {
        let locked = one(Kind::Mutex, goroutines, increments).await;
        let added = one(Kind::Atomic, goroutines, increments).await;
        let raced = one(Kind::Plain, goroutines, increments).await;
        mutex.push(locked.ns);
        atomic.push(added.ns);
        plain.push(raced.ns);
        ratio.push(locked.ns / added.ns);
        lost.push(raced.lost);
    }
    let sides = [
        (MUTEX_NS, mutex),
        (ATOMIC_NS, atomic),
        (PLAIN_NS, plain),
        (RATIO, ratio),
        (PLAIN_LOST, lost),
    ];
    for (metric, measured) in sides {
        let spread = Spread::of(measured);
        lab.spread(metric, &spread);
        let unit = metric.unit.map_or("", |unit| unit.en);
        csp::println!("{}: {:.1} {unit}", metric.label.en, spread.median);
    }
}
