//! A pool that grows and shrinks with its queue.
//!
//! * A monitor looks at the queue every so often. If it is more than half full,
//!   the monitor adds a tenth of the queued tasks in workers, at least one, up to
//!   the maximum.
//! * A worker that had nothing to do for a while leaves, unless that would leave
//!   fewer than the minimum. Looking and leaving are one step, so that two cannot
//!   both go because there is one too many.
//! * Shutting down stops the monitor first: no worker is added while the end of
//!   all is waited for.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use super::door::Door;
use super::task::{Task, TaskEnd, Verdict};
use super::worker_pool::{PoolClosed, PoolTotals, TrySubmitError};
use crate::context::{CancelFunc, background, with_cancel};
use crate::sync::WaitGroup;
use crate::time::{Instant, new_ticker, new_timer, now};
use crate::trace::Place;
use crate::{Chan, SendError, chan_named, go};

/// What a [`DynamicPool`] is given.
#[derive(Clone, Debug)]
pub struct DynamicConfig {
    /// Its name, for the picture.
    pub name: Arc<str>,
    /// Workers that are always there, at least 1.
    pub min_workers: usize,
    /// The most workers.
    pub max_workers: usize,
    /// Tasks that the queue holds.
    pub queue: usize,
    /// How often the monitor looks.
    pub look_every: Duration,
    /// How long a worker idles before it leaves.
    pub idle_limit: Duration,
}

impl Default for DynamicConfig {
    /// The book's times: a look every 5 s, 30 s idle; 2 to 10 workers, a queue of
    /// 100.
    fn default() -> Self {
        DynamicConfig {
            name: "pool".into(),
            min_workers: 2,
            max_workers: 10,
            queue: 100,
            look_every: Duration::from_secs(5),
            idle_limit: Duration::from_secs(30),
        }
    }
}

/// A pool of as many workers as are needed, between two bounds. Clones are the
/// same pool.
///
/// Its goroutines go on until [`shutdown`](Self::shutdown).
#[derive(Clone)]
pub struct DynamicPool {
    inner: Arc<Inner>,
}

struct Inner {
    config: DynamicConfig,
    tasks: Chan<Task>,
    door: Door,
    workers: WaitGroup,
    monitor: WaitGroup,
    stop: CancelFunc,
    present: Mutex<Present>,
    next_worker: AtomicUsize,
    done: AtomicU64,
    failed: AtomicU64,
    panicked: AtomicU64,
    counters: (Arc<str>, Arc<str>),
}

/// How many workers there are.
#[derive(Default)]
struct Present {
    now: usize,
    peak: usize,
}

impl DynamicPool {
    /// Starts the least workers, and the monitor.
    ///
    /// # Panics
    /// If the bounds contradict each other, there is no queue or a time is zero;
    /// outside of any run.
    #[track_caller]
    pub fn new(config: DynamicConfig) -> Self {
        let at = Location::caller();
        let bounds = config.min_workers > 0 && config.min_workers <= config.max_workers;
        assert!(bounds, "a pool needs 1 <= min_workers <= max_workers");
        assert!(config.queue > 0, "the monitor goes by a queue");
        let idles = !config.idle_limit.is_zero();
        assert!(idles, "a worker idles for some time before it leaves");
        let name = &config.name;
        let (ctx, stop) = with_cancel(background().named(format!("{name} monitor")));
        let inner = Arc::new(Inner {
            tasks: chan_named(name.clone(), config.queue),
            door: Door::new(),
            workers: WaitGroup::named(format!("{name} workers")),
            monitor: WaitGroup::named(format!("{name} monitor")),
            stop,
            present: Mutex::default(),
            next_worker: AtomicUsize::new(1),
            done: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            panicked: AtomicU64::new(0),
            counters: (
                format!("{name} workers").into(),
                format!("{name} queued").into(),
            ),
            config,
        });
        inner.add_workers(inner.config.min_workers, at);
        let pool = inner.clone();
        let ticker = new_ticker(inner.config.look_every);
        let name = format!("{} monitor", inner.config.name);
        inner.monitor.go_at(Some(name.into()), at, async move {
            loop {
                crate::select! {
                    _ = ticker.c().recv() => pool.look(at),
                    _ = ctx.done().recv() => break,
                }
            }
            ticker.stop();
        });
        DynamicPool { inner }
    }

