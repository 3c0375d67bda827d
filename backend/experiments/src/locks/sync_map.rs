//! The five operations of `sync.Map`, and three maps for many goroutines on the
//! clock.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;

use csp::sync::{Map, Mutex, RWMutex, WaitGroup};
use csp::time::now;
use foldhash::fast::FixedState;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::rounds::{Spread, ns_each, untraced};

choice! {
    enum Keys {
        Fixed = "fixed", text("Fixed", "固定");
        Changing = "changing", text("Come and go", "有增有删");
    }
}

parameters! {
    struct Parameters {
        goroutines: usize = 8, in 1..=64, unit text("goroutines", "个"),
            label text("Goroutines", "goroutine 个数"),
            help text("How many goroutines use the map at once", "有多少个 goroutine 同时用这个 map");
        reads: u64 = 99, in 0..=100, unit text("of 100", "次（每百次）"),
            label text("Reads", "读的次数"),
            help text("How many of a hundred operations only read", "每一百次操作里有多少次只是读");
        keys: Keys = Keys::Fixed,
            label text("Keys", "键"),
            help text(
                "Whether a write changes the value of a key that is there, or adds and deletes keys",
                "写操作是改已有键的值，还是增加新键、删除旧键",
            );
    }
}

/// Keys in the map: all goroutines use the same ones if they are fixed; else each
/// has its share of them, which moves on.
const KEYS: u64 = 1024;

/// Operations of one side in a round, over all goroutines: some milliseconds.
const OPERATIONS: u64 = 80_000;

/// How often the sides take turns: enough for a median that one disturbance does
/// not move.
const ROUNDS: usize = 9;

const MAP_NS: MetricSpec = MetricSpec::new(
    "map_ns",
    text("sync.Map, an operation", "sync.Map 每次操作"),
    Some(text("ns", "ns")),
)
.with_spread();

const MUTEX_NS: MetricSpec = MetricSpec::new(
    "mutex_ns",
    text("map + Mutex, an operation", "map + Mutex 每次操作"),
    Some(text("ns", "ns")),
)
.with_spread();

const RWMUTEX_NS: MetricSpec = MetricSpec::new(
    "rwmutex_ns",
    text("map + RWMutex, an operation", "map + RWMutex 每次操作"),
    Some(text("ns", "ns")),
)
.with_spread();

const LEFT: MetricSpec = MetricSpec::new(
    "left",
    text("Keys that Range still sees", "最后 Range 还能看到的键"),
    Some(text("keys", "个")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "sync-map",
    chapter: 3,
    title: text("sync.Map", "并发 map：sync.Map"),
    summary: text(
        "The five operations, and which map is quickest for which use, as measured",
        "五个操作；以及实测哪种用法该选哪种 map",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures nanoseconds on this machine's processors, and simulated time passes only \
         where somebody waits",
        "它测的是本机处理器上的纳秒数，而模拟时间只在等待时才会前进",
    )),
    params: Parameters::specs,
    metrics: &[MAP_NS, MUTEX_NS, RWMUTEX_NS, LEFT],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("sync_map.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    lab.metric(LEFT.name, five_operations().await.into());

    let (load, procs) = (Load::new(params), csp::procs());
    let mut measured = [vec![], vec![], vec![]];
    for _ in 0..ROUNDS {
        measured[0].push(untraced(procs, load.run(Map::new())).await);
        measured[1].push(untraced(procs, load.run(Mutex::new(Plain::default()))).await);
        measured[2].push(untraced(procs, load.run(RWMutex::new(Plain::default()))).await);
    }
    for (metric, rounds) in [MAP_NS, MUTEX_NS, RWMUTEX_NS].into_iter().zip(measured) {
        let spread = Spread::of(rounds);
        csp::println!("{}: {:.0} ns", metric.label.en, spread.median);
        lab.spread(metric, &spread);
    }
}

// lesson:begin main
async fn five_operations() -> u32 {
    let ages = Arc::new(Map::named("ages"));
    let all = WaitGroup::named("all");
    for (name, age) in [("ann", 31), ("ben", 27), ("cid", 44)] {
        let ages = ages.clone();
        all.go_named(name, async move { ages.store(name, age).await });
    }
    all.wait().await;

    csp::println!("Load ann: {:?}", ages.load(&"ann").await);
    csp::println!("Load dan: {:?}", ages.load(&"dan").await);

    // One step: of several that come at once, one stores and the others load.
    let (age, loaded) = ages.load_or_store("ben", 99).await;
    csp::println!("LoadOrStore ben: {age}, was there: {loaded}");
    let (age, loaded) = ages.load_or_store("dan", 52).await;
    csp::println!("LoadOrStore dan: {age}, was there: {loaded}");

    csp::println!(
        "LoadAndDelete cid: {:?}",
        ages.load_and_delete(&"cid").await
    );

    let mut left = 0;
    let visit = |name: &&str, age: &i32| {
        csp::println!("Range: {name} is {age}"); // in no certain order
        left += 1;
        true // go on
    };
    ages.range(visit).await;
    left
}
// lesson:end main

/// A plain map, with the hash that `sync::Map` has, so that the locks are what
/// differs.
type Plain = HashMap<u64, u64, FixedState>;

// lesson:begin maps
/// A map that goroutines share.
trait Shared: Send + Sync + 'static {
    fn load(&self, key: u64) -> impl Future<Output = Option<u64>> + Send;
    fn store(&self, key: u64, value: u64) -> impl Future<Output = ()> + Send;
    fn delete(&self, key: u64) -> impl Future<Output = ()> + Send;
}

