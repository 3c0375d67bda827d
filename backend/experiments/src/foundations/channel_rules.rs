//! Every rule of nil, open and closed channels: one operation, on a channel in
//! one state.

use csp::Chan;

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};

choice! {
    /// What the channel is when the operation comes.
    enum State {
        Nil = "nil", text("nil: never made", "nil，没有 make 过");
        Open = "open", text("open and empty", "打开，空");
        Full = "full", text("open and full", "打开，满");
        Closed = "closed", text("closed and empty", "已关闭，空");
        ClosedFull = "closed-full", text("closed, with a value in it", "已关闭，里面还有值");
    }
}

choice! {
    /// What is done to it.
    enum Operation {
        Send = "send", text("send", "发送");
        Receive = "receive", text("receive", "接收");
        Close = "close", text("close", "关闭");
    }
}

parameters! {
    struct Parameters {
        state: State = State::ClosedFull,
            label text("The channel", "通道"),
            help text(
                "What the channel is when the operation comes; it has room for one value, and nobody else is at it",
                "操作到来时通道是什么状态；它能存一个值，除了 main 没有别人用它",
            );
        operation: Operation = Operation::Receive,
            label text("The operation", "操作"),
            help text("What main does to the channel", "main 对通道做什么");
        times: u64 = 2, in 1..=5, unit text("times", "次"),
            label text("How often", "做几次"),
            help text("How often main does it, one after the other", "main 一次接一次地做几次");
        or_default: bool = false,
            label text("In a select with default", "放在带 default 的 select 里"),
            help text(
                "Whether send and receive are the case of a select that has a default; a close cannot be one",
                "发送和接收是否写成带 default 的 select 的一个 case；关闭不能写成 case",
            );
    }
}

const CAME_BACK: MetricSpec = MetricSpec::new(
    "came_back",
    text("Operations that came back", "完成的操作"),
    None,
);

const VALUES: MetricSpec = MetricSpec::new("values", text("Values received", "收到的值"), None);

const FOUND_CLOSED: MetricSpec = MetricSpec::new(
    "found_closed",
    text("Receives that found it closed", "发现已关闭的接收"),
    None,
);

const TOOK_DEFAULT: MetricSpec = MetricSpec::new(
    "took_default",
    text("Times that default was taken", "走了 default 的次数"),
    None,
);

const LEFT_INSIDE: MetricSpec = MetricSpec::new(
    "left_inside",
    text("Values in the channel afterwards", "之后通道里的值"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "channel-rules",
    chapter: 1,
    title: text(
        "Nil, open, closed: all the rules",
        "nil、打开、已关闭：全部规则",
    ),
    summary: text(
        "Send, receive and close on a channel in each of its states: which goes on, which waits, which panics",
        "对处于各种状态的通道发送、接收、关闭：哪些能继续，哪些要等，哪些会 panic",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[CAME_BACK, VALUES, FOUND_CLOSED, TOOK_DEFAULT, LEFT_INSIDE],
    breaks: &[Break::Deadlock, Break::Panic],
    takes_task_body: false,
    file: file!(),
    source: include_str!("channel_rules.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        state, operation, ..
    } = params;
    let mut figures = Figures::new(lab);

    // lesson:begin main
    let ch = match state {
        State::Nil => Chan::nil(),
        _ => csp::chan_named("ch", 1).show(|&n: &i64| n.into()),
    };
    if let State::Full | State::ClosedFull = state {
        ch.send(42).await;
    }
    if let State::Closed | State::ClosedFull = state {
        ch.close();
    }

    for n in 1..=params.times as i64 {
        match (operation, params.or_default) {
            (Operation::Send, false) => {
                ch.send(n).await;
                csp::println!("sent {n}");
            }
            (Operation::Receive, false) => figures.received(ch.recv().await),
            (Operation::Send, true) => csp::select! {
                _ = ch.send(n) => csp::println!("sent {n}"),
                default => figures.took_default(),
            },
            (Operation::Receive, true) => csp::select! {
                value = ch.recv() => figures.received(value),
                default => figures.took_default(),
            },
            (Operation::Close, _) => {
                ch.close();
                csp::println!("closed");
            }
        }
        figures.came_back(&ch);
    }
    // lesson:end main
}

/// What became of the operations.
struct Figures {
    came_back: u64,
    values: u64,
    found_closed: u64,
    took_default: u64,
    lab: Lab,
}

impl Figures {
    fn new(lab: Lab) -> Self {
        lab.zero(&[CAME_BACK, VALUES, FOUND_CLOSED, TOOK_DEFAULT, LEFT_INSIDE]);
        Figures {
            came_back: 0,
            values: 0,
            found_closed: 0,
            took_default: 0,
            lab,
        }
    }

    /// Receiving yielded a value, or that the channel is closed and empty.
    fn received(&mut self, value: Option<i64>) {
        match value {
            Some(value) => {
                csp::println!("received {value}");
                self.values += 1;
                self.lab.metric(VALUES.name, self.values as f64);
            }
            None => {
                csp::println!("received nothing: closed");
                self.found_closed += 1;
                self.lab.metric(FOUND_CLOSED.name, self.found_closed as f64);
            }
        }
    }

    fn took_default(&mut self) {
        csp::println!("default: it would have waited");
        self.took_default += 1;
        self.lab.metric(TOOK_DEFAULT.name, self.took_default as f64);
    }

    /// The operation came back.
    fn came_back(&mut self, ch: &Chan<i64>) {
        self.came_back += 1;
        self.lab.metric(CAME_BACK.name, self.came_back as f64);
        self.lab.metric(LEFT_INSIDE.name, ch.len() as f64);
    }
}
