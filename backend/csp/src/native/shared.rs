//! What the threads of a run share, and how they sleep and wake.
//!
//! No wake-up is lost, by the order of these steps:
//!
//! 1. Who makes a goroutine runnable queues it, and then looks whether an M is
//!    idle and none spins; if so it takes one M off the idle list and wakes it
//!    as a spinning one.
//! 2. An M that found nothing puts itself on the idle list, stops counting as
//!    spinning, and then looks at all queues once more before it sleeps.
//! 3. Both put a full fence between their write and their look, so at least one
//!    of them sees the other.
//! 4. A spinning M that finds work and was the last to spin wakes another: what
//!    else there is has nobody looking for it otherwise.
//!
//! The `runnext` of a P is left out of step 2: its owner runs it as soon as its
//! goroutine blocks. That a goroutine that does not block cannot keep it is
//! seen to once a tick of sysmon (`Processor::asked_tick`).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering, fence};
use std::task::Poll;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::parker::Parker;
use super::processor::Processor;
use super::registry::Registry;
use super::task::TaskRef;
use super::timers::Timers;
use crate::ambient::{BoxFuture, Engine, Local};
use crate::ledger::Ledger;
use crate::panics::Panic;
use crate::run::{Config, Waiting};
use crate::time::{Fire, TimerKey};
use crate::trace::recorder::Recorder;
use crate::trace::{G, Kind, NO_P, Object, P, Place, Reason};

/// The most that a P takes from the global queue at once: half its ring.
const GLOBAL_BATCH: usize = 128;

/// What the threads of a run share.
pub(crate) struct Shared {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) processors: Box<[Processor]>,
    pub(super) machines: Box<[Parker]>,
    global: Mutex<Global>,
    global_len: AtomicUsize,
    idle: Mutex<Vec<usize>>,
    idle_count: AtomicUsize,
    spinning: AtomicUsize,
    /// The M that sleeps until the next timer, plus one; 0 if none does.
    pub(super) timer_keeper: AtomicUsize,
    pub(crate) timers: Timers,
    pub(super) registry: Registry,
    next_g: AtomicU32,
    pub(super) max_goroutines: u64,
    /// Ticks of sysmon.
    pub(super) tick: AtomicU32,
    stop: AtomicBool,
    end: Mutex<Option<(End, u64)>>,
    ended: Condvar,
    pub(super) sysmon: Parker,
}

struct Global {
    queue: VecDeque<TaskRef>,
    /// After the end of the run, what is woken is let go.
    closed: bool,
}

/// How a run ended; [`Outcome`](crate::run::Outcome) without the result.
#[derive(Debug)]
pub(crate) enum End {
    Completed,
    Panicked(Panic),
    Deadlock,
    Stopped,
    TooManyGoroutines,
    Fatal(Arc<str>, Option<Place>),
    Fault(String),
}

impl Shared {
    pub(super) fn new(config: &Config, ledger: Arc<Ledger>) -> Self {
        let procs = config.procs;
        Shared {
            ledger,
            processors: (0..procs).map(|_| Processor::new()).collect(),
            machines: (0..procs).map(|_| Parker::default()).collect(),
            global: Mutex::new(Global {
                queue: VecDeque::new(),
                closed: false,
            }),
            global_len: AtomicUsize::new(0),
            idle: Mutex::new(Vec::with_capacity(procs)),
            idle_count: AtomicUsize::new(0),
            spinning: AtomicUsize::new(0),
            timer_keeper: AtomicUsize::new(0),
            timers: Timers::new(procs),
            registry: Registry::new(),
            next_g: AtomicU32::new(1),
            max_goroutines: config.max_goroutines as u64,
            tick: AtomicU32::new(0),
            stop: AtomicBool::new(false),
            end: Mutex::new(None),
            ended: Condvar::new(),
            sysmon: Parker::default(),
        }
    }

