//! Several workers take from one channel; their results flow into one again.

use std::time::Duration;

use csp::sync::WaitGroup;
use csp::time::{Instant, now, sleep};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// Who closes the merged channel.
    enum Closes {
        AfterAll = "after_all", text("when all inputs have ended", "所有输入都结束后");
        EachInput = "each_input", text("each input, when it ends", "每路输入结束时各自关闭");
    }
}

parameters! {
    struct Parameters {
        workers: usize = 3, in 1..=32, unit text("goroutines", "个"),
            label text("Workers", "worker 个数"),
            help text("How many take from the channel of numbers", "有多少个 worker 从数字通道里取值");
        numbers: i64 = 10, in 1..=200, unit text("numbers", "个数"),
            label text("Numbers", "数字个数"),
            help text("1 to this are squared", "求 1 到这个数的平方");
        longest: u64 = 100, in 0..=500, unit text("ms", "ms"),
            label text("Longest time", "最长耗时"),
            help text(
                "A square takes between 0 and this, before the time scale",
                "求一个平方要花 0 到这么久（未乘时间比例）",
            );
        seed: u64 = 1, in 1..=1000,
            label text("Draw", "随机数种子"),
            help text(
                "Which times are drawn: the same number gives each square the same time again",
                "抽到哪些耗时：种子相同，每个平方的耗时就相同",
            );
        closes: Closes = Closes::AfterAll,
            label text("The merged channel is closed", "合并后的通道何时关闭"),
            help text(
                "Whoever closes it must know that nobody will send any more",
                "关闭它的一方必须知道再也没有人会发送",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const MERGED: MetricSpec = MetricSpec::new(
    "merged",
    text("Squares received", "收到的平方"),
    Some(text("numbers", "个")),
);

const OUT_OF_ORDER: MetricSpec = MetricSpec::new(
    "out_of_order",
    text(
        "Squares that came after that of a larger number",
        "晚于更大的数才到的平方",
    ),
    Some(text("numbers", "个")),
);

const BUSIEST: MetricSpec = MetricSpec::new(
    "busiest",
    text("Most squares by one worker", "做得最多的 worker 做了"),
    Some(text("numbers", "个")),
);

const ELAPSED_MS: MetricSpec = MetricSpec::new(
    "elapsed_ms",
    text("Time for all", "总用时"),
    Some(text("ms", "ms")),
);

const SPEED_UP: MetricSpec = MetricSpec::new(
    "speed_up",
    text(
        "Time of all squares over time elapsed",
        "各平方耗时之和与总用时之比",
    ),
    Some(text("times", "倍")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "fan-out-fan-in",
    chapter: 2,
    title: text("Fan-out and fan-in", "扇出与扇入"),
    summary: text(
        "Workers share one channel of numbers, and one channel gets all their squares",
        "多个 worker 共用一个数字通道，结果再汇入一个通道",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[MERGED, OUT_OF_ORDER, BUSIEST, ELAPSED_MS, SPEED_UP],
    breaks: &[Break::Panic],
    takes_task_body: false,
    file: file!(),
    source: include_str!("fan_out_fan_in.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        workers, numbers, ..
    } = params;
    let times = Times {
        seed: params.seed,
        longest: scaled(params.longest, params.time_scale),
    };
    let early = params.closes == Closes::EachInput;
    let mut figures = Figures::new(times, workers, lab);

    // lesson:begin main
    let all = csp::chan_named("numbers", 0).show(|&n: &i64| n.into());
    let to_all = all.sender();
    csp::go_named("generator", async move {
        for n in 1..=numbers {
            to_all.send(n).await;
        }
        to_all.close();
    });

    // Fan-out: they take from one channel. Who is free takes the next number.
    let mut outputs = Vec::new();
    for id in 1..=workers {
        let (all, squares) = (all.receiver(), csp::chan_named(format!("squares {id}"), 0));
        outputs.push(squares.receiver());
        csp::go_named(format!("worker {id}"), async move {
            while let Some(n) = all.recv().await {
                sleep(times.of(n)).await; // works on it
                squares.send((id, n, n * n)).await;
            }
            squares.close();
        });
    }

    // Fan-in: a goroutine for each input passes it on to one channel.
    let merged = csp::chan_named("merged", 0).show(|&(_, n, _): &Square| n.into());
    let inputs = WaitGroup::named("inputs");
    for (id, squares) in (1..).zip(outputs) {
        let merged = merged.sender();
        inputs.go_named(format!("input {id}"), async move {
            while let Some(square) = squares.recv().await {
                merged.send(square).await;
            }
            if early {
                merged.close(); // wrong: others may still send
            }
        });
    }
    let (all_inputs, end) = (inputs.clone(), merged.sender());
    csp::go_named("closer", async move {
        all_inputs.wait().await;
        if !early {
            end.close(); // nobody will send any more
        }
    });

    while let Some((id, n, square)) = merged.recv().await {
        csp::println!("{n} squared is {square}, says worker {id}");
        figures.came(id, n);
    }
    inputs.wait().await;
    // lesson:end main
}

/// Who made it, the number, and its square.
type Square = (usize, i64, i64);

/// How long each square takes.
#[derive(Clone, Copy)]
struct Times {
    seed: u64,
    longest: Duration,
}

impl Times {
    /// Drawn by the seed and the number alone, whoever works on it.
    fn of(&self, n: i64) -> Duration {
        // SplitMix64, whose bits are all equally well mixed.
        let mut bits = self.seed.wrapping_mul(1 << 32).wrapping_add(n as u64);
        bits = bits.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let share = (bits ^ (bits >> 31)) as f64 / u64::MAX as f64;
        self.longest.mul_f64(share)
    }
}

/// In which order the squares came, and when.
struct Figures {
    times: Times,
    start: Instant,
    merged: u32,
    largest: i64,
    out_of_order: u32,
    by_worker: Vec<u32>,
    work: Duration,
    lab: Lab,
}

impl Figures {
    fn new(times: Times, workers: usize, lab: Lab) -> Self {
        let metrics = ENTRY.metrics.iter();
        metrics.for_each(|metric| lab.metric(metric.name, 0.0));
        Figures {
            times,
            start: now(),
            merged: 0,
            largest: 0,
            out_of_order: 0,
            by_worker: vec![0; workers],
            work: Duration::ZERO,
            lab,
        }
    }

    /// The square of `n` came from this worker.
    fn came(&mut self, worker: usize, n: i64) {
        self.merged += 1;
        self.out_of_order += u32::from(n < self.largest);
        self.largest = self.largest.max(n);
        self.by_worker[worker - 1] += 1;
        self.work += self.times.of(n);

        let busiest = self.by_worker.iter().max().copied().unwrap_or(0);
        let elapsed = self.start.elapsed();
        self.lab.metric(MERGED.name, self.merged.into());
        self.lab.metric(OUT_OF_ORDER.name, self.out_of_order.into());
        self.lab.metric(BUSIEST.name, busiest.into());
        self.lab.metric(ELAPSED_MS.name, millis(elapsed));
        if !elapsed.is_zero() {
            let speed_up = self.work.as_secs_f64() / elapsed.as_secs_f64();
            self.lab.metric(SPEED_UP.name, speed_up);
        }
    }
}
