//! The queue of the pools and of pub/sub: bounded, first in first out, for many
//! on either side. What is said of tasks and workers below holds for messages
//! and their one subscriber too.
//!
//! A channel would do, and wakes a worker for every task that it hands over;
//! with small tasks that is most of the cost. This queue wakes less:
//!
//! 1. Tasks enter at the `back` and leave from the `front`, which have a lock
//!    each. A worker that finds the front empty swaps the two, so that
//!    submitters and workers meet once a batch and not once a task.
//! 2. At most one worker is on its way at a time. Whoever queues a task wakes
//!    one if none is; a worker that arrives and leaves tasks behind wakes the
//!    next. As soon as one worker keeps up, no other is woken. The next is woken
//!    softly: with small tasks it finds nothing left, and to have an M of its own
//!    get up for that, some dozen times a millisecond, cost half of the time.
//! 3. A worker goes idle only with both locks held and nothing queued. So there
//!    is never a task queued and a worker idle with nobody on the way.
//!
//! Submitters that find the queue full wait in the order in which they came,
//! their task with them; who takes a task out lets the first of them in.
//!
//! What takes both locks takes the front's first. With both, all of this is
//! exact; with that of the back alone, [`Back::room`] says how many tasks may
//! enter without a further look, with that of the front alone
//! [`Front::crowded`] whether somebody waits for room. In a traced run there is
//! never room without a look, so that every operation takes both, and the
//! length in its events is exact: they are those of a channel.

mod both;
mod futures;

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;

use crate::ambient;
use crate::ledger::ObjectLedger;
use crate::memory::{AtomicUsize, Mutex, MutexGuard};
use crate::trace::{G, Kind, Object, ObjectKind, Place};

use both::{Both, Taking};
pub(super) use futures::{Put, PutAll, Take};

/// A batch that is smaller says that the worker runs on the heels of a
/// submitter on another processor, and that they would take the locks from each
/// other at every task.
const SMALL_BATCH: usize = 16;
/// What it then lets pass, so that the next batch is larger: some hundred
/// nanoseconds, a tenth of what it costs to go to sleep and to be woken.
const SPINS: usize = 16;

/// A bounded queue.
pub(super) struct Queue<T> {
    object: Object,
    capacity: usize,
    traced: bool,
    ledger: Option<Arc<ObjectLedger>>,
    front: Padded<Front<T>>,
    back: Padded<Back<T>>,
}

/// Keeps what submitters write and what workers write on cache lines of their
/// own (two, since processors fetch them in pairs).
#[repr(align(128))]
struct Padded<T>(Mutex<T>);

impl<T> Padded<T> {
    #[inline]
    fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock()
    }
}

struct Front<T> {
    tasks: VecDeque<T>,
    /// Tasks in the last swap.
    batch: usize,
    /// Whether submitters wait: who takes a task out has to take the other lock
    /// too. Always in a traced run.
    crowded: bool,
}

struct Back<T> {
    tasks: VecDeque<T>,
    /// Tasks that may enter without a further look: 0 if submitters wait, if
    /// the queue is closed, or in a traced run.
    room: usize,
    /// Whether whoever queues a task has to wake a worker: one is idle and none
    /// on its way.
    calls: bool,
    submitters: VecDeque<Submitter<T>>,
    /// The tasks of those who waited when the queue was closed, by ticket, until
    /// they come for them.
    refused: Vec<(u64, T)>,
    next_ticket: u64,
    idle: Vec<Idle>,
    /// Whether a worker was woken and has not arrived yet.
    woken: bool,
    closed: bool,
}

/// Who waits, and since when.
struct Waiting {
    waker: Waker,
    g: G,
    at: Place,
    since_ns: u64,
}

struct Submitter<T> {
    ticket: u64,
    task: T,
    waiting: Waiting,
    /// Waits at several queues: whoever brings this to 0 wakes it.
    latch: Option<Arc<Latch>>,
}

/// What a submitter that waits at several queues still waits for.
pub(super) type Latch = AtomicUsize;

struct Idle {
    seat: usize,
    waiting: Waiting,
}

/// Why a task was not put in; it comes back.
pub(super) enum Refused<T> {
    Full(T),
    Closed(T),
}

