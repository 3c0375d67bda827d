//! Goroutines made in a loop: all of them share one variable, or each has its
//! own. Nothing is acted: what is shared is a cell that the loop goes on writing.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use csp::sync::{RacingCell, WaitGroup};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};

choice! {
    /// What the closures capture.
    enum Capture {
        Shared = "shared", text("one variable for the loop (go 1.21)", "整个循环一个变量（go 1.21）");
        Each = "each", text("one variable per turn (go 1.22)", "每轮一个变量（go 1.22）");
    }
}

parameters! {
    struct Parameters {
        capture: Capture = Capture::Shared,
            label text("Captured", "捕获的变量"),
            help text(
                "Whether all goroutines see the loop's one variable or each that of its own turn",
                "所有 goroutine 看到的是整个循环的同一个变量，还是各自那一轮的变量",
            );
        turns: i64 = 5, in 1..=100, unit text("turns", "轮"),
            label text("Turns", "轮数"),
            help text("How many goroutines the loop starts", "循环启动多少个 goroutine");
        after_loop: bool = true,
            label text("Read after the loop", "循环结束后才读"),
            help text(
                "The goroutines read the variable only once the loop is over; else as soon as each can",
                "循环结束之后各 goroutine 才读变量；否则各自能读就读",
            );
    }
}

const WRONG: MetricSpec = MetricSpec::new(
    "wrong",
    text(
        "Goroutines that saw another turn's value",
        "看到别的轮次的值的 goroutine",
    ),
    None,
);

const DISTINCT: MetricSpec = MetricSpec::new(
    "distinct",
    text("Different values printed", "打印出的不同的值"),
    Some(text("values", "个值")),
);

const PAST_THE_END: MetricSpec = MetricSpec::new(
    "past_the_end",
    text(
        "Goroutines that saw the value after the loop",
        "看到循环结束后的值的 goroutine",
    ),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "loop-variable",
    chapter: 8,
    title: text("The captured loop variable", "闭包捕获循环变量"),
    summary: text(
        "Before Go 1.22 all turns of a loop shared one variable; now each has its own",
        "Go 1.22 之前，循环的各轮共用一个变量；现在每轮一个",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[WRONG, DISTINCT, PAST_THE_END],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("loop_variable.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        capture,
        turns,
        after_loop,
    } = params;
    let figures = Figures::new(turns, lab);

    // lesson:begin main
    let all = WaitGroup::named("all");
    let gate = csp::chan_named::<()>("gate", 0);
    if !after_loop {
        gate.close(); // nobody has to wait
    }

    let start = |turn: i64, i: Arc<RacingCell>| {
        let (gate, figures) = (gate.receiver(), figures.clone());
        all.go_named(format!("turn {turn}"), async move {
            gate.recv().await;
            let seen = i.load().await;
            figures.saw(turn, seen);
            csp::println!("the goroutine of turn {turn} sees {seen}");
        });
    };
    match capture {
        Capture::Shared => {
            let i = Arc::new(RacingCell::named("i", 0)); // the loop's one variable
            for turn in 0..turns {
                start(turn, i.clone()); // a reference, not a copy
                i.store(turn + 1).await; // i++
            }
        }
        Capture::Each => {
            for turn in 0..turns {
                let i = Arc::new(RacingCell::named(format!("i of turn {turn}"), turn));
                start(turn, i); // nobody writes this one any more
            }
        }
    }

    if after_loop {
        gate.close(); // all go on at once
    }
    all.wait().await;
    // lesson:end main
}

/// What the goroutines saw.
#[derive(Clone)]
struct Figures {
    seen: Arc<Mutex<Seen>>,
    turns: i64,
    lab: Lab,
}

#[derive(Default)]
struct Seen {
    values: BTreeSet<i64>,
    wrong: u64,
    past_the_end: u64,
}

impl Figures {
    fn new(turns: i64, lab: Lab) -> Self {
        Figures {
            seen: Arc::default(),
            turns,
            lab,
        }
    }

    /// The goroutine of `turn` saw this value.
    fn saw(&self, turn: i64, value: i64) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.values.insert(value);
        seen.wrong += u64::from(value != turn);
        seen.past_the_end += u64::from(value == self.turns);
        self.lab.metric(WRONG.name, seen.wrong as f64);
        self.lab.metric(DISTINCT.name, seen.values.len() as f64);
        self.lab.metric(PAST_THE_END.name, seen.past_the_end as f64);
    }
}
