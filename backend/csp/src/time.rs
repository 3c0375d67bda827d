//! Time: sleeping, and channels that get a value later.
//!
//! All of it goes by the clock of the run, which begins at its start.

mod clock;

use std::future::Future;
use std::ops::{Add, Sub};
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

pub(crate) use clock::Clock;

use crate::ambient::{self, Local};
use crate::chan::{Chan, chan};
use crate::trace::{Kind, Place, Reason};

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
    let at = Location::caller();
    Instant {
        ns: inside(at, |local| local.ledger.clock.now_ns()),
    }
}

impl Instant {
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

/// Waits for `duration`; not at all if it is zero.
///
/// Cancel safety: it may be dropped.
///
/// Events: `Blocked`, `TimerFired`, `Woken`.
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep {
        duration,
        timer: None,
        at: Location::caller(),
    }
}

/// The future of [`sleep`].
#[must_use = "it sleeps only if it is awaited"]
pub struct Sleep {
    duration: Duration,
    timer: Option<TimerKey>,
    at: Place,
}

/// A timer that has been set: its time, and its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerKey {
    pub(crate) at_ns: u64,
    pub(crate) object: u32,
}

/// What a timer does when it fires. It runs between two goroutines, on the
/// thread of any P, and must not block.
pub(crate) enum Fire {
    /// Wakes a goroutine that sleeps.
    Wake {
        waker: std::task::Waker,
        g: u32,
        since_ns: u64,
        at: Place,
    },
    /// Calls.
    Call(Box<dyn FnOnce() + Send>),
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let at = self.at;
        if self.timer.is_none() {
            ready!(ambient::poll_preempt(cx, at));
            if self.duration.is_zero() {
                return Poll::Ready(());
            }
        }
        inside(at, |local| {
            let now_ns = local.ledger.clock.now_ns();
            if let Some(timer) = self.timer.take() {
                if now_ns >= timer.at_ns {
                    return Poll::Ready(());
                }
                // Polled for another reason: the same end, another waker.
                local.engine.clear_timer(timer);
                self.duration = Duration::from_nanos(timer.at_ns - now_ns);
            }
            let timer = TimerKey {
                at_ns: (Instant { ns: now_ns } + self.duration).ns,
                object: local.ledger.new_object(),
            };
            self.timer = Some(timer);
            let since_ns = ambient::blocked(Reason::Sleep, timer.object, at, None);
            let fire = Fire::Wake {
                waker: cx.waker().clone(),
                g: local.g(),
                since_ns,
                at,
            };
            local.engine.set_timer(timer, fire);
            Poll::Pending
        })
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            ambient::with(|local| {
                if let Some(local) = local {
                    local.engine.clear_timer(timer);
                }
            });
        }
    }
}

/// A channel that gets the time once `duration` has passed: Go's `time.After`.
/// It goes away with its last reference, the timer without effect then.
///
/// Events: `Made`, `TimerSet`, `TimerFired`, `Sent`.
///
/// # Panics
/// On a thread that executes no goroutine.
#[track_caller]
pub fn after(duration: Duration) -> Chan<Instant> {
    let at = Location::caller();
    let channel = chan(1);
    let weak = channel.downgrade();
    inside(at, |local| {
        let now_ns = local.ledger.clock.now_ns();
        let timer = TimerKey {
            at_ns: (Instant { ns: now_ns } + duration).ns,
            object: local.ledger.new_object(),
        };
        local.record(
            local.g(),
            Some(at),
            Kind::TimerSet {
                object: timer.object,
                at_ns: timer.at_ns,
            },
        );
        let fire = Fire::Call(Box::new(move || {
            if let Some(channel) = weak.upgrade() {
                channel.offer(now());
            }
        }));
        local.engine.set_timer(timer, fire);
    });
    channel
}

fn inside<R>(at: Place, f: impl FnOnce(&Local) -> R) -> R {
    ambient::with(|local| match local {
        Some(local) => f(local),
        None => std::panic!("time asked for at {at}, outside of any run"),
    })
}
