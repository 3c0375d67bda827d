//! A lock-free stack whose nodes are freed: Treiber's, with epochs.
//!
//! Go's collector keeps a node as long as anybody may still look at it, so a
//! Treiber stack is a few lines there. Here who takes a node off must not free
//! it while others have read its address: they *pin* the epoch while they look,
//! and a node is freed two epochs after it was taken off. For as long as one is
//! pinned, its address cannot come back as another node either: no ABA, and no
//! tag.
//!
//! miri passes over it with `-Zmiri-tree-borrows`: the lists inside of
//! crossbeam-epoch are not made for its older model of pointers.
//!
//! It shows how that is done. [`TaggedStack`](super::TaggedStack) is quicker,
//! since to pin costs a fence and every push an allocation.

use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_epoch::{self as epoch, Atomic, Owned};

use super::backoff::Backoff;

/// A stack that several may push to and pop from. Nobody waits for anybody; at
/// worst one tries again.
pub struct EpochStack<T> {
    head: Atomic<Node<T>>,
    retries: AtomicU64,
}

struct Node<T> {
    value: ManuallyDrop<T>,
    below: Atomic<Node<T>>,
}

// SAFETY: values move in and out and are shared with nobody; the pointers are
// followed as below.
#[allow(unsafe_code)]
unsafe impl<T: Send> Send for EpochStack<T> {}
// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl<T: Send> Sync for EpochStack<T> {}

impl<T> Default for EpochStack<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> EpochStack<T> {
    /// An empty stack.
    pub fn new() -> Self {
        EpochStack {
            head: Atomic::null(),
            retries: AtomicU64::new(0),
        }
    }

    /// Puts `value` on top.
    pub fn push(&self, value: T) {
        let guard = &epoch::pin();
        let mut node = Owned::new(Node {
            value: ManuallyDrop::new(value),
            below: Atomic::null(),
        });
        let mut backoff = Backoff::new();
        loop {
            let top = self.head.load(Ordering::Relaxed, guard);
            node.below.store(top, Ordering::Relaxed);
            match self
                .head
                .compare_exchange(top, node, Ordering::Release, Ordering::Relaxed, guard)
            {
                Ok(_) => break,
                Err(failed) => node = failed.new,
            }
            backoff.retry();
        }
        self.count(&backoff);
    }

    /// Takes the value on top.
    #[allow(unsafe_code)]
    pub fn pop(&self) -> Option<T> {
        let guard = &epoch::pin();
        let mut backoff = Backoff::new();
        let value = loop {
            let top = self.head.load(Ordering::Acquire, guard);
            // SAFETY: it was linked when it was read, and whatever was linked
            // since the epoch was pinned is not freed before the guard goes.
            let Some(node) = (unsafe { top.as_ref() }) else {
                break None;
            };
            let below = node.below.load(Ordering::Relaxed, guard);
            let swapped =
                self.head
                    .compare_exchange(top, below, Ordering::AcqRel, Ordering::Relaxed, guard);
            if swapped.is_ok() {
                // SAFETY: it is off the stack by our swap, which nobody else
                // made, so the value is ours, and read once: the node is freed
                // without dropping it, when nobody looks at it any more.
                let value = unsafe {
                    guard.defer_destroy(top);
                    std::ptr::read(&raw const *node.value)
                };
                break Some(value);
            }
            backoff.retry();
        };
        self.count(&backoff);
        value
    }

    /// Whether it was empty at some moment during the call.
    pub fn is_empty(&self) -> bool {
        let guard = &epoch::pin();
        self.head.load(Ordering::Acquire, guard).is_null()
    }

    /// Attempts so far that failed because another came first.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    fn count(&self, backoff: &Backoff) {
        if backoff.retries() > 0 {
            let retries = &self.retries;
            retries.fetch_add(backoff.retries(), Ordering::Relaxed);
        }
    }
}

impl<T> Drop for EpochStack<T> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
    }
}
