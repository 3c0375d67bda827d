//! Tasks over several processes: leases, heartbeats, and one that is killed.
//!
//! The workers are processes of their own ([`worker`]), one pipe each way. The
//! coordinator leases a task to a worker and hears of it by heartbeats alone: as
//! over a network, a closed pipe tells it nothing while a lease is out. A lease
//! that runs out puts its task back. Each lease has a number that grows (a
//! *fencing token*); a result counts only under the latest one, so that a worker
//! that was merely slow cannot have its effect twice.

mod process;
pub(crate) mod worker;

use std::io;
use std::process::Child;
use std::sync::Arc;
use std::time::Duration;

use csp::Chan;
use csp::native::blocking;
use csp::sync::{Mutex, WaitGroup};
use csp::time::{Instant, Timer, after, now};

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::millis;
use process::{Heard, Process, Signal, signal};
use worker::Order;

choice! {
    /// What happens to the first worker.
    enum Fate {
        None = "none", text("Nothing", "一切正常");
        Kill = "kill", text("It is killed", "进程被杀死");
        Pause = "pause", text("It stands still, then goes on", "进程停住，过后又继续");
    }
}

parameters! {
    struct Parameters {
        workers: usize = 3, in 1..=8, unit text("processes", "个进程"),
            label text("Workers", "worker 进程数"),
            help text("Processes that do tasks", "有多少个进程做任务");
        tasks: u64 = 24, in 1..=100, unit text("tasks", "个任务"),
            label text("Tasks", "任务个数"),
            help text("How many tasks there are", "一共有多少个任务");
        task_time: u64 = 40, in 1..=200, unit text("ms", "ms"),
            label text("A task takes", "单个任务耗时"),
            help text("How long a worker is busy with a task", "worker 做一个任务要多久");
        lease: u64 = 100, in 10..=500, unit text("ms", "ms"),
            label text("Lease", "租约"),
            help text(
                "Without a heartbeat for this long, the task is given to another",
                "这么久没有心跳，任务就交给别的 worker",
            );
        heartbeat: u64 = 20, in 5..=500, unit text("ms", "ms"),
            label text("Heartbeat every", "心跳间隔"),
            help text("How often a worker says that it is alive", "worker 每隔多久报一次平安");
        fate: Fate = Fate::Kill,
            label text("Worker 1", "worker 1 的遭遇"),
            help text(
                "What the system does to the first process while it works",
                "系统在第一个进程工作时对它做什么",
            );
        fate_after: u64 = 100, in 0..=500, unit text("ms", "ms"),
            label text("After", "发生在"),
            help text("When that happens", "多久之后发生");
        fencing: bool = true,
            label text("Fencing", "栅栏令牌"),
            help text(
                "A result counts only under the latest lease of its task",
                "只承认该任务最新一份租约下的结果",
            );
    }
}

const DONE: MetricSpec = MetricSpec::new(
    "done",
    text("Tasks done", "完成的任务"),
    Some(text("tasks", "个任务")),
);
const LOST: MetricSpec = MetricSpec::new(
    "lost",
    text("Tasks never done", "丢失的任务"),
    Some(text("tasks", "个任务")),
);
const DOUBLED: MetricSpec = MetricSpec::new(
    "doubled",
    text("Tasks with their effect twice", "生效了不止一次的任务"),
    Some(text("tasks", "个任务")),
);
const EXPIRED: MetricSpec =
    MetricSpec::new("expired", text("Leases that ran out", "到期的租约"), None);
const REFUSED: MetricSpec = MetricSpec::new(
    "refused",
    text("Late results refused", "拒收的迟到结果"),
    None,
);
const BY_FIRST: MetricSpec = MetricSpec::new(
    "by_first",
    text("Tasks done by worker 1", "worker 1 完成的任务"),
    Some(text("tasks", "个任务")),
);
const ELAPSED: MetricSpec = MetricSpec::new(
    "elapsed_ms",
    text("Until the last task was done", "到最后一个任务完成"),
    Some(text("ms", "ms")),
);

pub(crate) const ENTRY: Entry = Entry {
    id: "task-scheduling",
    chapter: 8,
    title: text("Tasks over several processes", "跨进程的任务调度"),
    summary: text(
        "Worker processes with leases and heartbeats: one is killed, and no task is lost or done twice",
        "带租约和心跳的 worker 进程：杀掉一个，任务既不丢失也不重复生效",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "its workers are processes of the system, which no simulation stands for",
        "它的 worker 是真实的系统进程，模拟调度器无法代替",
    )),
    params: Parameters::specs,
    metrics: &[DONE, LOST, DOUBLED, EXPIRED, REFUSED, BY_FIRST, ELAPSED],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("task_scheduling.rs"),
    prepare: |given| Program::new(given, program),
};

