//! Metrics of the scheduler over time: goroutines by state, the length of the
//! run queues, and how long a goroutine that could run waits until it does.

use std::time::{Duration, Instant};

use csp::sync::WaitGroup;
use csp::time::sleep;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};

parameters! {
    struct Parameters {
        busy: usize = 8, in 0..=64, unit text("goroutines", "个"),
            label text("Busy goroutines", "忙碌的 goroutine"),
            help text("How many compute, and now and then let others run", "多少个在计算，时不时让出一下");
        idle: usize = 20, in 0..=200, unit text("goroutines", "个"),
            label text("Idle goroutines", "空闲的 goroutine"),
            help text("How many wait at a channel all the time", "多少个一直在等通道");
        piece: u64 = 1000, in 10..=5000, unit text("µs", "µs"),
            label text("Computes at a stretch", "一口气算多久"),
            help text(
                "How long a busy goroutine computes before it lets others run",
                "忙碌的 goroutine 算多久才让出一次",
            );
        length: u64 = 200, in 50..=1000, unit text("ms", "ms"),
            label text("Length", "时长"),
            help text("How long all of it goes on", "总共持续多久");
        sample_every: u64 = 10, in 1..=100, unit text("ms", "ms"),
            label text("Sample every", "采样间隔"),
            help text("How often the metrics are read", "隔多久读一次指标");
    }
}

const SAMPLES: MetricSpec = MetricSpec::new("samples", text("Samples", "采样次数"), None);

const RUNNING_MOST: MetricSpec = MetricSpec::new(
    "running_most",
    text("Most goroutines running at once", "同时运行的最多"),
    Some(text("goroutines", "个")),
);

const RUNNABLE_MOST: MetricSpec = MetricSpec::new(
    "runnable_most",
    text("Most goroutines that waited for a P", "等待 P 的最多"),
    Some(text("goroutines", "个")),
);

const WAITING_MOST: MetricSpec = MetricSpec::new(
    "waiting_most",
    text("Most that waited for something else", "等待别的事的最多"),
    Some(text("goroutines", "个")),
);

const LATENCY_HALF: MetricSpec = MetricSpec::new(
    "latency_half",
    text(
        "Scheduling latency that half stay below",
        "调度延迟：一半不超过",
    ),
    Some(text("µs", "µs")),
);

const LATENCY_99: MetricSpec = MetricSpec::new(
    "latency_99",
    text(
        "Scheduling latency that 99 in 100 stay below",
        "调度延迟：百分之九十九不超过",
    ),
    Some(text("µs", "µs")),
);

const LATENCY_MOST: MetricSpec = MetricSpec::new(
    "latency_most",
    text("Longest scheduling latency", "最长的调度延迟"),
    Some(text("µs", "µs")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "goroutine-metrics",
    chapter: 6,
    title: text("Metrics of goroutines", "goroutine 的指标"),
    summary: text(
        "Goroutines by state, run queues and scheduling latency, sampled over time",
        "按状态统计的 goroutine、运行队列与调度延迟，随时间采样",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures how long goroutines wait for this machine's processors, and computing takes \
         no time in a simulated run",
        "它测的是 goroutine 等本机处理器等多久，而在模拟运行里计算不花时间",
    )),
    params: Parameters::specs,
    metrics: &[
        SAMPLES,
        RUNNING_MOST,
        RUNNABLE_MOST,
        WAITING_MOST,
        LATENCY_HALF,
        LATENCY_99,
        LATENCY_MOST,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("goroutine_metrics.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let length = Duration::from_millis(params.length);
    let piece = Duration::from_micros(params.piece);
    let every = Duration::from_millis(params.sample_every);
    let mut figures = Figures::new(lab);

    // lesson:begin main
    let (all, done) = (WaitGroup::named("all"), csp::chan_named::<()>("done", 0));
    let ready = WaitGroup::named("ready");
    ready.add(params.idle as i64);
    for id in 1..=params.idle {
        let (done, ready) = (done.receiver(), ready.clone());
        all.go_named(format!("idle {id}"), async move {
            ready.done();
            done.recv().await; // waits, and costs nothing
        });
    }
    ready.wait().await;

    csp::start_profile();
    let start = Instant::now();
    for id in 1..=params.busy {
        all.go_named(format!("busy {id}"), async move {
            while start.elapsed() < length {
                compute(piece);
                csp::yield_now().await; // to the end of the queue
            }
        });
    }

    while start.elapsed() < length {
        sleep(every).await;
        let stats = csp::sched_stats();
        csp::counter("sched_goroutines{state=\"running\"}", stats.running.into());
        csp::counter(
            "sched_goroutines{state=\"runnable\"}",
            stats.runnable.into(),
        );
        csp::counter("sched_goroutines{state=\"waiting\"}", stats.waiting as i64);
        csp::counter(
            "sched_run_queue{queue=\"global\"}",
            stats.global_queue.into(),
        );
        figures.sampled(&stats);
    }
    done.close();
    all.wait().await;

    let latencies = csp::profile().await.latencies().clone();
    for share in [0.5, 0.99, 1.0] {
        let most = latencies.quantile(share).as_micros();
        csp::println!(
            "{:>3.0} in 100 waited at most {most} µs for a P",
            share * 100.0
        );
    }
    // lesson:end main

    figures.latencies(&latencies);
}

/// Computes for so long, without any operation in it.
fn compute(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// What the samples said.
struct Figures {
    samples: u32,
    running: u32,
    runnable: u32,
    waiting: u64,
    lab: Lab,
}

impl Figures {
    fn new(lab: Lab) -> Self {
        lab.zero(&[SAMPLES, RUNNING_MOST, RUNNABLE_MOST, WAITING_MOST]);
        Figures {
            samples: 0,
            running: 0,
            runnable: 0,
            waiting: 0,
            lab,
        }
    }

    fn sampled(&mut self, stats: &csp::run::SchedStats) {
        self.samples += 1;
        self.running = self.running.max(stats.running);
        self.runnable = self.runnable.max(stats.runnable);
        self.waiting = self.waiting.max(stats.waiting);
        self.lab.metric(SAMPLES.name, self.samples.into());
        self.lab.metric(RUNNING_MOST.name, self.running.into());
        self.lab.metric(RUNNABLE_MOST.name, self.runnable.into());
        self.lab.metric(WAITING_MOST.name, self.waiting as f64);
    }

    fn latencies(&self, latencies: &csp::trace::profile::Latencies) {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let half = micros(latencies.quantile(0.5));
        self.lab.metric(LATENCY_HALF.name, half);
        let nearly_all = micros(latencies.quantile(0.99));
        self.lab.metric(LATENCY_99.name, nearly_all);
        self.lab.metric(LATENCY_MOST.name, micros(latencies.max()));
    }
}
