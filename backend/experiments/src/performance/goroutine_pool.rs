//! A queue for each worker, and a dispatcher before them: who gets the tasks,
//! and who stands behind a slow one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use csp::patterns::{Dispatch, GoroutinePool};
use csp::time::{Instant, now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    enum Dispatcher {
        Scan = "scan", text("scan from the first worker", "总从第一个 worker 找起");
        Overflow = "overflow", text("in turn, overflow to all", "轮流分配，溢出共享");
        Stealing = "stealing", text("in turn, idle workers steal", "轮流分配，空闲者窃取");
    }
}

impl Dispatcher {
    fn rule(self) -> Dispatch {
        match self {
            Dispatcher::Scan => Dispatch::Scan,
            Dispatcher::Overflow => Dispatch::Overflow,
            Dispatcher::Stealing => Dispatch::Stealing,
        }
    }
}

parameters! {
    struct Parameters {
        dispatch: Dispatcher = Dispatcher::Scan,
            label text("Dispatcher", "分发方式"),
            help text(
                "Whom the dispatcher gives a task to; the book's scans from the first worker",
                "分发器把任务交给谁；原书的做法是每次都从第一个 worker 找起",
            );
        workers: usize = 4, in 1..=16, unit text("goroutines", "个"),
            label text("Workers", "worker 个数"),
            help text("Workers, each with a queue of its own", "worker 个数，每个都有自己的队列");
        queue: usize = 8, in 1..=64, unit text("tasks", "个任务"),
            label text("Queue of each", "各自的队列容量"),
            help text("How many tasks may wait for one worker", "一个 worker 的队列最多排多少个任务");
        tasks: usize = 40, in 1..=500, unit text("tasks", "个任务"),
            label text("Tasks", "任务个数"),
            help text("How many tasks are submitted", "一共提交多少个任务");
        arrive_every: u64 = 40, in 0..=1000, unit text("ms", "ms"),
            label text("A task arrives every", "任务到达间隔"),
            help text(
                "Pause between two tasks, before the time scale; 0: all at once",
                "两个任务之间隔多久（未乘时间比例）；0 表示一次全部提交",
            );
        task_time: u64 = 100, in 0..=1000, unit text("ms", "ms"),
            label text("A task takes", "单个任务耗时"),
            help text(
                "How long a task waits, as for a disk or a network, before the time scale",
                "一个任务要等多久，如同等磁盘或网络（未乘时间比例）",
            );
        slow_time: u64 = 1000, in 0..=5000, unit text("ms", "ms"),
            label text("The first task takes", "第一个任务耗时"),
            help text(
                "How long the first task takes, before the time scale",
                "第一个任务要多久（未乘时间比例）",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const TASKS_MOST: MetricSpec = MetricSpec::new(
    "tasks_most",
    text("Tasks of the busiest worker", "最忙的 worker 做的任务"),
    Some(text("tasks", "个任务")),
);

const TASKS_LEAST: MetricSpec = MetricSpec::new(
    "tasks_least",
    text("Tasks of the idlest worker", "最闲的 worker 做的任务"),
    Some(text("tasks", "个任务")),
);

const NEEDLESS_WAITS: MetricSpec = MetricSpec::new(
    "needless_waits",
    text(
        "Tasks that waited while a worker was idle",
        "明明有 worker 空闲却还在等的任务",
    ),
    Some(text("tasks", "个任务")),
);

const STOLEN: MetricSpec = MetricSpec::new(
    "stolen",
    text("Tasks taken from another's queue", "从别人队列里窃取的任务"),
    Some(text("tasks", "个任务")),
);

const LONGEST_QUEUED_MS: MetricSpec = MetricSpec::new(
    "longest_queued_ms",
    text("Longest time in a queue", "任务在队列里最久等了"),
    Some(text("ms", "ms")),
);

const SUBMIT_BLOCKED_MS: MetricSpec = MetricSpec::new(
    "submit_blocked_ms",
    text("Longest wait of a submit", "一次 submit 最久等了"),
    Some(text("ms", "ms")),
);

const ELAPSED_MS: MetricSpec = MetricSpec::new(
    "elapsed_ms",
    text("Until all were done", "全部完成用时"),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "goroutine-pool",
    chapter: 7,
    title: text("Goroutine pool: a queue each", "goroutine 池：各有队列"),
    summary: text(
        "A dispatcher before workers with queues of their own: imbalance, and waiting behind a slow task",
        "分发器与各有队列的 worker：负载不均，以及排在慢任务后面干等",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        TASKS_MOST,
        TASKS_LEAST,
        NEEDLESS_WAITS,
        STOLEN,
        LONGEST_QUEUED_MS,
        SUBMIT_BLOCKED_MS,
        ELAPSED_MS,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("goroutine_pool.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let (workers, queue, tasks) = (params.workers, params.queue, params.tasks);
    let arrive_every = scaled(params.arrive_every, params.time_scale);
    let dispatch = params.dispatch.rule();
    let figures = Figures::new(&params, lab);

    // lesson:begin main
    // Scan: the first worker whose queue has room; all full: wait for worker 1.
    // Stealing: one after the other, and who has nothing to do takes from the others.
    let pool = GoroutinePool::named("pool", workers, queue, dispatch);

    for id in 1..=tasks {
        let (time, mut seen) = (params.time_of(id), figures.of_task());
        let submitted = now();
        let task = move || async move {
            seen.begun();
            sleep(time).await;
            seen.ended();
        };
        if pool.submit(task).await.is_err() {
            csp::println!("the pool was shut too early");
        }
        figures.accepted(submitted);
        if !arrive_every.is_zero() {
            sleep(arrive_every).await;
        }
    }

    pool.shutdown().await;
    for (number, worker) in (1..).zip(pool.totals()) {
        let (done, stolen) = (worker.tasks.done, worker.stolen);
        csp::println!("worker {number} did {done} tasks, {stolen} of them stolen");
    }
    // lesson:end main

    figures.report(&pool);
}

impl Parameters {
    /// How long task `id` takes.
    fn time_of(&self, id: usize) -> Duration {
        let time = if id == SLOW {
            self.slow_time
        } else {
            self.task_time
        };
        scaled(time, self.time_scale)
    }
}

/// The number of the slow task: the first.
const SLOW: usize = 1;

/// What became of the tasks; clones share it.
#[derive(Clone)]
struct Figures {
    seen: Arc<Mutex<Seen>>,
    start: Instant,
    /// A wait that is shorter than this is no wait.
    least_wait: Duration,
    lab: Lab,
}

#[derive(Default)]
struct Seen {
    tasks: Vec<Times>,
    submit_blocked: Duration,
}

/// The times of a task that ended.
#[derive(Clone, Copy)]
struct Times {
    submitted: Instant,
    begun: Instant,
    ended: Instant,
}

/// Follows one task, from its submission.
struct Following {
    times: Times,
    seen: Arc<Mutex<Seen>>,
}

impl Following {
    fn begun(&mut self) {
        self.times.begun = now();
    }

    fn ended(mut self) {
        self.times.ended = now();
        lock(&self.seen).tasks.push(self.times);
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Figures {
    fn new(params: &Parameters, lab: Lab) -> Self {
        let least_wait = scaled(params.task_time, params.time_scale) / 2;
        Figures {
            seen: Arc::default(),
            start: now(),
            least_wait: least_wait.max(Duration::from_millis(1)),
            lab,
        }
    }

    /// A task is submitted now.
    fn of_task(&self) -> Following {
        let now = now();
        Following {
            times: Times {
                submitted: now,
                begun: now,
                ended: now,
            },
            seen: self.seen.clone(),
        }
    }

    /// The submit of a task came back.
    fn accepted(&self, submitted: Instant) {
        let mut seen = lock(&self.seen);
        seen.submit_blocked = seen.submit_blocked.max(submitted.elapsed());
    }

    /// Sets the figures once the pool is shut.
    fn report(&self, pool: &GoroutinePool) {
        let totals = pool.totals();
        let done = || totals.iter().map(|worker| worker.tasks.done);
        let metric = |metric: MetricSpec, value: f64| self.lab.metric(metric.name, value);
        metric(TASKS_MOST, done().max().unwrap_or(0) as f64);
        metric(TASKS_LEAST, done().min().unwrap_or(0) as f64);
        let stolen: u64 = totals.iter().map(|worker| worker.stolen).sum();
        metric(STOLEN, stolen as f64);
        metric(ELAPSED_MS, millis(self.start.elapsed()));

        let seen = lock(&self.seen);
        let queued = seen.tasks.iter().map(|task| task.begun - task.submitted);
        let longest = queued.max().unwrap_or_default();
        metric(LONGEST_QUEUED_MS, millis(longest));
        metric(SUBMIT_BLOCKED_MS, millis(seen.submit_blocked));
        let needless = seen.needless_waits(totals.len(), self.least_wait);
        metric(NEEDLESS_WAITS, needless as f64);
    }
}

impl Seen {
    /// Tasks that waited for `least` or longer while one of `workers` was idle.
    fn needless_waits(&self, workers: usize, least: Duration) -> usize {
        let idle = self.idle(workers);
        let needless = self.tasks.iter().filter(|task| {
            let overlaps = idle.iter().map(|&(from, to)| {
                let (from, to) = (from.max(task.submitted), to.min(task.begun));
                if from < to { to - from } else { Duration::ZERO }
            });
            overlaps.sum::<Duration>() >= least
        });
        needless.count()
    }

    /// From when to when one of `workers` was idle, or more.
    fn idle(&self, workers: usize) -> Vec<(Instant, Instant)> {
        let begins = self.tasks.iter().map(|task| (task.begun, 1));
        let ends = self.tasks.iter().map(|task| (task.ended, -1));
        let mut changes: Vec<(Instant, isize)> = begins.chain(ends).collect();
        changes.sort_unstable();
        let Some(&(first, _)) = changes.first() else {
            return Vec::new();
        };
        let (mut since, mut busy) = (first, 0);
        let mut idle = Vec::new();
        for (time, change) in changes {
            if busy < workers as isize {
                idle.push((since, time));
            }
            (since, busy) = (time, busy + change);
        }
        idle
    }
}
