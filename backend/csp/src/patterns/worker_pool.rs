//! A fixed number of workers, a bounded queue, and an end that loses nothing.
//!
//! A task that panics is counted, and its worker goes on. A task that was
//! accepted is run, whatever comes: shutting down closes the queue behind those
//! that are in it.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use parking_lot::Mutex;

use super::queue::{Put, Queue, Refused};
use super::task::{Boxed, Started, Task, Verdict};
use crate::sync::WaitGroup;
use crate::trace::Place;
use crate::{ambient, go, panics};

/// A pool of workers. Clones are the same pool.
///
/// Its goroutines go on until [`shutdown`](Self::shutdown) closes its queue;
/// one that is merely dropped leaves them behind, and a run that ends then
/// reports them.
///
/// ```
/// # csp::native::run(csp::run::Config::default(), async {
/// let pool = csp::patterns::WorkerPool::new(4, 100);
/// pool.submit(|| async { csp::yield_now().await }).await.unwrap();
/// pool.submit_fn(|| {}).await.unwrap();
/// assert_eq!(pool.shutdown().await.done, 2);
/// # });
/// ```
#[derive(Clone)]
pub struct WorkerPool {
    inner: Arc<Inner>,
}

struct Inner {
    queue: Queue<Task>,
    workers: WaitGroup,
    counts: Box<[Counts]>,
    names: Option<Names>,
}

/// What one worker counts, on a cache line of its own. It alone writes.
#[derive(Default)]
#[repr(align(64))]
struct Counts {
    done: AtomicU64,
    failed: AtomicU64,
    panicked: AtomicU64,
}

/// The names of its counters, in a run that is traced.
struct Names {
    task: Arc<str>,
    active: Arc<str>,
    queued: Arc<str>,
    /// Workers that run a task. The counter is recorded under its lock, so that
    /// the last that is recorded is the last that was.
    running: Mutex<i64>,
}

impl Names {
    fn running(&self, change: i64, at: Place) {
        let mut running = self.running.lock();
        *running += change;
        go::counter_at(self.active.clone(), *running, at);
    }
}

/// What a pool got done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolTotals {
    /// Tasks that returned.
    pub done: u64,
    /// Tasks that returned an error.
    pub failed: u64,
    /// Tasks that panicked.
    pub panicked: u64,
}

impl PoolTotals {
    /// All tasks that ended.
    pub fn ended(&self) -> u64 {
        self.done + self.failed + self.panicked
    }
}

/// The pool is shut; the task comes back.
#[derive(Debug)]
pub struct PoolClosed(pub Task);

impl std::fmt::Display for PoolClosed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the pool is shut")
    }
}

impl std::error::Error for PoolClosed {}

/// Why a task was refused; it comes back.
#[derive(Debug)]
pub enum TrySubmitError {
    /// The queue is full.
    Full(Task),
    /// The pool is shut.
    Closed(Task),
}

impl std::fmt::Display for TrySubmitError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            TrySubmitError::Full(_) => "the queue of the pool is full",
            TrySubmitError::Closed(_) => "the pool is shut",
        })
    }
}

impl std::error::Error for TrySubmitError {}

impl WorkerPool {
    /// Starts `workers` goroutines, and a queue for `queue` tasks; with 0 a
    /// submit waits for a worker.
    ///
    /// # Panics
    /// If there are no workers, or outside of any run.
    #[track_caller]
    pub fn new(workers: usize, queue: usize) -> Self {
        Self::make("pool", workers, queue, Location::caller())
    }

    /// The same with a name, for the picture: its queue is `NAME`, its workers
    /// `NAME worker 1` and so on, its counters `NAME active` and `NAME queued`.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    #[track_caller]
    pub fn named(name: &str, workers: usize, queue: usize) -> Self {
        Self::make(name, workers, queue, Location::caller())
    }

    fn make(name: &str, workers: usize, queue: usize, at: Place) -> Self {
        assert!(workers > 0, "a pool needs at least one worker");
        let names = ambient::traced().then(|| Names {
            task: format!("{name} task").into(),
            active: format!("{name} active").into(),
            queued: format!("{name} queued").into(),
            running: Mutex::new(0),
        });
        let inner = Arc::new(Inner {
            queue: Queue::new(name.into(), queue, at),
            workers: WaitGroup::named(format!("{name} workers")),
            counts: (0..workers).map(|_| Counts::default()).collect(),
            names,
        });
        for seat in 0..workers {
            let pool = inner.clone();
            let name: Arc<str> = format!("{name} worker {}", seat + 1).into();
            let working = async move { pool.work(seat, at).await };
            inner.workers.go_at(Some(name), at, working);
        }
        WorkerPool { inner }
    }

    /// Submits a task that may wait: the function is called by a worker, which
    /// then awaits its future.
    ///
    /// Waits while the queue is full.
    ///
    /// # Errors
    /// [`PoolClosed`] with the task, once the pool is shut.
    ///
    /// Cancel safety: dropped before it resolves, it has submitted nothing,
    /// unless the task was let into the queue in that very moment.
    ///
    /// Events: `Blocked` if it waits, `Sent`.
    #[inline]
    #[track_caller]
    pub fn submit<F>(&self, function: impl FnOnce() -> F + Send + 'static) -> Submit<'_>
    where
        F: Future<Output: Verdict> + Send,
    {
        self.submit_task(Task::future(function))
    }

    /// Submits a function that does not wait: the quickest way.
    ///
    /// # Errors
    /// As [`submit`](Self::submit); so are cancel safety and events.
    #[inline]
    #[track_caller]
    pub fn submit_fn<R: Verdict>(
        &self,
        function: impl FnOnce() -> R + Send + 'static,
    ) -> Submit<'_> {
        self.submit_task(Task::call(function))
    }

