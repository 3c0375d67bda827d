//! Many readers, or one writer.

mod shared;

use std::cell::UnsafeCell;
use std::future::Future;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::raw_mutex::Locking;
use super::subject::short_type_name;
use super::waiting::Waiting;
use crate::panics;
use crate::trace::Place;
use shared::{Draining, Reading, Shared, Slot};

/// Go's `sync.RWMutex`, around what it guards: held by any number of readers or
/// by one writer.
///
/// While no writer is there, a reader touches a counter of its own P alone, so
/// that readers do not hold each other up; that is 128 bytes for each P. A writer
/// that waits keeps new readers out, so it gets its turn; therefore no goroutine
/// may take the lock to read again while it holds it so.
pub struct RWMutex<T> {
    shared: Shared,
    value: UnsafeCell<T>,
}

// SAFETY: the value goes to one writer at a time, or as a shared reference to
// readers.
#[allow(unsafe_code)]
unsafe impl<T: Send> Send for RWMutex<T> {}
// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl<T: Send + Sync> Sync for RWMutex<T> {}

impl<T: Default> Default for RWMutex<T> {
    #[track_caller]
    fn default() -> Self {
        Self::make(None, T::default(), Location::caller())
    }
}

impl<T> std::fmt::Debug for RWMutex<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RWMutex").finish_non_exhaustive()
    }
}

impl<T> RWMutex<T> {
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
        let shared = Shared::new(name, at);
        shared.subject.guards(short_type_name::<T>, at);
        RWMutex {
            shared,
            value: UnsafeCell::new(value),
        }
    }

    /// Says what it guards, where the name of the type does not.
    ///
    /// Events: `Described`.
    #[track_caller]
    pub fn guards(self, what: impl Into<Arc<str>>) -> Self {
        let at = Location::caller();
        self.shared.subject.guards(|| what.into(), at);
        self
    }

    /// Locks it to read, beside other readers, waiting until no writer holds it
    /// or waits for it.
    ///
    /// Cancel safety: dropped, it does not have the lock.
    ///
    /// Events: `Locked`; before it `Blocked` and `Woken`, if it waits.
    #[track_caller]
    #[inline]
    pub fn read(&self) -> Read<'_, T> {
        Read {
            mutex: self,
            waiting: Waiting::new(Reading(&self.shared), Location::caller()),
        }
    }

    /// Locks it to write, alone, waiting until nobody holds it.
    ///
    /// Cancel safety: dropped, it does not have the lock, and those whom it kept
    /// out go on.
    ///
    /// Events: `Locked`; before it `Blocked` and `Woken`, if it waits, which may
    /// be twice: for the writers before it, and for the readers.
    #[track_caller]
    #[inline]
    pub fn write(&self) -> Write<'_, T> {
        let at = Location::caller();
        Write {
            mutex: self,
            first: Waiting::new(self.shared.writing(), at),
            announced: None,
            at,
        }
    }

    /// Locks it to read if no writer holds it or waits; does not wait.
    ///
    /// Events: `Locked`.
    #[track_caller]
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        let at = Location::caller();
        let slot = self.shared.try_read(at)?;
        Some(self.read_guard(slot, at))
    }

    /// Locks it to write if nobody holds it; does not wait.
    ///
    /// Events: `Locked`.
    #[track_caller]
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        let at = Location::caller();
        self.shared.try_write(at).then(|| self.write_guard(at))
    }

    #[inline]
    fn read_guard(&self, slot: Slot, at: Place) -> ReadGuard<'_, T> {
        ReadGuard {
            mutex: self,
            slot,
            at,
            _value: PhantomData,
        }
    }

    fn write_guard(&self, at: Place) -> WriteGuard<'_, T> {
        WriteGuard {
            mutex: self,
            at,
            _value: PhantomData,
        }
    }

    /// Go's plain `RUnlock`, for a lock whose guard was
    /// [leaked](ReadGuard::leak). Any goroutine may call it. Does not wait.
    ///
    /// Events: `Unlocked`.
    ///
    /// # Panics
    /// With Go's fatal error `sync: RUnlock of unlocked RWMutex`, which nothing
    /// recovers, if no such lock is there.
    #[track_caller]
    pub fn read_unlock(&self) {
        let at = Location::caller();
        if self.shared.unlock_leaked_reader(at).is_err() {
            panics::fatal("sync: RUnlock of unlocked RWMutex", at);
        }
    }

    /// Go's plain `Unlock`, for a lock whose guard was
    /// [leaked](WriteGuard::leak). Any goroutine may call it. Does not wait.
    ///
    /// Events: `Unlocked`.
    ///
    /// # Panics
    /// With Go's fatal error `sync: Unlock of unlocked RWMutex`, which nothing
    /// recovers, if no such lock is there.
    #[track_caller]
    pub fn unlock(&self) {
        let at = Location::caller();
        if self.shared.unlock_leaked_writer(at).is_err() {
            panics::fatal("sync: Unlock of unlocked RWMutex", at);
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

/// An RWMutex that is locked to read, until this is dropped.
#[must_use = "it is unlocked at once if nothing keeps the guard"]
pub struct ReadGuard<'a, T> {
    mutex: &'a RWMutex<T>,
    slot: Slot,
    at: Place,
    _value: PhantomData<&'a T>,
}

impl<T> ReadGuard<'_, T> {
    /// Leaves it locked to read, until [`RWMutex::read_unlock`].
    pub fn leak(guard: Self) {
        guard.mutex.shared.leak_reader(guard.slot);
        std::mem::forget(guard);
    }
}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: locked to read: nobody has it to write.
        #[allow(unsafe_code)]
        unsafe {
            &*self.mutex.value.get()
        }
    }
}

