//! A lock-free stack that is wrong, because its slots are used again at once; and
//! the same with a tag.
//!
//! The stack holds free buffers. Users take one and give it back, so that no
//! buffer may ever have two owners. A pop is two steps, and between them others
//! may go on: that is where ABA happens, or not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use csp::patterns::{AbaStack, TaggedStack};
use csp::sync::WaitGroup;
use csp::yield_now;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};

choice! {
    /// What the compare-and-swap compares.
    enum Compares {
        Slot = "slot", text("the slot alone", "只比较槽位");
        SlotAndTag = "slot-and-tag", text("slot and tag", "槽位加版本号");
    }
}

parameters! {
    struct Parameters {
        compares: Compares = Compares::Slot,
            label text("The swap compares", "交换前比较"),
            help text(
                "What has to be unchanged for a pop to go through",
                "出栈时什么没变才算成功",
            );
        users: u64 = 3, in 1..=6, unit text("goroutines", "个"),
            label text("Users", "使用者个数"),
            help text("How many goroutines take buffers and give them back", "多少个 goroutine 取用并归还缓冲块");
        buffers: u64 = 4, in 1..=32, unit text("buffers", "块"),
            label text("Buffers", "缓冲块"),
            help text("How many buffers there are", "一共有多少块缓冲");
        rounds: u64 = 50, in 1..=200, unit text("rounds", "次"),
            label text("Rounds", "每人取用次数"),
            help text("How often each user takes a buffer", "每个使用者取用多少次");
        away: u64 = 4, in 0..=16, unit text("turns", "轮"),
            label text("Away in the middle of a pop", "出栈中途离开"),
            help text(
                "For how many turns at most others go on between the two steps of a pop",
                "出栈的两步之间，最多让别人先跑多少轮",
            );
    }
}

const TWO_OWNERS: MetricSpec = MetricSpec::new(
    "two_owners",
    text("Times a buffer had two owners", "一块缓冲同时有两个主人"),
    None,
);

const LOST: MetricSpec = MetricSpec::new(
    "lost",
    text("Buffers lost in the end", "最后丢失的缓冲块"),
    Some(text("buffers", "块")),
);

const RETRIES: MetricSpec = MetricSpec::new(
    "retries",
    text("Swaps that failed and were tried again", "失败后重试的交换"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "aba",
    chapter: 4,
    title: text("The ABA problem", "ABA 问题"),
    summary: text(
        "The top of the stack is the same as before, and yet nothing is: a swap that should have failed",
        "栈顶和刚才一样，其余全变了：一次本该失败的交换",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[TWO_OWNERS, LOST, RETRIES],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("aba.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        users,
        buffers,
        rounds,
        away,
        ..
    } = params;
    let capacity = buffers as usize;
    let free = Arc::new(match params.compares {
        Compares::Slot => Free::Aba(AbaStack::new(capacity)),
        Compares::SlotAndTag => Free::Tagged(Box::new(TaggedStack::new(capacity))),
    });
    let owners = Arc::new(Owners::of(buffers));

    // lesson:begin main
    for buffer in 0..buffers {
        free.push(buffer);
    }
    let using = WaitGroup::new();
    for id in 1..=users {
        let (free, owners) = (free.clone(), owners.clone());
        using.go_named(format!("user {id}"), async move {
            for round in 0..rounds {
                let Some(buffer) = free.pop(drawn(id, round, away)).await else {
                    yield_now().await; // all are in use
                    continue;
                };
                if !owners.take(buffer) {
                    csp::println!("user {id} got buffer {buffer}, which is in use");
                }
                yield_now().await; // uses it
                owners.give_back(buffer);
                free.push(buffer);
            }
        });
    }
    using.wait().await;
    // lesson:end main

    let lost = free.lost(buffers).await;
    csp::println!("{lost} of {buffers} buffers are lost");
    lab.metric(TWO_OWNERS.name, owners.doubles() as f64);
    lab.metric(LOST.name, lost as f64);
    lab.metric(RETRIES.name, free.retries() as f64);
}

// lesson:begin pop
/// The free buffers.
enum Free {
    Aba(AbaStack),
    Tagged(Box<TaggedStack<u64>>),
}

impl Free {
    /// Takes the buffer on top.
    async fn pop(&self, away: u64) -> Option<u64> {
        loop {
            // Read the top slot, say A, and the one below it, B.
            let popped = match self {
                Free::Aba(stack) => {
                    let begun = stack.begin_pop()?;
                    others_go_on(away).await; // they take A, take B, and put A back
                    stack.end_pop(begun) // A is on top: swap it for B, which is not free
                }
                Free::Tagged(stack) => {
                    let begun = stack.begin_pop()?;
                    others_go_on(away).await;
                    begun.end() // A is on top, but the tag is another: try again
                }
            };
            if popped.is_some() {
                return popped;
            }
        }
    }
    // lesson:end pop

    /// Puts a buffer on top. Without a slot for it, it is lost.
    fn push(&self, buffer: u64) {
        let _lost = match self {
            Free::Aba(stack) => stack.push(buffer),
            Free::Tagged(stack) => stack.push(buffer),
        };
    }

    fn retries(&self) -> u64 {
        match self {
            Free::Aba(stack) => stack.retries(),
            Free::Tagged(stack) => stack.retries(),
        }
    }

    /// Takes out what there is, and tells how many buffers are missing.
    async fn lost(&self, buffers: u64) -> usize {
        let mut missing: Vec<u64> = (0..buffers).collect();
        // A stack that bites its tail would never be empty.
        for _ in 0..buffers {
            let Some(buffer) = self.pop(0).await else {
                break;
            };
            missing.retain(|other| *other != buffer);
        }
        missing.len()
    }
}

async fn others_go_on(turns: u64) {
    for _ in 0..turns {
        yield_now().await;
    }
}

/// How long a user is away in this round: anything up to `most`, so that users
/// do not go in step.
fn drawn(id: u64, round: u64, most: u64) -> u64 {
    let mixed = (id * 1_000_003 + round).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 32) % (most + 1)
}

/// Who has which buffer.
struct Owners {
    taken: Vec<AtomicBool>,
    doubles: AtomicU64,
}

impl Owners {
    fn of(buffers: u64) -> Owners {
        Owners {
            taken: (0..buffers).map(|_| AtomicBool::new(false)).collect(),
            doubles: AtomicU64::new(0),
        }
    }

    /// Whether the buffer was free.
    fn take(&self, buffer: u64) -> bool {
        let was_free = !self.taken[buffer as usize].swap(true, Ordering::Relaxed);
        if !was_free {
            self.doubles.fetch_add(1, Ordering::Relaxed);
        }
        was_free
    }

    fn give_back(&self, buffer: u64) {
        self.taken[buffer as usize].store(false, Ordering::Relaxed);
    }

    fn doubles(&self) -> u64 {
        self.doubles.load(Ordering::Relaxed)
    }
}
