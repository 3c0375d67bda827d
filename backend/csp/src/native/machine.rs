//! An M: a thread that holds a P and runs what it finds.
//!
//! Where it looks, in this order: the timers; every 61st turn the global queue,
//! so that it cannot starve; the `runnext` of its P, then its ring; the global
//! queue; the rings of other Ps, of which it takes half, in an order drawn anew
//! each time; their `runnext`, if it has stayed there for a while. Then it
//! sleeps.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;

use super::end::End;
use super::processor::Processor;
use super::shared::{Own, Shared};
use super::task::{Pending, TaskRef};
use crate::ambient::{self, Local};
use crate::panics::{self, Panic};
use crate::trace::{Kind, NO_P, P};

/// Turns between two looks at the global queue.
const GLOBAL_TURNS: u32 = 61;
/// Rounds over all other Ps before an M gives up.
const STEAL_ROUNDS: usize = 4;

struct Machine<'a> {
    shared: &'a Arc<Shared>,
    local: &'a Local,
    own: &'a Own,
    /// The P that it holds, or held last: `local.p` tells.
    processor: &'a Processor,
    index: usize,
    spinning: bool,
    /// It has slept since it last ran a goroutine: no slice to inherit.
    slept: bool,
    turn: u32,
}

/// A goroutine to run, and whether in the slice of the one before it.
struct Found {
    task: TaskRef,
    inherits: bool,
}

/// Runs goroutines until the run ends.
pub(super) fn run(shared: &Arc<Shared>, index: usize) {
    shared.machines[index].parker.register();
    let local = shared.local(Some(index), shared.seed_of(index), shared.recorder());
    let _entered = ambient::enter(&local);
    let Some(own) = &local.native else { return };
    let mut machine = Machine {
        shared,
        local: &local,
        own,
        processor: &shared.processors[0],
        index,
        spinning: false,
        slept: true,
        turn: 0,
    };
    // A fault of ours outside of any goroutine is the run's, not the process's.
    let ran = catch_unwind(AssertUnwindSafe(|| machine.run()));
    if let Err(payload) = ran {
        shared.finish(End::Fault(fault(payload)));
    }
}

fn fault(payload: Box<dyn std::any::Any + Send>) -> String {
    match panics::caught(payload) {
        Ok(panic) => panic.to_string(),
        Err(text) => text,
    }
}

