//! The clock of a run: real, or virtual under the simulated scheduler.

use std::sync::atomic::{AtomicU64, Ordering};

/// Nanoseconds since the start of a run.
pub(crate) enum Clock {
    /// The time of the machine.
    #[cfg(not(target_arch = "wasm32"))]
    Real(Real),
    /// A time that passes when the simulated scheduler says so.
    Virtual(AtomicU64),
}

impl Clock {
    /// The real one, from zero. The first of a process calibrates the time stamp
    /// counter, which takes some milliseconds.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn start() -> Self {
        Clock::Real(Real::start())
    }

    /// A virtual one, at zero.
    pub(crate) fn simulated() -> Self {
        Clock::Virtual(AtomicU64::new(0))
    }

    /// Lets time pass, up to `ns`; it never goes back. Real time passes by
    /// itself.
    pub(crate) fn advance_to(&self, ns: u64) {
        match self {
            #[cfg(not(target_arch = "wasm32"))]
            Clock::Real(_) => {}
            Clock::Virtual(now) => _ = now.fetch_max(ns, Ordering::Relaxed),
        }
    }

    #[inline]
    pub(crate) fn now_ns(&self) -> u64 {
        match self {
            #[cfg(not(target_arch = "wasm32"))]
            Clock::Real(clock) => clock.now_ns(),
            Clock::Virtual(now) => now.load(Ordering::Relaxed),
        }
    }

    /// The time, and later than `last_ns`, that of what came before it. By that
    /// the two keep their order, whenever the processor reads its counter. A
    /// virtual time stands still, and one thread sees to its order.
    #[inline]
    pub(crate) fn after_ns(&self, last_ns: u64) -> u64 {
        match self {
            #[cfg(not(target_arch = "wasm32"))]
            Clock::Real(clock) => clock.now_ns().max(last_ns + 1),
            Clock::Virtual(now) => now.load(Ordering::Relaxed).max(last_ns),
        }
    }

    /// The time, not before anything that this thread has seen: a processor may
    /// otherwise read its counter before it has the lock that the program takes
    /// first, and two events of one channel would change places.
    #[inline]
    pub(crate) fn ordered_now_ns(&self) -> u64 {
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        // SAFETY: every x86_64 has SSE2.
        #[allow(unsafe_code)]
        unsafe {
            std::arch::x86_64::_mm_lfence();
        }
        self.now_ns()
    }
}

/// By the time stamp counter.
#[cfg(not(any(target_arch = "wasm32", miri)))]
pub(crate) struct Real {
    clock: quanta::Clock,
    start: u64,
}

#[cfg(not(any(target_arch = "wasm32", miri)))]
impl Real {
    fn start() -> Self {
        let clock = quanta::Clock::new();
        let start = clock.raw();
        Real { clock, start }
    }

    #[inline]
    fn now_ns(&self) -> u64 {
        self.clock.delta_as_nanos(self.start, self.clock.raw())
    }
}

/// miri has no time stamp counter.
#[cfg(miri)]
pub(crate) struct Real {
    start: std::time::Instant,
}

#[cfg(miri)]
impl Real {
    fn start() -> Self {
        let start = std::time::Instant::now();
        Real { start }
    }

    fn now_ns(&self) -> u64 {
        self.start.elapsed().as_nanos() as u64
    }
}