    /// What a thread of this run knows.
    pub(super) fn local(self: &Arc<Self>, p: P, seed: u64, recorder: Option<Recorder>) -> Local {
        let processor = self.processors.get(usize::from(p));
        Local {
            engine: Arc::new(Native(self.clone())),
            native: Some(self.clone()),
            traced: self.ledger.traced,
            simulated: false,
            ledger: self.ledger.clone(),
            p: Cell::new(p),
            goroutine: Cell::new(std::ptr::null()),
            preempt: processor.map(|p| p.preempt.clone()).unwrap_or_default(),
            preempted: Cell::new(false),
            yielded: Cell::new(false),
            panic: RefCell::new(None),
            rng: RefCell::new(fastrand::Rng::with_seed(seed)),
            recorder: RefCell::new(recorder),
        }
    }

    pub(super) fn new_goroutine(&self) -> G {
        self.next_g.fetch_add(1, Ordering::Relaxed)
    }

    // Queues.

    /// Queues `task` where it runs next: first on the P of `local`, or in the
    /// global queue.
    pub(super) fn make_runnable(&self, task: TaskRef, local: Option<&Local>) {
        let held = local.and_then(|local| {
            let processor = self.processors.get(usize::from(local.p.get()))?;
            Some((local, processor))
        });
        let Some((local, processor)) = held else {
            self.push_global([task], local);
            self.wake_one();
            return;
        };
        match processor.put_next(task) {
            Some(before) => {
                self.push_ring(before, local, processor);
                self.wake_one();
            }
            None if self.idle_count.load(Ordering::Relaxed) > 0 => {
                let tick = self.tick.load(Ordering::Relaxed);
                if processor.asked_tick.swap(tick, Ordering::Relaxed) != tick {
                    self.wake_one();
                }
            }
            None => {}
        }
    }

    /// Queues `task` behind all others of the P of `local`.
    pub(super) fn push_ring(&self, task: TaskRef, local: &Local, processor: &Processor) {
        let mut task = task;
        while let Err(back) = processor.ring.push(task) {
            task = back;
            let half = processor.ring.pop_half();
            self.push_global(half, Some(local));
        }
        self.record_len(local, local.p.get(), processor.ring.len());
    }

    pub(super) fn push_global(
        &self,
        tasks: impl IntoIterator<Item = TaskRef>,
        local: Option<&Local>,
    ) {
        let mut global = self.global.lock();
        if global.closed {
            drop(global);
            return;
        }
        global.queue.extend(tasks);
        let len = global.queue.len();
        self.global_len.store(len, Ordering::SeqCst);
        drop(global);
        if let Some(local) = local {
            self.record_len(local, NO_P, len as u32);
        }
    }

    /// Takes a share of the global queue: one to run, the others into the ring
    /// of `processor`.
    pub(super) fn take_global(&self, local: &Local, processor: &Processor) -> Option<TaskRef> {
        if self.global_len.load(Ordering::SeqCst) == 0 {
            return None;
        }
        let mut global = self.global.lock();
        let share = global.queue.len() / self.processors.len() + 1;
        let first = global.queue.pop_front()?;
        for _ in 1..share.min(GLOBAL_BATCH) {
            let Some(task) = global.queue.pop_front() else {
                break;
            };
            if let Err(back) = processor.ring.push(task) {
                global.queue.push_front(back);
                break;
            }
        }
        let len = global.queue.len();
        self.global_len.store(len, Ordering::SeqCst);
        drop(global);
        self.record_len(local, NO_P, len as u32);
        Some(first)
    }

    /// Records the length of the queue of `p`, or of the global one.
    pub(super) fn record_len(&self, local: &Local, p: P, len: u32) {
        if self.ledger.traced {
            let held = local.p.replace(p);
            local.record(local.g(), None, Kind::Queue { len });
            local.p.set(held);
        }
    }

