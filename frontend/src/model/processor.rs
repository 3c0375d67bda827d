//! A processor's time: which goroutine ran on it when, and what happened to it.
//!
//! Told from the same events as the goroutines' lanes. A P is idle from the
//! event that says so until its thread is woken; between that and the next
//! goroutine its thread looks for work, and nothing is noted.
//!
//! Invariants, each a test:
//! * Stretches of a P are in order and do not overlap.
//! * Where a goroutine's lane says that it runs on a P, so does the lane of the P.
//! * No stretch reaches into a gap, and no length of a queue is known in one.

use protocol::event::{Event, Kind, NO_GOROUTINE, NO_P};

use super::channel::{Step, push_step};
use super::sums::Sums;

/// The most Ps that get a lane, as many as anybody has had processors; what
/// happens on others is left out.
pub const MAX_PROCESSORS: u16 = 1_024;
/// The most signs that are kept, of all Ps together: a steal at every tenth
/// event of the longest run. What comes beyond is counted.
pub const MAX_SIGNS: usize = 100_000;

/// The end of a stretch that goes on.
const OPEN: u64 = u64::MAX;

/// What a P does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// It runs a goroutine.
    Runs,
    /// It is held by a goroutine in a call that blocks its thread.
    Calls,
    /// It found nothing to run, and its thread sleeps.
    Idles,
}

/// What a P did from one time to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From when.
    pub from_ns: u64,
    to_ns: u64,
    /// The goroutine that it ran, or [`NO_GOROUTINE`].
    pub g: u32,
    /// What it did.
    pub does: Does,
}

impl Stretch {
    /// The end, with `now_ns` for a stretch that is still open.
    pub fn to_ns(&self, now_ns: u64) -> u64 {
        if self.is_open() {
            now_ns.max(self.from_ns)
        } else {
            self.to_ns
        }
    }

    /// Whether it goes on.
    pub fn is_open(&self) -> bool {
        self.to_ns == OPEN
    }
}

/// Something that happened to a P.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign {
    /// When.
    pub t_ns: u64,
    /// To which goroutine.
    pub g: u32,
    /// What.
    pub what: What,
}

/// What happened to a P.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It took `count` goroutines from the queue of another.
    Stole { from: u16, count: u16 },
    /// It went from thread `from`, which blocks, to thread `to`.
    HandedOff { from: u32, to: u32 },
    /// Its goroutine had overstayed the slice.
    Preempted { ran_ns: u64 },
    /// Its goroutine could not be preempted for so long.
    Overran { ran_ns: u64 },
}

/// How often what happened on a P.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How often it found nothing to run.
    pub idled: u32,
    /// How often it stole.
    pub steals: u32,
    /// How many goroutines it got so.
    pub stolen: u32,
    /// How often it was handed off.
    pub handed_off: u32,
    /// How often it preempted.
    pub preempted: u32,
    /// How often a goroutine could not be preempted.
    pub overran: u32,
}

/// The length of a queue over time.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// When it was first told.
    pub from_ns: u64,
    /// Its lengths, in order of time.
    pub steps: Vec<Step>,
    /// The greatest.
    pub peak: u32,
}

impl Line {
    fn step(&mut self, t_ns: u64, len: u32) {
        if self.steps.is_empty() {
            self.from_ns = t_ns;
        }
        self.peak = self.peak.max(len);
        push_step(&mut self.steps, t_ns, len, false);
    }

    /// The length at `t_ns`; what was told before `known_ns` is forgotten.
    pub fn len_at(&self, t_ns: u64, known_ns: u64) -> Option<u32> {
        let after = self.steps.partition_point(|step| step.t_ns <= t_ns);
        let step = self.steps.get(after.checked_sub(1)?)?;
        (step.t_ns >= known_ns).then_some(step.len)
    }
}

/// A P.
#[derive(Clone, Debug, Default)]
pub struct Processor {
    /// What it did, in order of time.
    pub stretches: Vec<Stretch>,
    /// What they add up to, of those that ended.
    pub sums: Sums,
    /// What happened to it, in order of time.
    pub signs: Vec<Sign>,
    /// All that happened to it.
    pub counts: Counts,
    /// The length of its queue.
    pub queue: Line,
    /// The time of all stretches that ran a goroutine and ended.
    ran_ns: u64,
}

/// All Ps of a run.
#[derive(Debug, Default)]
pub struct Processors {
    list: Vec<Processor>,
    global: Line,
    stretches: usize,
    signs: usize,
    more_signs: usize,
}

impl Processor {
    /// The first stretch that ends after `t_ns`, as an index; their number if
    /// there is none.
    pub fn first_after(&self, t_ns: u64) -> usize {
        self.stretches
            .partition_point(|stretch| !stretch.is_open() && stretch.to_ns <= t_ns)
    }

    /// The time for which it ran goroutines, up to `now_ns`.
    pub fn ran_ns(&self, now_ns: u64) -> u64 {
        let open = self.stretches.last().filter(|last| last.is_open());
        let so_far = open
            .filter(|open| open.does != Does::Idles)
            .map_or(0, |open| open.to_ns(now_ns) - open.from_ns);
        self.ran_ns + so_far
    }

