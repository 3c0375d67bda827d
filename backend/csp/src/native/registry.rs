//! Every goroutine that is there: for reports, and to drop those that are left.
//!
//! A table of slots, each with a pointer to a task or null. Slots are made in
//! blocks that stay until the run has gone, so a task remembers the address of
//! its own. Each M keeps free slots by itself ([`FreeSlots`]), and so makes and
//! ends goroutines without a lock; only what it has too many or too few of
//! passes through the registry's.
//!
//! Who walks the table needs that no goroutine ends meanwhile: see
//! [`Registry::for_each`].

use std::cell::RefCell;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, Ordering};

use parking_lot::Mutex;

use super::ring::Pointer;
use super::task::{Header, TaskRef};

/// Slots of a block, and the most that pass to or from the registry at once.
const BLOCK: usize = 256;
/// Free slots that an M may keep: two blocks, so that one that makes a block of
/// goroutines and then ends as many does not pass slots to and fro.
const KEPT: usize = 2 * BLOCK;

/// The table.
pub(crate) struct Registry {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    blocks: Vec<Box<[AtomicPtr<Header>]>>,
    free: Vec<Slot>,
}

/// A place in the table.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    at: NonNull<AtomicPtr<Header>>,
}

// SAFETY: it points into a block, which lives as long as the registry, at an
// atomic.
#[allow(unsafe_code)]
unsafe impl Send for Slot {}
// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl Sync for Slot {}

/// The free slots of one M.
#[derive(Default)]
pub(crate) struct FreeSlots {
    slots: RefCell<Vec<Slot>>,
}

#[allow(unsafe_code)]
impl Slot {
    /// Puts a reference to a task in.
    pub(super) fn fill(self, task: TaskRef) {
        // SAFETY: the block lives as long as the run, whose tasks alone use it.
        unsafe { self.at.as_ref() }.store(task.into_raw(), Ordering::Release);
    }

    /// Empties it. The reference that it held is the caller's to give up.
    pub(super) fn clear(self) {
        // SAFETY: as in `fill`.
        unsafe { self.at.as_ref() }.store(ptr::null_mut(), Ordering::Release);
    }
}

impl Registry {
    pub(super) fn new() -> Self {
        Registry {
            inner: Mutex::new(Inner::default()),
        }
    }

    /// A free slot, out of those of the calling M if it is one.
    pub(super) fn slot(&self, own: Option<&FreeSlots>) -> Slot {
        let Some(own) = own else {
            return self.inner.lock().take();
        };
        let mut slots = own.slots.borrow_mut();
        if slots.is_empty() {
            let mut inner = self.inner.lock();
            slots.extend((0..BLOCK).map(|_| inner.take()));
        }
        slots.pop().expect("a block was taken")
    }

    /// Takes back a slot that is empty.
    pub(super) fn give_back(&self, slot: Slot, own: Option<&FreeSlots>) {
        let Some(own) = own else {
            return self.inner.lock().free.push(slot);
        };
        let mut slots = own.slots.borrow_mut();
        slots.push(slot);
        if slots.len() > KEPT {
            let surplus = slots.len() - BLOCK..;
            self.inner.lock().free.extend(slots.drain(surplus));
        }
    }

    /// Takes out all, once no thread of the run is left.
    #[allow(unsafe_code)]
    pub(super) fn take_all(&self) -> Vec<TaskRef> {
        let inner = self.inner.lock();
        let slots = inner.blocks.iter().flat_map(|block| block.iter());
        let raw = slots.map(|slot| slot.swap(ptr::null_mut(), Ordering::AcqRel));
        // SAFETY: a slot holds a reference of its own, and the swap took it.
        raw.filter_map(|raw| unsafe { TaskRef::from_raw(raw) })
            .collect()
    }

    /// Looks at all.
    ///
    /// # Safety
    /// No goroutine ends during the call: every M sleeps and is kept from
    /// waking, or has gone.
    #[allow(unsafe_code)]
    pub(super) unsafe fn for_each(&self, mut look: impl FnMut(&Header)) {
        let inner = self.inner.lock();
        for slot in inner.blocks.iter().flat_map(|block| block.iter()) {
            // SAFETY: the slot's own reference keeps the task, since nobody
            // empties it now.
            if let Some(header) = unsafe { slot.load(Ordering::Acquire).as_ref() } {
                look(header);
            }
        }
    }
}

impl Inner {
    fn take(&mut self) -> Slot {
        if self.free.is_empty() {
            let block: Box<[AtomicPtr<Header>]> = (0..BLOCK)
                .map(|_| AtomicPtr::new(ptr::null_mut()))
                .collect();
            // To move a box ends all borrows of what is in it, so it moves first.
            self.blocks.push(block);
            let block = self.blocks.last().into_iter().flatten();
            self.free.extend(block.rev().map(|slot| Slot {
                at: NonNull::from(slot),
            }));
        }
        self.free.pop().expect("a block was made")
    }
}
