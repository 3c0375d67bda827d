//! Closing a channel wakes all who wait at it: one step for each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use csp::sync::WaitGroup;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::rounds::{Spread, untraced};

parameters! {
    struct Parameters {
        shown: u64 = 6, in 1..=300, unit text("goroutines", "个"),
            label text("Waiters in the picture", "图中的等待者"),
            help text(
                "How many wait in the part that is drawn, before anything is measured",
                "画在图上的部分里有多少个在等；测量在这之后才开始",
            );
        waiters: u64 = 1000, in 1..=100_000, unit text("goroutines", "个"),
            label text("Waiters", "等待者个数"),
            help text(
                "How many goroutines wait to receive when the channel is closed",
                "关闭通道的那一刻，有多少个 goroutine 在等着接收",
            );
        processors: usize = 1, in 1..=4, unit text("Ps", "个 P"),
            label text("Ps", "P 的个数"),
            help text(
                "How many Ps the measured run has",
                "测量时有几个 P",
            );
    }
}

/// Rounds, each a run of its own: an odd number, so that the median was
/// measured.
const ROUNDS: usize = 5;
/// Waiters of a round in all: fewer at once have several closes.
const IN_ALL: u64 = 10_000;
/// The most closes of a round.
const MAX_CLOSES: u64 = 100;

const CLOSE_US: MetricSpec = MetricSpec::new(
    "close_us",
    text("The call of close", "close 这次调用"),
    Some(text("µs", "µs")),
)
.with_spread();

const WAITER_NS: MetricSpec = MetricSpec::new(
    "waiter_ns",
    text("Of which for each waiter", "平均每个等待者"),
    Some(text("ns", "ns")),
)
.with_spread();

const ALL_GONE_US: MetricSpec = MetricSpec::new(
    "all_gone_us",
    text(
        "From the close until all have gone on",
        "从关闭到全部继续执行",
    ),
    Some(text("µs", "µs")),
)
.with_spread();

const WOKEN: MetricSpec = MetricSpec::new(
    "woken",
    text("Woken by one close", "一次 close 唤醒"),
    Some(text("goroutines", "个")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "channel-close",
    chapter: 1,
    title: text("Closing a channel", "关闭通道"),
    summary: text(
        "One close wakes everybody who waits: what it costs, over the number of those who do",
        "一次 close 唤醒所有等待者：等的人越多，要花多久",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures how long a close takes over the number of waiters, \
         and a simulated run has no clock",
        "它测的是 close 的耗时如何随等待者个数变化，而模拟运行里没有时钟",
    )),
    params: Parameters::specs,
    metrics: &[CLOSE_US, WAITER_NS, ALL_GONE_US, WOKEN],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("channel_close.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let drawn = close_with(params.shown).await;
    csp::println!("one close woke {} goroutines", drawn.woken);

    let waiters = params.waiters;
    let closes = (IN_ALL / waiters).clamp(1, MAX_CLOSES);
    let (mut close, mut each, mut all_gone) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let run = async move {
            let mut sum = Closed::default();
            for _ in 0..closes {
                sum.add(&close_with(waiters).await);
            }
            sum
        };
        let sum = untraced(params.processors, run).await;
        let micros = |time: Duration| time.as_secs_f64() * 1e6 / closes as f64;
        close.push(micros(sum.close));
        each.push(micros(sum.close) * 1e3 / waiters as f64);
        all_gone.push(micros(sum.all_gone));
        lab.metric(WOKEN.name, sum.woken as f64 / closes as f64);
    }
    let (close, each, all_gone) = (Spread::of(close), Spread::of(each), Spread::of(all_gone));
    lab.spread(CLOSE_US, &close);
    lab.spread(WAITER_NS, &each);
    lab.spread(ALL_GONE_US, &all_gone);
    csp::println!(
        "{waiters} waiters: close took {:.1} µs, {:.0} ns for each",
        close.median,
        each.median
    );
}

/// What one close took, and whom it woke.
#[derive(Default)]
struct Closed {
    close: Duration,
    all_gone: Duration,
    woken: u64,
}

impl Closed {
    fn add(&mut self, other: &Closed) {
        self.close += other.close;
        self.all_gone += other.all_gone;
        self.woken += other.woken;
    }
}

// lesson:begin main
/// Lets so many goroutines wait at a channel, and closes it.
async fn close_with(waiters: u64) -> Closed {
    let gate = csp::chan_named::<()>("gate", 0);
    let (begun, all) = (WaitGroup::new(), WaitGroup::new());
    let woken = Arc::new(AtomicU64::new(0));
    begun.add(waiters as i64);
    for _ in 0..waiters {
        let (gate, begun, woken) = (gate.receiver(), begun.clone(), woken.clone());
        all.go(async move {
            begun.done();
            if gate.recv().await.is_none() {
                woken.fetch_add(1, Ordering::Relaxed); // closed: nothing was sent
            }
        });
    }
    begun.wait().await;
    csp::yield_now().await; // the last of them comes to wait

    let start = Instant::now();
    gate.close();
    let close = start.elapsed();
    all.wait().await;
    Closed {
        close,
        all_gone: start.elapsed(),
        woken: woken.load(Ordering::Relaxed),
    }
}
// lesson:end main
