//! The clock of a run.

/// Nanoseconds since the start of a run.
#[cfg(not(any(target_arch = "wasm32", miri)))]
pub(crate) struct Clock {
    clock: quanta::Clock,
    start: u64,
}

#[cfg(not(any(target_arch = "wasm32", miri)))]
impl Clock {
    /// Starts at zero. The first clock of a process calibrates the time stamp
    /// counter, which takes some milliseconds.
    pub(crate) fn start() -> Self {
        let clock = quanta::Clock::new();
        let start = clock.raw();
        Clock { clock, start }
    }

    #[inline]
    pub(crate) fn now_ns(&self) -> u64 {
        self.clock.delta_as_nanos(self.start, self.clock.raw())
    }

    /// The time, not before anything that this thread has seen: a processor may
    /// otherwise read its counter before it has the lock that the program takes
    /// first, and two events of one channel would change places.
    #[inline]
    pub(crate) fn ordered_now_ns(&self) -> u64 {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: every x86_64 has SSE2.
        #[allow(unsafe_code)]
        unsafe {
            std::arch::x86_64::_mm_lfence();
        }
        self.now_ns()
    }
}

/// The simulated scheduler, the only one in the browser, has a time of its own.
#[cfg(target_arch = "wasm32")]
pub(crate) struct Clock;

#[cfg(target_arch = "wasm32")]
impl Clock {
    pub(crate) fn start() -> Self {
        Clock
    }

    pub(crate) fn now_ns(&self) -> u64 {
        0
    }

    pub(crate) fn ordered_now_ns(&self) -> u64 {
        self.now_ns()
    }
}

/// miri has no time stamp counter.
#[cfg(miri)]
pub(crate) struct Clock {
    start: std::time::Instant,
}

#[cfg(miri)]
impl Clock {
    pub(crate) fn start() -> Self {
        let start = std::time::Instant::now();
        Clock { start }
    }

    pub(crate) fn now_ns(&self) -> u64 {
        self.start.elapsed().as_nanos() as u64
    }

    pub(crate) fn ordered_now_ns(&self) -> u64 {
        self.now_ns()
    }
}
