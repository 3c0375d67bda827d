//! The lock itself, without what it guards.
//!
//! Readers are counted in several places, one for each P and one for all who
//! have none; a reader leaves where it entered. `announced` says that a writer
//! holds it or waits for the readers to leave.
//!
//! 1. A reader counts itself in, and then looks at `announced`. If it is set, it
//!    takes that back and queues behind the writer.
//! 2. A writer first takes the Mutex among the writers, then sets `announced`,
//!    and then looks at the counts. If all are zero it has the lock; else it
//!    waits, and the last reader hands it over.
//! 3. All four are sequentially consistent: at least one of the two sees the
//!    other. Each count stays at zero from the moment on at which it is seen so
//!    while `announced` is set, but for readers that take it back.
//! 4. `announced` changes, the counts are looked at, and readers queue only under
//!    the lock of the queues.
//! 5. The writer that unlocks lets all readers in that wait, before it frees the
//!    Mutex among the writers: neither side starves the other.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::ambient;
use crate::chan::waiter::{Progress, Queue, Wakers};
use crate::memory::{AtomicBool, AtomicUsize, Mutex, MutexGuard};
use crate::sync::raw_mutex::{Locking, NotLocked, RawMutex};
use crate::sync::subject::Subject;
use crate::sync::waiting::{End, Left, Source};
use crate::trace::{LockMode, Object, ObjectKind, Place, Reason};

/// The most places at which readers are counted: above it Ps share them. A
/// writer looks at each.
const MAX_COUNTS: usize = 64;

/// A lock for many readers or one writer.
pub(in crate::sync) struct Shared {
    pub(super) subject: Subject,
    /// Which writer is next.
    writers: RawMutex,
    announced: AtomicBool,
    /// A power of two of them.
    counts: Box<[Count]>,
    queues: Mutex<Queues>,
}

/// On a cache line of its own, and so is its neighbour's, which processors fetch
/// along.
#[repr(align(128))]
#[derive(Default)]
struct Count(AtomicUsize);

/// What the lock guards.
pub(in crate::sync) struct Queues {
    readers: Queue<()>,
    /// The writer that waits for the readers to leave.
    writer: Queue<()>,
    /// Readers without a guard.
    leaked: usize,
}

// SAFETY: the queues hold pointers to waiters, which are reached only under the
// lock.
#[allow(unsafe_code)]
unsafe impl Send for Queues {}

/// Where a reader was counted.
#[derive(Clone, Copy)]
pub(in crate::sync) struct Slot(usize);

impl Shared {
    pub(super) fn new(name: Option<Arc<str>>, at: Place) -> Self {
        let counts = (ambient::procs() + 1).next_power_of_two().min(MAX_COUNTS);
        Shared {
            subject: Subject::new(ObjectKind::RwMutex, name, 0, at),
            writers: RawMutex::new(),
            announced: AtomicBool::new(false),
            counts: (0..counts).map(|_| Count::default()).collect(),
            queues: Mutex::new(Queues {
                readers: Queue::new(),
                writer: Queue::new(),
                leaked: 0,
            }),
        }
    }

    /// Where the current thread counts its readers: the last place if it has no
    /// P.
    #[inline]
    fn own_slot(&self) -> Slot {
        Slot(usize::from(ambient::p()) & (self.counts.len() - 1))
    }

    /// Where others count a reader that they let in.
    fn common_slot(&self) -> Slot {
        Slot(self.counts.len() - 1)
    }

    #[inline]
    fn count(&self, slot: Slot) -> &AtomicUsize {
        &self.counts[slot.0].0
    }

    #[inline]
    pub(super) fn try_read(&self, at: Place) -> Option<Slot> {
        let slot = self.own_slot();
        self.count(slot).fetch_add(1, Ordering::SeqCst);
        if self.announced.load(Ordering::SeqCst) {
            self.leave(slot, at);
            return None;
        }
        self.entered(LockMode::Read, at);
        Some(slot)
    }

