//! Who waits at a channel: intrusive queues, first in first out.
//!
//! A [`Waiter`] lives inside the pinned future of its operation. While it is
//! linked it is reached through the channel's lock alone; the future unlinks it
//! under that lock before it goes away.

use std::cell::UnsafeCell;
use std::marker::PhantomPinned;
use std::ptr;
use std::sync::atomic::Ordering;
use std::task::Waker;

use crate::ambient;
use crate::memory::{AtomicU8, AtomicUsize};
use crate::trace::{G, Object, Place, Reason};

/// How far an operation that waits has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Progress {
    /// It waits.
    Waiting = 0,
    /// Its value was handed over.
    Done = 1,
    /// The channel was closed.
    Closed = 2,
}

/// An operation that waits.
pub(crate) struct Waiter<T> {
    before: *mut Waiter<T>,
    after: *mut Waiter<T>,
    linked: bool,
    /// The value to send, or the one received.
    pub(crate) slot: Option<T>,
    /// Written last, with release: once it is not `Waiting`, nobody but the
    /// owner touches the waiter.
    progress: AtomicU8,
    pub(crate) wake: Wake,
    /// Whether it is a case of a select.
    pub(crate) selecting: bool,
    /// The goroutine, where it stands, and since when it waits.
    pub(crate) g: G,
    pub(crate) at: Place,
    pub(crate) since_ns: u64,
    /// Its owner looks at `progress` without the lock, while a neighbour or who
    /// completes it has a mutable reference: one to what is not `Unpin` does not
    /// claim to be the only one.
    _shared: PhantomPinned,
}

/// The waiter of an operation, inside its pinned future.
pub(crate) struct WaiterCell<T> {
    waiter: UnsafeCell<Waiter<T>>,
}

#[allow(unsafe_code)]
impl<T> WaiterCell<T> {
    /// With the value to send, for a send.
    pub(crate) fn new(at: Place, slot: Option<T>) -> Self {
        WaiterCell {
            waiter: UnsafeCell::new(Waiter {
                before: ptr::null_mut(),
                after: ptr::null_mut(),
                linked: false,
                slot,
                progress: AtomicU8::new(Progress::Waiting as u8),
                wake: Wake::Nobody,
                selecting: false,
                g: 0,
                at,
                since_ns: 0,
                _shared: PhantomPinned,
            }),
        }
    }

    /// The waiter, while it is not linked.
    pub(crate) fn get_mut(&mut self) -> &mut Waiter<T> {
        let waiter = self.waiter.get_mut();
        debug_assert!(!waiter.linked);
        waiter
    }

    /// The waiter, also while it is linked.
    ///
    /// # Safety
    /// The lock of its queue is held, the waiter still waits, and no other
    /// reference to it is in use.
    #[allow(clippy::mut_from_ref)]
    pub(crate) unsafe fn locked(&self) -> &mut Waiter<T> {
        // SAFETY: the contract.
        unsafe { &mut *self.waiter.get() }
    }

    /// Where its operation stands.
    #[inline]
    pub(crate) fn at(&self) -> Place {
        // SAFETY: valid as long as the cell; nobody writes the field.
        unsafe { (*self.waiter.get()).at }
    }

    /// How far it has come.
    pub(crate) fn progress(&self) -> Progress {
        // SAFETY: valid as long as the cell; the field is atomic.
        let progress = unsafe { &(*self.waiter.get()).progress };
        match progress.load(Ordering::Acquire) {
            0 => Progress::Waiting,
            1 => Progress::Done,
            _ => Progress::Closed,
        }
    }

    /// Appends it to `queue`, for the running goroutine, which waits since
    /// `since_ns`.
    ///
    /// # Safety
    /// The lock of `queue` is held; the cell is pinned, not linked, and its
    /// owner calls [`unlink`](Self::unlink) before it goes away.
    pub(crate) unsafe fn link(&self, queue: &mut Queue<T>, wake: Wake, since_ns: u64) {
        // SAFETY: the same contract.
        unsafe { self.link_as(ambient::g(), queue, wake, since_ns) }
    }

