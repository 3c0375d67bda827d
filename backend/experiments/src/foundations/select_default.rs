//! A select with a default does not wait: it drops what finds no room, and it
//! spins where a loop has nothing else to wait for.

use std::time::Duration;

use csp::time::sleep;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::chores;
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

choice! {
    /// What the receiver does when there is nothing.
    enum Idle {
        Block = "block", text("no default: waits", "没有 default：等待");
        Spin = "spin", text("default: looks again at once", "default：马上再看");
        Nap = "nap", text("default: sleeps a little", "default：睡一小会儿");
    }
}

parameters! {
    struct Parameters {
        values: i64 = 20, in 1..=100, unit text("values", "个值"),
            label text("Values", "值的个数"),
            help text("How many values the sender has to offer", "发送方一共有多少个值");
        offer_every: u64 = 100, in 0..=1000, unit text("ms", "ms"),
            label text("Offers every", "发送间隔"),
            help text(
                "How long the sender pauses before each value, before the time scale",
                "发送方每个值之前停多久（未乘时间比例）",
            );
        work: u64 = 300, in 0..=1000, unit text("ms", "ms"),
            label text("Work on each value", "处理每个值"),
            help text(
                "How long the receiver works on a value, before the time scale",
                "接收方处理一个值要多久（未乘时间比例）",
            );
        buffer: usize = 1, in 0..=128, unit text("values", "个值"),
            label text("Buffer", "缓冲区容量"),
            help text(
                "How many values the channel holds while the receiver works",
                "接收方忙的时候，通道能存多少个值",
            );
        drops: bool = true,
            label text("Drop when full", "满了就丢"),
            help text(
                "The sender's select has a default, which drops the value; without, it waits",
                "发送方的 select 带 default，放不下就丢掉；不带则等待",
            );
        idle: Idle = Idle::Block,
            label text("Nothing to receive", "没有值可收时"),
            help text(
                "What the receiver does while the channel is empty",
                "通道为空时接收方怎么办",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

/// How long the receiver sleeps where it sleeps.
const NAP: Duration = Duration::from_millis(1);

const TAKEN: MetricSpec = MetricSpec::new(
    "taken",
    text("Values taken by the channel", "放进通道的值"),
    Some(text("values", "个值")),
);

const DROPPED: MetricSpec = MetricSpec::new(
    "dropped",
    text("Values dropped", "丢掉的值"),
    Some(text("values", "个值")),
);

const RECEIVED: MetricSpec = MetricSpec::new(
    "received",
    text("Values received", "收到的值"),
    Some(text("values", "个值")),
);

const EMPTY_LOOKS: MetricSpec = MetricSpec::new(
    "empty_looks",
    text("Looks that found nothing", "什么也没看到的次数"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "select-default",
    chapter: 1,
    title: text("Select with default", "带 default 的 select"),
    summary: text(
        "Sends and receives that do not wait: what is dropped, and how a loop spins",
        "不等待的发送与接收：丢掉了什么，循环又怎样空转",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[TAKEN, DROPPED, RECEIVED, EMPTY_LOOKS],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("select_default.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        values,
        buffer,
        drops,
        idle,
        ..
    } = params;
    let offer_every = scaled(params.offer_every, params.time_scale);
    let work = scaled(params.work, params.time_scale);
    let mut counts = Counts::default();
    lab.zero(&[TAKEN, DROPPED, RECEIVED, EMPTY_LOOKS]);
    let sender_lab = lab.clone();

    // lesson:begin main
    let ch = csp::chan_named("ch", buffer).show(|&n: &i64| n.into());
    let (tx, rx) = (ch.sender(), ch.receiver());

    csp::go_named("sender", async move {
        let (mut taken, mut dropped) = (0, 0);
        for n in 1..=values {
            sleep(offer_every).await;
            if drops {
                csp::select! {
                    () = tx.send(n) => taken += 1,
                    default => dropped += 1, // no room, and nobody waits for it
                }
            } else {
                tx.send(n).await;
                taken += 1;
            }
            report(&sender_lab, taken, dropped);
        }
        tx.close();
    });

    loop {
        let value = match idle {
            Idle::Block => rx.recv().await, // gives its P to others
            Idle::Spin | Idle::Nap => csp::select! {
                value = rx.recv() => value,
                default => {
                    counts.empty_looks += 1;
                    match idle {
                        Idle::Nap => sleep(NAP).await,
                        _ => chores::look_around(), // and looks again at once
                    }
                    continue;
                },
            },
        };
        let Some(n) = value else { break }; // closed and empty: ready as well
        csp::println!("received {n}");
        counts.received += 1;
        sleep(work).await; // works on it
    }
    // lesson:end main

    lab.metric(RECEIVED.name, counts.received as f64);
    lab.metric(EMPTY_LOOKS.name, counts.empty_looks as f64);
}

/// What the receiver counted.
#[derive(Default)]
struct Counts {
    received: u64,
    empty_looks: u64,
}

fn report(lab: &Lab, taken: u64, dropped: u64) {
    lab.metric(TAKEN.name, taken as f64);
    lab.metric(DROPPED.name, dropped as f64);
}
