//! Depth first over all schedules with a bounded number of preemptions.
//!
//! A run follows the path of the one before up to its last choice that has an
//! alternative left, takes that, and from there on the first one each time. What
//! costs a preemption is left out once the bound is spent, so the number of
//! schedules is finite wherever runs are: M. Musuvathi, S. Qadeer, "Iterative
//! Context Bounding for Systematic Testing of Multithreaded Programs", PLDI 2007.

use super::{Choose, Point};

/// See the module. One for all runs of an exploration.
pub(in crate::sim) struct Dfs {
    preemptions: u32,
    path: Vec<Step>,
    /// Choices made in this run.
    depth: usize,
    /// Preemptions in this run so far.
    spent: u32,
}

/// A choice on the path.
struct Step {
    chosen: u32,
    bound: u32,
    paid_from: u32,
    /// Preemptions before it.
    spent: u32,
}

impl Step {
    fn cost(&self) -> u32 {
        u32::from(self.chosen >= self.paid_from)
    }
}

impl Dfs {
    pub(in crate::sim) fn new(preemptions: u32) -> Self {
        Dfs {
            preemptions,
            path: Vec::new(),
            depth: 0,
            spent: 0,
        }
    }
}

impl Choose for Dfs {
    fn choose(&mut self, point: &Point<'_>) -> Result<usize, String> {
        let depth = self.depth;
        self.depth += 1;
        if depth == self.path.len() {
            self.path.push(Step {
                chosen: 0,
                bound: u32::try_from(point.bound).unwrap_or(u32::MAX),
                paid_from: u32::try_from(point.paid_from).unwrap_or(u32::MAX),
                spent: self.spent,
            });
        }
        let step = &self.path[depth];
        if step.bound as usize != point.bound {
            return Err(format!(
                "choice {} has {} alternatives and had {} before: the program does not do the \
                 same twice",
                depth + 1,
                point.bound,
                step.bound
            ));
        }
        self.spent += step.cost();
        Ok(step.chosen as usize)
    }

    fn advance(&mut self) -> bool {
        // What an earlier run had beyond the end of this one.
        self.path.truncate(self.depth);
        self.depth = 0;
        self.spent = 0;
        while let Some(step) = self.path.last_mut() {
            step.chosen += 1;
            if step.chosen < step.bound && step.spent + step.cost() <= self.preemptions {
                return true;
            }
            self.path.pop();
        }
        false
    }
}
