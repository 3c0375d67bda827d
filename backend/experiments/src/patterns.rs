//! Chapter 2: worker pools and the other patterns.

use crate::catalogue::Entry;

mod dynamic_pool;
mod errgroup;
mod fan_out_fan_in;
mod pipeline;
mod pub_sub;
mod rate_limiter;
mod semaphore;
mod worker_pool;

/// The experiments of the chapter, in the order of the book.
pub(crate) const ENTRIES: &[Entry] = &[
    worker_pool::ENTRY,
    dynamic_pool::ENTRY,
    fan_out_fan_in::ENTRY,
    pipeline::ENTRY,
    pub_sub::ENTRY,
    semaphore::ENTRY,
    errgroup::ENTRY,
    rate_limiter::ENTRY,
];
