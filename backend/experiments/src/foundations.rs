//! Chapter 1: goroutines, the scheduler, channels and select.

use crate::catalogue::Entry;

mod channel_buffered;
#[cfg(feature = "os")]
mod channel_capacity;
#[cfg(feature = "os")]
mod channel_close;
mod channel_directional;
mod channel_inside;
mod channel_rules;
mod channel_unbuffered;
#[cfg(feature = "os")]
mod goroutine_creation;
#[cfg(feature = "os")]
mod goroutine_memory;
#[cfg(feature = "os")]
mod goroutine_switch;
#[cfg(feature = "os")]
mod scheduler;
mod select_basic;
mod select_default;
mod select_fairness;
mod select_priority;
mod select_timeout;
mod select_timer;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[
    #[cfg(feature = "os")]
    scheduler::ENTRY,
    #[cfg(feature = "os")]
    goroutine_creation::ENTRY,
    #[cfg(feature = "os")]
    goroutine_memory::ENTRY,
    #[cfg(feature = "os")]
    goroutine_switch::ENTRY,
    channel_unbuffered::ENTRY,
    channel_buffered::ENTRY,
    channel_directional::ENTRY,
    channel_inside::ENTRY,
    #[cfg(feature = "os")]
    channel_close::ENTRY,
    #[cfg(feature = "os")]
    channel_capacity::ENTRY,
    channel_rules::ENTRY,
    select_basic::ENTRY,
    select_timeout::ENTRY,
    select_default::ENTRY,
    select_priority::ENTRY,
    select_fairness::ENTRY,
    select_timer::ENTRY,
];
