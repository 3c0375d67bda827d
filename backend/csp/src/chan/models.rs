//! Channels and select, in every order: the real ones, at whose locks, progress
//! words, elections and glances loom looks.

mod glance;
mod operations;
mod selects;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::memory::Tracked;

/// A value at which loom sees whether what its sender wrote is there.
type Value = Arc<Tracked>;

fn value(number: u32) -> Value {
    let value = Arc::new(Tracked::new(0));
    value.add(number);
    value
}

/// What it is; alters it, so that a second receiver would be found out.
fn take(value: &Value) -> u32 {
    let number = value.get();
    value.add(100);
    number
}

/// Polls `future` once, with a waker that wakes nobody.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}
