//! The atomics, fences and locks by which threads of the core meet.
//!
//! They are the standard library's and parking_lot's, but in the models
//! (`RUSTFLAGS="--cfg csp_loom" cargo test -p csp --lib models::`), where they
//! are loom's: then the very files that run are
//! tried in every order, and with every old value that weak memory may show.
//!
//! What a model covers takes its atomics from here. What it does not, or what is
//! no part of a protocol, names the standard library's.

#[cfg(all(test, csp_loom))]
mod modelled;

#[cfg(not(all(test, csp_loom)))]
pub(crate) use parking_lot::lock_api::RawMutex;
#[cfg(not(all(test, csp_loom)))]
pub(crate) use parking_lot::{Mutex, MutexGuard};
#[cfg(not(all(test, csp_loom)))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize};

/// What the native scheduler alone needs.
#[cfg(not(any(target_arch = "wasm32", all(test, csp_loom))))]
pub(crate) use {
    std::sync::OnceLock,
    std::sync::atomic::{AtomicPtr, AtomicU64, fence},
    std::thread::{self, Thread},
};

#[cfg(all(test, csp_loom))]
pub(crate) use modelled::*;

/// A number that is as it should be, or in a model small enough for one.
pub(crate) const fn bound(real: usize, modelled: usize) -> usize {
    if cfg!(all(test, csp_loom)) {
        modelled
    } else {
        real
    }
}

/// Looks at a lock that another P holds, each after twice as many pauses as the
/// one before, as powers of two. The first comes after about as long as some ten
/// operations take: who has the lines that the lock guards gets so much done with
/// them before they go to the other core, which costs more than an operation.
/// After the last the holder has lost its core, and the thread sleeps.
const LOCK_ROUNDS: std::ops::Range<u32> = 5..10;

/// Takes a lock that is held for some dozen nanoseconds at a time.
#[inline]
pub(crate) fn lock_briefly<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    match lock.try_lock() {
        Some(guard) => guard,
        None => lock_contended(lock),
    }
}

/// Another P holds it: to wait as long as it may take, and longer each time, is
/// cheaper than to give the core away.
#[cold]
fn lock_contended<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    for round in LOCK_ROUNDS {
        for _ in 0..1 << round {
            std::hint::spin_loop();
        }
        if let Some(guard) = lock.try_lock() {
            return guard;
        }
    }
    lock.lock()
}
