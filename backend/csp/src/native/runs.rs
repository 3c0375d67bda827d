//! The runs of this process, by number.
//!
//! A task knows its run by number alone: counting references to the run for each
//! goroutine would have all Ps write one cache line. The threads of a run know
//! it; a waker that is called on any other thread looks it up here, which costs
//! a lock.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::shared::Shared;

static RUNS: Mutex<BTreeMap<u32, Weak<Shared>>> = Mutex::new(BTreeMap::new());
static NEXT: AtomicU32 = AtomicU32::new(1);

/// The number of the next run.
pub(super) fn next() -> u32 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Lets the run be found until it is dropped.
pub(super) fn open(shared: &Arc<Shared>) {
    RUNS.lock().insert(shared.run, Arc::downgrade(shared));
}

/// The run with that number, if it has not gone.
pub(super) fn find(run: u32) -> Option<Arc<Shared>> {
    RUNS.lock().get(&run).and_then(Weak::upgrade)
}

/// Forgets a run that has gone.
pub(super) fn close(run: u32) {
    RUNS.lock().remove(&run);
}
