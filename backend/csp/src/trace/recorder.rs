//! Recording: one buffer a thread, without locks.
//!
//! The protocol between a thread that records and the collector:
//!
//! 1. The thread raises `busy`, takes the time, pushes its events of that time
//!    into its own single-producer ring, and lowers `busy`. It never waits: a full ring drops
//!    the event and counts it.
//! 2. The collector takes the time, then looks at each `busy`. Where it is
//!    lowered, everything that this thread will record from here on is later
//!    than that time. Raising is a swap, which is a full barrier, so neither
//!    side can miss the other.
//! 3. So the collector may pass on, sorted, all events up to the least such
//!    time: none can come that is older.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::ledger::Ledger;
use crate::trace::{Event, G, Kind, P, Place};

/// Events that a thread's ring holds. At the rate of the collector, one round
/// in a few milliseconds, several million events a second fit through.
pub(crate) const RING_EVENTS: usize = 16_384;

/// The end that records; one a thread.
pub(crate) struct Recorder {
    ring: rtrb::Producer<Event>,
    shared: Arc<Channel>,
    ledger: Arc<Ledger>,
    depth: u32,
    /// Under the simulated scheduler, which reads on the thread that records
    /// and so cannot keep up: what the ring has no room for.
    spilled: Option<Vec<Event>>,
}

/// The end that collects.
pub(crate) struct Source {
    pub(crate) ring: rtrb::Consumer<Event>,
    /// The simulated scheduler reads on the thread that records, and needs none
    /// of it.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) shared: Arc<Channel>,
}

/// What both ends see.
#[derive(Default)]
pub(crate) struct Channel {
    busy: AtomicBool,
    /// Events that the ring had no room for, since the collector last looked.
    pub(crate) dropped: AtomicU64,
    /// Set by the collector once the run has its fill of events.
    pub(crate) full: AtomicBool,
}

#[cfg(not(target_arch = "wasm32"))]
impl Channel {
    /// Waits, a little, until the thread is not in the middle of recording;
    /// false if it still is.
    pub(crate) fn quiet(&self) -> bool {
        for _ in 0..100 {
            if !self.busy.load(Ordering::SeqCst) {
                return true;
            }
            std::hint::spin_loop();
        }
        false
    }
}

/// Where new buffers are announced to the collector of a run.
#[derive(Clone, Default)]
pub(crate) struct Inbox {
    sources: Arc<Mutex<Vec<Source>>>,
}

impl Inbox {
    /// A new buffer. What is recorded in it is later than anything that a
    /// collector had collected before it saw the buffer.
    pub(crate) fn open(&self, ledger: Arc<Ledger>) -> Recorder {
        let (producer, consumer) = rtrb::RingBuffer::new(RING_EVENTS);
        let shared = Arc::new(Channel::default());
        self.sources.lock().push(Source {
            ring: consumer,
            #[cfg(not(target_arch = "wasm32"))]
            shared: shared.clone(),
        });
        Recorder {
            ring: producer,
            shared,
            ledger,
            depth: 0,
            spilled: None,
        }
    }

    /// The buffers that were announced since the last call.
    pub(crate) fn take(&self) -> Vec<Source> {
        std::mem::take(&mut *self.sources.lock())
    }
}

impl Recorder {
    /// Raises `busy` until [`end`](Self::end), and returns the time. Moments
    /// may be nested.
    #[inline]
    pub(crate) fn begin(&mut self) -> u64 {
        if self.depth == 0 {
            self.shared.busy.swap(true, Ordering::SeqCst);
        }
        self.depth += 1;
        self.ledger.clock.ordered_now_ns()
    }

    /// Ends a moment.
    #[inline]
    pub(crate) fn end(&mut self) {
        self.depth -= 1;
        if self.depth == 0 {
            self.shared.busy.store(false, Ordering::Release);
        }
    }

    /// Records what happens now, and returns the time.
    #[inline]
    pub(crate) fn record(&mut self, p: P, g: G, at: Option<Place>, kind: Kind) -> u64 {
        let t_ns = self.begin();
        self.push(Event {
            t_ns,
            p,
            g,
            at,
            kind,
        });
        self.end();
        t_ns
    }

    /// Records an event of a moment that has begun and not ended.
    #[inline]
    pub(crate) fn push(&mut self, event: Event) {
        debug_assert!(self.depth > 0);
        if self.shared.full.load(Ordering::Relaxed) {
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
        } else if let Err(rtrb::PushError::Full(event)) = self.ring.push(event) {
            match &mut self.spilled {
                Some(spilled) => spilled.push(event),
                None => _ = self.shared.dropped.fetch_add(1, Ordering::Relaxed),
            }
        }
    }

    /// From here on spills what the ring has no room for, and drops nothing.
    pub(crate) fn spill(&mut self) {
        self.spilled = Some(Vec::new());
    }

    /// Events that nobody has taken yet.
    pub(crate) fn pending(&self) -> usize {
        RING_EVENTS - self.ring.slots() + self.spilled.as_ref().map_or(0, Vec::len)
    }

    /// What was spilled: it is later than all in the ring, which the caller has
    /// to have emptied.
    pub(crate) fn spilled(&mut self) -> &mut Vec<Event> {
        self.spilled.get_or_insert_default()
    }
}
