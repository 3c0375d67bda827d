//! The native scheduler: goroutines on threads, as Go's G-M-P.
//!
//! * **G**: a goroutine, one allocation with its future ([`task`]).
//! * **P**: a processor with a ring of 256 goroutines and a `runnext` slot
//!   ([`processor`], [`ring`]).
//! * **M**: a thread that holds a P and runs what it finds ([`machine`]).
//!
//! What they share is in [`shared`]: the global queue, the idle Ms, the timers.
//! [`sysmon`] is a thread without a P that asks goroutines to give way, sees to
//! timers when every P is busy, and finds deadlocks.

mod end;
mod handle;
mod handoff;
mod machine;
mod parker;
mod processor;
mod registry;
mod ring;
mod runs;
pub(crate) mod shared;
mod sleep;
mod sysmon;
mod task;
mod timers;

use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::ambient;
use crate::detect::{Known, detect, holders};
use crate::ledger::Ledger;
use crate::run::{Config, Outcome, Report};
use crate::time::Clock;
use crate::trace::collector::Collector;
use crate::trace::recorder::Inbox;
use end::End;
pub use handle::{Attached, External, Handle};
pub use handoff::{Blocking, blocking};
use shared::Shared;
use task::TaskRef;
pub(crate) use task::is_own;

/// Runs `main` as the main goroutine, and waits for its end.
///
/// # Panics
/// If the system starts no thread.
#[track_caller]
pub fn run<T: Send + 'static>(
    config: Config,
    main: impl Future<Output = T> + Send + 'static,
) -> Report<T> {
    start(config, main).join()
}

/// Starts a run with `main` as its main goroutine.
///
/// # Panics
/// If the system starts no thread, or `config.procs` is 0.
#[track_caller]
pub fn start<T: Send + 'static>(
    config: Config,
    main: impl Future<Output = T> + Send + 'static,
) -> Running<T> {
    let at = Location::caller();
    assert!(config.procs > 0, "a run needs at least one processor");
    let machines = handoff::machines(config.procs);
    let ledger = Ledger::new(config.trace.is_some(), Clock::start(), machines);
    let ledger = Arc::new(ledger);
    let inbox = config.trace.as_ref().map(|_| Inbox::default());
    let shared = Arc::new(Shared::new(&config, ledger.clone(), inbox.clone()));
    runs::open(&shared);
    let collector = config.trace.zip(inbox);
    let collector = collector.map(|(trace, inbox)| Collector::start(inbox, trace, ledger));

    let result = Arc::new(Mutex::new(None));
    let slot = result.clone();
    let local = shared.local(None, shared.seed, shared.recorder());
    let main = async move {
        let output = main.await;
        *slot.lock() = Some(output);
    };
    local
        .engine
        .spawn(&local, Some("main".into()), at, Box::pin(main));
    let recorder = local.recorder.into_inner();
    {
        let shared_too = shared.clone();
        let body = move || sysmon::run(&shared_too, recorder);
        shared.threads.lock().start("csp-sysmon", body);
    }
    shared.start_machines();
    Running {
        shared,
        collector,
        result,
        closed: false,
    }
}

/// Calls `f` as a thread of the run of `shared`: as what it is, or, if it is
/// none of that run, as one without a P, whose events nobody records.
pub(crate) fn enter<R>(shared: &Arc<Shared>, f: impl FnOnce() -> R) -> R {
    let is_ours = ambient::with(|local| {
        let own = local.and_then(|local| local.native.as_ref());
        own.is_some_and(|own| own.shared.run == shared.run)
    });
    if is_ours {
        return f();
    }
    let local = shared.local(None, fastrand::u64(..), None);
    let _entered = ambient::enter(&local);
    f()
}

