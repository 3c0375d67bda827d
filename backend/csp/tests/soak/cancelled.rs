//! Polling an operation so often, and then dropping it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use csp::yield_now;

/// Polls `future` up to `polls` times, letting others run between; then it is
/// dropped, whatever has become of it.
pub(crate) async fn within<F: Future>(polls: u64, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for poll in 0..polls {
        if poll > 0 {
            yield_now().await;
        }
        let polled = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        if let Poll::Ready(output) = polled {
            return Some(output);
        }
    }
    None
}
