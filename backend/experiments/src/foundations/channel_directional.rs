//! The two ends of a channel, handed to functions: one can only send, the other
//! can only receive.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use csp::sync::WaitGroup;
use csp::{Receiver, Sender};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};

parameters! {
    struct Parameters {
        values: i64 = 6, in 1..=500, unit text("values", "个值"),
            label text("Values", "值的个数"),
            help text("How many values the producer sends", "生产者一共发送多少个值");
        capacity: usize = 0, in 0..=64, unit text("values", "个值"),
            label text("Capacity", "缓冲区容量"),
            help text(
                "How many values each of the two channels holds while nobody takes them",
                "没有人接收时，两个通道各自最多能存多少个值",
            );
        squarers: usize = 1, in 1..=8, unit text("goroutines", "个"),
            label text("Squarers", "中间的 goroutine"),
            help text(
                "How many goroutines stand between producer and consumer, each with an end of both channels",
                "生产者和消费者之间有几个 goroutine，它们各拿着两个通道的一端",
            );
        close: bool = true,
            label text("The producer closes", "生产者关闭通道"),
            help text(
                "Whether the producer closes its channel once it has sent everything",
                "生产者发完之后是否关闭自己的通道",
            );
    }
}

const RECEIVED: MetricSpec = MetricSpec::new(
    "received",
    text("Squares that arrived", "收到的平方数"),
    None,
);

const SUM: MetricSpec = MetricSpec::new("sum", text("Their sum", "它们的和"), None);

const LOOPS_ENDED: MetricSpec = MetricSpec::new(
    "loops_ended",
    text(
        "Receive loops that ended by a close",
        "因通道关闭而结束的接收循环",
    ),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "channel-directional",
    chapter: 1,
    title: text("Directional channels", "单向通道"),
    summary: text(
        "A function gets the end that it needs: it cannot receive where it is to send, or the reverse",
        "函数只拿到它需要的那一端：该发送的收不了，该接收的发不了",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[RECEIVED, SUM, LOOPS_ENDED],
    breaks: &[Break::Deadlock],
    takes_task_body: false,
    file: file!(),
    source: include_str!("channel_directional.rs"),
    prepare: |given| Program::new(given, program),
};

// lesson:begin main
/// Has the end that sends. It can send and close, and nothing else.
async fn produce(numbers: Sender<i64>, values: i64, close: bool) {
    for n in 1..=values {
        numbers.send(n).await;
    }
    if close {
        numbers.close(); // whoever sends says that no more will come
    }
}

/// Receives from one channel and sends to another.
async fn square(numbers: Receiver<i64>, squares: Sender<i64>, figures: Figures) {
    while let Some(n) = numbers.recv().await {
        squares.send(n * n).await;
    }
    figures.loop_ended();
}

/// Has the end that receives. It cannot even close it.
async fn consume(squares: Receiver<i64>, mut figures: Figures) {
    while let Some(square) = squares.recv().await {
        csp::println!("received {square}");
        figures.received(square);
    }
    figures.loop_ended();
}

async fn run(params: Parameters, figures: Figures) {
    let numbers = csp::chan_named("numbers", params.capacity).show(|&n: &i64| n.into());
    let squares = csp::chan_named("squares", params.capacity).show(|&n: &i64| n.into());
    let (squaring, all) = (WaitGroup::named("squaring"), WaitGroup::named("all"));

    let producing = produce(numbers.sender(), params.values, params.close);
    all.go_named("producer", producing);
    for id in 1..=params.squarers {
        let squares = square(numbers.receiver(), squares.sender(), figures.clone());
        squaring.go_named(format!("squarer {id}"), squares);
    }
    all.go_named("consumer", consume(squares.receiver(), figures));

    squaring.wait().await;
    squares.close(); // several sent: it is closed when the last of them is done
    all.wait().await;
}
// lesson:end main

async fn program(params: Parameters, lab: Lab) {
    lab.zero(&[RECEIVED, SUM, LOOPS_ENDED]);
    let figures = Figures {
        received: 0,
        sum: 0,
        loops_ended: Arc::default(),
        lab,
    };
    run(params, figures).await;
}

/// What arrived, and whose loops ended.
#[derive(Clone)]
struct Figures {
    received: u64,
    sum: i64,
    loops_ended: Arc<AtomicU32>,
    lab: Lab,
}

impl Figures {
    fn received(&mut self, square: i64) {
        self.received += 1;
        self.sum += square;
        self.lab.metric(RECEIVED.name, self.received as f64);
        self.lab.metric(SUM.name, self.sum as f64);
    }

    fn loop_ended(&self) {
        let ended = self.loops_ended.fetch_add(1, Ordering::Relaxed) + 1;
        self.lab.metric(LOOPS_ENDED.name, ended.into());
    }
}
