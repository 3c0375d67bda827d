//! Exponential back-off, for compare-and-swap loops.

/// The most spins between two attempts: about a microsecond, what the line of a
/// contended word takes to go around some processors.
const MAX_SPINS: u32 = 128;

/// Waits longer after each attempt that failed, and counts them.
pub(super) struct Backoff {
    spins: u32,
    retries: u64,
}

impl Backoff {
    #[inline]
    pub(super) fn new() -> Self {
        Backoff {
            spins: 8,
            retries: 0,
        }
    }

    /// An attempt failed, because another came first.
    #[cold]
    pub(super) fn retry(&mut self) {
        self.retries += 1;
        for _ in 0..self.spins {
            std::hint::spin_loop();
        }
        self.spins = (self.spins * 2).min(MAX_SPINS);
    }

    /// Attempts that failed.
    #[inline]
    pub(super) fn retries(&self) -> u64 {
        self.retries
    }
}
