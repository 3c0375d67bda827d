//! What changes in a simulated run, and how it is decided what happens next.
//!
//! All of it is behind one lock ([`engine`](super::engine)); nothing here calls
//! or drops anything but what the scheduler itself made.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::SLICE_STEPS;
use super::processors::Processors;
use super::schedule::Choices;
use super::strategy::{Chooser, Choosing, Point};
use super::task::Task;
use super::watch::Passed;
use crate::panics::Panic;
use crate::run::{MAX_STARVED, Starvation, Starved};
use crate::time::{Fire, TimerKey};
use crate::trace::{G, NO_P, Place};

/// A goroutine starves that could run, and does not for this many steps and for
/// [`STARVED_SHARE`] of them for each that could run beside it: two slices.
const STARVED_STEPS: u64 = 2 * SLICE_STEPS;
/// See [`STARVED_STEPS`].
const STARVED_SHARE: u64 = 100;

/// What changes in a run.
pub(super) struct State {
    pub(super) tasks: BTreeMap<G, Arc<Task>>,
    pub(super) next_g: G,
    /// Those that could run, in the order in which they came to.
    pub(super) queue: VecDeque<Arc<Task>>,
    /// How many of them have no P.
    pub(super) queued: u32,
    pub(super) timers: BTreeMap<TimerKey, Fire>,
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
    pub(super) breath_step: u64,
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

impl State {
    pub(super) fn new(procs: usize, chooser: Chooser) -> Self {
        State {
            tasks: BTreeMap::new(),
            next_g: 1,
            queue: VecDeque::new(),
            queued: 0,
            timers: BTreeMap::new(),
            chooser,
            choices: Choices::default(),
            steps: 0,
            processors: Processors::new(procs),
            decided: None,
            passed: Vec::new(),
            not_run: Vec::new(),
            breath_step: 0,
            end: None,
        }
    }

    pub(super) fn next(&mut self, running: &Running<'_>) -> Option<Next> {
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
            name: goroutine.name(),
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
    pub(super) fn push(&mut self, task: Arc<Task>) -> Option<u32> {
        let has_none = task.p() == NO_P;
        task.since_step.store(self.steps, Ordering::Relaxed);
        self.queue.push_back(task);
        self.queued += u32::from(has_none);
        has_none.then_some(self.queued)
    }
}
