//! A stack for many goroutines, with a lock and without: Treiber's, once with
//! tags and once with epochs.

use std::hint::black_box;
use std::sync::Arc;

use csp::Chan;
use csp::patterns::{EpochStack, TaggedStack};
use csp::sync::{Mutex, WaitGroup};
use csp::time::{Instant, now};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::rounds::{Spread, ns_each, untraced};

parameters! {
    struct Parameters {
        goroutines: u64 = 8, in 1..=64, unit text("goroutines", "个"),
            label text("Goroutines", "goroutine 个数"),
            help text("How many goroutines push and pop", "多少个 goroutine 同时入栈、出栈");
        pairs: u64 = 400_000, in 1000..=1_000_000, unit text("pairs", "对"),
            label text("Pushes and pops", "入栈出栈次数"),
            help text(
                "How many times, over all goroutines, a value is pushed and one is popped",
                "所有 goroutine 合计，入栈一个值再出栈一个值，共做多少次",
            );
        work: u64 = 0, in 0..=200, unit text("steps", "步"),
            label text("Work in between", "两次之间的工作"),
            help text(
                "How long a goroutine computes after each push and each pop; less work is more contention",
                "每次入栈、出栈之后计算多久；工作越少，争用越激烈",
            );
    }
}

/// Rounds, each with every side once.
const ROUNDS: usize = 3;
/// Values in the stack before it is used, so that a pop finds one.
const BELOW: u64 = 64;
/// Room for those and for one of each goroutine.
const CAPACITY: usize = 128;
/// Goroutines and pairs of each in the traced part.
const SHOWN: (u64, u64) = (3, 5);

const MUTEX_NS: MetricSpec = MetricSpec::new(
    "mutex_ns",
    text("Push and pop, mutex", "入栈加出栈，互斥锁"),
    Some(text("ns", "ns")),
)
.with_spread();

const TAGGED_NS: MetricSpec = MetricSpec::new(
    "tagged_ns",
    text(
        "Push and pop, lock-free with tags",
        "入栈加出栈，无锁（版本号）",
    ),
    Some(text("ns", "ns")),
)
.with_spread();

const EPOCH_NS: MetricSpec = MetricSpec::new(
    "epoch_ns",
    text(
        "Push and pop, lock-free with epochs",
        "入栈加出栈，无锁（epoch）",
    ),
    Some(text("ns", "ns")),
)
.with_spread();

const RATIO: MetricSpec = MetricSpec::new(
    "ratio",
    text("Mutex over tags", "互斥锁耗时与版本号耗时之比"),
    Some(text("times", "倍")),
)
.with_spread();

const TAGGED_RETRIES: MetricSpec = MetricSpec::new(
    "tagged_retries",
    text("Retries in 1000 pairs, tags", "每千对重试，版本号"),
    None,
)
.with_spread();

const EPOCH_RETRIES: MetricSpec = MetricSpec::new(
    "epoch_retries",
    text("Retries in 1000 pairs, epochs", "每千对重试，epoch"),
    None,
)
.with_spread();

const MISSING: MetricSpec = MetricSpec::new(
    "missing",
    text(
        "Sum pushed, less the sum that came out",
        "入栈总和减去取出总和",
    ),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "lock-free-stack",
    chapter: 4,
    title: text("Lock-free stack", "无锁栈"),
    summary: text(
        "A stack by compare-and-swap against one behind a lock, and how often the swap has to be tried again",
        "用 compare-and-swap 实现的栈与加锁的栈相比如何，以及要重试多少次",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "It compares speeds, which virtual time does not have",
        "比较的是速度，而虚拟时间里没有速度可言",
    )),
    params: Parameters::specs,
    metrics: &[
        MUTEX_NS,
        TAGGED_NS,
        EPOCH_NS,
        RATIO,
        TAGGED_RETRIES,
        EPOCH_RETRIES,
        MISSING,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("lock_free_stack.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        goroutines,
        pairs,
        work,
    } = params;
    let (users, each) = SHOWN;
    let shown = use_stack(TaggedStack::new(CAPACITY), users, users * each, 0).await;
    csp::println!("{users} goroutines pushed and popped {each} values each");
    let mut missing = shown.missing;

    let [mut mutex, mut tagged, mut epoch, mut ratio] = [const { Vec::new() }; 4];
    let [mut tagged_retries, mut epoch_retries] = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        let locked = one(Mutex::new(Vec::new()), goroutines, pairs, work).await;
        let tags = one(TaggedStack::new(CAPACITY), goroutines, pairs, work).await;
        let epochs = one(EpochStack::new(), goroutines, pairs, work).await;
        mutex.push(locked.ns);
        tagged.push(tags.ns);
        epoch.push(epochs.ns);
        ratio.push(locked.ns / tags.ns);
        tagged_retries.push(tags.retries);
        epoch_retries.push(epochs.retries);
        missing += locked.missing + tags.missing + epochs.missing;
    }
    lab.metric(MISSING.name, missing as f64);
    let sides = [
        (MUTEX_NS, mutex),
        (TAGGED_NS, tagged),
        (EPOCH_NS, epoch),
        (RATIO, ratio),
        (TAGGED_RETRIES, tagged_retries),
        (EPOCH_RETRIES, epoch_retries),
    ];
    for (metric, measured) in sides {
        let spread = Spread::of(measured);
        lab.spread(metric, &spread);
        let unit = metric.unit.map_or("", |unit| unit.en);
        csp::println!("{}: {:.1} {unit}", metric.label.en, spread.median);
    }
}

