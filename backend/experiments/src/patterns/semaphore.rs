//! So many at once and no more: a semaphore, or a buffered channel of tokens.

use std::sync::{Arc, Mutex, PoisonError};

use csp::Chan;
use csp::sync::{Semaphore, WaitGroup};
use csp::time::{Instant, now, sleep};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, Text, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// What keeps the jobs back.
    enum By {
        Semaphore = "semaphore", text("a semaphore", "信号量");
        Channel = "channel", text("a channel of tokens", "令牌通道");
        Nothing = "nothing", text("nothing", "不限制");
    }
}

const JOBS: Text = text("jobs", "个");
const UNITS: Text = text("units", "份");

parameters! {
    struct Parameters {
        by: By = By::Semaphore,
            label text("Limited by", "限制方式"),
            help text("What a job goes through before it begins", "任务开始之前要先过哪一关");
        units: u64 = 3, in 1..=64, unit UNITS,
            label text("Units", "总份数"),
            help text("How much there is to share", "一共有多少份可以分");
        weight: u64 = 1, in 1..=4, unit UNITS,
            label text("A job takes", "每个任务占"),
            help text("How many units a job needs while it runs", "一个任务运行时要占几份");
        jobs: u64 = 12, in 1..=200, unit JOBS,
            label text("Jobs", "任务个数"),
            help text("How many goroutines want to run, all at the same time", "有多少个 goroutine 同时想运行");
        job_time: u64 = 100, in 0..=500, unit text("ms", "ms"),
            label text("A job runs for", "任务耗时"),
            help text("How long a job runs, before the time scale", "一个任务运行多久（未乘时间比例）");
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const PEAK: MetricSpec = MetricSpec::new(
    "peak",
    text("Most jobs at once", "同时运行的任务最多"),
    Some(JOBS),
);

const PEAK_UNITS: MetricSpec = MetricSpec::new(
    "peak_units",
    text("Most units in use", "占用的份数最多"),
    Some(UNITS),
);

const DONE: MetricSpec = MetricSpec::new("done", text("Jobs done", "完成的任务"), Some(JOBS));

const ELAPSED_MS: MetricSpec = MetricSpec::new(
    "elapsed_ms",
    text("Time until the last job ended", "到最后一个任务结束为止"),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "semaphore",
    chapter: 2,
    title: text("Semaphore", "信号量"),
    summary: text(
        "Any number of goroutines, and at most so many at work at once",
        "goroutine 随便开，但同时工作的最多这么多个",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[PEAK, PEAK_UNITS, DONE, ELAPSED_MS],
    breaks: &[Break::Deadlock],
    takes_task_body: false,
    file: file!(),
    source: include_str!("semaphore.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let (jobs, weight) = (params.jobs, params.weight as u32);
    let job_time = scaled(params.job_time, params.time_scale);
    let gate = match params.by {
        By::Semaphore => Gate::Semaphore(Semaphore::named("units", params.units as u32)),
        By::Channel => Gate::Channel(csp::chan_named("tokens", params.units as usize)),
        By::Nothing => Gate::Open,
    };
    let running = Running::in_lab(weight, lab);

    // lesson:begin main
    let all = WaitGroup::named("jobs");
    for id in 1..=jobs {
        let (gate, running) = (gate.clone(), running.clone());
        all.go_named(format!("job {id}"), async move {
            gate.enter(weight).await;
            running.begins(id);
            sleep(job_time).await;
            running.ends();
            gate.leave(weight).await;
        });
    }
    all.wait().await;
    // lesson:end main
}

// lesson:begin gate
#[derive(Clone)]
enum Gate {
    Semaphore(Semaphore),
    Channel(Chan<()>), // holds a token for each unit that is taken
    Open,
}

impl Gate {
    async fn enter(&self, weight: u32) {
        match self {
            // All at once, or wait. First come, first served.
            Gate::Semaphore(semaphore) => semaphore.acquire(weight).await,
            // One after the other: may hold some while it waits for the rest.
            Gate::Channel(tokens) => {
                for _ in 0..weight {
                    tokens.send(()).await;
                }
            }
            Gate::Open => {}
        }
    }

    async fn leave(&self, weight: u32) {
        match self {
            Gate::Semaphore(semaphore) => semaphore.release(weight),
            Gate::Channel(tokens) => {
                for _ in 0..weight {
                    tokens.recv().await;
                }
            }
            Gate::Open => {}
        }
    }
}
// lesson:end gate

/// The jobs that run.
#[derive(Clone)]
struct Running {
    counts: Arc<Mutex<Counts>>,
    start: Instant,
    weight: u32,
    lab: Lab,
}

#[derive(Default)]
struct Counts {
    running: u32,
    peak: u32,
    done: u32,
}

impl Running {
    fn in_lab(weight: u32, lab: Lab) -> Self {
        let metrics = ENTRY.metrics.iter();
        metrics.for_each(|metric| lab.metric(metric.name, 0.0));
        Running {
            counts: Arc::default(),
            start: now(),
            weight,
            lab,
        }
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begins(&self, id: u64) {
        let mut counts = self.counts();
        counts.running += 1;
        counts.peak = counts.peak.max(counts.running);
        csp::counter("jobs at once", counts.running.into());
        csp::println!("job {id} begins, {} at once", counts.running);
        self.lab.metric(PEAK.name, counts.peak.into());
        let units = counts.peak * self.weight;
        self.lab.metric(PEAK_UNITS.name, units.into());
    }

    fn ends(&self) {
        let mut counts = self.counts();
        counts.running -= 1;
        counts.done += 1;
        csp::counter("jobs at once", counts.running.into());
        self.lab.metric(DONE.name, counts.done.into());
        self.lab
            .metric(ELAPSED_MS.name, millis(self.start.elapsed()));
    }
}
