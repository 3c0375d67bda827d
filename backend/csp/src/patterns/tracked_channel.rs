//! A channel that counts what goes through it.
//!
//! The book's declares a gauge for the buffer and never registers it, ignores the
//! context, and counts the zero values of a closed channel as received. This one
//! does none of that: the gauge is set with every value that comes or goes, a
//! wait ends with its context, and what is counted has been received.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::context::{Context, ContextError};
use crate::trace::Place;
use crate::{Chan, chan_named, go};

/// A channel with the counters `channel_send_total{channel="NAME"}` and
/// `channel_recv_total{channel="NAME"}`, and the gauge
/// `channel_buffer_size{channel="NAME"}`, in the picture and by
/// [`totals`](Self::totals). In braces is the attribute, as Prometheus writes a
/// series. Clones are the same channel.
pub struct TrackedChannel<T> {
    inner: Arc<Inner<T>>,
}

struct Inner<T> {
    channel: Chan<T>,
    sent: AtomicU64,
    received: AtomicU64,
    names: [Arc<str>; 3],
}

/// What went through a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChannelTotals {
    /// Values sent.
    pub sent: u64,
    /// Values received.
    pub received: u64,
    /// Values in the buffer.
    pub buffered: usize,
}

impl<T> Clone for TrackedChannel<T> {
    fn clone(&self) -> Self {
        TrackedChannel {
            inner: self.inner.clone(),
        }
    }
}

impl<T: Send + 'static> TrackedChannel<T> {
    /// A channel of this name that holds up to `capacity` values.
    #[track_caller]
    pub fn new(name: &str, capacity: usize) -> Self {
        TrackedChannel {
            inner: Arc::new(Inner {
                channel: chan_named(name, capacity),
                sent: AtomicU64::new(0),
                received: AtomicU64::new(0),
                names: [
                    "channel_send_total",
                    "channel_recv_total",
                    "channel_buffer_size",
                ]
                .map(|metric| format!("{metric}{{channel=\"{name}\"}}").into()),
            }),
        }
    }

    /// Sends `value`; waits as [`Chan::send`] does, at most until `ctx` ends. On
    /// a closed channel the goroutine panics.
    ///
    /// # Errors
    /// Why `ctx` ended, also if it had before; nothing was sent then, and the
    /// value is dropped.
    ///
    /// Cancel safety: as [`Chan::send`].
    #[track_caller]
    pub fn send(
        &self,
        ctx: &Context,
        value: T,
    ) -> impl Future<Output = Result<(), ContextError>> + Send + use<T> {
        let (tracked, ctx, at) = (self.inner.clone(), ctx.clone(), Location::caller());
        async move {
            if let Some(error) = ctx.err() {
                return Err(error);
            }
            crate::select! {
                _ = tracked.channel.send(value) => {
                    tracked.count(&tracked.sent, 0, at);
                    Ok(())
                },
                _ = ctx.done().recv() => Err(ctx.err().unwrap_or(ContextError::Canceled)),
            }
        }
    }

    /// Receives a value; `None` if the channel is closed and empty, which counts
    /// as nothing. Waits at most until `ctx` ends.
    ///
    /// # Errors
    /// Why `ctx` ended, also if it had before; nothing was received then.
    ///
    /// Cancel safety: dropped before it resolves, it loses nothing.
    #[track_caller]
    pub fn recv(
        &self,
        ctx: &Context,
    ) -> impl Future<Output = Result<Option<T>, ContextError>> + Send + use<T> {
        let (tracked, ctx, at) = (self.inner.clone(), ctx.clone(), Location::caller());
        async move {
            if let Some(error) = ctx.err() {
                return Err(error);
            }
            crate::select! {
                value = tracked.channel.recv() => {
                    if value.is_some() {
                        tracked.count(&tracked.received, 1, at);
                    }
                    Ok(value)
                },
                _ = ctx.done().recv() => Err(ctx.err().unwrap_or(ContextError::Canceled)),
            }
        }
    }

    /// As [`Chan::close`].
    ///
    /// # Panics
    /// As [`Chan::close`].
    #[track_caller]
    pub fn close(&self) {
        self.inner.channel.close();
    }

    /// What went through it so far.
    pub fn totals(&self) -> ChannelTotals {
        ChannelTotals {
            sent: self.inner.sent.load(Ordering::Relaxed),
            received: self.inner.received.load(Ordering::Relaxed),
            buffered: self.inner.channel.len(),
        }
    }
}

impl<T: Send + 'static> Inner<T> {
    /// Counts one, and sets the counter and the gauge.
    fn count(&self, count: &AtomicU64, name: usize, at: Place) {
        let counted = count.fetch_add(1, Ordering::Relaxed) + 1;
        go::counter_at(self.names[name].clone(), counted as i64, at);
        let buffered = self.channel.len() as i64;
        go::counter_at(self.names[2].clone(), buffered, at);
    }
}
