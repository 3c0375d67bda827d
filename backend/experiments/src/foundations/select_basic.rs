//! A select waits for several channels at once and takes whichever is ready.

use csp::sync::WaitGroup;
use csp::time::{Instant, now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

parameters! {
    struct Parameters {
        first_after: u64 = 1000, in 0..=5000, unit text("ms", "ms"),
            label text("`first` sends after", "first 何时发送"),
            help text(
                "How long the first goroutine sleeps before it sends, before the time scale",
                "第一个 goroutine 睡多久再发送（未乘时间比例）",
            );
        second_after: u64 = 2000, in 0..=5000, unit text("ms", "ms"),
            label text("`second` sends after", "second 何时发送"),
            help text(
                "How long the second goroutine sleeps before it sends, before the time scale",
                "第二个 goroutine 睡多久再发送（未乘时间比例）",
            );
        busy: u64 = 0, in 0..=5000, unit text("ms", "ms"),
            label text("Main is busy first", "main 先忙"),
            help text(
                "How long main does something else before it selects; longer than both, and both are ready",
                "main 先忙别的，过多久才执行 select；比两边都久时，两个通道都已就绪",
            );
        rounds: u64 = 1, in 1..=80, unit text("rounds", "轮"),
            label text("Rounds", "轮数"),
            help text("How often the whole is repeated", "整个过程重复多少轮");
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const FIRST_WON: MetricSpec = MetricSpec::new(
    "first_won",
    text(
        "Rounds in which `first` was taken first",
        "先取到 first 的轮数",
    ),
    Some(text("rounds", "轮")),
);

const SECOND_WON: MetricSpec = MetricSpec::new(
    "second_won",
    text(
        "Rounds in which `second` was taken first",
        "先取到 second 的轮数",
    ),
    Some(text("rounds", "轮")),
);

const ROUND_MS: MetricSpec = MetricSpec::new(
    "round_ms",
    text(
        "Time until both were received, on average",
        "收齐两个值的平均时间",
    ),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "select-basic",
    chapter: 1,
    title: text("Select over two channels", "用 select 等两个通道"),
    summary: text(
        "One goroutine waits for two others at once; if both are ready, chance decides",
        "一个 goroutine 同时等另外两个；两边都就绪时，由随机数决定",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[FIRST_WON, SECOND_WON, ROUND_MS],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("select_basic.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let rounds = params.rounds;
    let first_after = scaled(params.first_after, params.time_scale);
    let second_after = scaled(params.second_after, params.time_scale);
    let busy = scaled(params.busy, params.time_scale);
    let mut figures = Figures::new(lab);

    // lesson:begin main
    let first = csp::chan_named("first", 0).show(|&word: &&str| word.into());
    let second = csp::chan_named("second", 0).show(|&word: &&str| word.into());

    for _ in 0..rounds {
        let start = now();
        let both = WaitGroup::new();
        let (tx_first, tx_second) = (first.sender(), second.sender());
        both.go_named("first", async move {
            sleep(first_after).await;
            tx_first.send("one").await;
        });
        both.go_named("second", async move {
            sleep(second_after).await;
            tx_second.send("two").await;
        });

        sleep(busy).await; // main does something else
        for turn in 1..=2 {
            let word = csp::select! {
                word = first.recv() => word,
                word = second.recv() => word,
            };
            let word = word.unwrap_or("nothing: closed");
            csp::println!("{word} after {:.0} ms", millis(start.elapsed()));
            figures.took(turn, word, start);
        }
        both.wait().await;
    }
    // lesson:end main
}

/// Who came first, over the rounds.
struct Figures {
    first_won: u64,
    second_won: u64,
    round_ms: f64,
    lab: Lab,
}

impl Figures {
    fn new(lab: Lab) -> Self {
        lab.metric(FIRST_WON.name, 0.0);
        lab.metric(SECOND_WON.name, 0.0);
        Figures {
            first_won: 0,
            second_won: 0,
            round_ms: 0.0,
            lab,
        }
    }

    /// In this turn of a round begun at `start`, the select yielded `word`.
    fn took(&mut self, turn: u32, word: &str, start: Instant) {
        match (turn, word) {
            (1, "one") => self.first_won += 1,
            (1, _) => self.second_won += 1,
            _ => {
                self.round_ms += millis(start.elapsed());
                let rounds = self.first_won + self.second_won;
                self.lab
                    .metric(ROUND_MS.name, self.round_ms / rounds as f64);
            }
        }
        self.lab.metric(FIRST_WON.name, self.first_won as f64);
        self.lab.metric(SECOND_WON.name, self.second_won as f64);
    }
}