    /// Whether any queue but a `runnext` holds something.
    pub(super) fn has_work(&self) -> bool {
        self.global_len.load(Ordering::SeqCst) > 0
            || self.processors.iter().any(|p| p.ring.len() > 0)
    }

    // Sleeping and waking.

    /// Wakes an M to look for work, if one is idle and none looks already.
    pub(super) fn wake_one(&self) {
        fence(Ordering::SeqCst);
        if self.idle_count.load(Ordering::SeqCst) == 0
            || self.spinning.load(Ordering::SeqCst) != 0
            || self
                .spinning
                .compare_exchange(0, 1, Ordering::SeqCst, Ordering::SeqCst)
                .is_err()
        {
            return;
        }
        let machine = {
            let mut idle = self.idle.lock();
            let machine = idle.pop();
            self.idle_count.store(idle.len(), Ordering::SeqCst);
            machine
        };
        match machine {
            Some(index) => self.machines[index].notify(),
            None => {
                self.spinning.fetch_sub(1, Ordering::SeqCst);
            }
        }
    }

    /// Whether M may spin: at most half as many do as are busy.
    pub(super) fn may_spin(&self) -> bool {
        let busy = self.processors.len() - self.idle_count.load(Ordering::SeqCst);
        if 2 * self.spinning.load(Ordering::SeqCst) < busy {
            self.spinning.fetch_add(1, Ordering::SeqCst);
            return true;
        }
        false
    }

