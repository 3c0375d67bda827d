//! Starting goroutines, and what one may ask of its run.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::ambient;
use crate::run::{SchedStats, Totals};
use crate::trace::{Kind, Place, Profile};

/// Starts a goroutine. It begins to run at some time after; nothing is returned,
/// as in Go: use a channel or a [`WaitGroup`](crate::sync::WaitGroup) to hear
/// from it. When the main goroutine returns, those still there are dropped.
///
/// While a run ends, and its goroutines are dropped, `future` is dropped at
/// once.
///
/// Events: `Created`.
///
/// # Panics
/// On a thread that executes no goroutine.
#[track_caller]
pub fn go(future: impl Future<Output = ()> + Send + 'static) {
    spawn(None, Location::caller(), future);
}

/// Starts a goroutine with a name, for the picture and for reports.
///
/// # Panics
/// As [`go`].
#[track_caller]
pub fn go_named(name: impl Into<Arc<str>>, future: impl Future<Output = ()> + Send + 'static) {
    spawn(Some(name.into()), Location::caller(), future);
}

pub(crate) fn spawn(
    name: Option<Arc<str>>,
    at: Place,
    future: impl Future<Output = ()> + Send + 'static,
) {
    ambient::with(|local| {
        let Some(local) = local else {
            std::panic!("`go` at {at} outside of any run: start one with `csp::native::run`");
        };
        #[cfg(not(target_arch = "wasm32"))]
        if let Some(own) = &local.native {
            return own.shared.spawn(local, own, name, at, future);
        }
        local.engine.spawn(local, name, at, Box::pin(future));
    });
}

/// The run of who made it, for a goroutine to be made there later, by whoever.
pub(crate) struct Home {
    #[cfg(not(target_arch = "wasm32"))]
    native: Option<Arc<crate::native::shared::Shared>>,
}

impl Home {
    /// The run of the caller; `None` outside of any.
    pub(crate) fn here() -> Option<Self> {
        ambient::with(|local| {
            let _local = local?;
            Some(Home {
                #[cfg(not(target_arch = "wasm32"))]
                native: _local.native.as_ref().map(|own| own.shared.clone()),
            })
        })
    }

    /// Makes a goroutine there. A simulated run has one thread, which has to be
    /// the caller.
    pub(crate) fn spawn(&self, at: Place, future: ambient::BoxFuture) {
        #[cfg(not(target_arch = "wasm32"))]
        if let Some(shared) = &self.native {
            return crate::native::enter(shared, || spawn(None, at, future));
        }
        spawn(None, at, future);
    }
}

/// Lets others run: Go's `runtime.Gosched`. The goroutine goes to the global
/// queue, behind all that are there.
///
/// Cancel safety: it may be dropped.
///
/// Events: `Yielded`, or `Preempted` if the slice is over.
#[track_caller]
pub fn yield_now() -> YieldNow {
    YieldNow {
        yielded: false,
        at: Location::caller(),
    }
}

