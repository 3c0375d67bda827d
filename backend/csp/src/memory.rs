//! The atomics, fences and locks by which threads of the core meet.
//!
//! They are the standard library's and a [lock of our own](brief), but in
//! the models (`RUSTFLAGS="--cfg csp_loom" cargo test -p csp --lib models::`),
//! where they are loom's: then the very files that run are tried in every order, and with every old value that weak memory may show.
//!
//! What a model covers takes its atomics from here. What it does not, or what is
//! no part of a protocol, names the standard library's.

#[cfg(all(test, csp_loom))]
mod modelled;

mod brief;

#[cfg(not(all(test, csp_loom)))]
use parking_lot::lock_api;
#[cfg(not(all(test, csp_loom)))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU32, AtomicUsize};

/// What the native scheduler alone needs.
#[cfg(not(any(target_arch = "wasm32", all(test, csp_loom))))]
pub(crate) use {
    std::sync::OnceLock,
    std::sync::atomic::{AtomicPtr, AtomicU64, fence},
    std::thread::{self, Thread},
};

#[cfg(all(test, csp_loom))]
pub(crate) use modelled::*;

use brief::Brief;

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
const SPIN_ROUNDS: std::ops::Range<u32> = 5..10;
/// Looks after which the thread has given its core away once more; then it
/// sleeps before each.
const YIELD_ROUNDS: u32 = 16;
/// How long it sleeps: as long as the system takes to wake a thread.
const SLEEP: std::time::Duration = std::time::Duration::from_micros(50);

/// What a thread does before its look number `round` at a lock.
#[cfg(not(all(test, csp_loom)))]
fn pause(round: u32) {
    let spins = SPIN_ROUNDS.len() as u32;
    if round < spins {
        for _ in 0..1 << (SPIN_ROUNDS.start + round) {
            std::hint::spin_loop();
        }
    } else if round < spins + YIELD_ROUNDS {
        std::thread::yield_now();
    } else {
        std::thread::sleep(SLEEP);
    }
}

/// In a model the others go on.
#[cfg(all(test, csp_loom))]
fn pause(_round: u32) {
    loom::thread::yield_now();
}

/// The lock of the core.
#[cfg(not(all(test, csp_loom)))]
pub(crate) type Mutex<T> = lock_api::Mutex<Brief, T>;
/// Its guard.
#[cfg(not(all(test, csp_loom)))]
pub(crate) type MutexGuard<'a, T> = lock_api::MutexGuard<'a, Brief, T>;

// SAFETY: `try_lock` is a compare-and-swap that acquires, `unlock` a store that
// releases: one thread at a time has it, and sees what was done under it before.
#[cfg(not(all(test, csp_loom)))]
#[allow(unsafe_code)]
unsafe impl lock_api::RawMutex for Brief {
    #[allow(clippy::declare_interior_mutable_const)]
    const INIT: Brief = Brief::with(AtomicBool::new(false));
    type GuardMarker = lock_api::GuardSend;

    #[inline]
    fn lock(&self) {
        Brief::lock(self);
    }

    #[inline]
    fn try_lock(&self) -> bool {
        Brief::try_lock(self)
    }

    #[inline]
    unsafe fn unlock(&self) {
        Brief::unlock(self);
    }

    fn is_locked(&self) -> bool {
        Brief::is_locked(self)
    }
}

#[cfg(all(test, csp_loom))]
mod models {
    use std::sync::Arc;

    use super::*;

    /// Three take it twice or once: one at a time has it, and sees what those
    /// before it did.
    #[test]
    fn one_at_a_time() {
        explore(3, || {
            let shared = Arc::new((Brief::with(AtomicBool::new(false)), Tracked::new(0)));
            let threads = [1, 1].map(|times| {
                let shared = shared.clone();
                loom::thread::spawn(move || {
                    for _ in 0..times {
                        shared.0.lock();
                        shared.1.add(1);
                        shared.0.unlock();
                    }
                })
            });
            shared.0.lock();
            shared.1.add(1);
            shared.0.unlock();
            for thread in threads {
                thread.join().unwrap();
            }
            shared.0.lock();
            assert_eq!(shared.1.get(), 3);
            shared.0.unlock();
        });
    }
}
