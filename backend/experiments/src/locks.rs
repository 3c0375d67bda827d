//! Chapter 3: locks and their kin.

use crate::catalogue::Entry;

mod cond;
mod mutex;
#[cfg(feature = "os")]
mod mutex_vs_rwmutex;
mod once;
mod rwmutex;
#[cfg(feature = "os")]
mod sync_map;
mod wait_group;
mod wait_group_mistake;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[
    mutex::ENTRY,
    rwmutex::ENTRY,
    #[cfg(feature = "os")]
    mutex_vs_rwmutex::ENTRY,
    once::ENTRY,
    #[cfg(feature = "os")]
    sync_map::ENTRY,
    wait_group::ENTRY,
    wait_group_mistake::ENTRY,
    cond::ENTRY,
];