    fn enter(&mut self, t_ns: u64, g: u32, does: Does) {
        self.close(t_ns);
        self.stretches.push(Stretch {
            from_ns: t_ns,
            to_ns: OPEN,
            g,
            does,
        });
    }

    fn close(&mut self, t_ns: u64) {
        let Some(last) = self.stretches.last_mut().filter(|last| last.is_open()) else {
            return;
        };
        last.to_ns = t_ns.max(last.from_ns);
        self.sums.add(last.does as u8, last.to_ns - last.from_ns);
        if last.does != Does::Idles {
            self.ran_ns += last.to_ns - last.from_ns;
        }
    }

    /// Ends what goes on if it is of `g`.
    fn leave(&mut self, t_ns: u64, g: u32) {
        if self.stretches.last().is_some_and(|last| last.g == g) {
            self.close(t_ns);
        }
    }
}

impl Processors {
    /// The Ps, by their numbers.
    pub fn list(&self) -> &[Processor] {
        &self.list
    }

    /// The length of the global queue.
    pub fn global(&self) -> &Line {
        &self.global
    }

    /// The stretches of all of them together.
    pub fn stretch_count(&self) -> usize {
        self.stretches
    }

    /// How many signs are counted, but not kept.
    pub fn more_signs(&self) -> usize {
        self.more_signs
    }

    /// Makes a lane for each of `procs` Ps, also for those that do nothing.
    pub(super) fn expect(&mut self, procs: u16) {
        let procs = usize::from(procs.min(MAX_PROCESSORS));
        if self.list.len() < procs {
            self.list.resize_with(procs, Processor::default);
        }
    }

    /// Takes in an event that happened at `t_ns`.
    pub(super) fn take(&mut self, t_ns: u64, event: &Event) {
        let g = event.g;
        match &event.kind {
            Kind::Started | Kind::SyscallEnded => self.enter(t_ns, event, Does::Runs),
            Kind::SyscallBegun => self.enter(t_ns, event, Does::Calls),
            Kind::Idle => self.enter(t_ns, event, Does::Idles),
            Kind::Awake => self.leave(t_ns, event, NO_GOROUTINE),
            Kind::Blocked { .. }
            | Kind::Yielded
            | Kind::Ended
            | Kind::Panicked {
                recovered: false, ..
            } => self.leave(t_ns, event, g),
            Kind::Preempted { ran_ns } => {
                self.leave(t_ns, event, g);
                self.sign(t_ns, event, What::Preempted { ran_ns: *ran_ns });
            }
            Kind::HandedOff { from, to } => {
                self.leave(t_ns, event, g);
                let (from, to) = (*from, *to);
                self.sign(t_ns, event, What::HandedOff { from, to });
            }
            Kind::Stolen { from, count } => {
                let (from, count) = (*from, *count);
                self.sign(t_ns, event, What::Stole { from, count });
            }
            Kind::Overran { ran_ns } => {
                self.sign(t_ns, event, What::Overran { ran_ns: *ran_ns });
            }
            Kind::Queue { len } if event.p == NO_P => self.global.step(t_ns, *len),
            Kind::Queue { len } => {
                if let Some(processor) = self.entry(event.p) {
                    processor.queue.step(t_ns, *len);
                }
            }
            _ => {}
        }
    }

    /// Nothing is known from `t_ns` on.
    pub(super) fn cut(&mut self, t_ns: u64) {
        for processor in &mut self.list {
            processor.close(t_ns);
        }
    }

    fn entry(&mut self, p: u16) -> Option<&mut Processor> {
        if p >= MAX_PROCESSORS {
            return None;
        }
        self.expect(p + 1);
        self.list.get_mut(usize::from(p))
    }

    fn enter(&mut self, t_ns: u64, event: &Event, does: Does) {
        let g = match does {
            Does::Idles => NO_GOROUTINE,
            Does::Runs | Does::Calls if event.g == NO_GOROUTINE => return,
            Does::Runs | Does::Calls => event.g,
        };
        if let Some(processor) = self.entry(event.p) {
            processor.enter(t_ns, g, does);
            processor.counts.idled += u32::from(does == Does::Idles);
            self.stretches += 1;
        }
    }

    fn leave(&mut self, t_ns: u64, event: &Event, g: u32) {
        if let Some(processor) = self.entry(event.p) {
            processor.leave(t_ns, g);
        }
    }

    fn sign(&mut self, t_ns: u64, event: &Event, what: What) {
        let has_room = self.signs < MAX_SIGNS;
        let Some(processor) = self.entry(event.p) else {
            return;
        };
        let counts = &mut processor.counts;
        match what {
            What::Stole { count, .. } => {
                counts.steals += 1;
                counts.stolen = counts.stolen.saturating_add(u32::from(count));
            }
            What::HandedOff { .. } => counts.handed_off += 1,
            What::Preempted { .. } => counts.preempted += 1,
            What::Overran { .. } => counts.overran += 1,
        }
        if has_room {
            let g = event.g;
            processor.signs.push(Sign { t_ns, g, what });
            self.signs += 1;
        } else {
            self.more_signs += 1;
        }
    }
}

#[cfg(test)]
mod tests;
