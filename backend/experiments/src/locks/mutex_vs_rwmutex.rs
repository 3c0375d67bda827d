//! The same table behind a Mutex and behind an RWMutex, on the clock.

use std::hint::black_box;
use std::sync::Arc;

use csp::sync::{Mutex, RWMutex, WaitGroup};
use csp::time::{Instant, now};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::compute::{STEPS, compute};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::rounds::{Spread, ns_each, untraced};

parameters! {
    struct Parameters {
        goroutines: usize = 8, in 1..=64, unit text("goroutines", "个"),
            label text("Goroutines", "goroutine 个数"),
            help text("How many goroutines use the table at once", "有多少个 goroutine 同时用这张表");
        reads: u64 = 100, in 0..=100, unit text("of 100", "次（每百次）"),
            label text("Reads", "读的次数"),
            help text("How many of a hundred operations only read", "每一百次操作里有多少次只是读");
        work: u64 = 0, in 0..=2000, unit STEPS,
            label text("Work under the lock", "持锁期间的计算"),
            help text(
                "How much an operation computes while it holds the lock",
                "每次操作在持有锁的时候要算多少步",
            );
    }
}

/// Places in the table.
const SIZE: usize = 1024;

/// Operations of one side in a round, over all goroutines: some milliseconds.
const OPERATIONS: usize = 32_000;

/// The same in the run that the picture shows.
const SHOWN: usize = 160;

/// How often the sides take turns: enough for a median that one disturbance does
/// not move, and about a second with the longest work.
const ROUNDS: usize = 9;

const MUTEX_NS: MetricSpec = MetricSpec::new(
    "mutex_ns",
    text("Mutex, an operation", "Mutex 每次操作"),
    Some(text("ns", "ns")),
)
.with_spread();

const RWMUTEX_NS: MetricSpec = MetricSpec::new(
    "rwmutex_ns",
    text("RWMutex, an operation", "RWMutex 每次操作"),
    Some(text("ns", "ns")),
)
.with_spread();

const RATIO: MetricSpec = MetricSpec::new(
    "ratio",
    text("Mutex over RWMutex", "Mutex 与 RWMutex 之比"),
    Some(text("times", "倍")),
)
.with_spread();

pub(crate) const ENTRY: Entry = Entry {
    id: "mutex-vs-rwmutex",
    chapter: 3,
    title: text("Mutex against RWMutex", "Mutex 对比 RWMutex"),
    summary: text(
        "Nanoseconds an operation, by the share of reads and the number of goroutines",
        "每次操作多少纳秒：随读的比例和 goroutine 个数怎样变",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures nanoseconds on this machine's processors, and simulated time passes only \
         where somebody waits",
        "它测的是本机处理器上的纳秒数，而模拟时间只在等待时才会前进",
    )),
    params: Parameters::specs,
    metrics: &[MUTEX_NS, RWMUTEX_NS, RATIO],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("mutex_vs_rwmutex.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let load = |operations: usize| Load {
        goroutines: params.goroutines,
        each: operations.div_ceil(params.goroutines),
        reads: params.reads,
        work: params.work,
    };
    // What the picture shows: both sides at work, one after the other.
    with_mutex(load(SHOWN)).await;
    with_rwmutex(load(SHOWN)).await;

    let (procs, load) = (csp::procs(), load(OPERATIONS));
    let (mut mutex, mut rwmutex, mut ratio) = (vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        let alone = untraced(procs, with_mutex(load)).await;
        let shared = untraced(procs, with_rwmutex(load)).await;
        mutex.push(alone);
        rwmutex.push(shared);
        ratio.push(alone / shared);
    }
    let (mutex, rwmutex) = (Spread::of(mutex), Spread::of(rwmutex));
    csp::println!("Mutex:   {:.0} ns an operation", mutex.median);
    csp::println!("RWMutex: {:.0} ns an operation", rwmutex.median);
    lab.spread(MUTEX_NS, &mutex);
    lab.spread(RWMUTEX_NS, &rwmutex);
    lab.spread(RATIO, &Spread::of(ratio));
}

// lesson:begin main
async fn with_mutex(load: Load) -> f64 {
    let table = Arc::new(Mutex::named("mutex", [0_u64; SIZE]));
    let (all, start) = (WaitGroup::new(), now());
    for id in 1..=load.goroutines {
        let table = table.clone();
        all.go_named(format!("mutex {id}"), async move {
            for operation in load.operations(id) {
                let mut table = table.lock().await; // readers too, one at a time
                compute(load.work);
                match operation {
                    Operation::Read(place) => _ = black_box(table[place]),
                    Operation::Write(place) => table[place] += 1,
                }
            }
        });
    }
    all.wait().await;
    load.ns_per_operation(start)
}

async fn with_rwmutex(load: Load) -> f64 {
    let table = Arc::new(RWMutex::named("rwmutex", [0_u64; SIZE]));
    let (all, start) = (WaitGroup::new(), now());
    for id in 1..=load.goroutines {
        let table = table.clone();
        all.go_named(format!("rwmutex {id}"), async move {
            for operation in load.operations(id) {
                match operation {
                    Operation::Read(place) => {
                        let table = table.read().await; // beside other readers
                        compute(load.work);
                        black_box(table[place]);
                    }
                    Operation::Write(place) => {
                        let mut table = table.write().await; // alone
                        compute(load.work);
                        table[place] += 1;
                    }
                }
            }
        });
    }
    all.wait().await;
    load.ns_per_operation(start)
}
// lesson:end main

/// What a goroutine does with the table.
enum Operation {
    Read(usize),
    Write(usize),
}

/// What one side is to do.
#[derive(Clone, Copy)]
struct Load {
    goroutines: usize,
    /// Operations of each.
    each: usize,
    /// Of a hundred operations.
    reads: u64,
    work: u64,
}

impl Load {
    /// The operations of a goroutine: the same on both sides, mixed evenly.
    fn operations(self, id: usize) -> impl Iterator<Item = Operation> {
        (0..self.each).map(move |number| {
            let place = (id * 131 + number * 7) % SIZE;
            // 37 and 100 have no common divisor: each hundred has its share.
            match (number as u64 * 37 + id as u64) % 100 < self.reads {
                true => Operation::Read(place),
                false => Operation::Write(place),
            }
        })
    }

    /// The time since `start` by the number of operations of all.
    fn ns_per_operation(self, start: Instant) -> f64 {
        ns_each(start.elapsed(), (self.goroutines * self.each) as u64)
    }
}
