//! A caller gives up after a while; whether the work stops too is the worker's
//! business.

use std::time::Duration;

use csp::context::{Context, background, with_timeout, without_cancel};
use csp::time::{after, now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// The context of the clean-up after the work.
    enum CleanUp {
        Same = "same", text("with the same context", "沿用同一个 context");
        Detached = "detached", text("without its cancel", "不随它取消");
    }
}

parameters! {
    struct Parameters {
        timeout: u64 = 1000, in 0..=10_000, unit text("ms", "ms"),
            label text("Time-out", "超时时间"),
            help text(
                "How long the caller is willing to wait, before the time scale",
                "调用方最多等多久（未乘时间比例）",
            );
        work: u64 = 2000, in 0..=10_000, unit text("ms", "ms"),
            label text("Work takes", "工作耗时"),
            help text(
                "How long the worker needs, before the time scale",
                "worker 要做多久（未乘时间比例）",
            );
        listens: bool = true,
            label text("The worker listens", "worker 是否在听"),
            help text(
                "Whether the worker stops when its context ends; if not, it works to the end",
                "context 结束时 worker 是否停下；不听的话会一直做完",
            );
        clean_up: CleanUp = CleanUp::Same,
            label text("It cleans up", "收尾工作"),
            help text(
                "With which context the worker takes back what it has begun",
                "worker 撤销做到一半的事情时用哪个 context",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

/// How long it takes to clean up, and how long it may, in milliseconds of the
/// book.
const CLEAN_UP: (u64, u64) = (200, 1000);

const TIMED_OUT: MetricSpec = MetricSpec::new(
    "timed_out",
    text("Timed out (1: yes)", "是否超时（1 表示是）"),
    None,
);

const WAITED_MS: MetricSpec = MetricSpec::new(
    "waited_ms",
    text("The caller waited", "调用方等了"),
    Some(text("ms", "ms")),
);

const LEFT_MS: MetricSpec = MetricSpec::new(
    "left_ms",
    text("Time left when the answer came", "收到结果时还剩"),
    Some(text("ms", "ms")),
);

const IN_VAIN_MS: MetricSpec = MetricSpec::new(
    "in_vain_ms",
    text("Work after nobody waited", "没人等之后又做了"),
    Some(text("ms", "ms")),
);

const CLEANED_UP: MetricSpec = MetricSpec::new(
    "cleaned_up",
    text("Cleaned up (1: yes)", "收尾是否完成（1 表示是）"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "context-timeout",
    chapter: 5,
    title: text("A time-out by context", "带超时的 context"),
    summary: text(
        "The caller gives up in time; the worker stops only if it listens",
        "调用方按时放弃；worker 只有在听，才会跟着停下",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[TIMED_OUT, WAITED_MS, LEFT_MS, IN_VAIN_MS, CLEANED_UP],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("context_timeout.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let timeout = scaled(params.timeout, params.time_scale);
    let plan = Plan {
        work: scaled(params.work, params.time_scale),
        listens: params.listens,
        detached: params.clean_up == CleanUp::Detached,
        clean_up: scaled(CLEAN_UP.0, params.time_scale),
        clean_up_limit: scaled(CLEAN_UP.1, params.time_scale),
    };

    // lesson:begin main
    let (ctx, cancel) = with_timeout(background().named("call"), timeout);
    let _cancel = cancel.deferred();
    let answers = csp::chan_named("answer", 1); // room for one that nobody waits for
    let cleaned = csp::chan_named("cleaned", 1);

    let start = now();
    let (its, answer, done) = (ctx.clone(), answers.sender(), cleaned.sender());
    csp::go_named("worker", async move {
        let finished = work(&its, &plan).await;
        let worked = start.elapsed();
        if finished {
            answer.send("42").await;
        }
        done.send((worked, clean_up(&its, &plan).await)).await;
    });

    let answer = csp::select! {
        answer = answers.recv() => answer,
        _ = ctx.done().recv() => None,
    };
    let waited = start.elapsed();
    match (answer, ctx.err()) {
        (Some(answer), _) => csp::println!("{answer} after {:.0} ms", millis(waited)),
        (None, Some(err)) => csp::println!("{err} after {:.0} ms", millis(waited)),
        (None, None) => csp::println!("no answer"),
    }
    // lesson:end main

    let left = ctx.deadline().map(|at| at - now());
    let Some((worked, cleaned)) = cleaned.recv().await else {
        return;
    };
    csp::println!(
        "the worker worked for {:.0} ms, cleaned up: {cleaned}",
        millis(worked)
    );
    let timed_out = answer.is_none();
    let left = left.filter(|_| !timed_out).unwrap_or_default();
    lab.metric(TIMED_OUT.name, f64::from(timed_out));
    lab.metric(WAITED_MS.name, millis(waited));
    lab.metric(LEFT_MS.name, millis(left));
    let in_vain = worked.saturating_sub(waited);
    lab.metric(IN_VAIN_MS.name, millis(in_vain));
    lab.metric(CLEANED_UP.name, f64::from(cleaned));
}

/// What the worker has to do, in real time.
struct Plan {
    work: Duration,
    listens: bool,
    detached: bool,
    clean_up: Duration,
    clean_up_limit: Duration,
}

// lesson:begin worker
/// Whether it got through.
async fn work(ctx: &Context, plan: &Plan) -> bool {
    if !plan.listens {
        sleep(plan.work).await; // as a library that takes no context
        return true;
    }
    csp::select! {
        _ = after(plan.work).recv() => true,
        _ = ctx.done().recv() => false,
    }
}

/// Takes back what was begun, as a database rolls back. Whether it got through.
async fn clean_up(ctx: &Context, plan: &Plan) -> bool {
    let ctx = match plan.detached {
        true => without_cancel(ctx.named("clean-up")), // the values, not the end
        false => ctx.clone(),
    };
    let (ctx, cancel) = with_timeout(ctx.named("rollback"), plan.clean_up_limit);
    let _cancel = cancel.deferred();
    csp::select! {
        _ = after(plan.clean_up).recv() => true,
        _ = ctx.done().recv() => false,
    }
}
// lesson:end worker
