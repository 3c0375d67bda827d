//! One call ends a context and all that was derived from it; what was derived
//! and never cancelled stays until then.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use csp::context::{Context, after_func, background, with_cancel, with_cancel_cause, with_timeout};
use csp::sync::WaitGroup;
use csp::time::{after, now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// What a worker does with its cancel functions when it returns.
    enum OwnCancel {
        Deferred = "deferred", text("called on return", "返回时调用");
        Forgotten = "forgotten", text("forgotten", "忘了调用");
    }
}

parameters! {
    struct Parameters {
        cancel_after: u64 = 2000, in 0..=10_000, unit text("ms", "ms"),
            label text("Cancel after", "多久后取消"),
            help text(
                "When main cancels the request, before the time scale",
                "main 过多久取消请求（未乘时间比例）",
            );
        work: u64 = 5000, in 0..=10_000, unit text("ms", "ms"),
            label text("Work takes", "工作耗时"),
            help text(
                "How long each worker needs, before the time scale",
                "每个 worker 要做多久（未乘时间比例）",
            );
        workers: u64 = 3, in 1..=16, unit text("goroutines", "个"),
            label text("Workers", "worker 个数"),
            help text(
                "How many workers the request has; each derives two contexts",
                "请求有多少个 worker；每个 worker 派生两个 context",
            );
        own_cancel: OwnCancel = OwnCancel::Deferred,
            label text("Their cancel functions are", "worker 自己的 cancel"),
            help text(
                "What a worker does with the cancel functions of the contexts that it made",
                "worker 返回时怎样处理自己派生的 context 的 cancel 函数",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

/// How long a query may take: longer than any run.
const QUERY_LIMIT: Duration = Duration::from_secs(60);

const FINISHED: MetricSpec = MetricSpec::new(
    "finished",
    text("Workers that finished", "做完的 worker"),
    None,
);

const CANCELED: MetricSpec = MetricSpec::new(
    "canceled",
    text("Workers that were cancelled", "被取消的 worker"),
    None,
);

const ENDED_BY_CANCEL: MetricSpec = MetricSpec::new(
    "ended_by_cancel",
    text("Contexts ended by the one call", "这一次取消结束的 context"),
    Some(text("contexts", "个")),
);

const LEFT_OPEN: MetricSpec = MetricSpec::new(
    "left_open",
    text(
        "Contexts of finished workers still open before it",
        "取消前 worker 已返回却仍未结束的 context",
    ),
    Some(text("contexts", "个")),
);

const NOTICED_MS: MetricSpec = MetricSpec::new(
    "noticed_ms",
    text(
        "From the cancel to the last worker's end",
        "从取消到最后一个 worker 结束",
    ),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "context-cancel",
    chapter: 5,
    title: text("Cancelling a context", "取消 context"),
    summary: text(
        "One call ends a tree of contexts, and everybody who listens stops",
        "一次调用结束整棵 context 树，凡是在听的都会停下",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[FINISHED, CANCELED, ENDED_BY_CANCEL, LEFT_OPEN, NOTICED_MS],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("context_cancel.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let cancel_after = scaled(params.cancel_after, params.time_scale);
    let work = scaled(params.work, params.time_scale);
    let forgets = params.own_cancel == OwnCancel::Forgotten;
    let tree = Tree::default();

    // lesson:begin main
    let (request, cancel) = with_cancel_cause(background().named("request"));
    tree.joined(&request);
    let closed = csp::chan_named::<()>("closed", 0);
    let closes = closed.clone();
    let _stop = after_func(&request, async move {
        csp::println!("the connection is closed");
        closes.close();
    });

    let workers = WaitGroup::new();
    for id in 1..=params.workers {
        let (request, tree) = (request.clone(), tree.clone());
        workers.go_named(format!("worker {id}"), async move {
            let (ctx, cancel) = with_cancel(request.named(format!("worker {id}")));
            let limit = QUERY_LIMIT;
            let (query, end_query) = with_timeout(ctx.named(format!("query {id}")), limit);
            // Go's defer, or the mistake of not having it.
            let _cancels = (!forgets).then(|| (cancel.deferred(), end_query.deferred()));
            tree.joined(&ctx);
            tree.joined(&query);

            let finished = csp::select! {
                _ = after(work).recv() => true,
                _ = query.done().recv() => false,
            };
            match query.cause() {
                Some(cause) if !finished => csp::println!("worker {id} stops: {cause}"),
                _ => csp::println!("worker {id} is done"),
            }
            tree.returns(finished);
        });
    }

    sleep(cancel_after).await;
    let (before, in_use) = (tree.open(), tree.in_use());
    cancel.cancel("the user went away"); // all below have ended when it returns
    let ended = before - tree.open();
    csp::println!("one call ended {ended} contexts");
    // lesson:end main

    let (cancelled, left_open) = (now(), before.saturating_sub(in_use));
    workers.wait().await;
    lab.metric(NOTICED_MS.name, millis(cancelled.elapsed()));
    closed.recv().await;
    lab.metric(ENDED_BY_CANCEL.name, ended as f64);
    lab.metric(LEFT_OPEN.name, left_open as f64);
    let (finished, stopped) = tree.workers();
    lab.metric(FINISHED.name, finished as f64);
    lab.metric(CANCELED.name, stopped as f64);
}

/// The contexts of a request, as the experiment counts them.
#[derive(Clone, Default)]
struct Tree(Arc<Mutex<Counted>>);

#[derive(Default)]
struct Counted {
    contexts: Vec<Context>,
    finished: usize,
    stopped: usize,
}

impl Tree {
    fn counted<R>(&self, look: impl FnOnce(&mut Counted) -> R) -> R {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn joined(&self, context: &Context) {
        self.counted(|counted| counted.contexts.push(context.clone()));
    }

    /// A worker returns.
    fn returns(&self, finished: bool) {
        self.counted(|counted| match finished {
            true => counted.finished += 1,
            false => counted.stopped += 1,
        });
    }

    /// How many contexts have not ended.
    fn open(&self) -> usize {
        let is_open = |context: &&Context| context.err().is_none();
        self.counted(|counted| counted.contexts.iter().filter(is_open).count())
    }

    /// How many contexts somebody still works with: the request's, and two of
    /// each worker that has begun and not returned.
    fn in_use(&self) -> usize {
        self.counted(|counted| {
            let returned = counted.finished + counted.stopped;
            counted.contexts.len() - 2 * returned
        })
    }

    /// Workers that finished, and workers that were stopped.
    fn workers(&self) -> (usize, usize) {
        self.counted(|counted| (counted.finished, counted.stopped))
    }
}
