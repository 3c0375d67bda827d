//! A P: the right to run goroutines, and a queue of them.

use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};

use super::ring::{Pointer, Ring};
use super::task::{Header, TaskRef};

/// A processor.
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
    /// Asks the running goroutine to give way.
    pub(super) preempt: Arc<AtomicBool>,
    /// The tick of sysmon in which it last asked for help with `runnext`.
    pub(super) asked_tick: AtomicU32,
}

impl Processor {
    pub(super) fn new() -> Self {
        Processor {
            ring: Ring::new(),
            runnext: AtomicPtr::new(ptr::null_mut()),
            slices: AtomicU32::new(0),
            slice_since_ns: AtomicU64::new(0),
            running: AtomicU32::new(0),
            preempt: Arc::new(AtomicBool::new(false)),
            asked_tick: AtomicU32::new(0),
        }
    }

    /// Puts `task` first; returns the one that was first before.
    #[allow(unsafe_code)]
    pub(super) fn put_next(&self, task: TaskRef) -> Option<TaskRef> {
        let before = self.runnext.swap(task.into_raw(), Ordering::AcqRel);
        // SAFETY: the swap made the entry ours.
        unsafe { TaskRef::from_raw(before) }
    }

    /// Takes the first.
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
        for _ in 0..200 {
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
