//! What the threads of a run share: its Ps and Ms, the global queue, the timers.
//!
//! How Ms sleep and are woken is in [`sleep`](super::sleep), how a run ends in
//! [`end`](super::end), how a P goes to another M in [`handoff`](super::handoff).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;

use parking_lot::Condvar;

use super::end::End;
use super::handoff::{Threads, machines};
use super::parker::Parker;
use super::processor::Processor;
use super::registry::{FreeSlots, Registry, Slot};
use super::runs;
use super::task::TaskRef;
use super::timers::Timers;
use crate::ambient::{BoxFuture, Engine, Goroutine, Local};
use crate::ledger::Ledger;
use crate::memory::{AtomicBool, AtomicU32, AtomicUsize, Mutex};
use crate::run::Config;
use crate::time::{Fire, TimerKey};
use crate::trace::recorder::{Inbox, Recorder};
use crate::trace::{G, Kind, M, NO_P, Object, P, Place};

/// The most that a P takes from the global queue at once: half its ring.
const GLOBAL_BATCH: usize = 128;

/// What the threads of a run share.
pub(crate) struct Shared {
    /// The number of the run in this process.
    pub(super) run: u32,
    pub(super) seed: u64,
    pub(crate) ledger: Arc<Ledger>,
    /// Where the recorders of new threads are announced, in a run with a trace.
    inbox: Option<Inbox>,
    pub(crate) processors: Box<[Processor]>,
    pub(super) machines: Box<[MachineState]>,
    pub(super) threads: Mutex<Threads>,
    global: Mutex<Global>,
    pub(super) global_len: AtomicUsize,
    pub(super) idle: Mutex<Vec<usize>>,
    pub(super) idle_count: AtomicUsize,
    pub(super) spinning: AtomicUsize,
    /// The M that sleeps until the next timer, plus one; 0 if none does.
    pub(super) timer_keeper: AtomicUsize,
    pub(crate) timers: Timers,
    pub(super) registry: Registry,
    next_g: AtomicU32,
    pub(super) max_goroutines: u64,
    /// Ms in a call that blocks, without a P.
    pub(super) without_p: AtomicUsize,
    /// Threads outside of the run that may still wake a goroutine of it.
    pub(super) externals: AtomicUsize,
    /// Ticks of sysmon.
    pub(super) tick: AtomicU32,
    pub(super) stop: AtomicBool,
    pub(super) end: parking_lot::Mutex<Option<(End, u64)>>,
    pub(super) ended: Condvar,
    pub(super) sysmon: Parker,
}

/// What others see of an M.
#[derive(Default)]
pub(super) struct MachineState {
    pub(super) parker: Parker,
    /// Asks the goroutine that it runs to give way.
    pub(super) preempt: Arc<std::sync::atomic::AtomicBool>,
    /// The P that it is to hold next, plus one; 0 for none.
    pub(super) given: AtomicUsize,
}

struct Global {
    queue: VecDeque<TaskRef>,
    /// After the end of the run, what is woken is let go.
    closed: bool,
}

/// What a thread of a run keeps for itself.
pub(crate) struct Own {
    pub(crate) shared: Arc<Shared>,
    pub(super) free: FreeSlots,
    /// The numbers that it gives to its next goroutines.
    ids: Cell<(G, G)>,
    /// Goroutines that it may make before it counts how many are alive.
    credit: Cell<u64>,
}

impl Own {
    /// The free slots of an M; only those keep any for later.
    fn free_slots(&self, local: &Local) -> Option<&FreeSlots> {
        local.is_machine().then_some(&self.free)
    }
}

/// The most goroutines that an M makes between two counts.
const MAX_CREDIT: u64 = 64;
/// The numbers that an M takes at once in a run without a trace, as Go's Ps do.
/// With a trace it takes one, so that readers see them count up.
const ID_BATCH: u32 = 64;

impl Shared {
    pub(super) fn new(config: &Config, ledger: Arc<Ledger>, inbox: Option<Inbox>) -> Self {
        let procs = config.procs;
        Shared {
            run: runs::next(),
            seed: config.seed.unwrap_or_else(|| fastrand::u64(..)),
            ledger,
            inbox,
            processors: (0..procs).map(|index| Processor::new(index as M)).collect(),
            machines: (0..machines(procs))
                .map(|_| MachineState::default())
                .collect(),
            threads: Mutex::default(),
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
            without_p: AtomicUsize::new(0),
            externals: AtomicUsize::new(0),
            tick: AtomicU32::new(0),
            stop: AtomicBool::new(false),
            end: parking_lot::Mutex::new(None),
            ended: Condvar::new(),
            sysmon: Parker::default(),
        }
    }