impl<T> Drop for ReadGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.mutex.shared.unlock_reader(self.slot, self.at);
    }
}

/// An RWMutex that is locked to write, until this is dropped.
#[must_use = "it is unlocked at once if nothing keeps the guard"]
pub struct WriteGuard<'a, T> {
    mutex: &'a RWMutex<T>,
    at: Place,
    /// It can be shared only if a reference to the value can.
    _value: PhantomData<&'a mut T>,
}

impl<T> WriteGuard<'_, T> {
    /// Leaves it locked to write, until [`RWMutex::unlock`].
    pub fn leak(guard: Self) {
        guard.mutex.shared.writing().leak();
        std::mem::forget(guard);
    }
}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: locked to write, by this guard alone.
        #[allow(unsafe_code)]
        unsafe {
            &*self.mutex.value.get()
        }
    }
}

impl<T> DerefMut for WriteGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: locked to write, by this guard alone.
        #[allow(unsafe_code)]
        unsafe {
            &mut *self.mutex.value.get()
        }
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    fn drop(&mut self) {
        self.mutex.shared.unlock_writer(self.at);
    }
}

/// The future of [`RWMutex::read`].
#[must_use = "it locks only if it is awaited"]
pub struct Read<'a, T> {
    mutex: &'a RWMutex<T>,
    waiting: Waiting<Reading<'a>>,
}

impl<'a, T> Future for Read<'a, T> {
    type Output = ReadGuard<'a, T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<ReadGuard<'a, T>> {
        let (mutex, at) = (self.mutex, self.waiting.at());
        // SAFETY: `waiting` is pinned as the whole is: nothing moves it.
        #[allow(unsafe_code)]
        let waiting = unsafe { self.map_unchecked_mut(|this| &mut this.waiting) };
        waiting.poll(cx).map(|slot| mutex.read_guard(slot, at))
    }
}

/// The future of [`RWMutex::write`].
#[must_use = "it locks only if it is awaited"]
pub struct Write<'a, T> {
    mutex: &'a RWMutex<T>,
    /// To be first among the writers.
    first: Waiting<Locking<'a>>,
    /// Once it is: until the readers have left.
    announced: Option<Waiting<Draining<'a>>>,
    at: Place,
}

impl<'a, T> Future for Write<'a, T> {
    type Output = WriteGuard<'a, T>;

    #[allow(unsafe_code)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<WriteGuard<'a, T>> {
        // SAFETY: `first` and `announced` are pinned as the whole is, and nothing
        // moves them.
        let this = unsafe { self.get_unchecked_mut() };
        let (mutex, at) = (this.mutex, this.at);
        if this.announced.is_none() {
            // SAFETY: as above.
            ready!(unsafe { Pin::new_unchecked(&mut this.first) }.poll(cx));
        }
        let draining = || Waiting::new(Draining(&mutex.shared), at);
        let announced = this.announced.get_or_insert_with(draining);
        // SAFETY: as above.
        let drained = unsafe { Pin::new_unchecked(announced) };
        drained.poll(cx).map(|()| mutex.write_guard(at))
    }
}

impl<T> Drop for Write<'_, T> {
    fn drop(&mut self) {
        // First among the writers, and had not come to more.
        if self.announced.as_ref().is_some_and(Waiting::is_new) {
            self.mutex.shared.writing().unlock(self.at);
        }
    }
}
