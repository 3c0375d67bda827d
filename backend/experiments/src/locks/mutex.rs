//! A thousand goroutines add to one counter: without a lock, updates are lost.

use std::sync::Arc;
use std::time::Duration;

use csp::sync::{Mutex, RacingCell, WaitGroup};
use csp::time::now;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::compute::{STEPS, compute};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::millis;

choice! {
    enum Guard {
        None = "none", text("Nothing", "不加锁");
        Mutex = "mutex", text("A Mutex", "互斥锁 Mutex");
    }
}

parameters! {
    struct Parameters {
        goroutines: usize = 1000, in 1..=1500, unit text("goroutines", "个"),
            label text("Goroutines", "goroutine 个数"),
            help text("How many goroutines add to the counter", "有多少个 goroutine 给计数器加一");
        adds: u64 = 1, in 1..=5, unit text("adds", "次"),
            label text("Adds of each", "每个加几次"),
            help text("How often each of them adds one", "每个 goroutine 加一多少次");
        guard: Guard = Guard::None,
            label text("Guarded by", "用什么保护"),
            help text(
                "What keeps the others out between reading the counter and writing it",
                "在读出计数器到写回之间，用什么把其他 goroutine 挡在外面",
            );
        work: u64 = 5000, in 0..=20_000, unit STEPS,
            label text("Work in between", "读写之间的计算"),
            help text(
                "How much each computes between reading the counter and writing it",
                "读出计数器之后、写回之前要算多少步",
            );
    }
}

const COUNTED: MetricSpec = MetricSpec::new(
    "counted",
    text("What the counter says in the end", "计数器最后的值"),
    None,
);

const LOST: MetricSpec = MetricSpec::new(
    "lost",
    text("Updates lost", "丢失的更新"),
    Some(text("updates", "次")),
);

const CONTENDED: MetricSpec = MetricSpec::new(
    "contended",
    text("Times that a goroutine waited for the lock", "等锁的次数"),
    None,
);

const LONGEST_WAIT_MS: MetricSpec = MetricSpec::new(
    "longest_wait_ms",
    text(
        "Time at the lock of the goroutine that waited most",
        "等锁最久的 goroutine 一共等了",
    ),
    Some(text("ms", "ms")),
);

const MEAN_WAIT_MS: MetricSpec = MetricSpec::new(
    "mean_wait_ms",
    text("Time at the lock, a goroutine", "平均每个 goroutine 等锁"),
    Some(text("ms", "ms")),
);

const ELAPSED_MS: MetricSpec = MetricSpec::new(
    "elapsed_ms",
    text("Time elapsed", "总用时"),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "mutex",
    chapter: 3,
    title: text("Mutex", "互斥锁 Mutex"),
    summary: text(
        "A thousand goroutines add to one counter: what is lost without a lock, and what a lock costs",
        "一千个 goroutine 给同一个计数器加一：不加锁会丢多少，加锁又要付出什么",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        COUNTED,
        LOST,
        CONTENDED,
        LONGEST_WAIT_MS,
        MEAN_WAIT_MS,
        ELAPSED_MS,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("mutex.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        goroutines,
        adds,
        work,
        ..
    } = params;
    let guarded = params.guard == Guard::Mutex;
    let expected = goroutines as u64 * adds;
    let figures = Arc::new(Figures::new(goroutines));
    let start = now();

    // lesson:begin main
    let counter = Arc::new(RacingCell::named("counter", 0));
    let lock = Arc::new(Mutex::named("lock", ()).guards("counter"));
    let all = WaitGroup::named("all");
    for id in 1..=goroutines {
        let (counter, lock, figures) = (counter.clone(), lock.clone(), figures.clone());
        all.go_named(format!("adder {id}"), async move {
            let mut waited = Duration::ZERO;
            for _ in 0..adds {
                let start = now();
                let guard = match guarded {
                    true => Some(lock.lock().await), // one at a time from here …
                    false => None,
                };
                waited += start.elapsed();

                let before = counter.load().await;
                compute(work);
                counter.store(before + 1).await; // adds one to what it read
                drop(guard); // … to here
            }
            figures.waited(waited);
        });
    }
    all.wait().await;

    let counted = counter.load().await;
    csp::println!("{counted} of {expected}");
    // lesson:end main

    lab.metric(COUNTED.name, counted as f64);
    lab.metric(LOST.name, (expected as i64 - counted) as f64);
    lab.metric(ELAPSED_MS.name, millis(start.elapsed()));
    figures.tell(guarded, &lab);
}

/// How long the goroutines were at the lock.
struct Figures {
    goroutines: usize,
    /// The sum and the longest.
    waits: std::sync::Mutex<(Duration, Duration)>,
}

impl Figures {
    fn new(goroutines: usize) -> Self {
        Figures {
            goroutines,
            waits: std::sync::Mutex::default(),
        }
    }

    fn waits(&self) -> std::sync::MutexGuard<'_, (Duration, Duration)> {
        self.waits
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// One goroutine was at the lock for so long in all.
    fn waited(&self, time: Duration) {
        let mut waits = self.waits();
        waits.0 += time;
        waits.1 = waits.1.max(time);
    }

    fn tell(&self, guarded: bool, lab: &Lab) {
        let (sum, longest) = match guarded {
            true => *self.waits(),
            // Only the clock was looked at.
            false => Default::default(),
        };
        let mean = millis(sum) / self.goroutines as f64;
        lab.metric(MEAN_WAIT_MS.name, mean);
        lab.metric(LONGEST_WAIT_MS.name, millis(longest));
        let objects = csp::totals().objects;
        let lock = objects
            .iter()
            .find(|object| object.name.as_deref() == Some("lock"));
        let contended = lock.map_or(0, |lock| lock.contended);
        lab.metric(CONTENDED.name, contended as f64);
    }
}
