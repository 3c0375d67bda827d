//! A lock-free stack whose nodes are slots of a slab: Treiber's, with a tag
//! against ABA.
//!
//! The head is one word: the number of the top slot, and a tag that grows with
//! every change. A pop that read the head, and the slot below it, and was
//! overtaken, finds another tag, although the same slot may be on top again. So
//! no memory has to be kept from reuse, and none is allocated: this is what makes
//! it quick.
//!
//! Who owns a slot: the stack, while it is linked; who took it off, until its
//! value is out; then the free list, a second stack of the same slots, or the
//! cache of a P, one slot each, which spares most operations the second
//! contended word.
//!
//! The tag has 32 bits: a pop would have to sleep through four billion changes,
//! exactly, to be deceived.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::backoff::Backoff;
use crate::ambient;

/// No slot.
const NONE: u32 = u32::MAX;
/// Slots that are cached, one a P; Ps that share one lose nothing but time.
const CACHES: usize = 16;

/// A stack that several may push to and pop from, of bounded size. Nobody waits
/// for anybody; at worst one tries again.
pub struct TaggedStack<T> {
    head: Line<AtomicU64>,
    free: Line<AtomicU64>,
    caches: [Line<AtomicU32>; CACHES],
    retries: Line<AtomicU64>,
    slots: Box<[Slot<T>]>,
}

/// On a cache line of its own (two, since processors fetch them in pairs).
#[repr(align(128))]
struct Line<T>(T);

struct Slot<T> {
    below: AtomicU32,
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: a value is touched by the owner of its slot alone (see above), who
// gives the slot on with release and gets it with acquire.
#[allow(unsafe_code)]
unsafe impl<T: Send> Sync for TaggedStack<T> {}
// SAFETY: it owns its values.
#[allow(unsafe_code)]
unsafe impl<T: Send> Send for TaggedStack<T> {}

impl<T> TaggedStack<T> {
    /// An empty stack for at most `capacity` values.
    ///
    /// # Panics
    /// If `capacity` is [`u32::MAX`] or more.
    pub fn new(capacity: usize) -> Self {
        let len = u32::try_from(capacity).ok().filter(|len| *len != NONE);
        let len = len.expect("a slot has a number of 32 bits");
        let slots = (0..len).map(|index| Slot {
            below: AtomicU32::new(if index + 1 == len { NONE } else { index + 1 }),
            value: UnsafeCell::new(MaybeUninit::uninit()),
        });
        let first = if len == 0 { NONE } else { 0 };
        TaggedStack {
            head: Line(AtomicU64::new(word(0, NONE))),
            free: Line(AtomicU64::new(word(0, first))),
            caches: std::array::from_fn(|_| Line(AtomicU32::new(NONE))),
            retries: Line(AtomicU64::new(0)),
            slots: slots.collect(),
        }
    }

    /// Puts `value` on top.
    ///
    /// # Errors
    /// The value, if the stack is full.
    #[inline]
    #[allow(unsafe_code)]
    pub fn push(&self, value: T) -> Result<(), T> {
        let Some(slot) = self.take_free() else {
            return Err(value);
        };
        // SAFETY: the slot is ours, and holds no value.
        unsafe { (*self.slots[slot as usize].value.get()).write(value) };
        self.link(&self.head, slot);
        Ok(())
    }

    /// Takes the value on top.
    #[inline]
    pub fn pop(&self) -> Option<T> {
        let slot = self.unlink(&self.head)?;
        Some(self.take(slot))
    }

    /// Takes the value out of a slot that we have just unlinked, and frees it.
    #[inline]
    #[allow(unsafe_code)]
    fn take(&self, slot: u32) -> T {
        // SAFETY: the slot is ours, and was linked with a value, which nobody
        // reads again before another was written.
        let value = unsafe { (*self.slots[slot as usize].value.get()).assume_init_read() };
        let before = self.cache().swap(slot, Ordering::AcqRel);
        if before != NONE {
            self.link(&self.free, before);
        }
        value
    }

