//! A true HTTP server on loopback, under a true load.
//!
//! The server is axum, on a thread of its own, which the run sees as a system
//! call. Its handlers are futures of that other executor; attached to the run
//! they use its pool, its channels and its contexts. The load comes over TCP
//! from a second thread ([`load`]), at a rate that does not wait for answers.
//!
//! What is lost is counted on both sides: the handlers count what they took in,
//! the clients what they got back.

mod load;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use csp::context::{self, Context};
use csp::native::{Handle, blocking};
use csp::patterns::{RateLimiter, Task, WorkerPool};
use csp::sync::WaitGroup;
use csp::time::{after, sleep};
use serde::{Deserialize, Serialize};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use load::{Answers, Load};

parameters! {
    struct Parameters {
        load: u64 = 1500, in 10..=5000, unit text("requests/s", "次/秒"),
            label text("Load", "请求速率"),
            help text(
                "Requests sent a second, whatever becomes of them",
                "每秒发出多少个请求，不管结果如何",
            );
        duration: u64 = 1000, in 100..=3000, unit text("ms", "ms"),
            label text("Load lasts", "持续时间"),
            help text("How long requests are sent", "持续发送请求多久");
        rate_limit: u64 = 1000, in 10..=10_000, unit text("requests/s", "次/秒"),
            label text("Rate limit", "限流"),
            help text(
                "Requests a second that are let in; others get 429",
                "每秒最多放行多少个请求，多出的返回 429",
            );
        workers: usize = 8, in 1..=100, unit text("goroutines", "个"),
            label text("Workers", "worker 个数"),
            help text("How many requests are worked on at once", "最多同时处理多少个请求");
        queue: usize = 32, in 1..=1000, unit text("requests", "个请求"),
            label text("Queue", "队列容量"),
            help text(
                "Requests that may wait for a worker; beyond that the answer is 503",
                "最多有多少个请求排队等 worker，再多就返回 503",
            );
        work_time: u64 = 10, in 0..=200, unit text("ms", "ms"),
            label text("A request takes", "单个请求耗时"),
            help text(
                "How long a worker waits for its database",
                "worker 等数据库多久",
            );
        time_limit: u64 = 100, in 5..=2000, unit text("ms", "ms"),
            label text("Time limit", "处理时限"),
            help text(
                "After this long a request is answered with 503, done or not",
                "超过这个时间，无论做完与否都返回 503",
            );
        own_context: bool = true,
            label text("Work ends with its request", "任务随请求取消"),
            help text(
                "The work has its request's context; without, the pool's, as in the book",
                "任务使用自己请求的 context；关掉则使用池的 context，与原书一样",
            );
        stop_after: u64 = 0, in 0..=3000, unit text("ms", "ms"),
            label text("Stop after", "多久后停机"),
            help text(
                "When the server is told to stop; 0: when the load has ended",
                "何时通知服务停机；0 表示请求发完之后",
            );
    }
}

