//! Every goroutine that is there: for reports, and to drop those that are left.

use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use slab::Slab;

use super::task::{Header, TaskRef};

/// Parts with a lock each, so that Ps that make goroutines rarely meet.
const SHARDS: usize = 16;

/// The list of goroutines.
pub(crate) struct Registry {
    shards: [Mutex<Slab<TaskRef>>; SHARDS],
    next: AtomicUsize,
}

impl Registry {
    pub(super) fn new() -> Self {
        Registry {
            shards: std::array::from_fn(|_| Mutex::new(Slab::new())),
            next: AtomicUsize::new(0),
        }
    }

    pub(super) fn insert(&self, task: &TaskRef) {
        let shard = self.next.fetch_add(1, Ordering::Relaxed) % SHARDS;
        let index = self.shards[shard].lock().insert(task.clone());
        let key = index * SHARDS + shard;
        task.header().key.store(key + 1, Ordering::Release);
    }

    pub(super) fn remove(&self, task: &Header) {
        let Some(key) = task.key.swap(0, Ordering::AcqRel).checked_sub(1) else {
            return;
        };
        // The reference goes after the lock.
        let removed = self.shards[key % SHARDS].lock().try_remove(key / SHARDS);
        drop(removed);
    }

    /// Takes out all.
    pub(super) fn take_all(&self) -> Vec<TaskRef> {
        let mut all = Vec::new();
        for shard in &self.shards {
            all.extend(
                std::mem::take(&mut *shard.lock())
                    .into_iter()
                    .map(|(_, task)| task),
            );
        }
        all
    }

    /// Looks at all.
    pub(super) fn for_each(&self, mut look: impl FnMut(&Header)) {
        for shard in &self.shards {
            for (_, task) in shard.lock().iter() {
                look(task.header());
            }
        }
    }
}
