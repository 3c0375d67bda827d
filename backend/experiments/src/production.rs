//! Chapter 8: production.

use crate::catalogue::Entry;

#[cfg(feature = "os")]
mod api_server;
mod concurrent_map;
mod deadlock;
mod goroutine_leak;
mod loop_variable;
mod stream_processing;
#[cfg(feature = "os")]
mod task_scheduling;

#[cfg(feature = "os")]
pub use task_scheduling::worker::task_worker;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[
    #[cfg(feature = "os")]
    api_server::ENTRY,
    goroutine_leak::ENTRY,
    deadlock::ENTRY,
    loop_variable::ENTRY,
    concurrent_map::ENTRY,
    stream_processing::ENTRY,
    #[cfg(feature = "os")]
    task_scheduling::ENTRY,
];
