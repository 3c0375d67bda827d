//! A token bucket, and beside it the ticker that the book limits requests by.

use csp::context::{Context, background};
use csp::patterns::{RateLimiter, TickerLimiter};
use csp::time::{Instant, now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, Text, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// What lets requests through.
    enum By {
        Bucket = "bucket", text("a token bucket", "令牌桶");
        Ticker = "ticker", text("a ticker, as in the book", "ticker（原书写法）");
    }
}

choice! {
    /// What a request does that is not let through.
    enum Otherwise {
        Refused = "refused", text("is refused", "拒绝");
        Waits = "waits", text("waits", "等待");
    }
}

const MS: Text = text("ms", "ms");
const REQUESTS: Text = text("requests", "个请求");

parameters! {
    struct Parameters {
        by: By = By::Bucket,
            label text("Limited by", "限流方式"),
            help text("What lets requests through", "由什么来放行请求");
        every: u64 = 100, in 10..=1000, unit MS,
            label text("One every", "每隔多久放行一个"),
            help text(
                "How often a token grows, or the ticker ticks, before the time scale",
                "多久产生一个令牌，或 ticker 多久响一次（未乘时间比例）",
            );
        burst: u64 = 5, in 1..=100, unit text("tokens", "个令牌"),
            label text("Burst", "桶的容量"),
            help text(
                "How many tokens the bucket holds; a ticker has nothing of the kind",
                "令牌桶最多存多少个令牌；ticker 没有这个概念",
            );
        wave: u64 = 8, in 1..=100, unit REQUESTS,
            label text("Requests of a wave", "每波请求数"),
            help text("How many requests come at once", "同时来多少个请求");
        waves: u64 = 3, in 1..=10,
            label text("Waves", "波数"),
            help text("How many waves come", "一共来几波");
        pause: u64 = 1000, in 0..=2000, unit MS,
            label text("Pause between waves", "两波间隔"),
            help text("How long nobody comes, before the time scale", "两波之间多久没有请求（未乘时间比例）");
        otherwise: Otherwise = Otherwise::Refused,
            label text("Without a token, a request", "没有令牌时，请求"),
            help text("Whether a request waits for its token", "请求要不要等自己的令牌");
        stop: bool = true,
            label text("Stop the ticker", "停止 ticker"),
            help text(
                "In the end; a bucket needs no stopping, since nothing of it runs",
                "用完之后停止；令牌桶没有东西在运行，不需要停止",
            );
        time_scale: f64 = 0.1, in 0.01..=0.2,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const ALLOWED: MetricSpec = MetricSpec::new(
    "allowed",
    text("Requests let through", "放行的请求"),
    Some(REQUESTS),
);

const REFUSED: MetricSpec = MetricSpec::new(
    "refused",
    text("Requests refused", "拒绝的请求"),
    Some(REQUESTS),
);

const FIRST_WAVE: MetricSpec = MetricSpec::new(
    "first_wave",
    text("Let through of the first wave", "第一波放行"),
    Some(REQUESTS),
);

const LAST_WAVE: MetricSpec = MetricSpec::new(
    "last_wave",
    text("Let through of the last wave", "最后一波放行"),
    Some(REQUESTS),
);

const WAVE_MS: MetricSpec = MetricSpec::new(
    "wave_ms",
    text("Time of the last wave", "最后一波用时"),
    Some(MS),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "rate-limiter",
    chapter: 2,
    title: text("Rate limiter", "限流器"),
    summary: text(
        "So many a second: a token bucket saves for a burst, a ticker does not",
        "每秒放行这么多：令牌桶能为突发攒令牌，ticker 不能",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[ALLOWED, REFUSED, FIRST_WAVE, LAST_WAVE, WAVE_MS],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("rate_limiter.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let every = scaled(params.every, params.time_scale);
    let (wave, waves) = (params.wave, params.waves);
    let pause = scaled(params.pause, params.time_scale);
    let waits = params.otherwise == Otherwise::Waits;
    let mut figures = Figures::in_lab(lab);

    // lesson:begin main
    let limiter = match params.by {
        By::Bucket => Limiter::Bucket(RateLimiter::new(every, params.burst as u32)),
        By::Ticker => Limiter::Ticker(TickerLimiter::new(every)),
    };
    let ctx = background();
    for number in 1..=waves {
        figures.wave();
        for _ in 0..wave {
            let allowed = match waits {
                true => limiter.wait(&ctx).await,
                false => limiter.allow(),
            };
            figures.request(allowed);
        }
        csp::println!("wave {number}: {} of {wave} let through", figures.allowed);
        sleep(pause).await; // nobody comes
    }
    if params.stop {
        limiter.stop();
    }
    sleep(pause).await; // the program has other things to do
    // lesson:end main
}

// lesson:begin limiter
enum Limiter {
    Bucket(RateLimiter),
    Ticker(TickerLimiter),
}

impl Limiter {
    /// Whether a request may go on at once.
    fn allow(&self) -> bool {
        match self {
            Limiter::Bucket(bucket) => bucket.allow(),
            Limiter::Ticker(ticker) => ticker.allow(),
        }
    }

    /// Waits until the request may go on; false if the context ends before.
    async fn wait(&self, ctx: &Context) -> bool {
        match self {
            Limiter::Bucket(bucket) => bucket.wait(ctx).await.is_ok(),
            Limiter::Ticker(ticker) => ticker.wait(ctx).await.is_ok(),
        }
    }

    /// A ticker ticks until it is stopped. A bucket is no more than a number.
    fn stop(&self) {
        if let Limiter::Ticker(ticker) = self {
            ticker.stop();
        }
    }
}
// lesson:end limiter

/// Who was let through.
struct Figures {
    waves: u32,
    /// Since the wave began.
    start: Instant,
    allowed: u32,
    /// Of all waves.
    all: [u32; 2],
    lab: Lab,
}

impl Figures {
    fn in_lab(lab: Lab) -> Self {
        let metrics = ENTRY.metrics.iter();
        metrics.for_each(|metric| lab.metric(metric.name, 0.0));
        Figures {
            waves: 0,
            start: now(),
            allowed: 0,
            all: [0, 0],
            lab,
        }
    }

    /// The next wave comes.
    fn wave(&mut self) {
        self.waves += 1;
        self.start = now();
        self.allowed = 0;
        self.lab.metric(LAST_WAVE.name, 0.0);
    }

    /// A request was let through, or refused.
    fn request(&mut self, allowed: bool) {
        self.allowed += u32::from(allowed);
        self.all[usize::from(!allowed)] += 1;
        csp::counter("let through", self.all[0].into());
        self.lab.metric(ALLOWED.name, self.all[0].into());
        self.lab.metric(REFUSED.name, self.all[1].into());
        if self.waves == 1 {
            self.lab.metric(FIRST_WAVE.name, self.allowed.into());
        }
        self.lab.metric(LAST_WAVE.name, self.allowed.into());
        self.lab.metric(WAVE_MS.name, millis(self.start.elapsed()));
    }
}
