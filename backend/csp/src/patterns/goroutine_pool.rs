//! A pool of workers with a queue each, and a dispatcher before them.
//!
//! One queue for all, as the [`WorkerPool`](super::WorkerPool) has, is simple and
//! keeps nobody idle while there is something to do. Queues of their own avoid
//! the one lock, and bring two troubles: *imbalance*, when one queue gets more
//! than its share, and *head-of-line blocking*, when short tasks stand behind a
//! long one while other workers idle. [`Dispatch::Scan`] shows both; the other
//! two mend them.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::door::Door;
use super::task::{Task, TaskEnd, Verdict};
use super::worker_pool::{PoolClosed, PoolTotals};
use crate::sync::WaitGroup;
use crate::{Chan, SendError, chan_named, go};

/// Whom the dispatcher gives a task to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dispatch {
    /// The book's: the first worker, from number 1 on, whose queue has room; when
    /// all are full, it waits for worker 1, whoever else may get room meanwhile.
    /// It calls that round-robin, and it is not: the first workers get it all.
    Scan,
    /// One after the other, and who is idle steals from the queues of the
    /// others. When all are full, whoever gets to it first.
    Stealing,
    /// One after the other; what finds a full queue goes into one that all share,
    /// and is taken by whoever has emptied its own. Less balance than stealing,
    /// and no worker touches another's queue.
    Overflow,
}

/// A pool of workers with a queue each. Clones are the same pool.
///
/// Its goroutines go on until [`shutdown`](Self::shutdown).
#[derive(Clone)]
pub struct GoroutinePool {
    inner: Arc<Inner>,
}

struct Inner {
    dispatch: Dispatch,
    /// Where the next round begins.
    next: AtomicUsize,
    seats: Box<[Seat]>,
    /// Tasks that found the queues full: for whoever has emptied its own.
    shared: Chan<Task>,
    /// Calls to steal; nil where nobody does. One for each worker fits in. A task
    /// is queued before its call, and who takes a call looks once more before it
    /// waits: so nobody waits while a task is queued for which it was not called,
    /// even if it had looked just before the task came.
    calls: Chan<()>,
    door: Door,
    workers: WaitGroup,
}

/// A worker's.
struct Seat {
    tasks: Chan<Task>,
    counter: Arc<str>,
    done: AtomicU64,
    failed: AtomicU64,
    panicked: AtomicU64,
    stolen: AtomicU64,
}

/// What one worker did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeatTotals {
    /// The tasks that it ran.
    pub tasks: PoolTotals,
    /// Those of them that it took from another's queue.
    pub stolen: u64,
    /// Tasks in its queue.
    pub queued: usize,
}

impl GoroutinePool {
    /// Starts `workers` goroutines with a queue for `queue` tasks each.
    ///
    /// # Panics
    /// If either is 0, or outside of any run.
    #[track_caller]
    pub fn new(workers: usize, queue: usize, dispatch: Dispatch) -> Self {
        Self::named("pool", workers, queue, dispatch)
    }

    /// The same with a name, for the picture: queues are `NAME 1` and so on,
    /// counters `NAME 1 queued`.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    #[track_caller]
    pub fn named(name: &str, workers: usize, queue: usize, dispatch: Dispatch) -> Self {
        let at = Location::caller();
        assert!(workers > 0, "a pool needs at least one worker");
        assert!(queue > 0, "a worker needs a queue");
        let seats = (1..=workers).map(|number| Seat {
            tasks: chan_named(format!("{name} {number}"), queue),
            counter: format!("{name} {number} queued").into(),
            done: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            panicked: AtomicU64::new(0),
            stolen: AtomicU64::new(0),
        });
        let shared = match dispatch {
            Dispatch::Overflow => queue,
            Dispatch::Scan | Dispatch::Stealing => 0,
        };
        let calls = match dispatch {
            Dispatch::Stealing => chan_named(format!("{name} calls"), workers),
            Dispatch::Scan | Dispatch::Overflow => Chan::nil(),
        };
        let inner = Arc::new(Inner {
            dispatch,
            next: AtomicUsize::new(0),
            seats: seats.collect(),
            shared: chan_named(format!("{name} shared"), shared),
            calls,
            door: Door::new(),
            workers: WaitGroup::named(format!("{name} workers")),
        });
        for index in 0..workers {
            let (pool, name) = (inner.clone(), format!("{name} worker {}", index + 1));
            let work = async move { pool.work(index).await };
            inner.workers.go_at(Some(name.into()), at, work);
        }
        GoroutinePool { inner }
    }

    /// Submits a task; waits while there is no room for it, which is for the
    /// dispatcher to say.
    ///
    /// # Errors
    /// [`PoolClosed`] with the task, once the pool is shut.
    ///
    /// Cancel safety: dropped before it resolves, it has submitted nothing.
    ///
    /// Events: `Blocked` if it waits, `Sent`.
    #[track_caller]
    pub fn submit<F, R>(
        &self,
        function: F,
    ) -> impl Future<Output = Result<(), PoolClosed>> + Send + use<F, R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Future<Output: Verdict> + Send,
    {
        self.submit_task(Task::future(function))
    }

