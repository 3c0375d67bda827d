//! Chapter 7: performance.

use crate::catalogue::Entry;

#[cfg(feature = "os")]
mod false_sharing;
mod goroutine_pool;
#[cfg(feature = "os")]
mod object_pool;
#[cfg(feature = "os")]
mod sharded_cache;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[
    #[cfg(feature = "os")]
    sharded_cache::ENTRY,
    goroutine_pool::ENTRY,
    #[cfg(feature = "os")]
    object_pool::ENTRY,
    #[cfg(feature = "os")]
    false_sharing::ENTRY,
];
