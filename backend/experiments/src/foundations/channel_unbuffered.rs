//! Without a buffer a send is a meeting: it waits until a receiver takes the
//! value. What the two do after they have met comes in either order.

use std::sync::{Arc, Mutex, PoisonError};

use csp::sync::WaitGroup;
use csp::time::{now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::sends::{BLOCKED_MS, BLOCKED_SENDS, Sends};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

parameters! {
    struct Parameters {
        receiver_delay: u64 = 1000, in 0..=10_000, unit text("ms", "ms"),
            label text("Receiver comes after", "接收方推迟"),
            help text(
                "How late the receiver takes its first value, before the time scale",
                "接收方过多久才开始接收（未乘时间比例）",
            );
        values: i64 = 1, in 1..=1000, unit text("values", "个值"),
            label text("Values", "值的个数"),
            help text(
                "How many values the sender hands over, one after the other",
                "发送方依次交出多少个值",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const SENT_FIRST: MetricSpec = MetricSpec::new(
    "sent_first",
    text("“sent” was printed first", "先打印 sent 的次数"),
    None,
);

const RECEIVED_FIRST: MetricSpec = MetricSpec::new(
    "received_first",
    text("“received” was printed first", "先打印 received 的次数"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "channel-unbuffered",
    chapter: 1,
    title: text("Unbuffered channel", "无缓冲通道"),
    summary: text(
        "A sender waits for its receiver; what they do afterwards comes in either order",
        "发送方等到接收方才能继续；交接之后，两边谁先谁后并不确定",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[BLOCKED_SENDS, BLOCKED_MS, SENT_FIRST, RECEIVED_FIRST],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("channel_unbuffered.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let values = params.values;
    let receiver_delay = scaled(params.receiver_delay, params.time_scale);
    let order = Order::new(&lab);

    // lesson:begin main
    let ch = csp::chan_named("ch", 0).show(|&n: &i64| n.into());
    let (tx, rx) = (ch.sender(), ch.receiver());
    let both = WaitGroup::new();

    let mut sends = Sends::on(&ch, &lab);
    let (sender_prints, receiver_prints) = (order.clone(), order);
    both.go_named("sender", async move {
        for n in 1..=values {
            let start = now();
            tx.send(n).await; // waits here until somebody takes it
            sends.note(start.elapsed());
            sender_prints.sent(n, || csp::println!("sent {n}"));
        }
        tx.close();
    });

    both.go_named("receiver", async move {
        sleep(receiver_delay).await; // is late
        while let Some(n) = rx.recv().await {
            receiver_prints.received(n, || csp::println!("received {n}"));
        }
    });

    both.wait().await;
    // lesson:end main
}

/// Which of the two lines about a value came first.
#[derive(Clone)]
struct Order {
    lines: Arc<Mutex<Lines>>,
}

struct Lines {
    /// The last value whose "sent" is printed.
    sent: i64,
    /// The last value whose "received" is printed.
    received: i64,
    sent_first: u64,
    received_first: u64,
    lab: Lab,
}

impl Order {
    fn new(lab: &Lab) -> Self {
        let lines = Lines {
            sent: 0,
            received: 0,
            sent_first: 0,
            received_first: 0,
            lab: lab.clone(),
        };
        lines.report();
        Order {
            lines: Arc::new(Mutex::new(lines)),
        }
    }

    /// Prints the sender's line. The lock makes the count and the output agree.
    fn sent(&self, n: i64, print: impl FnOnce()) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        print();
        lines.sent = n;
        if lines.received < n {
            lines.sent_first += 1;
        }
        lines.report();
    }

    /// Prints the receiver's line.
    fn received(&self, n: i64, print: impl FnOnce()) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        print();
        lines.received = n;
        if lines.sent < n {
            lines.received_first += 1;
        }
        lines.report();
    }
}

impl Lines {
    fn report(&self) {
        self.lab.metric(SENT_FIRST.name, self.sent_first as f64);
        self.lab
            .metric(RECEIVED_FIRST.name, self.received_first as f64);
    }
}
