//! One lock around a map, and a map of many shards with a lock each: how much
//! less goroutines get in each other's way.
//!
//! Keys are texts that exist before the clock starts, and the map is full: what
//! is timed is the lock, the hash and the look-up, and nothing else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use csp::patterns::ShardedMap;
use csp::sync::WaitGroup;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::rounds::{Spread, ns_each, untraced};

parameters! {
    struct Parameters {
        shards: usize = 32, in 1..=256, unit text("shards", "个"),
            label text("Shards", "分片个数"),
            help text(
                "Into how many parts, each with a lock of its own, the map is split",
                "把 map 分成多少份，每份一把锁",
            );
        goroutines: usize = 8, in 1..=64, unit text("goroutines", "个"),
            label text("Goroutines", "goroutine 个数"),
            help text("How many use the map at once", "多少个 goroutine 同时使用这个 map");
        writes: usize = 10, in 0..=100, unit text("in 100", "每 100 次"),
            label text("Writes", "写操作"),
            help text(
                "How many of a hundred operations write; the others read",
                "每一百次操作里有多少次是写，其余都是读",
            );
    }
}

/// Keys in the map.
const KEYS: usize = 1024;
/// Operations of one measurement, over all goroutines.
const OPERATIONS: usize = 400_000;
/// Measurements of each side, which take turns.
const ROUNDS: usize = 9;

const NS_ONE_LOCK: MetricSpec = MetricSpec::new(
    "ns_one_lock",
    text("An operation under one lock", "只有一把锁时的一次操作"),
    Some(text("ns", "ns")),
)
.with_spread();

const NS_SHARDED: MetricSpec = MetricSpec::new(
    "ns_sharded",
    text("An operation on the shards", "分片后的一次操作"),
    Some(text("ns", "ns")),
)
.with_spread();

const SPEED_UP: MetricSpec = MetricSpec::new(
    "speed_up",
    text("One lock over shards", "一把锁与分片之比"),
    Some(text("times", "倍")),
)
.with_spread();

const MET_ONE_LOCK: MetricSpec = MetricSpec::new(
    "met_one_lock",
    text(
        "Operations in a thousand that found the one lock taken",
        "每千次操作中碰上锁已占用的次数（一把锁）",
    ),
    None,
);

const MET_SHARDED: MetricSpec = MetricSpec::new(
    "met_sharded",
    text(
        "Operations in a thousand that found their shard taken",
        "每千次操作中碰上锁已占用的次数（分片）",
    ),
    None,
);

