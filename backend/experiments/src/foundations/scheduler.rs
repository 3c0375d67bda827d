//! Goroutines that compute, on a few processors: who runs where, and when each
//! has to let go.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use csp::native::blocking;
use csp::sync::WaitGroup;
use csp::time::{Instant, now};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::waits::millis;

parameters! {
    struct Parameters {
        goroutines: u64 = 8, in 1..=64, unit text("goroutines", "个"),
            label text("Goroutines", "goroutine 个数"),
            help text("How many goroutines compute", "有多少个 goroutine 在计算");
        work: u64 = 100, in 1..=1000, unit text("thousand numbers", "千个数"),
            label text("Work of each", "每个的工作量"),
            help text(
                "Each goroutine counts the primes below so many thousand",
                "每个 goroutine 数出这么多千以内的质数",
            );
        yields: u64 = 9, in 0..=100, unit text("times", "次"),
            label text("Yields", "让出次数"),
            help text(
                "How often a goroutine lets the others run, at even distances",
                "每个 goroutine 中途让出几次处理器，间隔均匀",
            );
        hog: bool = false,
            label text("A hog", "加入独占者"),
            help text(
                "One more goroutine that computes for long and never yields by itself",
                "再加一个长时间计算、从不主动让出的 goroutine",
            );
        callers: u64 = 0, in 0..=8, unit text("goroutines", "个"),
            label text("Callers of the system", "做系统调用的"),
            help text(
                "Further goroutines that each make three calls of the system, which block their thread for 20 ms",
                "另外有多少个 goroutine，各做三次会让线程阻塞 20 ms 的系统调用",
            );
        hand_off: bool = true,
            label text("Hand-off", "移交 P"),
            help text(
                "Whether a P goes to another thread while its own is blocked in such a call",
                "线程阻塞在这种调用里时，它的 P 是否交给另一个线程",
            );
    }
}

/// The hog counts the primes below this: some ten time slices of work.
const HOG_BELOW: u64 = 1_000_000;
/// In so many pieces, with an operation after each.
const HOG_PIECES: u64 = 200;

/// The calls of each caller, and how long each blocks its thread.
const CALLS: u64 = 3;
const CALL: Duration = Duration::from_millis(20);

const STEALS: MetricSpec = MetricSpec::new(
    "steals",
    text("Times a P took work from another", "P 之间窃取的次数"),
    None,
);

const PREEMPTIONS: MetricSpec = MetricSpec::new(
    "preemptions",
    text("Times a goroutine was preempted", "抢占次数"),
    None,
);

const HANDOFFS: MetricSpec = MetricSpec::new(
    "handoffs",
    text(
        "Times a P was handed to another thread",
        "P 移交给另一个线程的次数",
    ),
    None,
);

const MOVES: MetricSpec = MetricSpec::new(
    "moves",
    text(
        "Times a goroutine went on on another P",
        "换到另一个 P 上继续的次数",
    ),
    None,
);

const SPEED_UP: MetricSpec = MetricSpec::new(
    "speed_up",
    text(
        "Time computed over time elapsed",
        "计算总耗时与实际用时之比",
    ),
    Some(text("times", "倍")),
);

const LONGEST_WAIT_MS: MetricSpec = MetricSpec::new(
    "longest_wait_ms",
    text(
        "Longest wait of a counter for a P",
        "counter 等 P 的最长时间",
    ),
    Some(text("ms", "ms")),
);

