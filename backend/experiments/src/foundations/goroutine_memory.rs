//! Goroutines that wait: what each keeps resident, beside threads that wait.
//!
//! Memory is that of the whole process, so it is looked at before and after so
//! many were made. The threads come first: what their ends leave behind for reuse
//! is stacks, which goroutines have no use for. Before them come a few with small
//! stacks, which are not measured: the first threads of a process make its
//! allocators reserve hundreds of megabytes for all that follow.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use csp::native::blocking;
use csp::sync::WaitGroup;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, parameters};
use crate::rounds::untraced;

parameters! {
    struct Parameters {
        shown: u64 = 8, in 1..=300, unit text("goroutines", "个"),
            label text("Goroutines in the picture", "图中的 goroutine"),
            help text(
                "How many wait in the part that is drawn, before anything is measured",
                "画在图上的部分里有多少个在等；测量在这之后才开始",
            );
        goroutines: u64 = 100_000, in 10_000..=1_000_000, unit text("goroutines", "个"),
            label text("Goroutines", "goroutine 个数"),
            help text(
                "How many goroutines wait at once while memory is measured",
                "测内存时有多少个 goroutine 同时在等",
            );
        keeps: usize = 0, in 0..=4096, unit text("bytes", "字节"),
            label text("Each keeps", "每个另存"),
            help text(
                "Memory of its own that each goroutine holds while it waits",
                "每个 goroutine 等待时手里另外拿着多少内存",
            );
        threads: u64 = 400, in 100..=500, unit text("threads", "个"),
            label text("Threads", "线程个数"),
            help text(
                "How many threads of the system wait at once, for comparison",
                "用来比较的操作系统线程有多少个同时在等",
            );
        stack: usize = 2048, in 64..=8192, unit text("KiB", "KiB"),
            label text("Stack of a thread", "线程的栈"),
            help text(
                "The address space that is reserved for the stack of each thread",
                "给每个线程的栈保留多少地址空间",
            );
    }
}

const GOROUTINE_BYTES: MetricSpec = MetricSpec::new(
    "goroutine_bytes",
    text("Resident for each goroutine", "每个 goroutine 常驻"),
    Some(text("bytes", "字节")),
);

const THREAD_BYTES: MetricSpec = MetricSpec::new(
    "thread_bytes",
    text("Resident for each thread", "每个线程常驻"),
    Some(text("bytes", "字节")),
);

const THREAD_RESERVED_BYTES: MetricSpec = MetricSpec::new(
    "thread_reserved_bytes",
    text(
        "Address space reserved for each thread",
        "每个线程保留的地址空间",
    ),
    Some(text("bytes", "字节")),
);

const RATIO: MetricSpec = MetricSpec::new(
    "ratio",
    text(
        "A thread keeps so much more resident",
        "线程常驻内存是 goroutine 的",
    ),
    Some(text("times", "倍")),
);

const ALIVE: MetricSpec = MetricSpec::new(
    "alive",
    text("Goroutines that waited at once", "同时在等的 goroutine"),
    None,
);

const THREADS_ALIVE: MetricSpec = MetricSpec::new(
    "threads_alive",
    text("Threads that waited at once", "同时在等的线程"),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "goroutine-memory",
    chapter: 1,
    title: text(
        "Memory of goroutines, and of threads",
        "goroutine 与线程占多少内存",
    ),
    summary: text(
        "A hundred thousand goroutines wait: what each of them keeps resident, and what a thread does",
        "十万个 goroutine 在等：每个常驻多少内存，一个线程又是多少",
    ),
    timed: true,
    schedulers: Schedulers::NativeOnly(text(
        "it measures the memory of this process while many goroutines and threads wait, \
         and a simulated run has no threads",
        "它测的是很多 goroutine 和线程在等时本进程的内存，而模拟运行里没有线程",
    )),
    params: Parameters::specs,
    metrics: &[
        GOROUTINE_BYTES,
        THREAD_BYTES,
        RATIO,
        THREAD_RESERVED_BYTES,
        ALIVE,
        THREADS_ALIVE,
    ],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("goroutine_memory.rs"),
    prepare: |given| Program::new(given, program),
};

/// Ps of the run that is measured. With one, whoever was counted as waiting does
/// wait: nothing else runs while memory is looked at.
const PROCS: usize = 1;

/// Threads that are not measured: more than the allocators make room for.
const FIRST_THREADS: u64 = 32;
/// Their stacks, too small to be used again for others.
const FIRST_STACK: usize = 32 * 1024;