impl<T> Queue<T> {
    pub(super) fn new(name: Arc<str>, capacity: usize, at: Place) -> Self {
        let object = ambient::new_object();
        let ledger = ambient::with(|local| {
            let ledger = &local?.ledger;
            ledger.open(object, ObjectKind::Channel, Some(name.clone()))
        });
        ambient::record(at, || Kind::Made {
            object,
            kind: ObjectKind::Channel,
            name: Some(name),
            capacity: u32::try_from(capacity).unwrap_or(u32::MAX),
        });
        let traced = ambient::traced();
        Queue {
            object,
            capacity,
            traced,
            ledger,
            front: Padded(Mutex::new(Front {
                tasks: VecDeque::new(),
                batch: 0,
                crowded: traced,
            })),
            back: Padded(Mutex::new(Back {
                tasks: VecDeque::new(),
                room: 0,
                calls: false,
                submitters: VecDeque::new(),
                refused: Vec::new(),
                next_ticket: 0,
                idle: Vec::new(),
                woken: false,
                closed: false,
            })),
        }
    }

    /// Puts `task` in; waits while the queue is full. Gives it back once the
    /// queue is closed.
    #[inline]
    pub(super) fn put(&self, task: T, at: Place) -> Put<'_, T> {
        Put::new(self, task, at)
    }

    /// Takes the next task, for the worker of this seat; `None` once the queue
    /// is closed and empty. A seat takes one task at a time.
    #[inline]
    pub(super) fn take(&self, seat: usize, at: Place) -> Take<'_, T> {
        Take::new(self, seat, at)
    }

    /// Puts `task` in if there is room.
    pub(super) fn try_put(&self, task: T, at: Place) -> Result<(), Refused<T>> {
        let mut task = Some(task);
        if self.put_quickly(&mut task) {
            return Ok(());
        }
        let mut both = Both::new(self, at);
        let put = both.put(task.take().expect("not put in"));
        both.finish();
        put
    }

    /// Puts `task` in; if there is no room, in place of the oldest, which is
    /// returned. Full: there is neither room nor one to displace.
    pub(super) fn displace(&self, task: T, at: Place) -> Result<Option<T>, Refused<T>> {
        let mut task = Some(task);
        if self.put_quickly(&mut task) {
            return Ok(None);
        }
        let mut both = Both::new(self, at);
        let put = match both.put(task.take().expect("not put in")) {
            Ok(()) => Ok(None),
            Err(Refused::Full(task)) => both.displace(task),
            Err(closed) => Err(closed),
        };
        both.finish();
        put
    }

    /// Takes the next task, if there is one; `None` inside once the queue is
    /// closed and empty.
    pub(super) fn try_take(&self, at: Place) -> Option<Option<T>> {
        if let Some(task) = self.take_quickly() {
            return Some(Some(task));
        }
        let mut both = Both::new(self, at);
        let taking = both.take();
        both.finish();
        match taking {
            Taking::Taken(task) => Some(Some(task)),
            Taking::Closed => Some(None),
            Taking::Empty => None,
        }
    }

    /// Takes no more tasks. Workers get what is queued, submitters that wait
    /// get their task back. Has no effect the second time.
    pub(super) fn close(&self, at: Place) {
        let mut both = Both::new(self, at);
        both.close();
        both.finish();
    }

    /// Tasks in the queue.
    pub(super) fn len(&self) -> usize {
        let front = self.front.lock();
        let back = self.back.lock();
        front.tasks.len() + back.tasks.len()
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Takes `task` and puts it in, if that needs one lock and wakes nobody.
    #[inline]
    fn put_quickly(&self, task: &mut Option<T>) -> bool {
        let mut back = self.back.lock();
        if back.room == 0 || back.calls {
            return false;
        }
        back.room -= 1;
        if let Some(task) = task.take() {
            back.tasks.push_back(task);
        }
        true
    }

    /// Takes a task out, if that needs one lock.
    #[inline]
    pub(super) fn take_quickly(&self) -> Option<T> {
        let mut front = self.front.lock();
        if front.crowded {
            return None;
        }
        let task = front.tasks.pop_front();
        if task.is_none() && (1..SMALL_BATCH).contains(&front.batch) {
            front.batch = 0;
            drop(front);
            for _ in 0..SPINS {
                std::hint::spin_loop();
            }
        }
        task
    }
}