/// The future of [`yield_now`].
#[must_use = "it yields only if it is awaited"]
pub struct YieldNow {
    yielded: bool,
    at: Place,
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        ready!(ambient::poll_preempt(cx, self.at));
        ambient::record(self.at, || Kind::Yielded);
        ambient::yields();
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// The processors of this run, Go's `GOMAXPROCS`; 1 outside of any.
pub fn procs() -> usize {
    ambient::procs()
}

/// The number of the P that runs the caller, while it runs; `None` outside of
/// any run.
pub fn current_p() -> Option<usize> {
    Some(ambient::p())
        .filter(|&p| p != crate::trace::NO_P)
        .map(usize::from)
}

/// What this run has counted so far.
pub fn totals() -> Totals {
    ambient::with(|local| local.map_or_else(Totals::default, |local| local.ledger.totals()))
}

/// How many goroutines there are, with the main one: Go's
/// `runtime.NumGoroutine`. While others end, they may still be counted; 0 outside
/// of any run.
pub fn num_goroutine() -> u64 {
    ambient::with(|local| local.map_or(0, |local| local.ledger.alive()))
}

/// What the scheduler has to do, as Go's `runtime/metrics` tell it. Each number
/// is right at some moment of the call, and they may not be of the same one.
/// Empty outside of any run.
pub fn sched_stats() -> SchedStats {
    ambient::with(|local| {
        let Some(local) = local else {
            return SchedStats::default();
        };
        let (running, global_queue, local_queues) = local.engine.queues();
        let goroutines = local.ledger.alive();
        let runnable = global_queue + local_queues.iter().sum::<u32>();
        SchedStats {
            goroutines,
            running,
            runnable,
            waiting: goroutines.saturating_sub(u64::from(running + runnable)),
            global_queue,
            local_queues,
        }
    })
}

/// From here on the run keeps a profile of itself, in a run with a trace:
/// [`profile`] has it. What goroutines did before is not in it.
pub fn start_profile() {
    ambient::with(|local| {
        if let Some(local) = local.filter(|local| local.traced) {
            local.ledger.start_profile();
        }
    });
}

/// Where the time of the run went until now. Waits some milliseconds, until the
/// events of the time before have been collected. Empty in a run without a trace
/// or without [`start_profile`].
///
/// Cancel safety: it may be dropped.
#[track_caller]
pub fn profile() -> impl Future<Output = Profile> + Send {
    let now = crate::time::now();
    async move {
        let reaches = |ledger: &crate::ledger::Ledger| {
            !ledger.is_profiling() || ledger.profiled_until() >= now.since_start()
        };
        while !ambient::with(|local| local.is_none_or(|local| reaches(&local.ledger))) {
            crate::time::sleep(PROFILE_ROUND).await;
        }
        ambient::with(|local| local.map_or_else(Profile::default, |it| it.ledger.profiled()))
    }
}

/// How often [`profile`] looks whether events have been collected: as often as
/// the collector goes round.
const PROFILE_ROUND: Duration = Duration::from_millis(2);

/// Sets a counter of the program, for the picture.
#[track_caller]
pub fn counter(name: impl Into<Arc<str>>, value: i64) {
    counter_at(name, value, Location::caller());
}

pub(crate) fn counter_at(name: impl Into<Arc<str>>, value: i64, at: Place) {
    ambient::record(at, || Kind::Counter {
        name: name.into(),
        value,
    });
}

/// Marks a region of the goroutine, for the picture: from here until the guard
/// is dropped. It may go on over an `await`.
///
/// Events: `RegionBegun`, `RegionEnded`.
#[track_caller]
pub fn region(name: impl Into<Arc<str>>) -> Region {
    region_at(name, Location::caller())
}

pub(crate) fn region_at(name: impl Into<Arc<str>>, at: Place) -> Region {
    let name = ambient::traced().then(|| name.into());
    if let Some(name) = &name {
        ambient::record(at, || Kind::RegionBegun { name: name.clone() });
    }
    Region { name, at }
}

/// The guard of [`region`].
#[must_use = "the region ends where the guard is dropped"]
pub struct Region {
    /// `None` where nothing is recorded.
    name: Option<Arc<str>>,
    at: Place,
}

impl Drop for Region {
    fn drop(&mut self) {
        if let Some(name) = self.name.take() {
            ambient::record(self.at, || Kind::RegionEnded { name });
        }
    }
}

/// The line of [`println!`](crate::println!).
#[doc(hidden)]
#[track_caller]
pub fn print_line(text: std::fmt::Arguments<'_>) {
    let at = Location::caller();
    if ambient::traced() {
        ambient::record(at, || Kind::Line {
            text: text.to_string().into_boxed_str(),
        });
    } else {
        std::println!("{text}");
    }
}

/// Prints a line of output of the run: an event in a run with a trace, else a
/// line on standard output.
#[macro_export]
macro_rules! println {
    ($($arguments:tt)*) => {
        $crate::print_line(format_args!($($arguments)*))
    };
}
