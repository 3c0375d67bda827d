//! Chapter 4: atomics and lock-free structures.

use crate::catalogue::Entry;

mod aba;
#[cfg(feature = "os")]
mod atomic_operations;
#[cfg(feature = "os")]
mod atomic_vs_mutex;
#[cfg(feature = "os")]
mod lock_free_stack;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[
    #[cfg(feature = "os")]
    atomic_vs_mutex::ENTRY,
    #[cfg(feature = "os")]
    atomic_operations::ENTRY,
    #[cfg(feature = "os")]
    lock_free_stack::ENTRY,
    aba::ENTRY,
];
