//! The same names, by loom.
//!
//! loom takes a sequentially consistent access for one that acquires and
//! releases, and knows fences exactly. So such an access here has a fence before
//! it, which gives what the language promises between two of them. (It orders
//! the other accesses of the thread a little more than the language does: a
//! mistake that needs this difference is not found.)
//!
//! loom's `park` cannot be woken while it waits for a lock, so threads park at a
//! lock and a condition here.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering;

use loom::sync::atomic as by_loom;
pub(crate) use loom::sync::atomic::fence;

/// The order to ask loom for.
fn ordered(order: Ordering, read: bool, write: bool) -> Ordering {
    if order != Ordering::SeqCst {
        return order;
    }
    fence(Ordering::SeqCst);
    match (read, write) {
        (true, true) => Ordering::AcqRel,
        (true, false) => Ordering::Acquire,
        _ => Ordering::Release,
    }
}

/// What all atomics have.
macro_rules! atomic {
    ($name:ident $(<$parameter:ident>)?, $value:ty) => {
        #[derive(Debug)]
        pub(crate) struct $name $(<$parameter>)? {
            inner: by_loom::$name $(<$parameter>)?,
        }

        impl $(<$parameter>)? $name $(<$parameter>)? {
            pub(crate) fn new(value: $value) -> Self {
                let inner = by_loom::$name::new(value);
                $name { inner }
            }

            #[track_caller]
            pub(crate) fn load(&self, order: Ordering) -> $value {
                self.inner.load(ordered(order, true, false))
            }

            #[track_caller]
            pub(crate) fn store(&self, value: $value, order: Ordering) {
                self.inner.store(value, ordered(order, false, true));
            }

            #[track_caller]
            pub(crate) fn swap(&self, value: $value, order: Ordering) -> $value {
                self.inner.swap(value, ordered(order, true, true))
            }

            #[track_caller]
            pub(crate) fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                let success = ordered(success, true, true);
                let failure = match failure {
                    Ordering::SeqCst => Ordering::Acquire,
                    other => other,
                };
                self.inner.compare_exchange(current, new, success, failure)
            }

            #[track_caller]
            pub(crate) fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.compare_exchange(current, new, success, failure)
            }
        }
    };
}

/// What those of numbers have too.
macro_rules! number {
    ($name:ident, $value:ty: $($method:ident)*) => {
        atomic!($name, $value);

        impl $name {
            $(#[track_caller]
            pub(crate) fn $method(&self, value: $value, order: Ordering) -> $value {
                self.inner.$method(value, ordered(order, true, true))
            })*
        }

        impl Default for $name {
            fn default() -> Self {
                $name::new(<$value>::default())
            }
        }
    };
}

atomic!(AtomicPtr<T>, *mut T);
number!(AtomicBool, bool: fetch_and fetch_or);
number!(AtomicU8, u8: fetch_add fetch_sub fetch_and fetch_or);
number!(AtomicI64, i64: fetch_add fetch_sub);
number!(AtomicU32, u32: fetch_add fetch_sub fetch_and fetch_or fetch_min fetch_max);
number!(AtomicU64, u64: fetch_add fetch_sub fetch_and fetch_or fetch_min fetch_max);
number!(AtomicUsize, usize: fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_min fetch_max);

/// As lock_api's, as far as it is used.
#[derive(Default)]
pub(crate) struct Mutex<T> {
    raw: Raw,
    value: UnsafeCell<T>,
}

/// The lock without its value.
#[derive(Default)]
pub(crate) struct Raw {
    /// While it is locked. Written and read by who holds it; before `lock`, which
    /// it points to, so that it is dropped first.
    held: UnsafeCell<Option<loom::sync::MutexGuard<'static, ()>>>,
    lock: Box<loom::sync::Mutex<()>>,
}

#[allow(unsafe_code)]
impl Raw {
    /// Locks it.
    #[track_caller]
    pub(crate) fn lock(&self) {
        let guard = self.lock.lock().unwrap();
        // SAFETY: the guard goes before the lock, which never moves; while it is
        // there nobody else writes `held`.
        unsafe {
            let guard = std::mem::transmute::<
                loom::sync::MutexGuard<'_, ()>,
                loom::sync::MutexGuard<'static, ()>,
            >(guard);
            *self.held.get() = Some(guard);
        }
    }

    /// Unlocks it.
    ///
    /// # Safety
    /// The caller locked it.
    pub(crate) unsafe fn unlock(&self) {
        // SAFETY: the caller holds the lock, and so writes `held` alone.
        let guard = unsafe { (*self.held.get()).take() };
        drop(guard);
    }
}

// SAFETY: the value is reached under the lock alone. (loom runs all threads of a
// model on one, so its guard never leaves that.)
#[allow(unsafe_code)]
unsafe impl<T: Send> Send for Mutex<T> {}
// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl<T: Send> Sync for Mutex<T> {}

/// As lock_api's.
pub(crate) struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
}