const ELAPSED_MS: MetricSpec = MetricSpec::new(
    "elapsed_ms",
    text("Until all were done", "全部完成用时"),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "scheduler",
    chapter: 1,
    title: text("The scheduler: G, M and P", "调度器：G、M 与 P"),
    summary: text(
        "Many goroutines on a few processors: queues, stealing, yielding, preemption and hand-off",
        "很多 goroutine，几个处理器：队列、窃取、让出、抢占与移交",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures how long code without any operation computes on this machine's processors, \
         and a simulated run has neither",
        "它测的是没有任何操作的代码在本机处理器上算多久，而模拟运行里两者都没有",
    )),
    params: Parameters::specs,
    metrics: &[
        STEALS,
        PREEMPTIONS,
        HANDOFFS,
        MOVES,
        SPEED_UP,
        LONGEST_WAIT_MS,
        ELAPSED_MS,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("scheduler.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        goroutines,
        yields,
        hog,
        callers,
        hand_off,
        ..
    } = params;
    let (below, pieces) = (params.work * 1000, yields + 1);
    let figures = Figures::new(lab);

    // lesson:begin main
    let all = WaitGroup::named("all");
    for id in 1..=goroutines {
        let mut figures = figures.of_counter();
        all.go_named(format!("counter {id}"), async move {
            let mut primes = 0;
            for piece in 0..pieces {
                primes += figures.time(|| count_primes(part(below, piece, pieces)));
                if piece < yields {
                    csp::yield_now().await; // lets the others run
                }
            }
            csp::println!("counter {id}: {primes} primes below {below}");
            figures.ended();
        });
    }

    if hog {
        let mut figures = figures.clone();
        all.go_named("hog", async move {
            let found = csp::chan_named("found", HOG_PIECES as usize);
            for piece in 0..HOG_PIECES {
                let primes = figures.time(|| count_primes(part(HOG_BELOW, piece, HOG_PIECES)));
                found.send(primes).await; // has room, never waits; but may be preempted here
            }
            csp::println!("hog: done");
            figures.ended();
        });
    }

    for id in 1..=callers {
        let figures = figures.clone();
        all.go_named(format!("caller {id}"), async move {
            let call = || thread::sleep(CALL); // blocks the M, as a system call may
            for _ in 0..CALLS {
                match hand_off {
                    true => blocking(call).await, // the P goes to another M meanwhile
                    false => call(),              // the P waits too
                }
            }
            csp::println!("caller {id}: done");
            figures.ended();
        });
    }

    all.wait().await;
    // lesson:end main

    figures.ended();
}

/// One of `pieces` parts of the numbers below `below`.
fn part(below: u64, piece: u64, pieces: u64) -> Range<u64> {
    below * piece / pieces..below * (piece + 1) / pieces
}

/// How many primes there are among the numbers, found by division: real work,
/// without any operation of the core in it.
fn count_primes(numbers: Range<u64>) -> usize {
    numbers
        .filter(|&n| n >= 2 && (2..=n.isqrt()).all(|divisor| n % divisor != 0))
        .count()
}

/// What one goroutine saw of its time; clones share the sums.
#[derive(Clone)]
struct Figures {
    /// Of a counter: since when it waits to go on, and on which P it ran last.
    waits: Option<(Instant, Option<usize>)>,
    sums: Arc<Mutex<Sums>>,
    start: Instant,
    lab: Lab,
}

#[derive(Default)]
struct Sums {
    computed: Duration,
    longest_wait: Duration,
    moves: u32,
}

impl Figures {
    fn new(lab: Lab) -> Self {
        Figures {
            waits: None,
            sums: Arc::default(),
            start: now(),
            lab,
        }
    }

    /// The figures of a counter, which is ready to run from now on.
    fn of_counter(&self) -> Self {
        Figures {
            waits: Some((now(), None)),
            ..self.clone()
        }
    }

    /// Does a piece of work, and notes how long it took and how long the
    /// goroutine had waited to go on.
    fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (start, p) = (now(), csp::current_p());
        let result = work();
        let end = now();

        let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, last_p)) = self.waits {
            sums.longest_wait = sums.longest_wait.max(start - since);
            sums.moves += u32::from(last_p.is_some() && last_p != p);
            self.waits = Some((end, p));
        }
        sums.computed += end - start;
        let longest_wait = millis(sums.longest_wait);
        self.lab.metric(LONGEST_WAIT_MS.name, longest_wait);
        self.lab.metric(MOVES.name, sums.moves.into());
        result
    }

    /// A goroutine ended: reports the figures so far.
    fn ended(&self) {
        let totals = csp::totals();
        self.lab.metric(STEALS.name, totals.steals as f64);
        self.lab.metric(PREEMPTIONS.name, totals.preemptions as f64);
        self.lab.metric(HANDOFFS.name, totals.handoffs as f64);

        let elapsed = self.start.elapsed();
        self.lab.metric(ELAPSED_MS.name, millis(elapsed));
        let sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        if !elapsed.is_zero() {
            let speed_up = sums.computed.as_secs_f64() / elapsed.as_secs_f64();
            self.lab.metric(SPEED_UP.name, speed_up);
        }
    }
}
