//! Stages in a row: the slowest sets the pace, and a context ends them all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use csp::context::{Context, background, with_cancel};
use csp::sync::WaitGroup;
use csp::time::{Instant, now, sleep};
use csp::{Receiver, Sender};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, Text, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// What the consumer does when it has enough.
    enum Then {
        Cancel = "cancel", text("cancels the context", "取消 context");
        Forget = "forget", text("just goes away", "直接走开");
    }
}

const MS: Text = text("ms", "ms");
const WORDS: Text = text("words", "个词");

parameters! {
    struct Parameters {
        words: u64 = 30, in 1..=500, unit WORDS,
            label text("Words", "词数"),
            help text("How many words are generated", "一共生成多少个词");
        generate_time: u64 = 10, in 0..=200, unit MS,
            label text("Generate takes", "generate 耗时"),
            help text("How long the first stage works on a word, before the time scale", "第一阶段处理一个词要多久（未乘时间比例）");
        upper_time: u64 = 50, in 0..=200, unit MS,
            label text("Upper takes", "upper 耗时"),
            help text("How long the second stage works on a word, before the time scale", "第二阶段处理一个词要多久（未乘时间比例）");
        prefix_time: u64 = 20, in 0..=200, unit MS,
            label text("Prefix takes", "prefix 耗时"),
            help text("How long the third stage works on a word, before the time scale", "第三阶段处理一个词要多久（未乘时间比例）");
        capacity: usize = 1, in 0..=64, unit WORDS,
            label text("Buffers", "缓冲区容量"),
            help text("How many words each channel holds", "每个通道能存多少个词");
        take: u64 = 0, in 0..=500, unit WORDS,
            label text("Enough after", "取够多少个"),
            help text(
                "The consumer has enough after so many words; 0: it takes them all",
                "消费方取到这么多个词就不要了；0 表示全部取完",
            );
        then: Then = Then::Cancel,
            label text("With enough, the consumer", "取够之后，消费方"),
            help text("What becomes of the stages", "各阶段的下场由此决定");
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const DELIVERED: MetricSpec = MetricSpec::new(
    "delivered",
    text("Words that came out", "送达的词"),
    Some(WORDS),
);

const WORD_MS: MetricSpec = MetricSpec::new(
    "word_ms",
    text("Time elapsed for each word", "平均每个词用时"),
    Some(MS),
);

const ELAPSED_MS: MetricSpec = MetricSpec::new(
    "elapsed_ms",
    text("Time until the last word", "到最后一个词为止"),
    Some(MS),
);

const BUSY_MS: [MetricSpec; 3] = [
    MetricSpec::new(
        "generate_busy_ms",
        text("Generate was busy", "generate 忙碌的时间"),
        Some(MS),
    ),
    MetricSpec::new(
        "upper_busy_ms",
        text("Upper was busy", "upper 忙碌的时间"),
        Some(MS),
    ),
    MetricSpec::new(
        "prefix_busy_ms",
        text("Prefix was busy", "prefix 忙碌的时间"),
        Some(MS),
    ),
];

const BOTTLENECK: MetricSpec = MetricSpec::new(
    "bottleneck",
    text("Busiest stage (1 to 3)", "最忙的阶段（1 到 3）"),
    None,
);

const LEFT: MetricSpec = MetricSpec::new(
    "left",
    text("Stages left behind", "没有结束的阶段"),
    Some(text("goroutines", "个")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "pipeline",
    chapter: 2,
    title: text("Pipeline", "流水线"),
    summary: text(
        "Three stages in a row: the slowest sets the pace, and a context ends them all",
        "三个阶段首尾相接：最慢的决定快慢，context 让它们一起结束",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        DELIVERED, WORD_MS, ELAPSED_MS, BUSY_MS[0], BUSY_MS[1], BUSY_MS[2], BOTTLENECK, LEFT,
    ],
    breaks: &[Break::Leak],
    takes_task_body: false,
    file: file!(),
    source: include_str!("pipeline.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let time = |millis| scaled(millis, params.time_scale);
    let figures = Figures::in_lab(lab);
    let work = [
        figures.work("generate", time(params.generate_time), |word| word),
        figures.work("upper", time(params.upper_time), |word| word.to_uppercase()),
        figures.work("prefix", time(params.prefix_time), |word| {
            format!("> {word}")
        }),
    ];
    run(params, work, figures).await;
}

// lesson:begin main
async fn generate(ctx: Context, words: u64, to: Sender<String>, work: Work) {
    for n in 1..=words {
        let word = work.on(format!("word {n}")).await;
        csp::select! {
            _ = to.send(word) => {}
            _ = ctx.done().recv() => break,
        }
    }
    to.close();
    work.ends();
}

/// Takes a word, works on it, passes it on; until there are no more, or the
/// context ends. Whatever it waits for, it waits for the context too.
async fn stage(ctx: Context, from: Receiver<String>, to: Sender<String>, work: Work) {
    loop {
        let word = csp::select! {
            word = from.recv() => word,
            _ = ctx.done().recv() => None,
        };
        let Some(word) = word else { break };
        let word = work.on(word).await;
        csp::select! {
            _ = to.send(word) => {}
            _ = ctx.done().recv() => break,
        }
    }
    to.close(); // the next stage ends too
    work.ends();
}

async fn run(params: Parameters, work: [Work; 3], mut figures: Figures) {
    let (ctx, cancel) = with_cancel(&background());
    let channel = |name| csp::chan_named(name, params.capacity);
    let (words, uppers, lines) = (channel("words"), channel("uppers"), channel("lines"));
    let [generates, uppercases, prefixes] = work;

    let stages = WaitGroup::named("stages");
    let first = generate(ctx.clone(), params.words, words.sender(), generates);
    let second = stage(ctx.clone(), words.receiver(), uppers.sender(), uppercases);
    let third = stage(ctx, uppers.receiver(), lines.sender(), prefixes);
    stages.go_named("generate", first);
    stages.go_named("upper", second);
    stages.go_named("prefix", third);

    let mut taken = 0;
    while let Some(line) = lines.recv().await {
        csp::println!("{line}");
        figures.delivered();
        taken += 1;
        if taken == params.take {
            break; // that is enough
        }
    }
    if params.then == Then::Cancel {
        cancel.cancel();
        stages.wait().await;
    }
    figures.ends(params.time_scale).await;
}
// lesson:end main

/// The work of one stage, and how long it was at it.
struct Work {
    name: &'static str,
    time: Duration,
    change: fn(String) -> String,
    busy: Arc<AtomicU64>,
    working: Arc<AtomicU32>,
}

impl Work {
    async fn on(&self, word: String) -> String {
        let start = now();
        let region = csp::region(self.name);
        sleep(self.time).await;
        drop(region);
        let nanos = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.busy.fetch_add(nanos, Ordering::Relaxed);
        (self.change)(word)
    }

    /// The stage ends by itself.
    fn ends(self) {
        self.working.fetch_sub(1, Ordering::Relaxed);
    }
}

const STAGES: [&str; 3] = ["generate", "upper", "prefix"];

/// How busy the stages were, and what came out.
struct Figures {
    start: Instant,
    busy: [Arc<AtomicU64>; 3],
    working: Arc<AtomicU32>,
    delivered: u32,
    lab: Lab,
}

impl Figures {
    fn in_lab(lab: Lab) -> Self {
        let metrics = ENTRY.metrics.iter();
        metrics.for_each(|metric| lab.metric(metric.name, 0.0));
        Figures {
            start: now(),
            busy: Default::default(),
            working: Arc::new(AtomicU32::new(3)),
            delivered: 0,
            lab,
        }
    }

    fn work(&self, name: &'static str, time: Duration, change: fn(String) -> String) -> Work {
        let index = STAGES.iter().position(|stage| *stage == name).unwrap_or(0);
        Work {
            name,
            time,
            change,
            busy: self.busy[index].clone(),
            working: self.working.clone(),
        }
    }

    /// A word came out.
    fn delivered(&mut self) {
        self.delivered += 1;
        let elapsed = millis(self.start.elapsed());
        self.lab.metric(DELIVERED.name, self.delivered.into());
        self.lab.metric(ELAPSED_MS.name, elapsed);
        self.lab
            .metric(WORD_MS.name, elapsed / f64::from(self.delivered));
    }

    /// The consumer is through. The program goes on for a while, so that stages
    /// of which nobody took leave come to wait.
    async fn ends(self, time_scale: f64) {
        let elapsed = millis(self.start.elapsed());
        let mut bottleneck = (0, 0.0);
        for (index, busy) in self.busy.iter().enumerate() {
            let busy = millis(Duration::from_nanos(busy.load(Ordering::Relaxed)));
            self.lab.metric(BUSY_MS[index].name, busy);
            if busy > bottleneck.1 {
                bottleneck = (index, busy);
            }
        }
        let (index, busy) = bottleneck;
        csp::println!("busiest: {}, {busy:.0} of {elapsed:.0} ms", STAGES[index]);
        self.lab.metric(BOTTLENECK.name, (index + 1) as f64);
        sleep(scaled(REST_MS, time_scale)).await;
        let left = self.working.load(Ordering::Relaxed);
        csp::println!("stages left behind: {left}");
        self.lab.metric(LEFT.name, left.into());
    }
}

/// What the program does after the pipeline: longer than a stage works on the
/// words in all buffers but the last.
const REST_MS: u64 = 1000;
