//! The state of everything at one time: objects, goroutines, processors.
//!
//! A [`World`] is fed one event after another, as the model is, and keeps no
//! past: what it holds grows with what lives, not with what happened. Names are
//! the model's.
//!
//! * [`ring`]: the buffer of a channel.
//! * [`object`]: an object.
//! * [`apply`]: events to state.
//! * [`keyed`]: things by their number.
//!
//! Invariants, each a test:
//! * After a gap nothing is claimed that the events since do not say.
//! * A goroutine stands in one queue at most.
//! * At the end of a stream without gaps it agrees with [`super::Model`].

pub mod apply;
pub mod keyed;
pub mod object;
pub mod ring;

use protocol::event::NO_GOROUTINE;
use protocol::{Event, Reason};

use super::Gap;
pub use keyed::Keyed;
pub use object::{Held, Is, Object, Scope, Waiter};
pub use ring::Ring;

/// The most counters of the program that are kept by name; a program sets a
/// handful.
pub const MAX_COUNTERS: usize = 256;
/// The most processors that are told apart; a run has as many as the machine.
pub const MAX_PROCESSORS: u16 = 1_024;

/// The state of everything at one time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// The time.
    pub clock: Clock,
    /// The objects, by number.
    pub objects: Keyed<Object>,
    /// The goroutines that have not ended, by number.
    pub goroutines: Keyed<Goroutine>,
    /// Each P.
    pub processors: Vec<Processor>,
    /// How many goroutines stand in the queue of all Ps, if that is known.
    pub global_queue: Option<u32>,
    /// The counters of the program, in the order of their first value.
    pub counters: Vec<Counter>,
    /// How many goroutines have ended of which a record is still there.
    ended: usize,
}

/// Which time an event has: never before the one before it, nor inside a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// The time of the last event.
    pub t_ns: u64,
    /// The end of the last gap.
    pub floor_ns: u64,
}

/// A goroutine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goroutine {
    /// What it does.
    pub does: Does,
    /// The last place in the code that is known of it.
    pub at: u32,
    /// The object in whose queue it stands, or 0.
    queue: u32,
    /// The object for which it was woken and has not got anything yet, or 0.
    woken_for: u32,
}

/// What a goroutine does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// Events were not kept.
    Unknown,
    /// It runs on this P.
    Runs(u16),
    /// It could run.
    Runnable,
    /// It waits, for an object if that is not 0.
    Waits(Reason, u32),
    /// It is over.
    Ended,
}

/// A P.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Processor {
    /// Which goroutine it runs, or [`NO_GOROUTINE`].
    pub runs: u32,
    /// The length of its queue, if that is known.
    pub queue: Option<u32>,
    /// Whether its thread sleeps for want of work.
    pub is_idle: bool,
    /// When something happened to it last.
    pub changed_ns: u64,
}

/// A counter of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Its name.
    pub name: String,
    /// Its value, if that is known.
    pub value: Option<i64>,
    /// When it was set last.
    pub changed_ns: u64,
}

/// What a world is fed with.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// Something happened.
    Event(&'a Event),
    /// Events were not kept.
    Gap(Gap),
}

impl Clock {
    /// Moves on, to the time of what comes next.
    pub fn moved(&mut self, news: News<'_>) -> u64 {
        match news {
            News::Event(event) => self.t_ns = event.t_ns.max(self.t_ns).max(self.floor_ns),
            News::Gap(gap) => {
                self.t_ns = self.t_ns.max(gap.from_ns);
                self.floor_ns = self.floor_ns.max(gap.to_ns);
            }
        }
        self.t_ns
    }
}

impl World {
    /// The time of what happened last.
    pub fn t_ns(&self) -> u64 {
        self.clock.t_ns
    }

    /// Those who wait at an object, for one of some reasons, in order. Who was
    /// woken and has not come back is not among them.
    pub fn waiting<'a>(
        &'a self,
        object: &'a Object,
        reasons: &'a [Reason],
    ) -> impl Iterator<Item = u32> + 'a {
        let of_these = move |waiter: &&Waiter| {
            let does = self.goroutines.get(waiter.g).map(|known| known.does);
            reasons.contains(&waiter.reason) && matches!(does, Some(Does::Waits(..)))
        };
        object.queue.iter().filter(of_these).map(|waiter| waiter.g)
    }

    /// What a copy weighs, in things of some dozen bytes.
    pub fn size(&self) -> usize {
        let objects: usize = self.objects.iter().map(|(_, object)| object.size()).sum();
        self.goroutines.len() + objects + self.processors.len() + self.counters.len()
    }

    /// The goroutines that live, with their numbers.
    pub fn alive(&self) -> impl Iterator<Item = (u32, &Goroutine)> {
        let all = self.goroutines.iter();
        all.filter(|(g, one)| *g != NO_GOROUTINE && one.does != Does::Ended)
    }
}

#[cfg(test)]
mod tests;
