//! Main waits for its tasks: a counter that goes up before each and down after.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use csp::sync::WaitGroup;
use csp::time::{now, sleep};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    enum How {
        Go = "go", text("WaitGroup.Go", "用 WaitGroup.Go");
        AddDone = "add-done", text("Add before, Done at the end", "先 Add，结束时 Done");
        DoneTwice = "done-twice", text("Add before, Done twice", "先 Add，Done 两次");
    }
}

parameters! {
    struct Parameters {
        tasks: usize = 5, in 1..=64, unit text("goroutines", "个"),
            label text("Tasks", "任务个数"),
            help text("How many goroutines main waits for", "main 要等多少个 goroutine");
        how: How = How::Go,
            label text("Counted by", "怎样计数"),
            help text("How the counter goes up and down", "计数器怎样加、怎样减");
        task_time: u64 = 200, in 0..=1000, unit text("ms", "ms"),
            label text("The first task takes", "第一个任务耗时"),
            help text(
                "How long task 1 takes; task 2 takes twice as long, and so on; before the time scale",
                "任务 1 要多久；任务 2 要两倍，依此类推（未乘时间比例）",
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

const PEAK: MetricSpec = MetricSpec::new(
    "peak",
    text("The counter at its highest", "计数器最高到"),
    None,
);

const WAITED_MS: MetricSpec = MetricSpec::new(
    "waited_ms",
    text("Time main waited", "main 等待的时间"),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "wait-group",
    chapter: 3,
    title: text("WaitGroup", "等一组 goroutine：WaitGroup"),
    summary: text(
        "Main waits until five tasks are done; and a counter that falls below zero",
        "main 等五个任务全部做完；以及减到负数的计数器",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[DONE, PEAK, WAITED_MS],
    breaks: &[Break::Panic, Break::Leak],
    takes_task_body: false,
    file: file!(),
    source: include_str!("wait_group.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters { tasks, how, .. } = params;
    let task_time = scaled(params.task_time, params.time_scale);
    let figures = Arc::new(Figures::new(lab));

    // lesson:begin main
    let group = WaitGroup::named("group");
    for id in 1..=tasks {
        let figures = figures.clone();
        let task = async move {
            sleep(task_time * id as u32).await; // works
            csp::println!("task {id} done");
            figures.done();
        };
        let name = format!("task {id}");
        if how == How::Go {
            group.go_named(name, task); // adds one, and takes it off at the end
        } else {
            group.add(1); // before the goroutine is there
            let group = group.clone();
            csp::go_named(name, async move {
                task.await;
                group.done();
                if how == How::DoneTwice {
                    group.done(); // one too many
                }
            });
        }
    }

    let start = now();
    group.wait().await; // until the counter is zero
    let waited = start.elapsed();
    csp::println!("all done after {:.0} ms", millis(waited));
    // lesson:end main

    figures.lab.metric(WAITED_MS.name, millis(waited));
}

/// How far the tasks are.
struct Figures {
    done: AtomicU32,
    lab: Lab,
}

impl Figures {
    fn new(lab: Lab) -> Self {
        lab.zero(ENTRY.metrics);
        Figures {
            done: AtomicU32::new(0),
            lab,
        }
    }

    /// A task is done.
    fn done(&self) {
        let done = self.done.fetch_add(1, Relaxed) + 1;
        self.lab.metric(DONE.name, done.into());
        let objects = csp::totals().objects;
        let group = objects
            .iter()
            .find(|object| object.name.as_deref() == Some("group"));
        let peak = group.map_or(0, |group| group.peak_len);
        self.lab.metric(PEAK.name, peak.into());
    }
}
