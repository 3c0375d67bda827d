//! Goroutines that wait for what never comes, and what mends each of them.
//!
//! The program counts who was started and who ended. It ends once everybody who
//! can end has ended, so that whoever is left then is a leak and not late.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use csp::context::{background, with_cancel};
use csp::time::{after, sleep};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

choice! {
    /// A way to leak, or its mend.
    enum Variant {
        Sender = "sender", text("sender: nobody receives", "发送方：没有人接收");
        SenderBuffered = "sender-buffered",
            text("sender, mended: room for one", "发送方，改法一：留一个位置");
        SenderTold = "sender-told",
            text("sender, mended: select on ctx.done", "发送方，改法二：同时等 ctx.Done");
        Receiver = "receiver", text("receiver: nobody closes", "接收方：没有人关闭");
        ReceiverClosed = "receiver-closed",
            text("receiver, mended: close", "接收方，改法：关闭通道");
        Watcher = "watcher", text("context: nobody cancels", "context：没有人取消");
        WatcherCancelled = "watcher-cancelled",
            text("context, mended: cancel", "context，改法：取消");
    }
}

parameters! {
    struct Parameters {
        variant: Variant = Variant::Sender,
            label text("Program", "程序"),
            help text(
                "Which of the leaking programs runs, or its mended twin",
                "运行哪个会泄漏的程序，或者它改好之后的样子",
            );
        requests: u64 = 5, in 1..=200, unit text("requests", "个请求"),
            label text("Requests", "请求个数"),
            help text("How many requests the program handles", "程序一共处理多少个请求");
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

/// How long the near replica takes to answer, and how long a request works.
const NEAR_MILLIS: u64 = 50;
/// How long the far replica takes, and how often the watcher looks.
const FAR_MILLIS: u64 = 100;
/// What the program does after its last request, so that the picture shows who
/// still waits.
const THE_REST: Duration = Duration::from_millis(100);
/// How often the program looks whether those that can end have ended.
const LOOK_EVERY: Duration = Duration::from_millis(1);

const STARTED: MetricSpec = MetricSpec::new(
    "started",
    text("Goroutines started", "启动的 goroutine"),
    None,
);

const LEFT: MetricSpec = MetricSpec::new(
    "left",
    text("Goroutines left at the end", "结束时还在的 goroutine"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "goroutine-leak",
    chapter: 8,
    title: text("Goroutine leak", "goroutine 泄漏"),
    summary: text(
        "A sender without a receiver, a loop over a channel that is never closed, a forgotten cancel",
        "没有接收方的发送、永远不关闭的通道上的循环、忘了调用的 cancel",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[STARTED, LEFT],
    breaks: &[Break::Leak],
    takes_task_body: false,
    file: file!(),
    source: include_str!("goroutine_leak.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let goroutines = Goroutines {
        near: scaled(NEAR_MILLIS, params.time_scale),
        far: scaled(FAR_MILLIS, params.time_scale),
        started: Arc::default(),
        ended: Arc::default(),
        lab,
    };
    for n in 1..=params.requests {
        let answer = match params.variant {
            Variant::Sender => first_answer(0, &goroutines).await,
            Variant::SenderBuffered => first_answer(1, &goroutines).await,
            Variant::SenderTold => first_answer_told(&goroutines).await,
            Variant::Receiver => logged(false, &goroutines).await,
            Variant::ReceiverClosed => logged(true, &goroutines).await,
            Variant::Watcher => watched(false, &goroutines).await,
            Variant::WatcherCancelled => watched(true, &goroutines).await,
        };
        csp::println!("request {n}: {answer}");
    }
    goroutines.settle(params.variant, params.requests).await;
}

// lesson:begin main
/// Asks two replicas and takes the answer that comes first.
async fn first_answer(room: usize, goroutines: &Goroutines) -> &'static str {
    let answers = csp::chan_named("answers", room).show(|&name: &&str| name.into());
    for (name, wait) in [("near", goroutines.near), ("far", goroutines.far)] {
        let answers = answers.sender();
        goroutines.go(name, async move {
            sleep(wait).await;
            answers.send(name).await; // who comes second waits here
        });
    }
    answers.recv().await.unwrap_or("closed") // one answer, and nobody receives again
}

/// The same; whoever comes second is told that nobody listens any more.
async fn first_answer_told(goroutines: &Goroutines) -> &'static str {
    let answers = csp::chan_named("answers", 0).show(|&name: &&str| name.into());
    let (ctx, cancel) = with_cancel(&background());
    let _cancels = cancel.deferred(); // when this function returns
    for (name, wait) in [("near", goroutines.near), ("far", goroutines.far)] {
        let (answers, ctx) = (answers.sender(), ctx.clone());
        goroutines.go(name, async move {
            sleep(wait).await;
            csp::select! {
                () = answers.send(name) => {},
                _ = ctx.done().recv() => {},
            }
        });
    }
    answers.recv().await.unwrap_or("closed")
}

/// Writes its log through a goroutine, which ends when the channel is closed.
async fn logged(closes: bool, goroutines: &Goroutines) -> &'static str {
    let log = csp::chan_named("log", 0).show(|&line: &&str| line.into());
    let lines = log.receiver();
    goroutines.go("logger", async move {
        while let Some(line) = lines.recv().await {
            csp::println!("log: {line}");
        }
    });
    log.send("begun").await;
    sleep(goroutines.near).await; // works
    log.send("done").await;
    if closes {
        log.close();
    }
    "logged"
}

/// Has a goroutine that looks after it, until its context ends.
async fn watched(cancels: bool, goroutines: &Goroutines) -> &'static str {
    let (ctx, cancel) = with_cancel(&background());
    let every = goroutines.far;
    goroutines.go("watcher", async move {
        loop {
            csp::select! {
                _ = ctx.done().recv() => return,
                _ = after(every).recv() => {}, // looks whether all is well
            }
        }
    });
    sleep(goroutines.near).await; // works
    if cancels {
        cancel.cancel();
    }
    "watched"
}
// lesson:end main

/// Counts who was started and who ended.
struct Goroutines {
    near: Duration,
    far: Duration,
    started: Arc<AtomicU64>,
    ended: Arc<AtomicU64>,
    lab: Lab,
}

impl Goroutines {
    /// Starts one.
    #[track_caller]
    fn go(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.started.fetch_add(1, Ordering::Relaxed);
        let ended = self.ended.clone();
        csp::go_named(name, async move {
            work.await;
            ended.fetch_add(1, Ordering::Relaxed);
        });
        self.report();
    }

    fn report(&self) -> (u64, u64) {
        let started = self.started.load(Ordering::Relaxed);
        let left = started - self.ended.load(Ordering::Relaxed);
        self.lab.metric(STARTED.name, started as f64);
        self.lab.metric(LEFT.name, left as f64);
        (started, left)
    }

    /// Waits until all have ended but those that never will: one a request, in
    /// the programs that leak.
    async fn settle(&self, variant: Variant, requests: u64) {
        let leak = match variant {
            Variant::Sender | Variant::Receiver | Variant::Watcher => requests,
            _ => 0,
        };
        while self.report().1 > leak {
            sleep(LOOK_EVERY).await;
        }
        sleep(self.far + THE_REST).await;
        let (started, left) = self.report();
        csp::println!("{left} of {started} goroutines are still there");
    }
}