impl Machine<'_> {
    fn run(&mut self) {
        while !self.shared.stopping() {
            if !self.holds_p() {
                let Some(p) = self.shared.wait_for_p(self.index) else {
                    return;
                };
                self.processor = &self.shared.processors[p];
                self.local.p.set(p as P);
                self.slept = true;
                self.spinning = false;
            }
            match self.find() {
                Some(found) => {
                    if self.spinning {
                        self.spinning = false;
                        self.shared.stops_spinning();
                    }
                    self.execute(found);
                }
                None => {
                    self.local.record(0, None, Kind::Idle);
                    self.shared.sleep(self.index, self.spinning);
                    self.spinning = true;
                    self.local.record(0, None, Kind::Awake);
                    self.slept = true;
                }
            }
        }
    }

    #[inline]
    fn holds_p(&self) -> bool {
        self.local.p.get() != NO_P
    }

    fn find(&mut self) -> Option<Found> {
        let queued = |task| Found {
            task,
            inherits: false,
        };
        self.shared.fire_timers(self.local);
        self.turn = self.turn.wrapping_add(1);
        if self.turn.is_multiple_of(GLOBAL_TURNS)
            && let Some(task) = self.shared.take_global(self.local, self.processor)
        {
            return Some(queued(task));
        }
        if let Some(task) = self.processor.take_next() {
            return Some(Found {
                task,
                inherits: true,
            });
        }
        if let Some(task) = self.processor.ring.pop() {
            let len = self.processor.ring.len();
            self.shared.record_len(self.local, self.local.p.get(), len);
            return Some(queued(task));
        }
        if let Some(task) = self.shared.take_global(self.local, self.processor) {
            return Some(queued(task));
        }
        if !self.spinning && !self.shared.may_spin() {
            return None;
        }
        self.spinning = true;
        self.steal().map(queued)
    }

    fn steal(&self) -> Option<TaskRef> {
        let others = self.shared.processors.len();
        if others == 1 {
            return None;
        }
        for round in 0..STEAL_ROUNDS {
            let first = self.local.rng.borrow_mut().usize(..others);
            for offset in 0..others {
                let victim = (first + offset) % others;
                if victim == usize::from(self.local.p.get()) {
                    continue;
                }
                let from = &self.shared.processors[victim];
                if let Some((task, count)) = from.ring.steal_into(&self.processor.ring) {
                    self.stolen(&task, victim, count);
                    return Some(task);
                }
                if round == STEAL_ROUNDS - 1
                    && let Some(task) = from.steal_next()
                {
                    self.stolen(&task, victim, 1);
                    return Some(task);
                }
            }
            if self.shared.stopping() {
                return None;
            }
            std::hint::spin_loop();
        }
        // What came in meanwhile.
        self.shared.take_global(self.local, self.processor)
    }

    fn stolen(&self, task: &TaskRef, victim: usize, count: u32) {
        self.shared.ledger.add_steal();
        if !self.shared.ledger.traced {
            return;
        }
        let g = task.header().goroutine.id;
        let kind = Kind::Stolen {
            from: victim as P,
            count: count as u16,
        };
        self.local.record(g, None, kind);
        let left = self.shared.processors[victim].ring.len();
        self.shared.record_len(self.local, victim as P, left);
        let here = self.processor.ring.len();
        self.shared.record_len(self.local, self.local.p.get(), here);
    }

    fn execute(&mut self, found: Found) {
        let Found { task, inherits } = found;
        let inherits = !std::mem::take(&mut self.slept) && inherits;
        let goroutine = &task.header().goroutine;
        let g = goroutine.id;
        let at = goroutine.made_at;
        if !inherits {
            self.processor.begin_slice();
            self.local.preempt.store(false, Ordering::Relaxed);
        }
        self.processor.running.store(g, Ordering::Relaxed);
        self.local.goroutine.set(goroutine);
        goroutine.runs();
        let started_ns = self.local.record_started(g);
        if !inherits {
            let since_ns = &self.processor.slice_since_ns;
            since_ns.store(started_ns, Ordering::Relaxed);
        }
        self.local.preempted.set(false);
        self.local.yielded.set(false);

        let polled = catch_unwind(AssertUnwindSafe(|| task.poll()));
        let panic = self.local.panic.borrow_mut().take();
        match (polled, panic) {
            (Err(payload), panic) => match panic.map_or_else(|| panics::caught(payload), Ok) {
                Ok(panic) => self.panicked(task, panic),
                Err(message) => {
                    self.ended(task);
                    let place = format!("{message} (in goroutine {g}, started at {at})");
                    self.shared.finish(End::Fault(place));
                }
            },
            (Ok(_), Some(panic)) => self.panicked(task, panic),
            (Ok(Poll::Ready(())), None) => {
                self.local.record(g, None, Kind::Ended);
                self.ended(task);
                if g == 1 {
                    self.shared.finish(End::Completed);
                }
            }
            (Ok(Poll::Pending), None) => self.waits(task),
        }
        if self.holds_p() {
            self.processor.running.store(0, Ordering::Relaxed);
        } else {
            self.shared.is_spare(self.index);
        }
    }

    fn waits(&self, task: TaskRef) {
        let gave_way = self.local.preempted.get() || self.local.yielded.get();
        let goroutine = &task.header().goroutine;
        if !gave_way && goroutine.wait().is_none() {
            ambient::blocked_elsewhere(self.local, goroutine);
        }
        self.local.goroutine.set(std::ptr::null());
        match task.pending() {
            Pending::Waits => {}
            Pending::Runnable(task) if gave_way || !self.holds_p() => {
                self.shared.push_global([task], Some(self.local));
                self.shared.wake_one();
            }
            Pending::Runnable(task) => {
                self.shared.push_ring(task, self.local, self.processor);
                self.shared.wake_one();
            }
        }
    }

    fn panicked(&self, task: TaskRef, panic: Panic) {
        let kind = Kind::Panicked {
            message: panic.message().into(),
            recovered: false,
        };
        self.local
            .record(task.header().goroutine.id, Some(panic.at()), kind);
        self.ended(task);
        self.shared.finish(End::Panicked(panic));
    }

    /// Drops what the goroutine held, as itself.
    fn ended(&self, task: TaskRef) {
        let g = task.header().goroutine.id;
        match catch_unwind(AssertUnwindSafe(|| task.done())) {
            Ok(slot) => self.shared.goroutine_ended(self.local, self.own, slot),
            Err(payload) => {
                let message = fault(payload);
                self.shared.finish(End::Fault(format!(
                    "{message} (while goroutine {g} was dropped)"
                )));
            }
        }
        self.local.goroutine.set(std::ptr::null());
    }
}
