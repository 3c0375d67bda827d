//! An operation that does not wait, but is awaited: a place at which another
//! goroutine may go on.
//!
//! Goroutines switch at awaits alone, so a simulated run can only show what
//! happens between two accesses if each is one. Natively it costs a look at
//! whether the slice is over.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use parking_lot::Mutex;

use super::subject::Subject;
use crate::ambient;
use crate::trace::{Kind, ObjectKind, Place};

/// The future of an operation on an atomic, a cell or a map: done in one step
/// when it is first polled.
///
/// Cancel safety: dropped before, it does nothing.
#[must_use = "it does nothing unless it is awaited"]
pub struct Access<F> {
    access: Option<F>,
    at: Place,
}

impl<F> Access<F> {
    /// `access` is pending if it panicked or ended the run.
    #[inline]
    pub(super) fn new<R>(at: Place, access: F) -> Self
    where
        F: FnOnce() -> Poll<R>,
    {
        Access {
            access: Some(access),
            at,
        }
    }
}

/// What it does is called, and never pinned.
impl<F> Unpin for Access<F> {}

impl<F: FnOnce() -> Poll<R>, R> Future for Access<F> {
    type Output = R;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        ready!(ambient::poll_preempt(cx, self.at));
        match self.access.take() {
            Some(access) => access(),
            None => Poll::Pending,
        }
    }
}

/// Something whose accesses the trace sees in the order in which they happen.
pub(super) struct Accessed {
    pub(super) subject: Subject,
    /// Held by each access of a run with a trace.
    order: Mutex<()>,
}

impl Accessed {
    pub(super) fn new(kind: ObjectKind, name: Option<std::sync::Arc<str>>, at: Place) -> Self {
        Accessed {
            subject: Subject::new(kind, name, 0, at),
            order: Mutex::new(()),
        }
    }

    /// Does `access`, and records what `kind` makes of its result.
    #[inline]
    pub(super) fn record<R>(
        &self,
        at: Place,
        access: impl FnOnce() -> R,
        kind: impl FnOnce(u32, &R) -> Kind,
    ) -> R {
        if !self.subject.is_traced() {
            return access();
        }
        let _ordered = self.order.lock();
        let result = access();
        let moment = ambient::moment();
        let object = self.subject.object;
        moment.record(ambient::g(), Some(at), || kind(object, &result));
        result
    }
}
