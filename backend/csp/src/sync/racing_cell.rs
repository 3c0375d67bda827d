//! A variable without protection, for programs that are to race.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::Poll;

use super::access::{Access, Accessed};
use crate::trace::{Kind, ObjectKind, Place};

/// A number that goroutines read and write without a lock, as Go programs with a
/// data race do: `cell.store(cell.load().await + 1).await` loses what another
/// did between the two.
///
/// It has no undefined behaviour: each access is a relaxed one of an atomic.
pub struct RacingCell {
    raw: AtomicI64,
    accessed: Accessed,
}

impl Default for RacingCell {
    #[track_caller]
    fn default() -> Self {
        Self::make(None, 0, Location::caller())
    }
}

impl RacingCell {
    /// With its first value.
    ///
    /// Events: `Made`.
    #[track_caller]
    pub fn new(value: i64) -> Self {
        Self::make(None, value, Location::caller())
    }

    /// With a name, for the picture.
    #[track_caller]
    pub fn named(name: impl Into<Arc<str>>, value: i64) -> Self {
        Self::make(Some(name.into()), value, Location::caller())
    }

    fn make(name: Option<Arc<str>>, value: i64, at: Place) -> Self {
        RacingCell {
            raw: AtomicI64::new(value),
            accessed: Accessed::new(ObjectKind::Cell, name, at),
        }
    }

    /// Reads it.
    ///
    /// Events: `CellRead`.
    #[track_caller]
    #[inline]
    pub fn load(&self) -> impl Future<Output = i64> + Send {
        let at = Location::caller();
        Access::new(at, move || {
            let read = || self.raw.load(Ordering::Relaxed);
            let kind = |object, &value: &i64| Kind::CellRead { object, value };
            Poll::Ready(self.accessed.record(at, read, kind))
        })
    }

    /// Writes it.
    ///
    /// Events: `CellWritten`.
    #[track_caller]
    #[inline]
    pub fn store(&self, value: i64) -> impl Future<Output = ()> + Send {
        let at = Location::caller();
        Access::new(at, move || {
            let write = || self.raw.store(value, Ordering::Relaxed);
            let kind = |object, _: &()| Kind::CellWritten { object, value };
            self.accessed.record(at, write, kind);
            Poll::Ready(())
        })
    }

    /// The bare atomic, without scheduling points and events. Use it relaxed:
    /// what is lost then is lost by the loads and stores alone.
    #[inline]
    pub fn raw(&self) -> &AtomicI64 {
        &self.raw
    }
}
