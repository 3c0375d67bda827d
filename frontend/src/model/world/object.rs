//! An object of the program, as it is at a time.

use std::collections::VecDeque;

use protocol::event::NO_GOROUTINE;
use protocol::{LockMode, ObjectKind, Reason};

use super::ring::Ring;

/// An object of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// What it is, and how it is.
    pub is: Is,
    /// Who stands in its queue, in order. Of a select nobody knows where it
    /// waits.
    pub queue: VecDeque<Waiter>,
    /// When something happened to it last.
    pub changed_ns: u64,
    /// Whether events were not kept, so that more may stand in its queue, and
    /// what is not known may be anything.
    pub unsure: bool,
}

/// Who waits, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter {
    /// The goroutine.
    pub g: u32,
    /// Whether it is to send or to receive, to read or to write.
    pub reason: Reason,
}

/// What an object is, and how it is. `None` is always what nobody knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Is {
    /// A channel.
    Channel(Ring),
    /// A Mutex, or with readers an RWMutex.
    Lock(Held),
    /// A semaphore.
    Semaphore { size: u32, free: Option<u32> },
    /// A WaitGroup.
    WaitGroup { counter: Option<i64> },
    /// A Cond.
    Cond,
    /// A Once.
    Once { done: Option<bool> },
    /// An atomic, or a cell on which accesses may race: its last value.
    Number { value: Option<i64> },
    /// A timer, and when it fires if it is set.
    Timer { at_ns: Option<u64> },
    /// A context.
    Context(Scope),
    /// Anything that nothing is told of.
    Else,
}

/// Who holds a lock.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    /// Whether it can be held to read.
    pub reads: bool,
    /// Who holds it alone, or [`NO_GOROUTINE`].
    pub writer: u32,
    /// Who holds it to read.
    pub readers: Vec<u32>,
    /// Whether all of this is known.
    pub known: bool,
}

/// A context.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    /// The context that it ends with, or 0.
    pub parent: u32,
    /// When it ends by itself.
    pub deadline_ns: Option<u64>,
    /// Why it is done, if it is.
    pub cause: Option<String>,
}

impl Object {
    /// A new one of a kind.
    pub fn new(kind: ObjectKind, capacity: u32) -> Object {
        let lock = |reads| {
            Is::Lock(Held {
                reads,
                known: true,
                ..Held::default()
            })
        };
        let is = match kind {
            ObjectKind::Channel => Is::Channel(Ring::new(capacity)),
            ObjectKind::Mutex => lock(false),
            ObjectKind::RwMutex => lock(true),
            ObjectKind::Semaphore => Is::Semaphore {
                size: capacity,
                free: Some(capacity),
            },
            ObjectKind::WaitGroup => Is::WaitGroup { counter: Some(0) },
            ObjectKind::Cond => Is::Cond,
            ObjectKind::Once => Is::Once { done: Some(false) },
            ObjectKind::Atomic | ObjectKind::Cell => Is::Number { value: None },
            ObjectKind::Timer => Is::Timer { at_ns: None },
            ObjectKind::Context => Is::Context(Scope {
                parent: 0,
                deadline_ns: None,
                cause: None,
            }),
            ObjectKind::Map | ObjectKind::Pool => Is::Else,
        };
        Object {
            is,
            queue: VecDeque::new(),
            changed_ns: 0,
            unsure: false,
        }
    }

    /// One whose making was not kept.
    pub fn unknown(kind: ObjectKind) -> Object {
        let mut object = Object::new(kind, 0);
        object.forget();
        object
    }

    /// Events were not kept.
    pub fn forget(&mut self) {
        self.unsure = true;
        self.queue.clear();
        match &mut self.is {
            Is::Channel(ring) => ring.forget(),
            Is::Lock(held) => {
                *held = Held {
                    reads: held.reads,
                    ..Held::default()
                }
            }
            Is::Semaphore { free, .. } => *free = None,
            Is::WaitGroup { counter } => *counter = None,
            Is::Once { done } => *done = done.filter(|done| *done),
            Is::Number { value } => *value = None,
            Is::Timer { at_ns } => *at_ns = None,
            Is::Cond | Is::Context(_) | Is::Else => {}
        }
    }

    /// `g` stands in its queue: at the front if it stood there before and lost
    /// what it was woken for to another.
    pub fn queue_up(&mut self, g: u32, reason: Reason, in_front: bool) {
        let waiter = Waiter { g, reason };
        if in_front {
            self.queue.push_front(waiter);
        } else {
            self.queue.push_back(waiter);
        }
    }

    /// `g` stands there no longer.
    pub fn leave(&mut self, g: u32) {
        if let Some(at) = self.queue.iter().position(|waiter| waiter.g == g) {
            self.queue.remove(at);
        }
    }

    /// What its copy weighs, in things of some dozen bytes.
    pub fn size(&self) -> usize {
        let more = match &self.is {
            Is::Channel(ring) => ring.held.len(),
            Is::Lock(held) => held.readers.len(),
            _ => 0,
        };
        4 + more + self.queue.len()
    }
}

impl Held {
    /// `g` holds it.
    pub fn locked(&mut self, g: u32, mode: LockMode) {
        match mode {
            LockMode::Write => {
                self.writer = g;
                self.readers.clear();
                self.known = true;
            }
            LockMode::Read => {
                self.reads = true;
                self.readers.push(g);
            }
        }
    }

    /// `g` released it, straight to `to` if that is not [`NO_GOROUTINE`]. Go
    /// lets another than the one who locked do it.
    pub fn unlocked(&mut self, g: u32, mode: LockMode, to: u32) {
        match mode {
            LockMode::Write => {
                self.writer = to;
                self.known = true;
            }
            LockMode::Read => {
                let mine = self.readers.iter().position(|reader| *reader == g);
                let index = mine.or(self.readers.len().checked_sub(1));
                if let Some(index) = index {
                    self.readers.remove(index);
                }
            }
        }
    }

    /// Whether anybody holds it, as far as is known.
    pub fn is_held(&self) -> bool {
        self.writer != NO_GOROUTINE || !self.readers.is_empty()
    }
}
