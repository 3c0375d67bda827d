//! Chapter 2: worker pools and the other patterns.

use crate::catalogue::Entry;

mod worker_pool;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[worker_pool::ENTRY];
