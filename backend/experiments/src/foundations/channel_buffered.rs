//! A buffer lets the sender run ahead of the receiver, as far as it is deep.

use csp::sync::WaitGroup;
use csp::time::{now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::sends::{BLOCKED_MS, BLOCKED_SENDS, Sends};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

parameters! {
    struct Parameters {
        capacity: usize = 3, in 0..=1024, unit text("values", "个值"),
            label text("Capacity", "缓冲区容量"),
            help text(
                "How many values the channel holds while nobody takes them; 0 makes it unbuffered",
                "没有人接收时，通道最多能存多少个值；0 表示无缓冲",
            );
        sends: i64 = 5, in 1..=64, unit text("values", "个值"),
            label text("Sends", "发送个数"),
            help text("How many values the sender sends", "发送方一共发送多少个值");
        send_every: u64 = 500, in 0..=5000, unit text("ms", "ms"),
            label text("Pause after a send", "发送间隔"),
            help text(
                "How long the sender pauses after each send, before the time scale",
                "每次发送完成后发送方停多久（未乘时间比例）",
            );
        receiver_starts_after: u64 = 2000, in 0..=10_000, unit text("ms", "ms"),
            label text("Receiver starts after", "接收方推迟"),
            help text(
                "How late the receiver takes its first value, before the time scale",
                "接收方过多久才开始接收（未乘时间比例）",
            );
        receive_every: u64 = 1000, in 0..=5000, unit text("ms", "ms"),
            label text("Work on each value", "处理每个值"),
            help text(
                "How long the receiver works on a value before it takes the next, before the time scale",
                "接收方处理完一个值再取下一个要多久（未乘时间比例）",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const FIRST_BLOCKED_SEND: MetricSpec = MetricSpec::new(
    "first_blocked_send",
    text(
        "First send that blocked (0: none)",
        "第几次发送最先阻塞（0 表示没有）",
    ),
    None,
);

const PEAK_LEN: MetricSpec = MetricSpec::new(
    "peak_len",
    text("Most values in the buffer", "缓冲区最多存过"),
    Some(text("values", "个值")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "channel-buffered",
    chapter: 1,
    title: text("Buffered channel", "有缓冲通道"),
    summary: text(
        "How far a sender gets ahead of a slow receiver, and where it blocks",
        "接收方较慢时，发送方能领先多少，又会在哪里阻塞",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[FIRST_BLOCKED_SEND, BLOCKED_SENDS, BLOCKED_MS, PEAK_LEN],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("channel_buffered.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        capacity, sends, ..
    } = params;
    let send_every = scaled(params.send_every, params.time_scale);
    let receiver_starts_after = scaled(params.receiver_starts_after, params.time_scale);
    let receive_every = scaled(params.receive_every, params.time_scale);
    lab.metric(FIRST_BLOCKED_SEND.name, 0.0);

    // lesson:begin main
    let values = csp::chan_named("values", capacity).show(|&n: &i64| n.into());
    let (tx, rx) = (values.sender(), values.receiver());
    let both = WaitGroup::new();

    let mut figures = Figures::on(&values, lab);
    both.go_named("sender", async move {
        for n in 1..=sends {
            let start = now();
            tx.send(n).await; // waits here while the buffer is full
            csp::println!("sent {n} after {:.0} ms", millis(start.elapsed()));
            figures.sent(n, start);
            sleep(send_every).await;
        }
        tx.close();
    });

    both.go_named("receiver", async move {
        sleep(receiver_starts_after).await;
        while let Some(n) = rx.recv().await {
            csp::println!("received {n}");
            sleep(receive_every).await; // works on it
        }
    });

    both.wait().await;
    // lesson:end main
}

/// What the sender saw of its channel.
struct Figures {
    values: csp::Chan<i64>,
    sends: Sends<i64>,
    lab: Lab,
}

impl Figures {
    fn on(values: &csp::Chan<i64>, lab: Lab) -> Self {
        Figures {
            values: values.clone(),
            sends: Sends::on(values, &lab),
            lab,
        }
    }

    /// The send of `n`, begun at `start`, came back.
    fn sent(&mut self, n: i64, start: csp::time::Instant) {
        if self.sends.note(start.elapsed()) {
            self.lab.metric(FIRST_BLOCKED_SEND.name, n as f64);
        }
        let peak_len = self.values.stats().peak_len;
        self.lab.metric(PEAK_LEN.name, f64::from(peak_len));
    }
}
