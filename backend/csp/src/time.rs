//! Time: sleeping, timers, tickers, and channels that get a value later.
//!
//! All of it goes by the clock of the run, which begins at its start, and is real
//! or virtual.

mod armed;
mod clock;
mod sleep;
mod ticker;
mod timer;

use std::ops::{Add, Sub};
use std::panic::Location;
use std::time::Duration;

pub(crate) use armed::{Armed, Fire, TimerKey};
pub(crate) use clock::Clock;
pub use sleep::{Sleep, sleep};
pub use ticker::{Ticker, new_ticker, new_ticker_named, tick};
pub use timer::{Timer, after, after_func, new_timer, new_timer_named};

use crate::ambient::{self, Local};
use crate::trace::Place;

/// A moment, by the clock of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    ns: u64,
}

/// The present moment.
///
/// # Panics
/// On a thread that executes no goroutine.
#[track_caller]
pub fn now() -> Instant {
    inside(Location::caller(), Instant::now)
}

impl Instant {
    pub(crate) fn now(local: &Local) -> Instant {
        Instant {
            ns: local.ledger.clock.now_ns(),
        }
    }

    /// How long ago it was.
    ///
    /// # Panics
    /// On a thread that executes no goroutine.
    #[track_caller]
    pub fn elapsed(self) -> Duration {
        now() - self
    }

    /// Since the start of the run.
    pub fn since_start(self) -> Duration {
        Duration::from_nanos(self.ns)
    }
}

impl Sub for Instant {
    type Output = Duration;

    /// Zero if `earlier` is not earlier.
    fn sub(self, earlier: Instant) -> Duration {
        Duration::from_nanos(self.ns.saturating_sub(earlier.ns))
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, duration: Duration) -> Instant {
        let ns = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Instant {
            ns: self.ns.saturating_add(ns),
        }
    }
}

pub(crate) fn inside<R>(at: Place, f: impl FnOnce(&Local) -> R) -> R {
    ambient::with(|local| match local {
        Some(local) => f(local),
        None => std::panic!("time asked for at {at}, outside of any run"),
    })
}
