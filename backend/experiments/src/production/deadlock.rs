//! Goroutines that wait for each other: by locks that are taken in two orders,
//! and by a channel that nobody reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use csp::sync::{Mutex, MutexGuard, WaitGroup};
use csp::time::{after, now, sleep};

use crate::catalogue::{Break, Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};
use crate::waits::{TIME_SCALE, TIME_SCALE_HELP, scaled};

choice! {
    /// A way to deadlock, or its mend.
    enum Variant {
        Opposite = "opposite", text("locks in opposite order", "以相反的顺序加锁");
        Ordered = "ordered", text("mended: one order for all", "改法：统一顺序");
        TryLock = "try-lock", text("mended: try, and let go", "改法：TryLock，拿不到就放手");
        TimeOut = "time-out", text("mended: wait so long, and let go", "改法：限时等锁，超时就放手");
        Unread = "unread", text("a channel nobody reads", "没有人读的通道");
        Read = "read", text("mended: it is read", "改法：有人读");
    }
}

parameters! {
    struct Parameters {
        variant: Variant = Variant::Opposite,
            label text("Program", "程序"),
            help text(
                "Which of the programs runs, or its mended twin",
                "运行哪个程序，或者它改好之后的样子",
            );
        transfers: u64 = 1, in 1..=200, unit text("transfers", "次转账"),
            label text("Transfers each", "每人转账次数"),
            help text(
                "How often each of the two goroutines moves a coin",
                "两个 goroutine 各转多少次",
            );
        pause: u64 = 100, in 0..=1000, unit text("ms", "ms"),
            label text("Between the locks", "两次加锁之间"),
            help text(
                "How long a goroutine holds its first lock before it wants the second, before the time scale",
                "拿到第一把锁之后，过多久才去拿第二把（未乘时间比例）",
            );
        partial: bool = false,
            label text("Main goes on", "main 不等"),
            help text(
                "Main does other things and returns in the end, so that not everybody is asleep",
                "main 去做别的事，最后返回；这样就不是“所有 goroutine 都睡着了”",
            );
        time_scale: f64 = 0.1, in 0.01..=1.0,
            label TIME_SCALE,
            help TIME_SCALE_HELP;
    }
}

/// How long main goes on after the two could have done their work.
const THE_REST: Duration = Duration::from_millis(100);
/// Who has the accounts.
const NAMES: [&str; 2] = ["anna", "ben"];
/// What each account holds at first.
const COINS: i64 = 100;

const DONE: MetricSpec = MetricSpec::new(
    "done",
    text("Transfers and receipts done", "完成的转账和回执"),
    None,
);

