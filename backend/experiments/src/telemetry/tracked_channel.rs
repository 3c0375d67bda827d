//! A channel that counts: what went in, what came out, what is in it; and the
//! book's, which counts what was called.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csp::context::{background, with_timeout};
use csp::patterns::TrackedChannel;
use csp::sync::WaitGroup;
use csp::time::sleep;

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

choice! {
    enum Which {
        Mended = "mended", text("mended", "改正后的");
        Book = "book", text("the book's", "原书的");
    }
}

parameters! {
    struct Parameters {
        channel: Which = Which::Mended,
            label text("Channel", "通道"),
            help text(
                "Whether it counts what happened, or what was called",
                "数真正发生的事，还是数调用了几次",
            );
        capacity: usize = 5, in 0..=64, unit text("values", "个值"),
            label text("Capacity", "缓冲区容量"),
            help text("How many values it holds", "缓冲区最多存多少个值");
        values: u64 = 20, in 1..=200, unit text("values", "个值"),
            label text("Values", "发送个数"),
            help text("How many values are sent", "一共发送多少个值");
        receives: u64 = 25, in 1..=250, unit text("calls", "次"),
            label text("Receives", "接收次数"),
            help text(
                "How often the receiver calls Recv, at most",
                "接收方最多调用多少次 Recv",
            );
        send_every: u64 = 50, in 0..=1000, unit text("ms", "ms"),
            label text("Pause after a send", "发送间隔"),
            help text(
                "How long the sender pauses after each send, before the time scale",
                "每次发送完成后发送方停多久（未乘时间比例）",
            );
        receive_every: u64 = 100, in 0..=1000, unit text("ms", "ms"),
            label text("Work on each value", "处理每个值"),
            help text(
                "How long the receiver works on a value, before the time scale",
                "接收方处理一个值要多久（未乘时间比例）",
            );
        timeout: u64 = 5000, in 100..=10_000, unit text("ms", "ms"),
            label text("Time-out", "超时"),
            help text(
                "The context of sender and receiver ends after so long, before the time scale",
                "收发双方的 context 多久之后结束（未乘时间比例）",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const SENT: MetricSpec = MetricSpec::new(
    "sent",
    text("channel_send_total", "channel_send_total（发送计数）"),
    Some(text("values", "个值")),
);

const RECEIVED: MetricSpec = MetricSpec::new(
    "received",
    text("channel_recv_total", "channel_recv_total（接收计数）"),
    Some(text("values", "个值")),
);

const NEVER_SENT: MetricSpec = MetricSpec::new(
    "never_sent",
    text("Counted as received, never sent", "计入接收、却从未发送"),
    Some(text("values", "个值")),
);

const GAUGE_REPORTS: MetricSpec = MetricSpec::new(
    "gauge_reports",
    text("Reports of the buffer gauge", "缓冲区仪表上报次数"),
    None,
);

const GAVE_UP: MetricSpec = MetricSpec::new(
    "gave_up",
    text(
        "Operations that ended with their context",
        "因 context 结束而放弃的操作",
    ),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "tracked-channel",
    chapter: 6,
    title: text("Tracked channel", "带计数的通道"),
    summary: text(
        "Counters of sends and receives, and a gauge of the buffer that is really reported",
        "发送与接收的计数器，以及真正上报的缓冲区仪表",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[SENT, RECEIVED, NEVER_SENT, GAUGE_REPORTS, GAVE_UP],
    breaks: &[Break::Deadlock],
    takes_task_body: false,
    file: file!(),
    source: include_str!("tracked_channel.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    lab.zero(&[SENT, RECEIVED, NEVER_SENT, GAUGE_REPORTS, GAVE_UP]);
    match params.channel {
        Which::Mended => mended(params, lab).await,
        Which::Book => book(params, lab).await,
    }
}

async fn mended(params: Parameters, lab: Lab) {
    let figures = Figures::new(&params, lab);
    let send_every = scaled(params.send_every, params.time_scale);
    let receive_every = scaled(params.receive_every, params.time_scale);
    let timeout = scaled(params.timeout, params.time_scale);
    let (values, receives) = (params.values, params.receives);

    // lesson:begin main
    let orders = TrackedChannel::new("orders", params.capacity);
    let (ctx, cancel) = with_timeout(&background(), timeout);
    let both = WaitGroup::new();

    let (tx, sender_ctx, mut seen) = (orders.clone(), ctx.clone(), figures.clone());
    both.go_named("sender", async move {
        for n in 1..=values {
            // channel_send_total and channel_buffer_size, with channel = "orders".
            if let Err(error) = tx.send(&sender_ctx, n).await {
                csp::println!("sender gives up: {error}");
                return seen.gave_up();
            }
            seen.counted(tx.totals());
            sleep(send_every).await;
        }
        tx.close();
    });

    let (rx, receiver_ctx, mut seen) = (orders.clone(), ctx.clone(), figures.clone());
    both.go_named("receiver", async move {
        for _ in 0..receives {
            match rx.recv(&receiver_ctx).await {
                Ok(Some(_)) => seen.counted(rx.totals()),
                Ok(None) => return, // closed and empty: nothing was received
                Err(error) => {
                    csp::println!("receiver gives up: {error}");
                    return seen.gave_up();
                }
            }
            sleep(receive_every).await;
        }
    });

    both.wait().await;
    cancel.cancel();
    let totals = orders.totals();
    csp::println!("{} sent, {} received", totals.sent, totals.received);
    // lesson:end main
}

// lesson:begin book
/// The book's: it counts calls, ignores the context, and its gauge is declared
/// and never reported.
struct BookChannel {
    values: csp::Chan<u64>,
    sent: AtomicU64,
    received: AtomicU64,
}

impl BookChannel {
    async fn send(&self, value: u64) {
        self.values.send(value).await; // for ever, if nobody receives
        let sent = self.sent.fetch_add(1, Ordering::Relaxed) + 1;
        csp::counter("channel_send_total{channel=\"orders\"}", sent as i64);
    }

    async fn recv(&self) -> u64 {
        let value = self.values.recv().await.unwrap_or(0); // Go's zero value
        let received = self.received.fetch_add(1, Ordering::Relaxed) + 1;
        csp::counter("channel_recv_total{channel=\"orders\"}", received as i64);
        value
    }
}
// lesson:end book

async fn book(params: Parameters, lab: Lab) {
    let send_every = scaled(params.send_every, params.time_scale);
    let receive_every = scaled(params.receive_every, params.time_scale);
    let figures = Figures::new(&params, lab);
    let orders = Arc::new(BookChannel {
        values: csp::chan_named("orders", params.capacity),
        sent: AtomicU64::new(0),
        received: AtomicU64::new(0),
    });
    let both = WaitGroup::new();

    let (tx, mut seen) = (orders.clone(), figures.clone());
    both.go_named("sender", async move {
        for n in 1..=params.values {
            tx.send(n).await;
            seen.called(&tx);
            sleep(send_every).await;
        }
        tx.values.close();
    });

    let (rx, mut seen) = (orders.clone(), figures.clone());
    both.go_named("receiver", async move {
        for _ in 0..params.receives {
            rx.recv().await;
            seen.called(&rx);
            sleep(receive_every).await;
        }
    });

    both.wait().await;
    let (sent, received) = (&orders.sent, &orders.received);
    let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
    csp::println!("{} sent, {} received", count(sent), count(received));
}

/// What the counters said; clones share the lab.
#[derive(Clone)]
struct Figures {
    reports: Arc<AtomicU64>,
    gave_up: Arc<AtomicU64>,
    lab: Lab,
}

impl Figures {
    fn new(_: &Parameters, lab: Lab) -> Self {
        Figures {
            reports: Arc::default(),
            gave_up: Arc::default(),
            lab,
        }
    }

    /// The counters moved, and the gauge with them.
    fn counted(&mut self, totals: csp::patterns::ChannelTotals) {
        let reports = self.reports.fetch_add(1, Ordering::Relaxed) + 1;
        self.lab.metric(GAUGE_REPORTS.name, reports as f64);
        self.totals(totals.sent, totals.received);
    }

    /// The counters of the book's moved.
    fn called(&mut self, channel: &BookChannel) {
        let sent = channel.sent.load(Ordering::Relaxed);
        self.totals(sent, channel.received.load(Ordering::Relaxed));
        let received = channel.values.stats().receives;
        let counted = channel.received.load(Ordering::Relaxed);
        let never_sent = counted.saturating_sub(received);
        self.lab.metric(NEVER_SENT.name, never_sent as f64);
    }

    fn totals(&self, sent: u64, received: u64) {
        self.lab.metric(SENT.name, sent as f64);
        self.lab.metric(RECEIVED.name, received as f64);
    }

    /// An operation ended with its context.
    fn gave_up(&mut self) {
        let gave_up = self.gave_up.fetch_add(1, Ordering::Relaxed) + 1;
        self.lab.metric(GAVE_UP.name, gave_up as f64);
    }
}