    /// Submits a [`Task`], such as one that another pool gave back.
    ///
    /// # Errors
    /// As [`submit`](Self::submit); so are cancel safety and events.
    #[inline]
    #[track_caller]
    pub fn submit_task(&self, task: Task) -> Submit<'_> {
        Submit {
            put: self.inner.queue.put(task, Location::caller()),
            pool: &self.inner,
        }
    }

    /// Submits a [`Task`] if there is room for it.
    ///
    /// # Errors
    /// [`TrySubmitError`] with the task: the queue is full, or the pool is shut.
    #[track_caller]
    pub fn try_submit(&self, task: Task) -> Result<(), TrySubmitError> {
        let at = Location::caller();
        let put = self.inner.queue.try_put(task, at);
        self.inner.show_queued(at);
        put.map_err(|refused| match refused {
            Refused::Full(task) => TrySubmitError::Full(task),
            Refused::Closed(task) => TrySubmitError::Closed(task),
        })
    }

    /// Takes no more tasks, and returns: those queued will still be run, and
    /// who waits to submit gets the task back. Has no effect the second time.
    ///
    /// Events: `Closed`.
    #[track_caller]
    pub fn close(&self) {
        self.inner.queue.close(Location::caller());
    }

    /// Takes no more tasks, waits until those accepted have been run and all
    /// workers have ended, and tells what was done. May be called by several.
    ///
    /// A task must not wait for it: it would wait for itself.
    ///
    /// Cancel safety: dropped, the pool goes on to shut down.
    #[track_caller]
    pub fn shutdown(&self) -> impl Future<Output = PoolTotals> + Send + use<> {
        let at = Location::caller();
        let pool = self.inner.clone();
        async move {
            pool.queue.close(at);
            pool.workers.wait().await;
            pool.totals()
        }
    }

    /// What it got done so far.
    pub fn totals(&self) -> PoolTotals {
        self.inner.totals()
    }

    /// Tasks that wait in the queue.
    pub fn queued(&self) -> usize {
        self.inner.queue.len()
    }

    /// Tasks that the queue holds at most.
    pub fn capacity(&self) -> usize {
        self.inner.queue.capacity()
    }

    /// How many workers it has.
    pub fn workers(&self) -> usize {
        self.inner.counts.len()
    }
}

/// The future of [`WorkerPool::submit`].
#[must_use = "nothing is submitted unless it is awaited"]
pub struct Submit<'a> {
    put: Put<'a, Task>,
    pool: &'a Inner,
}

impl Future for Submit<'_> {
    type Output = Result<(), PoolClosed>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let put = Pin::new(&mut self.put).poll(cx).map_err(PoolClosed);
        if put.is_ready() && self.pool.names.is_some() {
            self.pool.show_queued(self.put.at());
        }
        put
    }
}

impl Inner {
    /// The life of a worker.
    async fn work(&self, seat: usize, at: Place) {
        loop {
            if let Some(future) = self.run_quickly(seat) {
                self.count(seat, panics::recover_boxed(future).await.ok());
                continue;
            }
            let Some(task) = self.queue.take(seat, at).await else {
                return;
            };
            let _running = self.begins(at);
            let ended = match task.start() {
                Started::Ended(ended) => ended.ok(),
                Started::Waits(future) => panics::recover_boxed(future).await.ok(),
            };
            self.count(seat, ended);
        }
    }

    /// Runs what is queued, as long as nothing waits: neither for a task, nor for
    /// a lock of the submitters, nor for another goroutine to have its turn. The
    /// task that waits comes back. Nothing in a run that is traced or simulated.
    ///
    /// A task goes from the queue to where it runs in one step here. Through
    /// futures it is copied several times, which costs more than a small one
    /// does.
    fn run_quickly(&self, seat: usize) -> Option<Boxed> {
        while !ambient::is_asked_to_give_way()
            && let Some(task) = self.queue.take_quickly()
        {
            match task.start() {
                Started::Ended(ended) => self.count(seat, ended.ok()),
                Started::Waits(future) => return Some(future),
            }
        }
        None
    }

    /// Counts a task that ended: whether it failed, or nothing if it panicked.
    #[inline]
    fn count(&self, seat: usize, ended: Option<bool>) {
        let counts = &self.counts[seat];
        let count = match ended {
            Some(false) => &counts.done,
            Some(true) => &counts.failed,
            None => &counts.panicked,
        };
        count.store(count.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    fn totals(&self) -> PoolTotals {
        let mut totals = PoolTotals::default();
        for counts in &self.counts {
            totals.done += counts.done.load(Ordering::Relaxed);
            totals.failed += counts.failed.load(Ordering::Relaxed);
            totals.panicked += counts.panicked.load(Ordering::Relaxed);
        }
        totals
    }

    fn show_queued(&self, at: Place) {
        if let Some(names) = &self.names {
            let queued = self.queue.len();
            go::counter_at(names.queued.clone(), queued as i64, at);
        }
    }

    /// A worker begins a task, for the picture.
    fn begins(&self, at: Place) -> Option<Running<'_>> {
        let names = self.names.as_ref()?;
        self.show_queued(at);
        names.running(1, at);
        Some(Running {
            names,
            at,
            _region: go::region_at(names.task.clone(), at),
        })
    }
}

/// A task that runs, in a run that is traced.
struct Running<'a> {
    names: &'a Names,
    at: Place,
    _region: go::Region,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.names.running(-1, self.at);
    }
}
