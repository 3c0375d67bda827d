//! Numbers and flags.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::task::Poll;

use super::Outcome;
use crate::sync::access::{Access, Accessed};
use crate::trace::{AtomicOp, Place};

const ORDER: Ordering = Ordering::SeqCst;

/// A type around an atomic of the standard library, with what all of them have.
macro_rules! atomic {
    ($(#[$attribute:meta])* $name:ident, $value:ty, $raw:ty, $number:expr) => {
        $(#[$attribute])*
        pub struct $name {
            raw: $raw,
            accessed: Accessed,
        }

        impl Default for $name {
            #[track_caller]
            fn default() -> Self {
                Self::make(None, <$value>::default(), Location::caller())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.raw.fmt(f)
            }
        }

        impl $name {
            /// With its first value.
            ///
            /// Events: `Made`.
            #[track_caller]
            pub fn new(value: $value) -> Self {
                Self::make(None, value, Location::caller())
            }

            /// With a name, for the picture.
            #[track_caller]
            pub fn named(name: impl Into<Arc<str>>, value: $value) -> Self {
                Self::make(Some(name.into()), value, Location::caller())
            }

            fn make(name: Option<Arc<str>>, value: $value, at: Place) -> Self {
                $name {
                    raw: <$raw>::new(value),
                    accessed: Accessed::atomic(name, at),
                }
            }

            /// The bare atomic, without scheduling points and events.
            #[inline]
            pub fn raw(&self) -> &$raw {
                &self.raw
            }

            /// Its value. Events: `Atomic`, as of all operations.
            #[track_caller]
            #[inline]
            pub fn load(&self) -> impl Future<Output = $value> + Send {
                self.operation(AtomicOp::Load, |raw| {
                    let value = raw.load(ORDER);
                    done(value, $number(value))
                })
            }

            /// Replaces its value.
            #[track_caller]
            #[inline]
            pub fn store(&self, value: $value) -> impl Future<Output = ()> + Send {
                self.operation(AtomicOp::Store, move |raw| {
                    raw.store(value, ORDER);
                    done((), $number(value))
                })
            }

            /// Replaces its value, and returns the one before.
            #[track_caller]
            #[inline]
            pub fn swap(&self, value: $value) -> impl Future<Output = $value> + Send {
                self.operation(AtomicOp::Swap, move |raw| {
                    done(raw.swap(value, ORDER), $number(value))
                })
            }

            /// Replaces `old` by `new`; whether `old` was its value.
            #[track_caller]
            #[inline]
            pub fn compare_and_swap(
                &self,
                old: $value,
                new: $value,
            ) -> impl Future<Output = bool> + Send {
                self.operation(AtomicOp::CompareAndSwap, move |raw| {
                    let swapped = raw.compare_exchange(old, new, ORDER, ORDER);
                    Outcome {
                        result: swapped.is_ok(),
                        now: $number(swapped.map_or_else(|found| found, |_| new)),
                        ok: swapped.is_ok(),
                    }
                })
            }

            #[track_caller]
            #[inline]
            fn operation<R>(
                &self,
                op: AtomicOp,
                access: impl FnOnce(&$raw) -> Outcome<R> + Send,
            ) -> impl Future<Output = R> + Send {
                let at = Location::caller();
                Access::new(at, move || {
                    Poll::Ready(self.accessed.operate(at, op, || access(&self.raw)))
                })
            }
        }
    };
}

/// What only numbers have.
macro_rules! arithmetic {
    ($($name:ident: $value:ty),*) => {
        $(impl $name {
            /// Adds `delta`, around at the ends, and returns the new value.
            #[track_caller]
            #[inline]
            pub fn add(&self, delta: $value) -> impl Future<Output = $value> + Send {
                self.operation(AtomicOp::Add, move |raw| {
                    let now = raw.fetch_add(delta, ORDER).wrapping_add(delta);
                    done(now, now as i64)
                })
            }

            /// Keeps the bits that are set in `mask`, and returns the value
            /// before.
            #[track_caller]
            #[inline]
            pub fn and(&self, mask: $value) -> impl Future<Output = $value> + Send {
                self.operation(AtomicOp::And, move |raw| {
                    let before = raw.fetch_and(mask, ORDER);
                    done(before, (before & mask) as i64)
                })
            }

            /// Sets the bits of `mask`, and returns the value before.
            #[track_caller]
            #[inline]
            pub fn or(&self, mask: $value) -> impl Future<Output = $value> + Send {
                self.operation(AtomicOp::Or, move |raw| {
                    let before = raw.fetch_or(mask, ORDER);
                    done(before, (before | mask) as i64)
                })
            }
        })*
    };
}

fn done<R>(result: R, now: i64) -> Outcome<R> {
    Outcome {
        result,
        now,
        ok: true,
    }
}

atomic!(
    /// Go's `atomic.Int32`.
    Int32, i32, AtomicI32, i64::from
);
atomic!(
    /// Go's `atomic.Int64`.
    Int64, i64, AtomicI64, i64::from
);
atomic!(
    /// Go's `atomic.Uint32`.
    Uint32, u32, AtomicU32, i64::from
);
atomic!(
    /// Go's `atomic.Uint64`. Events show its bits as a signed number.
    Uint64, u64, AtomicU64, (|value: u64| value as i64)
);
atomic!(
    /// Go's `atomic.Bool`. Events show it as 0 or 1.
    Bool, bool, AtomicBool, i64::from
);
arithmetic!(Int32: i32, Int64: i64, Uint32: u32, Uint64: u64);
