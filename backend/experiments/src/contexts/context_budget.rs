//! A request divides its time among the calls that it makes; and what happens if
//! its task is given another context than its own.

use std::time::Duration;

use csp::context::{Context, ContextError, background, with_cancel, with_timeout};
use csp::time::{Instant, after, now};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// The context that a task works with.
    enum TaskContext {
        Request = "request", text("that of its request", "请求自己的");
        Pool = "pool", text("that of the pool", "池子的");
    }
}

parameters! {
    struct Parameters {
        request: u64 = 3000, in 0..=10_000, unit text("ms", "ms"),
            label text("The request may take", "请求时限"),
            help text(
                "When the caller stops waiting, before the time scale",
                "调用方最多等多久（未乘时间比例）",
            );
        database_budget: u64 = 1000, in 0..=10_000, unit text("ms", "ms"),
            label text("Given to the database", "分给数据库"),
            help text(
                "How much of it the query gets, before the time scale",
                "其中多少分给数据库查询（未乘时间比例）",
            );
        database_takes: u64 = 500, in 0..=10_000, unit text("ms", "ms"),
            label text("The database takes", "数据库耗时"),
            help text("How long the query takes, before the time scale", "查询要多久（未乘时间比例）");
        api_budget: u64 = 2000, in 0..=10_000, unit text("ms", "ms"),
            label text("Given to the API", "分给 API"),
            help text(
                "How much of it the API call gets, before the time scale",
                "其中多少分给 API 调用（未乘时间比例）",
            );
        api_takes: u64 = 1500, in 0..=10_000, unit text("ms", "ms"),
            label text("The API takes", "API 耗时"),
            help text("How long the call takes, before the time scale", "API 调用要多久（未乘时间比例）");
        task_context: TaskContext = TaskContext::Request,
            label text("The task's context", "任务用的 context"),
            help text(
                "Which context the pool hands to the task that it runs for the request",
                "池子执行这个请求的任务时，把哪个 context 交给它",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const ANSWERED: MetricSpec = MetricSpec::new(
    "answered",
    text("Answered in time (1: yes)", "是否按时答复（1 表示是）"),
    None,
);

const WAITED_MS: MetricSpec = MetricSpec::new(
    "waited_ms",
    text("The caller waited", "调用方等了"),
    Some(text("ms", "ms")),
);

const DATABASE_HAD_MS: MetricSpec = MetricSpec::new(
    "database_had_ms",
    text("Time that the query had", "查询实际可用的时间"),
    Some(text("ms", "ms")),
);

const API_HAD_MS: MetricSpec = MetricSpec::new(
    "api_had_ms",
    text("Time that the API call had", "API 调用实际可用的时间"),
    Some(text("ms", "ms")),
);

const CALLS_DONE: MetricSpec = MetricSpec::new(
    "calls_done",
    text("Calls that got through", "做完的调用"),
    None,
);

const IN_VAIN_MS: MetricSpec = MetricSpec::new(
    "in_vain_ms",
    text("Work after the request was over", "请求结束后还在做的工作"),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "context-budget",
    chapter: 5,
    title: text("A request's time budget", "请求的时间预算"),
    summary: text(
        "Three seconds divided between a database and an API, and a task that does not know they are over",
        "三秒钟分给数据库和 API，以及一个不知道时间已到的任务",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        ANSWERED,
        WAITED_MS,
        DATABASE_HAD_MS,
        API_HAD_MS,
        CALLS_DONE,
        IN_VAIN_MS,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("context_budget.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    lab.zero(&[DATABASE_HAD_MS, API_HAD_MS, CALLS_DONE]);
    let scale = |millis| scaled(millis, params.time_scale);
    let request_limit = scale(params.request);
    let of_request = params.task_context == TaskContext::Request;
    let calls = [
        Call {
            name: "database",
            budget: scale(params.database_budget),
            takes: scale(params.database_takes),
            had: DATABASE_HAD_MS,
        },
        Call {
            name: "api",
            budget: scale(params.api_budget),
            takes: scale(params.api_takes),
            had: API_HAD_MS,
        },
    ];
    let figures = lab.clone();

    // lesson:begin main
    let (pool, shut_down) = with_cancel(background().named("pool"));
    let _shut_down = shut_down.deferred();
    let tasks = csp::chan_named::<Task>("tasks", 1);
    let (queue, ended) = (tasks.receiver(), csp::chan_named("ended", 1));
    let ends = ended.sender();
    csp::go_named("worker", async move {
        while let Some(task) = queue.recv().await {
            // The mistake: a worker has a context at hand, so it hands out that one.
            let ctx = if of_request { &task.ctx } else { &pool };
            let answer = run(ctx, task.calls, &figures).await;
            task.answers.send(answer).await;
            ends.send(now()).await;
        }
    });

    let start = now();
    let (ctx, cancel) = with_timeout(background().named("request"), request_limit);
    let _cancel = cancel.deferred();
    let answers = csp::chan_named("answer", 1);
    let task = Task {
        ctx: ctx.clone(),
        calls,
        answers: answers.sender(),
    };
    tasks.send(task).await;
    tasks.close();
    let answer = csp::select! {
        answer = answers.recv() => answer.unwrap_or(Err(ContextError::Canceled)),
        _ = ctx.done().recv() => Err(ctx.err().unwrap_or(ContextError::Canceled)),
    };
    let waited = start.elapsed();
    match answer {
        Ok(()) => csp::println!("request: answered after {:.0} ms", millis(waited)),
        Err(err) => csp::println!("request: {err} after {:.0} ms", millis(waited)),
    }
    // lesson:end main

    let over = start + waited;
    let end = ended.recv().await.unwrap_or(over);
    csp::println!("the task ended after {:.0} ms", millis(end - start));
    lab.metric(ANSWERED.name, f64::from(answer.is_ok()));
    lab.metric(WAITED_MS.name, millis(waited));
    lab.metric(IN_VAIN_MS.name, millis(end - over));
}

// lesson:begin calls
/// Makes the calls one after the other; each gets a part of what is left.
async fn run(ctx: &Context, calls: [Call; 2], lab: &Lab) -> Result<(), ContextError> {
    for (done, call) in calls.into_iter().enumerate() {
        call.run(ctx, lab).await?;
        lab.metric(CALLS_DONE.name, (done + 1) as f64);
    }
    Ok(())
}

impl Call {
    async fn run(&self, ctx: &Context, lab: &Lab) -> Result<(), ContextError> {
        let (ctx, cancel) = with_timeout(ctx.named(self.name), self.budget);
        let _cancel = cancel.deferred();
        let has = budget(&ctx);
        csp::println!("{}: has {:.0} ms", self.name, millis(has));
        lab.metric(self.had.name, millis(has));
        csp::select! {
            _ = after(self.takes).recv() => Ok(()),
            _ = ctx.done().recv() => {
                let err = ctx.err().unwrap_or(ContextError::Canceled);
                csp::println!("{}: {err}", self.name);
                Err(err)
            },
        }
    }
}

/// What is left: its own budget, or less if the request has less.
fn budget(ctx: &Context) -> Duration {
    ctx.deadline()
        .map_or(Duration::MAX, |at: Instant| at - now())
}
// lesson:end calls

/// What a request wants to have done.
struct Task {
    ctx: Context,
    calls: [Call; 2],
    answers: csp::Sender<Result<(), ContextError>>,
}

/// A call to another service, in real time.
struct Call {
    name: &'static str,
    budget: Duration,
    takes: Duration,
    had: MetricSpec,
}
