//! Vector clocks: of each goroutine, the time up to which what it did is known.

use crate::trace::G;

/// A clock; those that are not in it are at 0. In the order of the goroutines,
/// since most know of few others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Clock {
    times: Vec<(G, u32)>,
}

impl Clock {
    /// Of a goroutine of which nothing is known.
    pub(super) fn first(g: G) -> Self {
        Clock {
            times: vec![(g, 1)],
        }
    }

    fn find(&self, g: G) -> Result<usize, usize> {
        self.times.binary_search_by_key(&g, |&(g, _)| g)
    }

    /// The time of `g`.
    pub(super) fn own(&self, g: G) -> u32 {
        self.find(g).map_or(0, |place| self.times[place].1)
    }

    /// Whether what `g` did at `time` is known.
    pub(super) fn has(&self, g: G, time: u32) -> bool {
        self.own(g) >= time
    }

    /// `g` begins another stretch, of which nobody else knows yet.
    pub(super) fn tick(&mut self, g: G) {
        match self.find(g) {
            Ok(place) => self.times[place].1 += 1,
            Err(place) => self.times.insert(place, (g, 1)),
        }
    }

    /// Learns all that `other` knows.
    pub(super) fn join(&mut self, other: &Clock) {
        // Mostly there is nothing new, or few are known.
        if other.times.len() <= 2 {
            for &(g, time) in &other.times {
                match self.find(g) {
                    Ok(place) => self.times[place].1 = self.times[place].1.max(time),
                    Err(place) => self.times.insert(place, (g, time)),
                }
            }
            return;
        }
        let mut joined = Vec::with_capacity(self.times.len().max(other.times.len()));
        let (mut ours, mut theirs) = (self.times.iter().peekable(), other.times.iter().peekable());
        loop {
            let next = match (ours.peek(), theirs.peek()) {
                (Some(a), Some(b)) if a.0 == b.0 => {
                    let next = (a.0, a.1.max(b.1));
                    ours.next();
                    theirs.next();
                    next
                }
                (Some(a), Some(b)) if a.0 > b.0 => {
                    let next = **b;
                    theirs.next();
                    next
                }
                (Some(a), _) => {
                    let next = **a;
                    ours.next();
                    next
                }
                (None, Some(b)) => {
                    let next = **b;
                    theirs.next();
                    next
                }
                (None, None) => break,
            };
            joined.push(next);
        }
        self.times = joined;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::Clock;

    fn clock(times: &BTreeMap<u32, u32>) -> Clock {
        Clock {
            times: times.iter().map(|(&g, &time)| (g, time)).collect(),
        }
    }

    proptest! {
        #[test]
        fn a_joined_clock_has_the_later_of_each(
            ours in prop::collection::btree_map(0..8_u32, 1..5_u32, 0..8),
            theirs in prop::collection::btree_map(0..8_u32, 1..5_u32, 0..8),
        ) {
            let mut joined = clock(&ours);
            joined.join(&clock(&theirs));
            let mut expected = ours;
            for (g, time) in theirs {
                let own = expected.entry(g).or_default();
                *own = time.max(*own);
            }
            prop_assert_eq!(joined, clock(&expected));
        }
    }
}