impl Shared for Map<u64, u64> {
    async fn load(&self, key: u64) -> Option<u64> {
        Map::load(self, &key).await
    }
    async fn store(&self, key: u64, value: u64) {
        Map::store(self, key, value).await;
    }
    async fn delete(&self, key: u64) {
        Map::delete(self, &key).await;
    }
}

impl Shared for Mutex<Plain> {
    async fn load(&self, key: u64) -> Option<u64> {
        self.lock().await.get(&key).copied()
    }
    async fn store(&self, key: u64, value: u64) {
        self.lock().await.insert(key, value);
    }
    async fn delete(&self, key: u64) {
        self.lock().await.remove(&key);
    }
}

impl Shared for RWMutex<Plain> {
    async fn load(&self, key: u64) -> Option<u64> {
        self.read().await.get(&key).copied() // beside other readers
    }
    async fn store(&self, key: u64, value: u64) {
        self.write().await.insert(key, value);
    }
    async fn delete(&self, key: u64) {
        self.write().await.remove(&key);
    }
}
// lesson:end maps

/// What one side is to do.
#[derive(Clone, Copy)]
struct Load {
    goroutines: u64,
    /// Operations of each goroutine.
    each: u64,
    /// Of a hundred operations.
    reads: u64,
    keys: Keys,
}

impl Load {
    fn new(params: Parameters) -> Self {
        let goroutines = params.goroutines as u64;
        Load {
            goroutines,
            each: OPERATIONS.div_ceil(goroutines),
            reads: params.reads,
            keys: params.keys,
        }
    }

    /// Lets the goroutines at a map that is empty; ns an operation.
    async fn run(self, map: impl Shared) -> f64 {
        let map = Arc::new(map);
        for id in 0..self.goroutines {
            for key in self.keys_of(id) {
                map.store(key, key).await;
            }
        }
        let (all, start) = (WaitGroup::new(), now());
        for id in 0..self.goroutines {
            let map = map.clone();
            all.go(async move { self.goroutine(id, &*map).await });
        }
        all.wait().await;
        ns_each(start.elapsed(), self.goroutines * self.each)
    }

    /// The keys that a goroutine begins with.
    fn keys_of(self, id: u64) -> std::ops::Range<u64> {
        match self.keys {
            Keys::Fixed => 0..KEYS,
            // Far apart: no goroutine ever comes to the keys of another.
            Keys::Changing => {
                let first = id << 32;
                first..first + KEYS / self.goroutines
            }
        }
    }

    async fn goroutine(self, id: u64, map: &impl Shared) {
        let mut keys = self.keys_of(id);
        let mut adds = true;
        for number in 0..self.each {
            // A step that has no divisor in common with the number of keys.
            let key = keys.start + (id * 131 + number * 7) % (keys.end - keys.start);
            // 37 and 100 have none either: each hundred has its share.
            if (number * 37 + id) % 100 < self.reads {
                black_box(map.load(key).await);
            } else if self.keys == Keys::Fixed {
                map.store(key, number).await;
            } else if adds {
                map.store(keys.end, number).await;
                keys.end += 1;
                adds = false;
            } else {
                map.delete(keys.start).await;
                keys.start += 1;
                adds = true;
            }
        }
    }
}