const OK: MetricSpec = MetricSpec::new(
    "ok",
    text("Answered with 200", "返回 200"),
    Some(text("requests", "个请求")),
);
const LIMITED: MetricSpec = MetricSpec::new(
    "limited",
    text("429, over the rate", "429：超过限流"),
    Some(text("requests", "个请求")),
);
const BUSY: MetricSpec = MetricSpec::new(
    "busy",
    text("503, queue full", "503：队列已满"),
    Some(text("requests", "个请求")),
);
const TIMED_OUT: MetricSpec = MetricSpec::new(
    "timed_out",
    text("503, over the time limit", "503：超过时限"),
    Some(text("requests", "个请求")),
);
const REFUSED: MetricSpec = MetricSpec::new(
    "refused",
    text("Not let in after the stop", "停机后未被接受"),
    Some(text("requests", "个请求")),
);
const LOST: MetricSpec = MetricSpec::new(
    "lost",
    text("Accepted and never answered", "已接受却没有答复"),
    Some(text("requests", "个请求")),
);
const IN_VAIN: MetricSpec = MetricSpec::new(
    "in_vain",
    text(
        "Worked on after the answer had gone",
        "答复之后仍在做的任务",
    ),
    Some(text("requests", "个请求")),
);
const QUEUE_PEAK: MetricSpec = MetricSpec::new(
    "queue_peak",
    text("Most requests in the queue", "队列最长时"),
    Some(text("requests", "个请求")),
);
const P50: MetricSpec = MetricSpec::new(
    "p50_ms",
    text("Latency of a 200, median", "成功请求的延迟，中位数"),
    Some(text("ms", "ms")),
);
const P95: MetricSpec = MetricSpec::new(
    "p95_ms",
    text("95th percentile", "95 分位"),
    Some(text("ms", "ms")),
);
const P99: MetricSpec = MetricSpec::new(
    "p99_ms",
    text("99th percentile", "99 分位"),
    Some(text("ms", "ms")),
);
const THROUGHPUT: MetricSpec = MetricSpec::new(
    "throughput",
    text("Answered with 200 a second", "每秒成功的请求"),
    Some(text("requests/s", "次/秒")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "api-server",
    chapter: 8,
    title: text("API server", "API 服务"),
    summary: text(
        "An HTTP server under load: a rate limit, a bounded queue, a time limit, a stop that loses nothing",
        "高负载下的 HTTP 服务：限流、有界队列、时限，以及不丢请求的停机",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it serves real sockets, which no simulation stands for",
        "它在真实的套接字上服务，模拟调度器无法代替",
    )),
    params: Parameters::specs,
    metrics: &[
        OK, LIMITED, BUSY, TIMED_OUT, REFUSED, LOST, IN_VAIN, QUEUE_PEAK, P50, P95, P99, THROUGHPUT,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("api_server.rs"),
    prepare: |given| Program::new(given, program),
};

// lesson:begin main
/// POST /api/process
async fn process(api: Api, job: Job) -> Answer {
    if !api.limiter.allow() {
        return refuse(StatusCode::TOO_MANY_REQUESTS, "over the rate limit");
    }
    let (request, cancel) = context::with_timeout(&api.root, api.time_limit);
    let _cancel = cancel.deferred();

    // The work ends with its request, or with the pool alone.
    let ctx = if api.own_context { &request } else { &api.root }.clone();
    let results = csp::chan(1);
    let (result, work_time, seen) = (results.sender(), api.work_time, api.seen.clone());
    let task = Task::future(async move || {
        let span = csp::span("process_request"); // from where a worker has it
        let Some(sum) = work(&ctx, work_time, job).await else {
            return span.record_error(LATE_TEXT);
        };
        span.set("result.count", sum.count as i64);
        result.send(sum).await; // there is room for one: nobody is waited for
        seen.done.fetch_add(1, Ordering::Relaxed);
    });
    if api.pool.try_submit(task).is_err() {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, BUSY_TEXT);
    }
    api.seen.accepts(api.pool.queued());

    csp::select! {
        result = results.recv() => match result {
            Some(sum) => {
                api.seen.in_time.fetch_add(1, Ordering::Relaxed);
                (StatusCode::OK, Json(Body::Sum(sum)))
            }
            None => refuse(StatusCode::INTERNAL_SERVER_ERROR, "no result"),
        },
        _ = request.done().recv() => refuse(StatusCode::SERVICE_UNAVAILABLE, LATE_TEXT),
    }
}

/// Sums the numbers up, once its database has answered.
async fn work(ctx: &Context, time: Duration, job: Job) -> Option<Sum> {
    csp::select! {
        _ = after(time).recv() => Some(Sum {
            sum: job.numbers.iter().sum(),
            count: job.numbers.len(),
        }),
        _ = ctx.done().recv() => None,
    }
}

/// Serves until `stop` is closed, and then until every request that was let in
/// has its answer.
async fn serve(listener: TcpListener, api: Api, stop: csp::Receiver<()>) -> io::Result<()> {
    let handle = api.handle.clone();
    let app = Router::new()
        .route("/api/process", post(process_route))
        .route("/api/status", get(status))
        .with_state(api);
    let listener = tokio::net::TcpListener::from_std(listener)?;
    axum::serve(listener, app)
        .with_graceful_shutdown(async move {
            handle.attach(stop.recv()).await;
        })
        .await
}
// lesson:end main

/// The answer when the queue is full.
const BUSY_TEXT: &str = "busy";
/// The answer after the time limit.
const LATE_TEXT: &str = "over the time limit";

type Answer = (StatusCode, Json<Body>);

