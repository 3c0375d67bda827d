//! How often what came.

use std::collections::HashMap;

use protocol::run::MAX_SCHEDULE_BYTES;

use super::shape::Shape;

/// The most distinct outcomes that are kept: a program with more is not
/// understood by reading them. Schedules with others are counted.
pub(crate) const MAX_OUTCOMES: usize = 1_000;

/// An outcome, and how often it came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// What came.
    pub(crate) shape: Shape,
    /// Of how many schedules.
    pub(crate) count: u64,
    /// What replays it: the first of them.
    pub(crate) schedule: String,
}

/// What came of the schedules so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// How many were run.
    pub(crate) schedules: u64,
    /// Of how many the outcome was not kept, since there were
    /// [`MAX_OUTCOMES`].
    pub(crate) not_kept: u64,
    found: Vec<Found>,
    index: HashMap<[u8; 32], usize>,
}

impl Tally {
    /// Counts what came of a schedule.
    pub(super) fn add(&mut self, shape: Shape, schedule: String) {
        self.schedules += 1;
        if let Some(&index) = self.index.get(&shape.key) {
            let found = &mut self.found[index];
            found.count += 1;
            // One that is too long to be given again gives way to any shorter.
            if found.schedule.len() > MAX_SCHEDULE_BYTES && schedule.len() < found.schedule.len() {
                found.schedule = schedule;
            }
        } else if self.found.len() < MAX_OUTCOMES {
            self.index.insert(shape.key, self.found.len());
            self.found.push(Found {
                shape,
                count: 1,
                schedule,
            });
        } else {
            self.not_kept += 1;
        }
    }

    /// The outcomes, those that came most often first; of equals, the one that
    /// came earlier.
    pub(crate) fn by_count(&self) -> Vec<&Found> {
        let mut found: Vec<&Found> = self.found.iter().collect();
        found.sort_by_key(|found| std::cmp::Reverse(found.count));
        found
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use protocol::Outcome;

    use super::*;

    fn shape(number: usize) -> Shape {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&number.to_le_bytes());
        Shape {
            outcome: Outcome::Limit,
            limit: None,
            lines: Vec::new(),
            more_lines: 0,
            metrics: BTreeMap::new(),
            waiting: Vec::new(),
            races: BTreeSet::new(),
            key,
        }
    }

    #[test]
    fn the_most_frequent_comes_first_with_its_first_schedule() {
        let mut tally = Tally::default();
        for (number, schedule) in [(1, "a"), (2, "b"), (2, "c"), (3, "d")] {
            tally.add(shape(number), schedule.into());
        }
        let found: Vec<(u64, &str)> = tally
            .by_count()
            .iter()
            .map(|found| (found.count, found.schedule.as_str()))
            .collect();
        assert_eq!(found, [(2, "b"), (1, "a"), (1, "d")]);
    }

    #[test]
    fn outcomes_beyond_the_limit_are_counted() {
        let mut tally = Tally::default();
        for number in 0..MAX_OUTCOMES + 3 {
            tally.add(shape(number), "random-1".into());
        }
        tally.add(shape(0), "random-2".into());
        assert_eq!(tally.by_count().len(), MAX_OUTCOMES);
        assert_eq!(tally.not_kept, 3);
        assert_eq!(tally.schedules, MAX_OUTCOMES as u64 + 4);
    }

    #[test]
    fn a_schedule_that_cannot_be_given_again_gives_way_to_a_shorter_one() {
        let mut tally = Tally::default();
        tally.add(shape(1), "s".repeat(MAX_SCHEDULE_BYTES + 1));
        tally.add(shape(1), "random-7".into());
        tally.add(shape(1), "r".into());
        assert_eq!(tally.by_count()[0].schedule, "random-7");
    }
}
