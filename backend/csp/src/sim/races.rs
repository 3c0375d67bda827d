//! Data races on declared cells: two accesses that nothing orders, at least one
//! of them a write.
//!
//! A detector of the order *happened before*, by vector clocks. It takes the
//! events of the primitives in order and follows Go's memory model:
//!
//! | first | before |
//! |---|---|
//! | `go` | the goroutine's first step |
//! | a send | its receive, in the order of the buffer |
//! | the receive `k` of a channel of capacity `C` | the end of the send `k + C` |
//! | `close` | a receive that finds the channel closed |
//! | `done` of a WaitGroup | the end of a `wait` |
//! | an unlock | each later lock; of a reader, each later lock of a writer |
//! | the end of a Once, a `signal`, a semaphore's release | who waited for it |
//! | what writes an atomic | what reads that value |
//! | setting a timer | what it does |
//!
//! So an access that an event orders only by chance, in this schedule, is a race
//! all the same: it need not be seen to go wrong.
//!
//! What has no events orders nothing here: two accesses that only a `Map` or a
//! `Pool` orders are reported, although Go's memory model has them in order. So
//! are two that only an atomic's `raw()` orders, which nobody sees.
//!
//! Nothing is kept before there is a cell: any access comes after its making.

mod clock;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use clock::Clock;

use crate::run::{Access, MAX_RACES, Race};
use crate::trace::{AtomicOp, Event, G, Kind, LockMode, Object, ObjectKind};

/// The most goroutines that are told apart, over a run: the clocks of that many
/// are some tens of megabytes at worst. With more, races are no longer looked
/// for from there on.
pub(super) const MAX_CLOCKS: usize = 4_096;

/// See the module.
#[derive(Default)]
pub(super) struct Races {
    /// Whether there is a cell.
    on: bool,
    /// Of each goroutine that is there; of 0 when a timer fires.
    clocks: BTreeMap<G, Clock>,
    objects: BTreeMap<Object, Guard>,
    channels: BTreeMap<Object, Channel>,
    cells: BTreeMap<Object, Cell>,
    /// Goroutines that had a clock.
    seen: usize,
    pub(super) found: Vec<Race>,
}

/// What orders those that use an object.
#[derive(Default)]
struct Guard {
    released: Clock,
    /// By readers of an RWMutex.
    read: Clock,
}

/// A channel.
#[derive(Default)]
struct Channel {
    capacity: u64,
    /// What was sent, with the clock of its sender.
    values: VecDeque<Clock>,
    /// Of receives to which no send has come yet that must wait for it.
    received: VecDeque<Clock>,
    sends: u64,
    /// Whether the lengths of before are known.
    known: bool,
}

/// A cell: the last write, and the last read of each goroutine since.
#[derive(Default)]
struct Cell {
    write: Option<(Access, u32)>,
    reads: Vec<(Access, u32)>,
}

impl Races {
    /// Sees an event; what it races with, if it does.
    pub(super) fn see(&mut self, event: &Event) -> Option<Kind> {
        match &event.kind {
            Kind::Made {
                object,
                kind,
                capacity,
                ..
            } => {
                self.on |= *kind == ObjectKind::Cell;
                // Also before there is a cell: no other event has it.
                if *kind == ObjectKind::Channel {
                    self.channels.entry(*object).or_default().capacity = u64::from(*capacity);
                }
                return None;
            }
            _ if !self.on => return None,
            Kind::CellRead { object, .. } => return self.access(event, *object, false),
            Kind::CellWritten { object, .. } => return self.access(event, *object, true),
            _ => {}
        }
        self.follow(event);
        None
    }

    /// `g` went past an operation that waits for `object` without waiting.
    pub(super) fn passed(&mut self, g: G, object: Object) {
        if self.on {
            self.acquire(g, object);
        }
    }

    fn follow(&mut self, event: &Event) {
        let g = event.g;
        match &event.kind {
            Kind::Created { child, .. } => {
                let clock = self.clock(g).clone();
                *self.clock(*child) = clock;
                self.clock(*child).tick(*child);
                self.clock(g).tick(g);
            }
            Kind::Ended => _ = self.clocks.remove(&g),
            Kind::Woken { woken, object } => {
                let clock = self.clock(g).clone();
                self.clock(*woken).join(&clock);
                self.acquire(*woken, *object);
                self.clock(g).tick(g);
            }
            Kind::Sent { object, len, .. } => self.sent(g, *object, *len),
            Kind::Received {
                object,
                len,
                from,
                ok,
                ..
            } => match ok {
                true => self.received(g, *object, *len, *from),
                false => self.acquire(g, *object),
            },
            Kind::Returned { object, .. } => {
                let clock = self.clock(g).clone();
                let channel = self.channels.entry(*object).or_default();
                channel.values.push_front(clock);
                channel.received.pop_back();
            }
            Kind::Added { object, delta, .. } if *delta < 0 => self.release(g, *object),
            Kind::Closed { object, .. }
            | Kind::Initialised { object }
            | Kind::ContextDone { object, .. }
            | Kind::TimerSet { object, .. }
            | Kind::Released { object, .. } => self.release(g, *object),
            Kind::Acquired { object, .. } => self.acquire(g, *object),
            Kind::TimerFired { object } => {
                // The runtime does what was asked for, and nothing else.
                let guard = self.objects.remove(object).unwrap_or_default();
                *self.clock(0) = guard.released;
            }
            Kind::Locked { object, mode } => {
                self.acquire(g, *object);
                if *mode == LockMode::Write
                    && let Some(guard) = self.objects.get(object)
                {
                    let read = guard.read.clone();
                    self.clock(g).join(&read);
                }
            }
            Kind::Unlocked { object, mode, .. } => match mode {
                LockMode::Write => self.release(g, *object),
                LockMode::Read => {
                    let clock = self.clock(g).clone();
                    self.objects.entry(*object).or_default().read.join(&clock);
                    self.clock(g).tick(g);
                }
            },
            Kind::Atomic { object, op, ok, .. } => self.atomic(g, *object, *op, *ok),
            _ => {}
        }
    }

