//! What a run counts: exact aggregates, whatever the trace had to drop.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use crate::run::{Blocked, ObjectTotals, Totals};
use crate::time::Clock;
use crate::trace::{Event, G, Object, ObjectKind, Profile, Reason, SpanId};

/// The most objects that a run keeps totals of; those made later are counted
/// in the totals of the run, and have none of their own. A run that makes a
/// channel for each of a million goroutines would otherwise remember them all.
pub const MAX_OBJECTS: usize = 10_000;

/// The counters of one run.
pub(crate) struct Ledger {
    /// Whether operations measure and record.
    pub(crate) traced: bool,
    pub(crate) clock: Clock,
    next_object: AtomicU32,
    next_span: AtomicU64,
    /// Whether events are folded into `profile`.
    profiling: AtomicBool,
    profile: Mutex<Profile>,
    /// By their numbers, which is in the order in which they were made.
    objects: Mutex<BTreeMap<Object, Arc<ObjectLedger>>>,
    tallies: Box<[Tally]>,
    peak: AtomicU64,
    steals: AtomicU64,
    preemptions: AtomicU64,
    handoffs: AtomicU64,
}

/// What one M counts: on cache lines of its own, since that M alone writes it. The first tally is shared by all that are no M.
#[derive(Default)]
#[repr(align(64))]
struct Tally {
    begun: AtomicU64,
    ended: AtomicU64,
    /// How often and how long goroutines were blocked, by reason.
    blocked: [(AtomicU64, AtomicU64); Reason::ALL.len()],
}

impl Tally {
    /// The tally of whoever is no M.
    const SHARED: usize = 0;
}

/// The counters of one object.
pub(crate) struct ObjectLedger {
    object: Object,
    kind: ObjectKind,
    name: Option<Arc<str>>,
    sends: AtomicU64,
    receives: AtomicU64,
    blocked_sends: AtomicU64,
    blocked_receives: AtomicU64,
    blocked_ns: AtomicU64,
    peak_len: AtomicU32,
    acquisitions: AtomicU64,
    contended: AtomicU64,
    /// Who holds a lock, alone; 0 is nobody.
    holder: AtomicU32,
}

impl Ledger {
    /// For a run with up to `machines` Ms, which count by their number plus one;
    /// 0 is for all others.
    pub(crate) fn new(traced: bool, clock: Clock, machines: usize) -> Self {
        Ledger {
            traced,
            clock,
            next_object: AtomicU32::new(1),
            next_span: AtomicU64::new(1),
            profiling: AtomicBool::new(false),
            profile: Mutex::default(),
            objects: Mutex::default(),
            tallies: (0..=machines).map(|_| Tally::default()).collect(),
            peak: AtomicU64::new(0),
            steals: AtomicU64::new(0),
            preemptions: AtomicU64::new(0),
            handoffs: AtomicU64::new(0),
        }
    }

