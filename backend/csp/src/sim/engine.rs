//! The state of a simulated run, and what the primitives ask of it.
//!
//! All is done on the run's one thread; the lock around the state is there
//! because wakers may be held anywhere. Nothing that is not this module's own
//! (a waker, a future, the sink) is called or dropped under it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::task::Poll;

use parking_lot::Mutex;

use super::processors::Processors;
use super::schedule::Choices;
use super::strategy::{Chooser, Choosing, Point};
use super::task::{Status, Task};
use super::watch::Passed;
use super::{SLICE_STEPS, STEP_NS};
use crate::ambient::{self, BoxFuture, Engine, Goroutine, Local};
use crate::ledger::Ledger;
use crate::panics::Panic;
use crate::run::{MAX_STARVED, Starvation, Starved};
use crate::time::{Fire, TimerKey};
use crate::trace::{G, Kind, NO_P, Object, P, Place};

/// Steps after which a goroutine that only goes on and on is interrupted
/// unseen, so that its events are passed on and the run can be stopped.
pub(super) const BREATH_STEPS: u64 = 64;
/// A goroutine starves that could run, and does not for this many steps and for
/// [`STARVED_SHARE`] of them for each that could run beside it: two slices.
const STARVED_STEPS: u64 = 2 * SLICE_STEPS;
/// See [`STARVED_STEPS`].
const STARVED_SHARE: u64 = 100;

/// A simulated run.
pub(super) struct Sim {
    pub(super) ledger: Arc<Ledger>,
    procs: usize,
    max_goroutines: u64,
    max_steps: u64,
    pub(super) state: Mutex<State>,
    me: Weak<Sim>,
}

/// What changes in a run.
pub(super) struct State {
    pub(super) tasks: BTreeMap<G, Arc<Task>>,
    next_g: G,
    /// Those that could run, in the order in which they came to.
    queue: VecDeque<Arc<Task>>,
    /// How many of them have no P.
    queued: u32,
    timers: BTreeMap<TimerKey, Fire>,
    pub(super) chooser: Chooser,
    pub(super) choices: Choices,
    pub(super) steps: u64,
    pub(super) processors: Processors,
    /// What was decided in the middle of a poll, and at which operation.
    pub(super) decided: Option<(Next, Place)>,
    /// Operations that went past without an event, since the last was passed on.
    pub(super) passed: Vec<Passed>,
    /// Goroutines that could have run for long, when their turn came.
    pub(super) not_run: Vec<Starved>,
    /// The step of the last breath.
    breath_step: u64,
    pub(super) end: Option<End>,
}

/// What happens next.
pub(super) enum Next {
    /// Who is at an operation does it.
    GoesOn,
    /// Another runs.
    Run(Arc<Task>),
    /// The next timer fires.
    Time,
}

/// Who may go on, when something is decided.
pub(super) enum Running<'a> {
    /// This one, which is at an operation.
    At(&'a Arc<Task>),
    /// Nobody: the one that ran gave way, and is in the queue.
    GaveWay,
    /// Nobody.
    Nobody,
}

/// How the run ended; [`Outcome`](crate::run::Outcome) without the result.
pub(super) enum End {
    Completed,
    Panicked(Panic),
    Deadlock,
    Stopped,
    TooManyGoroutines,
    StepsUsedUp,
    Fatal(Arc<str>, Option<Place>),
    Fault(String),
    Diverged(String),
}

impl Sim {
    pub(super) fn new(config: &super::Config, ledger: Arc<Ledger>, chooser: Chooser) -> Arc<Sim> {
        Arc::new_cyclic(|me| Sim {
            ledger,
            procs: config.procs,
            max_goroutines: config.max_goroutines as u64,
            max_steps: config.max_steps,
            state: Mutex::new(State {
                tasks: BTreeMap::new(),
                next_g: 1,
                queue: VecDeque::new(),
                queued: 0,
                timers: BTreeMap::new(),
                chooser,
                choices: Choices::default(),
                steps: 0,
                processors: Processors::new(config.procs),
                decided: None,
                passed: Vec::new(),
                not_run: Vec::new(),
                breath_step: 0,
                end: None,
            }),
            me: me.clone(),
        })
    }

    /// Ends the run, unless it has ended.
    pub(super) fn finish(&self, end: End) {
        self.state.lock().end.get_or_insert(end);
    }

    pub(super) fn ended(&self) -> bool {
        self.state.lock().end.is_some()
    }

    /// Takes a step: decides what happens next. `None` if nothing ever will.
    pub(super) fn decide(&self, running: &Running<'_>) -> Option<Next> {
        let state = &mut *self.state.lock();
        if state.steps >= self.max_steps {
            state.end.get_or_insert(End::StepsUsedUp);
            return None;
        }
        state.steps += 1;
        let now_ns = self.ledger.clock.now_ns() + STEP_NS;
        self.ledger.clock.advance_to(now_ns);
        if state
            .timers
            .first_key_value()
            .is_some_and(|(timer, _)| timer.at_ns <= now_ns)
        {
            return Some(Next::Time);
        }
        state.next(running)
    }