/// How often a task is leased before it is given up: without a bound, a lease
/// that is shorter than its heartbeat would go round for ever.
const MAX_LEASES: u32 = 5;

// lesson:begin main
/// Keeps one worker process busy until every task is settled.
async fn keep(mut process: Process, desk: Arc<Desk>) {
    let heard = process.heard();
    let mut gone = false;
    while !gone {
        let task = csp::select! {
            task = desk.tasks.recv() => task,
            _ = desk.settled.recv() => None,
        };
        let Some(task) = task else { break };
        let token = desk.ledger.lock().await.lease(task);
        process.order(&desk.order(task, token));

        let lease = Timer::new(desk.lease);
        let mut late = false;
        loop {
            csp::select! {
                said = heard.recv() => match said {
                    Some(Heard::Beat) if late => {} // it lives, and is still at it
                    Some(Heard::Beat) => _ = lease.reset(desk.lease),
                    Some(Heard::Done { task, token }) => {
                        desk.finish(&process, task, token).await;
                        break;
                    }
                    // A closed pipe is our luck: over a network nothing tells.
                    Some(Heard::Gone) | None => gone = true,
                },
                _ = lease.c().recv() => {
                    csp::println!("{}: the lease of task {task} ran out", process.name());
                    desk.put_back(task).await;
                    late = true;
                }
                _ = desk.settled.recv() => break,
            }
            if gone && late {
                break;
            }
        }
        lease.stop();
    }
    desk.let_go(process, gone).await;
}

impl Ledger {
    /// A new lease of the task. Older ones count no more.
    fn lease(&mut self, task: u64) -> u64 {
        self.tokens += 1;
        let entry = &mut self.entries[task as usize];
        entry.leases += 1;
        entry.token = self.tokens;
        self.tokens
    }

    /// The effect of a task, unless its lease has passed to another.
    fn apply(&mut self, task: u64, token: u64) -> bool {
        let entry = &mut self.entries[task as usize];
        if self.fencing && entry.token != token {
            return false;
        }
        entry.effects += 1;
        true
    }
}
// lesson:end main

/// What has become of the tasks. Task 0 is not used: tasks count from 1.
struct Ledger {
    fencing: bool,
    /// Leases so far, which is also the latest token.
    tokens: u64,
    entries: Vec<Task>,
    /// Tasks without an effect that were not given up.
    open: u64,
    expired: u64,
    refused: u64,
    by_first: u64,
}

#[derive(Clone, Default)]
struct Task {
    leases: u32,
    /// The token of its lease, 0 while it has none.
    token: u64,
    effects: u32,
}

/// What the keepers share.
struct Desk {
    tasks: Chan<u64>,
    /// Closed once no task is open.
    settled: Chan<()>,
    ledger: Mutex<Ledger>,
    lease: Duration,
    takes: Duration,
    heartbeat: Duration,
    first: String,
    started: Instant,
    lab: Lab,
}

impl Desk {
    fn order(&self, task: u64, token: u64) -> Order {
        Order {
            task,
            token,
            takes: self.takes,
            heartbeat: self.heartbeat,
        }
    }

    /// A result came.
    async fn finish(&self, process: &Process, task: u64, token: u64) {
        let mut ledger = self.ledger.lock().await;
        if !ledger.apply(task, token) {
            ledger.refused += 1;
            csp::println!("{}: a late result of task {task}, refused", process.name());
            return;
        }
        if process.name() == self.first {
            ledger.by_first += 1;
        }
        match ledger.entries[task as usize].effects {
            1 => {
                self.lab
                    .metric(ELAPSED.name, millis(self.started.elapsed()));
                self.settle(&mut ledger);
            }
            times => csp::println!("task {task} has taken effect {times} times"),
        }
    }

    /// The lease of a task ran out.
    async fn put_back(&self, task: u64) {
        let mut ledger = self.ledger.lock().await;
        ledger.expired += 1;
        let entry = &mut ledger.entries[task as usize];
        entry.token = 0;
        if entry.effects > 0 {
            return; // its late result was let through
        }
        if entry.leases < MAX_LEASES {
            drop(ledger);
            self.tasks.send(task).await; // there is room for every task
        } else {
            csp::println!("task {task} is given up after {MAX_LEASES} leases");
            self.settle(&mut ledger);
        }
    }

