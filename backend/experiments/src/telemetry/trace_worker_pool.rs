//! A span for a pool and one for each task, carried from the one to the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use csp::SpanContext;
use csp::sync::WaitGroup;
use csp::time::{now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

parameters! {
    struct Parameters {
        workers: i64 = 3, in 1..=16, unit text("goroutines", "个"),
            label text("Workers", "worker 个数"),
            help text("How many tasks are worked on at once", "最多同时处理多少个任务");
        tasks: i64 = 9, in 1..=200, unit text("tasks", "个任务"),
            label text("Tasks", "任务个数"),
            help text("How many tasks there are", "一共多少个任务");
        task_time: u64 = 100, in 0..=1000, unit text("ms", "ms"),
            label text("A task takes", "单个任务耗时"),
            help text(
                "How long a task waits, before the time scale",
                "一个任务要等多久（未乘时间比例）",
            );
        failing_every: i64 = 0, in 0..=200,
            label text("Every so many fails", "每几个失败一个"),
            help text(
                "Every task whose number this divides fails; 0: none",
                "编号能被它整除的任务会失败；0 表示没有",
            );
        carry: bool = true,
            label text("Carry the span", "传递 span"),
            help text(
                "Workers get the span of the pool; without, each task begins a trace of its own",
                "把池的 span 交给 worker；不传，每个任务就各成一条 trace",
            );
        wait: bool = true,
            label text("Wait before the end", "等做完再结束"),
            help text(
                "The span of the pool ends after its workers; without, as soon as all tasks are handed out",
                "池的 span 等 worker 都结束再结束；否则任务一发完就结束",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const SPANS: MetricSpec = MetricSpec::new(
    "spans",
    text("Spans", "span 总数"),
    Some(text("spans", "个")),
);

const ROOTS: MetricSpec = MetricSpec::new(
    "roots",
    text("Spans without a parent", "没有上级的 span"),
    Some(text("spans", "个")),
);

const FAILED: MetricSpec = MetricSpec::new(
    "failed",
    text("Spans whose status is an error", "状态为错误的 span"),
    Some(text("spans", "个")),
);

const OUTLIVED: MetricSpec = MetricSpec::new(
    "outlived",
    text(
        "Tasks that ended after the pool's span",
        "在池的 span 之后才结束的任务",
    ),
    Some(text("tasks", "个任务")),
);

const AT_ONCE: MetricSpec = MetricSpec::new(
    "at_once",
    text("Most tasks at once", "同时进行的任务最多"),
    Some(text("tasks", "个任务")),
);

const FINAL_COUNT: MetricSpec = MetricSpec::new(
    "final_count",
    text(
        "Goroutines at the end of the pool's span",
        "池的 span 结束时的 goroutine",
    ),
    Some(text("goroutines", "个")),
);

const POOL_MS: MetricSpec = MetricSpec::new(
    "pool_ms",
    text("Length of the pool's span", "池的 span 时长"),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "trace-worker-pool",
    chapter: 6,
    title: text("Spans of a worker pool", "worker 池的 span"),
    summary: text(
        "A span for the pool with a child for each task: carried, or lost on the way",
        "池一个 span，每个任务一个子 span：传到了，或者在半路丢了",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        SPANS,
        ROOTS,
        FAILED,
        OUTLIVED,
        AT_ONCE,
        FINAL_COUNT,
        POOL_MS,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("trace_worker_pool.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        workers,
        tasks: total,
        carry,
        wait,
        ..
    } = params;
    let task_time = scaled(params.task_time, params.time_scale);
    let failing_every = params.failing_every;
    let figures = Arc::new(Figures::new(lab));

    // lesson:begin main
    let span = csp::span("worker_pool");
    span.set("worker.count", workers);
    span.set("task.total", total);
    // What workers need to know of it. Without, a task has no parent.
    let parent = if carry {
        span.context()
    } else {
        SpanContext::NONE
    };
    figures.begun(true);

    let tasks = csp::chan_named("tasks", 0).show(|&task: &i64| task.into());
    let all = WaitGroup::named("workers");
    for worker in 1..=workers {
        let (tasks, figures) = (tasks.receiver(), figures.clone());
        all.go_named(format!("worker {worker}"), async move {
            while let Some(task) = tasks.recv().await {
                let span = parent.span(format!("worker_{worker}"));
                span.set("worker.id", worker);
                figures.begun(!carry);
                if let Err(error) = run(task, task_time, failing_every).await {
                    span.record_error(error);
                    figures.failed();
                }
                span.end();
                figures.ended();
            }
        });
    }

    for task in 1..=total {
        tasks.send(task).await;
    }
    tasks.close();
    if wait {
        all.wait().await; // a parent ends after its children
    }
    let goroutines = csp::num_goroutine() as i64;
    span.set("goroutine.final_count", goroutines);
    span.end();
    // lesson:end main

    figures.pool_ended(goroutines);
    all.wait().await;
    csp::println!("{total} tasks by {workers} workers");
    figures.report();
}

/// A task.
async fn run(task: i64, time: Duration, failing_every: i64) -> Result<(), String> {
    sleep(time).await;
    match failing_every > 0 && task % failing_every == 0 {
        true => Err(format!("task {task} found no file")),
        false => Ok(()),
    }
}

/// What the spans said.
struct Figures {
    spans: AtomicU64,
    roots: AtomicU64,
    failed: AtomicU64,
    outlived: AtomicU64,
    running: AtomicI64,
    at_once: AtomicI64,
    pool_ended: std::sync::OnceLock<()>,
    start: csp::time::Instant,
    lab: Lab,
}

impl Figures {
    fn new(lab: Lab) -> Self {
        Figures {
            spans: AtomicU64::new(0),
            roots: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            outlived: AtomicU64::new(0),
            // The pool's own is no task.
            running: AtomicI64::new(-1),
            at_once: AtomicI64::new(0),
            pool_ended: std::sync::OnceLock::new(),
            start: now(),
            lab,
        }
    }

    fn begun(&self, is_root: bool) {
        self.spans.fetch_add(1, Ordering::Relaxed);
        self.roots.fetch_add(u64::from(is_root), Ordering::Relaxed);
        let running = self.running.fetch_add(1, Ordering::Relaxed) + 1;
        self.at_once.fetch_max(running, Ordering::Relaxed);
    }

    fn failed(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    /// A task ended.
    fn ended(&self) {
        self.running.fetch_sub(1, Ordering::Relaxed);
        if self.pool_ended.get().is_some() {
            self.outlived.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn pool_ended(&self, goroutines: i64) {
        let _ = self.pool_ended.set(());
        self.lab.metric(FINAL_COUNT.name, goroutines as f64);
        self.lab.metric(POOL_MS.name, millis(self.start.elapsed()));
    }

    fn report(&self) {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed) as f64;
        self.lab.metric(SPANS.name, count(&self.spans));
        self.lab.metric(ROOTS.name, count(&self.roots));
        self.lab.metric(FAILED.name, count(&self.failed));
        self.lab.metric(OUTLIVED.name, count(&self.outlived));
        let at_once = self.at_once.load(Ordering::Relaxed);
        self.lab.metric(AT_ONCE.name, at_once as f64);
    }
}
