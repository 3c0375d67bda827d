//! A lock-free stack that is wrong: no tag, and slots that are used again at
//! once. What goes wrong is called ABA.
//!
//! A pop reads the top slot A and the slot B below it, and then swaps the head
//! from A to B, *if A is still on top*. If others took A and B off meanwhile and
//! put a new value into slot A, then A is on top again, the swap goes through,
//! and B, which is free, is on top of the stack: the next push may use B for
//! another value, while it is linked. Values come out twice or never.
//!
//! It happens here without undefined behaviour: slots are numbers into a slab
//! that is never freed, and everything in it is atomic. [`audit`](AbaStack::audit)
//! shows the damage. Go's collector hides this error, since a node is not used
//! again while anybody knows it; see [`TaggedStack`](super::TaggedStack) and
//! `EpochStack` for two ways to do it right.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use parking_lot::Mutex;

/// No slot.
const NONE: u32 = u32::MAX;

/// A stack of numbers, of bounded size, that ABA breaks.
pub struct AbaStack {
    head: AtomicU32,
    slots: Box<[Slot]>,
    /// The slots that are free; the one that is free for longest is used first.
    free: Mutex<VecDeque<u32>>,
    retries: AtomicU64,
}

struct Slot {
    below: AtomicU32,
    value: AtomicU64,
}

/// What a pop has read, before it swaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BegunPop {
    top: u32,
    below: u32,
    value: u64,
}

/// What a stack looks like from the inside, while nobody uses it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// The slots from the top down, up to the first that comes again.
    pub linked: Vec<u32>,
    /// Slots that are linked although they are free: the next push overwrites
    /// what they hold.
    pub linked_and_free: Vec<u32>,
    /// Slots that are neither linked nor free: what they held is lost.
    pub lost: Vec<u32>,
    /// Whether the stack bites its tail.
    pub ring: bool,
}

impl Audit {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.linked_and_free.is_empty() && self.lost.is_empty() && !self.ring
    }
}

impl AbaStack {
    /// An empty stack for at most `capacity` numbers.
    ///
    /// # Panics
    /// If `capacity` is [`u32::MAX`] or more.
    pub fn new(capacity: usize) -> Self {
        let len = u32::try_from(capacity).ok().filter(|len| *len != NONE);
        let len = len.expect("a slot has a number of 32 bits");
        let slots = (0..len).map(|_| Slot {
            below: AtomicU32::new(NONE),
            value: AtomicU64::new(0),
        });
        AbaStack {
            head: AtomicU32::new(NONE),
            slots: slots.collect(),
            free: Mutex::new((0..len).collect()),
            retries: AtomicU64::new(0),
        }
    }

    /// Puts `value` on top.
    ///
    /// # Errors
    /// The value, if no slot is free.
    pub fn push(&self, value: u64) -> Result<(), u64> {
        let Some(slot) = self.free.lock().pop_front() else {
            return Err(value);
        };
        self.slots[slot as usize]
            .value
            .store(value, Ordering::Relaxed);
        loop {
            let top = self.head.load(Ordering::Acquire);
            self.slots[slot as usize]
                .below
                .store(top, Ordering::Relaxed);
            if self.swap(top, slot) {
                return Ok(());
            }
        }
    }

    /// Takes the value on top.
    pub fn pop(&self) -> Option<u64> {
        loop {
            let begun = self.begin_pop()?;
            if let Some(value) = self.end_pop(begun) {
                return Some(value);
            }
        }
    }

    /// The first half of a pop: reads what is on top and what is below. `None`
    /// if it is empty. Nothing is taken yet, and what happens before the second
    /// half is what this stack is about.
    pub fn begin_pop(&self) -> Option<BegunPop> {
        let top = self.head.load(Ordering::Acquire);
        let slot = self.slots.get(top as usize)?;
        Some(BegunPop {
            top,
            below: slot.below.load(Ordering::Relaxed),
            value: slot.value.load(Ordering::Relaxed),
        })
    }

    /// The second half: takes the value off, if the slot that was on top still
    /// is, which is not enough. `None` if it is not: begin again.
    pub fn end_pop(&self, begun: BegunPop) -> Option<u64> {
        if !self.swap(begun.top, begun.below) {
            return None;
        }
        self.free.lock().push_back(begun.top);
        Some(begun.value)
    }

    /// Attempts so far that failed because another came first. What ABA breaks
    /// is not among them: there the attempt succeeds.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Looks for damage. Exact only while nobody else uses it.
    pub fn audit(&self) -> Audit {
        let free = self.free.lock().clone();
        let mut audit = Audit::default();
        let mut slot = self.head.load(Ordering::Acquire);
        while slot != NONE {
            if audit.linked.contains(&slot) {
                audit.ring = true;
                break;
            }
            audit.linked.push(slot);
            slot = self.slots[slot as usize].below.load(Ordering::Relaxed);
        }
        for slot in 0..self.slots.len() as u32 {
            match (audit.linked.contains(&slot), free.contains(&slot)) {
                (true, true) => audit.linked_and_free.push(slot),
                (false, false) => audit.lost.push(slot),
                _ => {}
            }
        }
        audit
    }

    fn swap(&self, old: u32, new: u32) -> bool {
        let swapped = self
            .head
            .compare_exchange(old, new, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok();
        if !swapped {
            self.retries.fetch_add(1, Ordering::Relaxed);
        }
        swapped
    }
}
