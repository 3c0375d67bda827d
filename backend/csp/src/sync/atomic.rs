//! What Go keeps in package `sync/atomic`.
//!
//! Every operation is sequentially consistent, as in Go, and awaited, so that
//! the simulated scheduler can let another goroutine go on before it; `raw()` is
//! the bare atomic, for loops that are timed.

mod number;
mod pointer;
mod value;

pub use number::{Bool, Int32, Int64, Uint32, Uint64};
pub use pointer::Pointer;
pub use value::Value;

use super::access::Accessed;
use crate::trace::{AtomicOp, Kind, ObjectKind, Place};

/// What an operation did.
struct Outcome<R> {
    result: R,
    /// The value after it.
    now: i64,
    /// Whether it did what it was to do.
    ok: bool,
}

impl Accessed {
    fn atomic(name: Option<std::sync::Arc<str>>, at: Place) -> Self {
        Accessed::new(ObjectKind::Atomic, name, at)
    }

    #[inline]
    fn operate<R>(&self, at: Place, op: AtomicOp, access: impl FnOnce() -> Outcome<R>) -> R {
        let kind = |object, outcome: &Outcome<R>| Kind::Atomic {
            object,
            op,
            value: outcome.now,
            ok: outcome.ok,
        };
        self.record(at, access, kind).result
    }
}
