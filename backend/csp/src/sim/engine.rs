//! The state of a simulated run, and what the primitives ask of it.
//!
//! All is done on the run's one thread; the lock around the state is there
//! because wakers may be held anywhere. Nothing that is not this module's own
//! (a waker, a future, the sink) is called or dropped under it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::task::Poll;

use parking_lot::Mutex;

use super::STEP_NS;
use super::state::{End, Next, Running, State};
use super::strategy::{Chooser, Choosing, Point};
use super::task::{Status, Task};
use super::watch::Passed;
use crate::ambient::{self, BoxFuture, Engine, Goroutine, Local};
use crate::ledger::Ledger;
use crate::time::{Fire, TimerKey};
use crate::trace::{Kind, NO_P, Object, P, Place};

/// Steps after which a goroutine that only goes on and on is interrupted
/// unseen, so that its events are passed on and the run can be stopped.
const BREATH_STEPS: u64 = 64;

/// A simulated run.
pub(super) struct Sim {
    pub(super) ledger: Arc<Ledger>,
    procs: usize,
    max_goroutines: u64,
    max_steps: u64,
    pub(super) state: Mutex<State>,
    me: Weak<Sim>,
}

impl Sim {
    pub(super) fn new(config: &super::Config, ledger: Arc<Ledger>, chooser: Chooser) -> Arc<Sim> {
        Arc::new_cyclic(|me| Sim {
            ledger,
            procs: config.procs,
            max_goroutines: config.max_goroutines as u64,
            max_steps: config.max_steps,
            state: Mutex::new(State::new(config.procs, chooser)),
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

    fn queues(&self) -> (u32, u32, Vec<u32>) {
        let state = self.state.lock();
        let running = state.processors.taken() as u32;
        (running, state.queued, vec![0; self.procs])
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