    /// Puts `task` behind those that could run.
    pub(super) fn enqueue(&self, task: Arc<Task>) {
        let len = self.state.lock().push(task);
        if let Some(len) = len {
            self.record_queue(len);
        }
    }

    /// Records the length of the queue: of those that could run and have no P.
    fn record_queue(&self, len: u32) {
        ambient::with(|local| {
            if let Some(local) = local.filter(|local| self.is_of(local)) {
                let held = local.p.replace(NO_P);
                local.record(local.g(), None, Kind::Queue { len });
                local.p.set(held);
            }
        });
    }

    /// Records the length of the queue as it is now.
    pub(super) fn record_queue_now(&self) {
        let len = self.state.lock().queued;
        self.record_queue(len);
    }

    fn is_of(&self, local: &Local) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&local.engine), std::ptr::from_ref(self))
    }

    /// A waker calls: `task` could run.
    pub(super) fn wake(&self, task: Arc<Task>) {
        let mut status = task.status.lock();
        match *status {
            Status::Waits => *status = Status::Runnable,
            Status::Running => {
                *status = Status::Woken;
                return;
            }
            Status::Runnable | Status::Woken | Status::Ended => return,
        }
        drop(status);
        if !self.ended() {
            self.enqueue(task);
        }
    }

    /// Takes the earliest timer, if its time has come.
    pub(super) fn take_due(&self) -> Option<(TimerKey, Fire)> {
        let now_ns = self.ledger.clock.now_ns();
        let mut state = self.state.lock();
        let first = state.timers.first_entry()?;
        (first.key().at_ns <= now_ns).then(|| first.remove_entry())
    }

    /// When the next timer fires.
    pub(super) fn next_timer_ns(&self) -> Option<u64> {
        let state = self.state.lock();
        let (timer, _) = state.timers.first_key_value()?;
        Some(timer.at_ns)
    }

    /// Forgets what could still happen: the run has ended.
    pub(super) fn clear(&self) {
        let mut state = self.state.lock();
        let queue = std::mem::take(&mut state.queue);
        let timers = std::mem::take(&mut state.timers);
        let decided = state.decided.take();
        drop(state);
        drop((queue, timers, decided));
    }
}

impl State {
    fn next(&mut self, running: &Running<'_>) -> Option<Next> {
        let others = self.queue.len();
        let time = !self.timers.is_empty();
        let (first, last) = match running {
            // Behind the others, once its slice is over.
            Running::At(task) if self.slice_is_over(task) => (None, Some(*task)),
            Running::At(task) => (Some(*task), None),
            Running::GaveWay | Running::Nobody => (None, None),
        };
        let from = usize::from(first.is_some());
        let runners = others + usize::from(first.is_some() || last.is_some());
        let bound = runners + usize::from(time);
        let (choosing, paid_from) = match running {
            Running::At(_) if first.is_some() => (Choosing::Next, 1),
            Running::At(_) | Running::GaveWay => (Choosing::Turn, 1),
            Running::Nobody => (Choosing::Start, runners),
        };
        let queue = &self.queue;
        let who = |index: usize| match first {
            Some(task) if index == 0 => task.goroutine.id,
            _ => match queue.get(index - from).or(last.filter(|_| index < runners)) {
                Some(task) => task.goroutine.id,
                None => 0,
            },
        };
        let index = match bound {
            0 => return None,
            1 => 0,
            bound => {
                let point = Point {
                    choosing,
                    bound,
                    paid_from,
                    time,
                    who: &who,
                };
                match self.chooser.choose.choose(&point) {
                    Ok(index) => {
                        self.choices.push(&point, index);
                        index
                    }
                    Err(why) => {
                        self.end.get_or_insert(End::Diverged(why));
                        return None;
                    }
                }
            }
        };
        if index >= runners {
            return Some(Next::Time);
        }
        if first.is_some() && index == 0 || last.is_some() && index == others {
            if let Some(task) = last {
                task.since_step.store(self.steps, Ordering::Relaxed);
            }
            return Some(Next::GoesOn);
        }
        let task = self.queue.remove(index - from)?;
        if task.p() == NO_P {
            self.queued -= 1;
        }
        self.note_starved(&task, self.queue.len());
        Some(Next::Run(task))
    }

    /// Lists `task`, whose turn comes or whose run ends, if that took too long
    /// with so many others beside it.
    fn note_starved(&mut self, task: &Task, others: usize) {
        let steps = self.steps - task.since_step();
        let share = others as u64 * STARVED_SHARE;
        if steps < STARVED_STEPS.max(share) || self.not_run.len() >= MAX_STARVED {
            return;
        }
        let goroutine = &task.goroutine;
        self.not_run.push(Starved {
            g: goroutine.id,
            name: goroutine.name.clone(),
            how: Starvation::NotRun { steps },
            at: Some(goroutine.made_at),
        });
    }