    /// A spinning M has found work.
    pub(super) fn stops_spinning(&self) {
        if self.spinning.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.wake_one();
        }
    }

    /// Sleeps until there may be work. The M counts as spinning from here on,
    /// whoever woke it.
    pub(super) fn sleep(&self, index: usize, spinning: bool) {
        let parker = &self.machines[index];
        {
            let mut idle = self.idle.lock();
            idle.push(index);
            self.idle_count.store(idle.len(), Ordering::SeqCst);
        }
        if spinning {
            self.spinning.fetch_sub(1, Ordering::SeqCst);
        }
        fence(Ordering::SeqCst);
        if !self.has_work() && !self.stopping() {
            let timeout = self.keep_timers(index);
            let notified = match timeout {
                Some(Duration::ZERO) => false,
                timeout => parker.park(timeout),
            };
            if timeout.is_some() {
                let keeper = &self.timer_keeper;
                let _ = keeper.compare_exchange(index + 1, 0, Ordering::SeqCst, Ordering::SeqCst);
            }
            if notified && !self.still_idle(index) {
                return;
            }
        }
        // Nobody sent for it: it leaves the list by itself, unless somebody
        // does in this very moment.
        if self.leave_idle(index) {
            self.spinning.fetch_add(1, Ordering::SeqCst);
        } else {
            parker.park(None);
        }
    }

    fn still_idle(&self, index: usize) -> bool {
        self.idle.lock().contains(&index)
    }

    fn leave_idle(&self, index: usize) -> bool {
        let mut idle = self.idle.lock();
        let Some(place) = idle.iter().position(|&other| other == index) else {
            return false;
        };
        idle.swap_remove(place);
        self.idle_count.store(idle.len(), Ordering::SeqCst);
        true
    }

    /// Whether every M sleeps.
    pub(super) fn all_idle(&self) -> bool {
        self.idle_count.load(Ordering::SeqCst) == self.processors.len()
    }

    // The end.

    pub(super) fn stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Ends the run, unless it has ended.
    pub(super) fn finish(&self, end: End) {
        {
            let mut slot = self.end.lock();
            if slot.is_some() {
                return;
            }
            *slot = Some((end, self.ledger.clock.now_ns()));
        }
        self.stop.store(true, Ordering::SeqCst);
        for processor in &self.processors {
            processor.preempt.store(true, Ordering::Relaxed);
        }
        for machine in &self.machines {
            machine.notify();
        }
        self.sysmon.notify();
        self.ended.notify_all();
    }

    /// Waits for the end, at most for `timeout`; whether it has come.
    pub(super) fn wait_end(&self, timeout: Duration) -> bool {
        let until = Instant::now() + timeout;
        let mut end = self.end.lock();
        while end.is_none() {
            if self.ended.wait_until(&mut end, until).timed_out() {
                return end.is_some();
            }
        }
        true
    }

    pub(super) fn take_end(&self) -> (End, Duration) {
        let (end, ns) = self.end.lock().take().expect("the run has ended");
        (end, Duration::from_nanos(ns))
    }

    pub(super) fn register_machine(&self, index: usize) {
        self.machines[index].register();
    }

    /// Empties all queues, for good. No M is left by now.
    pub(super) fn close_queues(&self) {
        let queued = {
            let mut global = self.global.lock();
            global.closed = true;
            std::mem::take(&mut global.queue)
        };
        drop(queued);
        for processor in &self.processors {
            drop(processor.take_next());
            while let Some(task) = processor.ring.pop() {
                drop(task);
            }
        }
    }

    /// Counts the time for which those that are left have been blocked.
    pub(super) fn count_still_blocked(&self) {
        let end_ns = self.end.lock().as_ref().map_or(0, |(_, ns)| *ns);
        self.registry.for_each(|header| {
            let goroutine = &header.goroutine;
            if let Some((reason, object, _)) = goroutine.wait()
                && reason != Reason::Foreign
            {
                let ns = end_ns.saturating_sub(goroutine.waits_since_ns());
                self.ledger.still_blocked(reason, object, ns);
            }
        });
    }

    /// The goroutines that are there, and what they wait for, by number.
    pub(super) fn left(&self) -> Vec<Waiting> {
        let mut left = Vec::new();
        self.registry.for_each(|header| {
            let goroutine = &header.goroutine;
            let wait = goroutine.wait();
            let object = wait.map_or(0, |(_, object, _)| object);
            left.push(Waiting {
                g: goroutine.id,
                name: goroutine.name.clone(),
                reason: wait.map(|(reason, _, _)| reason),
                object,
                object_name: None,
                at: Some(wait.and_then(|(_, _, at)| at).unwrap_or(goroutine.made_at)),
                waits_for: Vec::new(),
                stuck: false,
            });
        });
        left.sort_by_key(|waiting| waiting.g);
        for waiting in left.iter_mut().filter(|waiting| waiting.object != 0) {
            waiting.object_name = self.ledger.object_name(waiting.object);
            waiting.waits_for = self.ledger.holder(waiting.object).into_iter().collect();
        }
        left
    }
}

/// The native scheduler, as the primitives see it.
struct Native(Arc<Shared>);

impl Engine for Native {
    fn procs(&self) -> usize {
        self.0.processors.len()
    }

    fn ran_ns(&self, p: P) -> u64 {
        let processor = self.0.processors.get(usize::from(p));
        let since_ns = processor.map_or(0, |p| p.slice_since_ns.load(Ordering::Relaxed));
        self.0.ledger.clock.now_ns().saturating_sub(since_ns)
    }

    fn set_timer(&self, local: &Local, at_ns: u64, object: Object, fire: Fire) -> TimerKey {
        self.0.set_timer(local.p.get(), at_ns, object, fire)
    }

    fn clear_timer(&self, timer: TimerKey) -> bool {
        self.0.timers.clear(timer)
    }

    fn spawn(&self, local: &Local, name: Option<Arc<str>>, at: Place, future: BoxFuture) {
        super::spawn(&self.0, local, name, at, future);
    }

    fn fatal(&self, message: Arc<str>, at: Option<Place>) {
        self.0.finish(End::Fatal(message, at));
    }

    fn before_operation(&self, _local: &Local, _at: Place) -> Poll<()> {
        Poll::Ready(())
    }

    fn choose(&self, bound: usize) -> usize {
        fastrand::usize(..bound)
    }
}