    #[inline]
    fn entered(&self, mode: LockMode, at: Place) {
        if self.subject.is_traced() {
            let moment = ambient::moment();
            self.subject.locked(&moment, ambient::g(), at, mode);
        }
    }

    #[inline]
    fn leaves(&self, mode: LockMode, at: Place) {
        if self.subject.is_traced() {
            let moment = ambient::moment();
            self.subject.unlocked(&moment, at, mode, 0);
        }
    }

    #[inline]
    pub(super) fn unlock_reader(&self, slot: Slot, at: Place) {
        self.leaves(LockMode::Read, at);
        self.leave(slot, at);
    }

    #[inline]
    fn leave(&self, slot: Slot, at: Place) {
        self.count(slot).fetch_sub(1, Ordering::SeqCst);
        if self.announced.load(Ordering::SeqCst) {
            self.hand_to_writer(at);
        }
    }

    fn is_drained(&self) -> bool {
        let mut counts = self.counts.iter();
        counts.all(|count| count.0.load(Ordering::SeqCst) == 0)
    }

    /// Gives the lock to the writer that waits, if this was the last reader.
    #[cold]
    #[allow(unsafe_code)]
    fn hand_to_writer(&self, at: Place) {
        let mut queues = self.queues.lock();
        if queues.writer.is_empty() || !self.is_drained() {
            return;
        }
        let Some(writer) = queues.writer.pop() else {
            return;
        };
        // SAFETY: popped under the lock, so it is valid, and ours until
        // `finish`.
        let writer = unsafe { &mut *writer };
        let moment = ambient::moment();
        let (g, since_ns) = (writer.g, writer.since_ns);
        self.subject.locked(&moment, g, writer.at, LockMode::Write);
        let reason = Reason::RwMutexWrite;
        self.subject.unblocked(&moment, g, reason, since_ns, at);
        let waker = writer.claim().flatten();
        writer.finish(Progress::Done);
        drop(moment);
        drop(queues);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The lock among the writers.
    #[inline]
    pub(super) fn writing(&self) -> Locking<'_> {
        Locking {
            raw: &self.writers,
            subject: &self.subject,
            reason: Reason::RwMutexWrite,
        }
    }

    pub(super) fn try_write(&self, at: Place) -> bool {
        if !self.writing().try_lock(at) {
            return false;
        }
        let queues = self.queues.lock();
        self.announced.store(true, Ordering::SeqCst);
        let drained = self.is_drained();
        if !drained {
            // No reader has queued meanwhile: the queues are locked.
            self.announced.store(false, Ordering::SeqCst);
        }
        drop(queues);
        match drained {
            true => self.entered(LockMode::Write, at),
            false => self.writing().unlock(at),
        }
        drained
    }

    pub(super) fn unlock_writer(&self, at: Place) {
        let queues = self.queues.lock();
        self.leaves(LockMode::Write, at);
        self.withdraw(queues, at);
    }

    /// No writer is announced any more: the readers that wait are let in, and
    /// then the next writer.
    #[allow(unsafe_code)]
    fn withdraw(&self, mut queues: MutexGuard<'_, Queues>, at: Place) {
        let mut wakers = Wakers::default();
        let moment = ambient::moment();
        while let Some(reader) = queues.readers.pop() {
            // SAFETY: popped under the lock, so it is valid, and ours until
            // `finish`.
            let reader = unsafe { &mut *reader };
            self.count(self.common_slot())
                .fetch_add(1, Ordering::SeqCst);
            let (g, since_ns) = (reader.g, reader.since_ns);
            self.subject.locked(&moment, g, reader.at, LockMode::Read);
            let reason = Reason::RwMutexRead;
            self.subject.unblocked(&moment, g, reason, since_ns, at);
            wakers.push(reader.claim().flatten());
            reader.finish(Progress::Done);
        }
        self.announced.store(false, Ordering::SeqCst);
        drop(moment);
        drop(queues);
        self.writing().unlock(at);
        wakers.wake();
    }

