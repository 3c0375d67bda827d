//! The Ps of a simulated run: who keeps which, for the picture.

use crate::trace::P;

/// Which Ps are taken, and which have been said to be idle.
pub(super) struct Processors {
    taken: Vec<bool>,
    idle: Vec<bool>,
    /// How many are free and not yet said to be idle.
    quiet: usize,
}

impl Processors {
    pub(super) fn new(procs: usize) -> Self {
        Processors {
            taken: vec![false; procs],
            idle: vec![false; procs],
            quiet: procs,
        }
    }

    /// Takes the lowest that is free; and whether it was idle.
    pub(super) fn take(&mut self) -> Option<(P, bool)> {
        let p = self.taken.iter().position(|taken| !taken)?;
        self.taken[p] = true;
        let was_idle = std::mem::take(&mut self.idle[p]);
        if !was_idle {
            self.quiet -= 1;
        }
        Some((p as P, was_idle))
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        self.taken.iter().filter(|taken| **taken).count()
    }

    pub(super) fn free(&mut self, p: P) {
        self.taken[usize::from(p)] = false;
        self.quiet += 1;
    }

    /// Those that are free and were not said to be idle yet: they are now.
    pub(super) fn fall_idle(&mut self) -> Vec<P> {
        if self.quiet == 0 {
            return Vec::new();
        }
        self.quiet = 0;
        let mut fallen = Vec::new();
        for (p, idle) in self.idle.iter_mut().enumerate() {
            if !self.taken[p] && !std::mem::replace(idle, true) {
                fallen.push(p as P);
            }
        }
        fallen
    }
}
