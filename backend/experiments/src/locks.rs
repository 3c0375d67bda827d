//! Chapter 3: locks and their kin.

use crate::catalogue::Entry;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[];
