//! Chapter 6: spans and metrics.

use crate::catalogue::Entry;

mod block_profile;
#[cfg(feature = "os")]
mod goroutine_metrics;
mod trace_goroutine;
mod trace_worker_pool;
mod tracked_channel;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[
    trace_goroutine::ENTRY,
    trace_worker_pool::ENTRY,
    tracked_channel::ENTRY,
    #[cfg(feature = "os")]
    goroutine_metrics::ENTRY,
    block_profile::ENTRY,
];