    /// What M `machine` of this run knows, or a thread of it that is no M. It
    /// holds no P yet.
    pub(super) fn local(
        self: &Arc<Self>,
        machine: Option<usize>,
        seed: u64,
        recorder: Option<Recorder>,
    ) -> Local {
        let state = machine.map(|index| &self.machines[index]);
        Local {
            engine: Arc::new(Native(self.clone())),
            tally: machine.map_or(0, |index| index + 1),
            native: Some(Own {
                shared: self.clone(),
                free: FreeSlots::default(),
                ids: Cell::new((0, 0)),
                credit: Cell::new(0),
            }),
            traced: self.ledger.traced,
            simulated: false,
            ledger: self.ledger.clone(),
            p: Cell::new(NO_P),
            goroutine: Cell::new(std::ptr::null()),
            preempt: state.map(|state| state.preempt.clone()).unwrap_or_default(),
            preempted: Cell::new(false),
            yielded: Cell::new(false),
            softly: Cell::new(false),
            panic: RefCell::new(None),
            rng: RefCell::new(fastrand::Rng::with_seed(seed)),
            recorder: RefCell::new(recorder),
        }
    }

    /// The seed of M `index`.
    pub(super) fn seed_of(&self, index: usize) -> u64 {
        self.seed.wrapping_add(1 + index as u64)
    }

    /// What a new thread of the run records with.
    pub(super) fn recorder(&self) -> Option<Recorder> {
        let inbox = self.inbox.as_ref()?;
        Some(inbox.open(self.ledger.clone()))
    }

    // Goroutines.

    /// Makes a goroutine and puts it where it runs next.
    pub(crate) fn spawn(
        &self,
        local: &Local,
        own: &Own,
        name: Option<Arc<str>>,
        at: Place,
        future: impl Future<Output = ()> + Send + 'static,
    ) {
        if self.stopping() {
            return;
        }
        self.ledger.goroutine_begins(local.tally);
        if !self.has_room(own) {
            self.finish(End::TooManyGoroutines);
            return;
        }
        let g = self.new_goroutine(local, own);
        let created = self.ledger.traced.then(|| name.clone());
        let free = own.free_slots(local);
        let goroutine = Goroutine::new(g, name, at).of_run(self.run);
        let task = TaskRef::new(goroutine, self.registry.slot(free), future);
        if let Some(name) = created {
            local.record(local.g(), Some(at), Kind::Created { child: g, name });
        }
        self.make_runnable(task, Some(local));
    }

    /// Whether the goroutine that was just counted may be there.
    fn has_room(&self, own: &Own) -> bool {
        let credit = own.credit.get();
        if credit > 0 {
            own.credit.set(credit - 1);
            return true;
        }
        let alive = self.ledger.look_at_peak();
        let room = self.max_goroutines.saturating_sub(alive);
        let share = room / (2 * self.processors.len() as u64);
        own.credit.set(share.min(MAX_CREDIT));
        alive <= self.max_goroutines
    }

    fn new_goroutine(&self, local: &Local, own: &Own) -> G {
        if self.ledger.traced || !local.is_machine() {
            return self.next_g.fetch_add(1, Ordering::Relaxed);
        }
        let (next, end) = match own.ids.get() {
            (next, end) if next == end => {
                let next = self.next_g.fetch_add(ID_BATCH, Ordering::Relaxed);
                (next, next.wrapping_add(ID_BATCH))
            }
            ids => ids,
        };
        own.ids.set((next.wrapping_add(1), end));
        next
    }

    /// A goroutine has ended; `slot` was its place in the registry.
    pub(super) fn goroutine_ended(&self, local: &Local, own: &Own, slot: Slot) {
        self.registry.give_back(slot, own.free_slots(local));
        self.ledger.goroutine_ends(local.tally);
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
        if local.softly.get() {
            self.push_ring(task, local, processor);
            return self.wake_one_a_tick(processor);
        }
        match processor.put_next(task) {
            Some(before) => {
                self.push_ring(before, local, processor);
                self.wake_one();
            }
            None => self.wake_one_a_tick(processor),
        }
    }

    /// Wakes an M for what `processor` has, unless it did so in this tick.
    #[inline]
    fn wake_one_a_tick(&self, processor: &Processor) {
        if self.idle_count.load(Ordering::Relaxed) == 0 {
            return;
        }
        let tick = self.tick.load(Ordering::Relaxed);
        if processor.asked_tick.load(Ordering::Relaxed) != tick {
            processor.asked_tick.store(tick, Ordering::Relaxed);
            self.wake_one();
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

    /// Empties the global queue, for good.
    pub(super) fn close_global(&self) {
        let queued = {
            let mut global = self.global.lock();
            global.closed = true;
            std::mem::take(&mut global.queue)
        };
        drop(queued);
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
}

impl Drop for Shared {
    fn drop(&mut self) {
        runs::close(self.run);
    }
}

/// The native scheduler, as the primitives see it.
struct Native(Arc<Shared>);

impl Engine for Native {
    fn procs(&self) -> usize {
        self.0.processors.len()
    }

    fn queues(&self) -> (u32, u32, Vec<u32>) {
        let processors = self.0.processors.iter();
        let running = processors
            .clone()
            .filter(|processor| processor.running.load(Ordering::Relaxed) != 0);
        let running = running.count() as u32;
        let global = self.0.global_len.load(Ordering::Relaxed) as u32;
        (running, global, processors.map(Processor::queued).collect())
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
        if let Some(own) = &local.native {
            self.0.spawn(local, own, name, at, future);
        }
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
