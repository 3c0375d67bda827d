//! A trace of everything that the scheduler and the primitives do.

pub mod event;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod collector;
pub mod profile;
pub(crate) mod record;
pub(crate) mod recorder;
mod span;

pub use event::{
    AtomicOp, Attribute, Event, G, Kind, LockMode, M, NO_P, Object, ObjectKind, P, Place, Reason,
    SpanId, Value,
};
pub use profile::Profile;
pub use span::{Span, SpanContext, span};

/// Where events go. The collector of a run calls it from a thread of its own,
/// every few milliseconds, so it may block; what it cannot take in time is
/// dropped at the source and counted.
pub trait Sink: Send {
    /// The next events, in the order of time.
    fn events(&mut self, events: &[Event]);
    /// Between the two times, `count` events were not kept. Events of that
    /// interval that were kept may have been passed on before, and may follow.
    fn dropped(&mut self, from_ns: u64, to_ns: u64, count: u64);
}
