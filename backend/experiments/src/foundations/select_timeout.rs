//! A select with a timer gives up waiting; the work that it waited for goes on.

use csp::time::{after, now, sleep};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// The channel on which the worker answers.
    enum Reply {
        Buffered = "buffered", text("with room for one", "可存一个值");
        Unbuffered = "unbuffered", text("without a buffer", "无缓冲");
    }
}

parameters! {
    struct Parameters {
        work: u64 = 3000, in 0..=10_000, unit text("ms", "ms"),
            label text("Work takes", "工作耗时"),
            help text(
                "How long the worker needs for its result, before the time scale",
                "worker 多久才能算出结果（未乘时间比例）",
            );
        timeout: u64 = 2000, in 0..=10_000, unit text("ms", "ms"),
            label text("Time-out", "超时时间"),
            help text(
                "How long main is willing to wait, before the time scale",
                "main 最多愿意等多久（未乘时间比例）",
            );
        reply: Reply = Reply::Buffered,
            label text("Reply channel", "结果通道"),
            help text(
                "Whether the worker can leave its result behind when nobody waits for it any more",
                "没有人再等的时候，worker 能不能把结果留在通道里就走",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

/// How much longer than the work the program lives, so that a worker that can
/// end has ended.
const GRACE_MILLIS: u64 = 50;

const TIMED_OUT: MetricSpec = MetricSpec::new(
    "timed_out",
    text("Gave up (1: yes)", "是否超时（1 表示是）"),
    None,
);

const WAITED_MS: MetricSpec = MetricSpec::new(
    "waited_ms",
    text("Main waited in select", "main 在 select 里等了"),
    Some(text("ms", "ms")),
);

const LEAKED: MetricSpec = MetricSpec::new(
    "leaked",
    text("Workers left blocked", "一直阻塞的 worker"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "select-timeout",
    chapter: 1,
    title: text("Select with a time-out", "带超时的 select"),
    summary: text(
        "Main stops waiting for slow work; the worker does not know, and may be left for ever",
        "main 不再等太慢的工作；worker 并不知情，可能永远留在那里",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[TIMED_OUT, WAITED_MS, LEAKED],
    breaks: &[Break::Leak],
    takes_task_body: false,
    file: file!(),
    source: include_str!("select_timeout.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let work = scaled(params.work, params.time_scale);
    let timeout = scaled(params.timeout, params.time_scale);
    let capacity = match params.reply {
        Reply::Buffered => 1,
        Reply::Unbuffered => 0,
    };
    lab.metric(LEAKED.name, 0.0);
    let the_rest = work + std::time::Duration::from_millis(GRACE_MILLIS);

    // lesson:begin main
    let result = csp::chan_named("result", capacity).show(|&word: &&str| word.into());
    let tx = result.sender();
    csp::go_named("worker", async move {
        sleep(work).await;
        csp::println!("the worker has its result");
        tx.send("done").await; // waits here if nobody takes it and there is no room
        csp::println!("the worker ends");
    });

    let start = now();
    let timer = after(timeout);
    let timed_out = csp::select! {
        word = result.recv() => {
            csp::println!("{} after {:.0} ms", word.unwrap_or("closed"), millis(start.elapsed()));
            false
        },
        _ = timer.recv() => {
            csp::println!("gave up after {:.0} ms", millis(start.elapsed()));
            true
        },
    };
    lab.metric(TIMED_OUT.name, f64::from(timed_out));
    lab.metric(WAITED_MS.name, millis(start.elapsed()));

    sleep(the_rest).await; // the program does other things
    // lesson:end main

    // A send that blocked and was never taken: the worker is in it still.
    let stats = result.stats();
    lab.metric(
        LEAKED.name,
        stats.blocked_sends.saturating_sub(stats.sends) as f64,
    );
}
