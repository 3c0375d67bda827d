//! What an executor knows of a timer: its time, its number, and what it does.
//!
//! An object has at most one timer set at a time, so that its number and the time
//! name a setting. Numbers of objects are a run's own: [`Armed`] remembers the run,
//! lest a timer be taken back from another.

use std::sync::Arc;
use std::task::Waker;

use super::Instant;
use crate::ambient::{self, Local};
use crate::trace::{G, Kind, Object, Place, Reason};

/// The last moment at which a timer fires, 292 years on, as Go's. What is set
/// for later fires then: a goroutine that sleeps longer is still no deadlock.
const LAST_NS: u64 = i64::MAX as u64;

/// A timer that has been set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerKey {
    pub(crate) at_ns: u64,
    pub(crate) object: Object,
    /// Where the executor keeps it: which of its lists, and where in that.
    pub(crate) home: u16,
    pub(crate) slot: u32,
}

/// What a timer does when it fires. It runs between two goroutines, on the
/// thread of any P or of sysmon, and must not block.
pub(crate) enum Fire {
    /// Wakes a goroutine that sleeps.
    Wake {
        waker: Waker,
        g: G,
        since_ns: u64,
        at: Place,
    },
    /// Calls; what is called records what happens.
    Call(Box<dyn FnOnce() + Send>),
}

impl Fire {
    /// Does it: the timer `object` fires now.
    pub(crate) fn fire(self, object: Object) {
        match self {
            Fire::Wake {
                waker,
                g,
                since_ns,
                at,
            } => {
                let moment = ambient::moment();
                moment.record(0, Some(at), || Kind::TimerFired { object });
                moment.unblocked(g, Reason::Sleep, object, since_ns, Some(at));
                drop(moment);
                waker.wake();
            }
            Fire::Call(call) => call(),
        }
    }
}

/// A timer, and the run that it is set in.
#[derive(Clone, Copy)]
pub(crate) struct Armed {
    key: TimerKey,
    run: usize,
}

impl Armed {
    /// Sets one for `object`, which has no other, at the time of
    /// [`Instant::for_timer`].
    pub(crate) fn set(local: &Local, at: Instant, object: Object, fire: Fire) -> Self {
        let at_ns = at.for_timer().ns;
        Armed {
            key: local.engine.set_timer(local, at_ns, object, fire),
            run: run(local),
        }
    }

    /// Its time.
    pub(crate) fn at(&self) -> Instant {
        Instant { ns: self.key.at_ns }
    }

    /// Takes it back; whether it had not fired. A thread that is none of its
    /// run leaves it set: what it calls has to see by itself that it is late.
    pub(crate) fn clear(&self) -> bool {
        ambient::with(|local| {
            let ours = local.filter(|local| run(local) == self.run);
            ours.is_some_and(|local| local.engine.clear_timer(self.key))
        })
    }
}

impl Instant {
    /// When a timer for this time fires: not beyond the last moment.
    pub(crate) fn for_timer(self) -> Self {
        Instant {
            ns: self.ns.min(LAST_NS),
        }
    }
}

/// What tells one run from others that are there.
fn run(local: &Local) -> usize {
    Arc::as_ptr(&local.ledger).addr()
}