    /// Lists those that could still run, at the end, and did not for too long.
    pub(super) fn note_all_starved(&mut self) {
        let queue = std::mem::take(&mut self.queue);
        for task in &queue {
            self.note_starved(task, queue.len());
        }
        self.queue = queue;
    }

    pub(super) fn has_timers(&self) -> bool {
        !self.timers.is_empty()
    }

    /// Whether anybody is in line for a P.
    pub(super) fn has_queued(&self) -> bool {
        self.queued > 0
    }

    fn slice_is_over(&self, task: &Task) -> bool {
        self.steps - task.since_step() >= SLICE_STEPS
    }

    /// Puts `task` behind those that could run; how many have no P now, if
    /// that changed.
    fn push(&mut self, task: Arc<Task>) -> Option<u32> {
        let has_none = task.p() == NO_P;
        task.since_step.store(self.steps, Ordering::Relaxed);
        self.queue.push_back(task);
        self.queued += u32::from(has_none);
        has_none.then_some(self.queued)
    }
}

impl Engine for Sim {
    fn procs(&self) -> usize {
        self.procs
    }

    fn ran_ns(&self, _p: P) -> u64 {
        0
    }

    fn set_timer(&self, _local: &Local, at_ns: u64, object: Object, fire: Fire) -> TimerKey {
        let timer = TimerKey {
            at_ns,
            object,
            home: 0,
            slot: 0,
        };
        let mut state = self.state.lock();
        if state.end.is_none() {
            state.timers.insert(timer, fire);
            return timer;
        }
        drop(state);
        drop(fire);
        timer
    }

    fn clear_timer(&self, timer: TimerKey) -> bool {
        // Its waker may be the last reference to anything: it goes after the
        // lock.
        let cleared = self.state.lock().timers.remove(&timer);
        cleared.is_some()
    }

    fn spawn(&self, local: &Local, name: Option<Arc<str>>, at: Place, future: BoxFuture) {
        if self.ended() {
            return;
        }
        self.ledger.goroutine_begins(0);
        if self.ledger.alive() > self.max_goroutines {
            self.finish(End::TooManyGoroutines);
            return;
        }
        let mut state = self.state.lock();
        let g = state.next_g;
        state.next_g += 1;
        let goroutine = Goroutine::new(g, name.clone(), at);
        let task = Arc::new(Task::new(self.me.clone(), goroutine, future));
        state.tasks.insert(g, task.clone());
        drop(state);
        local.record(local.g(), Some(at), Kind::Created { child: g, name });
        self.enqueue(task);
    }

    fn fatal(&self, message: Arc<str>, at: Option<Place>) {
        self.finish(End::Fatal(message, at));
    }

    /// Pending once a poll at most, as natively: code that polls by hand and
    /// goes on must not be kept in a circle.
    fn before_operation(&self, local: &Local, at: Place) -> Poll<()> {
        let Some(g) = local.goroutine().map(|goroutine| goroutine.id) else {
            return Poll::Ready(());
        };
        let state = self.state.lock();
        let Some(task) = state.tasks.get(&g).cloned() else {
            return Poll::Ready(());
        };
        if task.granted.swap(false, Ordering::Relaxed) || local.preempted.get() {
            return Poll::Ready(());
        }
        let breathes = state.steps - state.breath_step >= BREATH_STEPS;
        drop(state);
        let next = self.decide(&Running::At(&task));
        let mut state = self.state.lock();
        let next = match next {
            Some(Next::GoesOn) if !breathes => return Poll::Ready(()),
            Some(next) => next,
            // The run has ended.
            None => Next::GoesOn,
        };
        state.breath_step = state.steps;
        state.decided = Some((next, at));
        drop(state);
        task.granted.store(true, Ordering::Relaxed);
        local.preempted.set(true);
        Poll::Pending
    }

    fn passed(&self, local: &Local, object: Object) {
        if let Some(recorder) = &*local.recorder.borrow() {
            let passed = Passed {
                before: recorder.pending(),
                g: local.g(),
                object,
            };
            self.state.lock().passed.push(passed);
        }
    }

    fn choose(&self, bound: usize) -> usize {
        if bound < 2 {
            return 0;
        }
        let mut state = self.state.lock();
        if state.end.is_some() {
            return 0;
        }
        let point = Point {
            choosing: Choosing::Draw,
            bound,
            paid_from: bound,
            time: false,
            who: &|_| 0,
        };
        match state.chooser.choose.choose(&point) {
            Ok(index) => {
                state.choices.push(&point, index);
                index
            }
            Err(why) => {
                state.end.get_or_insert(End::Diverged(why));
                0
            }
        }
    }
}
