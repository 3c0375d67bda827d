//! A fixed number of workers share a queue of bounded length.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use csp::Chan;
use csp::sync::WaitGroup;
use csp::time::{Instant, now, sleep};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::{Lab, TaskBody};
use crate::parameters::{ParameterSet, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

parameters! {
    struct Parameters {
        workers: usize = 5, in 1..=64, unit text("goroutines", "个"),
            label text("Workers", "worker 个数"),
            help text("How many tasks are worked on at once", "最多同时处理多少个任务");
        queue: usize = 100, in 0..=1024, unit text("tasks", "个任务"),
            label text("Queue", "队列容量"),
            help text(
                "How many tasks may wait for a worker before submit blocks",
                "队列里最多排多少个任务，再多 submit 就会阻塞",
            );
        tasks: u64 = 100, in 1..=1000, unit text("tasks", "个任务"),
            label text("Tasks", "任务个数"),
            help text("How many tasks are submitted", "一共提交多少个任务");
        task_time: u64 = 100, in 0..=1000, unit text("ms", "ms"),
            label text("A task takes", "单个任务耗时"),
            help text(
                "How long a task waits, as for a disk or a network, before the time scale",
                "一个任务要等多久，如同等磁盘或网络（未乘时间比例）",
            );
        failing_every: u64 = 0, in 0..=1000,
            label text("Every so many fails", "每几个失败一个"),
            help text(
                "Every task whose number this divides returns an error; 0: none",
                "编号能被它整除的任务会返回错误；0 表示没有",
            );
        panicking_every: u64 = 0, in 0..=1000,
            label text("Every so many panics", "每几个 panic 一个"),
            help text(
                "Every task whose number this divides panics; 0: none",
                "编号能被它整除的任务会 panic；0 表示没有",
            );
        recover: bool = true,
            label text("Recover", "捕获 panic"),
            help text(
                "A worker catches the panic of its task; without, it ends the program",
                "worker 会捕获任务的 panic；不捕获，整个程序就结束",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const DONE: MetricSpec = MetricSpec::new(
    "done",
    text("Tasks done", "完成的任务"),
    Some(text("tasks", "个任务")),
);

const FAILED: MetricSpec = MetricSpec::new(
    "failed",
    text("Tasks that failed", "失败的任务"),
    Some(text("tasks", "个任务")),
);

const PANICKED: MetricSpec = MetricSpec::new(
    "panicked",
    text("Tasks that panicked", "panic 的任务"),
    Some(text("tasks", "个任务")),
);

const REFUSED: MetricSpec = MetricSpec::new(
    "refused",
    text("Tasks refused after shutdown", "关闭后被拒绝的任务"),
    Some(text("tasks", "个任务")),
);

const THROUGHPUT: MetricSpec = MetricSpec::new(
    "throughput",
    text("Throughput", "吞吐量"),
    Some(text("tasks/s", "任务/秒")),
);

const SPEED_UP: MetricSpec = MetricSpec::new(
    "speed_up",
    text(
        "Time of all tasks over time elapsed",
        "任务总耗时与实际用时之比",
    ),
    Some(text("times", "倍")),
);

const SUM: MetricSpec = MetricSpec::new(
    "sum",
    text(
        "Sum of the results of the tasks brought along",
        "自带任务的结果之和",
    ),
    None,
);

const QUEUE_PEAK: MetricSpec = MetricSpec::new(
    "queue_peak",
    text("Most tasks in the queue", "队列最长时"),
    Some(text("tasks", "个任务")),
);

const SUBMITS_BLOCKED: MetricSpec = MetricSpec::new(
    "submits_blocked",
    text("Submits that blocked", "阻塞的 submit 次数"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "worker-pool",
    chapter: 2,
    title: text("Worker pool", "worker 池"),
    summary: text(
        "A few workers, a bounded queue, and a shutdown that loses no task",
        "固定个数的 worker、有界的队列，以及不丢任务的关闭",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        DONE,
        FAILED,
        PANICKED,
        REFUSED,
        THROUGHPUT,
        SPEED_UP,
        QUEUE_PEAK,
        SUBMITS_BLOCKED,
        SUM,
    ],
    breaks: &[Break::Panic],
    takes_task_body: true,
    file: file!(),
    source: include_str!("worker_pool.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let (workers, queue, recover) = (params.workers, params.queue, params.recover);
    let brought = Brought::along(&lab);
    let task = |id| params.task(id, brought.clone());
    let tasks = (1..=params.tasks).map(task).collect();
    let late = task(params.tasks + 1);
    let results = csp::chan_named("results", 0);
    let pool = Pool::start(workers, queue, recover, &results).await;
    use_pool(pool, results, tasks, late, lab).await;
}

// lesson:begin main
struct Pool {
    tasks: Chan<Task>,
    door: Chan<()>, // holds one token while the pool takes tasks
    workers: WaitGroup,
}

impl Pool {
    async fn start(
        workers: usize,
        queue: usize,
        recover: bool,
        results: &Chan<TaskResult>,
    ) -> Pool {
        let pool = Pool {
            tasks: csp::chan_named("tasks", queue).show(|task: &Task| task.id.into()),
            door: csp::chan_named("door", 1),
            workers: WaitGroup::named("workers"),
        };
        pool.door.send(()).await;
        for id in 1..=workers {
            let (tasks, results) = (pool.tasks.receiver(), results.sender());
            pool.workers.go_named(format!("worker {id}"), async move {
                while let Some(task) = tasks.recv().await {
                    let start = now();
                    let end = if recover {
                        // A panic ends the task. The worker lives on.
                        csp::recover(task.run()).await
                    } else {
                        Ok(task.run().await)
                    };
                    results.send((start.elapsed(), end)).await;
                }
            });
        }
        pool
    }

    /// Waits while the queue is full; refuses once the pool is shut.
    async fn submit(&self, task: Task) -> Result<(), Shut> {
        self.door.recv().await.ok_or(Shut)?;
        self.tasks.send(task).await;
        self.door.send(()).await;
        Ok(())
    }

    /// Takes no more tasks, and waits until those in the queue are done.
    async fn shut_down(&self) {
        if self.door.recv().await.is_some() {
            self.door.close();
            self.tasks.close();
        }
        self.workers.wait().await;
    }
}

async fn use_pool(pool: Pool, results: Chan<TaskResult>, tasks: Vec<Task>, late: Task, lab: Lab) {
    let pool = Arc::new(pool);
    let mut figures = Figures::of(&pool, lab);

    let (to_submit, done) = (pool.clone(), results.sender());
    csp::go_named("submitter", async move {
        for task in tasks {
            if to_submit.submit(task).await.is_err() {
                csp::println!("the pool was shut too early");
            }
        }
        to_submit.shut_down().await;
        done.close();
    });

    while let Some((took, end)) = results.recv().await {
        match &end {
            Ok(Ok(())) => {}
            Ok(Err(error)) => csp::println!("failed: {error}"),
            Err(panic) => csp::println!("panicked: {}", panic.message()),
        }
        figures.ended(took, end);
    }

    if pool.submit(late).await.is_err() {
        csp::println!("refused: the pool is shut down");
        figures.refused();
    }
}
// lesson:end main

/// How a task ended: by itself, well or not, or by a panic.
type TaskEnd = Result<Result<(), String>, csp::Panic>;

/// How long a task took, and how it ended.
type TaskResult = (Duration, TaskEnd);

/// The pool takes no more tasks.
struct Shut;

/// A task that waits, as for a disk or a network, or does what was brought
/// along.
struct Task {
    id: i64,
    time: Duration,
    brought: Option<Brought>,
    fails: bool,
    panics: bool,
}

impl Parameters {
    /// The task of this number.
    fn task(&self, id: u64, brought: Option<Brought>) -> Task {
        let every = |nth: u64| nth > 0 && id.is_multiple_of(nth);
        Task {
            id: id as i64,
            time: scaled(self.task_time, self.time_scale),
            brought,
            fails: every(self.failing_every),
            panics: every(self.panicking_every),
        }
    }
}

impl Task {
    async fn run(self) -> Result<(), String> {
        match &self.brought {
            Some(brought) => brought.call(self.id)?,
            None => sleep(self.time).await,
        }
        if self.panics {
            let never: Infallible = csp::panic(format!("task {} divides by zero", self.id)).await;
            match never {}
        }
        if self.fails {
            return Err(format!("task {} found no file", self.id));
        }
        Ok(())
    }
}

/// A task body that came with the run, and the sum of its results.
#[derive(Clone)]
struct Brought {
    body: Arc<dyn TaskBody>,
    sum: Arc<AtomicI64>,
    lab: Lab,
}

impl Brought {
    fn along(lab: &Lab) -> Option<Brought> {
        lab.metric(SUM.name, 0.0);
        Some(Brought {
            body: lab.task_body()?,
            sum: Arc::default(),
            lab: lab.clone(),
        })
    }

    fn call(&self, task: i64) -> Result<(), String> {
        let called = self.body.call(task);
        let result = called.map_err(|error| format!("task {task} {error}"))?;
        let before = self.sum.fetch_add(result, Ordering::Relaxed);
        let sum = before.wrapping_add(result);
        self.lab.metric(SUM.name, sum as f64);
        Ok(())
    }
}

/// What the pool got done.
struct Figures {
    tasks: Chan<Task>,
    start: Instant,
    task_time: Duration,
    done: u32,
    failed: u32,
    panicked: u32,
    lab: Lab,
}

impl Figures {
    fn of(pool: &Pool, lab: Lab) -> Self {
        lab.zero(&[DONE, FAILED, PANICKED, REFUSED]);
        Figures {
            tasks: pool.tasks.clone(),
            start: now(),
            task_time: Duration::ZERO,
            done: 0,
            failed: 0,
            panicked: 0,
            lab,
        }
    }

    /// A task ended after `took`.
    fn ended(&mut self, took: Duration, end: TaskEnd) {
        match end {
            Ok(Ok(())) => self.done += 1,
            Ok(Err(_)) => self.failed += 1,
            Err(_) => self.panicked += 1,
        }
        self.task_time += took;
        self.lab.metric(DONE.name, self.done.into());
        self.lab.metric(FAILED.name, self.failed.into());
        self.lab.metric(PANICKED.name, self.panicked.into());

        let ended = f64::from(self.done + self.failed + self.panicked);
        let elapsed = self.start.elapsed().as_secs_f64();
        if elapsed > 0.0 {
            let speed_up = self.task_time.as_secs_f64() / elapsed;
            self.lab.metric(THROUGHPUT.name, ended / elapsed);
            self.lab.metric(SPEED_UP.name, speed_up);
        }
        let tasks = self.tasks.stats();
        self.lab.metric(QUEUE_PEAK.name, tasks.peak_len.into());
        self.lab
            .metric(SUBMITS_BLOCKED.name, tasks.blocked_sends as f64);
    }

    /// A task came too late.
    fn refused(&self) {
        self.lab.metric(REFUSED.name, 1.0);
    }
}
