//! How a run ends, and what it leaves.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::shared::Shared;
use crate::ambient::Goroutine;
use crate::panics::Panic;
use crate::run::Waiting;
use crate::trace::{Place, Reason};

/// How a run ended; [`Outcome`](crate::run::Outcome) without the result.
#[derive(Debug)]
pub(crate) enum End {
    Completed,
    Panicked(Panic),
    Deadlock,
    Stopped,
    TooManyGoroutines,
    Fatal(Arc<str>, Option<Place>),
    Fault(String),
}

impl Shared {
    pub(super) fn stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Ends the run, unless it has ended.
    pub(super) fn finish(&self, end: End) {
        {
            let mut slot = self.end.lock();
            if slot.is_some() {
                return;
            }
            *slot = Some((end, self.ledger.clock.now_ns()));
        }
        self.stop.store(true, Ordering::SeqCst);
        for machine in &self.machines {
            machine.preempt.store(true, Ordering::Relaxed);
            machine.parker.notify();
        }
        self.sysmon.notify();
        self.ended.notify_all();
    }

    /// Waits for the end, at most for `timeout`; whether it has come.
    pub(super) fn wait_end(&self, timeout: Duration) -> bool {
        let until = Instant::now() + timeout;
        let mut end = self.end.lock();
        while end.is_none() {
            if self.ended.wait_until(&mut end, until).timed_out() {
                return end.is_some();
            }
        }
        true
    }

    pub(super) fn take_end(&self) -> (End, Duration) {
        let (end, ns) = self.end.lock().take().expect("the run has ended");
        (end, Duration::from_nanos(ns))
    }

    /// Empties all queues, for good. No M is left by now.
    pub(super) fn close_queues(&self) {
        self.close_global();
        for processor in &self.processors {
            drop(processor.take_next());
            while let Some(task) = processor.ring.pop() {
                drop(task);
            }
        }
    }

    /// Looks at those that are left, once no thread of the run is.
    fn each_left(&self, mut look: impl FnMut(&Goroutine)) {
        debug_assert!(self.threads.lock().is_empty());
        // SAFETY: nobody is there to end a goroutine.
        #[allow(unsafe_code)]
        unsafe {
            self.registry.for_each(|header| look(&header.goroutine));
        }
    }

    /// Counts the time for which those that are left have been blocked.
    pub(super) fn count_still_blocked(&self) {
        let end_ns = self.end.lock().as_ref().map_or(0, |(_, ns)| *ns);
        self.each_left(|goroutine| {
            if let Some((reason, object, _)) = goroutine.wait()
                && reason != Reason::Foreign
            {
                let ns = end_ns.saturating_sub(goroutine.waits_since_ns());
                self.ledger.still_blocked(reason, object, ns);
            }
        });
    }

    /// The goroutines that are there, and what they wait for, by number.
    pub(super) fn left(&self) -> Vec<Waiting> {
        let mut left = Vec::new();
        self.each_left(|goroutine| {
            left.push(goroutine.left(goroutine.wait(), &self.ledger));
        });
        left.sort_by_key(|waiting| waiting.g);
        left
    }
}