const LET_GO: MetricSpec = MetricSpec::new(
    "let_go",
    text("Times a lock was let go again", "放手重来的次数"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "deadlock",
    chapter: 8,
    title: text("Deadlock", "死锁"),
    summary: text(
        "Two locks in opposite order and a channel nobody reads: the ring of who waits for whom",
        "两把锁的加锁顺序相反、没有人读的通道：谁在等谁，围成一圈",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[DONE, LET_GO],
    breaks: &[Break::Deadlock, Break::Leak],
    takes_task_body: false,
    file: file!(),
    source: include_str!("deadlock.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let bank = Arc::new(Bank::new(&params, lab));
    if !params.partial {
        bank.run().await;
        csp::println!("all done");
        return;
    }

    // lesson:begin partial
    let done = csp::chan_named("done", 1);
    let tx = done.sender();
    let limit = bank.limit;
    csp::go_named("bank", async move {
        bank.run().await;
        tx.send(()).await;
    });
    csp::select! {
        _ = done.recv() => csp::println!("all done"),
        _ = after(limit).recv() => csp::println!("main goes on without them"),
    }
    // lesson:end partial
}

impl Bank {
    async fn run(self: &Arc<Self>) {
        match self.variant {
            Variant::Unread => self.receipts(false).await,
            Variant::Read => self.receipts(true).await,
            _ => self.both_ways().await,
        }
    }
}

// lesson:begin main
impl Bank {
    /// One goroutine moves coins from anna to ben, another from ben to anna.
    async fn both_ways(self: &Arc<Self>) {
        let both = WaitGroup::named("both");
        for (name, from, to) in [("anna to ben", 0, 1), ("ben to anna", 1, 0)] {
            let bank = self.clone();
            both.go_named(name, async move {
                for _ in 0..bank.transfers {
                    match bank.variant {
                        Variant::TryLock => bank.transfer_trying(from, to, Duration::ZERO).await,
                        Variant::TimeOut => bank.transfer_trying(from, to, bank.patience()).await,
                        _ => bank.transfer(from, to).await,
                    }
                    bank.done();
                }
            });
        }
        both.wait().await;
    }

    async fn transfer(&self, from: usize, to: usize) {
        let (mut first, mut second, mut moved) = (from, to, 1);
        if self.variant == Variant::Ordered && to < from {
            (first, second, moved) = (to, from, -1); // the lower number first, whoever comes
        }
        let mut one = self.accounts[first].lock().await;
        sleep(self.pause).await;
        csp::println!("holds {}, wants {}", NAMES[first], NAMES[second]);
        let mut other = self.accounts[second].lock().await;
        *one -= moved;
        *other += moved;
    }

    async fn transfer_trying(&self, from: usize, to: usize, patience: Duration) {
        loop {
            let mut one = self.accounts[from].lock().await;
            sleep(self.pause).await;
            if let Some(mut other) = lock_within(&self.accounts[to], patience).await {
                *one -= 1;
                *other += 1;
                return;
            }
            drop(one); // waits for nothing, or not for ever, while it holds something
            self.let_go();
            sleep(self.back_off(from)).await; // one of the two for longer
        }
    }

    /// Two clerks write receipts; main waits for the clerks.
    async fn receipts(self: &Arc<Self>, read: bool) {
        let receipts = csp::chan_named("receipts", 0);
        let clerks = WaitGroup::named("clerks");
        for id in 1..=2_i64 {
            let (bank, receipts) = (self.clone(), receipts.sender());
            clerks.go_named(format!("clerk {id}"), async move {
                csp::println!("clerk {id} has a receipt");
                receipts.send(id).await; // waits for a reader
                bank.done();
            });
        }
        for _ in 0..if read { 2 } else { 0 } {
            receipts.recv().await;
        }
        clerks.wait().await; // who waits here cannot read
    }
}

/// The lock, if it comes free in this time.
async fn lock_within(lock: &Mutex<i64>, patience: Duration) -> Option<MutexGuard<'_, i64>> {
    let deadline = now() + patience;
    loop {
        match lock.try_lock() {
            Some(guard) => return Some(guard),
            None if now() >= deadline => return None,
            None => sleep(STEP).await,
        }
    }
}
// lesson:end main

/// How long is waited between two looks at a lock.
const STEP: Duration = Duration::from_millis(1);

/// Two accounts, and what is done with them.
struct Bank {
    variant: Variant,
    transfers: u64,
    pause: Duration,
    limit: Duration,
    accounts: [Mutex<i64>; 2],
    done: AtomicU64,
    let_go: AtomicU64,
    lab: Lab,
}

impl Bank {
    fn new(params: &Parameters, lab: Lab) -> Self {
        lab.metric(DONE.name, 0.0);
        lab.metric(LET_GO.name, 0.0);
        let pause = scaled(params.pause, params.time_scale);
        Bank {
            variant: params.variant,
            transfers: params.transfers,
            pause,
            limit: pause * 4 * params.transfers as u32 + THE_REST,
            accounts: NAMES.map(|name| Mutex::named(name, COINS)),
            done: AtomicU64::new(0),
            let_go: AtomicU64::new(0),
            lab,
        }
    }

    /// How long the second lock is waited for: longer than a transfer holds it.
    fn patience(&self) -> Duration {
        self.pause * 2 + STEP
    }

    /// How long who comes from this account steps back. Were it the same for
    /// both, they could meet again and again.
    fn back_off(&self, from: usize) -> Duration {
        STEP + (self.pause * 2 + STEP) * from as u32
    }

    fn done(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.lab.metric(DONE.name, done as f64);
    }

    fn let_go(&self) {
        let let_go = self.let_go.fetch_add(1, Ordering::Relaxed) + 1;
        self.lab.metric(LET_GO.name, let_go as f64);
    }
}
