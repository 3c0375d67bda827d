//! Mutual exclusion.

use std::cell::UnsafeCell;
use std::future::Future;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::raw_mutex::{Locking, RawMutex};
use super::subject::{Subject, short_type_name};
use super::waiting::Waiting;
use crate::panics;
use crate::trace::{ObjectKind, Place, Reason};

/// Go's `sync.Mutex`, around what it guards.
///
/// To lock it takes one compare-and-swap while nobody else holds it. A goroutine
/// that has to wait parks, and its P runs others. Whoever waits more than a
/// millisecond gets it in the order of arrival, as in Go (*starvation mode*).
///
/// A guard may be kept across an `await`, and unlocked on another P.
pub struct Mutex<T> {
    raw: RawMutex,
    subject: Subject,
    value: UnsafeCell<T>,
}

// SAFETY: the lock gives the value to one thread at a time.
#[allow(unsafe_code)]
unsafe impl<T: Send> Send for Mutex<T> {}
// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Self::make(None, T::default(), Location::caller())
    }
}

impl<T> std::fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mutex").finish_non_exhaustive()
    }
}

impl<T> Mutex<T> {
    /// Unlocked, around `value`.
    ///
    /// Events: `Made`, and `Described` with the name of the type.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self::make(None, value, Location::caller())
    }

    /// With a name, for the picture and for reports.
    #[track_caller]
    pub fn named(name: impl Into<Arc<str>>, value: T) -> Self {
        Self::make(Some(name.into()), value, Location::caller())
    }

    fn make(name: Option<Arc<str>>, value: T, at: Place) -> Self {
        let subject = Subject::new(ObjectKind::Mutex, name, 0, at);
        subject.guards(short_type_name::<T>, at);
        Mutex {
            raw: RawMutex::new(),
            subject,
            value: UnsafeCell::new(value),
        }
    }

    /// Says what it guards, where the name of the type does not.
    ///
    /// Events: `Described`.
    #[track_caller]
    pub fn guards(self, what: impl Into<Arc<str>>) -> Self {
        self.subject.guards(|| what.into(), Location::caller());
        self
    }

    #[inline]
    fn locking(&self) -> Locking<'_> {
        Locking {
            raw: &self.raw,
            subject: &self.subject,
            reason: Reason::Mutex,
        }
    }

    /// Locks it, waiting until it is free.
    ///
    /// Cancel safety: dropped, it does not have the lock; one that had been
    /// handed to it goes to the next.
    ///
    /// Events: `Locked`; before it `Blocked` and `Woken`, if it waits.
    #[track_caller]
    #[inline]
    pub fn lock(&self) -> Lock<'_, T> {
        self.lock_at(Location::caller())
    }

    #[inline]
    pub(super) fn lock_at(&self, at: Place) -> Lock<'_, T> {
        Lock {
            mutex: self,
            waiting: Waiting::new(self.locking(), at),
        }
    }

    /// Locks it if it is free; does not wait.
    ///
    /// Events: `Locked`.
    #[track_caller]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let at = Location::caller();
        self.locking().try_lock(at).then(|| self.guard(at))
    }

    #[inline]
    fn guard(&self, at: Place) -> MutexGuard<'_, T> {
        MutexGuard {
            mutex: self,
            at,
            _value: PhantomData,
        }
    }

    /// Go's plain `Unlock`, for a lock whose guard was [leaked](MutexGuard::leak).
    /// Any goroutine may call it. Does not wait.
    ///
    /// Events: `Unlocked`.
    ///
    /// # Panics
    /// With Go's fatal error `sync: unlock of unlocked mutex`, which nothing
    /// recovers, if it is not locked, or if its guard is still there to unlock
    /// it.
    #[track_caller]
    pub fn unlock(&self) {
        let at = Location::caller();
        match self.locking().take_leaked() {
            Ok(()) => self.locking().unlock(at),
            Err(_) => panics::fatal("sync: unlock of unlocked mutex", at),
        }
    }

    /// What it guards: nobody else has it.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// What it guarded.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

/// A Mutex that is locked, until this is dropped.
#[must_use = "it is unlocked at once if nothing keeps the guard"]
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    at: Place,
    /// It can be shared only if a reference to the value can.
    _value: PhantomData<&'a mut T>,
}

impl<'a, T> MutexGuard<'a, T> {
    /// Leaves the Mutex locked, until [`Mutex::unlock`]: what Go's plain `Lock`
    /// does. What it guards can be reached again once it is locked again.
    pub fn leak(guard: Self) {
        guard.mutex.locking().leak();
        std::mem::forget(guard);
    }

    pub(super) fn mutex(guard: &Self) -> &'a Mutex<T> {
        guard.mutex
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: locked, by this guard alone.
        #[allow(unsafe_code)]
        unsafe {
            &*self.mutex.value.get()
        }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: locked, by this guard alone.
        #[allow(unsafe_code)]
        unsafe {
            &mut *self.mutex.value.get()
        }
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.mutex.locking().unlock(self.at);
    }
}

/// The future of [`Mutex::lock`].
#[must_use = "it locks only if it is awaited"]
pub struct Lock<'a, T> {
    mutex: &'a Mutex<T>,
    waiting: Waiting<Locking<'a>>,
}

impl<'a, T> Future for Lock<'a, T> {
    type Output = MutexGuard<'a, T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<MutexGuard<'a, T>> {
        let (mutex, at) = (self.mutex, self.waiting.at());
        // SAFETY: `waiting` is pinned as the whole is: nothing moves it.
        #[allow(unsafe_code)]
        let waiting = unsafe { self.map_unchecked_mut(|this| &mut this.waiting) };
        waiting.poll(cx).map(|()| mutex.guard(at))
    }
}
