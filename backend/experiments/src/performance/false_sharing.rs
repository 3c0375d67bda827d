//! Counters of goroutines on several processors: near each other in memory, and
//! far apart. Nobody shares a counter; what they share is a cache line.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use csp::sync::WaitGroup;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::rounds::{self, Spread, untraced};

parameters! {
    struct Parameters {
        distance: usize = 8, in 8..=128, unit text("bytes", "字节"),
            label text("Distance", "间距"),
            help text(
                "From the start of a counter to that of the next, rounded down to whole counters",
                "相邻两个计数器起始地址之差，按 8 字节向下取整",
            );
        goroutines: usize = 2, in 1..=8, unit text("goroutines", "个"),
            label text("Goroutines", "goroutine 个数"),
            help text(
                "How many count, each with a counter of its own",
                "多少个 goroutine 在计数，各用各的计数器",
            );
        increments: usize = 2000, in 100..=5000, unit text("thousand", "千次"),
            label text("Increments of each", "每个加多少次"),
            help text("How often each goroutine adds one", "每个 goroutine 加一多少次");
    }
}

/// Bytes of a counter.
const COUNTER: usize = size_of::<AtomicU64>();
/// Bytes of a cache line, on all that this is likely to run on but Apple's.
const LINE: usize = 64;
/// The distance of those far apart: two lines, since processors fetch pairs.
const FAR: usize = 2 * LINE;
/// Increments of each goroutine in the part that the picture shows.
const SHOWN: usize = 400_000;
/// The longest that a goroutine waits for the others to begin with: long enough
/// for a thread to wake on a busy machine.
const PATIENCE: Duration = Duration::from_millis(20);
/// Measurements of each side, which take turns.
const ROUNDS: usize = 7;

const NS_NEAR: MetricSpec = MetricSpec::new(
    "ns_near",
    text("An increment at this distance", "这个间距下加一次"),
    Some(text("ns", "ns")),
)
.with_spread();

const NS_FAR: MetricSpec = MetricSpec::new(
    "ns_far",
    text("An increment, 128 bytes apart", "相隔 128 字节时加一次"),
    Some(text("ns", "ns")),
)
.with_spread();

const SLOW_DOWN: MetricSpec = MetricSpec::new(
    "slow_down",
    text("Near over far", "近与远之比"),
    Some(text("times", "倍")),
)
.with_spread();

const LINES: MetricSpec = MetricSpec::new(
    "lines",
    text("Cache lines that the counters lie on", "计数器占用的缓存行"),
    Some(text("lines", "行")),
);

const TOGETHER: MetricSpec = MetricSpec::new(
    "together",
    text(
        "Of 100 parts of the time, those in which all were counting",
        "每 100 份时间里，所有人同时在计数的份数",
    ),
    None,
)
.with_spread();

pub(crate) const ENTRY: Entry = Entry {
    id: "false-sharing",
    chapter: 7,
    title: text("False sharing", "伪共享"),
    summary: text(
        "Counters that nobody shares slow each other down when they lie on one cache line",
        "各用各的计数器，只因落在同一条缓存行上就互相拖慢",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures the caches of two processors, and a simulated run has one thread",
        "它测的是两个处理器的缓存，而模拟运行只有一个线程",
    )),
    params: Parameters::specs,
    metrics: &[NS_NEAR, NS_FAR, SLOW_DOWN, LINES, TOGETHER],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("false_sharing.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let goroutines = params.goroutines;
    let near = params.distance / COUNTER * COUNTER;
    lab.metric(LINES.name, lines(goroutines, near) as f64);

    // A first one for the picture.
    let counted = count(goroutines, near, SHOWN).await;
    csp::println!("{} counters, {near} bytes apart", counted.len());

    let procs = csp::procs();
    let increments = params.increments * 1000;
    let (mut at_near, mut at_far, mut together) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (side, distance) in [(&mut at_near, near), (&mut at_far, FAR)] {
            let counted = untraced(procs, count(goroutines, distance, increments)).await;
            side.push(ns_each(&counted, increments));
            together.push(overlap(&counted));
        }
    }
    let slow_down = at_near.iter().zip(&at_far).map(|(near, far)| near / far);
    let slow_down = Spread::of(slow_down.collect());
    let (at_near, at_far) = (Spread::of(at_near), Spread::of(at_far));
    csp::println!("{near} bytes apart: {:.1} ns an increment", at_near.median);
    csp::println!("{FAR} bytes apart: {:.1} ns an increment", at_far.median);
    lab.spread(NS_NEAR, &at_near);
    lab.spread(NS_FAR, &at_far);
    lab.spread(SLOW_DOWN, &slow_down);
    lab.spread(TOGETHER, &Spread::of(together));
}