    pub(crate) fn new_object(&self) -> Object {
        self.next_object.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn new_span(&self) -> SpanId {
        self.next_span.fetch_add(1, Ordering::Relaxed)
    }

    /// From here on events are folded into a profile.
    pub(crate) fn start_profile(&self) {
        self.profiling.store(true, Ordering::Relaxed);
    }

    /// Whether they are.
    pub(crate) fn is_profiling(&self) -> bool {
        self.profiling.load(Ordering::Relaxed)
    }

    /// The next events, in order; everything before `until_ns` is among those
    /// that were seen by now.
    pub(crate) fn profile(&self, events: &[Event], until_ns: u64) {
        if self.is_profiling() {
            let mut profile = self.profile.lock();
            profile.take(events);
            profile.has_seen(until_ns);
        }
    }

    /// The profile so far.
    pub(crate) fn profiled(&self) -> Profile {
        self.profile.lock().clone()
    }

    /// Up to when it reaches.
    pub(crate) fn profiled_until(&self) -> Duration {
        self.profile.lock().until()
    }

    /// Counters for a new object, if this run measures and still has room.
    pub(crate) fn open(
        &self,
        object: Object,
        kind: ObjectKind,
        name: Option<Arc<str>>,
    ) -> Option<Arc<ObjectLedger>> {
        if !self.traced {
            return None;
        }
        let mut objects = self.objects.lock();
        if objects.len() >= MAX_OBJECTS {
            return None;
        }
        let ledger = Arc::new(ObjectLedger {
            object,
            kind,
            name,
            sends: AtomicU64::new(0),
            receives: AtomicU64::new(0),
            blocked_sends: AtomicU64::new(0),
            blocked_receives: AtomicU64::new(0),
            blocked_ns: AtomicU64::new(0),
            peak_len: AtomicU32::new(0),
            acquisitions: AtomicU64::new(0),
            contended: AtomicU64::new(0),
            holder: AtomicU32::new(0),
        });
        objects.insert(object, ledger.clone());
        Some(ledger)
    }

    /// A goroutine begins, counted by `tally`; by the shared one in a run that is
    /// traced, whose peak is exact.
    #[inline]
    pub(crate) fn goroutine_begins(&self, tally: usize) {
        if self.traced {
            let shared = &self.tallies[Tally::SHARED];
            let begun = shared.begun.fetch_add(1, Ordering::Relaxed) + 1;
            let ended = shared.ended.load(Ordering::Relaxed);
            self.raise_peak(begun.saturating_sub(ended));
        } else {
            self.add(tally, 1, |tally| &tally.begun);
        }
    }

    /// A goroutine ends, counted by `tally`.
    #[inline]
    pub(crate) fn goroutine_ends(&self, tally: usize) {
        let tally = if self.traced { Tally::SHARED } else { tally };
        self.add(tally, 1, |tally| &tally.ended);
    }

    #[inline]
    fn add(&self, index: usize, amount: u64, counter: impl Fn(&Tally) -> &AtomicU64) {
        let counter = counter(&self.tallies[index]);
        match index {
            Tally::SHARED => _ = counter.fetch_add(amount, Ordering::Relaxed),
            // Its M is the only one to write it.
            _ => bump(counter, amount),
        }
    }

    fn raise_peak(&self, alive: u64) {
        if alive > self.peak.load(Ordering::Relaxed) {
            self.peak.fetch_max(alive, Ordering::Relaxed);
        }
    }

    /// Goroutines alive. Those that end meanwhile may still be counted.
    pub(crate) fn alive(&self) -> u64 {
        let sum = |counter: fn(&Tally) -> &AtomicU64| -> u64 {
            let counters = self.tallies.iter().map(counter);
            counters
                .map(|counter| counter.load(Ordering::Acquire))
                .sum()
        };
        let ended = sum(|tally| &tally.ended);
        sum(|tally| &tally.begun).saturating_sub(ended)
    }

    /// Counts how many are alive, and remembers the most; returns the number.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn look_at_peak(&self) -> u64 {
        let alive = self.alive();
        self.raise_peak(alive);
        alive
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn add_steal(&self) {
        self.steals.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn add_preemption(&self) {
        self.preemptions.fetch_add(1, Ordering::Relaxed);
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn add_handoff(&self) {
        self.handoffs.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_blocked(&self, tally: usize, reason: Reason) {
        self.add(tally, 1, |tally| &tally.blocked[reason as usize - 1].0);
    }

    pub(crate) fn add_blocked(&self, tally: usize, reason: Reason, ns: u64) {
        self.add(tally, ns, |tally| &tally.blocked[reason as usize - 1].1);
    }

    /// A goroutine still waited for `object` when the run ended.
    pub(crate) fn still_blocked(&self, reason: Reason, object: Object, ns: u64) {
        self.add_blocked(Tally::SHARED, reason, ns);
        let objects = self.objects.lock();
        if let Some(ledger) = objects.get(&object) {
            ledger.unblocked(ns);
        }
    }

    /// The goroutine that holds the lock `object` alone, where that is
    /// remembered.
    pub(crate) fn holder(&self, object: Object) -> Option<G> {
        let objects = self.objects.lock();
        let found = objects.get(&object)?;
        Some(found.holder.load(Ordering::Relaxed)).filter(|&g| g != 0)
    }

    /// The name of `object`, where it has one and is remembered.
    pub(crate) fn object_name(&self, object: Object) -> Option<Arc<str>> {
        let objects = self.objects.lock();
        let found = objects.get(&object)?;
        found.name.clone()
    }

    pub(crate) fn totals(&self) -> Totals {
        let sum = |counter: &dyn Fn(&Tally) -> u64| self.tallies.iter().map(counter).sum();
        let blocked = Reason::ALL
            .into_iter()
            .enumerate()
            .map(|(index, reason)| {
                let ns: u64 = sum(&|tally| tally.blocked[index].1.load(Ordering::Relaxed));
                Blocked {
                    reason,
                    count: sum(&|tally| tally.blocked[index].0.load(Ordering::Relaxed)),
                    time: Duration::from_nanos(ns),
                }
            })
            .filter(|blocked| blocked.count > 0)
            .collect();
        let objects = self.objects.lock();
        Totals {
            goroutines: sum(&|tally| tally.begun.load(Ordering::Relaxed)),
            peak_goroutines: self.peak.load(Ordering::Relaxed),
            steals: self.steals.load(Ordering::Relaxed),
            preemptions: self.preemptions.load(Ordering::Relaxed),
            handoffs: self.handoffs.load(Ordering::Relaxed),
            blocked,
            objects: objects.values().map(|ledger| ledger.totals()).collect(),
        }
    }
}

/// Adds to a counter that nobody else writes now.
#[inline]
fn bump(counter: &AtomicU64, amount: u64) {
    counter.store(counter.load(Ordering::Relaxed) + amount, Ordering::Relaxed);
}

/// What a channel counts, under its lock: it needs no counter that several may
/// write at once.
impl ObjectLedger {
    #[inline]
    pub(crate) fn sent_locked(&self, len: usize) {
        bump(&self.sends, 1);
        self.held(len);
    }

    #[inline]
    pub(crate) fn received_locked(&self) {
        bump(&self.receives, 1);
    }

    #[inline]
    pub(crate) fn send_blocks_locked(&self) {
        bump(&self.blocked_sends, 1);
    }

    #[inline]
    pub(crate) fn receive_blocks_locked(&self) {
        bump(&self.blocked_receives, 1);
    }

    #[inline]
    pub(crate) fn unblocked_locked(&self, ns: u64) {
        bump(&self.blocked_ns, ns);
    }
}

impl ObjectLedger {
    pub(crate) fn sent(&self, len: usize) {
        self.sends.fetch_add(1, Ordering::Relaxed);
        self.held(len);
    }

    pub(crate) fn received(&self) {
        self.receives.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn send_blocks(&self) {
        self.blocked_sends.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn receive_blocks(&self) {
        self.blocked_receives.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn unblocked(&self, ns: u64) {
        self.blocked_ns.fetch_add(ns, Ordering::Relaxed);
    }

    pub(crate) fn acquired(&self) {
        self.acquisitions.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn lock_blocks(&self) {
        self.contended.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn held_by(&self, g: G) {
        self.holder.store(g, Ordering::Relaxed);
    }

    fn held(&self, len: usize) {
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        if len > self.peak_len.load(Ordering::Relaxed) {
            self.peak_len.fetch_max(len, Ordering::Relaxed);
        }
    }

    pub(crate) fn totals(&self) -> ObjectTotals {
        ObjectTotals {
            object: self.object,
            kind: self.kind,
            name: self.name.clone(),
            sends: self.sends.load(Ordering::Relaxed),
            receives: self.receives.load(Ordering::Relaxed),
            blocked_sends: self.blocked_sends.load(Ordering::Relaxed),
            blocked_receives: self.blocked_receives.load(Ordering::Relaxed),
            blocked: Duration::from_nanos(self.blocked_ns.load(Ordering::Relaxed)),
            peak_len: self.peak_len.load(Ordering::Relaxed),
            acquisitions: self.acquisitions.load(Ordering::Relaxed),
            contended: self.contended.load(Ordering::Relaxed),
        }
    }
}
