//! Consumers wait until a queue has something: Signal, Broadcast, and `if` in
//! place of `while`.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use csp::sync::{Cond, Mutex, WaitGroup};
use csp::time::sleep;

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

choice! {
    enum Wake {
        Signal = "signal", text("Signal: one", "Signal：唤醒一个");
        Broadcast = "broadcast", text("Broadcast: all", "Broadcast：唤醒全部");
    }
}

choice! {
    enum Check {
        While = "while", text("while: looks again", "while：醒来再看一次");
        If = "if", text("if: looks once", "if：只看一次");
    }
}

parameters! {
    struct Parameters {
        consumers: usize = 3, in 1..=32, unit text("goroutines", "个"),
            label text("Consumers", "消费者"),
            help text("How many goroutines take items from the queue", "有多少个 goroutine 从队列取东西");
        items: u64 = 5, in 1..=50, unit text("items", "个"),
            label text("Items of each", "每个取几个"),
            help text("How many items each consumer takes", "每个消费者取多少个");
        wake: Wake = Wake::Signal,
            label text("The producer calls", "生产者调用"),
            help text("Whom the producer wakes after each item", "生产者每放一个就唤醒谁");
        check: Check = Check::While,
            label text("A consumer checks by", "消费者怎样检查"),
            help text(
                "Whether a consumer that was woken looks at the queue again",
                "消费者被唤醒之后，会不会再看一眼队列",
            );
        produce_every: u64 = 100, in 0..=1000, unit text("ms", "ms"),
            label text("Pause before an item", "每个间隔"),
            help text(
                "How long the producer pauses before each item, before the time scale",
                "生产者放每个之前停多久（未乘时间比例）",
            );
        work: u64 = 150, in 0..=1000, unit text("ms", "ms"),
            label text("Work on an item", "处理耗时"),
            help text(
                "How long a consumer works on an item, without the lock, before the time scale",
                "消费者处理一个要多久，这时不持锁（未乘时间比例）",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const TAKEN: MetricSpec = MetricSpec::new(
    "taken",
    text("Items taken", "取走的个数"),
    Some(text("items", "个")),
);

const WAITS: MetricSpec = MetricSpec::new(
    "waits",
    text("Times that a consumer waited", "消费者等待的次数"),
    None,
);

const IN_VAIN: MetricSpec = MetricSpec::new(
    "in_vain",
    text("Woken to an empty queue", "醒来发现队列是空的"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "cond",
    chapter: 3,
    title: text("Cond", "条件变量 Cond"),
    summary: text(
        "Three consumers wait for a queue to fill: who is woken, and why each must look again",
        "三个消费者等队列里有东西：谁会醒来，以及醒来为什么还要再看一眼",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[TAKEN, WAITS, IN_VAIN],
    breaks: &[Break::Panic],
    takes_task_body: false,
    file: file!(),
    source: include_str!("cond.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        consumers,
        items,
        wake,
        check,
        ..
    } = params;
    let produce_every = scaled(params.produce_every, params.time_scale);
    let work = scaled(params.work, params.time_scale);
    let figures = Arc::new(Figures::new(lab));

    // lesson:begin main
    let queue = Arc::new(Mutex::named("queue lock", VecDeque::new()).guards("the queue"));
    let filled = Arc::new(Cond::named("filled"));
    let all = WaitGroup::named("all");

    for id in 1..=consumers {
        let (queue, filled, figures) = (queue.clone(), filled.clone(), figures.clone());
        all.go_named(format!("consumer {id}"), async move {
            for _ in 0..items {
                let mut items = queue.lock().await;
                while items.is_empty() {
                    items = filled.wait(items).await; // gives the lock up meanwhile
                    figures.woken(items.is_empty());
                    if check == Check::If {
                        break; // trusts that there is one now
                    }
                }
                let item: u64 = first(&mut items).await;
                drop(items);
                csp::println!("consumer {id} takes {item}");
                figures.taken();
                sleep(work).await; // works on it, without the lock
            }
        });
    }

    all.go_named("producer", async move {
        for item in 1..=consumers as u64 * items {
            sleep(produce_every).await;
            queue.lock().await.push_back(item);
            match wake {
                Wake::Signal => filled.signal(),
                Wake::Broadcast => filled.broadcast(),
            }
        }
    });

    all.wait().await;
    // lesson:end main
}

// lesson:begin first
/// Takes the first item out: a panic if there is none, as in Go.
async fn first(items: &mut VecDeque<u64>) -> u64 {
    match items.pop_front() {
        Some(item) => item,
        None => {
            let text = "runtime error: index out of range [0] with length 0";
            let never: Infallible = csp::panic(text).await;
            match never {}
        }
    }
}
// lesson:end first

/// What the consumers met.
struct Figures {
    counts: std::sync::Mutex<[u32; 3]>,
    lab: Lab,
}

impl Figures {
    const METRICS: [MetricSpec; 3] = [TAKEN, WAITS, IN_VAIN];

    fn new(lab: Lab) -> Self {
        for metric in Self::METRICS {
            lab.metric(metric.name, 0.0);
        }
        Figures {
            counts: std::sync::Mutex::default(),
            lab,
        }
    }

    fn count(&self, which: usize) {
        let mut counts = self
            .counts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        counts[which] += 1;
        self.lab
            .metric(Self::METRICS[which].name, counts[which].into());
    }

    fn taken(&self) {
        self.count(0);
    }

    /// A wait is over, with the queue empty or not.
    fn woken(&self, empty: bool) {
        self.count(1);
        if empty {
            self.count(2);
        }
    }
}
