//! Select has no order of its own. A loop that wants one channel first has to
//! say so, has to know when both are closed, and must not take "empty for a
//! moment" for the end.

use std::time::Duration;

use csp::time::sleep;
use csp::{Chan, Receiver, Sender};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::chores;
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

choice! {
    /// How the loop chooses.
    enum Variant {
        Plain = "plain", text("one select over both", "一个 select 等两个");
        Book = "book", text("the book's loop", "原书的循环");
        Mended = "mended", text("mended", "改好的循环");
    }
}

parameters! {
    struct Parameters {
        variant: Variant = Variant::Mended,
            label text("Loop", "循环"),
            help text(
                "How the loop chooses between the two channels",
                "循环怎样在两个通道之间选择",
            );
        values: i64 = 5, in 1..=50, unit text("values", "个值"),
            label text("Values of each", "每个通道的值"),
            help text("How many values each channel carries", "每个通道一共送多少个值");
        every: u64 = 0, in 0..=1000, unit text("ms", "ms"),
            label text("A value comes every", "值的间隔"),
            help text(
                "How long each sender pauses before a value, before the time scale; 0: all are there at the start",
                "每个发送方每个值之前停多久（未乘时间比例）；0 表示一开始就全在通道里",
            );
        nil_closed: bool = true,
            label text("Closed becomes nil", "关闭后设为 nil"),
            help text(
                "The mended loop sets a closed channel to nil; else it finds it ready again and again",
                "改好的循环把已关闭的通道设为 nil；否则它会一直就绪",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const HIGH_FIRST: MetricSpec = MetricSpec::new(
    "high_first",
    text(
        "High values before the first low one",
        "第一个 low 之前收到的 high",
    ),
    Some(text("values", "个值")),
);

const RECEIVED: MetricSpec = MetricSpec::new(
    "received",
    text("Values received", "收到的值"),
    Some(text("values", "个值")),
);

const LOST: MetricSpec = MetricSpec::new(
    "lost",
    text("Values nobody received", "没有人收的值"),
    Some(text("values", "个值")),
);

const IDLE_TURNS: MetricSpec = MetricSpec::new(
    "idle_turns",
    text("Turns that got nothing", "一无所获的轮数"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "select-priority",
    chapter: 1,
    title: text("Priority between channels", "通道之间的优先级"),
    summary: text(
        "All of one channel before any of the other, without losing values and without spinning",
        "先取完一个通道再取另一个，既不丢值，也不空转",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[HIGH_FIRST, RECEIVED, LOST, IDLE_TURNS],
    // A sender whose receiver left too early waits for ever.
    breaks: &[Break::Leak],
    takes_task_body: false,
    file: file!(),
    source: include_str!("select_priority.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let values = params.values;
    let every = scaled(params.every, params.time_scale);
    let high = csp::chan_named("high", values as usize).show(|&n: &i64| n.into());
    let low = csp::chan_named("low", values as usize).show(|&n: &i64| n.into());
    if every.is_zero() {
        // All values are there before anybody looks.
        send_all(high.sender(), values, every).await;
        send_all(low.sender(), values, every).await;
    } else {
        csp::go_named("high", send_all(high.sender(), values, every));
        csp::go_named("low", send_all(low.sender(), values, every));
    }
    let mut got = Got::new(2 * values as u64, lab);
    match params.variant {
        Variant::Plain => plain(high.receiver(), low.receiver(), &mut got).await,
        Variant::Book => book(high.receiver(), low.receiver(), &mut got).await,
        Variant::Mended => {
            let nil = params.nil_closed;
            mended(high.receiver(), low.receiver(), nil, &mut got).await;
        }
    }
    csp::println!("the loop ends");
}

async fn send_all(tx: Sender<i64>, values: i64, every: Duration) {
    for n in 1..=values {
        if !every.is_zero() {
            sleep(every).await;
        }
        tx.send(n).await;
    }
    tx.close();
}

// lesson:begin main
/// High first; ends when both are closed.
async fn mended(mut high: Receiver<i64>, mut low: Receiver<i64>, nil: bool, got: &mut Got) {
    let (mut high_open, mut low_open) = (true, true);
    while high_open || low_open {
        if let Ok(n) = high.try_recv() {
            got.high(n); // in Go: a select with default
            continue;
        }
        csp::select! { // nothing high at this moment: whichever comes first
            n = high.recv() => match n {
                Some(n) => got.high(n),
                None => {
                    high_open = false; // closed: ready again and again
                    if nil {
                        high = Chan::nil().receiver(); // nil: never ready
                    }
                    got.nothing();
                }
            },
            n = low.recv() => match n {
                Some(n) => got.low(n),
                None => {
                    low_open = false;
                    if nil {
                        low = Chan::nil().receiver();
                    }
                    got.nothing();
                }
            },
        }
    }
}
// lesson:end main

// lesson:begin book
/// The book's: high, else low, else the end.
async fn book(high: Receiver<i64>, low: Receiver<i64>, got: &mut Got) {
    loop {
        if let Ok(n) = high.try_recv() {
            got.high(n);
            continue;
        }
        match low.try_recv() {
            Ok(n) => got.low(n),
            Err(_) => return, // both are empty: for good, or for a moment?
        }
    }
}
// lesson:end book

// lesson:begin plain
/// Both alike.
async fn plain(mut high: Receiver<i64>, mut low: Receiver<i64>, got: &mut Got) {
    let mut open = 2;
    while open > 0 {
        csp::select! {
            n = high.recv() => match n {
                Some(n) => got.high(n),
                None => (high, open) = (Chan::nil().receiver(), open - 1),
            },
            n = low.recv() => match n {
                Some(n) => got.low(n),
                None => (low, open) = (Chan::nil().receiver(), open - 1),
            },
        }
    }
}
// lesson:end plain

/// What the loop got.
struct Got {
    all: u64,
    received: u64,
    high_first: u64,
    low_seen: bool,
    idle_turns: u64,
    lab: Lab,
}

impl Got {
    fn new(all: u64, lab: Lab) -> Self {
        let got = Got {
            all,
            received: 0,
            high_first: 0,
            low_seen: false,
            idle_turns: 0,
            lab,
        };
        got.report();
        got
    }

    fn high(&mut self, n: i64) {
        csp::println!("high {n}");
        self.received += 1;
        if !self.low_seen {
            self.high_first += 1;
        }
        self.report();
    }

    fn low(&mut self, n: i64) {
        csp::println!("low {n}");
        self.received += 1;
        self.low_seen = true;
        self.report();
    }

    /// A turn of the loop that brought nothing but the news of a closed channel.
    fn nothing(&mut self) {
        self.idle_turns += 1;
        self.report();
        chores::look_around();
    }

    fn report(&self) {
        self.lab.metric(HIGH_FIRST.name, self.high_first as f64);
        self.lab.metric(RECEIVED.name, self.received as f64);
        self.lab
            .metric(LOST.name, (self.all - self.received) as f64);
        self.lab.metric(IDLE_TURNS.name, self.idle_turns as f64);
    }
}