    /// One more task is no longer open.
    fn settle(&self, ledger: &mut Ledger) {
        ledger.open -= 1;
        if ledger.open == 0 {
            self.settled.close();
        }
    }

    /// Lets a process end, and hears it out: a late result may still come.
    async fn let_go(&self, mut process: Process, gone: bool) {
        process.close();
        let heard = process.heard();
        let mut gone = gone;
        while !gone {
            match heard.recv().await {
                Some(Heard::Beat) => {}
                Some(Heard::Done { task, token }) => self.finish(&process, task, token).await,
                Some(Heard::Gone) | None => gone = true,
            }
        }
    }
}

async fn program(params: Parameters, lab: Lab) {
    let Some(program) = lab.worker() else {
        match csp::panic("no program for worker processes was named").await {}
    };
    lab.metric(ELAPSED.name, 0.0);
    let desk = Arc::new(params.desk(&lab));
    for task in 1..=params.tasks {
        desk.tasks.send(task).await;
    }
    let mut children = Vec::new();
    let keepers = WaitGroup::named("keepers");
    for number in 1..=params.workers {
        match Process::start(number, &program) {
            Ok((process, child)) => {
                children.push(child);
                keepers.go_named(format!("keeper {number}"), keep(process, desk.clone()));
            }
            Err(error) => csp::println!("worker {number} does not start: {error}"),
        }
    }
    if let Some(first) = children.first() {
        meets_its_fate(&params, first, &desk).await;
    }
    keepers.wait().await;
    let exited = blocking(move || exits(children)).await;
    if let Err(error) = exited {
        csp::println!("a process was not waited for: {error}");
    }
    report(&*desk.ledger.lock().await, params.tasks, &lab);
}

/// Does to the first process what is to be done, at its time.
async fn meets_its_fate(params: &Parameters, first: &Child, desk: &Desk) {
    if params.fate == Fate::None {
        return;
    }
    csp::select! {
        _ = after(Duration::from_millis(params.fate_after)).recv() => {}
        _ = desk.settled.recv() => return,
    }
    match params.fate {
        Fate::None => {}
        Fate::Kill => {
            csp::println!("worker 1 is killed");
            send(first, Signal::KILL);
        }
        Fate::Pause => {
            csp::println!("worker 1 stands still");
            send(first, Signal::STOP);
            csp::time::sleep(desk.lease * PAUSE_IN_LEASES).await;
            csp::println!("worker 1 goes on");
            send(first, Signal::CONT);
        }
    }
}

/// How long a paused worker stands still, in leases: long enough to lose its
/// own, short enough that the reader sees it come back.
const PAUSE_IN_LEASES: u32 = 3;

fn send(child: &Child, what: Signal) {
    if let Err(error) = signal(child, what) {
        csp::println!("the signal did not arrive: {error}");
    }
}

/// Waits for all, so that none is left as a zombie.
fn exits(children: Vec<Child>) -> io::Result<()> {
    for mut child in children {
        child.wait()?;
    }
    Ok(())
}

impl Parameters {
    fn desk(&self, lab: &Lab) -> Desk {
        Desk {
            tasks: csp::chan_named("tasks", self.tasks as usize)
                .show(|&task: &u64| (task as i64).into()),
            settled: csp::chan_named("settled", 0),
            ledger: Mutex::named(
                "ledger",
                Ledger {
                    fencing: self.fencing,
                    tokens: 0,
                    entries: vec![Task::default(); self.tasks as usize + 1],
                    open: self.tasks,
                    expired: 0,
                    refused: 0,
                    by_first: 0,
                },
            ),
            lease: Duration::from_millis(self.lease),
            takes: Duration::from_millis(self.task_time),
            heartbeat: Duration::from_millis(self.heartbeat),
            first: "worker 1".into(),
            started: now(),
            lab: lab.clone(),
        }
    }
}

fn report(ledger: &Ledger, tasks: u64, lab: &Lab) {
    let with = |wanted: fn(u32) -> bool| {
        let tasks = ledger.entries.iter().skip(1);
        tasks.filter(|task| wanted(task.effects)).count() as f64
    };
    let done = with(|effects| effects > 0);
    for (metric, value) in [
        (DONE, done),
        (LOST, tasks as f64 - done),
        (DOUBLED, with(|effects| effects > 1)),
        (EXPIRED, ledger.expired as f64),
        (REFUSED, ledger.refused as f64),
        (BY_FIRST, ledger.by_first as f64),
    ] {
        lab.metric(metric.name, value);
    }
    csp::println!(
        "{done} of {tasks} tasks done, {} leases ran out",
        ledger.expired
    );
}
