//! The functions that end a context.

use std::error::Error;
use std::panic::Location;

use super::cause::{self, ContextError};
use super::tree::Branch;
use crate::trace::Place;

/// Ends its context, and all below it. Clones do the same; the first call
/// counts, the others do nothing. Any thread may call it, also in a `Drop`.
///
/// To drop it does nothing, as in Go: the context then stays, with its timer and
/// all below it, until the parent ends or the deadline passes. So call it as
/// soon as the work is over, or let a guard do that:
/// [`deferred`](Self::deferred), Go's `defer cancel()`.
#[must_use = "a context that nobody cancels stays until its parent ends"]
#[derive(Clone)]
pub struct CancelFunc {
    pub(super) branch: Branch,
}

impl CancelFunc {
    /// Ends the context with [`ContextError::Canceled`], unless it has ended.
    /// It does not wait for anybody to notice. When it returns, the context and
    /// all below it have ended.
    ///
    /// Events: `ContextDone` for each that ends, `Closed` of its channel.
    #[track_caller]
    pub fn cancel(&self) {
        end(&self.branch, None, Location::caller());
    }

    /// A guard that cancels when it is dropped: Go's `defer cancel()`.
    #[track_caller]
    pub fn deferred(self) -> Deferred {
        Deferred {
            cancel: self,
            at: Location::caller(),
        }
    }
}

/// Ends its context with a cause. As [`CancelFunc`] otherwise.
#[must_use = "a context that nobody cancels stays until its parent ends"]
#[derive(Clone)]
pub struct CancelCauseFunc {
    pub(super) branch: Branch,
}

impl CancelCauseFunc {
    /// Ends the context with [`ContextError::Canceled`] and this cause, unless
    /// it has ended. Any error will do, or a text.
    ///
    /// Events: as [`CancelFunc::cancel`].
    #[track_caller]
    pub fn cancel(&self, cause: impl Into<Box<dyn Error + Send + Sync>>) {
        end(&self.branch, Some(cause.into()), Location::caller());
    }

    /// The same without a cause of its own: Go's `cancel(nil)`. As a
    /// [`CancelFunc`] it can be deferred.
    pub fn without_cause(&self) -> CancelFunc {
        CancelFunc {
            branch: self.branch.clone(),
        }
    }
}

fn end(branch: &Branch, cause: Option<Box<dyn Error + Send + Sync>>, at: Place) {
    let cause = cause.map(cause::shared);
    branch.end(ContextError::Canceled, cause, at);
}

/// The guard of [`CancelFunc::deferred`].
#[must_use = "it cancels when it is dropped"]
pub struct Deferred {
    cancel: CancelFunc,
    at: Place,
}

impl Drop for Deferred {
    fn drop(&mut self) {
        end(&self.cancel.branch, None, self.at);
    }
}
