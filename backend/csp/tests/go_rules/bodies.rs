//! Go's rules as plain async functions, which know no executor: the same bodies
//! run on every scheduler, and those without timers and goroutines inside of
//! other runtimes too.
//!
//! Each module ends with lists of its rules, as macros that hand the names to
//! another macro: `context_rules!(in_a_run)` makes a test of each.

pub(crate) mod atomic;
pub(crate) mod cond;
pub(crate) mod context;
pub(crate) mod map;
pub(crate) mod mutex;
pub(crate) mod once;
pub(crate) mod pool;
pub(crate) mod rw_mutex;
pub(crate) mod semaphore;
pub(crate) mod time;

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use csp::sync::WaitGroup;

/// Starts `future` on whatever runs the caller; `group` counts it.
pub(crate) fn spawn(group: &WaitGroup, future: impl Future<Output = ()> + Send + 'static) {
    group.add(1);
    let group = group.clone();
    let counted = async move {
        future.await;
        group.done();
    };
    if csp::current_p().is_some() {
        csp::go(counted);
    } else {
        #[cfg(not(miri))]
        tokio::spawn(counted);
    }
}

/// Polls `future` as far as it goes now. The first poll may only give way, since
/// the slice is over; then the second does not.
pub(crate) async fn poll_now<F: Future + Unpin>(mut future: F) -> Poll<F::Output> {
    std::future::poll_fn(|cx| match Pin::new(&mut future).poll(cx) {
        Poll::Pending => Poll::Ready(Pin::new(&mut future).poll(cx)),
        ready => Poll::Ready(ready),
    })
    .await
}

/// Lets the others run for a while.
pub(crate) async fn others_run() {
    for _ in 0..if cfg!(miri) { 3 } else { 20 } {
        csp::yield_now().await;
    }
}

/// How often to repeat: under miri, which is some thousand times slower, once.
pub(crate) fn often(times: usize) -> usize {
    if cfg!(miri) { 1 } else { times }
}

/// Polls `future`, which has to leave it pending.
pub(crate) async fn waits<F: Future>(future: Pin<&mut F>) {
    assert!(poll_now(future).await.is_pending());
}
