//! A loop that reports a silence: a timer a turn, one that is set anew, and one
//! that the book forgets to set anew.

use std::time::Duration;

use csp::time::{Instant, after, new_timer_named, now, sleep};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    /// How the loop measures silence.
    enum Variant {
        After = "after", text("time.After in each turn", "每轮 time.After");
        Book = "book", text("one timer, as in the book", "原书：一个定时器");
        Reset = "reset", text("one timer, reset in each turn", "一个定时器，每轮 Reset");
    }
}

parameters! {
    struct Parameters {
        variant: Variant = Variant::Book,
            label text("Timer", "定时器"),
            help text("How the loop measures the silence", "循环怎样计量静默的时间");
        messages: i64 = 10, in 1..=200, unit text("messages", "条消息"),
            label text("Messages", "消息条数"),
            help text("How many messages come before the real silence", "真正静默之前有多少条消息");
        every: u64 = 300, in 1..=2000, unit text("ms", "ms"),
            label text("A message every", "消息间隔"),
            help text(
                "How long the sender pauses before each message, before the time scale",
                "发送方每条消息之前停多久（未乘时间比例）",
            );
        silence: u64 = 500, in 1..=2000, unit text("ms", "ms"),
            label text("Silence is", "多久算静默"),
            help text(
                "How long no message may come before the loop reports it, before the time scale",
                "多久没有消息就要报告（未乘时间比例）",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const ALARMS: MetricSpec =
    MetricSpec::new("alarms", text("Silences reported", "报告静默的次数"), None);

const FALSE_ALARMS: MetricSpec = MetricSpec::new(
    "false_alarms",
    text("Of these, with a message just before", "其中刚收到过消息的"),
    None,
);

const RECEIVED: MetricSpec = MetricSpec::new(
    "received",
    text("Messages received", "收到的消息"),
    Some(text("messages", "条消息")),
);

const TIMERS_MADE: MetricSpec =
    MetricSpec::new("timers_made", text("Timers made", "创建的定时器"), None);

pub(crate) const ENTRY: Entry = Entry {
    id: "select-timer",
    chapter: 1,
    title: text("A timer in a select loop", "select 循环里的定时器"),
    summary: text(
        "A timer in each turn, one that is reset, and one that reports a silence that was not there",
        "每轮一个定时器、每轮重置同一个，以及会误报静默的那一个",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[ALARMS, FALSE_ALARMS, RECEIVED, TIMERS_MADE],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("select_timer.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let messages = params.messages;
    let every = scaled(params.every, params.time_scale);
    let silence = scaled(params.silence, params.time_scale);

    let ch = csp::chan_named("messages", 0).show(|&n: &i64| n.into());
    let tx = ch.sender();
    csp::go_named("sender", async move {
        for n in 1..=messages {
            sleep(every).await;
            tx.send(n).await;
        }
        sleep(silence * 3).await; // a real silence
        tx.close();
    });

    let watch = Watch::new(ch.receiver(), silence, lab);
    match params.variant {
        Variant::After => watch.with_after().await,
        Variant::Book => watch.books_way().await,
        Variant::Reset => watch.with_reset().await,
    }
}

// lesson:begin main
impl Watch {
    /// One timer, set anew in each turn.
    async fn with_reset(mut self) {
        let timer = new_timer_named("silence", self.silence);
        self.made_timer();
        loop {
            csp::select! {
                message = self.messages.recv() => match message {
                    Some(n) => self.got(n),
                    None => break,
                },
                _ = timer.c().recv() => self.alarm(),
            }
            timer.reset(self.silence); // whatever came, the waiting begins anew
        }
        timer.stop();
    }

    /// One timer, set anew only after it fired.
    async fn books_way(mut self) {
        let timer = new_timer_named("silence", self.silence);
        self.made_timer();
        loop {
            csp::select! {
                message = self.messages.recv() => match message {
                    Some(n) => self.got(n), // the timer goes on as if nothing had come
                    None => break,
                },
                _ = timer.c().recv() => {
                    self.alarm();
                    timer.reset(self.silence);
                },
            }
        }
        timer.stop();
    }

    /// A new timer in each turn.
    async fn with_after(mut self) {
        loop {
            let timer = after(self.silence);
            self.made_timer();
            csp::select! {
                message = self.messages.recv() => match message {
                    Some(n) => self.got(n),
                    None => break,
                },
                _ = timer.recv() => self.alarm(),
            }
        }
    }
}
// lesson:end main

/// What the loop saw.
struct Watch {
    messages: csp::Receiver<i64>,
    silence: Duration,
    last: Instant,
    received: u64,
    alarms: u64,
    false_alarms: u64,
    timers_made: u64,
    lab: Lab,
}

impl Watch {
    fn new(messages: csp::Receiver<i64>, silence: Duration, lab: Lab) -> Self {
        let watch = Watch {
            messages,
            silence,
            last: now(),
            received: 0,
            alarms: 0,
            false_alarms: 0,
            timers_made: 0,
            lab,
        };
        watch.report();
        watch
    }

    fn made_timer(&mut self) {
        self.timers_made += 1;
        self.report();
    }

    fn got(&mut self, n: i64) {
        csp::println!("message {n}");
        self.received += 1;
        self.last = now();
        self.report();
    }

    /// The timer fired. It is a false alarm if the last message, or the start,
    /// is nearer than the silence that was to be reported.
    fn alarm(&mut self) {
        let since = self.last.elapsed();
        csp::println!("silence, {:.0} ms after the last message", millis(since));
        self.alarms += 1;
        if since < self.silence {
            self.false_alarms += 1;
        }
        self.report();
    }

    fn report(&self) {
        self.lab.metric(ALARMS.name, self.alarms as f64);
        self.lab.metric(FALSE_ALARMS.name, self.false_alarms as f64);
        self.lab.metric(RECEIVED.name, self.received as f64);
        self.lab.metric(TIMERS_MADE.name, self.timers_made as f64);
    }
}
