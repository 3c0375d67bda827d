//! The timers of one P: a heap by time, and slots with what they do.
//!
//! To take a timer back empties its slot, which the timer's key names; the entry
//! in the heap stays behind, dead, as Go's zombies do. So most timeouts, which
//! are taken back long before their time, never move anything in the heap.
//!
//! Invariants, between two calls:
//!
//! 1. An entry is alive if its slot holds a timer of its time and its object. Each
//!    timer has an entry that is alive.
//! 2. The first entry is alive, so its time is that of the first timer.
//! 3. At most half of the entries are dead, and [`MAX_DEAD`] more.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use slab::Slab;

use crate::time::Fire;
use crate::trace::Object;

/// Dead entries that a heap may hold however few are alive: to sweep a few is not
/// worth the call.
const MAX_DEAD: usize = 64;

/// The heap of a P.
#[derive(Default)]
pub(super) struct Heap {
    order: BinaryHeap<Reverse<Entry>>,
    slots: Slab<Slot>,
}

/// A place in the order. Of two at one time, the object that was made first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    at_ns: u64,
    object: Object,
    slot: u32,
}

struct Slot {
    at_ns: u64,
    object: Object,
    fire: Fire,
}

fn is_alive(slots: &Slab<Slot>, entry: &Entry) -> bool {
    let slot = slots.get(entry.slot as usize);
    slot.is_some_and(|slot| slot.at_ns == entry.at_ns && slot.object == entry.object)
}

impl Heap {
    /// When the first fires; `u64::MAX` with none.
    pub(super) fn first_ns(&self) -> u64 {
        let first = self.order.peek();
        first.map_or(u64::MAX, |Reverse(entry)| entry.at_ns)
    }

    /// Adds one; returns its slot.
    pub(super) fn insert(&mut self, at_ns: u64, object: Object, fire: Fire) -> u32 {
        let slot = self.slots.insert(Slot {
            at_ns,
            object,
            fire,
        });
        let slot = u32::try_from(slot).expect("a run has fewer goroutines and timers");
        self.order.push(Reverse(Entry {
            at_ns,
            object,
            slot,
        }));
        slot
    }

    /// Takes out the one that was given `slot`, if it is still there.
    pub(super) fn remove(&mut self, at_ns: u64, object: Object, slot: u32) -> Option<Fire> {
        let entry = Entry {
            at_ns,
            object,
            slot,
        };
        if !is_alive(&self.slots, &entry) {
            return None;
        }
        let removed = self.slots.remove(slot as usize);
        self.bury_first();
        if self.order.len() > 2 * self.slots.len() + MAX_DEAD {
            let slots = &self.slots;
            self.order.retain(|Reverse(entry)| is_alive(slots, entry));
        }
        Some(removed.fire)
    }

    /// Takes out the first, if its time has come.
    pub(super) fn pop_due(&mut self, now_ns: u64) -> Option<(Object, Fire)> {
        if self.first_ns() > now_ns {
            return None;
        }
        let Reverse(entry) = self.order.pop()?;
        let due = self.slots.remove(entry.slot as usize);
        self.bury_first();
        Some((due.object, due.fire))
    }

    /// Takes dead entries from the front.
    fn bury_first(&mut self) {
        while let Some(Reverse(entry)) = self.order.peek()
            && !is_alive(&self.slots, entry)
        {
            self.order.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        /// Sets a timer of this object for this time, after taking back the one
        /// that it has.
        Set(Object, u64),
        Clear(Object),
        /// Lets time pass.
        Pass(u64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            6 => (0..300_u32, 0..400_u64).prop_map(|(object, at)| Step::Set(object, at)),
            5 => (0..300_u32).prop_map(Step::Clear),
            1 => (0..20_u64).prop_map(Step::Pass),
        ];
        proptest::collection::vec(step, 1..1_000)
    }

    fn fire() -> Fire {
        Fire::Call(Box::new(|| {}))
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: if cfg!(miri) { 1 } else { 64 },
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// Against an ordered map: what is set fires in its order, what was taken
        /// back does not, and dead entries do not pile up.
        #[test]
        fn a_heap_agrees_with_an_ordered_map(steps in steps()) {
            let mut heap = Heap::default();
            let mut map: BTreeMap<(u64, Object), ()> = BTreeMap::new();
            let mut set = BTreeMap::new();
            let mut now = 0;
            for step in steps {
                match step {
                    Step::Set(object, _) | Step::Clear(object) => {
                        if let Some((at_ns, slot)) = set.remove(&object) {
                            let is_there = map.remove(&(at_ns, object)).is_some();
                            let removed = heap.remove(at_ns, object, slot);
                            prop_assert_eq!(removed.is_some(), is_there);
                            prop_assert!(heap.remove(at_ns, object, slot).is_none());
                        }
                    }
                    Step::Pass(ns) => {
                        now += ns;
                        while let Some(entry) = map.first_entry().filter(|e| e.key().0 <= now) {
                            let due = heap.pop_due(now).map(|(object, _)| object);
                            prop_assert_eq!(due, Some(entry.key().1));
                            entry.remove();
                        }
                        prop_assert!(heap.pop_due(now).is_none());
                    }
                }
                if let Step::Set(object, at_ns) = step {
                    set.insert(object, (at_ns, heap.insert(at_ns, object, fire())));
                    map.insert((at_ns, object), ());
                }
                let first_ns = map.first_key_value().map_or(u64::MAX, |(key, ())| key.0);
                prop_assert_eq!(heap.first_ns(), first_ns);
                prop_assert!(heap.order.len() <= 2 * map.len() + MAX_DEAD);
            }
        }
    }
}