#[allow(unsafe_code)]
impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Mutex {
            raw: Raw::default(),
            value: UnsafeCell::new(value),
        }
    }

    /// Waits: a model tries every order as it is, and to look again would only
    /// make it longer.
    #[track_caller]
    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        Some(self.lock())
    }

    #[track_caller]
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.raw.lock();
        MutexGuard { mutex: self }
    }

    pub(crate) fn data_ptr(&self) -> *mut T {
        self.value.get()
    }

    /// # Safety
    /// As of lock_api's method of this name.
    pub(crate) unsafe fn raw(&self) -> &Raw {
        &self.raw
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[allow(unsafe_code)]
    fn deref(&self) -> &T {
        // SAFETY: locked.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    #[allow(unsafe_code)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: locked.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        // SAFETY: this guard locked it.
        unsafe { self.mutex.raw.unlock() }
    }
}

/// As the standard library's, for one thread that sets it.
pub(crate) struct OnceLock<T> {
    is_set: AtomicBool,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: the value is written once, by the one thread that sets it, and read
// after that was seen.
#[allow(unsafe_code)]
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        OnceLock {
            is_set: AtomicBool::new(false),
            value: UnsafeCell::new(None),
        }
    }
}

#[allow(unsafe_code)]
impl<T> OnceLock<T> {
    pub(crate) fn get(&self) -> Option<&T> {
        if !self.is_set.load(Ordering::Acquire) {
            return None;
        }
        // SAFETY: it was written before, and is not written again.
        unsafe { (*self.value.get()).as_ref() }
    }

    pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) {
        if !self.is_set.load(Ordering::Relaxed) {
            // SAFETY: nobody reads it yet, and one thread sets it.
            unsafe { *self.value.get() = Some(make()) };
            self.is_set.store(true, Ordering::Release);
        }
    }
}

/// As the standard library's.
#[derive(Clone)]
pub(crate) struct Thread {
    token: std::sync::Arc<Token>,
}

struct Token {
    there: loom::sync::Mutex<bool>,
    changed: loom::sync::Condvar,
}

impl Thread {
    pub(crate) fn unpark(&self) {
        *self.token.there.lock().unwrap() = true;
        self.token.changed.notify_one();
    }
}

/// As the standard library's module.
pub(crate) mod thread {
    use std::time::Duration;

    use super::{Thread, Token};

    loom::thread_local! {
        static CURRENT: Thread = Thread {
            token: std::sync::Arc::new(Token {
                there: loom::sync::Mutex::new(false),
                changed: loom::sync::Condvar::new(),
            }),
        };
    }

    pub(crate) fn current() -> Thread {
        CURRENT.with(Clone::clone)
    }

    pub(crate) fn park() {
        let token = current().token;
        let mut there = token.there.lock().unwrap();
        while !*there {
            there = token.changed.wait(there).unwrap();
        }
        *there = false;
    }

    /// No time ever comes.
    pub(crate) fn park_timeout(_timeout: Duration) {
        park();
    }
}

/// How far the clock of a model moves with each look, in ns.
static CLOCK_STEP_NS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
static CLOCK_NS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// The time of a model: the same in each run of it that goes the same way.
pub(crate) fn now_ns() -> u64 {
    let step_ns = CLOCK_STEP_NS.load(Ordering::Relaxed);
    CLOCK_NS.fetch_add(step_ns, Ordering::Relaxed)
}

/// Lets the clock move by `step_ns` with each look, in this run of the model.
pub(crate) fn clock_moves_by(step_ns: u64) {
    CLOCK_STEP_NS.store(step_ns, Ordering::Relaxed);
}

/// Only one model at a time: they share a clock and the random numbers.
static MODEL: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Tries `model` in every order with at most `preemptions` switches away from a
/// thread that could go on; `LOOM_MAX_PREEMPTIONS` says otherwise.
pub(crate) fn explore(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let _one = MODEL
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 20_000;
    builder.preemption_bound.get_or_insert(preemptions);
    builder.check(move || {
        fastrand::seed(1);
        CLOCK_NS.store(0, Ordering::Relaxed);
        clock_moves_by(0);
        model();
    });
}

/// A number that one thread at a time may have: loom fails where nothing orders
/// the one after the other.
#[derive(Default)]
pub(crate) struct Tracked {
    number: loom::cell::UnsafeCell<u32>,
}

// SAFETY: loom looks at each access.
#[allow(unsafe_code)]
unsafe impl Sync for Tracked {}

#[allow(unsafe_code)]
impl Tracked {
    #[track_caller]
    pub(crate) fn new(number: u32) -> Self {
        let number = loom::cell::UnsafeCell::new(number);
        Tracked { number }
    }

    #[track_caller]
    pub(crate) fn get(&self) -> u32 {
        // SAFETY: loom has checked it.
        self.number.with(|number| unsafe { *number })
    }

    #[track_caller]
    pub(crate) fn add(&self, more: u32) {
        // SAFETY: loom has checked it.
        self.number.with_mut(|number| unsafe { *number += more });
    }
}