    /// The first half of a pop: reads what is on top and what is below. `None`
    /// if it is empty. Nothing is taken yet; [`TaggedPop::end`] does that, if the
    /// stack has not changed meanwhile. [`pop`](Self::pop) is both halves, again
    /// and again; apart they show what the tag is for.
    pub fn begin_pop(&self) -> Option<TaggedPop<'_, T>> {
        let top = self.head.0.load(Ordering::Acquire);
        let slot = self.slots.get(index(top) as usize)?;
        let below = slot.below.load(Ordering::Relaxed);
        Some(TaggedPop {
            stack: self,
            top,
            below,
        })
    }

    /// Whether it was empty at some moment during the call.
    pub fn is_empty(&self) -> bool {
        index(self.head.0.load(Ordering::Acquire)) == NONE
    }

    /// The most values that it holds.
    pub fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// Attempts so far that failed because another came first.
    pub fn retries(&self) -> u64 {
        self.retries.0.load(Ordering::Relaxed)
    }

    #[inline]
    fn cache(&self) -> &AtomicU32 {
        &self.caches[usize::from(ambient::p()) % CACHES].0
    }

    #[inline]
    fn take_free(&self) -> Option<u32> {
        match self.cache().swap(NONE, Ordering::AcqRel) {
            NONE => self.take_free_elsewhere(),
            slot => Some(slot),
        }
    }

    #[cold]
    fn take_free_elsewhere(&self) -> Option<u32> {
        self.unlink(&self.free).or_else(|| {
            let mut caches = self.caches.iter();
            caches.find_map(|cache| {
                let slot = cache.0.swap(NONE, Ordering::AcqRel);
                (slot != NONE).then_some(slot)
            })
        })
    }

    /// Puts a slot that is ours on top of `head`.
    #[inline]
    fn link(&self, head: &Line<AtomicU64>, slot: u32) {
        let mut backoff = Backoff::new();
        loop {
            let top = head.0.load(Ordering::Relaxed);
            let below = &self.slots[slot as usize].below;
            below.store(index(top), Ordering::Relaxed);
            if swap(&head.0, top, word(tag(top) + 1, slot), Ordering::Release) {
                break;
            }
            backoff.retry();
        }
        self.count(&backoff);
    }

    /// Takes the top slot of `head`, which then is ours.
    #[inline]
    fn unlink(&self, head: &Line<AtomicU64>) -> Option<u32> {
        let mut backoff = Backoff::new();
        let slot = loop {
            let top = head.0.load(Ordering::Acquire);
            let slot = index(top);
            if slot == NONE {
                break None;
            }
            // Perhaps no longer what lies below: then the tag has changed.
            let below = self.slots[slot as usize].below.load(Ordering::Relaxed);
            let new = word(tag(top) + 1, below);
            if swap(&head.0, top, new, Ordering::AcqRel) {
                break Some(slot);
            }
            backoff.retry();
        };
        self.count(&backoff);
        slot
    }

    #[inline]
    fn count(&self, backoff: &Backoff) {
        if backoff.retries() > 0 {
            let retries = &self.retries.0;
            retries.fetch_add(backoff.retries(), Ordering::Relaxed);
        }
    }
}

/// A pop that has read, and not yet taken: [`TaggedStack::begin_pop`]. To drop it
/// takes nothing.
pub struct TaggedPop<'a, T> {
    stack: &'a TaggedStack<T>,
    top: u64,
    below: u32,
}

impl<T> TaggedPop<'_, T> {
    /// The second half: takes the value off, if nobody has pushed or popped since
    /// the first; `None` otherwise, also if the same slot is on top again.
    pub fn end(self) -> Option<T> {
        let TaggedPop { stack, top, below } = self;
        let new = word(tag(top) + 1, below);
        if swap(&stack.head.0, top, new, Ordering::AcqRel) {
            return Some(stack.take(index(top)));
        }
        stack.retries.0.fetch_add(1, Ordering::Relaxed);
        None
    }
}

impl<T> Drop for TaggedStack<T> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
    }
}

/// A compare-and-swap that fails only if another came first: what is counted are
/// true retries, on every processor.
#[inline]
fn swap(word: &AtomicU64, old: u64, new: u64, success: Ordering) -> bool {
    word.compare_exchange(old, new, success, Ordering::Relaxed)
        .is_ok()
}

#[inline]
fn word(tag: u64, slot: u32) -> u64 {
    tag << 32 | u64::from(slot)
}

#[inline]
fn tag(word: u64) -> u64 {
    word >> 32
}

#[inline]
fn index(word: u64) -> u32 {
    word as u32
}
