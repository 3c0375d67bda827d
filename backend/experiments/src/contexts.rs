//! Chapter 5: context.

use crate::catalogue::Entry;

mod context_budget;
mod context_cancel;
mod context_deadline;
mod context_timeout;
mod context_values;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[
    context_cancel::ENTRY,
    context_timeout::ENTRY,
    context_deadline::ENTRY,
    context_values::ENTRY,
    context_budget::ENTRY,
];
