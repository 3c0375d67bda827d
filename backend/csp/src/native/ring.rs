//! The run queue of a P: a ring that its owner fills and everybody empties, as
//! Go's `runqput`, `runqget` and `runqgrab`.
//!
//! `tail` is written by the owner alone. `head` is moved by compare-and-swap,
//! which is what makes the entries before it the mover's own; a thief copies
//! first and moves after, so that a lost race costs only the copy.

#[cfg(all(test, csp_loom))]
mod models;

use std::ptr;
use std::sync::atomic::Ordering;

use crate::memory::{AtomicPtr, AtomicU32, bound};

/// Entries of a ring.
pub(super) const CAPACITY: u32 = bound(256, 4) as u32;

/// An owned pointer, such as a reference to a task.
pub(super) trait Pointer: Sized {
    /// What it points to.
    type Target;

    /// Gives it away.
    fn into_raw(self) -> *mut Self::Target;

    /// Takes it back; `None` for a null pointer.
    ///
    /// # Safety
    /// `raw` is null, or came from [`into_raw`](Self::into_raw) and is taken
    /// back once.
    #[allow(unsafe_code)]
    unsafe fn from_raw(raw: *mut Self::Target) -> Option<Self>;
}

/// The ring. Its owner is the one thread that may push, pop, and steal into it.
pub(super) struct Ring<T: Pointer> {
    head: AtomicU32,
    tail: AtomicU32,
    slots: [AtomicPtr<T::Target>; CAPACITY as usize],
}

impl<T: Pointer> Ring<T> {
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

    fn slot(&self, index: u32) -> &AtomicPtr<T::Target> {
        &self.slots[(index % CAPACITY) as usize]
    }

    /// Appends. For the owner alone.
    pub(super) fn push(&self, item: T) -> Result<(), T> {
        let head = self.head.load(Ordering::Acquire);
        let tail = self.tail.load(Ordering::Relaxed);
        if tail.wrapping_sub(head) >= CAPACITY {
            return Err(item);
        }
        self.slot(tail).store(item.into_raw(), Ordering::Relaxed);
        self.tail.store(tail.wrapping_add(1), Ordering::Release);
        Ok(())
    }

    /// Takes the first. For the owner alone.
    #[allow(unsafe_code)]
    pub(super) fn pop(&self) -> Option<T> {
        let mut head = self.head.load(Ordering::Acquire);
        loop {
            if head == self.tail.load(Ordering::Relaxed) {
                return None;
            }
            let raw = self.slot(head).load(Ordering::Relaxed);
            match self.move_head(head, 1) {
                // SAFETY: moving `head` made this entry ours.
                Ok(()) => return unsafe { T::from_raw(raw) },
                Err(now) => head = now,
            }
        }
    }

    /// Takes half of a full ring, for the global queue; nothing if a thief was
    /// faster. For the owner alone.
    #[allow(unsafe_code)]
    pub(super) fn pop_half(&self) -> Vec<T> {
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
        half.filter_map(|raw| unsafe { T::from_raw(raw) }).collect()
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
    pub(super) fn steal_into(&self, to: &Ring<T>) -> Option<(T, u32)> {
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
            let item = unsafe { T::from_raw(raw) }?;
            return Some((item, count));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::thread;

    use super::*;

    #[allow(unsafe_code)]
    impl Pointer for Box<u32> {
        type Target = u32;

        fn into_raw(self) -> *mut u32 {
            Box::into_raw(self)
        }

        unsafe fn from_raw(raw: *mut u32) -> Option<Self> {
            // SAFETY: the contract.
            (!raw.is_null()).then(|| unsafe { Box::from_raw(raw) })
        }
    }

    fn drain(ring: &Ring<Box<u32>>) -> Vec<u32> {
        std::iter::from_fn(|| ring.pop())
            .map(|item| *item)
            .collect()
    }

    #[test]
    fn it_is_a_queue_of_its_capacity() {
        let ring = Ring::new();
        for number in 0..CAPACITY {
            ring.push(Box::new(number)).unwrap();
        }
        assert_eq!(ring.push(Box::new(7)), Err(Box::new(7)));
        let half = ring.pop_half();
        assert_eq!(half.len(), CAPACITY as usize / 2);
        assert_eq!((*half[0], ring.len()), (0, CAPACITY / 2));
        assert!(ring.pop_half().is_empty(), "only a full ring gives half");
        assert_eq!(drain(&ring), (CAPACITY / 2..CAPACITY).collect::<Vec<_>>());
    }

    #[test]
    fn a_thief_takes_the_older_half() {
        for len in 0..9 {
            let (from, to) = (Ring::new(), Ring::new());
            for number in 0..len {
                from.push(Box::new(number)).unwrap();
            }
            let stolen = from.steal_into(&to);
            let count = len - len / 2;
            assert_eq!(stolen.as_ref().map_or(0, |(_, count)| *count), count);
            let mut taken = drain(&to);
            taken.extend(stolen.map(|(item, _)| *item));
            assert_eq!(taken, (0..count).collect::<Vec<_>>());
            assert_eq!(drain(&from), (count..len).collect::<Vec<_>>());
        }
    }

    /// One owner, two thieves: every item comes out once. miri runs this too.
    #[test]
    fn nothing_is_lost_or_doubled_by_thieves() {
        let items: u32 = if cfg!(miri) { 300 } else { 200_000 };
        let ring = Ring::<Box<u32>>::new();
        let done = AtomicBool::new(false);
        let mut all = thread::scope(|scope| {
            let steal = || {
                let (own, mut got) = (Ring::new(), Vec::new());
                while !done.load(Ordering::Acquire) || ring.len() > 0 {
                    if let Some((item, _)) = ring.steal_into(&own) {
                        got.push(*item);
                        got.extend(drain(&own));
                    }
                }
                got
            };
            let thieves = [scope.spawn(steal), scope.spawn(steal)];
            let mut got = Vec::new();
            for number in 0..items {
                let mut item = Box::new(number);
                while let Err(back) = ring.push(item) {
                    item = back;
                    got.extend(ring.pop_half().into_iter().map(|item| *item));
                }
                if number % 3 == 0 {
                    got.extend(ring.pop().map(|item| *item));
                }
            }
            done.store(true, Ordering::Release);
            for thief in thieves {
                got.extend(thief.join().unwrap());
            }
            got
        });
        all.extend(drain(&ring));
        all.sort_unstable();
        assert_eq!(all, (0..items).collect::<Vec<_>>());
    }
}
