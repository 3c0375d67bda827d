//! Among several ready cases a select draws one, each as likely as the others;
//! a loop that looks in order always takes the first.

use csp::{Chan, Receiver};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};

choice! {
    /// Who chooses.
    enum Choose {
        Select = "select", text("a select over all", "一个 select");
        InOrder = "in-order", text("looks in order", "按顺序逐个看");
    }
}

parameters! {
    struct Parameters {
        choose: Choose = Choose::Select,
            label text("Chosen by", "选择方式"),
            help text(
                "A select over all channels, or a loop that takes from the first that has something",
                "一个 select 等所有通道，或者从头逐个看、哪个先有就取哪个",
            );
        ready: usize = 4, in 2..=8, unit text("channels", "个通道"),
            label text("Ready channels", "就绪的通道"),
            help text("How many channels always have a value", "有多少个通道始终有值");
        turns: u64 = 2000, in 1..=10_000, unit text("turns", "轮"),
            label text("Turns", "轮数"),
            help text("How often one is chosen", "一共选择多少次");
    }
}

/// As many as a select over a tuple can have.
const CHANNELS: usize = 8;

const CHOSEN: [MetricSpec; CHANNELS] = [
    chosen("chosen_1", text("Channel 1 chosen", "选中通道 1")),
    chosen("chosen_2", text("Channel 2 chosen", "选中通道 2")),
    chosen("chosen_3", text("Channel 3 chosen", "选中通道 3")),
    chosen("chosen_4", text("Channel 4 chosen", "选中通道 4")),
    chosen("chosen_5", text("Channel 5 chosen", "选中通道 5")),
    chosen("chosen_6", text("Channel 6 chosen", "选中通道 6")),
    chosen("chosen_7", text("Channel 7 chosen", "选中通道 7")),
    chosen("chosen_8", text("Channel 8 chosen", "选中通道 8")),
];

const fn chosen(name: &'static str, label: crate::Text) -> MetricSpec {
    MetricSpec::new(name, label, TURNS)
}

const TURNS: Option<crate::Text> = Some(text("turns", "轮"));

const NEVER: MetricSpec = MetricSpec::new(
    "never_chosen",
    text("Ready channels never chosen", "一次也没选中的就绪通道"),
    Some(text("channels", "个通道")),
);

const LONGEST_WAIT: MetricSpec = MetricSpec::new(
    "longest_wait",
    text("Longest wait of a ready channel", "就绪的通道最多等了"),
    TURNS,
);

const CHI_SQUARE: MetricSpec = MetricSpec::new(
    "chi_square",
    text("Chi-square against equal shares", "与均匀分布比较的卡方值"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "select-fairness",
    chapter: 1,
    title: text("Select is fair", "select 的公平性"),
    summary: text(
        "A histogram of what a select chooses among channels that are all ready",
        "所有通道都就绪时，select 选择的分布",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        CHOSEN[0],
        CHOSEN[1],
        CHOSEN[2],
        CHOSEN[3],
        CHOSEN[4],
        CHOSEN[5],
        CHOSEN[6],
        CHOSEN[7],
        NEVER,
        LONGEST_WAIT,
        CHI_SQUARE,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("select_fairness.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        choose,
        ready,
        turns,
    } = params;
    let mut tally = Tally::new(ready, lab);

    // lesson:begin main
    let mut channels: Vec<Chan<usize>> = Vec::new();
    for number in 1..=CHANNELS {
        channels.push(match number <= ready {
            true => csp::chan_named(format!("channel {number}"), 1).show(|&n| (n as i64).into()),
            false => Chan::nil(), // never ready
        });
    }
    for (number, channel) in (1..=ready).zip(&channels) {
        channel.send(number).await; // from now on each has a value
    }

    for _ in 0..turns {
        let number = match choose {
            Choose::Select => select_one(&channels).await,
            Choose::InOrder => first_ready(&channels),
        };
        tally.count(number);
        channels[number - 1].send(number).await; // ready again
    }
    // lesson:end main

    tally.tell();
}

// lesson:begin choose
/// Go's select over all of them.
async fn select_one(channels: &[Chan<usize>]) -> usize {
    let [a, b, c, d, e, f, g, h] = std::array::from_fn(|at| channels[at].receiver());
    let number = csp::select! {
        n = a.recv() => n, n = b.recv() => n, n = c.recv() => n, n = d.recv() => n,
        n = e.recv() => n, n = f.recv() => n, n = g.recv() => n, n = h.recv() => n,
    };
    number.unwrap_or(1)
}

/// The first of them that has something.
fn first_ready(channels: &[Chan<usize>]) -> usize {
    let looks = channels.iter().map(Chan::receiver);
    let mut found = looks.filter_map(|channel: Receiver<usize>| channel.try_recv().ok());
    found.next().unwrap_or(1)
}
// lesson:end choose

/// How often each was chosen.
struct Tally {
    ready: usize,
    turns: u64,
    chosen: [u64; CHANNELS],
    /// The turn in which each was chosen last.
    last: [u64; CHANNELS],
    longest_wait: u64,
    lab: Lab,
}

impl Tally {
    fn new(ready: usize, lab: Lab) -> Self {
        Tally {
            ready,
            turns: 0,
            chosen: [0; CHANNELS],
            last: [0; CHANNELS],
            longest_wait: 0,
            lab,
        }
    }

    fn count(&mut self, number: usize) {
        let at = number - 1;
        self.turns += 1;
        self.chosen[at] += 1;
        self.longest_wait = self.longest_wait.max(self.turns - self.last[at] - 1);
        self.last[at] = self.turns;
    }

    fn tell(mut self) {
        let share = self.turns as f64 / self.ready as f64;
        let mut chi_square = 0.0;
        for (at, (metric, chosen)) in CHOSEN.iter().zip(self.chosen).enumerate() {
            self.lab.metric(metric.name, chosen as f64);
            if at < self.ready {
                let off = chosen as f64 - share;
                chi_square += off * off / share;
                self.longest_wait = self.longest_wait.max(self.turns - self.last[at]);
                csp::println!("channel {}: {chosen}", at + 1);
            }
        }
        let chosen = &self.chosen[..self.ready];
        let never = chosen.iter().filter(|&&chosen| chosen == 0).count();
        self.lab.metric(NEVER.name, never as f64);
        self.lab.metric(LONGEST_WAIT.name, self.longest_wait as f64);
        self.lab.metric(CHI_SQUARE.name, chi_square);
    }
}
