//! Spans: what a program says of its own work, as OpenTelemetry has it.
//!
//! A span has a name, a parent, a begin and an end, attributes and a status. All
//! of it is told as events, and nothing is kept here: whoever reads the trace
//! makes spans of them after the fact, so that to trace costs the program what
//! its events cost. Numbers of spans count from 1 in each run, so that a
//! simulated run has the same ones again.
//!
//! A span is carried to other goroutines by value, as a context is: nothing is
//! looked up in a goroutine. In a run without a trace, and outside of any, a
//! span has no number and does nothing.

use std::fmt::Display;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Attribute, Kind, Place, SpanId, Value};
use crate::ambient;

/// Begins a span that has no parent. Does not wait.
///
/// Events: `SpanBegun`.
#[track_caller]
pub fn span(name: impl Into<Arc<str>>) -> Span {
    Span::begin(SpanContext::NONE, name, Location::caller())
}

/// A span, until it is dropped or [ended](Span::end). It may go on over an
/// `await`, and end on another goroutine. One that is still there when the run
/// ends is never told to have ended.
#[must_use = "the span ends where it is dropped"]
#[derive(Debug)]
pub struct Span {
    context: SpanContext,
    failed: AtomicBool,
    at: Place,
}

/// Which span it is: what is carried to whoever works on its behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpanContext {
    id: SpanId,
}

impl SpanContext {
    /// No span: its children have no parent.
    pub const NONE: SpanContext = SpanContext { id: 0 };

    /// The number of the span; 0 where nothing is recorded.
    pub fn id(self) -> SpanId {
        self.id
    }

    /// Begins a span under this one, which may have ended. Does not wait.
    ///
    /// Events: `SpanBegun`.
    #[track_caller]
    pub fn span(self, name: impl Into<Arc<str>>) -> Span {
        Span::begin(self, name, Location::caller())
    }
}

impl Span {
    fn begin(parent: SpanContext, name: impl Into<Arc<str>>, at: Place) -> Span {
        let id = ambient::with(|local| match local {
            Some(local) if local.traced => local.ledger.new_span(),
            _ => 0,
        });
        if id != 0 {
            ambient::record(at, || Kind::SpanBegun {
                span: id,
                parent: parent.id,
                name: name.into(),
            });
        }
        Span {
            context: SpanContext { id },
            failed: AtomicBool::new(false),
            at,
        }
    }

    /// What is carried to goroutines that work on behalf of this span.
    pub fn context(&self) -> SpanContext {
        self.context
    }

    /// Begins a span under this one. Does not wait.
    ///
    /// Events: `SpanBegun`.
    #[track_caller]
    pub fn child(&self, name: impl Into<Arc<str>>) -> Span {
        Span::begin(self.context, name, Location::caller())
    }

    /// Says something about it: a number or a text under a name, which replaces
    /// what was said under that name before.
    ///
    /// Events: `SpanAttribute`.
    #[track_caller]
    pub fn set(&self, key: impl Into<Arc<str>>, value: impl Into<Value>) {
        let id = self.context.id;
        if id == 0 {
            return;
        }
        ambient::record(Location::caller(), || Kind::SpanAttribute {
            span: id,
            attribute: Box::new(Attribute {
                key: key.into(),
                value: value.into(),
            }),
        });
    }

    /// Records an error, and sets the status of the span to one.
    ///
    /// Events: `SpanFailed`.
    #[track_caller]
    pub fn record_error(&self, error: impl Display) {
        let id = self.context.id;
        if id == 0 {
            return;
        }
        self.failed.store(true, Ordering::Relaxed);
        ambient::record(Location::caller(), || Kind::SpanFailed {
            span: id,
            message: error.to_string().into(),
        });
    }

    /// Ends it here, and not where it would be dropped.
    ///
    /// Events: `SpanEnded`.
    #[track_caller]
    pub fn end(mut self) {
        self.at = Location::caller();
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        let id = self.context.id;
        if id != 0 {
            let failed = *self.failed.get_mut();
            ambient::record(self.at, || Kind::SpanEnded { span: id, failed });
        }
    }
}
