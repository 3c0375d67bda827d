//! Probabilistic concurrency testing; [`Strategy::Pct`](super::Strategy::Pct)
//! names the paper.
//!
//! Each goroutine gets a random priority when it is first seen, and the highest
//! of those that could run does. At `depth - 1` choices, drawn uniformly among
//! the first so many, the running goroutine falls behind all others, or time
//! passes. Beyond the paper: one that gives way, or whose slice is over, falls
//! behind too, or a loop that yields would keep the others off for ever.

use std::collections::BTreeMap;

use super::{Choose, Choosing, Point};
use crate::sim::rng::Rng;
use crate::trace::G;

/// The choices among which the points of change are drawn, where nothing is
/// known of the program; an exploration takes the most that it has seen.
pub const PCT_CHOICES: u32 = 1_000;
/// Priorities that are drawn are not below this; those that fell are.
const DRAWN: u64 = 1 << 63;

/// See the module.
pub(in crate::sim) struct Pct {
    rng: Rng,
    /// Choices still to come before each change, the last first.
    changes: Vec<u64>,
    seen: u64,
    priorities: BTreeMap<G, u64>,
    /// The priority of the next that falls.
    lowest: u64,
    /// The goroutine that was chosen last.
    running: G,
}

impl Pct {
    pub(in crate::sim) fn new(depth: u32, choices: u32, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let bound = choices.max(1) as usize;
        let mut changes: Vec<u64> = (1..depth).map(|_| rng.below(bound) as u64).collect();
        changes.sort_unstable_by(|a, b| b.cmp(a));
        Pct {
            rng,
            changes,
            seen: 0,
            priorities: BTreeMap::new(),
            lowest: DRAWN - 1,
            running: 0,
        }
    }

    fn priority(&mut self, g: G) -> u64 {
        let rng = &mut self.rng;
        let drawn = || rng.next() | DRAWN;
        *self.priorities.entry(g).or_insert_with(drawn)
    }

    fn falls(&mut self, g: G) {
        self.priorities.insert(g, self.lowest);
        self.lowest -= 1;
    }

    /// Whether a change falls on this choice.
    fn changes_now(&mut self) -> bool {
        let now = self.seen;
        self.seen += 1;
        let before = self.changes.len();
        while self.changes.last().is_some_and(|&change| change <= now) {
            self.changes.pop();
        }
        self.changes.len() < before
    }
}

impl Choose for Pct {
    fn choose(&mut self, point: &Point<'_>) -> Result<usize, String> {
        if point.choosing == Choosing::Draw {
            return Ok(self.rng.below(point.bound));
        }
        if point.choosing == Choosing::Turn {
            self.falls(self.running);
        }
        if self.changes_now() {
            // Time is one more goroutine, which runs when it is chosen.
            if point.time && self.rng.one_in(2) {
                return Ok(point.bound - 1);
            }
            self.falls(self.running);
        }
        let mut best = (0, 0);
        for index in 0..point.bound {
            let priority = self.priority((point.who)(index));
            if priority > best.1 {
                best = (index, priority);
            }
        }
        let g = (point.who)(best.0);
        if g == 0 {
            // Or time would pass at once, whenever there is a timer.
            self.falls(0);
        } else {
            self.running = g;
        }
        Ok(best.0)
    }
}