    /// The same, for goroutine `g`, or 0 where nothing is recorded.
    ///
    /// # Safety
    /// As [`link`](Self::link).
    #[inline]
    pub(crate) unsafe fn link_as(&self, g: G, queue: &mut Queue<T>, wake: Wake, since_ns: u64) {
        let waiter = self.waiter.get();
        // SAFETY: the contract: nobody else reaches it yet.
        unsafe {
            (*waiter).selecting = matches!(wake, Wake::Select { .. });
            (*waiter).wake = wake;
            (*waiter).g = g;
            (*waiter).since_ns = since_ns;
            queue.push(waiter);
        }
    }

    /// Takes it off `queue`, if it is still there. What this returns is to be
    /// dropped after unlocking: a waker may be anybody's.
    ///
    /// # Safety
    /// The lock of `queue` is held, and it is linked in no other.
    pub(crate) unsafe fn unlink(&self, queue: &mut Queue<T>) -> Wake {
        let waiter = self.waiter.get();
        // SAFETY: the contract.
        unsafe {
            if (*waiter).linked {
                queue.remove(waiter);
            }
            std::mem::replace(&mut (*waiter).wake, Wake::Nobody)
        }
    }

    /// Says whom to wake from here on, if it still waits: its goroutine was
    /// polled for another reason, and blocks again. What this returns is to be
    /// dropped after unlocking.
    ///
    /// # Safety
    /// The lock of its queue is held.
    pub(crate) unsafe fn wait_on(&self, waker: Waker, reason: Reason, object: Object) -> Wake {
        if self.progress() != Progress::Waiting {
            return Wake::Own(waker);
        }
        // SAFETY: the contract.
        let waiter = unsafe { &mut *self.waiter.get() };
        ambient::blocked(reason, object, waiter.at, Some(waiter.since_ns));
        std::mem::replace(&mut waiter.wake, Wake::Own(waker))
    }
}

/// How to wake the owner of a waiter.
pub(crate) enum Wake {
    /// Nothing to wake: not registered, or woken already.
    Nobody,
    /// A plain operation.
    Own(Waker),
    /// Case `index` of a select, of which only one can be won.
    Select {
        select: *const Election,
        index: usize,
    },
}

/// Which case of a select was won.
pub struct Election {
    winner: AtomicUsize,
    /// Taken by whoever wins; replaced by the owner with every channel of the
    /// select locked.
    pub(crate) waker: UnsafeCell<Option<Waker>>,
}

impl Election {
    const NONE: usize = usize::MAX;

    pub(crate) fn new() -> Self {
        Election {
            winner: AtomicUsize::new(Self::NONE),
            waker: UnsafeCell::new(None),
        }
    }

    /// The case that was won.
    pub(crate) fn winner(&self) -> Option<usize> {
        match self.winner.load(Ordering::Acquire) {
            Self::NONE => None,
            index => Some(index),
        }
    }

    /// Whether `index` is the first to win.
    pub(crate) fn win(&self, index: usize) -> bool {
        self.winner
            .compare_exchange(Self::NONE, index, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }
}

impl<T> Waiter<T> {
    /// Tries to win the waiter for an operation that completes it. On success
    /// its owner is to be woken by what this returns, once
    /// [`finish`](Self::finish) was called and the channel is unlocked.
    pub(crate) fn claim(&mut self) -> Option<Option<Waker>> {
        match std::mem::replace(&mut self.wake, Wake::Nobody) {
            Wake::Nobody => Some(None),
            Wake::Own(waker) => Some(Some(waker)),
            Wake::Select { select, index } => {
                // SAFETY: a linked waiter of a select is unlinked, under the
                // lock that the caller holds, before the select goes away.
                #[allow(unsafe_code)]
                let election = unsafe { &*select };
                if !election.win(index) {
                    return None;
                }
                // SAFETY: only the winner takes the waker, and the owner writes
                // it only while it holds the lock that the caller holds.
                #[allow(unsafe_code)]
                Some(unsafe { (*election.waker.get()).take() })
            }
        }
    }

