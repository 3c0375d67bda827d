//! A stream of readings, summed in windows of the time at which they were taken.
//!
//! Readings come late and out of order. The *watermark* says up to when all are
//! believed to be there: the latest time seen, less the lateness that is allowed.
//! A window is closed once the watermark has passed its end; what comes for it
//! after that is counted, and goes to an output of its own.

use std::collections::BTreeMap;
use std::time::Duration;

use csp::Sender;
use csp::sync::WaitGroup;
use csp::time::{Instant, now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, Text, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// What the source does when the buffer is full.
    enum WhenFull {
        Block = "block", text("waits", "等待");
        Drop = "drop", text("drops the reading", "丢弃读数");
    }
}

const MS: Text = text("ms", "ms");
const READINGS: Text = text("readings", "个读数");

parameters! {
    struct Parameters {
        readings: u64 = 60, in 1..=500, unit READINGS,
            label text("Readings", "读数个数"),
            help text("How many readings are taken, one every 10 ms", "一共采集多少个读数，每 10 ms 一个");
        window: u64 = 100, in 10..=1000, unit MS,
            label text("Window", "窗口长度"),
            help text("How much time one sum covers", "每个合计涵盖多长时间");
        delay: u64 = 150, in 0..=500, unit MS,
            label text("Delay", "传输延迟"),
            help text(
                "A reading is under way for up to so long; which ones are slow is drawn",
                "读数在路上最多耽搁这么久，哪些慢由随机数决定",
            );
        lateness: u64 = 50, in 0..=500, unit MS,
            label text("Lateness allowed", "容忍的迟到"),
            help text(
                "How long a window waits for readings after one from beyond its end was seen",
                "见到窗口之后的读数后，窗口还等多久",
            );
        buffer: usize = 8, in 0..=256, unit READINGS,
            label text("Buffer", "缓冲区容量"),
            help text("How many readings wait for the stage that sums", "求和阶段之前最多排多少个读数");
        work: u64 = 5, in 0..=100, unit MS,
            label text("Work on each", "处理每个读数"),
            help text("How long the stage works on a reading, before the time scale", "求和阶段处理一个读数要多久（未乘时间比例）");
        when_full: WhenFull = WhenFull::Block,
            label text("When the buffer is full, the source", "缓冲区满时，数据源"),
            help text("Whether it slows down, or loses what it cannot hand over", "是慢下来，还是丢掉交不出去的读数");
        seed: u64 = 1, in 1..=1000,
            label text("Draw", "随机数种子"),
            help text("Which readings are slow: the same number draws the same ones again", "哪些读数慢：种子相同，慢的就是同一批");
        time_scale: f64 = 0.1, in 0.01..=0.5,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const WINDOWS: MetricSpec = MetricSpec::new("windows", text("Windows closed", "关闭的窗口"), None);

const COUNTED: MetricSpec = MetricSpec::new(
    "counted",
    text("Readings in a window", "计入窗口的读数"),
    Some(READINGS),
);

const LATE: MetricSpec = MetricSpec::new(
    "late",
    text("Readings too late", "迟到的读数"),
    Some(READINGS),
);

const DROPPED: MetricSpec = MetricSpec::new(
    "dropped",
    text("Readings dropped by the source", "数据源丢弃的读数"),
    Some(READINGS),
);

const BUFFER_PEAK: MetricSpec = MetricSpec::new(
    "buffer_peak",
    text("Most readings in the buffer", "缓冲区最多存过"),
    Some(READINGS),
);

const BLOCKED_SENDS: MetricSpec = MetricSpec::new(
    "blocked_sends",
    text("Times the source was blocked", "数据源阻塞的次数"),
    None,
);

const OPEN_PEAK: MetricSpec = MetricSpec::new(
    "open_peak",
    text("Most windows open at once", "同时打开的窗口最多"),
    None,
);

const RESULT_AGE_MS: MetricSpec = MetricSpec::new(
    "result_age_ms",
    text(
        "Time from a window's end to its sum, on average",
        "窗口结束到得出合计的平均时间",
    ),
    Some(MS),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "stream-processing",
    chapter: 8,
    title: text("Stream processing", "流式处理"),
    summary: text(
        "Sums over windows of event time, with late readings and back-pressure",
        "按事件时间分窗口求和，处理迟到的读数和背压",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        WINDOWS,
        COUNTED,
        LATE,
        DROPPED,
        BUFFER_PEAK,
        BLOCKED_SENDS,
        OPEN_PEAK,
        RESULT_AGE_MS,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("stream_processing.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let stream = Stream::of(&params);
    run(stream, lab).await;
}

// lesson:begin main
async fn run(stream: Stream, lab: Lab) {
    let readings = csp::chan_named("readings", stream.buffer).show(|r: &Reading| r.taken.into());
    let late = csp::chan_named("late", 0).show(|r: &Reading| r.taken.into());
    let mut figures = Figures::of(&readings, &stream, lab);

    let (to_window, to_late) = (readings.receiver(), late.sender());
    let (work, window, lateness) = (stream.work, stream.window, stream.lateness);
    csp::go_named(
        "source",
        stream.send_all(readings.sender(), figures.clone()),
    );

    let outputs = WaitGroup::named("outputs");
    let mut late_figures = figures.clone();
    outputs.go_named("late readings", async move {
        while let Some(reading) = late.recv().await {
            late_figures.late(reading);
        }
    });

    // The time of the readings counts, and not when they come.
    let mut open: BTreeMap<i64, i64> = BTreeMap::new(); // sums by the start of the window
    let mut watermark = i64::MIN; // up to here all are believed to be there
    while let Some(reading) = to_window.recv().await {
        sleep(work).await;
        let start = reading.taken - reading.taken % window;
        if start + window <= watermark {
            to_late.send(reading).await; // its window is closed
            continue;
        }
        *open.entry(start).or_default() += reading.value;
        figures.counted(open.len());

        watermark = watermark.max(reading.taken - lateness);
        while let Some(first) = open.first_entry()
            && first.key() + window <= watermark
        {
            figures.closed(first.key() + window, first.remove());
        }
    }
    // No more will come: what is open is whole.
    for (start, sum) in open {
        figures.closed(start + window, sum);
    }
    to_late.close();
    outputs.wait().await;
    figures.ends();
}
// lesson:end main

/// A value, and when it was taken: in milliseconds of the book's time.
#[derive(Clone, Copy)]
struct Reading {
    taken: i64,
    value: i64,
}

/// A reading is taken every so many milliseconds.
const EVERY_MS: u64 = 10;

/// What comes, and how it is to be summed. Event times are in milliseconds of
/// the book's time, waits are scaled.
struct Stream {
    /// Each with the time at which it arrives, in the order of arrival.
    arrivals: Vec<(u64, Reading)>,
    scale: f64,
    buffer: usize,
    drops: bool,
    work: Duration,
    window: i64,
    lateness: i64,
}

impl Stream {
    fn of(params: &Parameters) -> Stream {
        let mut arrivals: Vec<_> = (0..params.readings)
            .map(|n| {
                let taken = n * EVERY_MS;
                let arrives = taken + delay(params.seed, n, params.delay);
                let (taken, value) = (taken as i64, 1);
                (arrives, Reading { taken, value })
            })
            .collect();
        arrivals.sort_by_key(|(arrives, _)| *arrives);
        Stream {
            arrivals,
            scale: params.time_scale,
            buffer: params.buffer,
            drops: params.when_full == WhenFull::Drop,
            work: scaled(params.work, params.time_scale),
            window: params.window as i64,
            lateness: params.lateness as i64,
        }
    }

    /// Sends each reading when it arrives, or as soon as there is room.
    async fn send_all(self, to: Sender<Reading>, mut figures: Figures) {
        let start = now();
        for (arrives, reading) in self.arrivals {
            let due = scaled(arrives, self.scale);
            sleep(due.saturating_sub(start.elapsed())).await;
            if !self.drops {
                to.send(reading).await; // waits: back-pressure
            } else if to.try_send(reading).is_err() {
                figures.dropped();
            }
        }
        to.close();
    }
}

/// How long reading `n` is under way, up to `most`. Most are quick: the share is
/// squared twice.
fn delay(seed: u64, n: u64, most: u64) -> u64 {
    // SplitMix64, whose bits are all equally well mixed.
    let mut bits = seed.wrapping_mul(1 << 32).wrapping_add(n + 1);
    bits = bits.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let share = (bits ^ (bits >> 31)) as f64 / u64::MAX as f64;
    (share.powi(4) * most as f64) as u64
}

/// What became of the readings. Clones count together, each its own figures.
#[derive(Clone)]
struct Figures {
    readings: csp::Chan<Reading>,
    start: Instant,
    scale: f64,
    windows: u32,
    counted: u32,
    late: u32,
    dropped: u32,
    open_peak: usize,
    age_ms: f64,
    lab: Lab,
}

impl Figures {
    fn of(readings: &csp::Chan<Reading>, stream: &Stream, lab: Lab) -> Self {
        let metrics = ENTRY.metrics.iter();
        metrics.for_each(|metric| lab.metric(metric.name, 0.0));
        Figures {
            readings: readings.clone(),
            start: now(),
            scale: stream.scale,
            windows: 0,
            counted: 0,
            late: 0,
            dropped: 0,
            open_peak: 0,
            age_ms: 0.0,
            lab,
        }
    }

    /// A reading is in its window; so many are open.
    fn counted(&mut self, open: usize) {
        self.counted += 1;
        self.open_peak = self.open_peak.max(open);
        csp::counter("open windows", open as i64);
        self.lab.metric(COUNTED.name, self.counted.into());
        self.lab.metric(OPEN_PEAK.name, self.open_peak as f64);
    }

    /// A window that ends at `end` is closed.
    fn closed(&mut self, end: i64, sum: i64) {
        csp::println!("window up to {end} ms: {sum}");
        self.windows += 1;
        let ended = end as f64 * self.scale;
        self.age_ms += (millis(self.start.elapsed()) - ended).max(0.0);
        self.lab.metric(WINDOWS.name, self.windows.into());
        let age = self.age_ms / f64::from(self.windows);
        self.lab.metric(RESULT_AGE_MS.name, age);
    }

    /// A reading came after its window was closed.
    fn late(&mut self, reading: Reading) {
        csp::println!("too late: the reading of {} ms", reading.taken);
        self.late += 1;
        self.lab.metric(LATE.name, self.late.into());
    }

    /// The source found no room for a reading.
    fn dropped(&mut self) {
        self.dropped += 1;
        csp::counter("dropped", self.dropped.into());
        self.lab.metric(DROPPED.name, self.dropped.into());
    }

    fn ends(&self) {
        let readings = self.readings.stats();
        self.lab.metric(BUFFER_PEAK.name, readings.peak_len.into());
        self.lab
            .metric(BLOCKED_SENDS.name, readings.blocked_sends as f64);
    }
}