/// A waker calls: `task` is runnable.
#[inline]
fn wake(task: TaskRef) {
    ambient::with(|local| {
        let run = task.header().goroutine.run;
        if let Some(local) = local
            && let Some(own) = &local.native
            && own.shared.run == run
        {
            return own.shared.make_runnable(task, Some(local));
        }
        if let Some(shared) = runs::find(run) {
            shared.make_runnable(task, None);
        }
    });
}

/// A run that has been started.
///
/// Dropping it stops the run and waits for its threads.
pub struct Running<T> {
    shared: Arc<Shared>,
    collector: Option<Collector>,
    result: Arc<Mutex<Option<T>>>,
    closed: bool,
}

/// Stops a run from any thread.
#[derive(Clone)]
pub struct Stopper {
    shared: Arc<Shared>,
}

impl Stopper {
    /// Ends the run with [`Outcome::Stopped`], unless it has ended: every M
    /// stops at the end of the poll that it is in. Code that never reaches an
    /// `await` cannot be stopped but with its process.
    pub fn stop(&self) {
        self.shared.finish(End::Stopped);
    }
}

impl<T: Send + 'static> Running<T> {
    /// What stops it.
    pub fn stopper(&self) -> Stopper {
        Stopper {
            shared: self.shared.clone(),
        }
    }

    /// Whether its outcome is settled; [`join`](Self::join) may still have to
    /// wait for goroutines that are in the middle of a poll.
    pub fn is_ended(&self) -> bool {
        self.shared.stopping()
    }

    /// Waits until its outcome is settled, at most for `timeout`; whether it
    /// is.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        self.shared.wait_end(timeout)
    }

    /// What it has counted so far.
    pub fn totals(&self) -> crate::run::Totals {
        self.shared.ledger.totals()
    }

    /// Waits for its end, drops the goroutines that are left, and reports.
    pub fn join(mut self) -> Report<T> {
        while !self.shared.wait_end(Duration::from_secs(3600)) {}
        self.closed = true;
        self.shared.join_threads();
        let mut left = self.shared.left();
        let holders = holders(&left, &self.shared.ledger);
        let timers = !self.shared.timers.is_empty();
        if self.shared.ledger.traced {
            self.shared.count_still_blocked();
        }
        drop_left(&self.shared);
        let collected = self.collector.take().map(Collector::finish);
        let collected = collected.unwrap_or_default();
        let known = Known {
            sides: &collected.sides,
            holders,
            timers,
        };
        let findings = detect(&mut left, &known);
        let (end, elapsed) = self.shared.take_end();
        let outcome = match end {
            End::Completed => match self.result.lock().take() {
                Some(output) => Outcome::Completed(output),
                None => Outcome::Fault("the main goroutine left no result".to_owned()),
            },
            End::Panicked(panic) => Outcome::Panicked(panic),
            End::Deadlock => Outcome::Deadlock,
            End::Stopped => Outcome::Stopped,
            End::TooManyGoroutines => Outcome::TooManyGoroutines,
            End::Fatal(message, at) => Outcome::Fatal(message.to_string(), at),
            End::Fault(message) => Outcome::Fault(message),
        };
        Report {
            outcome,
            elapsed,
            left,
            findings,
            totals: self.shared.ledger.totals(),
            events: collected.events,
            dropped: collected.dropped,
        }
    }
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        self.shared.finish(End::Stopped);
        self.shared.join_threads();
        drop_left(&self.shared);
        if let Some(collector) = self.collector.take() {
            collector.finish();
        }
    }
}

/// Drops the futures of all goroutines that are left, in place. What their
/// guards do (close a channel, call `go`) finds a run that has ended.
fn drop_left(shared: &Arc<Shared>) {
    shared.close_queues();
    let local = shared.local(None, 0, None);
    let _entered = ambient::enter(&local);
    for task in shared.registry.take_all() {
        // A guard that panics now has nobody left to tell.
        let _ = catch_unwind(AssertUnwindSafe(|| task.cancel()));
    }
    let _ = catch_unwind(AssertUnwindSafe(|| shared.timers.clear_all()));
}
