//! How large a buffer should be: four uses of a channel, and what a plain stream
//! costs over the capacity.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use csp::Chan;
use csp::sync::WaitGroup;
use csp::time::{now, sleep};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::rounds::{Spread, untraced};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// What the channel is for: the rows of the guide.
    enum Use {
        Notice = "notice", text("a notice", "同步通知");
        Queue = "queue", text("a task queue", "任务队列");
        Limit = "limit", text("a limit on concurrency", "限制并发数");
        Stage = "stage", text("between two stages", "流水线的两级之间");
    }
}

parameters! {
    struct Parameters {
        purpose as "use": Use = Use::Queue,
            label text("Use", "用途"),
            help text(
                "What the channel of the drawn part is for",
                "画在图上的部分里，通道是做什么用的",
            );
        capacity: usize = 6, in 0..=1024, unit text("values", "个值"),
            label text("Capacity", "缓冲区容量"),
            help text(
                "How many values the channel holds, the drawn one and the measured one",
                "通道最多存多少个值；画图和测量用的是同一个容量",
            );
        workers: u64 = 3, in 1..=16, unit text("workers", "个"),
            label text("Workers", "worker 个数"),
            help text(
                "Workers of the task queue; a limit has four times as many goroutines",
                "任务队列的 worker 个数；用作并发限制时，goroutine 是它的四倍",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const ELAPSED_MS: MetricSpec = MetricSpec::new(
    "elapsed_ms",
    text("Until the drawn part was done", "图中部分用时"),
    Some(text("ms", "ms")),
);

const BLOCKED_SENDS: MetricSpec = MetricSpec::new(
    "blocked_sends",
    text("Sends that blocked, drawn", "图中阻塞的发送"),
    None,
);

const LEFT_BEHIND: MetricSpec = MetricSpec::new(
    "left_behind",
    text(
        "Sends that came back before anybody had the value, drawn",
        "图中还没人拿到值就返回的发送",
    ),
    None,
);

const MOST_AT_ONCE: MetricSpec = MetricSpec::new(
    "most_at_once",
    text("Most at work at once, drawn", "图中最多同时在干活的"),
    Some(text("goroutines", "个")),
);

const PEAK_LEN: MetricSpec = MetricSpec::new(
    "peak_len",
    text("Most values in the buffer, drawn", "图中缓冲区最多存过"),
    Some(text("values", "个值")),
);

const THROUGHPUT: MetricSpec = MetricSpec::new(
    "throughput",
    text("A plain stream, million values", "单纯传值，百万个"),
    Some(text("M/s", "M/s")),
)
.with_spread();

const LATENCY_NS: MetricSpec = MetricSpec::new(
    "latency_ns",
    text(
        "From send to receive in that stream",
        "其中一个值从发送到收到",
    ),
    Some(text("ns", "ns")),
)
.with_spread();

pub(crate) const ENTRY: Entry = Entry {
    id: "channel-capacity",
    chapter: 1,
    title: text("How large a buffer", "缓冲区取多大"),
    summary: text(
        "Four uses of a channel, each with the capacity that suits it, and what more would cost",
        "通道的四种用途，各自适合多大的容量，再大又有什么代价",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures throughput and latency over the capacity, and a simulated run has no clock",
        "它测的是吞吐量和延迟如何随容量变化，而模拟运行里没有时钟",
    )),
    params: Parameters::specs,
    metrics: &[
        THROUGHPUT,
        LATENCY_NS,
        ELAPSED_MS,
        BLOCKED_SENDS,
        LEFT_BEHIND,
        MOST_AT_ONCE,
        PEAK_LEN,
    ],
    // Nobody gets past a limit of none.
    breaks: &[Break::Deadlock],
    takes_task_body: false,
    file: file!(),
    source: include_str!("channel_capacity.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    measure(params.capacity, &lab).await;

    let (name, count) = match params.purpose {
        Use::Notice => ("done", 3),
        Use::Queue => ("tasks", 3 * params.workers),
        Use::Limit => ("limit", 4 * params.workers),
        Use::Stage => ("between", 20),
    };
    let drawn = Drawn {
        ch: csp::chan_named(name, params.capacity).show(|&n: &u64| (n as i64).into()),
        time_scale: params.time_scale,
        at_work: Arc::default(),
        lab,
    };
    let start = now();
    drawn.report(start);
    match params.purpose {
        Use::Notice => notice(&drawn, count).await,
        Use::Queue => queue(&drawn, params.workers, count).await,
        Use::Limit => limit(&drawn, count).await,
        Use::Stage => stage(&drawn, count).await,
    }
    drawn.report(start);
}

// lesson:begin main
/// A notice: each step is done, and somebody is to hear of it.
async fn notice(drawn: &Drawn, steps: u64) {
    let all = WaitGroup::new();
    let worker = drawn.clone();
    all.go_named("worker", async move {
        for step in 1..=steps {
            worker.work(100).await;
            worker.send(step).await; // with capacity 0: from here on it was heard
            csp::println!("the worker goes on after step {step}");
        }
        worker.ch.close();
    });
    let listener = drawn.clone();
    all.go_named("listener", async move {
        while let Some(step) = listener.ch.recv().await {
            csp::println!("heard of step {step}");
            listener.pause(400).await; // is busy with other things
        }
    });
    all.wait().await;
}

/// A task queue: tasks come in bursts, and a few workers see to them.
async fn queue(drawn: &Drawn, workers: u64, burst: u64) {
    let all = WaitGroup::new();
    for id in 1..=workers {
        let worker = drawn.clone();
        all.go_named(format!("worker {id}"), async move {
            while worker.ch.recv().await.is_some() {
                worker.work(200).await;
            }
        });
    }
    for _ in 0..3 {
        drawn.pause(700).await;
        for task in 1..=burst {
            drawn.send(task).await; // a full queue holds up whoever brings tasks
        }
        csp::println!("a burst of {burst} is handed in");
    }
    drawn.ch.close();
    all.wait().await;
}

/// A limit: whoever has put a token into the channel may work.
async fn limit(drawn: &Drawn, goroutines: u64) {
    let all = WaitGroup::new();
    for id in 1..=goroutines {
        let one = drawn.clone();
        all.go_named(format!("job {id}"), async move {
            one.send(id).await; // waits while as many work as there is room
            one.work(200).await;
            one.ch.recv().await; // makes room
        });
    }
    all.wait().await;
}

/// Two stages, one of which is uneven: every fifth value takes long.
async fn stage(drawn: &Drawn, values: u64) {
    let all = WaitGroup::new();
    let first = drawn.clone();
    all.go_named("uneven", async move {
        for n in 1..=values {
            first.pause(if n % 5 == 0 { 800 } else { 50 }).await;
            first.send(n).await;
        }
        first.ch.close();
    });
    let second = drawn.clone();
    all.go_named("even", async move {
        while second.ch.recv().await.is_some() {
            second.work(200).await;
        }
    });
    all.wait().await;
}
// lesson:end main

/// The drawn part: its channel, and what happens there.
#[derive(Clone)]
struct Drawn {
    ch: Chan<u64>,
    time_scale: f64,
    at_work: Arc<AtWork>,
    lab: Lab,
}

#[derive(Default)]
struct AtWork {
    now: AtomicU64,
    most: AtomicU64,
    left_behind: AtomicU64,
}

impl Drawn {
    async fn pause(&self, millis: u64) {
        sleep(scaled(millis, self.time_scale)).await;
    }

    /// Works so long, counted as one who does.
    async fn work(&self, millis: u64) {
        let now = self.at_work.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.at_work.most.fetch_max(now, Ordering::Relaxed);
        self.pause(millis).await;
        self.at_work.now.fetch_sub(1, Ordering::Relaxed);
    }

    /// Sends, and looks whether the value is in the buffer still.
    async fn send(&self, value: u64) {
        self.ch.send(value).await;
        if !self.ch.is_empty() {
            self.at_work.left_behind.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn report(&self, start: csp::time::Instant) {
        let stats = self.ch.stats();
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64;
        let lab = &self.lab;
        lab.metric(ELAPSED_MS.name, millis(start.elapsed()));
        lab.metric(BLOCKED_SENDS.name, stats.blocked_sends as f64);
        lab.metric(PEAK_LEN.name, stats.peak_len.into());
        lab.metric(LEFT_BEHIND.name, count(&self.at_work.left_behind));
        lab.metric(MOST_AT_ONCE.name, count(&self.at_work.most));
    }
}

/// Values of a measured stream.
const STREAM: u64 = 50_000;
/// One value among so many carries the time of its send.
const STAMPED_EVERY: u64 = 32;
/// Measured streams: an odd number, so that the median was measured.
const ROUNDS: usize = 5;
/// Ps of a measured stream. On one, what a switch costs is all that a buffer can
/// save; on two it would be noise of the system's threads as well.
const PROCS: usize = 1;

/// Measures a plain stream through a channel of this capacity.
async fn measure(capacity: usize, lab: &Lab) {
    let (mut throughput, mut latency) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (all, each) = untraced(PROCS, stream(capacity)).await;
        throughput.push(STREAM as f64 / all.as_secs_f64() / 1e6);
        latency.push(each.as_secs_f64() * 1e9);
    }
    let (throughput, latency) = (Spread::of(throughput), Spread::of(latency));
    lab.spread(THROUGHPUT, &throughput);
    lab.spread(LATENCY_NS, &latency);
    csp::println!(
        "a plain stream: {:.1} million values a second, {:.0} ns from send to receive",
        throughput.median,
        latency.median
    );
}

/// How long all values took, and on average one from its send to its receive.
async fn stream(capacity: usize) -> (Duration, Duration) {
    let values = csp::chan::<Option<Instant>>(capacity);
    let tx = values.sender();
    let start = Instant::now();
    csp::go(async move {
        for n in 0..STREAM {
            tx.send((n % STAMPED_EVERY == 0).then(Instant::now)).await;
        }
        tx.close();
    });
    let (mut on_the_way, mut stamped) = (Duration::ZERO, 0);
    while let Some(sent) = values.recv().await {
        if let Some(sent) = sent {
            on_the_way += sent.elapsed();
            stamped += 1;
        }
    }
    (start.elapsed(), on_the_way / stamped)
}