// lesson:begin main
/// Several goroutines share a stack: each pushes a value and pops one, again and again.
async fn use_stack<S: Stack>(stack: S, goroutines: u64, pairs: u64, work: u64) -> Used {
    for value in 0..BELOW {
        stack.push(value).await; // so that a pop always finds one
    }
    let (stack, users) = (Arc::new(stack), WaitGroup::new());
    let sums = csp::chan(goroutines as usize);
    let start = now();
    for id in 0..goroutines {
        let (stack, sums) = (stack.clone(), sums.clone());
        users.go_named(format!("user {}", id + 1), async move {
            let mut sum = 0;
            for value in (id..pairs).step_by(goroutines as usize) {
                stack.push(value).await;
                spin(work);
                sum += value as i64 - stack.pop().await.map_or(0, |top| top as i64);
                spin(work);
            }
            sums.send(sum).await;
        });
    }
    users.wait().await;
    Used::after(start, &*stack, sums, pairs).await
}

trait Stack: Send + Sync + 'static {
    fn push(&self, value: u64) -> impl Future<Output = ()> + Send;
    fn pop(&self) -> impl Future<Output = Option<u64>> + Send;
    /// Compare-and-swaps so far that failed, since another came first.
    fn retries(&self) -> u64;
}

impl Stack for Mutex<Vec<u64>> {
    async fn push(&self, value: u64) {
        self.lock().await.push(value);
    }
    async fn pop(&self) -> Option<u64> {
        self.lock().await.pop()
    }
    fn retries(&self) -> u64 {
        0 // who does not get the lock waits for it
    }
}

impl Stack for EpochStack<u64> {
    async fn push(&self, value: u64) {
        EpochStack::push(self, value); // one allocation
    }
    async fn pop(&self) -> Option<u64> {
        EpochStack::pop(self) // freed once nobody can look at it any more
    }
    fn retries(&self) -> u64 {
        EpochStack::retries(self)
    }
}

impl Stack for TaggedStack<u64> {
    async fn push(&self, value: u64) {
        let full = TaggedStack::push(self, value); // a slot, never freed
        full.expect("it has room for a value of each goroutine");
    }
    async fn pop(&self) -> Option<u64> {
        TaggedStack::pop(self)
    }
    fn retries(&self) -> u64 {
        TaggedStack::retries(self)
    }
}
// lesson:end main

/// Computes for so many steps.
fn spin(steps: u64) {
    for step in 0..steps {
        black_box(step);
    }
}

/// What came of one use of a stack.
struct Used {
    /// Nanoseconds for a push and a pop.
    ns: f64,
    /// Attempts that failed, in 1000 pairs.
    retries: f64,
    /// What was put in less what came out, summed up.
    missing: i64,
}

impl Used {
    /// Begun at `start`; each user has sent what it pushed less what it popped.
    async fn after(start: Instant, stack: &impl Stack, sums: Chan<i64>, pairs: u64) -> Used {
        let took = start.elapsed();
        let retries = stack.retries();
        sums.close();
        let mut missing = (0..BELOW).sum::<u64>() as i64;
        while let Some(sum) = sums.recv().await {
            missing += sum;
        }
        while let Some(value) = stack.pop().await {
            missing -= value as i64;
        }
        Used {
            ns: ns_each(took, pairs),
            retries: retries as f64 * 1000.0 / pairs as f64,
            missing,
        }
    }
}

/// Uses a stack in a run of its own.
async fn one(stack: impl Stack, goroutines: u64, pairs: u64, work: u64) -> Used {
    let procs = csp::procs();
    untraced(procs, use_stack(stack, goroutines, pairs, work)).await
}
