//! The clock of a run.

/// Nanoseconds since the start of a run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) struct Clock {
    clock: quanta::Clock,
    start: u64,
}

#[cfg(not(target_arch = "wasm32"))]
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
}
