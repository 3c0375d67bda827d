//! A run, for threads that are not of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use super::shared::Shared;
use crate::ambient;

/// A run, as seen from outside: for a thread, or a future on another executor,
/// that works together with its goroutines. It keeps nothing alive but the
/// run's own bookkeeping.
#[derive(Clone)]
pub struct Handle {
    shared: Arc<Shared>,
}

impl Handle {
    /// The run of the calling goroutine; `None` outside of any, and on the
    /// simulated scheduler.
    pub fn current() -> Option<Handle> {
        ambient::with(|local| {
            let shared = local?.native.as_ref()?.shared.clone();
            Some(Handle { shared })
        })
    }

    /// Says that a thread outside of the run may still wake one of its
    /// goroutines, by a channel or a lock. While such a guard is there, a run in
    /// which all goroutines wait is not called a deadlock.
    pub fn external(&self) -> External {
        self.shared.externals.fetch_add(1, Ordering::SeqCst);
        External {
            shared: self.shared.clone(),
        }
    }

    /// Lets `future`, which another executor polls, start goroutines of this run
    /// and use its time. It counts as [`external`](Self::external) until it is
    /// dropped.
    pub fn attach<F: Future>(&self, future: F) -> Attached<F> {
        Attached {
            external: self.external(),
            future: Box::pin(future),
        }
    }
}

/// The guard of [`Handle::external`].
#[must_use = "it counts until it is dropped"]
pub struct External {
    shared: Arc<Shared>,
}

impl Drop for External {
    fn drop(&mut self) {
        self.shared.externals.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The future of [`Handle::attach`].
///
/// # Panics
/// On a Go panic, with its text: there is no goroutine to end.
#[must_use = "futures do nothing unless awaited"]
pub struct Attached<F> {
    external: External,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for Attached<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let local = self.external.shared.local(None, fastrand::u64(..), None);
        let _entered = ambient::enter(&local);
        let polled = self.future.as_mut().poll(cx);
        if let Some(panic) = local.panic.borrow_mut().take() {
            std::panic!("{panic} (at {})", panic.at());
        }
        polled
    }
}
