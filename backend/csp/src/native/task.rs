//! A goroutine's memory: one allocation with its future, counted references,
//! one atomic word of state.
//!
//! The word holds three flags and the number of references:
//!
//! | flag | means |
//! |---|---|
//! | `SCHEDULED` | it is in a queue, or will be put there by who runs it (if it is `DONE`: nothing) |
//! | `RUNNING` | a thread polls it, or drops its future |
//! | `DONE` | its future is gone |
//!
//! Invariants:
//!
//! 1. A queue entry owns a reference, and exists only while `SCHEDULED` is set
//!    and `RUNNING` is not.
//! 2. The future is touched only by the thread that set `RUNNING`, or once no
//!    thread of the run is left.
//! 3. Every waker owns a reference, so a waiter can outlive the goroutine's
//!    run, and the registry owns one until the goroutine is done.
//! 4. Whoever wakes it writes the word, whatever it holds, and whoever polls it
//!    does too: so a poll sees what was done before each wake that it answers.
//! 5. A task does not keep its run: it knows it by number. A thread of the run
//!    compares that with its own; any other looks the run up
//!    ([`runs`](super::runs)), and a run that has gone has no use for a wake.

#[cfg(all(test, csp_loom))]
mod models;

use std::cell::UnsafeCell;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

use super::registry::Slot;
use super::ring::Pointer;
use crate::ambient::Goroutine;
use crate::memory::{AtomicUsize, fence};

const SCHEDULED: usize = 1;
const RUNNING: usize = 2;
const DONE: usize = 4;
const REFERENCE: usize = 8;

/// The part of a task that does not depend on its future.
#[repr(C)]
pub(super) struct Header {
    state: AtomicUsize,
    vtable: &'static Vtable,
    pub(super) goroutine: Goroutine,
    /// Its place in the registry.
    slot: Slot,
}

struct Vtable {
    poll: unsafe fn(NonNull<Header>, &mut Context<'_>) -> Poll<()>,
    drop_future: unsafe fn(NonNull<Header>),
    free: unsafe fn(NonNull<Header>),
}

#[repr(C)]
struct Task<F> {
    header: Header,
    future: UnsafeCell<ManuallyDrop<F>>,
}

/// A million goroutines that wait are a million of these, so it is told when one
/// grows.
#[cfg(all(target_pointer_width = "64", not(csp_loom)))]
const _: () = assert!(size_of::<Header>() <= 72);

/// A counted reference to a task.
pub(crate) struct TaskRef {
    header: NonNull<Header>,
}

// SAFETY: the future is `Send` and touched by one thread at a time; all else in
// a task is `Sync`.
#[allow(unsafe_code)]
unsafe impl Send for TaskRef {}
// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl Sync for TaskRef {}

/// What is to be done with a task after a poll that left it pending.
pub(super) enum Pending {
    /// It was woken meanwhile, or gave way: queue it.
    Runnable(TaskRef),
    /// It waits for its wakers.
    Waits,
}

#[allow(unsafe_code)]
impl TaskRef {
    /// A new task, scheduled, with this reference to it and the registry's.
    pub(super) fn new<F: Future<Output = ()> + Send + 'static>(
        goroutine: Goroutine,
        slot: Slot,
        future: F,
    ) -> TaskRef {
        let task = Box::new(Task {
            header: Header {
                state: AtomicUsize::new(SCHEDULED | (2 * REFERENCE)),
                vtable: &Vtable {
                    poll: poll::<F>,
                    drop_future: drop_future::<F>,
                    free: free::<F>,
                },
                goroutine,
                slot,
            },
            future: UnsafeCell::new(ManuallyDrop::new(future)),
        });
        let header = NonNull::from(Box::leak(task)).cast();
        slot.fill(TaskRef { header });
        TaskRef { header }
    }

    #[inline]
    pub(super) fn header(&self) -> &Header {
        // SAFETY: the reference keeps the task.
        unsafe { self.header.as_ref() }
    }