    fn clock(&mut self, g: G) -> &mut Clock {
        let seen = &mut self.seen;
        self.clocks.entry(g).or_insert_with(|| {
            *seen += 1;
            Clock::first(g)
        })
    }

    fn acquire(&mut self, g: G, object: Object) {
        if let Some(guard) = self.objects.get(&object) {
            let released = guard.released.clone();
            self.clock(g).join(&released);
        }
    }

    fn release(&mut self, g: G, object: Object) {
        let clock = self.clock(g).clone();
        self.objects
            .entry(object)
            .or_default()
            .released
            .join(&clock);
        self.clock(g).tick(g);
    }

    fn atomic(&mut self, g: G, object: Object, op: AtomicOp, ok: bool) {
        if op != AtomicOp::Store {
            self.acquire(g, object);
        }
        if op == AtomicOp::Load || !ok {
            return;
        }
        // Who reads this value is after this write, and after no other that it
        // has not read.
        let clock = self.clock(g).clone();
        self.objects.entry(object).or_default().released = clock;
        self.clock(g).tick(g);
    }

    fn sent(&mut self, g: G, object: Object, len: u32) {
        let mut clock = self.clock(g).clone();
        let channel = self.channels.entry(object).or_default();
        channel.knows(u64::from(len).saturating_sub(1));
        channel.sends += 1;
        if channel.capacity > 0
            && channel.sends > channel.capacity
            && let Some(received) = channel.received.pop_front()
        {
            clock.join(&received);
        }
        channel.values.push_back(clock.clone());
        *self.clock(g) = clock;
        self.clock(g).tick(g);
    }

    fn received(&mut self, g: G, object: Object, len: u32, from: G) {
        let before = self.clock(g).clone();
        let channel = self.channels.entry(object).or_default();
        channel.knows(u64::from(len) + u64::from(from == 0));
        let unbuffered = channel.capacity == 0;
        let value = channel.values.pop_front();
        if !unbuffered {
            channel.received.push_back(before.clone());
        }
        if let Some(value) = value {
            self.clock(g).join(&value);
        }
        self.clock(g).tick(g);
        // Without a buffer, a receive is before the end of its send.
        if unbuffered && from != 0 {
            self.clock(from).join(&before);
        }
    }

    fn access(&mut self, event: &Event, object: Object, writes: bool) -> Option<Kind> {
        if self.seen > MAX_CLOCKS {
            return None;
        }
        let g = event.g;
        let clock = self.clock(g).clone();
        let access = Access {
            g,
            at: event.at,
            writes,
        };
        let cell = self.cells.entry(object).or_default();
        let unordered = |(other, time): &&(Access, u32)| !clock.has(other.g, *time);
        let reads = cell.reads.iter().filter(|_| writes);
        let first = cell.write.iter().chain(reads).find(unordered);
        let first = first.map(|(access, _)| *access);
        let now = (access, clock.own(g));
        if writes {
            cell.write = Some(now);
            cell.reads.clear();
        } else {
            cell.reads.retain(|(read, _)| read.g != g);
            cell.reads.push(now);
        }
        self.race(object, first?, access)
    }

    /// Lists a race, once for each pair of places.
    fn race(&mut self, object: Object, first: Access, second: Access) -> Option<Kind> {
        let same = |race: &Race| {
            let places = |access: &Access| (access.at, access.writes);
            race.object == object
                && places(&race.first) == places(&first)
                && places(&race.second) == places(&second)
        };
        if self.found.len() < MAX_RACES && !self.found.iter().any(same) {
            self.found.push(Race {
                object,
                object_name: None,
                first,
                second,
            });
        }
        Some(Kind::Raced {
            object,
            other: first.g,
            other_at: first.at,
        })
    }
}

impl Channel {
    /// `held` values were in the buffer when it was first looked at; who sent
    /// them is not known, and was before there was a cell.
    fn knows(&mut self, held: u64) {
        if !std::mem::replace(&mut self.known, true) {
            self.sends = held;
            self.values = (0..held).map(|_| Clock::default()).collect();
        }
    }
}
