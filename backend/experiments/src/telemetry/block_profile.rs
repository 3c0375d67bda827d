//! Where time goes by line of code: running, blocked on channels, waiting for
//! locks. The program has a bottleneck; the table names its line.

use std::sync::Arc;
use std::time::Duration;

use csp::sync::{Mutex, WaitGroup};
use csp::time::{now, sleep};
use csp::trace::Reason;
use csp::trace::profile::Line;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, millis, scaled};

choice! {
    enum Hold {
        OverTheWait = "over_the_wait", text("over the whole work", "整个处理期间");
        ForTheSum = "for_the_sum", text("for the sum alone", "只在求和时");
    }
}

parameters! {
    struct Parameters {
        hold: Hold = Hold::OverTheWait,
            label text("The lock is held", "持锁范围"),
            help text(
                "While a worker asks the database, or only while it adds to the sum",
                "查数据库期间一直持锁，还是只在累加时持锁",
            );
        workers: usize = 4, in 1..=16, unit text("goroutines", "个"),
            label text("Workers", "worker 个数"),
            help text("How many work on orders at once", "多少个 worker 同时处理订单");
        orders: i64 = 40, in 1..=200, unit text("orders", "个订单"),
            label text("Orders", "订单个数"),
            help text("How many orders there are", "一共多少个订单");
        query_time: u64 = 50, in 0..=500, unit text("ms", "ms"),
            label text("A query takes", "一次查询耗时"),
            help text(
                "How long the database takes for an order, before the time scale",
                "数据库处理一个订单要多久（未乘时间比例）",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

const LOCK_MS: MetricSpec = MetricSpec::new(
    "lock_ms",
    text(
        "Waiting for locks, all goroutines",
        "等锁，全部 goroutine 合计",
    ),
    Some(text("ms", "ms")),
);

const CHANNEL_MS: MetricSpec = MetricSpec::new(
    "channel_ms",
    text(
        "Blocked on channels, all goroutines",
        "阻塞于通道，全部 goroutine 合计",
    ),
    Some(text("ms", "ms")),
);

const SLEEP_MS: MetricSpec = MetricSpec::new(
    "sleep_ms",
    text(
        "Waiting for the database, all goroutines",
        "等数据库，全部 goroutine 合计",
    ),
    Some(text("ms", "ms")),
);

const RUNNING_MS: MetricSpec = MetricSpec::new(
    "running_ms",
    text("Running, all goroutines", "运行，全部 goroutine 合计"),
    Some(text("ms", "ms")),
);

const LOCK_WAITS: MetricSpec = MetricSpec::new(
    "lock_waits",
    text("Times that a worker waited for the lock", "等锁的次数"),
    None,
);

const ELAPSED_MS: MetricSpec = MetricSpec::new(
    "elapsed_ms",
    text("Until all were done", "全部完成用时"),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "block-profile",
    chapter: 6,
    title: text("Block profile", "阻塞 profile"),
    summary: text(
        "Where goroutines wait, by line of code, and what changes once that line is mended",
        "按代码行看 goroutine 在哪里等，以及改掉那一行之后的变化",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[
        LOCK_MS, CHANNEL_MS, SLEEP_MS, RUNNING_MS, LOCK_WAITS, ELAPSED_MS,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("block_profile.rs"),
    prepare: |given| Program::new(given, program),
};

/// Lines of the table that are printed.
const SHOWN: usize = 8;

async fn program(params: Parameters, lab: Lab) {
    let Parameters { orders, hold, .. } = params;
    let query_time = scaled(params.query_time, params.time_scale);
    let start = now();

    // lesson:begin main
    csp::start_profile(); // Go: runtime.SetBlockProfileRate(1)
    let todo = csp::chan_named("orders", 0).show(|&order: &i64| order.into());
    let sum = Arc::new(Mutex::named("sum", 0));
    let all = WaitGroup::named("workers");

    for id in 1..=params.workers {
        let (todo, sum) = (todo.receiver(), sum.clone());
        all.go_named(format!("worker {id}"), async move {
            while let Some(order) = todo.recv().await {
                if hold == Hold::OverTheWait {
                    let mut sum = sum.lock().await; // the others wait here
                    *sum += query(order, query_time).await;
                } else {
                    let price = query(order, query_time).await;
                    *sum.lock().await += price;
                }
            }
        });
    }

    for order in 1..=orders {
        todo.send(order).await;
    }
    todo.close();
    all.wait().await;
    csp::println!("{orders} orders cost {}", *sum.lock().await);

    let mut lines = csp::profile().await.lines(); // Go: pprof.Lookup("block")
    lines.retain(|line| line.file == file!());
    // lesson:end main

    lab.metric(ELAPSED_MS.name, millis(start.elapsed()));
    print(&lines);
    report(&lines, &lab);
}

/// Asks the database for the price of an order.
async fn query(order: i64, time: Duration) -> i64 {
    sleep(time).await;
    order * 10
}

/// What a goroutine did at a line, in one word.
fn class(reason: Option<Reason>) -> &'static str {
    match reason {
        None => "runs",
        Some(Reason::Mutex | Reason::RwMutexRead | Reason::RwMutexWrite) => "lock",
        Some(Reason::ChanSend | Reason::ChanReceive) => "channel",
        Some(Reason::Sleep) => "sleep",
        Some(_) => "other",
    }
}

/// The most costly lines, as a table.
fn print(lines: &[Line]) {
    let whole: Duration = lines.iter().map(|line| line.time).sum();
    csp::println!("share      time  times  what     where");
    for line in lines.iter().take(SHOWN) {
        let share = 100.0 * line.time.as_secs_f64() / whole.as_secs_f64().max(f64::MIN_POSITIVE);
        let file = line.file.rsplit('/').next().unwrap_or_default();
        csp::println!(
            "{share:>4.0} % {:>6.1} ms  {:>5}  {:<8} {file}:{}",
            millis(line.time),
            line.count,
            class(line.reason),
            line.line,
        );
    }
}

fn report(lines: &[Line], lab: &Lab) {
    let of = |name| lines.iter().filter(move |line| class(line.reason) == name);
    let total = |name| millis(of(name).map(|line| line.time).sum());
    lab.metric(LOCK_MS.name, total("lock"));
    lab.metric(CHANNEL_MS.name, total("channel"));
    lab.metric(SLEEP_MS.name, total("sleep"));
    lab.metric(RUNNING_MS.name, total("runs"));
    let waits: u64 = of("lock").map(|line| line.count).sum();
    lab.metric(LOCK_WAITS.name, waits as f64);
}
