//! A P: the right to run goroutines, and a queue of them.

use std::ptr;
use std::sync::atomic::Ordering;

use super::ring::{Pointer, Ring};
use super::task::{Header, TaskRef};
use crate::memory::{AtomicPtr, AtomicU32, AtomicU64, bound};
use crate::trace::M;

/// A processor. On cache lines of its own: its M writes it all the time.
#[repr(align(128))]
pub(crate) struct Processor {
    pub(super) ring: Ring<TaskRef>,
    /// The goroutine that runs next, in the slice of the one that readied it:
    /// two that talk to each other stay on one P.
    runnext: AtomicPtr<Header>,
    /// Slices begun: a number that stands still for 10 ms has a goroutine that
    /// overstays.
    pub(super) slices: AtomicU32,
    /// When the present slice began, in a run that is traced.
    pub(super) slice_since_ns: AtomicU64,
    /// The goroutine that runs, or 0.
    pub(super) running: AtomicU32,
    /// The M that holds it.
    pub(super) machine: AtomicU32,
    /// The tick of sysmon in which it last asked for help with `runnext`.
    pub(super) asked_tick: AtomicU32,
}

impl Processor {
    /// Held by M `machine`.
    pub(super) fn new(machine: M) -> Self {
        Processor {
            ring: Ring::new(),
            runnext: AtomicPtr::new(ptr::null_mut()),
            slices: AtomicU32::new(0),
            slice_since_ns: AtomicU64::new(0),
            running: AtomicU32::new(0),
            machine: AtomicU32::new(machine),
            asked_tick: AtomicU32::new(0),
        }
    }

    /// Goroutines in its queue, with the one that is first.
    pub(super) fn queued(&self) -> u32 {
        let first = !self.runnext.load(Ordering::Relaxed).is_null();
        self.ring.len() + u32::from(first)
    }

    /// A slice begins.
    #[inline]
    pub(super) fn begin_slice(&self) {
        // Its M is the only one to write it.
        let slices = self.slices.load(Ordering::Relaxed);
        self.slices.store(slices.wrapping_add(1), Ordering::Relaxed);
    }

    /// Puts `task` first, for the owner; returns the one that was first before.
    #[inline]
    #[allow(unsafe_code)]
    pub(super) fn put_next(&self, task: TaskRef) -> Option<TaskRef> {
        // Only the owner puts one in, so what is empty stays so.
        if self.runnext.load(Ordering::Relaxed).is_null() {
            self.runnext.store(task.into_raw(), Ordering::Release);
            return None;
        }
        let before = self.runnext.swap(task.into_raw(), Ordering::AcqRel);
        // SAFETY: the swap made the entry ours.
        unsafe { TaskRef::from_raw(before) }
    }

    /// Takes the first.
    #[inline]
    #[allow(unsafe_code)]
    pub(super) fn take_next(&self) -> Option<TaskRef> {
        if self.runnext.load(Ordering::Relaxed).is_null() {
            return None;
        }
        let before = self.runnext.swap(ptr::null_mut(), Ordering::AcqRel);
        // SAFETY: the swap made the entry ours.
        unsafe { TaskRef::from_raw(before) }
    }

    /// Takes the first of another P, if it has stayed there for a while: the
    /// owner is about to run it otherwise.
    pub(super) fn steal_next(&self) -> Option<TaskRef> {
        let first = self.runnext.load(Ordering::Acquire);
        if first.is_null() {
            return None;
        }
        let slices = self.slices.load(Ordering::Relaxed);
        // Some microseconds: several times what a goroutine takes to block
        // after it has readied its partner.
        for _ in 0..bound(200, 1) {
            std::hint::spin_loop();
            if self.runnext.load(Ordering::Relaxed) != first {
                return None;
            }
        }
        if self.slices.load(Ordering::Relaxed) != slices {
            return None;
        }
        self.take_next()
    }
}
