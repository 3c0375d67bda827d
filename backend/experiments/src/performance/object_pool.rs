//! Buffers that are used again, against buffers that are made each time: how
//! many are made, what one costs, and what is left in one that nobody cleared.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use csp::sync::{Pool, WaitGroup};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::rounds::{Spread, ns_each, untraced};

parameters! {
    struct Parameters {
        size: usize = 4096, in 64..=65_536, unit text("bytes", "字节"),
            label text("Size of a buffer", "缓冲区大小"),
            help text(
                "A new buffer of this size is filled with zeros, as Go does it",
                "新建这么大的一块缓冲区要先清零，与 Go 相同",
            );
        held: usize = 1, in 1..=512, unit text("buffers", "块"),
            label text("Held at once", "同时占用"),
            help text(
                "How many buffers a goroutine holds before it gives them back",
                "一个 goroutine 占用多少块之后再一起归还",
            );
        goroutines: usize = 4, in 1..=32, unit text("goroutines", "个"),
            label text("Goroutines", "goroutine 个数"),
            help text("How many use buffers at once", "多少个 goroutine 同时使用缓冲区");
        clear: bool = true,
            label text("Clear before it is put back", "归还前清空"),
            help text(
                "Without, the next user finds in it what the last one wrote",
                "不清空，下一个使用者会看到上一个写的内容",
            );
    }
}

/// Messages that the part with the picture writes.
const MESSAGES: usize = 8;
/// Buffers that one measurement uses, at least.
const USES: usize = 64_000;
/// Measurements of each side, which take turns.
const ROUNDS: usize = 9;

const MADE_FRESH: MetricSpec = MetricSpec::new(
    "made_fresh",
    text(
        "Buffers made in 1,000 uses, without a pool",
        "每用 1000 次新建的缓冲区（无池）",
    ),
    None,
);

const MADE_POOLED: MetricSpec = MetricSpec::new(
    "made_pooled",
    text(
        "Buffers made in 1,000 uses, with a pool",
        "每用 1000 次新建的缓冲区（有池）",
    ),
    None,
);

const NS_FRESH: MetricSpec = MetricSpec::new(
    "ns_fresh",
    text("A use of a new buffer", "每次新建，用一次"),
    Some(text("ns", "ns")),
)
.with_spread();

const NS_POOLED: MetricSpec = MetricSpec::new(
    "ns_pooled",
    text("A use of one from the pool", "从池里取，用一次"),
    Some(text("ns", "ns")),
)
.with_spread();

const SPEED_UP: MetricSpec = MetricSpec::new(
    "speed_up",
    text("New over pooled", "新建与复用之比"),
    Some(text("times", "倍")),
)
.with_spread();

