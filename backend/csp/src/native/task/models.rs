//! The word of a task, in every order: who wakes it against who polls, ends or
//! cancels it.

use std::future::poll_fn;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Poll, Waker};

use loom::thread;

use super::{Pending, TaskRef};
use crate::ambient::{Goroutine, Local};
use crate::ledger::Ledger;
use crate::memory::{AtomicUsize, Mutex, Tracked, explore};
use crate::native::runs;
use crate::native::shared::Shared;
use crate::run::Config;
use crate::time::Clock;

/// One task of a run, which ends once it was woken so often.
struct Model {
    shared: Arc<Shared>,
    local: Local,
    /// Told to the task before it is woken.
    told: Arc<AtomicUsize>,
    wakers: Arc<Mutex<Vec<Waker>>>,
    /// Shared by the task's memory alone, and by its future.
    memory: Arc<str>,
    future: Arc<()>,
}

impl Model {
    fn new() -> Model {
        let config = Config {
            procs: 1,
            seed: Some(1),
            ..Config::default()
        };
        let ledger = Arc::new(Ledger::new(false, Clock::start(), 1));
        let shared = Arc::new(Shared::new(&config, ledger, None));
        runs::open(&shared);
        let local = shared.local(Some(0), 1, None);
        Model {
            shared,
            local,
            told: Arc::new(AtomicUsize::new(0)),
            wakers: Arc::default(),
            memory: Arc::from("memory"),
            future: Arc::new(()),
        }
    }

    /// Makes the task, which ends once it was told `times`, and polls it for the
    /// first time: it leaves `wakers` wakers behind.
    fn start(&self, times: usize, wakers: usize) {
        let (told, kept, held) = (self.told.clone(), self.wakers.clone(), self.future.clone());
        let polls = Tracked::new(0);
        let future = poll_fn(move |cx| {
            let _held = &held;
            // Nobody else polls it meanwhile, and all that went before is seen.
            polls.add(1);
            if polls.get() == 1 {
                kept.lock().extend((0..wakers).map(|_| cx.waker().clone()));
            }
            match told.load(Ordering::Acquire) >= times {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        });
        let name = Some(self.memory.clone());
        let goroutine = Goroutine::new(1, name, Location::caller()).of_run(self.shared.run);
        let slot = self.shared.registry.slot(None);
        let task = TaskRef::new(goroutine, slot, future);
        assert!(self.runs(task).is_none());
    }

    /// A thread that tells the task, and wakes it.
    fn wakes(&self, by_ref: bool) -> thread::JoinHandle<()> {
        let waker = self.wakers.lock().pop().unwrap();
        let told = self.told.clone();
        thread::spawn(move || {
            told.fetch_add(1, Ordering::AcqRel);
            if by_ref {
                waker.wake_by_ref();
            } else {
                waker.wake();
            }
        })
    }

    /// Polls the task once, as an M does; it, if it is runnable again.
    fn runs(&self, task: TaskRef) -> Option<TaskRef> {
        if task.poll().is_ready() {
            let slot = task.done();
            self.shared.registry.give_back(slot, None);
            return None;
        }
        match task.pending() {
            Pending::Waits => None,
            Pending::Runnable(task) => Some(task),
        }
    }

    fn next(&self) -> Option<TaskRef> {
        let processor = &self.shared.processors[0];
        self.shared.take_global(&self.local, processor)
    }

    /// Everything of the task has been freed, once.
    fn is_freed(&self) {
        assert_eq!(Arc::strong_count(&self.future), 1);
        assert_eq!(Arc::strong_count(&self.memory), 1);
    }
}

/// Two wake it while it runs, waits, or is queued: it is polled after the last
/// of them, by one thread at a time, and freed once.
#[test]
fn no_wake_is_lost() {
    explore(3, || {
        let model = Model::new();
        model.start(2, 2);
        let wakers = [model.wakes(false), model.wakes(true)];
        // Two looks while they are at it.
        for _ in 0..2 {
            let mut runnable = model.next();
            while let Some(task) = runnable {
                runnable = model.runs(task);
            }
        }
        for waker in wakers {
            waker.join().unwrap();
        }
        while let Some(task) = model.next() {
            let mut runnable = Some(task);
            while let Some(task) = runnable {
                runnable = model.runs(task);
            }
        }
        model.is_freed();
    });
}

/// Its run ends while threads outside wake it: its future is dropped once, its
/// memory with the last waker.
#[test]
fn a_cancelled_task_may_be_woken() {
    explore(3, || {
        let model = Model::new();
        model.start(2, 2);
        let wakers = [model.wakes(false), model.wakes(true)];
        model.shared.close_queues();
        for task in model.shared.registry.take_all() {
            task.cancel();
        }
        for waker in wakers {
            waker.join().unwrap();
        }
        model.is_freed();
    });
}
