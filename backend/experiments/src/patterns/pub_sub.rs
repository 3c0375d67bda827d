//! One topic, two subscribers, one of them slow: what happens at its full queue.

use std::time::Duration;

use csp::patterns::{Policy, PubSub, SubscriberTotals};
use csp::sync::WaitGroup;
use csp::time::{now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, Text, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// What to do at a full queue.
    enum WhenFull {
        DropNewest = "drop_newest", text("drop the newest", "丢弃最新的");
        DropOldest = "drop_oldest", text("drop the oldest", "丢弃最旧的");
        Block = "block", text("block", "阻塞");
    }
}

impl From<WhenFull> for Policy {
    fn from(when_full: WhenFull) -> Policy {
        match when_full {
            WhenFull::DropNewest => Policy::DropNewest,
            WhenFull::DropOldest => Policy::DropOldest,
            WhenFull::Block => Policy::Block,
        }
    }
}

const MS: Text = text("ms", "ms");
const MESSAGES: Text = text("messages", "条消息");

parameters! {
    struct Parameters {
        when_full: WhenFull = WhenFull::DropNewest,
            label text("When a queue is full", "队列满时"),
            help text(
                "What happens to a message for a subscriber whose queue is full",
                "订阅者的队列已满时，新消息怎么办",
            );
        messages: u64 = 20, in 1..=200, unit MESSAGES,
            label text("Messages", "消息条数"),
            help text("How many messages are published", "一共发布多少条消息");
        publish_every: u64 = 50, in 0..=500, unit MS,
            label text("A message every", "发布间隔"),
            help text("How long the publisher pauses after each, before the time scale", "发布一条之后停多久（未乘时间比例）");
        quick_time: u64 = 10, in 0..=500, unit MS,
            label text("Quick reads for", "quick 每条用时"),
            help text("How long `quick` works on a message, before the time scale", "quick 处理一条消息要多久（未乘时间比例）");
        slow_time: u64 = 200, in 0..=500, unit MS,
            label text("Slow reads for", "slow 每条用时"),
            help text("How long `slow` works on a message, before the time scale", "slow 处理一条消息要多久（未乘时间比例）");
        capacity: usize = 4, in 0..=64, unit MESSAGES,
            label text("Queue of each", "各自的队列容量"),
            help text(
                "How many messages wait for a subscriber; with 0 one comes only to who waits for it",
                "每个订阅者最多排多少条消息；0 表示只有正在等待时才收得到",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const QUICK: [MetricSpec; 2] = [
    MetricSpec::new(
        "quick_delivered",
        text("Delivered to quick", "送到 quick"),
        Some(MESSAGES),
    ),
    MetricSpec::new(
        "quick_dropped",
        text("Dropped for quick", "quick 丢掉"),
        Some(MESSAGES),
    ),
];

const SLOW: [MetricSpec; 2] = [
    MetricSpec::new(
        "slow_delivered",
        text("Delivered to slow", "送到 slow"),
        Some(MESSAGES),
    ),
    MetricSpec::new(
        "slow_dropped",
        text("Dropped for slow", "slow 丢掉"),
        Some(MESSAGES),
    ),
];

const SLOW_LAST: MetricSpec = MetricSpec::new(
    "slow_last",
    text("Number of the last that slow read", "slow 最后读到第几条"),
    None,
);

const PUBLISH_MS: MetricSpec = MetricSpec::new(
    "publish_ms",
    text(
        "Time the publisher spent publishing",
        "发布方花在发布上的时间",
    ),
    Some(MS),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "pub-sub",
    chapter: 2,
    title: text("Publish and subscribe", "发布与订阅"),
    summary: text(
        "Each message to all who subscribed, and three ways to treat one who is slow",
        "每条消息发给所有订阅者；对跟不上的订阅者有三种办法",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[QUICK[0], QUICK[1], SLOW[0], SLOW[1], SLOW_LAST, PUBLISH_MS],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("pub_sub.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let time = |millis| scaled(millis, params.time_scale);
    let (messages, publish_every) = (params.messages, time(params.publish_every));
    let (capacity, when_full) = (params.capacity, Policy::from(params.when_full));
    let work = [("quick", params.quick_time), ("slow", params.slow_time)];
    let readers = work.map(|(id, work)| (id, time(work)));
    let mut publishing = Publishing::in_lab(&lab);

    // lesson:begin main
    let topic = PubSub::named("news");
    let all = WaitGroup::named("subscribers");
    for (id, work) in readers {
        // Each has a queue of its own. What happens when it is full is said here.
        let Ok(mut news) = topic.subscribe(id, capacity, when_full) else {
            continue;
        };
        let lab = lab.clone();
        all.go_named(id, async move {
            while let Some(message) = news.recv().await {
                csp::println!("{id} reads {message}");
                note_read(&lab, id, message);
                sleep(work).await;
            }
            note_totals(&lab, id, news.totals());
        });
    }
    if let Err(error) = topic.subscribe("slow", capacity, when_full) {
        csp::println!("a second slow is refused: {error}");
    }

    for message in 1..=messages {
        let start = now();
        // To all; waits only for those that say so.
        let Ok(published) = topic.publish(message).await else {
            break;
        };
        publishing.took(start.elapsed());
        if published.dropped > 0 {
            csp::println!("message {message}: {} dropped", published.dropped);
        }
        sleep(publish_every).await;
    }
    topic.close(); // they still read what is in their queues
    all.wait().await;
    // lesson:end main
}

/// A subscriber read this message.
fn note_read(lab: &Lab, id: &str, message: u64) {
    if id == "slow" {
        lab.metric(SLOW_LAST.name, message as f64);
    }
}

/// What became of all messages for a subscriber.
fn note_totals(lab: &Lab, id: &str, totals: SubscriberTotals) {
    let SubscriberTotals { delivered, dropped } = totals;
    csp::println!("{id}: {delivered} delivered, {dropped} dropped");
    let metrics = if id == "slow" { &SLOW } else { &QUICK };
    lab.metric(metrics[0].name, delivered as f64);
    lab.metric(metrics[1].name, dropped as f64);
}

/// How long the publisher was held up.
struct Publishing {
    time: Duration,
    lab: Lab,
}

impl Publishing {
    fn in_lab(lab: &Lab) -> Self {
        let metrics = ENTRY.metrics.iter();
        metrics.for_each(|metric| lab.metric(metric.name, 0.0));
        Publishing {
            time: Duration::ZERO,
            lab: lab.clone(),
        }
    }

    /// A publish took so long.
    fn took(&mut self, time: Duration) {
        self.time += time;
        self.lab.metric(PUBLISH_MS.name, millis(self.time));
    }
}