const STALE: MetricSpec = MetricSpec::new(
    "stale",
    text(
        "Messages with another's words in them",
        "混进了别人内容的消息",
    ),
    Some(text("messages", "条")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "object-pool",
    chapter: 7,
    title: text("Object pool", "对象池"),
    summary: text(
        "Buffers from a Pool against new ones: how many are made, what a use costs, what is left in them",
        "从 Pool 取缓冲区与每次新建：新建了多少、用一次多少钱、里面还剩着什么",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures what memory costs, which a simulated run does not",
        "它测的是内存的开销，而模拟运行不测时间",
    )),
    params: Parameters::specs,
    metrics: &[
        MADE_FRESH,
        MADE_POOLED,
        NS_FRESH,
        NS_POOLED,
        SPEED_UP,
        STALE,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("object_pool.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let stale = write_messages(&params).await;
    lab.metric(STALE.name, stale as f64);

    let procs = csp::procs();
    let (mut fresh, mut pooled) = (Side::default(), Side::default());
    for _ in 0..ROUNDS {
        for (side, reuse) in [(&mut fresh, false), (&mut pooled, true)] {
            let load = Load::new(&params);
            let uses = load.uses();
            let (took, made) = untraced(procs, measure(reuse, load)).await;
            side.add(took, made, uses);
        }
    }
    let speed_up = fresh.ns.iter().zip(&pooled.ns);
    let speed_up = Spread::of(speed_up.map(|(fresh, pooled)| fresh / pooled).collect());
    lab.metric(MADE_FRESH.name, fresh.made_in_a_thousand());
    lab.metric(MADE_POOLED.name, pooled.made_in_a_thousand());
    csp::println!("new each time: {} made in {} uses", fresh.made, fresh.uses);
    csp::println!(
        "from the pool: {} made in {} uses",
        pooled.made,
        pooled.uses
    );
    lab.spread(NS_FRESH, &Spread::of(fresh.ns));
    lab.spread(NS_POOLED, &Spread::of(pooled.ns));
    lab.spread(SPEED_UP, &speed_up);
}

// lesson:begin main
/// Time of all uses, and how many buffers were made for them.
async fn measure(reuse: bool, load: Load) -> (Duration, u64) {
    let made = Arc::new(AtomicU64::new(0));
    let (size, count) = (load.size, made.clone());
    let buffers = Arc::new(Pool::new(move || {
        count.fetch_add(1, Ordering::Relaxed);
        new_buffer(size)
    }));

    let all = WaitGroup::new();
    let start = Instant::now();
    for _ in 0..load.goroutines {
        let (buffers, made) = (buffers.clone(), made.clone());
        all.go(async move {
            let (mut held, mut fresh) = (Vec::with_capacity(load.held), 0);
            for turn in 0..load.turns {
                for _ in 0..load.held {
                    let buffer = if reuse {
                        buffers.get() // one that was put back, or a new one
                    } else {
                        fresh += 1;
                        new_buffer(size)
                    };
                    held.push(write_to(buffer, turn));
                }
                for buffer in held.drain(..) {
                    if reuse {
                        buffers.put(buffer); // the next get has it
                    } else {
                        drop(buffer); // Go leaves it to its collector
                    }
                }
            }
            made.fetch_add(fresh, Ordering::Relaxed);
        });
    }
    all.wait().await;
    (start.elapsed(), made.load(Ordering::Relaxed))
}
// lesson:end main

/// A buffer of `size` zeros.
fn new_buffer(size: usize) -> Box<[u8]> {
    vec![0; size].into_boxed_slice()
}

/// Uses a buffer: writes a few bytes at its start.
fn write_to(mut buffer: Box<[u8]>, turn: usize) -> Box<[u8]> {
    for byte in buffer.iter_mut().take(64) {
        *byte = turn as u8;
    }
    std::hint::black_box(buffer)
}

// lesson:begin clear
/// One writer after the other builds a message in a buffer from the pool.
/// Returns how many had another's words in them.
async fn messages(clear: bool, send: csp::Sender<String>) {
    let buffers = Arc::new(Pool::named("buffers", String::new));
    for n in 1..=MESSAGES {
        let (buffers, send, writer) = (buffers.clone(), send.clone(), WaitGroup::new());
        writer.go_named(format!("writer {n}"), async move {
            let mut message = buffers.get(); // maybe one that was used before
            message.push_str(&format!("[hello {n}]"));
            send.send(message.clone()).await;
            if clear {
                message.clear(); // Go: buffer.Reset()
            }
            buffers.put(message);
        });
        writer.wait().await;
    }
    send.close();
}
// lesson:end clear

/// The part that the picture shows; returns how many messages had more in them
/// than their own words.
async fn write_messages(params: &Parameters) -> usize {
    let sent = csp::chan_named("messages", MESSAGES);
    csp::go_named("messages", messages(params.clear, sent.sender()));
    let (mut n, mut stale) = (0, 0);
    while let Some(message) = sent.recv().await {
        n += 1;
        csp::println!("message {n}: {message}");
        stale += usize::from(message != format!("[hello {n}]"));
    }
    stale
}

/// What is done with buffers in one measurement.
struct Load {
    size: usize,
    held: usize,
    goroutines: usize,
    /// How often a goroutine takes `held` buffers.
    turns: usize,
}

impl Load {
    fn new(params: &Parameters) -> Self {
        let Parameters {
            size,
            held,
            goroutines,
            ..
        } = *params;
        Load {
            size,
            held,
            goroutines,
            turns: USES.div_ceil(goroutines * held),
        }
    }

    fn uses(&self) -> usize {
        self.goroutines * self.turns * self.held
    }
}

/// What the rounds of one side measured.
#[derive(Default)]
struct Side {
    ns: Vec<f64>,
    made: u64,
    uses: usize,
}

impl Side {
    fn add(&mut self, took: Duration, made: u64, uses: usize) {
        self.ns.push(ns_each(took, uses as u64));
        self.made += made;
        self.uses += uses;
    }

    fn made_in_a_thousand(&self) -> f64 {
        self.made as f64 * 1000.0 / self.uses as f64
    }
}
