//! Who was seen on which side of what: from the events of a run, in order.

use std::collections::BTreeMap;

use crate::ledger::MAX_OBJECTS;
use crate::trace::{Event, G, Kind, LockMode, Object, Place};

/// How many are remembered on a side. With more, nothing is concluded from who
/// was seen there.
const REMEMBERED: usize = 4;
/// The highest number of an object that is remembered: timers have numbers too.
const MAX_NUMBER: usize = 8 * MAX_OBJECTS;

/// See the module.
#[derive(Default)]
pub(crate) struct Sides {
    objects: Vec<Seen>,
    /// Who reads under an RWMutex now.
    readers: BTreeMap<Object, Vec<G>>,
    /// What the last event added to: a goroutine made by the same `go` of a
    /// WaitGroup is a member of it.
    added: Option<(Object, G, Option<Place>)>,
    /// Whether there are events that were not seen.
    gaps: bool,
}

/// Who was seen at an object.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// Sent or closed; members of a WaitGroup.
    gives: Few,
    /// Received.
    takes: Few,
}

/// A few goroutines.
#[derive(Clone, Copy, Default)]
struct Few {
    who: [G; REMEMBERED],
    many: bool,
}

impl Few {
    #[inline]
    fn add(&mut self, g: G) {
        for place in &mut self.who {
            if *place == g {
                return;
            }
            if *place == 0 {
                *place = g;
                return;
            }
        }
        self.many = true;
    }

    /// All of them but `except`; none if they are not known.
    fn all(&self, except: G) -> Vec<G> {
        let all = self.who.into_iter().filter(|&g| g != 0 && g != except);
        if self.many { Vec::new() } else { all.collect() }
    }
}

impl Sides {
    /// Sees the next event.
    #[inline]
    pub(crate) fn see(&mut self, event: &Event) {
        let g = event.g;
        match &event.kind {
            Kind::Sent { object, .. } | Kind::Closed { object, .. } => {
                self.seen(*object, |seen| seen.gives.add(g));
            }
            Kind::Received { object, .. } => self.seen(*object, |seen| seen.takes.add(g)),
            Kind::Locked {
                object,
                mode: LockMode::Read,
            } => self.readers.entry(*object).or_default().push(g),
            Kind::Unlocked {
                object,
                mode: LockMode::Read,
                ..
            } => self.read_ends(*object, g),
            Kind::Added { object, .. } => {
                self.added = Some((*object, g, event.at));
                return;
            }
            Kind::Created { child, .. } => {
                if let Some((object, by, at)) = self.added
                    && (by, at) == (g, event.at)
                {
                    self.seen(object, |seen| seen.gives.add(*child));
                }
            }
            _ => return,
        }
        self.added = None;
    }

    /// Events were lost, as the simulated scheduler never does: nobody who was not seen can be left out from here on.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn gap(&mut self) {
        self.gaps = true;
    }

    fn seen(&mut self, object: Object, add: impl FnOnce(&mut Seen)) {
        let place = object as usize;
        if place >= MAX_NUMBER {
            return;
        }
        if place >= self.objects.len() {
            self.objects.resize(place + 1, Seen::default());
        }
        add(&mut self.objects[place]);
    }

    fn read_ends(&mut self, object: Object, g: G) {
        let Some(readers) = self.readers.get_mut(&object) else {
            return;
        };
        // As in Go, anybody may give back what another took.
        let place = readers.iter().position(|&reader| reader == g);
        readers.swap_remove(place.unwrap_or(0));
        if readers.is_empty() {
            self.readers.remove(&object);
        }
    }

    fn side(&self, object: Object, side: impl FnOnce(&Seen) -> Vec<G>) -> Vec<G> {
        match self.objects.get(object as usize) {
            Some(seen) if !self.gaps => side(seen),
            _ => Vec::new(),
        }
    }

    /// Who sent to a channel, or closed it, but `except`; empty if that is not
    /// known.
    pub(crate) fn senders(&self, object: Object, except: G) -> Vec<G> {
        self.side(object, |seen| seen.gives.all(except))
    }

    /// Who received from it.
    pub(crate) fn receivers(&self, object: Object, except: G) -> Vec<G> {
        self.side(object, |seen| seen.takes.all(except))
    }

    /// Whom a WaitGroup was made to wait for.
    pub(crate) fn members(&self, object: Object) -> Vec<G> {
        self.side(object, |seen| seen.gives.all(0))
    }

    /// Who reads under an RWMutex.
    pub(crate) fn readers(&self, object: Object) -> Vec<G> {
        let readers = self.readers.get(&object).cloned();
        readers.filter(|_| !self.gaps).unwrap_or_default()
    }
}
