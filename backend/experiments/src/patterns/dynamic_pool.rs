//! A pool of as many workers as its queue needs, between two bounds.
//!
//! The load steps up and down: quiet, busy, quiet. The book's rules can be had
//! beside ours. There a tenth of fewer than ten tasks is nobody, and a worker
//! that idles looks whether it may leave, and counts itself off later.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use csp::sync::WaitGroup;
use csp::sync::atomic::Int64;
use csp::time::{after, new_ticker, new_timer, now, sleep};
use csp::{Chan, Receiver};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, Text, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

choice! {
    /// The rules that the pool goes by.
    enum Rules {
        Mended = "mended", text("mended", "改正后");
        Book = "book", text("as in the book", "原书写法");
    }
}

const MS: Text = text("ms", "ms");
const WORKERS: Text = text("workers", "个");

parameters! {
    struct Parameters {
        rules: Rules = Rules::Mended,
            label text("Rules", "增减规则"),
            help text(
                "How many workers a monitor adds, and how one that idles leaves",
                "监控者一次增加几个 worker，空闲的 worker 又怎样离开",
            );
        min_workers: i64 = 2, in 1..=8, unit WORKERS,
            label text("At least", "最少"),
            help text("Workers that are always there", "始终保留的 worker 个数");
        max_workers: i64 = 10, in 8..=32, unit WORKERS,
            label text("At most", "最多"),
            help text("The most workers", "worker 个数的上限");
        queue: usize = 20, in 1..=100, unit text("tasks", "个任务"),
            label text("Queue", "队列容量"),
            help text("How many tasks may wait", "最多有多少个任务在排队");
        task_time: u64 = 1000, in 0..=3000, unit MS,
            label text("A task takes", "单个任务耗时"),
            help text("How long a task waits, before the time scale", "一个任务要等多久（未乘时间比例）");
        busy_every: u64 = 100, in 20..=5000, unit MS,
            label text("Busy: a task every", "繁忙时任务间隔"),
            help text("How often a task comes for 40 s, before the time scale", "繁忙的 40 秒里多久来一个任务（未乘时间比例）");
        quiet_every: u64 = 20_000, in 1000..=60_000, unit MS,
            label text("Quiet: a task every", "清闲时任务间隔"),
            help text(
                "How often one comes for 10 s before and 60 s after that, before the time scale",
                "在此之前 10 秒、之后 60 秒里多久来一个（未乘时间比例）",
            );
        look_every: u64 = 5000, in 500..=20_000, unit MS,
            label text("The monitor looks every", "监控间隔"),
            help text("How often the monitor looks at the queue, before the time scale", "监控者多久看一次队列（未乘时间比例）");
        idle_limit: u64 = 30_000, in 1000..=60_000, unit MS,
            label text("Leaves after idling", "空闲多久离开"),
            help text("How long a worker idles before it wants to leave, before the time scale", "worker 空闲多久就想离开（未乘时间比例）");
        closing: u64 = 1000, in 0..=5000, unit MS,
            label text("Leaving takes", "离开耗时"),
            help text(
                "How long a worker that leaves closes its connection, before the time scale",
                "worker 离开前关闭连接要多久（未乘时间比例）",
            );
        time_scale: f64 = 0.01, in 0.01..=0.1,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const PEAK_WORKERS: MetricSpec = MetricSpec::new(
    "peak_workers",
    text("Most workers", "worker 最多时"),
    Some(WORKERS),
);

const LEAST_WORKERS: MetricSpec = MetricSpec::new(
    "least_workers",
    text("Fewest workers", "worker 最少时"),
    Some(WORKERS),
);

const END_WORKERS: MetricSpec = MetricSpec::new(
    "end_workers",
    text("Workers in the end", "最后剩下的 worker"),
    Some(WORKERS),
);

const QUEUE_PEAK: MetricSpec = MetricSpec::new(
    "queue_peak",
    text("Most tasks in the queue", "队列最长时"),
    Some(text("tasks", "个任务")),
);

const VAIN_LOOKS: MetricSpec = MetricSpec::new(
    "vain_looks",
    text(
        "Looks at a queue over half full that asked for nobody",
        "队列过半却一个也不加的次数",
    ),
    None,
);

const DONE: MetricSpec = MetricSpec::new(
    "done",
    text("Tasks done", "完成的任务"),
    Some(text("tasks", "个任务")),
);

const LOST: MetricSpec = MetricSpec::new(
    "lost",
    text("Tasks accepted and never done", "收下却没做的任务"),
    Some(text("tasks", "个任务")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "dynamic-pool",
    chapter: 2,
    title: text("Dynamic pool", "动态 worker 池"),
    summary: text(
        "Workers come while the queue is long, and leave when they idle, never below a minimum",
        "队列长就增加 worker，空闲了就离开，但绝不少于下限",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        PEAK_WORKERS,
        LEAST_WORKERS,
        END_WORKERS,
        QUEUE_PEAK,
        VAIN_LOOKS,
        DONE,
        LOST,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("dynamic_pool.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let time = |millis| scaled(millis, params.time_scale);
    let pool = Arc::new(Pool {
        rules: params.rules,
        min: params.min_workers,
        max: params.max_workers,
        present: Int64::named("present", 0),
        tasks: csp::chan_named("tasks", params.queue),
        group: WaitGroup::named("workers"),
        task_time: time(params.task_time),
        look_every: time(params.look_every),
        idle_limit: time(params.idle_limit),
        closing: time(params.closing),
        figures: Figures::in_lab(lab),
    });
    let load = [
        Phase::named("quiet", time(10_000), time(params.quiet_every)),
        Phase::named("busy", time(40_000), time(params.busy_every)),
        Phase::named("quiet again", time(60_000), time(params.quiet_every)),
    ];
    serve(pool, load).await;
}

// lesson:begin main
impl Pool {
    /// Looks at the queue every so often, and adds workers while it is long.
    async fn monitor(self: Arc<Pool>, stop: Receiver<()>) {
        let ticker = new_ticker(self.look_every);
        loop {
            csp::select! {
                _ = ticker.c().recv() => {}
                _ = stop.recv() => break,
            }
            let queued = self.tasks.len();
            if queued * 2 > self.tasks.cap() {
                let wanted = match self.rules {
                    Rules::Book => queued / 10, // nobody, for fewer than ten
                    Rules::Mended => (queued / 10).max(1),
                };
                let added = self.add_workers(wanted).await;
                self.figures.looked(queued, wanted, added);
            }
        }
        ticker.stop();
    }

    /// Adds up to `count` workers. Only one at a time asks for that.
    async fn add_workers(self: &Arc<Pool>, count: usize) -> usize {
        for added in 0..count {
            if self.present.load().await >= self.max {
                return added;
            }
            self.present.add(1).await;
            let id = self.figures.came(&self.present);
            let pool = self.clone();
            self.group
                .go_named(format!("worker {id}"), async move { pool.work().await });
        }
        count
    }

    async fn work(&self) {
        loop {
            let idle = new_timer(self.idle_limit);
            csp::select! {
                task = self.tasks.recv() => {
                    idle.stop();
                    let Some(Task) = task else { return }; // closed, and empty
                    sleep(self.task_time).await;
                    self.figures.done();
                }
                _ = idle.c().recv() => if self.leaves().await { return },
            }
        }
    }

    /// Leaves, if enough others are there; whether it did.
    async fn leaves(&self) -> bool {
        match self.rules {
            Rules::Book => {
                if self.present.load().await <= self.min {
                    return false;
                }
                sleep(self.closing).await; // closes its connection
                self.present.add(-1).await; // others may have looked meanwhile
                self.figures.left(&self.present);
            }
            Rules::Mended => {
                // Looks and counts itself off in one step.
                loop {
                    let present = self.present.load().await;
                    if present <= self.min {
                        return false;
                    }
                    if self.present.compare_and_swap(present, present - 1).await {
                        break;
                    }
                }
                self.figures.left(&self.present);
                sleep(self.closing).await;
            }
        }
        true
    }
}
// lesson:end main

async fn serve(pool: Arc<Pool>, load: [Phase; 3]) {
    pool.add_workers(pool.min as usize).await;
    let (stop, monitor) = (
        csp::chan_named::<()>("stop", 0),
        WaitGroup::named("monitor"),
    );
    monitor.go_named("monitor", pool.clone().monitor(stop.receiver()));

    for phase in load {
        let present = pool.present.load().await;
        csp::println!("{}: {present} workers", phase.name);
        phase.bring(&pool).await;
    }
    pool.figures.ends_with(&pool.present);

    // The monitor first: nobody is added while all are waited for.
    stop.close();
    monitor.wait().await;
    pool.tasks.close();
    pool.group.wait().await;
    pool.figures.closed(&pool.tasks);
}

struct Pool {
    rules: Rules,
    min: i64,
    max: i64,
    /// Workers that are there.
    present: Int64,
    tasks: Chan<Task>,
    group: WaitGroup,
    task_time: Duration,
    look_every: Duration,
    idle_limit: Duration,
    closing: Duration,
    figures: Figures,
}

/// A task that waits, as for a disk or a network.
struct Task;

/// Tasks that come at even distances.
struct Phase {
    name: &'static str,
    lasts: Duration,
    every: Duration,
}

impl Phase {
    fn named(name: &'static str, lasts: Duration, every: Duration) -> Phase {
        Phase { name, lasts, every }
    }

    /// Submits its tasks. One that finds no room waits until the phase is over.
    async fn bring(&self, pool: &Pool) {
        let (start, over) = (now(), after(self.lasts));
        while start.elapsed() < self.lasts {
            csp::select! {
                _ = pool.tasks.send(Task) => pool.figures.submitted(),
                _ = over.recv() => return,
            }
            let rest = self.lasts.saturating_sub(start.elapsed());
            sleep(self.every.min(rest)).await;
        }
    }
}

/// What became of the workers and the tasks.
struct Figures {
    counts: Mutex<Counts>,
    lab: Lab,
}

#[derive(Default)]
struct Counts {
    workers: u32,
    peak: i64,
    least: Option<i64>,
    vain: u32,
    submitted: u32,
    done: u32,
}

impl Figures {
    fn in_lab(lab: Lab) -> Self {
        let metrics = ENTRY.metrics.iter();
        metrics.for_each(|metric| lab.metric(metric.name, 0.0));
        Figures {
            counts: Mutex::default(),
            lab,
        }
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Draws how many workers there are. Looked up under the lock, so that the
    /// last that is drawn is the last that was.
    fn draw(present: &Int64) -> i64 {
        let present = present.raw().load(Ordering::Acquire);
        csp::counter("workers", present);
        present
    }

    /// A worker came; its number.
    fn came(&self, present: &Int64) -> u32 {
        let mut counts = self.counts();
        counts.workers += 1;
        counts.peak = counts.peak.max(Self::draw(present));
        self.lab.metric(PEAK_WORKERS.name, counts.peak as f64);
        counts.workers
    }

    /// A worker left.
    fn left(&self, present: &Int64) {
        let mut counts = self.counts();
        let present = Self::draw(present);
        counts.least(present, &self.lab);
    }

    /// The queue was over half full; the monitor wanted some more, and added as
    /// many as there was room for.
    fn looked(&self, queued: usize, wanted: usize, added: usize) {
        csp::println!("{queued} tasks queued: {added} workers more");
        if wanted == 0 {
            let mut counts = self.counts();
            counts.vain += 1;
            self.lab.metric(VAIN_LOOKS.name, counts.vain.into());
        }
    }

    fn submitted(&self) {
        self.counts().submitted += 1;
    }

    fn done(&self) {
        let mut counts = self.counts();
        counts.done += 1;
        self.lab.metric(DONE.name, counts.done.into());
    }

    /// The load has ended.
    fn ends_with(&self, present: &Int64) {
        let mut counts = self.counts();
        let present = Self::draw(present);
        counts.least(present, &self.lab);
        self.lab.metric(END_WORKERS.name, present as f64);
    }

    /// All workers have ended.
    fn closed(&self, tasks: &Chan<Task>) {
        let counts = self.counts();
        let lost = counts.submitted.saturating_sub(counts.done);
        csp::println!("done {}, lost {lost}", counts.done);
        self.lab.metric(LOST.name, lost.into());
        self.lab
            .metric(QUEUE_PEAK.name, tasks.stats().peak_len.into());
    }
}

impl Counts {
    fn least(&mut self, present: i64, lab: &Lab) {
        let least = self.least.map_or(present, |least| least.min(present));
        self.least = Some(least);
        lab.metric(LEAST_WORKERS.name, least as f64);
    }
}