    /// Polls it once. To be called with a reference out of a queue; the caller
    /// then has to call [`pending`](Self::pending) or [`done`](Self::done).
    #[inline]
    pub(super) fn poll(&self) -> Poll<()> {
        let before = self
            .header()
            .state
            .fetch_xor(SCHEDULED | RUNNING, Ordering::AcqRel);
        debug_assert!(before & (SCHEDULED | RUNNING | DONE) == SCHEDULED);
        let raw = RawWaker::new(self.header.as_ptr().cast_const().cast(), &WAKER);
        // SAFETY: the table is ours; not dropped, since it owns no reference.
        let waker = ManuallyDrop::new(unsafe { Waker::from_raw(raw) });
        let mut cx = Context::from_waker(&waker);
        // SAFETY: `RUNNING` is ours.
        unsafe { (self.header().vtable.poll)(self.header, &mut cx) }
    }

    /// Ends a poll that left it pending.
    #[inline]
    pub(super) fn pending(self) -> Pending {
        let state = &self.header().state;
        let mut before = state.load(Ordering::Relaxed);
        loop {
            let after = match before & SCHEDULED {
                // The queue's reference goes; the registry has one more.
                0 => (before & !RUNNING) - REFERENCE,
                _ => before & !RUNNING,
            };
            match state.compare_exchange_weak(before, after, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) if before & SCHEDULED == 0 => {
                    std::mem::forget(self);
                    return Pending::Waits;
                }
                Ok(_) => return Pending::Runnable(self),
                Err(now) => before = now,
            }
        }
    }

    /// Drops its future, after a poll that finished or panicked, and takes it
    /// out of the registry. Returns the slot, which is free now.
    ///
    /// If the future's own drop panics, the task stays where it is, to be let go
    /// with the run, which ends.
    pub(super) fn done(self) -> Slot {
        let header = self.header();
        // SAFETY: `RUNNING` is ours, and the future is dropped only here or in
        // `cancel`, each of which sets `DONE`.
        let dropped = catch_unwind(AssertUnwindSafe(|| unsafe {
            (header.vtable.drop_future)(self.header);
        }));
        if let Err(payload) = dropped {
            self.settle(0);
            resume_unwind(payload);
        }
        let slot = header.slot;
        slot.clear();
        // This reference goes with the registry's, in one step.
        let this = ManuallyDrop::new(self);
        if this.settle(2) {
            // SAFETY: those were the last references.
            unsafe { (this.header().vtable.free)(this.header) };
        }
        slot
    }

    /// Drops its future, after the last thread of the run has gone.
    pub(super) fn cancel(self) {
        let before = self.header().state.fetch_or(RUNNING, Ordering::AcqRel);
        if before & (RUNNING | DONE) != 0 {
            return;
        }
        // Also if the future's own drop panics, it is gone.
        self.settle_cancelled();
        // SAFETY: `RUNNING` is ours, and no thread polls any more.
        unsafe { (self.header().vtable.drop_future)(self.header) };
    }

    /// Sets `DONE` and gives up `references`; whether none is left.
    fn settle(&self, references: usize) -> bool {
        let state = &self.header().state;
        let mut before = state.load(Ordering::Relaxed);
        loop {
            let after = ((before | DONE) & !(RUNNING | SCHEDULED)) - references * REFERENCE;
            let (success, failure) = (Ordering::AcqRel, Ordering::Relaxed);
            match state.compare_exchange_weak(before, after, success, failure) {
                Ok(_) => return after / REFERENCE == 0,
                Err(now) => before = now,
            }
        }
    }

    fn settle_cancelled(&self) {
        self.header().state.fetch_or(DONE, Ordering::AcqRel);
    }
}

#[allow(unsafe_code)]
impl Pointer for TaskRef {
    type Target = Header;

    fn into_raw(self) -> *mut Header {
        ManuallyDrop::new(self).header.as_ptr()
    }

    unsafe fn from_raw(header: *mut Header) -> Option<TaskRef> {
        NonNull::new(header).map(|header| TaskRef { header })
    }
}

