//! A span around a goroutine: what it says, and what becomes of a panic in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use csp::sync::WaitGroup;
use csp::time::sleep;

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

choice! {
    enum OnPanic {
        Record = "record", text("record it, and panic on", "记录后继续 panic");
        Swallow = "swallow", text("record it, and go on", "记录后吞掉");
        Nothing = "nothing", text("nothing", "什么都不做");
    }
}

parameters! {
    struct Parameters {
        goroutines: u64 = 3, in 1..=16, unit text("goroutines", "个"),
            label text("Goroutines", "goroutine 个数"),
            help text("How many goroutines have a span", "多少个 goroutine 各带一个 span");
        work_time: u64 = 200, in 0..=2000, unit text("ms", "ms"),
            label text("Work of the first", "第一个的工作量"),
            help text(
                "How long the first works, the second twice as long and so on, before the time scale",
                "第一个工作多久，第二个是它的两倍，依此类推（未乘时间比例）",
            );
        panicking: u64 = 0, in 0..=16,
            label text("Which one panics", "第几个会 panic"),
            help text(
                "The goroutine of this number panics half-way; 0: none",
                "这个编号的 goroutine 做到一半会 panic；0 表示没有",
            );
        on_panic: OnPanic = OnPanic::Record,
            label text("On a panic", "遇到 panic 时"),
            help text(
                "What the function around the work does with a panic; the book's swallows it",
                "包在外面的函数怎样处理 panic；原书的做法会把它吞掉",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const SPANS: MetricSpec = MetricSpec::new(
    "spans",
    text("Spans begun", "开始的 span"),
    Some(text("spans", "个")),
);

const ENDED: MetricSpec = MetricSpec::new(
    "ended",
    text("Spans ended", "结束的 span"),
    Some(text("spans", "个")),
);

const FAILED: MetricSpec = MetricSpec::new(
    "failed",
    text("Spans whose status is an error", "状态为错误的 span"),
    Some(text("spans", "个")),
);

const SWALLOWED: MetricSpec = MetricSpec::new(
    "swallowed",
    text("Panics swallowed", "被吞掉的 panic"),
    Some(text("panics", "次")),
);

const COUNT_SEEN: MetricSpec = MetricSpec::new(
    "count_seen",
    text(
        "Most goroutines that a span saw",
        "span 记下的最多 goroutine 数",
    ),
    Some(text("goroutines", "个")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "trace-goroutine",
    chapter: 6,
    title: text("A span around a goroutine", "给 goroutine 套上 span"),
    summary: text(
        "Name, attributes, begin and end of a piece of work, and its status after a panic",
        "一段工作的名字、属性、起止时间，以及 panic 之后的状态",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[SPANS, ENDED, FAILED, SWALLOWED, COUNT_SEEN],
    breaks: &[Break::Panic],
    takes_task_body: false,
    file: file!(),
    source: include_str!("trace_goroutine.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let on_panic = params.on_panic;
    let figures = Arc::new(Figures::new(lab));

    // lesson:begin main
    let all = WaitGroup::named("all");
    for id in 1..=params.goroutines {
        let (work, figures) = (params.work(id), figures.clone());
        let name = format!("worker {id}");
        all.go_named(name.clone(), async move {
            let span = csp::span("goroutine"); // ends where it is dropped, by whatever way
            let count = csp::num_goroutine() as i64;
            span.set("goroutine.name", name);
            span.set("goroutine.count", count);
            figures.begun(count);

            let ended = csp::recover(work.run()).await;
            match ended {
                Ok(()) => {}
                Err(panic) if on_panic == OnPanic::Record => {
                    span.record_error(&panic); // sets the status too
                    figures.failed();
                    span.end();
                    figures.ended();
                    // Recorded, and not swallowed.
                    match csp::panic(panic.message()).await {}
                }
                Err(panic) if on_panic == OnPanic::Swallow => {
                    // An event of the span; its status says that all went well.
                    span.set("exception.message", panic.message());
                    figures.swallowed();
                }
                Err(panic) => match csp::panic(panic.message()).await {},
            }
            span.end();
            figures.ended();
        });
    }
    all.wait().await;
    csp::println!("all are done, as far as anybody knows");
    // lesson:end main
}

/// What a goroutine does: waits, and in the middle may panic.
struct Work {
    id: u64,
    half: Duration,
    panics: bool,
}

impl Parameters {
    fn work(&self, id: u64) -> Work {
        Work {
            id,
            half: scaled(self.work_time * id, self.time_scale) / 2,
            panics: id == self.panicking,
        }
    }
}

impl Work {
    async fn run(self) {
        sleep(self.half).await;
        if self.panics {
            match csp::panic(format!("worker {} divides by zero", self.id)).await {}
        }
        sleep(self.half).await;
        csp::println!("worker {} is done", self.id);
    }
}

/// What the spans said.
struct Figures {
    spans: AtomicU64,
    ended: AtomicU64,
    failed: AtomicU64,
    swallowed: AtomicU64,
    count_seen: AtomicU64,
    lab: Lab,
}

impl Figures {
    fn new(lab: Lab) -> Self {
        lab.zero(&[SPANS, ENDED, FAILED, SWALLOWED, COUNT_SEEN]);
        Figures {
            spans: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            swallowed: AtomicU64::new(0),
            count_seen: AtomicU64::new(0),
            lab,
        }
    }

    fn add(&self, metric: MetricSpec, count: &AtomicU64) {
        let count = count.fetch_add(1, Ordering::Relaxed) + 1;
        self.lab.metric(metric.name, count as f64);
    }

    fn begun(&self, count: i64) {
        self.add(SPANS, &self.spans);
        let seen = self.count_seen.fetch_max(count as u64, Ordering::Relaxed);
        let most = seen.max(count as u64);
        self.lab.metric(COUNT_SEEN.name, most as f64);
    }

    fn ended(&self) {
        self.add(ENDED, &self.ended);
    }

    fn failed(&self) {
        self.add(FAILED, &self.failed);
    }

    fn swallowed(&self) {
        self.add(SWALLOWED, &self.swallowed);
    }
}