    /// Submits a task that may wait; waits while the queue is full.
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
            pool.tasks.send_at(task, at).await;
            pool.show_queue();
            Ok(())
        }
    }

    /// Submits a [`Task`] if there is room for it.
    ///
    /// # Errors
    /// [`TrySubmitError`] with the task: the queue is full, or the pool is shut.
    #[track_caller]
    pub fn try_submit(&self, task: Task) -> Result<(), TrySubmitError> {
        let Some(_inside) = self.inner.door.enter() else {
            return Err(TrySubmitError::Closed(task));
        };
        let sent = self
            .inner
            .tasks
            .try_send(task)
            .map_err(|error| match error {
                SendError::Full(task) => TrySubmitError::Full(task),
                SendError::Closed(task) => TrySubmitError::Closed(task),
            });
        self.inner.show_queue();
        sent
    }

    /// Takes no more tasks, waits until those accepted have been run and all its
    /// goroutines have ended, and tells what was done. May be called by several.
    ///
    /// Cancel safety: dropped, the pool takes no more tasks; call it again to
    /// wait.
    #[track_caller]
    pub fn shutdown(&self) -> impl Future<Output = PoolTotals> + Send + use<> {
        let pool = self.inner.clone();
        async move {
            pool.door.shut();
            pool.stop.cancel();
            pool.monitor.wait().await;
            if pool.door.left().await {
                pool.tasks.close();
            }
            pool.workers.wait().await;
            pool.totals()
        }
    }

    /// What it got done so far.
    pub fn totals(&self) -> PoolTotals {
        self.inner.totals()
    }

    /// Workers that are there now.
    pub fn workers(&self) -> usize {
        self.inner.present.lock().now
    }

    /// The most workers that were there at once.
    pub fn peak_workers(&self) -> usize {
        self.inner.present.lock().peak
    }

    /// Tasks that wait in the queue.
    pub fn queued(&self) -> usize {
        self.inner.tasks.len()
    }
}

impl Inner {
    /// The monitor looks once.
    fn look(self: &Arc<Self>, at: Place) {
        let queued = self.tasks.len();
        self.show_queue();
        if queued * 2 > self.tasks.cap() {
            self.add_workers((queued / 10).max(1), at);
        }
    }

    /// Adds up to `count` workers, as far as the maximum allows.
    fn add_workers(self: &Arc<Self>, count: usize, at: Place) {
        for _ in 0..count {
            let max = self.config.max_workers;
            let added = self.change(|active| (active < max).then(|| active + 1));
            if !added {
                return;
            }
            let number = self.next_worker.fetch_add(1, Ordering::Relaxed);
            let name = format!("{} worker {number}", self.config.name);
            let pool = self.clone();
            let work = async move { pool.work().await };
            self.workers.go_at(Some(name.into()), at, work);
        }
    }

    /// The life of a worker.
    async fn work(&self) {
        let mut idle_since = now();
        loop {
            let Some(task) = self.next_task(idle_since).await else {
                return;
            };
            self.show_queue();
            let count = match task.run().await {
                TaskEnd::Done => &self.done,
                TaskEnd::Failed => &self.failed,
                TaskEnd::Panicked(_) => &self.panicked,
            };
            count.fetch_add(1, Ordering::Relaxed);
            idle_since = now();
        }
    }

    /// The next task for a worker; `None` if it is to end.
    async fn next_task(&self, mut idle_since: Instant) -> Option<Task> {
        let min = self.config.min_workers;
        loop {
            let idle = idle_since.elapsed();
            let timer = new_timer(self.config.idle_limit.saturating_sub(idle));
            crate::select! {
                task = self.tasks.recv() => {
                    timer.stop();
                    if task.is_none() {
                        self.change(|active| active.checked_sub(1));
                    }
                    return task;
                },
                _ = timer.c().recv() => {
                    if self.change(|active| (active > min).then(|| active - 1)) {
                        return None;
                    }
                    idle_since = now();
                },
            }
        }
    }

    /// Changes the number of workers, if `change` does; whether it did.
    fn change(&self, change: impl FnOnce(usize) -> Option<usize>) -> bool {
        let mut present = self.present.lock();
        let Some(active) = change(present.now) else {
            return false;
        };
        present.now = active;
        present.peak = present.peak.max(active);
        // Under the lock, so that the last that is recorded is the last that was.
        go::counter(self.counters.0.clone(), active as i64);
        true
    }

    fn show_queue(&self) {
        go::counter(self.counters.1.clone(), self.tasks.len() as i64);
    }

    fn totals(&self) -> PoolTotals {
        PoolTotals {
            done: self.done.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            panicked: self.panicked.load(Ordering::Relaxed),
        }
    }
}
