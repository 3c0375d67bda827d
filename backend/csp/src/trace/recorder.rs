//! Recording: one buffer a thread, without locks and without a barrier.
//!
//! The protocol between a thread that records and the collector:
//!
//! 1. The thread makes its `turn` odd, takes the time, pushes its records of
//!    that time into its own single-producer ring, and makes `turn` even again.
//!    It never waits: a full ring drops the record and counts it.
//! 2. The collector comes by every few milliseconds. Where `turn` is even and
//!    the same as in the round before, the thread has recorded nothing in
//!    between, and is not in the middle of it: all that it will record from here
//!    on is later than the round before. Where it is even and another, the
//!    moments of the records that were there before it was read have ended, and
//!    the next begins after the latest of them. Where it is odd, the thread says
//!    nothing new: a moment may still record at its own time what one inside of
//!    it has overtaken.
//! 3. So the collector may pass on, sorted, all events up to the least such
//!    time: none can come that is older.
//!
//! Making `turn` odd is a plain store, which another core may see a little late.
//! Step 2 needs that it is seen within a round, some thousand times as long as
//! any store stays unseen; a thread that loses its core in the middle has its
//! stores seen by that.
//!
//! Times agree with the order in which things happened to an object, since they
//! are taken under its lock. A processor may read its counter before it has that
//! lock, though. So either it is kept from that, which costs as much as to read
//! the counter does; or, at a channel, the object keeps the time of what happened
//! to it last, and what comes then is given a later one. Each thread does the same
//! for all that it records, so that step 2 holds: by that a time may be ahead of
//! the clock by what two cores see of it differently, and never behind.
//!
//! A goroutine that blocks is not recorded at once: the next thing on its P is
//! nearly always that another starts, and both make one record
//! ([`Record::Switched`]). Until then `turn` stays odd.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, compiler_fence};

use parking_lot::Mutex;

use super::record::{Handed, Record, Switched};
use crate::ledger::Ledger;
use crate::trace::{Event, G, Kind, Object, P, Place, Reason};

/// Records that a thread's ring holds. At the rate of the collector, one round
/// in a few milliseconds, several million a second fit through.
pub(crate) const RING_RECORDS: usize = 16_384;

/// How far ahead of what it writes a thread fetches the lines of its ring: the
/// collector has read them on another core, and to get one back takes as long as
/// several operations. A ring with less room than this counts as full.
const AHEAD: usize = 8;

/// Fetches what `slot` is in, to be written soon.
#[inline(always)]
fn prefetch<T>(slot: &T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: every x86_64 has SSE; a prefetch touches no memory.
    #[allow(unsafe_code)]
    unsafe {
        use std::arch::x86_64::{_MM_HINT_ET0, _mm_prefetch};
        let line = std::ptr::from_ref(slot).cast::<i8>();
        _mm_prefetch::<_MM_HINT_ET0>(line);
        _mm_prefetch::<_MM_HINT_ET0>(line.wrapping_add(64));
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = slot;
}

/// The end that records; one a thread.
pub(crate) struct Recorder {
    ring: rtrb::Producer<Record>,
    shared: Arc<Channel>,
    ledger: Arc<Ledger>,
    depth: u32,
    /// What `shared.turn` holds.
    turn: u64,
    /// The latest time that it has given.
    last_ns: u64,
    /// A goroutine that blocked, until it is known what runs next. Its `next` is
    /// open.
    blocked: Option<Switched>,
    /// Under the simulated scheduler, which reads on the thread that records
    /// and so cannot keep up: what the ring has no room for. It is not kept
    /// waiting for what runs next either.
    spilled: Option<Vec<Record>>,
}

/// The end that collects.
pub(crate) struct Source {
    pub(crate) ring: rtrb::Consumer<Record>,
    /// The simulated scheduler reads on the thread that records, and needs none
    /// of it.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) shared: Arc<Channel>,
}

/// What both ends see.
#[derive(Default)]
pub(crate) struct Channel {
    /// Odd while the thread records.
    turn: AtomicU64,
    /// Events that the ring had no room for, since the collector last looked.
    pub(crate) dropped: AtomicU64,
    /// Set by the collector once the run has its fill of events.
    pub(crate) full: AtomicBool,
}

#[cfg(not(target_arch = "wasm32"))]
impl Channel {
    /// How often the thread has begun and ended to record.
    pub(crate) fn turn(&self) -> u64 {
        self.turn.load(Ordering::Acquire)
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
        let (producer, consumer) = rtrb::RingBuffer::new(RING_RECORDS);
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
            turn: 0,
            last_ns: 0,
            blocked: None,
            spilled: None,
        }
    }

    /// The buffers that were announced since the last call.
    pub(crate) fn take(&self) -> Vec<Source> {
        std::mem::take(&mut *self.sources.lock())
    }
}

impl Recorder {
    /// Records until [`end`](Self::end), and returns the time. Moments may be
    /// nested.
    #[inline]
    pub(crate) fn begin(&mut self) -> u64 {
        self.enter();
        let now_ns = self.ledger.clock.ordered_now_ns();
        self.gives(now_ns)
    }

    /// The same for an object to which something happened at `object_ns`: this is
    /// later, and is remembered there.
    #[inline]
    pub(crate) fn begin_after(&mut self, object_ns: &Cell<u64>) -> u64 {
        self.enter();
        let after_ns = self.ledger.clock.after_ns(object_ns.get());
        let t_ns = self.gives(after_ns);
        object_ns.set(t_ns);
        t_ns
    }

    /// The time that what is recorded at `t_ns` is given: not before anything
    /// that this thread recorded.
    #[inline]
    fn gives(&mut self, t_ns: u64) -> u64 {
        self.last_ns = self.last_ns.max(t_ns);
        self.last_ns
    }

