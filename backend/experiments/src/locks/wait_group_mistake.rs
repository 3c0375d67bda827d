//! `Add` inside of the goroutine: `Wait` may find the counter at zero before it
//! came to that.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use csp::sync::WaitGroup;
use csp::time::sleep;

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::compute::{STEPS, compute};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

choice! {
    enum Add {
        Inside = "inside", text("In the goroutine", "goroutine 里面");
        Before = "before", text("Before go", "go 之前");
        Go = "go", text("WaitGroup.Go", "用 WaitGroup.Go");
    }
}

parameters! {
    struct Parameters {
        tasks: usize = 5, in 1..=64, unit text("goroutines", "个"),
            label text("Tasks", "任务个数"),
            help text("How many goroutines main waits for", "main 要等多少个 goroutine");
        add: Add = Add::Inside,
            label text("Where Add stands", "Add 写在哪里"),
            help text("Where one is added to the counter", "计数器在哪里加一");
        main_works: u64 = 0, in 0..=5_000_000, unit STEPS,
            label text("Main works before Wait", "Wait 之前 main 的计算"),
            help text(
                "How much main computes between its last go and Wait",
                "main 在最后一个 go 之后、Wait 之前要算多少步",
            );
        task_time: u64 = 200, in 0..=1000, unit text("ms", "ms"),
            label text("A task takes", "单个任务耗时"),
            help text(
                "How long a task takes, before the time scale",
                "一个任务要多久（未乘时间比例）",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const UNFINISHED: MetricSpec = MetricSpec::new(
    "unfinished",
    text(
        "Tasks not done when Wait returned",
        "Wait 返回时还没做完的任务",
    ),
    Some(text("tasks", "个任务")),
);

const UNCOUNTED: MetricSpec = MetricSpec::new(
    "uncounted",
    text(
        "Tasks that had not come to Add by then",
        "其中还没执行到 Add 的任务",
    ),
    Some(text("tasks", "个任务")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "wait-group-mistake",
    chapter: 3,
    title: text("Add in the wrong place", "Add 写错了地方"),
    summary: text(
        "Add inside the goroutine: Wait returns before the tasks are done, now and then or always",
        "在 goroutine 里 Add：任务还没做完 Wait 就返回，有时如此，有时次次如此",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[UNFINISHED, UNCOUNTED],
    breaks: &[Break::Leak],
    takes_task_body: false,
    file: file!(),
    source: include_str!("wait_group_mistake.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        tasks,
        add,
        main_works,
        ..
    } = params;
    let task_time = scaled(params.task_time, params.time_scale);
    let (added, done) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));

    // lesson:begin main
    let group = WaitGroup::named("group");
    for id in 1..=tasks {
        let (added, done) = (added.clone(), done.clone());
        let task = async move {
            added.fetch_add(1, Relaxed);
            sleep(task_time).await; // works
            csp::println!("task {id} done");
            done.fetch_add(1, Relaxed);
        };
        let name = format!("task {id}");
        let in_task = group.clone();
        match add {
            Add::Inside => csp::go_named(name, async move {
                in_task.add(1); // too late, if main waits already
                task.await;
                in_task.done();
            }),
            Add::Before => {
                group.add(1);
                csp::go_named(name, async move {
                    task.await;
                    in_task.done();
                });
            }
            Add::Go => group.go_named(name, task),
        }
    }

    compute(main_works);
    group.wait().await;
    let finished = done.load(Relaxed);
    csp::println!("Wait returned: {finished} of {tasks} done");
    // lesson:end main

    let left = |count: u32| tasks as f64 - f64::from(count);
    lab.metric(UNFINISHED.name, left(finished));
    let uncounted = match add {
        Add::Inside => left(added.load(Relaxed)),
        Add::Before | Add::Go => 0.0,
    };
    lab.metric(UNCOUNTED.name, uncounted);
}