    /// Whether it was woken, or has nobody to wake.
    pub(crate) fn is_woken(&self) -> bool {
        matches!(self.wake, Wake::Nobody)
    }

    /// Says how it ended. The last touch of the waiter by anyone but its owner.
    pub(crate) fn finish(&mut self, progress: Progress) {
        self.progress.store(progress as u8, Ordering::Release);
    }
}

/// A queue of waiters; every method needs the channel's lock.
pub(crate) struct Queue<T> {
    first: *mut Waiter<T>,
    last: *mut Waiter<T>,
}

impl<T> Queue<T> {
    pub(crate) const fn new() -> Self {
        Queue {
            first: ptr::null_mut(),
            last: ptr::null_mut(),
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_null()
    }

    /// Appends `waiter`.
    ///
    /// # Safety
    /// It is not linked, stays where it is, and is removed from this queue
    /// before it goes away.
    #[allow(unsafe_code)]
    unsafe fn push(&mut self, waiter: *mut Waiter<T>) {
        // SAFETY: by the contract `waiter` is valid; `last` is linked and
        // therefore valid too.
        unsafe {
            debug_assert!(!(*waiter).linked);
            (*waiter).before = self.last;
            (*waiter).after = ptr::null_mut();
            (*waiter).linked = true;
            match self.last.as_mut() {
                Some(last) => last.after = waiter,
                None => self.first = waiter,
            }
        }
        self.last = waiter;
    }

    /// Takes the first waiter off.
    #[allow(unsafe_code)]
    pub(crate) fn pop(&mut self) -> Option<*mut Waiter<T>> {
        let first = self.first;
        if first.is_null() {
            return None;
        }
        // SAFETY: it is linked in this queue.
        unsafe { self.remove(first) };
        Some(first)
    }

    /// The first waiter, which stays.
    pub(crate) fn first(&self) -> Option<*mut Waiter<T>> {
        (!self.first.is_null()).then_some(self.first)
    }

    /// Takes `waiter` off.
    ///
    /// # Safety
    /// It is linked in this queue.
    #[allow(unsafe_code)]
    unsafe fn remove(&mut self, waiter: *mut Waiter<T>) {
        // SAFETY: it and its neighbours are linked, therefore valid.
        unsafe {
            debug_assert!((*waiter).linked);
            let (before, after) = ((*waiter).before, (*waiter).after);
            match before.as_mut() {
                Some(before) => before.after = after,
                None => self.first = after,
            }
            match after.as_mut() {
                Some(after) => after.before = before,
                None => self.last = before,
            }
            (*waiter).before = ptr::null_mut();
            (*waiter).after = ptr::null_mut();
            (*waiter).linked = false;
        }
    }

    /// Whether any waiter could be won: it is no case of a select, or of one
    /// that nobody has won yet,
    #[allow(unsafe_code)]
    pub(crate) fn has_candidate(&self) -> bool {
        let mut waiter = self.first;
        while !waiter.is_null() {
            // SAFETY: linked, hence valid; a select outlives its linked waiters.
            unsafe {
                match &(*waiter).wake {
                    Wake::Select { select, .. } if (**select).winner().is_some() => {}
                    _ => return true,
                }
                waiter = (*waiter).after;
            }
        }
        false
    }
}

/// The wakers of one operation, woken after its channel is unlocked. Most wake
/// at most one goroutine.
#[derive(Default)]
pub(crate) struct Wakers {
    first: Option<Waker>,
    more: Vec<Waker>,
}

impl Wakers {
    pub(crate) fn push(&mut self, waker: Option<Waker>) {
        match waker {
            Some(waker) if self.first.is_none() => self.first = Some(waker),
            Some(waker) => self.more.push(waker),
            None => {}
        }
    }

    pub(crate) fn wake(self) {
        if let Some(waker) = self.first {
            waker.wake();
        }
        for waker in self.more {
            waker.wake();
        }
    }
}
