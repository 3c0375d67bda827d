//! Moments: what is recorded at one time, under the lock of the object that it is
//! about.

use std::cell::Cell;

use super::{Local, with};
use crate::trace::record::{Handed, Record};
use crate::trace::{Event, G, Kind, Object, P, Place, Reason};

/// A moment at which an operation takes effect: all that it records has this
/// time. To be taken under the lock of the object, so that the times of an
/// object's events agree with their order.
pub(crate) struct Moment {
    pub(crate) t_ns: u64,
    /// Null in a run that is not traced. It belongs to the thread that made it,
    /// within one poll.
    local: *const Local,
}

/// The present moment.
#[inline]
pub(crate) fn moment() -> Moment {
    with(moment_in)
}

/// The same, for who has looked up the thread's own already.
#[inline]
fn moment_in(local: Option<&Local>) -> Moment {
    match local {
        Some(local) if local.traced => begin(local),
        _ => Moment::untraced(),
    }
}

fn begin(local: &Local) -> Moment {
    match &mut *local.recorder.borrow_mut() {
        Some(recorder) => Moment {
            t_ns: recorder.begin(),
            local,
        },
        None => Moment::untraced(),
    }
}

/// The present moment of an object that keeps the time of the last, which is
/// quicker: this one is later than `last_ns`, and is kept there.
#[inline]
pub(crate) fn moment_after(local: Option<&Local>, last_ns: &Cell<u64>) -> Moment {
    match local {
        Some(local) if local.traced => begin_after(local, last_ns),
        _ => Moment::untraced(),
    }
}

#[inline]
fn begin_after(local: &Local, last_ns: &Cell<u64>) -> Moment {
    match &mut *local.recorder.borrow_mut() {
        Some(recorder) => Moment {
            t_ns: recorder.begin_after(last_ns),
            local,
        },
        None => Moment::untraced(),
    }
}

/// An object that keeps the time of its last moment has seen the running goroutine
/// block: what happens to it from here on is later than that.
#[inline]
pub(crate) fn saw_blocked(last_ns: &Cell<u64>) {
    with(|local| {
        if let Some(local) = local
            && local.traced
            && let Some(recorder) = &*local.recorder.borrow()
        {
            last_ns.set(last_ns.get().max(recorder.last_ns()));
        }
    });
}

impl Moment {
    #[inline]
    fn untraced() -> Self {
        Moment {
            t_ns: 0,
            local: std::ptr::null(),
        }
    }

    /// Whether anything that is recorded here is kept.
    #[inline]
    pub(crate) fn is_traced(&self) -> bool {
        !self.local.is_null()
    }

    #[inline]
    fn local(&self) -> Option<&Local> {
        // SAFETY: a moment lives within one poll, on one thread, as the `Local`
        // that it came from does.
        #[allow(unsafe_code)]
        unsafe {
            self.local.as_ref()
        }
    }

    /// Records an event of goroutine `g` at this moment.
    #[inline]
    pub(crate) fn record(&self, g: G, at: Option<Place>, kind: impl FnOnce() -> Kind) {
        if let Some(local) = self.local() {
            self.push(local, g, at, kind());
        }
    }

    fn push(&self, local: &Local, g: G, at: Option<Place>, kind: Kind) {
        if let Some(recorder) = &mut *local.recorder.borrow_mut() {
            recorder.push(|| {
                Record::Event(Event {
                    t_ns: self.t_ns,
                    p: local.p.get(),
                    g,
                    at,
                    kind,
                })
            });
        }
    }

    /// Records that the running goroutine handed a value to one that waited, or
    /// took it from there, for `reason` since `since_ns`. `other` is that goroutine,
    /// or 0.
    #[inline]
    pub(crate) fn handed(
        &self,
        other: G,
        reason: Reason,
        since_ns: u64,
        handed: impl FnOnce(P, G) -> Handed,
    ) {
        let Some(local) = self.local() else { return };
        if other != 0 {
            let blocked_ns = self.t_ns.saturating_sub(since_ns);
            local.ledger.add_blocked(local.tally, reason, blocked_ns);
        }
        if let Some(recorder) = &mut *local.recorder.borrow_mut() {
            recorder.push_handed(|| handed(local.p.get(), local.g()));
        }
    }

    /// Goroutine `woken` no longer waits for `object`, since `since_ns` (what
    /// [`blocked`] returned): the running goroutine saw to it, at `at`.
    #[inline]
    pub(crate) fn unblocked(
        &self,
        woken: G,
        reason: Reason,
        object: Object,
        since_ns: u64,
        at: Option<Place>,
    ) {
        if let Some(local) = self.local() {
            let blocked_ns = self.t_ns.saturating_sub(since_ns);
            local.ledger.add_blocked(local.tally, reason, blocked_ns);
            self.push(local, local.g(), at, Kind::Woken { woken, object });
        }
    }
}

impl Drop for Moment {
    #[inline]
    fn drop(&mut self) {
        if let Some(local) = self.local()
            && let Some(recorder) = &mut *local.recorder.borrow_mut()
        {
            recorder.end();
        }
    }
}
