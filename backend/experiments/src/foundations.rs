//! Chapter 1: goroutines, the scheduler, channels and select.

use crate::catalogue::Entry;

mod channel_buffered;
mod channel_unbuffered;
#[cfg(feature = "os")]
mod goroutine_switch;
mod scheduler;
mod select_basic;
mod select_timeout;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[
    scheduler::ENTRY,
    #[cfg(feature = "os")]
    goroutine_switch::ENTRY,
    channel_unbuffered::ENTRY,
    channel_buffered::ENTRY,
    select_basic::ENTRY,
    select_timeout::ENTRY,
];