impl Clone for TaskRef {
    fn clone(&self) -> Self {
        self.header().state.fetch_add(REFERENCE, Ordering::Relaxed);
        TaskRef {
            header: self.header,
        }
    }
}

#[allow(unsafe_code)]
impl Drop for TaskRef {
    fn drop(&mut self) {
        let before = self.header().state.fetch_sub(REFERENCE, Ordering::Release);
        if before / REFERENCE == 1 {
            fence(Ordering::Acquire);
            // SAFETY: it was the last reference.
            unsafe {
                if before & DONE == 0 {
                    (self.header().vtable.drop_future)(self.header);
                }
                (self.header().vtable.free)(self.header);
            }
        }
    }
}

/// # Safety
/// `header` belongs to a `Task<F>` whose future is there, and `RUNNING` is the
/// caller's.
#[allow(unsafe_code)]
unsafe fn poll<F: Future<Output = ()>>(header: NonNull<Header>, cx: &mut Context<'_>) -> Poll<()> {
    // SAFETY: the contract; the task never moves.
    unsafe {
        let task = header.cast::<Task<F>>().as_ref();
        Pin::new_unchecked(&mut **task.future.get()).poll(cx)
    }
}

/// # Safety
/// As [`poll`]; the future is not touched again.
#[allow(unsafe_code)]
unsafe fn drop_future<F>(header: NonNull<Header>) {
    // SAFETY: the contract.
    unsafe {
        let task = header.cast::<Task<F>>().as_ref();
        ManuallyDrop::drop(&mut *task.future.get());
    }
}

/// # Safety
/// `header` belongs to a `Task<F>` with no reference left.
#[allow(unsafe_code)]
unsafe fn free<F>(header: NonNull<Header>) {
    // SAFETY: the contract; it was made by `Box`.
    drop(unsafe { Box::from_raw(header.cast::<Task<F>>().as_ptr()) });
}

/// Whether it is a goroutine's.
#[inline]
pub(crate) fn is_own(waker: &Waker) -> bool {
    std::ptr::eq(waker.vtable(), &WAKER)
}

static WAKER: RawWakerVTable = RawWakerVTable::new(clone_waker, wake, wake_by_ref, drop_waker);

/// # Safety
/// `data` is the header of a task that the waker owns a reference to. The same
/// holds for the three below.
#[allow(unsafe_code)]
unsafe fn clone_waker(data: *const ()) -> RawWaker {
    // SAFETY: the contract; the reference stays the waker's.
    let task = ManuallyDrop::new(unsafe { owned(data) });
    std::mem::forget(TaskRef::clone(&task));
    RawWaker::new(data, &WAKER)
}

#[allow(unsafe_code)]
unsafe fn wake(data: *const ()) {
    // SAFETY: the contract; the waker's reference is ours now.
    let task = unsafe { owned(data) };
    // Written also where it is set: who polls it next has to see what was done
    // before this wake, and might not see what a mere look came after.
    let before = task.header().state.fetch_or(SCHEDULED, Ordering::AcqRel);
    // Queued already; or whoever runs it will queue it; or it needs no more.
    if before & (SCHEDULED | RUNNING | DONE) != 0 {
        return;
    }
    super::wake(task);
}

#[allow(unsafe_code)]
unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: the contract; `wake` gets a reference of its own.
    unsafe {
        std::mem::forget(TaskRef::clone(&ManuallyDrop::new(owned(data))));
        wake(data);
    }
}

#[allow(unsafe_code)]
unsafe fn drop_waker(data: *const ()) {
    // SAFETY: the contract.
    drop(unsafe { owned(data) });
}

/// # Safety
/// The caller owns a reference to the task at `data`.
#[allow(unsafe_code)]
unsafe fn owned(data: *const ()) -> TaskRef {
    TaskRef {
        // SAFETY: a waker's data is never null.
        header: unsafe { NonNull::new_unchecked(data.cast_mut().cast()) },
    }
}