// lesson:begin main
/// Each goroutine adds to a counter of its own; returns from when to when.
async fn count(goroutines: usize, distance: usize, increments: usize) -> Vec<Counted> {
    let counters = Arc::new(Counters::new(goroutines, distance));
    let (ready, times) = (Arc::new(AtomicUsize::new(0)), csp::chan(goroutines));
    let parallel = goroutines.min(csp::procs());

    let all = WaitGroup::named("counted");
    for id in 0..goroutines {
        let (counters, ready, times) = (counters.clone(), ready.clone(), times.sender());
        all.go_named(format!("counter {}", id + 1), async move {
            wait_for(&ready, parallel); // they begin together, each on its P
            let (start, counter) = (Instant::now(), counters.of(id));
            for _ in 0..increments {
                counter.fetch_add(1, Ordering::Relaxed); // nobody else adds to it
            }
            times.send((start, Instant::now())).await;
        });
    }
    all.wait().await;
    times.close();

    let mut counted = Vec::new();
    while let Some(from_to) = times.recv().await {
        counted.push(from_to);
    }
    counted
}
// lesson:end main

/// One more is ready; keeps its P until so many are, with patience.
fn wait_for(ready: &AtomicUsize, parallel: usize) {
    ready.fetch_add(1, Ordering::Relaxed);
    let since = Instant::now();
    while ready.load(Ordering::Relaxed) < parallel && since.elapsed() < PATIENCE {
        std::hint::spin_loop();
    }
}

/// From when to when a goroutine counted.
type Counted = (Instant, Instant);

/// Counters at even distances, the first at the start of a line.
struct Counters {
    lines: Box<[Line]>,
    distance: usize,
}

/// A cache line full of counters.
#[repr(align(64))]
#[derive(Default)]
struct Line([AtomicU64; LINE / COUNTER]);

impl Counters {
    fn new(goroutines: usize, distance: usize) -> Self {
        let lines = (goroutines * distance).div_ceil(LINE);
        Counters {
            lines: (0..lines).map(|_| Line::default()).collect(),
            distance,
        }
    }

    fn of(&self, id: usize) -> &AtomicU64 {
        let at = id * self.distance;
        &self.lines[at / LINE].0[at % LINE / COUNTER]
    }
}

/// How many lines so many counters lie on.
fn lines(goroutines: usize, distance: usize) -> usize {
    let counters = Counters::new(goroutines, distance);
    let line = |id| std::ptr::from_ref(counters.of(id)).addr() / LINE;
    let distinct: std::collections::BTreeSet<_> = (0..goroutines).map(line).collect();
    distinct.len()
}

/// What an increment took, on the average of all goroutines.
fn ns_each(counted: &[Counted], increments: usize) -> f64 {
    let sum: Duration = counted.iter().map(|(from, to)| *to - *from).sum();
    rounds::ns_each(sum, (increments * counted.len()) as u64)
}

/// In how much of the time, of 100, all goroutines were counting.
fn overlap(counted: &[Counted]) -> f64 {
    let ends = |end: fn(&Counted) -> Instant| counted.iter().map(end);
    let (Some(first), Some(last)) = (ends(|c| c.0).min(), ends(|c| c.1).max()) else {
        return 0.0;
    };
    let (Some(begin), Some(end)) = (ends(|c| c.0).max(), ends(|c| c.1).min()) else {
        return 0.0;
    };
    let all = (last - first).as_secs_f64();
    let together = end.saturating_duration_since(begin).as_secs_f64();
    if all > 0.0 {
        together * 100.0 / all
    } else {
        0.0
    }
}
