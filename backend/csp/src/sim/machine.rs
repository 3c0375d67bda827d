//! The loop of a simulated run: decide, do, pass on what was recorded.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

use super::engine::Sim;
use super::state::{End, Next, Running};
use super::strategy::Chooser;
use super::tap::Tap;
use super::task::{Status, Task};
use super::{Config, STEP_NS, SimReport, Stopper, ending};
use crate::ambient::{self, Engine, Local};
use crate::ledger::Ledger;
use crate::panics::{self, Panic};
use crate::time::Clock;
use crate::trace::recorder::{Inbox, Recorder};
use crate::trace::{Kind, NO_P, Place};

/// Runs `main` to its end; the report, and the chooser for the next run.
pub(super) fn run<T: Send + 'static>(
    mut config: Config,
    chooser: Chooser,
    at: Place,
    main: impl Future<Output = T> + Send + 'static,
) -> (SimReport<T>, Chooser) {
    assert!(config.procs > 0, "a run needs at least one processor");
    let ledger = Arc::new(Ledger::new(true, Clock::simulated(), 0));
    let inbox = Inbox::default();
    let mut recorder = inbox.open(ledger.clone());
    recorder.spill();
    let source = inbox.take().pop().expect("one buffer was opened");
    let trace = config.trace.take();
    let stop = config.stop.take();
    let seed = chooser.seed;
    let sim = Sim::new(&config, ledger, chooser);
    let local = local(&sim, seed, recorder);
    let result = Arc::new(Mutex::new(None));
    let slot = result.clone();
    let main = Box::pin(async move {
        let output = main.await;
        *slot.lock() = Some(output);
    });
    let entered = ambient::enter(&local);
    let mut machine = Machine {
        sim: &sim,
        local: &local,
        tap: Tap::new(source, trace, sim.ledger.clone()),
        stop,
        resumes: None,
    };
    sim.spawn(&local, Some("main".into()), at, main);
    machine.run();
    let mut tap = machine.tap;
    drop(machine.resumes);
    let left = ending::close(&sim, &local, &mut tap);
    drop(entered);
    ending::report(&sim, tap, left, &result)
}

fn local(sim: &Arc<Sim>, seed: u64, recorder: Recorder) -> Local {
    Local {
        engine: sim.clone(),
        #[cfg(not(target_arch = "wasm32"))]
        native: None,
        traced: true,
        tally: 0,
        simulated: true,
        ledger: sim.ledger.clone(),
        p: Cell::new(NO_P),
        goroutine: Cell::new(std::ptr::null()),
        preempt: Arc::new(AtomicBool::new(true)),
        preempted: Cell::new(false),
        yielded: Cell::new(false),
        softly: Cell::new(false),
        panic: RefCell::new(None),
        rng: RefCell::new(fastrand::Rng::with_seed(seed)),
        recorder: RefCell::new(Some(recorder)),
    }
}

struct Machine<'a> {
    sim: &'a Arc<Sim>,
    local: &'a Local,
    tap: Tap,
    stop: Option<Stopper>,
    /// Who is at an operation and may go on.
    resumes: Option<Arc<Task>>,
}

