//! Two hand a token to and fro: what one hand-over costs between goroutines, and
//! what between threads of the system.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use csp::Chan;
use csp::native::blocking;
use csp::sync::WaitGroup;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::rounds::{Spread, ns_each, untraced};

parameters! {
    struct Parameters {
        shown: u64 = 5, in 1..=100, unit text("rallies", "个来回"),
            label text("Rallies in the picture", "图中的来回"),
            help text(
                "How often the token goes to and fro in the part that is drawn, before anything is measured",
                "画在图上的部分里，令牌来回几次；测量在这之后才开始",
            );
        rallies: u64 = 20_000, in 1000..=100_000, unit text("rallies", "个来回"),
            label text("Rallies of goroutines", "goroutine 的来回"),
            help text(
                "How often two goroutines hand the token to and fro in each round that is measured",
                "每一轮测量中，两个 goroutine 来回传递令牌多少次",
            );
        thread_rallies: u64 = 1000, in 100..=4000, unit text("rallies", "个来回"),
            label text("Rallies of threads", "线程的来回"),
            help text(
                "The same for two threads, which need longer for each",
                "两个线程来回传递多少次；线程每次都更慢，所以次数少些",
            );
        processors: usize = 1, in 1..=4, unit text("Ps", "个 P"),
            label text("Ps of the goroutines", "goroutine 可用的 P"),
            help text(
                "How many Ps the measured goroutines have",
                "测量 goroutine 时有几个 P",
            );
    }
}

/// Rounds, in each of which both sides have their turn: an odd number, so that
/// the median was measured.
const ROUNDS: usize = 5;

const HANDOVERS: MetricSpec = MetricSpec::new(
    "handovers",
    text("Hand-overs in the picture", "图中的交接次数"),
    None,
);

const WAITS: MetricSpec = MetricSpec::new(
    "waits",
    text("Times that a goroutine waited for them", "为此等待的次数"),
    None,
);

const GOROUTINE_NS: MetricSpec = MetricSpec::new(
    "goroutine_ns",
    text("One hand-over between goroutines", "goroutine 之间交接一次"),
    Some(text("ns", "ns")),
)
.with_spread();

const THREAD_NS: MetricSpec = MetricSpec::new(
    "thread_ns",
    text("One hand-over between threads", "线程之间交接一次"),
    Some(text("ns", "ns")),
)
.with_spread();

const RATIO: MetricSpec = MetricSpec::new(
    "ratio",
    text("Threads need so much longer", "线程是 goroutine 的"),
    Some(text("times", "倍")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "goroutine-switch",
    chapter: 1,
    title: text("Switching: goroutine and thread", "切换：goroutine 与线程"),
    summary: text(
        "Two hand a token to and fro: what a switch costs within a thread, and what between threads",
        "两方来回传递一个令牌：在线程之内切换要多久，在线程之间又要多久",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures switches between goroutines and between threads of this machine, \
         and a simulated run has no threads and no clock",
        "它测的是本机上 goroutine 之间、线程之间的切换，而模拟运行里既没有线程也没有时钟",
    )),
    params: Parameters::specs,
    metrics: &[GOROUTINE_NS, THREAD_NS, RATIO, HANDOVERS, WAITS],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("goroutine_switch.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let [to, fro] = [csp::chan_named("to", 0), csp::chan_named("fro", 0)];
    goroutines(params.shown, &to, &fro).await;
    let stats = [to.stats(), fro.stats()];
    let waits: u64 = stats
        .iter()
        .map(|stats| stats.blocked_sends + stats.blocked_receives)
        .sum();
    let sends: u64 = stats.iter().map(|stats| stats.sends).sum();
    lab.metric(HANDOVERS.name, sends as f64);
    lab.metric(WAITS.name, waits as f64);
    csp::println!("{sends} hand-overs, {waits} waits");

    let (mut of_goroutines, mut of_threads) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let rallies = params.rallies;
        let measured = async move { goroutines(rallies, &csp::chan(0), &csp::chan(0)).await };
        let time = untraced(params.processors, measured).await;
        of_goroutines.push(each(time, rallies));

        let rallies = params.thread_rallies;
        let time = blocking(move || threads(rallies)).await;
        of_threads.push(each(time, rallies));
        csp::println!("round {round} of {ROUNDS} measured");
    }
    let (goroutine, thread) = (Spread::of(of_goroutines), Spread::of(of_threads));
    lab.spread(GOROUTINE_NS, &goroutine);
    lab.spread(THREAD_NS, &thread);
    lab.metric(RATIO.name, thread.median / goroutine.median);
    csp::println!("goroutines: {:.0} ns a hand-over", goroutine.median);
    csp::println!("threads: {:.0} ns a hand-over", thread.median);
}

/// Nanoseconds of one hand-over; a rally has two.
fn each(time: Duration, rallies: u64) -> f64 {
    ns_each(time, 2 * rallies)
}

// lesson:begin main
/// Two goroutines hand a token to and fro over two channels without a buffer.
async fn goroutines(rallies: u64, to: &Chan<u64>, fro: &Chan<u64>) -> Duration {
    let (start, both) = (Instant::now(), WaitGroup::new());
    let (serve, reply) = (to.sender(), fro.receiver());
    both.go_named("ping", async move {
        for token in 0..rallies {
            serve.send(token).await;
            reply.recv().await; // waits, and the other goroutine runs
        }
    });

    let (catch, give_back) = (to.receiver(), fro.sender());
    both.go_named("pong", async move {
        for _ in 0..rallies {
            if let Some(token) = catch.recv().await {
                give_back.send(token).await;
            }
        }
    });
    both.wait().await;
    start.elapsed()
}

/// Two threads do the same: the token is even for one and odd for the other.
fn threads(rallies: u64) -> Duration {
    let table = Arc::new((Mutex::new(0_u64), Condvar::new()));
    let start = Instant::now();
    let players: Vec<_> = (0..2)
        .map(|player| {
            let table = table.clone();
            thread::spawn(move || {
                let (token, passed) = &*table;
                for _ in 0..rallies {
                    let token = token.lock().unwrap_or_else(PoisonError::into_inner);
                    let mut mine = passed
                        .wait_while(token, |token| *token % 2 != player) // the system switches
                        .unwrap_or_else(PoisonError::into_inner);
                    *mine += 1;
                    passed.notify_one();
                }
            })
        })
        .collect();
    for player in players {
        player.join().expect("a player does not panic");
    }
    start.elapsed()
}
// lesson:end main