const FULLEST_SHARD: MetricSpec = MetricSpec::new(
    "fullest_shard",
    text("Keys in the fullest shard", "最满的分片里的键"),
    Some(text("keys", "个键")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "sharded-cache",
    chapter: 7,
    title: text("Sharded cache", "分片缓存"),
    summary: text(
        "A map under one lock against a map of many shards, over shards and goroutines",
        "一把锁的 map 与分片的 map：随分片数和 goroutine 数变化的差别",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures what goroutines on several processors lose at one lock, and a simulated run \
         has one thread",
        "它测的是多个处理器上的 goroutine 争一把锁的损失，而模拟运行只有一个线程",
    )),
    params: Parameters::specs,
    metrics: &[
        NS_ONE_LOCK,
        NS_SHARDED,
        SPEED_UP,
        MET_ONE_LOCK,
        MET_SHARDED,
        FULLEST_SHARD,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("sharded_cache.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        shards, goroutines, ..
    } = params;
    let keys: Arc<[String]> = (0..KEYS).map(|number| format!("user:{number}")).collect();

    let cache = fill(shards, goroutines, &keys).await;
    let fullest = fullest(&cache, &keys);
    csp::println!("{} keys; the fullest shard has {fullest}", cache.len());
    lab.metric(FULLEST_SHARD.name, fullest as f64);

    let procs = csp::procs();
    let (mut one_lock, mut sharded) = (Side::default(), Side::default());
    for _ in 0..ROUNDS {
        for (side, shards) in [(&mut one_lock, 1), (&mut sharded, shards)] {
            let load = Load::new(&params, &keys);
            let (took, met) = untraced(procs, measure(shards, load)).await;
            side.add(took, met);
        }
    }
    let speed_up = one_lock.ns.iter().zip(&sharded.ns);
    let speed_up = Spread::of(speed_up.map(|(one, many)| one / many).collect());
    lab.metric(MET_ONE_LOCK.name, one_lock.met_in_a_thousand());
    lab.metric(MET_SHARDED.name, sharded.met_in_a_thousand());
    let (one_lock, sharded) = (Spread::of(one_lock.ns), Spread::of(sharded.ns));
    lab.spread(NS_ONE_LOCK, &one_lock);
    lab.spread(NS_SHARDED, &sharded);
    lab.spread(SPEED_UP, &speed_up);
    csp::println!("one lock: {:.1} ns an operation", one_lock.median);
    csp::println!("shards, {shards}: {:.1} ns an operation", sharded.median);
}

// lesson:begin main
/// What each goroutine does: mostly reads, now and then a write.
async fn work(cache: Arc<ShardedMap<String, u64>>, load: Load, first: usize) {
    let mut sum = 0;
    for n in first..first + load.each {
        let key = load.key(n); // made before the clock starts
        if load.is_write(n) {
            cache.update(key.clone(), || 0, |value| *value += 1);
        } else {
            sum += cache.get(key).unwrap_or(0);
        }
    }
    std::hint::black_box(sum);
}

/// Time of all goroutines, and operations that found their shard taken.
/// One shard is one lock around everything.
async fn measure(shards: usize, load: Load) -> (Duration, u64) {
    let cache = Arc::new(ShardedMap::with_shards(shards));
    for key in load.keys.iter() {
        cache.insert(key.clone(), 0); // a full map: reads find something
    }

    let all = WaitGroup::new();
    let start = Instant::now();
    for id in 0..load.goroutines {
        all.go(work(cache.clone(), load.clone(), id * load.each));
    }
    all.wait().await;
    (start.elapsed(), cache.contended())
}
// lesson:end main

/// A full map, filled by several goroutines: the part that the picture shows.
async fn fill(
    shards: usize,
    goroutines: usize,
    keys: &Arc<[String]>,
) -> Arc<ShardedMap<String, u64>> {
    let cache = Arc::new(ShardedMap::with_shards(shards));
    let all = WaitGroup::named("filled");
    for id in 0..goroutines {
        let (cache, keys) = (cache.clone(), keys.clone());
        all.go_named(format!("writer {}", id + 1), async move {
            for key in keys.iter().skip(id).step_by(goroutines) {
                cache.insert(key.clone(), 0);
            }
        });
    }
    all.wait().await;
    cache
}

/// Keys in the shard that has most of them.
fn fullest(cache: &ShardedMap<String, u64>, keys: &[String]) -> usize {
    let mut held = vec![0; cache.shards()];
    for key in keys {
        held[cache.shard_of(key.as_str())] += 1;
    }
    held.into_iter().max().unwrap_or(0)
}

/// What is done to the map.
#[derive(Clone)]
struct Load {
    keys: Arc<[String]>,
    goroutines: usize,
    /// Operations of each goroutine.
    each: usize,
    writes: usize,
}

impl Load {
    fn new(params: &Parameters, keys: &Arc<[String]>) -> Self {
        Load {
            keys: keys.clone(),
            goroutines: params.goroutines,
            each: OPERATIONS / params.goroutines,
            writes: params.writes,
        }
    }

    /// The key of operation `n`: all in turn, in steps that visit every one.
    fn key(&self, n: usize) -> &String {
        const STEP: usize = 389; // prime to the number of keys
        &self.keys[n * STEP % KEYS]
    }

    /// Whether operation `n` writes; evenly spread.
    fn is_write(&self, n: usize) -> bool {
        const STEP: usize = 37; // prime to a hundred
        n * STEP % 100 < self.writes
    }
}

/// What the rounds of one side measured.
#[derive(Default)]
struct Side {
    ns: Vec<f64>,
    met: u64,
}

impl Side {
    fn add(&mut self, took: Duration, met: u64) {
        self.ns.push(ns_each(took, OPERATIONS as u64));
        self.met += met;
    }

    fn met_in_a_thousand(&self) -> f64 {
        self.met as f64 * 1000.0 / (OPERATIONS * ROUNDS) as f64
    }
}
