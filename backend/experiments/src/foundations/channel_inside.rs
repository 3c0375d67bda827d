//! A channel from the inside, step by step: Go's fields `qcount`, `dataqsiz`,
//! `sendx`, `recvx`, `sendq` and `recvq`.
//!
//! One operation at a time is begun, each by a goroutine of its own, and the next
//! only when this one has come back or waits. So the fields follow exactly from
//! what the channel counts:
//!
//! * who has begun a send and is not counted as sent is in `sendq`; the same for
//!   receives and `recvq`;
//! * a value that finds a receiver waiting goes straight to it. Each of the others
//!   goes through the ring, where its place is the number of those before it,
//!   modulo the capacity.

use std::time::Duration;

use csp::Chan;
use csp::run::ObjectTotals;
use csp::sync::WaitGroup;
use csp::time::sleep;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

choice! {
    /// The order in which operations are begun.
    enum Order {
        SendersFirst = "senders-first", text("senders first", "先发送");
        ReceiversFirst = "receivers-first", text("receivers first", "先接收");
        Alternate = "alternate", text("in turn", "轮流");
    }
}

parameters! {
    struct Parameters {
        capacity: usize = 3, in 0..=8, unit text("values", "个值"),
            label text("Capacity", "缓冲区容量"),
            help text("Go's dataqsiz: the places of the ring", "即 Go 的 dataqsiz：环上有几个位置");
        sends: u64 = 5, in 0..=16, unit text("sends", "次"),
            label text("Sends", "发送"),
            help text("How many goroutines send one value each", "有多少个 goroutine 各发送一个值");
        receives: u64 = 7, in 0..=16, unit text("receives", "次"),
            label text("Receives", "接收"),
            help text(
                "How many goroutines receive one value each; what then is left is received before the close",
                "有多少个 goroutine 各接收一个值；剩下的值会在关闭之前收完",
            );
        order: Order = Order::SendersFirst,
            label text("Order", "顺序"),
            help text("Who begins first", "谁先开始");
        step: u64 = 200, in 0..=1000, unit text("ms", "ms"),
            label text("Pause after each step", "每步之后停"),
            help text(
                "How long the channel stays as it is before the next operation, before the time scale",
                "下一个操作开始之前，通道保持原样多久（未乘时间比例）",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const SENDX: MetricSpec = MetricSpec::new(
    "sendx",
    text("sendx before the close", "关闭之前的 sendx"),
    None,
);

const RECVX: MetricSpec = MetricSpec::new(
    "recvx",
    text("recvx before the close", "关闭之前的 recvx"),
    None,
);

const MOST_SENDQ: MetricSpec = MetricSpec::new(
    "most_sendq",
    text("Most senders in sendq", "sendq 里最多有"),
    Some(text("goroutines", "个")),
);

const MOST_RECVQ: MetricSpec = MetricSpec::new(
    "most_recvq",
    text("Most receivers in recvq", "recvq 里最多有"),
    Some(text("goroutines", "个")),
);

const THROUGH_RING: MetricSpec = MetricSpec::new(
    "through_ring",
    text("Values that went through the ring", "经过环的值"),
    None,
);

const DIRECT: MetricSpec = MetricSpec::new(
    "direct",
    text("Values handed over directly", "直接交接的值"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "channel-inside",
    chapter: 1,
    title: text("Inside a channel", "通道的内部"),
    summary: text(
        "A ring with two indices and two queues of goroutines, after each operation",
        "一个带两个下标的环，加上两个 goroutine 队列：每做一步看一次",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[THROUGH_RING, DIRECT, MOST_SENDQ, MOST_RECVQ, SENDX, RECVX],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("channel_inside.rs"),
    prepare: |given| Program::new(given, program),
};

/// One operation of the script.
#[derive(Clone, Copy)]
enum Step {
    Send,
    Receive,
}

impl Order {
    /// Which operation comes as number `at` of this order.
    fn script(self, sends: u64, receives: u64) -> Vec<Step> {
        let (mut script, mut left) = (Vec::new(), (sends, receives));
        while left != (0, 0) {
            let sends_next = match self {
                Order::SendersFirst => left.0 > 0,
                Order::ReceiversFirst => left.1 == 0,
                Order::Alternate => left.1 == 0 || (left.0 > 0 && script.len() % 2 == 0),
            };
            if sends_next {
                left.0 -= 1;
                script.push(Step::Send);
            } else {
                left.1 -= 1;
                script.push(Step::Receive);
            }
        }
        script
    }
}

async fn program(params: Parameters, lab: Lab) {
    let pause = scaled(params.step, params.time_scale);
    let Parameters {
        capacity,
        sends,
        receives,
        ..
    } = params;

    // lesson:begin main
    let ch = csp::chan_named("ch", capacity).show(|&n: &u64| (n as i64).into());
    let (mut inside, all) = (Inside::of(&ch, pause, lab), WaitGroup::new());
    for step in params.order.script(sends, receives) {
        let before = ch.stats();
        let ch = ch.clone();
        match step {
            Step::Send => {
                let n = inside.begin_send();
                all.go_named(format!("sender {n}"), async move {
                    ch.send(n).await; // may wait in sendq
                });
                inside.after(format!("send {n}"), &before).await;
            }
            Step::Receive => {
                let n = inside.begin_receive();
                all.go_named(format!("receiver {n}"), async move {
                    match ch.recv().await {
                        // may wait in recvq
                        Some(value) => csp::println!("receiver {n} got {value}"),
                        None => csp::println!("receiver {n}: closed"),
                    }
                });
                inside.after(format!("receive {n}"), &before).await;
            }
        }
    }
    inside.report();

    while inside.is_anything_left() {
        let before = ch.stats();
        inside.begin_receive();
        ch.recv().await;
        inside.after("main receives".to_owned(), &before).await;
    }
    ch.close(); // whoever is in recvq goes on
    csp::println!("closed");
    all.wait().await;
    // lesson:end main
}

/// Between two looks at whether an operation has taken effect.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// Looks until it is given up: the run goes on, and shows what it has.
const LOOKS: u32 = 1000;

/// The fields of the channel, as they follow from its counts.
struct Inside {
    ch: Chan<u64>,
    pause: Duration,
    sends_begun: u64,
    receives_begun: u64,
    /// Values that did not go through the ring.
    direct: u64,
    /// Who waited before the step that is done now.
    waited: (u64, u64),
    most_sendq: u64,
    most_recvq: u64,
    lab: Lab,
}

/// Go's fields.
struct Fields {
    qcount: u64,
    sendx: u64,
    recvx: u64,
    sendq: u64,
    recvq: u64,
}

impl Inside {
    fn of(ch: &Chan<u64>, pause: Duration, lab: Lab) -> Inside {
        let inside = Inside {
            ch: ch.clone(),
            pause,
            sends_begun: 0,
            receives_begun: 0,
            direct: 0,
            waited: (0, 0),
            most_sendq: 0,
            most_recvq: 0,
            lab,
        };
        inside.report();
        inside
    }

    fn fields(&self) -> Fields {
        let stats = self.ch.stats();
        let (qcount, capacity) = (self.ch.len() as u64, self.ch.cap() as u64);
        let put = stats.sends.saturating_sub(self.direct);
        let place = |number: u64| number.checked_rem(capacity).unwrap_or(0);
        Fields {
            qcount,
            sendx: place(put),
            recvx: place(put.saturating_sub(qcount)),
            sendq: self.sends_begun.saturating_sub(stats.sends),
            recvq: self.receives_begun.saturating_sub(stats.receives),
        }
    }

    /// The next goroutine is about to send; its number.
    fn begin_send(&mut self) -> u64 {
        self.begin();
        self.sends_begun += 1;
        self.sends_begun
    }

    /// The next goroutine is about to receive; its number.
    fn begin_receive(&mut self) -> u64 {
        self.begin();
        self.receives_begun += 1;
        self.receives_begun
    }

    fn begin(&mut self) {
        let Fields { sendq, recvq, .. } = self.fields();
        self.waited = (sendq, recvq);
    }

    /// Waits until the operation that was begun when the channel had counted
    /// `before` came back or waits, and shows the fields.
    async fn after(&mut self, what: String, before: &ObjectTotals) {
        let counts = |stats: &ObjectTotals| {
            let blocked = stats.blocked_sends + stats.blocked_receives;
            stats.sends + stats.receives + blocked
        };
        for _ in 0..LOOKS {
            if counts(&self.ch.stats()) != counts(before) {
                break;
            }
            sleep(LOOK_EVERY).await;
        }
        let stats = self.ch.stats();
        let handed = stats.sends > before.sends && stats.receives > before.receives;
        let (senders, receivers) = self.waited;
        // Handed to a receiver that waited; without a ring, also by a sender.
        if handed && (receivers > 0 || (senders > 0 && self.ch.cap() == 0)) {
            self.direct += 1;
        }
        self.show(&what);
        sleep(self.pause).await;
    }

    fn show(&mut self, what: &str) {
        let Fields {
            qcount,
            sendx,
            recvx,
            sendq,
            recvq,
        } = self.fields();
        csp::println!(
            "{what}: qcount {qcount} of {}, sendx {sendx}, recvx {recvx}, sendq {sendq}, recvq {recvq}",
            self.ch.cap()
        );
        for (name, value) in [
            ("qcount", qcount),
            ("sendx", sendx),
            ("recvx", recvx),
            ("sendq", sendq),
            ("recvq", recvq),
        ] {
            csp::counter(name, value as i64);
        }
        self.most_sendq = self.most_sendq.max(sendq);
        self.most_recvq = self.most_recvq.max(recvq);
    }

    /// Whether a value is in the ring or in the hands of a sender that waits.
    fn is_anything_left(&self) -> bool {
        let Fields { qcount, sendq, .. } = self.fields();
        qcount + sendq > 0
    }

    /// Reports the figures so far.
    fn report(&self) {
        let Fields { sendx, recvx, .. } = self.fields();
        let sent = self.ch.stats().sends;
        for (metric, value) in [
            (THROUGH_RING, sent.saturating_sub(self.direct)),
            (DIRECT, self.direct),
            (MOST_SENDQ, self.most_sendq),
            (MOST_RECVQ, self.most_recvq),
            (SENDX, sendx),
            (RECVX, recvx),
        ] {
            self.lab.metric(metric.name, value as f64);
        }
    }
}