impl Machine<'_> {
    fn run(&mut self) {
        let mut gave_way = false;
        loop {
            self.drain();
            if self.stop.as_ref().is_some_and(Stopper::is_stopped) {
                self.sim.finish(End::Stopped);
            }
            if self.sim.ended() {
                return;
            }
            let decided = self.sim.state.lock().decided.take();
            let (next, at) = match decided {
                Some((next, at)) => (Some(next), Some(at)),
                None => {
                    let running = match &self.resumes {
                        Some(task) => Running::At(task),
                        None if gave_way => Running::GaveWay,
                        None => Running::Nobody,
                    };
                    (self.sim.decide(&running), None)
                }
            };
            gave_way = false;
            match next {
                // It may have ended instead, if it polls by hand.
                Some(Next::GoesOn) => {
                    if let Some(task) = self.resumes.take() {
                        gave_way = self.execute(task);
                    }
                }
                Some(Next::Run(task)) => {
                    self.displaces(&task, at);
                    gave_way = self.execute(task);
                }
                Some(Next::Time) => self.fire_timers(),
                None if self.sim.ended() => return,
                None => {
                    self.sim.finish(End::Deadlock);
                    return;
                }
            }
        }
    }

    fn drain(&mut self) {
        if let Some(recorder) = &mut *self.local.recorder.borrow_mut() {
            let mut state = self.sim.state.lock();
            let (passed, steps) = (std::mem::take(&mut state.passed), state.steps);
            drop(state);
            self.tap.drain(recorder, &passed, steps);
        }
    }

    /// Gives `task` a P, in place of who is at an operation if there is no
    /// other.
    fn displaces(&mut self, task: &Arc<Task>, at: Option<Place>) {
        let before = self.resumes.take();
        if task.p() == NO_P {
            self.sim.record_queue_now();
            let taken = self.sim.state.lock().processors.take();
            match (taken, &before) {
                (Some((p, was_idle)), _) => {
                    task.set_p(p);
                    self.local.p.set(p);
                    if was_idle {
                        self.local.record(0, None, Kind::Awake);
                    }
                }
                (None, Some(before)) => self.preempt(before, task, at),
                // Whoever runs keeps a P, so one is free if nobody does.
                (None, None) => {}
            }
            let steps = self.sim.state.lock().steps;
            task.since_step.store(steps, Ordering::Relaxed);
            task.goroutine.runs();
            self.local.record_started(task.goroutine.id);
        }
        if let Some(before) = before {
            self.sim.enqueue(before);
        }
        self.fall_idle();
    }

    /// `before` loses its P to `task`.
    fn preempt(&self, before: &Task, task: &Task, at: Option<Place>) {
        let p = before.p();
        before.set_p(NO_P);
        task.set_p(p);
        self.local.p.set(p);
        self.sim.ledger.add_preemption();
        let steps = self.sim.state.lock().steps;
        let ran_ns = steps.saturating_sub(before.since_step()) * STEP_NS;
        let kind = Kind::Preempted { ran_ns };
        self.local.record(before.goroutine.id, at, kind);
    }

    /// Says which Ps found nothing to run, if nobody is in line for one.
    fn fall_idle(&self) {
        let mut state = self.sim.state.lock();
        if state.has_queued() {
            return;
        }
        let fallen = state.processors.fall_idle();
        drop(state);
        let held = self.local.p.get();
        for p in fallen {
            self.local.p.set(p);
            self.local.record(0, None, Kind::Idle);
        }
        self.local.p.set(held);
    }

    /// Lets time pass until the next timer, and fires it with all of its time.
    fn fire_timers(&mut self) {
        self.local.p.set(NO_P);
        if let Some(at_ns) = self.sim.next_timer_ns() {
            if self.resumes.is_none() {
                self.fall_idle();
            }
            self.sim.ledger.clock.advance_to(at_ns);
        }
        while let Some((timer, fire)) = self.sim.take_due() {
            fire.fire(timer.object);
        }
    }

    /// Polls `task` once, which has a P; whether it gave way.
    fn execute(&mut self, task: Arc<Task>) -> bool {
        let g = task.goroutine.id;
        let Some(mut future) = task.future.lock().take() else {
            return false;
        };
        *task.status.lock() = Status::Running;
        self.local.p.set(task.p());
        self.local.goroutine.set(&raw const task.goroutine);
        task.goroutine.runs();
        self.local.preempted.set(false);
        self.local.yielded.set(false);
        let waker = Waker::from(task.clone());
        let mut cx = Context::from_waker(&waker);
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut cx)));
        let panic = self.local.panic.borrow_mut().take();
        let mut gave_way = false;
        match (polled, panic) {
            (Ok(Poll::Pending), None) => {
                *task.future.lock() = Some(future);
                gave_way = self.pauses(&task);
            }
            (Ok(Poll::Ready(())), None) => {
                self.local.record(g, None, Kind::Ended);
                self.ends(&task, future);
                if g == 1 {
                    self.sim.finish(End::Completed);
                }
            }
            (Ok(_), Some(panic)) => self.panicked(&task, future, panic),
            (Err(payload), panic) => match panic.map_or_else(|| panics::caught(payload), Ok) {
                Ok(panic) => self.panicked(&task, future, panic),
                Err(message) => {
                    self.ends(&task, future);
                    let at = task.goroutine.made_at;
                    let text = format!("{message} (in goroutine {g}, started at {at})");
                    self.sim.finish(End::Fault(text));
                }
            },
        }
        self.local.goroutine.set(std::ptr::null());
        self.local.p.set(NO_P);
        gave_way
    }

    /// Its poll left it pending; whether it gave way by itself.
    fn pauses(&mut self, task: &Arc<Task>) -> bool {
        // It may have gone on after it was held at an operation, polled by hand;
        // then it is polled once more than needed.
        if self.local.preempted.get() {
            *task.status.lock() = Status::Runnable;
            self.resumes = Some(task.clone());
            return false;
        }
        task.granted.store(false, Ordering::Relaxed);
        let yielded = self.local.yielded.get();
        if !yielded && task.goroutine.wait().is_none() {
            ambient::blocked_elsewhere(self.local, &task.goroutine);
        }
        self.frees(task);
        let mut status = task.status.lock();
        let woken = *status == Status::Woken;
        *status = if woken {
            Status::Runnable
        } else {
            Status::Waits
        };
        drop(status);
        self.local.goroutine.set(std::ptr::null());
        if woken {
            self.sim.enqueue(task.clone());
        }
        yielded && woken
    }

    fn frees(&self, task: &Task) {
        self.sim.state.lock().processors.free(task.p());
        task.set_p(NO_P);
    }

    fn panicked(&self, task: &Arc<Task>, future: ambient::BoxFuture, panic: Panic) {
        let kind = Kind::Panicked {
            message: panic.message().into(),
            recovered: false,
        };
        self.local.record(task.goroutine.id, Some(panic.at()), kind);
        self.ends(task, future);
        self.sim.finish(End::Panicked(panic));
    }

    /// Drops what the goroutine held, as itself.
    fn ends(&self, task: &Arc<Task>, future: ambient::BoxFuture) {
        let g = task.goroutine.id;
        *task.status.lock() = Status::Ended;
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(future))) {
            let message = match panics::caught(payload) {
                Ok(panic) => panic.to_string(),
                Err(text) => text,
            };
            let text = format!("{message} (while goroutine {g} was dropped)");
            self.sim.finish(End::Fault(text));
        }
        self.frees(task);
        let removed = self.sim.state.lock().tasks.remove(&g);
        drop(removed);
        self.sim.ledger.goroutine_ends(0);
    }
}