#[derive(Deserialize)]
struct Job {
    numbers: Vec<f64>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body {
    Sum(Sum),
    Error { error: &'static str },
}

#[derive(Serialize)]
struct Sum {
    sum: f64,
    count: usize,
}

fn refuse(status: StatusCode, error: &'static str) -> Answer {
    (status, Json(Body::Error { error }))
}

/// What the handlers share.
#[derive(Clone)]
struct Api {
    handle: Handle,
    root: Context,
    limiter: RateLimiter,
    pool: WorkerPool,
    time_limit: Duration,
    work_time: Duration,
    own_context: bool,
    seen: Arc<Seen>,
}

/// What the handlers and the workers counted.
#[derive(Default)]
struct Seen {
    accepted: AtomicU64,
    in_time: AtomicU64,
    done: AtomicU64,
    queue_peak: AtomicU64,
}

impl Seen {
    fn accepts(&self, queued: usize) {
        self.accepted.fetch_add(1, Ordering::Relaxed);
        self.queue_peak.fetch_max(queued as u64, Ordering::Relaxed);
    }
}

/// The handler, on the other executor, as a part of the run.
async fn process_route(State(api): State<Api>, Json(job): Json<Job>) -> Answer {
    let handle = api.handle.clone();
    handle.attach(process(api, job)).await
}

#[derive(Serialize)]
struct Status {
    queued: usize,
    workers: usize,
    done: u64,
}

/// GET /api/status
async fn status(State(api): State<Api>) -> Json<Status> {
    Json(Status {
        queued: api.pool.queued(),
        workers: api.pool.workers(),
        done: api.pool.totals().done,
    })
}

/// A thread's own executor for sockets.
///
/// # Errors
/// The system has no more of what it needs.
fn sockets() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

/// Tokens that the rate limit may have saved up: what it lets in within 20 ms.
fn burst(rate_limit: u64) -> u32 {
    u32::try_from(rate_limit / 50).unwrap_or(u32::MAX).max(1)
}

async fn program(params: Parameters, lab: Lab) {
    let handle = match Handle::current() {
        Some(handle) => handle,
        None => match csp::panic("there is no native run to attach to").await {},
    };
    let (root, cancel) = context::with_cancel(context::background().named("server"));
    let api = Api {
        handle,
        root,
        limiter: RateLimiter::named(
            "requests",
            Duration::from_secs(1).div_f64(params.rate_limit as f64),
            burst(params.rate_limit),
        ),
        pool: WorkerPool::named("requests", params.workers, params.queue),
        time_limit: Duration::from_millis(params.time_limit),
        work_time: Duration::from_millis(params.work_time),
        own_context: params.own_context,
        seen: Arc::default(),
    };
    let answers = match under_load(&params, api.clone()).await {
        Ok(answers) => answers,
        Err(error) => match csp::panic(format!("no server on loopback: {error}")).await {},
    };
    api.pool.shutdown().await;
    cancel.cancel();
    report(
        &answers,
        &api.seen,
        Duration::from_millis(params.duration),
        &lab,
    );
}

/// Starts the server, sends the load, stops the server.
async fn under_load(params: &Parameters, api: Api) -> io::Result<Answers> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let load = Load {
        address,
        per_second: params.load,
        duration: Duration::from_millis(params.duration),
    };
    let stop = csp::chan_named::<()>("stop", 0);
    let stop_after = Duration::from_millis(params.stop_after);

    let server = WaitGroup::named("server");
    let stopped = stop.receiver();
    server.go_named("http server", async move {
        let served = blocking(move || sockets()?.block_on(serve(listener, api, stopped))).await;
        if let Err(error) = served {
            csp::println!("the server failed: {error}");
        }
    });
    let sent = WaitGroup::named("load");
    let to_stop = stop.sender();
    if !stop_after.is_zero() {
        sent.go_named("stopper", async move {
            sleep(stop_after).await;
            to_stop.close();
        });
    }
    let answers = blocking(move || sockets()?.block_on(load.send())).await;
    sent.wait().await;
    if stop_after.is_zero() {
        stop.close();
    }
    server.wait().await;
    answers
}

fn report(answers: &Answers, seen: &Seen, duration: Duration, lab: &Lab) {
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let answered = answers.ok + answers.timed_out;
    let lost = count(&seen.accepted).saturating_sub(answered);
    let in_vain = count(&seen.done).saturating_sub(count(&seen.in_time));
    for (metric, value) in [
        (OK, answers.ok),
        (LIMITED, answers.limited),
        (BUSY, answers.busy),
        (TIMED_OUT, answers.timed_out),
        (REFUSED, answers.refused),
        (LOST, lost),
        (IN_VAIN, in_vain),
        (QUEUE_PEAK, count(&seen.queue_peak)),
    ] {
        lab.metric(metric.name, value as f64);
    }
    for (metric, share) in [(P50, 0.5), (P95, 0.95), (P99, 0.99)] {
        lab.metric(metric.name, answers.latency_ms(share));
    }
    lab.metric(THROUGHPUT.name, answers.ok as f64 / duration.as_secs_f64());
    csp::println!("GET /api/status said {}", answers.status);
    csp::println!(
        "of {} requests: {} with 200, {} with 429, {} with 503 (busy), {} with 503 (time limit), {} not let in",
        answers.sent(),
        answers.ok,
        answers.limited,
        answers.busy,
        answers.timed_out,
        answers.refused
    );
}
