//! The run queue of a P: a ring that its owner fills and everybody empties, as
//! Go's `runqput`, `runqget` and `runqgrab`.
//!
//! `tail` is written by the owner alone. `head` is moved by compare-and-swap,
//! which is what makes the entries before it the mover's own; a thief copies
//! first and moves after, so that a lost race costs only the copy.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use super::task::{Header, TaskRef};

/// Entries of a ring.
pub(super) const CAPACITY: u32 = 256;

/// The ring.
pub(super) struct Ring {
    head: AtomicU32,
    tail: AtomicU32,
    slots: [AtomicPtr<Header>; CAPACITY as usize],
}

impl Ring {
    pub(super) fn new() -> Self {
        Ring {
            head: AtomicU32::new(0),
            tail: AtomicU32::new(0),
            slots: std::array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
        }
    }

    /// Entries, at some moment during the call.
    pub(super) fn len(&self) -> u32 {
        let tail = self.tail.load(Ordering::Acquire);
        tail.wrapping_sub(self.head.load(Ordering::Acquire))
            .min(CAPACITY)
    }

    fn slot(&self, index: u32) -> &AtomicPtr<Header> {
        &self.slots[(index % CAPACITY) as usize]
    }

    /// Appends. For the owner alone.
    pub(super) fn push(&self, task: TaskRef) -> Result<(), TaskRef> {
        let head = self.head.load(Ordering::Acquire);
        let tail = self.tail.load(Ordering::Relaxed);
        if tail.wrapping_sub(head) >= CAPACITY {
            return Err(task);
        }
        self.slot(tail).store(task.into_raw(), Ordering::Relaxed);
        self.tail.store(tail.wrapping_add(1), Ordering::Release);
        Ok(())
    }

    /// Takes the first. For the owner alone.
    #[allow(unsafe_code)]
    pub(super) fn pop(&self) -> Option<TaskRef> {
        let mut head = self.head.load(Ordering::Acquire);
        loop {
            if head == self.tail.load(Ordering::Relaxed) {
                return None;
            }
            let raw = self.slot(head).load(Ordering::Relaxed);
            match self.move_head(head, 1) {
                // SAFETY: moving `head` made this entry ours.
                Ok(()) => return unsafe { TaskRef::from_raw(raw) },
                Err(now) => head = now,
            }
        }
    }

    /// Takes half of a full ring, for the global queue; nothing if a thief was
    /// faster. For the owner alone.
    #[allow(unsafe_code)]
    pub(super) fn pop_half(&self) -> Vec<TaskRef> {
        const HALF: u32 = CAPACITY / 2;
        let head = self.head.load(Ordering::Acquire);
        if self.tail.load(Ordering::Relaxed).wrapping_sub(head) < CAPACITY {
            return Vec::new();
        }
        let half = (0..HALF).map(|index| self.slot(head.wrapping_add(index)));
        let half: Vec<_> = half.map(|slot| slot.load(Ordering::Relaxed)).collect();
        if self.move_head(head, HALF).is_err() {
            return Vec::new();
        }
        let half = half.into_iter();
        // SAFETY: moving `head` made these entries ours.
        half.filter_map(|raw| unsafe { TaskRef::from_raw(raw) })
            .collect()
    }

    /// Moves `head` on by `count`, or tells where it is now.
    fn move_head(&self, head: u32, count: u32) -> Result<(), u32> {
        self.head
            .compare_exchange(
                head,
                head.wrapping_add(count),
                Ordering::AcqRel,
                Ordering::Acquire,
            )
            .map(drop)
    }

    /// Moves half of this ring to the end of `to`, whose owner the caller is.
    /// Returns one of them to run, and how many it took.
    #[allow(unsafe_code)]
    pub(super) fn steal_into(&self, to: &Ring) -> Option<(TaskRef, u32)> {
        let to_tail = to.tail.load(Ordering::Relaxed);
        // A thief has run out of work: its ring is empty, and half fits.
        debug_assert!(to.len() == 0);
        let mut head = self.head.load(Ordering::Acquire);
        loop {
            let tail = self.tail.load(Ordering::Acquire);
            let len = tail.wrapping_sub(head);
            let count = len - len / 2;
            if count == 0 {
                return None;
            }
            if count > CAPACITY / 2 {
                // `head` moved between the two loads.
                head = self.head.load(Ordering::Acquire);
                continue;
            }
            for index in 0..count {
                let raw = self.slot(head.wrapping_add(index)).load(Ordering::Relaxed);
                to.slot(to_tail.wrapping_add(index))
                    .store(raw, Ordering::Relaxed);
            }
            if let Err(now) = self.move_head(head, count) {
                head = now;
                continue;
            }
            let last = to_tail.wrapping_add(count - 1);
            let raw = to.slot(last).load(Ordering::Relaxed);
            to.tail.store(last, Ordering::Release);
            // SAFETY: moving `head` made these entries ours; this one is not
            // published in the other ring.
            let task = unsafe { TaskRef::from_raw(raw) }?;
            return Some((task, count));
        }
    }
}
