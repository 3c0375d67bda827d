//! How a thread sleeps and is woken.

#[cfg(all(test, csp_loom))]
mod models;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::memory::{AtomicBool, OnceLock, Thread, thread};

/// How a thread sleeps.
#[derive(Default)]
pub(super) struct Parker {
    thread: OnceLock<Thread>,
    /// Set before it is woken, taken when it is awake.
    notified: AtomicBool,
}

impl Parker {
    /// To be called by the thread itself, before anything else.
    pub(super) fn register(&self) {
        self.thread.get_or_init(thread::current);
    }

    pub(super) fn notify(&self) {
        // A swap, not a store: it reads what the sleeper's own swap wrote, and so
        // sees its thread. A store could miss the thread and wake nobody.
        self.notified.swap(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }

    /// Sleeps until notified, at most for `timeout`; whether it was notified.
    pub(super) fn park(&self, timeout: Option<Duration>) -> bool {
        let until = timeout.map(|timeout| Instant::now() + timeout);
        loop {
            if self.notified.swap(false, Ordering::SeqCst) {
                return true;
            }
            match until {
                None => thread::park(),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    thread::park_timeout(left);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::*;

    /// Whatever the order of registering, sleeping and waking: a sleeper that
    /// was notified wakes. Under miri, with many seeds, this hangs if the
    /// notifier may miss the sleeper's thread.
    #[test]
    fn no_notification_is_lost() {
        for round in 0..if cfg!(miri) { 12 } else { 2_000 } {
            let parker = Arc::new(Parker::default());
            let sleeper = {
                let parker = parker.clone();
                thread::spawn(move || {
                    parker.register();
                    assert!(parker.park(None));
                })
            };
            // From before the sleeper is there to after it sleeps.
            for _ in 0..round % 12 {
                thread::yield_now();
            }
            parker.notify();
            sleeper.join().unwrap();
        }
    }

    /// Notifications do not add up, and a sleeper without one wakes in time.
    #[test]
    fn a_notification_counts_once() {
        let parker = Parker::default();
        parker.register();
        parker.notify();
        parker.notify();
        assert!(parker.park(Some(Duration::ZERO)));
        assert!(!parker.park(Some(Duration::from_millis(1))));
    }
}
