//! A pointer that is replaced as a whole.
//!
//! Go's collector keeps what a reader has just loaded; here it is counted, and a
//! load has to raise the count of something that another may be about to let go.
//! arc-swap solves that without a lock for readers, which is why it is used; an
//! `Arc` under a lock would make every load wait for every store.

use std::panic::Location;
use std::sync::Arc;
use std::task::Poll;

use arc_swap::ArcSwapOption;

use super::Outcome;
use crate::sync::access::{Access, Accessed};
use crate::trace::{AtomicOp, Place};

/// Go's `atomic.Pointer[T]`: nil, or a shared value. Events show it as 0 or 1.
pub struct Pointer<T> {
    raw: ArcSwapOption<T>,
    accessed: Accessed,
}

impl<T> Default for Pointer<T> {
    /// Nil.
    #[track_caller]
    fn default() -> Self {
        Self::make(None, None, Location::caller())
    }
}

impl<T> Pointer<T> {
    /// To `value`, or nil.
    ///
    /// Events: `Made`.
    #[track_caller]
    pub fn new(value: Option<Arc<T>>) -> Self {
        Self::make(None, value, Location::caller())
    }

    /// With a name, for the picture.
    #[track_caller]
    pub fn named(name: impl Into<Arc<str>>, value: Option<Arc<T>>) -> Self {
        Self::make(Some(name.into()), value, Location::caller())
    }

    fn make(name: Option<Arc<str>>, value: Option<Arc<T>>, at: Place) -> Self {
        Pointer {
            raw: ArcSwapOption::new(value),
            accessed: Accessed::atomic(name, at),
        }
    }

    /// The bare pointer, without scheduling points and events.
    pub fn raw(&self) -> &ArcSwapOption<T> {
        &self.raw
    }
}

impl<T: Send + Sync> Pointer<T> {
    /// What it points at. Events: `Atomic`, as of all operations.
    #[track_caller]
    pub fn load(&self) -> impl Future<Output = Option<Arc<T>>> + Send {
        self.operation(AtomicOp::Load, |raw| {
            let value = raw.load_full();
            let now = shown(&value);
            (value, now, true)
        })
    }

    /// Points it at `value`.
    #[track_caller]
    pub fn store(&self, value: Option<Arc<T>>) -> impl Future<Output = ()> + Send {
        self.operation(AtomicOp::Store, |raw| {
            let now = shown(&value);
            raw.store(value);
            ((), now, true)
        })
    }

    /// Points it at `value`, and returns what it pointed at.
    #[track_caller]
    pub fn swap(&self, value: Option<Arc<T>>) -> impl Future<Output = Option<Arc<T>>> + Send {
        self.operation(AtomicOp::Swap, |raw| {
            let now = shown(&value);
            (raw.swap(value), now, true)
        })
    }

    /// Points it at `new` if it points at `old`, the same one and not an equal
    /// one; whether it did.
    #[track_caller]
    pub fn compare_and_swap<'a>(
        &'a self,
        old: Option<&'a Arc<T>>,
        new: Option<Arc<T>>,
    ) -> impl Future<Output = bool> + Send + 'a {
        self.operation(AtomicOp::CompareAndSwap, move |raw| {
            let old = old.map_or(std::ptr::null(), Arc::as_ptr);
            let now = shown(&new);
            let found = raw.compare_and_swap(old, new);
            let swapped = found.as_ref().map_or(std::ptr::null(), Arc::as_ptr) == old;
            let now = if swapped { now } else { shown(&found) };
            (swapped, now, swapped)
        })
    }

    #[track_caller]
    fn operation<'a, R>(
        &'a self,
        op: AtomicOp,
        access: impl FnOnce(&'a ArcSwapOption<T>) -> (R, i64, bool) + Send + 'a,
    ) -> impl Future<Output = R> + Send + 'a {
        let at = Location::caller();
        Access::new(at, move || {
            let operation = || {
                let (result, now, ok) = access(&self.raw);
                Outcome { result, now, ok }
            };
            Poll::Ready(self.accessed.operate(at, op, operation))
        })
    }
}

fn shown<T>(value: &Option<Arc<T>>) -> i64 {
    i64::from(value.is_some())
}