    /// Submits a [`Task`]: as [`submit`](Self::submit).
    ///
    /// # Errors
    /// As [`submit`](Self::submit).
    #[track_caller]
    pub fn submit_task(
        &self,
        task: Task,
    ) -> impl Future<Output = Result<(), PoolClosed>> + Send + use<> {
        let (pool, at) = (self.inner.clone(), Location::caller());
        async move {
            let Some(_inside) = pool.door.enter() else {
                return Err(PoolClosed(task));
            };
            let first = match pool.dispatch {
                Dispatch::Scan => 0,
                _ => pool.next.fetch_add(1, Ordering::Relaxed),
            };
            let Some(task) = pool.offer(task, first) else {
                return Ok(());
            };
            match pool.dispatch {
                Dispatch::Scan => pool.seats[0].tasks.send_at(task, at).await,
                _ => pool.shared.send_at(task, at).await,
            }
            Ok(())
        }
    }

    /// Takes no more tasks, waits until those accepted have been run and all
    /// workers have ended, and tells what was done. May be called by several.
    ///
    /// Cancel safety: dropped, the pool takes no more tasks; call it again to
    /// wait.
    #[track_caller]
    pub fn shutdown(&self) -> impl Future<Output = PoolTotals> + Send + use<> {
        let pool = self.inner.clone();
        async move {
            pool.door.shut();
            if pool.door.left().await {
                pool.seats.iter().for_each(|seat| seat.tasks.close());
                pool.shared.close();
            }
            pool.workers.wait().await;
            let mut totals = PoolTotals::default();
            for seat in &pool.seats {
                let tasks = seat.totals().tasks;
                totals.done += tasks.done;
                totals.failed += tasks.failed;
                totals.panicked += tasks.panicked;
            }
            totals
        }
    }

    /// What each worker did so far.
    pub fn totals(&self) -> Vec<SeatTotals> {
        self.inner.seats.iter().map(Seat::totals).collect()
    }
}

impl Inner {
    /// Puts `task` into the first queue from `first` on that has room; gives it
    /// back if none has. An overflowing one goes by its own queue alone.
    fn offer(&self, task: Task, first: usize) -> Option<Task> {
        let tries = match self.dispatch {
            Dispatch::Overflow => 1,
            Dispatch::Scan | Dispatch::Stealing => self.seats.len(),
        };
        let mut task = task;
        for offset in 0..tries {
            let seat = &self.seats[(first + offset) % self.seats.len()];
            match seat.tasks.try_send(task) {
                Ok(()) => {
                    seat.show();
                    if self.dispatch == Dispatch::Stealing {
                        // Somebody who idles may be quicker than its worker. If
                        // there is no room, everybody has a call already.
                        let _ = self.calls.try_send(());
                    }
                    return None;
                }
                Err(SendError::Full(back) | SendError::Closed(back)) => task = back,
            }
        }
        Some(task)
    }

    /// The life of a worker.
    async fn work(&self, index: usize) {
        let seat = &self.seats[index];
        while let Some(task) = self.next_task(index).await {
            seat.show();
            let count = match task.run().await {
                TaskEnd::Done => &seat.done,
                TaskEnd::Failed => &seat.failed,
                TaskEnd::Panicked(_) => &seat.panicked,
            };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The next task of a worker: its own, a shared one, another's; `None` once
    /// all is closed and empty.
    async fn next_task(&self, index: usize) -> Option<Task> {
        let own = &self.seats[index].tasks;
        if self.dispatch == Dispatch::Scan {
            return own.recv().await;
        }
        let (mut own_open, mut shared_open) = (true, true);
        loop {
            if let Ok(task) = own.try_recv() {
                return Some(task);
            }
            if let Ok(task) = self.shared.try_recv() {
                return Some(task);
            }
            if let Some(task) = self.steal(index) {
                return Some(task);
            }
            let nil = Chan::nil();
            let own = if own_open { own } else { &nil };
            let nil = Chan::nil();
            let shared = if shared_open { &self.shared } else { &nil };
            if !own_open && !shared_open {
                return None;
            }
            crate::select! {
                task = own.recv() => match task {
                    Some(task) => return Some(task),
                    None => own_open = false,
                },
                task = shared.recv() => match task {
                    Some(task) => return Some(task),
                    None => shared_open = false,
                },
                _ = self.calls.recv() => {},
            }
        }
    }

    /// Takes a task out of another's queue.
    fn steal(&self, index: usize) -> Option<Task> {
        if self.dispatch != Dispatch::Stealing {
            return None;
        }
        let others = self.seats.len();
        for offset in 1..others {
            let victim = &self.seats[(index + offset) % others];
            if let Ok(task) = victim.tasks.try_recv() {
                victim.show();
                self.seats[index].stolen.fetch_add(1, Ordering::Relaxed);
                return Some(task);
            }
        }
        None
    }
}

impl Seat {
    fn totals(&self) -> SeatTotals {
        SeatTotals {
            tasks: PoolTotals {
                done: self.done.load(Ordering::Relaxed),
                failed: self.failed.load(Ordering::Relaxed),
                panicked: self.panicked.load(Ordering::Relaxed),
            },
            stolen: self.stolen.load(Ordering::Relaxed),
            queued: self.tasks.len(),
        }
    }

    fn show(&self) {
        go::counter(self.counter.clone(), self.tasks.len() as i64);
    }
}
