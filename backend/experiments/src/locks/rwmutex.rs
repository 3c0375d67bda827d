//! A cache that many read and one writes: reads overlap, and a writer that waits
//! keeps new readers out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use csp::sync::{RWMutex, ReadGuard, WaitGroup, WriteGuard};
use csp::time::{Instant, now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    enum Readers {
        Shared = "rlock", text("RLock: together", "RLock：共享");
        Alone = "lock", text("Lock: alone", "Lock：独占");
    }
}

parameters! {
    struct Parameters {
        readers: usize = 10, in 1..=64, unit text("goroutines", "个"),
            label text("Readers", "读者个数"),
            help text("How many goroutines read the cache", "有多少个 goroutine 读缓存");
        reads: u64 = 3, in 1..=20, unit text("reads", "次"),
            label text("Reads of each", "每个读几次"),
            help text("How often each of them reads", "每个读者读多少次");
        take: Readers = Readers::Shared,
            label text("Readers take", "读者加哪种锁"),
            help text(
                "Which half of the RWMutex the readers lock",
                "读者锁的是 RWMutex 的哪一半",
            );
        read_time: u64 = 200, in 0..=1000, unit text("ms", "ms"),
            label text("A read takes", "一次读耗时"),
            help text(
                "How long a reader holds the lock, before the time scale",
                "读者持有锁多久（未乘时间比例）",
            );
        stagger: u64 = 20, in 0..=200, unit text("ms", "ms"),
            label text("Readers begin apart by", "读者错开"),
            help text(
                "How much later each reader begins than the one before, before the time scale",
                "每个读者比前一个晚多久开始（未乘时间比例）",
            );
        writes: u64 = 1, in 0..=5, unit text("writes", "次"),
            label text("Writes", "写几次"),
            help text("How often the writer writes", "写者一共写多少次");
        writer_starts_after: u64 = 300, in 0..=2000, unit text("ms", "ms"),
            label text("Writer starts after", "写者推迟"),
            help text(
                "When the writer first asks for the lock, before the time scale",
                "写者过多久才来要锁（未乘时间比例）",
            );
        write_time: u64 = 100, in 0..=1000, unit text("ms", "ms"),
            label text("A write takes", "一次写耗时"),
            help text(
                "How long the writer holds the lock, before the time scale",
                "写者持有锁多久（未乘时间比例）",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const PEAK_READERS: MetricSpec = MetricSpec::new(
    "peak_readers",
    text("Most readers inside at once", "同时在读的读者最多"),
    Some(text("readers", "个")),
);

const HELD_BACK: MetricSpec = MetricSpec::new(
    "held_back",
    text(
        "Reads asked for while the writer waited",
        "写者等待期间才来的读",
    ),
    Some(text("reads", "次")),
);

const READER_WAIT_MS: MetricSpec = MetricSpec::new(
    "reader_wait_ms",
    text("Longest wait of a read", "一次读最多等了"),
    Some(text("ms", "ms")),
);

const WRITER_WAIT_MS: MetricSpec = MetricSpec::new(
    "writer_wait_ms",
    text("Longest wait of a write", "一次写最多等了"),
    Some(text("ms", "ms")),
);

const ELAPSED_MS: MetricSpec = MetricSpec::new(
    "elapsed_ms",
    text("Time elapsed", "总用时"),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "rwmutex",
    chapter: 3,
    title: text("RWMutex", "读写锁 RWMutex"),
    summary: text(
        "Ten readers share a cache, one writer waits its turn, and keeps new readers out",
        "十个读者共享缓存，一个写者排队等待，并把后来的读者挡在门外",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        PEAK_READERS,
        HELD_BACK,
        READER_WAIT_MS,
        WRITER_WAIT_MS,
        ELAPSED_MS,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("rwmutex.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        readers,
        reads,
        take,
        writes,
        ..
    } = params;
    let scale = params.time_scale;
    let read_time = scaled(params.read_time, scale);
    let write_time = scaled(params.write_time, scale);
    let stagger = scaled(params.stagger, scale);
    let writer_starts_after = scaled(params.writer_starts_after, scale);
    let figures = Arc::new(Figures::new(lab));
    let start = now();

    // lesson:begin main
    let cache = Arc::new(RWMutex::named("cache", Cache { version: 1 }));
    let all = WaitGroup::named("all");

    for id in 1..=readers {
        let (cache, figures) = (cache.clone(), figures.clone());
        all.go_named(format!("reader {id}"), async move {
            sleep(stagger * (id as u32 - 1)).await;
            for _ in 0..reads {
                let asked = figures.read_asked();
                let page = match take {
                    Readers::Shared => Page::Shared(cache.read().await),
                    Readers::Alone => Page::Alone(cache.write().await),
                };
                figures.read_begins(asked);
                sleep(read_time).await; // reads, and holds the lock
                csp::println!("reader {id}: version {}", page.cache().version);
                figures.read_ends();
            }
        });
    }

    let writer = figures.clone();
    all.go_named("writer", async move {
        sleep(writer_starts_after).await;
        for _ in 0..writes {
            let asked = writer.write_asked();
            let mut cache = cache.write().await; // waits until the readers have left
            writer.write_begins(asked);
            sleep(write_time).await;
            cache.version += 1;
            csp::println!("writer: version {}", cache.version);
        }
    });

    all.wait().await;
    // lesson:end main

    figures.lab.metric(ELAPSED_MS.name, millis(start.elapsed()));
}

/// What is read often and written seldom.
struct Cache {
    version: u32,
}

/// The cache as a reader has it.
enum Page<'a> {
    Shared(ReadGuard<'a, Cache>),
    Alone(WriteGuard<'a, Cache>),
}

impl Page<'_> {
    fn cache(&self) -> &Cache {
        match self {
            Page::Shared(cache) => cache,
            Page::Alone(cache) => cache,
        }
    }
}

/// When a read was asked for, and whether the writer waited then.
struct Asked {
    at: Instant,
    behind_writer: bool,
}

/// Who is inside, and who waits.
struct Figures {
    inside: AtomicU32,
    peak: AtomicU32,
    writer_waits: AtomicBool,
    held_back: AtomicU32,
    longest: std::sync::Mutex<[Duration; 2]>,
    lab: Lab,
}

impl Figures {
    fn new(lab: Lab) -> Self {
        lab.zero(ENTRY.metrics);
        Figures {
            inside: AtomicU32::new(0),
            peak: AtomicU32::new(0),
            writer_waits: AtomicBool::new(false),
            held_back: AtomicU32::new(0),
            longest: std::sync::Mutex::default(),
            lab,
        }
    }

    fn read_asked(&self) -> Asked {
        Asked {
            at: now(),
            behind_writer: self.writer_waits.load(Relaxed),
        }
    }

    fn read_begins(&self, asked: Asked) {
        let inside = self.inside.fetch_add(1, Relaxed) + 1;
        let peak = self.peak.fetch_max(inside, Relaxed).max(inside);
        self.lab.metric(PEAK_READERS.name, peak.into());
        if asked.behind_writer {
            let held_back = self.held_back.fetch_add(1, Relaxed) + 1;
            self.lab.metric(HELD_BACK.name, held_back.into());
        }
        self.waited(0, READER_WAIT_MS.name, asked.at);
    }

    fn read_ends(&self) {
        self.inside.fetch_sub(1, Relaxed);
    }

    fn write_asked(&self) -> Instant {
        self.writer_waits.store(true, Relaxed);
        now()
    }

    fn write_begins(&self, asked: Instant) {
        self.writer_waits.store(false, Relaxed);
        self.waited(1, WRITER_WAIT_MS.name, asked);
    }

    /// A wait that began at `asked` is over.
    fn waited(&self, who: usize, metric: &'static str, asked: Instant) {
        let took = asked.elapsed();
        let mut longest = self
            .longest
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        longest[who] = longest[who].max(took);
        self.lab.metric(metric, millis(longest[who]));
    }
}
