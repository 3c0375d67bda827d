//! At random, with a temper that is drawn for each run.
//!
//! A uniform choice at each operation switches so often that no goroutine ever
//! gets far: a fault that needs one to run on for fifty operations is never met.
//! So a run first draws its *restlessness*: it looks for somebody else at one
//! operation in 1, 2, 4, … 64. In the same way it draws how readily it lets time
//! pass while others could run: at one choice in 4, 16, 64 or 256.

use super::{Choose, Choosing, Point};
use crate::sim::rng::Rng;

/// The powers of two among which the restlessness is drawn.
const RESTLESSNESS: usize = 7;
/// The powers of four among which the readiness to let time pass is drawn.
const READINESS: usize = 4;

/// See the module.
pub(in crate::sim) struct Random {
    rng: Rng,
    switch_odds: usize,
    time_odds: usize,
}

impl Random {
    pub(in crate::sim) fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let switch_odds = 1 << rng.below(RESTLESSNESS);
        let time_odds = 4 << (2 * rng.below(READINESS));
        Random {
            rng,
            switch_odds,
            time_odds,
        }
    }
}

impl Choose for Random {
    fn choose(&mut self, point: &Point<'_>) -> Result<usize, String> {
        let mut bound = point.bound;
        if point.time {
            if self.rng.one_in(self.time_odds) {
                return Ok(bound - 1);
            }
            bound -= 1;
        }
        if point.choosing == Choosing::Next && !self.rng.one_in(self.switch_odds) {
            return Ok(0);
        }
        Ok(self.rng.below(bound))
    }
}
