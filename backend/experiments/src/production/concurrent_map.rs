//! A map that several goroutines write: unguarded it ends the program, and
//! nothing recovers that.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csp::sync::{Map, Mutex, UnguardedMap, WaitGroup};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};

choice! {
    /// What stands between the goroutines and the map.
    enum Guard {
        Nothing = "none", text("nothing", "没有保护");
        Mutex = "mutex", text("a Mutex", "用 Mutex");
        SyncMap = "sync-map", text("a sync.Map", "用 sync.Map");
    }
}

parameters! {
    struct Parameters {
        guard: Guard = Guard::Nothing,
            label text("Guard", "保护方式"),
            help text(
                "What keeps the goroutines apart: nothing, a Mutex around a plain map, or a sync.Map",
                "用什么把各 goroutine 隔开：没有保护、给普通 map 加 Mutex，或者用 sync.Map",
            );
        writers: u64 = 4, in 1..=16, unit text("goroutines", "个"),
            label text("Writers", "写的 goroutine"),
            help text(
                "How many goroutines write, each to keys of its own",
                "有多少个 goroutine 在写，各写各的 key",
            );
        readers: u64 = 0, in 0..=16, unit text("goroutines", "个"),
            label text("Readers", "读的 goroutine"),
            help text("How many goroutines read", "有多少个 goroutine 在读");
        batches: u64 = 1000, in 1..=2000, unit text("batches", "批"),
            label text("Batches of each", "每个的批数"),
            help text(
                "How many batches each goroutine writes or reads, a thousand keys in each",
                "每个 goroutine 写或读多少批，每批一千个 key",
            );
        recover: bool = true,
            label text("Recover", "捕获 panic"),
            help text(
                "Each goroutine has a recover around its work",
                "每个 goroutine 都用 recover 包住自己的工作",
            );
    }
}

/// Keys of a batch, and of a writer: each has its own.
const KEYS: u64 = 1000;

const FINISHED: MetricSpec = MetricSpec::new(
    "finished",
    text(
        "Goroutines that did all their work",
        "做完全部工作的 goroutine",
    ),
    None,
);

const RECOVERED: MetricSpec = MetricSpec::new(
    "recovered",
    text("Errors that recover caught", "recover 捕获的错误"),
    None,
);

const KEYS_AT_END: MetricSpec = MetricSpec::new(
    "keys",
    text("Keys in the map at the end", "结束时 map 里的 key"),
    Some(text("keys", "个")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "concurrent-map",
    chapter: 8,
    title: text("Concurrent map writes", "并发写 map"),
    summary: text(
        "Two goroutines write one map: a fatal error, which no recover catches",
        "两个 goroutine 同时写一个 map：致命错误，recover 也捕获不了",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[FINISHED, RECOVERED, KEYS_AT_END],
    breaks: &[Break::Fatal],
    takes_task_body: false,
    file: file!(),
    source: include_str!("concurrent_map.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        writers,
        readers,
        batches,
        recover,
        ..
    } = params;
    let figures = Figures::new(lab);
    csp::println!("{writers} goroutines write, {readers} read");

    // lesson:begin main
    let counts = Arc::new(Counts::new(params.guard));
    let all = WaitGroup::named("all");
    let start = csp::chan_named::<()>("start", 0);
    for id in 0..writers + readers {
        let name = if id < writers { "writer" } else { "reader" };
        let (start, counts) = (start.receiver(), counts.clone());
        let work = async move {
            start.recv().await; // until all are there
            for n in 0..batches {
                match name {
                    "writer" => counts.set(id * KEYS, n).await, // no two writers share a key
                    _ => counts.get(0).await,
                }
            }
        };
        let figures = figures.clone();
        all.go_named(format!("{name} {id}"), async move {
            if recover {
                let end = csp::recover(work).await; // would catch a panic
                figures.ended(end.is_ok());
            } else {
                work.await;
                figures.ended(true);
            }
        });
    }
    start.close();
    all.wait().await;
    // lesson:end main

    let keys = counts.len().await;
    figures.lab.metric(KEYS_AT_END.name, keys as f64);
    csp::println!("{keys} keys");
}

// lesson:begin guards
enum Counts {
    Plain(UnguardedMap<u64, u64>), // Go's map[int]int
    Locked(Mutex<UnguardedMap<u64, u64>>),
    SyncMap(Map<u64, u64>),
}

impl Counts {
    /// Writes a batch of keys.
    async fn set(&self, first: u64, value: u64) {
        match self {
            Counts::Plain(map) => set_all(map, first, value).await,
            Counts::Locked(map) => set_all(&*map.lock().await, first, value).await,
            Counts::SyncMap(map) => {
                for key in first..first + KEYS {
                    map.store(key, value).await;
                }
            }
        }
    }
}

async fn set_all(map: &UnguardedMap<u64, u64>, first: u64, value: u64) {
    for key in first..first + KEYS {
        map.insert(key, value).await; // m[key] = value
    }
}
// lesson:end guards

impl Counts {
    /// Reads a batch of keys.
    async fn get(&self, first: u64) {
        match self {
            Counts::Plain(map) => get_all(map, first).await,
            Counts::Locked(map) => get_all(&*map.lock().await, first).await,
            Counts::SyncMap(map) => {
                for key in first..first + KEYS {
                    map.load(&key).await;
                }
            }
        }
    }

    fn new(guard: Guard) -> Self {
        match guard {
            Guard::Nothing => Counts::Plain(UnguardedMap::named("counts")),
            Guard::Mutex => Counts::Locked(Mutex::named("mu", UnguardedMap::named("counts"))),
            Guard::SyncMap => Counts::SyncMap(Map::named("counts")),
        }
    }

    async fn len(&self) -> u64 {
        let mut len = 0;
        match self {
            Counts::Plain(map) => len = map.len() as u64,
            Counts::Locked(map) => len = map.lock().await.len() as u64,
            Counts::SyncMap(map) => {
                let count = |_: &u64, _: &u64| {
                    len += 1;
                    true
                };
                map.range(count).await;
            }
        }
        len
    }
}

async fn get_all(map: &UnguardedMap<u64, u64>, first: u64) {
    for key in first..first + KEYS {
        map.get(&key).await;
    }
}

/// How the goroutines ended.
#[derive(Clone)]
struct Figures {
    finished: Arc<AtomicU64>,
    recovered: Arc<AtomicU64>,
    lab: Lab,
}

impl Figures {
    fn new(lab: Lab) -> Self {
        lab.zero(&[FINISHED, RECOVERED, KEYS_AT_END]);
        Figures {
            finished: Arc::default(),
            recovered: Arc::default(),
            lab,
        }
    }

    /// A goroutine ended: with all it had to do, or by an error that was caught.
    fn ended(&self, well: bool) {
        let (count, metric) = match well {
            true => (&self.finished, FINISHED),
            false => (&self.recovered, RECOVERED),
        };
        let count = count.fetch_add(1, Ordering::Relaxed) + 1;
        self.lab.metric(metric.name, count as f64);
    }
}
