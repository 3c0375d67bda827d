//! Chapter 8: production.

use crate::catalogue::Entry;

#[cfg(feature = "os")]
mod api_server;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[
    #[cfg(feature = "os")]
    api_server::ENTRY,
];