    pub(super) fn leak_reader(&self, slot: Slot) {
        // Nobody looks at the counts meanwhile.
        let mut queues = self.queues.lock();
        queues.leaked += 1;
        self.count(self.common_slot())
            .fetch_add(1, Ordering::SeqCst);
        self.count(slot).fetch_sub(1, Ordering::SeqCst);
    }

    pub(super) fn unlock_leaked_reader(&self, at: Place) -> Result<(), NotLocked> {
        let mut queues = self.queues.lock();
        queues.leaked = queues.leaked.checked_sub(1).ok_or(NotLocked)?;
        drop(queues);
        self.unlock_reader(self.common_slot(), at);
        Ok(())
    }

    pub(super) fn unlock_leaked_writer(&self, at: Place) -> Result<(), NotLocked> {
        self.writing().take_leaked()?;
        self.unlock_writer(at);
        Ok(())
    }
}

/// The operation that takes the lock to read.
#[derive(Clone, Copy)]
pub(in crate::sync) struct Reading<'a>(pub(super) &'a Shared);

impl Source for Reading<'_> {
    type State = Queues;
    type Ticket = ();
    type Output = Slot;

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.0.queues.lock()
    }

    fn queue<'s>(&self, queues: &'s mut Queues) -> &'s mut Queue<()> {
        &mut queues.readers
    }

    fn waits_for(&self) -> (Reason, Object) {
        (Reason::RwMutexRead, self.0.subject.object)
    }

    #[inline]
    fn enter_at_once(&self, at: Place) -> Option<Slot> {
        self.0.try_read(at)
    }

    fn enter(&self, _queues: &mut Queues, at: Place) -> Option<Slot> {
        if self.0.announced.load(Ordering::SeqCst) {
            return None;
        }
        let slot = self.0.own_slot();
        self.0.count(slot).fetch_add(1, Ordering::SeqCst);
        self.0.entered(LockMode::Read, at);
        Some(slot)
    }

    fn ticket(&self, _queues: &mut Queues) {
        if let Some(ledger) = self.0.subject.ledger() {
            ledger.lock_blocks();
        }
    }

    fn ended(&self, _end: End<()>) -> Slot {
        self.0.common_slot()
    }

    fn left(&self, queues: MutexGuard<'_, Queues>, left: Left<()>, at: Place) {
        if let Left::Ended(_) = left {
            drop(queues);
            self.0.unlock_reader(self.0.common_slot(), at);
        }
    }
}

/// The second half of taking the lock to write, by who is first among the
/// writers: until the readers have left.
#[derive(Clone, Copy)]
pub(in crate::sync) struct Draining<'a>(pub(super) &'a Shared);

impl Source for Draining<'_> {
    type State = Queues;
    type Ticket = ();
    type Output = ();

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.0.queues.lock()
    }

    fn queue<'s>(&self, queues: &'s mut Queues) -> &'s mut Queue<()> {
        &mut queues.writer
    }

    fn waits_for(&self) -> (Reason, Object) {
        (Reason::RwMutexWrite, self.0.subject.object)
    }

    fn enter(&self, _queues: &mut Queues, at: Place) -> Option<()> {
        self.0.announced.store(true, Ordering::SeqCst);
        if !self.0.is_drained() {
            return None;
        }
        self.0.entered(LockMode::Write, at);
        Some(())
    }

    fn ticket(&self, _queues: &mut Queues) {
        if let Some(ledger) = self.0.subject.ledger() {
            ledger.lock_blocks();
        }
    }

    fn ended(&self, _end: End<()>) {}

    fn left(&self, queues: MutexGuard<'_, Queues>, left: Left<()>, at: Place) {
        if let Left::Ended(_) = left {
            self.0.leaves(LockMode::Write, at);
        }
        self.0.withdraw(queues, at);
    }
}