async fn program(params: Parameters, lab: Lab) {
    goroutines(params.shown, 0).await;
    csp::println!("{} goroutines drawn", params.shown);

    let Parameters { threads, stack, .. } = params;
    blocking(|| waiting_threads(FIRST_THREADS, FIRST_STACK)).await;
    let (alive, grown) = blocking(move || waiting_threads(threads, stack * 1024)).await;
    let thread_bytes = grown.resident / alive as f64;
    lab.metric(THREADS_ALIVE.name, alive as f64);
    lab.metric(THREAD_BYTES.name, thread_bytes);
    lab.metric(THREAD_RESERVED_BYTES.name, grown.reserved / alive as f64);
    csp::println!(
        "{alive} threads: {:.1} kB resident each, {:.0} kB reserved",
        thread_bytes / 1e3,
        grown.reserved / alive as f64 / 1e3,
    );

    let (count, keeps) = (params.goroutines, params.keeps);
    let (alive, grown) = untraced(PROCS, goroutines(count, keeps)).await;
    lab.metric(ALIVE.name, alive as f64);
    let goroutine_bytes = grown.resident / alive as f64;
    lab.metric(GOROUTINE_BYTES.name, goroutine_bytes);
    // In a process with memory to reuse it may not have grown at all.
    let ratio = thread_bytes / goroutine_bytes.max(1.0);
    lab.metric(RATIO.name, ratio);
    csp::println!(
        "{alive} goroutines: {goroutine_bytes:.0} bytes resident each, {:.1} MB in all",
        grown.resident / 1e6,
    );
}

// lesson:begin main
/// Makes so many goroutines that wait, and tells how many waited and by how much
/// the memory of the process had grown by then.
async fn goroutines(count: u64, keeps: usize) -> (u64, Memory) {
    let gate = csp::chan_named::<()>("gate", 0);
    let (begun, all) = (WaitGroup::named("begun"), WaitGroup::named("all"));
    let waited = Arc::new(AtomicU64::new(0));
    let before = Memory::of_this_process();
    begun.add(count as i64);
    for _ in 0..count {
        let (gate, begun, waited) = (gate.receiver(), begun.clone(), waited.clone());
        all.go(async move {
            let kept = vec![1_u8; keeps];
            begun.done();
            gate.recv().await; // waits, and keeps what it has
            drop(std::hint::black_box(kept));
            waited.fetch_add(1, Ordering::Relaxed);
        });
    }
    begun.wait().await;
    let grown = Memory::of_this_process().since(before);
    gate.close(); // all go on
    all.wait().await;
    (waited.load(Ordering::Relaxed), grown)
}

/// The same for threads with stacks of so many bytes.
fn waiting_threads(count: u64, stack: usize) -> (u64, Memory) {
    let gate = Arc::new(Barrier::new(count as usize + 1));
    let before = Memory::of_this_process();
    let threads: Vec<_> = (0..count)
        .map(|_| {
            let gate = gate.clone();
            let thread = thread::Builder::new().stack_size(stack);
            let waits = move || {
                gate.wait(); // all have begun
                gate.wait(); // waits for the end
            };
            thread.spawn(waits).expect("the system starts a thread")
        })
        .collect();
    gate.wait();
    let grown = Memory::of_this_process().since(before);
    gate.wait();
    let ended = threads.into_iter().map(|thread| thread.join());
    (ended.filter(Result::is_ok).count() as u64, grown)
}
// lesson:end main

/// Memory of a process, in bytes.
#[derive(Clone, Copy)]
struct Memory {
    resident: f64,
    reserved: f64,
}

impl Memory {
    /// What this process has now, as the system tells it.
    ///
    /// # Panics
    /// Where the system is not Linux.
    fn of_this_process() -> Memory {
        let status = std::fs::read_to_string("/proc/self/status");
        let status = status.expect("Linux tells the memory of a process");
        let bytes = |name| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
            let kilobytes: f64 = kilobytes.and_then(|text| text.trim().parse().ok())?;
            Some(kilobytes * 1024.0)
        };
        Memory {
            resident: bytes("VmRSS:").expect("a line VmRSS"),
            reserved: bytes("VmSize:").expect("a line VmSize"),
        }
    }

    /// By how much it has grown.
    fn since(self, before: Memory) -> Memory {
        Memory {
            resident: self.resident - before.resident,
            reserved: self.reserved - before.reserved,
        }
    }
}
