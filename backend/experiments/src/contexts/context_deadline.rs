//! A deadline is a moment, and goes down from hop to hop: each finds what the
//! ones before have left over, and none can give itself more.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use csp::context::{Context, ContextError, background, with_deadline};
use csp::sync::WaitGroup;
use csp::time::{after, now};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

parameters! {
    struct Parameters {
        deadline: u64 = 3000, in 0..=10_000, unit text("ms", "ms"),
            label text("Deadline", "截止时间"),
            help text(
                "When the request is over, from its start, before the time scale",
                "从开始算起，请求到什么时候为止（未乘时间比例）",
            );
        hops: u64 = 4, in 1..=8,
            label text("Hops", "经过几跳"),
            help text(
                "How many services call each other, one after the other",
                "一共经过多少个服务，逐个往下调用",
            );
        work: u64 = 800, in 0..=3000, unit text("ms", "ms"),
            label text("Each hop works for", "每一跳耗时"),
            help text(
                "How long each works before it calls the next, before the time scale",
                "每个服务调用下一个之前要做多久（未乘时间比例）",
            );
        asks: u64 = 5000, in 1..=10_000, unit text("ms", "ms"),
            label text("Each hop asks for", "每一跳想要"),
            help text(
                "How much time each wants to give to the next, before the time scale",
                "每个服务想给下一跳多少时间（未乘时间比例）",
            );
        looks_first: bool = false,
            label text("Looks before it begins", "开始前先看剩余时间"),
            help text(
                "A hop refuses at once if what is left is less than its work takes",
                "剩余时间不够做完时，立刻拒绝，不再开始",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const BEGUN: MetricSpec = MetricSpec::new(
    "hops_begun",
    text("Hops that began to work", "开始工作的跳数"),
    None,
);

const DONE: MetricSpec = MetricSpec::new(
    "hops_done",
    text("Hops that did their work", "做完工作的跳数"),
    None,
);

const LAST_BUDGET_MS: MetricSpec = MetricSpec::new(
    "last_budget_ms",
    text("Left when the last hop came", "最后一跳到来时还剩"),
    Some(text("ms", "ms")),
);

const CUT_MS: MetricSpec = MetricSpec::new(
    "cut_ms",
    text("Work that was cut off", "做到一半作废的工作"),
    Some(text("ms", "ms")),
);

const ANSWERED_MS: MetricSpec = MetricSpec::new(
    "answered_ms",
    text("The caller knew after", "调用方多久后得知结果"),
    Some(text("ms", "ms")),
);

const DEADLINES: MetricSpec = MetricSpec::new(
    "later_deadlines",
    text(
        "Hops with a later deadline than the request",
        "截止时间晚于请求的跳数",
    ),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "context-deadline",
    chapter: 5,
    title: text("A deadline, hop by hop", "截止时间逐跳传递"),
    summary: text(
        "What is left of three seconds at each of four services, and why none can have more",
        "三秒的时间经过四个服务，每一跳还剩多少，为什么谁也多要不到",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[BEGUN, DONE, LAST_BUDGET_MS, CUT_MS, ANSWERED_MS, DEADLINES],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("context_deadline.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let deadline = scaled(params.deadline, params.time_scale);
    let plan = Plan {
        hops: params.hops,
        work: scaled(params.work, params.time_scale),
        asks: scaled(params.asks, params.time_scale),
        looks_first: params.looks_first,
        services: WaitGroup::named("services"),
        seen: Seen::default(),
    };
    let (seen, services) = (plan.seen.clone(), plan.services.clone());

    let start = now();
    let (ctx, cancel) = with_deadline(background().named("hop 1"), start + deadline);
    let _cancel = cancel.deferred();
    seen.set(|seen| seen.deadline = ctx.deadline());
    let answer = hop(ctx, 1, plan).await;
    let answered = start.elapsed();
    services.wait().await; // all of them have stopped too
    match answer {
        Ok(hops) => csp::println!("answered by {hops} hops after {:.0} ms", millis(answered)),
        Err(err) => csp::println!("{err} after {:.0} ms", millis(answered)),
    }
    lab.metric(ANSWERED_MS.name, millis(answered));
    seen.report(&lab);
}

// lesson:begin main
type Answer = Result<u64, ContextError>;

/// The service `n`: it works, and calls the next.
fn hop(ctx: Context, n: u64, plan: Plan) -> Pin<Box<dyn Future<Output = Answer> + Send>> {
    Box::pin(async move {
        let budget = ctx.deadline().map_or(Duration::MAX, |at| at - now());
        csp::println!("hop {n}: {:.0} ms left", millis(budget));
        plan.seen.comes(&ctx, budget);
        if plan.looks_first && budget < plan.work {
            csp::println!("hop {n}: too little, it does not begin");
            return Err(ContextError::DeadlineExceeded);
        }
        plan.seen.begins();
        let start = now();
        csp::select! {
            _ = after(plan.work).recv() => plan.seen.is_done(),
            _ = ctx.done().recv() => {
                plan.seen.is_cut(start.elapsed());
                return Err(ContextError::DeadlineExceeded);
            },
        }
        if n == plan.hops {
            return Ok(n);
        }

        // The earlier of the two counts: its own wish, or the deadline above.
        let name = format!("hop {}", n + 1);
        let (next, cancel) = with_deadline(ctx.named(name.clone()), now() + plan.asks);
        let _cancel = cancel.deferred();
        let answers = csp::chan(1);
        let answer = answers.sender();
        plan.services.clone().go_named(name, async move {
            answer.send(hop(next, n + 1, plan).await).await
        });
        csp::select! {
            answer = answers.recv() => answer.unwrap_or(Err(ContextError::Canceled)),
            _ = ctx.done().recv() => Err(ContextError::DeadlineExceeded),
        }
    })
}
// lesson:end main

/// What each hop is to do, in real time.
#[derive(Clone)]
struct Plan {
    hops: u64,
    work: Duration,
    asks: Duration,
    looks_first: bool,
    services: WaitGroup,
    seen: Seen,
}

/// What the hops saw.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Figures>>);

#[derive(Default)]
struct Figures {
    deadline: Option<csp::time::Instant>,
    begun: u32,
    done: u32,
    last_budget: Duration,
    cut: Duration,
    later: u32,
}

impl Seen {
    fn set<R>(&self, set: impl FnOnce(&mut Figures) -> R) -> R {
        set(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn comes(&self, ctx: &Context, budget: Duration) {
        self.set(|seen| {
            seen.last_budget = budget;
            seen.later += u32::from(ctx.deadline() > seen.deadline);
        });
    }

    fn begins(&self) {
        self.set(|seen| seen.begun += 1);
    }

    fn is_done(&self) {
        self.set(|seen| seen.done += 1);
    }

    fn is_cut(&self, worked: Duration) {
        self.set(|seen| seen.cut += worked);
    }

    fn report(&self, lab: &Lab) {
        self.set(|seen| {
            lab.metric(BEGUN.name, seen.begun.into());
            lab.metric(DONE.name, seen.done.into());
            lab.metric(LAST_BUDGET_MS.name, millis(seen.last_budget));
            lab.metric(CUT_MS.name, millis(seen.cut));
            lab.metric(DEADLINES.name, seen.later.into());
        });
    }
}
