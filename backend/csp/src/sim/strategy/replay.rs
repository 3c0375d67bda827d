//! As recorded, choice by choice.

use super::{Choose, Point};
use crate::sim::schedule::{Choices, Schedule};

/// See the module.
pub(in crate::sim) struct Replay {
    recorded: Schedule,
    /// What this run has chosen so far, to be compared.
    made: Choices,
}

impl Replay {
    pub(in crate::sim) fn new(recorded: Schedule) -> Self {
        Replay {
            recorded,
            made: Choices::default(),
        }
    }
}

impl Choose for Replay {
    fn choose(&mut self, point: &Point<'_>) -> Result<usize, String> {
        let index = self.made.len();
        let recorded = self.recorded.choices();
        let Some(chosen) = recorded.get(index) else {
            return Err(format!(
                "the schedule has {} choices, and the program came to one more",
                recorded.len()
            ));
        };
        if chosen >= point.bound {
            return Err(format!(
                "choice {} of the schedule takes alternative {}, and the program has {} there",
                index + 1,
                chosen + 1,
                point.bound
            ));
        }
        self.made.push(point, chosen);
        self.made.compare(recorded)?;
        Ok(chosen)
    }

    fn finish(&mut self) -> Result<(), String> {
        let recorded = self.recorded.choices();
        if self.made.len() < recorded.len() {
            return Err(format!(
                "the program ended after {} of the {} choices of the schedule",
                self.made.len(),
                recorded.len()
            ));
        }
        self.made.compare_end(recorded)
    }
}
