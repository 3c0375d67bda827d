//! Sleeping.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use super::{Armed, Fire, Instant, inside};
use crate::ambient::{self, Local};
use crate::trace::{Object, Place, Reason};

/// Waits for `duration`; not at all if it is zero.
///
/// Cancel safety: it may be dropped.
///
/// Events: `Blocked`, `TimerFired`, `Woken`.
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep {
        duration,
        waits: None,
        at: Location::caller(),
    }
}

/// The future of [`sleep`].
#[must_use = "it sleeps only if it is awaited"]
pub struct Sleep {
    duration: Duration,
    waits: Option<Waits>,
    at: Place,
}

/// A sleep that has begun.
struct Waits {
    timer: Armed,
    object: Object,
    since_ns: u64,
    /// The waker that the timer holds, by its two addresses. They are not those
    /// of another as long as the timer holds it.
    waker: (usize, usize),
}

fn addresses(waker: &Waker) -> (usize, usize) {
    (
        waker.data().addr(),
        std::ptr::from_ref(waker.vtable()).addr(),
    )
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let at = self.at;
        if self.waits.is_some() {
            return self.poll_waiting(cx);
        }
        ready!(ambient::poll_preempt(cx, at));
        if self.duration.is_zero() {
            return Poll::Ready(());
        }
        inside(at, |local| {
            let object = local.ledger.new_object();
            let until = Instant::now(local) + self.duration;
            let since_ns = ambient::blocked(Reason::Sleep, object, at, None);
            let timer = set(local, cx, (until, object), since_ns, at);
            self.waits = Some(Waits {
                timer,
                object,
                since_ns,
                waker: addresses(cx.waker()),
            });
            Poll::Pending
        })
    }
}

impl Sleep {
    /// Polled again: its time has come, or it was for another reason, and the
    /// same timer goes on, for another waker if need be.
    fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let at = self.at;
        let waits = self.waits.as_mut().expect("it has begun");
        let over = inside(at, |local| {
            if Instant::now(local) >= waits.timer.at() {
                return true;
            }
            let waker = addresses(cx.waker());
            if waker != waits.waker {
                if !waits.timer.clear() {
                    return true;
                }
                let timer = (waits.timer.at(), waits.object);
                waits.timer = set(local, cx, timer, waits.since_ns, at);
                waits.waker = waker;
            }
            ambient::blocked(Reason::Sleep, waits.object, at, Some(waits.since_ns));
            false
        });
        if !over {
            return Poll::Pending;
        }
        self.waits = None;
        self.duration = Duration::ZERO;
        Poll::Ready(())
    }
}

fn set(
    local: &Local,
    cx: &Context<'_>,
    (until, object): (Instant, Object),
    since_ns: u64,
    at: Place,
) -> Armed {
    let fire = Fire::Wake {
        waker: cx.waker().clone(),
        g: local.g(),
        since_ns,
        at,
    };
    Armed::set(local, until, object, fire)
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(waits) = &self.waits {
            waits.timer.clear();
        }
    }
}
