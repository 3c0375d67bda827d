//! Goroutines that do nothing: what it costs to make one and to wait for its
//! end, from a hundred to a million, beside threads of the system.

use std::thread;
use std::time::{Duration, Instant};

use csp::native::blocking;
use csp::sync::WaitGroup;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::rounds::{Spread, ns_each, untraced};

choice! {
    /// The largest number of goroutines that is measured.
    enum Largest {
        K1 = "1k", text("1 thousand", "1 千");
        K10 = "10k", text("10 thousand", "1 万");
        K100 = "100k", text("100 thousand", "10 万");
        M1 = "1m", text("1 million", "100 万");
    }
}

parameters! {
    struct Parameters {
        shown: u64 = 10, in 1..=300, unit text("goroutines", "个"),
            label text("Goroutines in the picture", "图中的 goroutine"),
            help text(
                "How many are made in the part that is drawn, before anything is measured",
                "画在图上的部分里创建多少个；测量在这之后才开始",
            );
        largest: Largest = Largest::M1,
            label text("Largest number", "最多创建"),
            help text(
                "Where the measuring ends, which begins with a hundred goroutines",
                "从一百个 goroutine 开始测，测到多少为止",
            );
        threads: u64 = 200, in 10..=1000, unit text("threads", "个"),
            label text("Threads", "线程个数"),
            help text(
                "How many threads of the system are made for comparison, in each round",
                "每一轮中创建多少个操作系统线程来比较",
            );
    }
}

/// The book's sizes, each with the figure that it has.
const SIZES: [(u64, MetricSpec); 5] = [
    (100, NS_100),
    (1000, NS_1K),
    (10_000, NS_10K),
    (100_000, NS_100K),
    (1_000_000, NS_1M),
];

/// Rounds, in each of which every size and the threads have their turn.
const ROUNDS: usize = 3;

const fn ns(name: &'static str, en: &'static str, zh: &'static str) -> MetricSpec {
    MetricSpec::new(name, text(en, zh), Some(text("ns", "ns"))).with_spread()
}

const NS_100: MetricSpec = ns("ns_100", "Each of 100 goroutines", "100 个 goroutine，每个");
const NS_1K: MetricSpec = ns("ns_1k", "Each of 1 thousand", "1 千个，每个");
const NS_10K: MetricSpec = ns("ns_10k", "Each of 10 thousand", "1 万个，每个");
const NS_100K: MetricSpec = ns("ns_100k", "Each of 100 thousand", "10 万个，每个");
const NS_1M: MetricSpec = ns("ns_1m", "Each of 1 million", "100 万个，每个");

const THREAD_US: MetricSpec = MetricSpec::new(
    "thread_us",
    text("Each of the threads", "线程，每个"),
    Some(text("µs", "µs")),
)
.with_spread();

const RATIO: MetricSpec = MetricSpec::new(
    "ratio",
    text(
        "A thread takes so much longer than one of the largest number",
        "线程是最多一组 goroutine 的",
    ),
    Some(text("times", "倍")),
);

const MADE: MetricSpec = MetricSpec::new(
    "made",
    text("Goroutines made in a round", "一轮创建的 goroutine"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "goroutine-creation",
    chapter: 1,
    title: text(
        "Making goroutines, and threads",
        "创建 goroutine 与创建线程",
    ),
    summary: text(
        "What one goroutine costs to make and to wait for, from a hundred to a million of them",
        "从一百个到一百万个，创建并等完一个 goroutine 要多久",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures how long this machine needs for a goroutine and for a thread, \
         and a simulated run has neither threads nor a clock",
        "它测的是本机创建 goroutine 和线程要多久，而模拟运行里既没有线程也没有时钟",
    )),
    params: Parameters::specs,
    metrics: &[
        NS_100, NS_1K, NS_10K, NS_100K, NS_1M, THREAD_US, RATIO, MADE,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("goroutine_creation.rs"),
    prepare: |given| Program::new(given, program),
};

impl Largest {
    fn count(self) -> u64 {
        match self {
            Largest::K1 => 1000,
            Largest::K10 => 10_000,
            Largest::K100 => 100_000,
            Largest::M1 => 1_000_000,
        }
    }
}

async fn program(params: Parameters, lab: Lab) {
    goroutines(params.shown).await;
    csp::println!("{} goroutines drawn", params.shown);

    let largest = params.largest.count();
    let sizes = SIZES.iter().filter(|(count, _)| *count <= largest);
    let mut of_goroutines: Vec<_> = sizes.map(|size| (size, Vec::new())).collect();
    let mut of_threads = Vec::new();
    let mut made = 0;
    for _ in 0..ROUNDS {
        made = 0;
        for ((count, _), measured) in &mut of_goroutines {
            let count = *count;
            let run = async move { (goroutines(count).await, csp::totals().goroutines - 1) };
            let (time, goroutines) = untraced(csp::procs(), run).await;
            measured.push(ns_each(time, count));
            made += goroutines; // all but main
        }
        let count = params.threads;
        let time = blocking(move || threads(count)).await;
        of_threads.push(ns_each(time, count) / 1e3);
    }
    lab.metric(MADE.name, made as f64);

    let thread = Spread::of(of_threads);
    lab.spread(THREAD_US, &thread);
    for ((count, metric), measured) in of_goroutines {
        let goroutine = Spread::of(measured);
        lab.spread(*metric, &goroutine);
        lab.metric(RATIO.name, thread.median * 1e3 / goroutine.median);
        csp::println!("{count} goroutines: {:.0} ns each", goroutine.median);
    }
    csp::println!("{} threads: {:.1} µs each", params.threads, thread.median);
}

// lesson:begin main
/// Makes so many goroutines that do nothing, and waits for the last of them.
async fn goroutines(count: u64) -> Duration {
    let (start, all) = (Instant::now(), WaitGroup::named("all"));
    for _ in 0..count {
        all.go(async {}); // does nothing
    }
    all.wait().await;
    start.elapsed()
}

/// Makes so many threads that do nothing, and waits for the last of them.
fn threads(count: u64) -> Duration {
    let start = Instant::now();
    let all: Vec<_> = (0..count).map(|_| thread::spawn(|| {})).collect();
    for thread in all {
        thread.join().expect("it does nothing");
    }
    start.elapsed()
}
// lesson:end main