    /// The latest time that it has given.
    #[inline]
    pub(crate) fn last_ns(&self) -> u64 {
        self.last_ns
    }

    /// Makes `turn` odd.
    #[inline]
    fn enter(&mut self) {
        self.depth += 1;
        if self.turn.is_multiple_of(2) {
            self.turn += 1;
            self.shared.turn.store(self.turn, Ordering::Relaxed);
            // The time is not taken before.
            compiler_fence(Ordering::SeqCst);
        }
    }

    /// Ends a moment.
    #[inline]
    pub(crate) fn end(&mut self) {
        self.depth -= 1;
        if self.depth == 0 && self.blocked.is_none() {
            self.turn += 1;
            self.shared.turn.store(self.turn, Ordering::Release);
        }
    }

    /// Records what happens now, and returns the time.
    #[inline]
    pub(crate) fn record(&mut self, p: P, g: G, at: Option<Place>, kind: Kind) -> u64 {
        self.enter();
        let now_ns = self.ledger.clock.now_ns();
        let t_ns = self.gives(now_ns);
        self.push(|| {
            Record::Event(Event {
                t_ns,
                p,
                g,
                at,
                kind,
            })
        });
        self.end();
        t_ns
    }

    /// Records that `g` waits now, and returns the time.
    #[inline]
    pub(crate) fn blocks(
        &mut self,
        p: P,
        g: G,
        at: Option<Place>,
        reason: Reason,
        object: Object,
    ) -> u64 {
        if self.spilled.is_some() {
            return self.record(p, g, at, Kind::Blocked { reason, object });
        }
        self.enter();
        let now_ns = self.ledger.clock.now_ns();
        let t_ns = self.gives(now_ns);
        self.flush();
        self.blocked = Some(Switched {
            t_ns,
            p,
            g,
            at,
            reason,
            object,
            next: 0,
        });
        self.end();
        t_ns
    }

    /// Records that `g` starts now, and returns the time: that at which the one
    /// before it blocked, if nothing happened here in between.
    #[inline]
    pub(crate) fn starts(&mut self, p: P, g: G) -> u64 {
        match self.blocked.take() {
            Some(switched) if switched.p == p => {
                self.depth += 1;
                let t_ns = switched.t_ns;
                self.write(|| {
                    Record::Switched(Switched {
                        next: g,
                        ..switched
                    })
                });
                self.end();
                t_ns
            }
            other => {
                self.blocked = other;
                self.record(p, g, None, Kind::Started)
            }
        }
    }

    /// Records an event of a moment that has begun and not ended.
    #[inline(always)]
    pub(crate) fn push(&mut self, record: impl FnOnce() -> Record) {
        debug_assert!(self.depth > 0);
        if self.blocked.is_some() {
            self.flush();
        }
        self.write(record);
    }

    /// Records a hand-over, in a moment that has begun and not ended.
    #[inline(always)]
    pub(crate) fn push_handed(&mut self, handed: impl FnOnce() -> Handed) {
        if self.spilled.is_none() {
            return self.push(|| Record::Handed(handed()));
        }
        self.push_apart(handed());
    }

    /// For a reader that counts events.
    fn push_apart(&mut self, handed: Handed) {
        let mut events = Vec::new();
        Record::Handed(handed).expand(&mut events);
        for event in events {
            self.push(|| Record::Event(event));
        }
    }

    /// Writes a goroutine that blocked, by itself.
    #[cold]
    fn flush(&mut self) {
        let Some(blocked) = self.blocked.take() else {
            return;
        };
        let Switched {
            t_ns,
            p,
            g,
            at,
            reason,
            object,
            next: _,
        } = blocked;
        let kind = Kind::Blocked { reason, object };
        self.write(|| {
            Record::Event(Event {
                t_ns,
                p,
                g,
                at,
                kind,
            })
        });
    }

    /// Inlined always, and given how to make the record: it is made where it
    /// goes, word by word, and not copied there. A copy reads in larger pieces
    /// what has just been written in smaller ones, and waits for them each time.
    #[inline(always)]
    fn write(&mut self, record: impl FnOnce() -> Record) {
        if self.shared.full.load(Ordering::Relaxed) {
            return self.is_full(record());
        }
        let Ok(mut chunk) = self.ring.write_chunk_uninit(AHEAD) else {
            return self.is_full(record());
        };
        let slots = chunk.as_mut_slices().0;
        if let [_, .., last] = slots {
            prefetch(last);
        }
        slots[0].write(record());
        // SAFETY: the first slot was written.
        #[allow(unsafe_code)]
        unsafe {
            chunk.commit(1);
        }
    }

    /// The ring has no room, or the run has its fill.
    #[cold]
    fn is_full(&mut self, record: Record) {
        match &mut self.spilled {
            Some(spilled) if !self.shared.full.load(Ordering::Relaxed) => spilled.push(record),
            _ => self.drops(&record),
        }
    }

    /// Only this thread and the collector write the count, and the collector by
    /// a swap.
    #[cold]
    fn drops(&self, record: &Record) {
        let dropped = &self.shared.dropped;
        dropped.fetch_add(record.count(), Ordering::Relaxed);
    }

    /// From here on spills what the ring has no room for, and drops nothing.
    pub(crate) fn spill(&mut self) {
        self.spilled = Some(Vec::new());
    }

    /// Events that nobody has taken yet.
    pub(crate) fn pending(&self) -> usize {
        RING_RECORDS - self.ring.slots() + self.spilled.as_ref().map_or(0, Vec::len)
    }

    /// What was spilled: it is later than all in the ring, which the caller has
    /// to have emptied.
    pub(crate) fn spilled(&mut self) -> &mut Vec<Record> {
        self.spilled.get_or_insert_default()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.flush();
    }
}
