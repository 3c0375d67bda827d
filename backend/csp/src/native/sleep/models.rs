//! Queueing and going to sleep, in every order, with the run's own parts but for
//! the loop of an M, which does here what [`machine`](super::super::machine)
//! does as far as it sleeps and spins.

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use loom::thread;

use crate::ambient::Goroutine;
use crate::ledger::Ledger;
use crate::memory::explore;
use crate::native::end::End;
use crate::native::shared::Shared;
use crate::native::task::TaskRef;
use crate::run::Config;
use crate::time::Clock;
use crate::trace::P;

/// A run of `procs` Ps, and how many goroutines it has run.
struct Run {
    shared: Arc<Shared>,
    ran: AtomicUsize,
    /// It ends after so many.
    total: usize,
}

impl Run {
    fn new(procs: usize, total: usize) -> Arc<Run> {
        let config = Config {
            procs,
            seed: Some(1),
            ..Config::default()
        };
        let ledger = Arc::new(Ledger::new(false, Clock::start(), procs));
        Arc::new(Run {
            shared: Arc::new(Shared::new(&config, ledger, None)),
            ran: AtomicUsize::new(0),
            total,
        })
    }

    fn task(&self) -> TaskRef {
        let goroutine = Goroutine::new(1, None, Location::caller()).of_run(self.shared.run);
        let slot = self.shared.registry.slot(None);
        TaskRef::new(goroutine, slot, async {})
    }

    /// A thread outside of the run makes a goroutine runnable.
    fn wakes(&self) {
        self.shared.make_runnable(self.task(), None);
    }

    /// M and P `index`, until the run ends.
    fn machine(&self, index: usize) {
        let shared = &self.shared;
        shared.machines[index].parker.register();
        let local = shared.local(Some(index), 1, None);
        local.p.set(index as P);
        let mut spinning = false;
        while !shared.stopping() {
            match self.find(index, &local, &mut spinning) {
                Some(task) => {
                    if std::mem::take(&mut spinning) {
                        shared.stops_spinning();
                    }
                    assert!(task.poll().is_ready());
                    task.done();
                    if self.ran.fetch_add(1, Ordering::Relaxed) + 1 == self.total {
                        shared.finish(End::Completed);
                    }
                }
                None => {
                    shared.sleep(index, spinning);
                    spinning = true;
                }
            }
        }
    }

    fn find(
        &self,
        index: usize,
        local: &crate::ambient::Local,
        spinning: &mut bool,
    ) -> Option<TaskRef> {
        let shared = &self.shared;
        let processor = &shared.processors[index];
        if let Some(task) = processor.ring.pop() {
            return Some(task);
        }
        if let Some(task) = shared.take_global(local, processor) {
            return Some(task);
        }
        if !*spinning && !shared.may_spin() {
            return None;
        }
        *spinning = true;
        let others = (0..shared.processors.len()).filter(|&other| other != index);
        for other in others {
            let from = &shared.processors[other];
            if let Some((task, _)) = from.ring.steal_into(&processor.ring) {
                return Some(task);
            }
        }
        None
    }
}

/// One M, and two threads outside: what each queues is run. A lost wake-up is a
/// deadlock, which loom finds.
#[test]
fn two_threads_outside_wake_one_machine() {
    explore(3, || {
        let run = Run::new(1, 2);
        let outside = [(); 2].map(|()| {
            let run = run.clone();
            thread::spawn(move || run.wakes())
        });
        run.machine(0);
        for thread in outside {
            thread.join().unwrap();
        }
    });
}

/// Two Ms and a thread outside.
#[test]
fn a_thread_outside_wakes_one_of_two_machines() {
    explore(2, || {
        let run = Run::new(2, 2);
        let other = {
            let run = run.clone();
            thread::spawn(move || run.machine(1))
        };
        let outside = {
            let run = run.clone();
            thread::spawn(move || {
                run.wakes();
                run.wakes();
            })
        };
        run.machine(0);
        outside.join().unwrap();
        other.join().unwrap();
    });
}
