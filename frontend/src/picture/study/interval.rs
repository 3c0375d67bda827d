//! What happened in an interval of a run, summed over its goroutines.
//!
//! The spans of a lane are in order, so its first in the interval is found by
//! halving; only those in the interval are looked at. Times are cut at the ends
//! of the interval; what is counted happened from its beginning on and before
//! its end.

use protocol::Reason;

use crate::model::channel::MAX_STEPS;
use crate::model::{Channel, Model, Span, State};
use crate::order::descending;

/// Goroutines that are listed: those that ran most are what one asks for.
pub const MAX_BUSIEST: usize = 5;
/// Channels that are listed: more are not compared at a glance.
pub const MAX_CHANNELS: usize = 8;

/// The sums of an interval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Goroutines that lived in it.
    pub goroutines: u64,
    /// Nanoseconds on a processor.
    pub running_ns: u64,
    /// Nanoseconds for want of a processor.
    pub runnable_ns: u64,
    /// Nanoseconds of waiting by reason, the longest first, without those that
    /// did not occur.
    pub blocked: Vec<(Reason, u64)>,
    /// Times that a goroutine began to run.
    pub switches: u64,
    /// Those that ran longest, the longest first, as indices of lanes.
    pub busiest: Vec<(usize, u64)>,
    /// How many more ran.
    pub more_busy: u64,
    /// What passed through channels, the most first.
    pub channels: Vec<Traffic>,
    /// How many more channels something passed through.
    pub more_channels: usize,
}

/// What passed through a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// The channel.
    pub object: u32,
    /// Values that entered it.
    pub sends: u64,
    /// Values that left it.
    pub receives: u64,
    /// Whether there may have been more, since not all of it is kept.
    pub at_least: bool,
}

impl Sums {
    /// The sums from `from_ns` until before `to_ns`. A state that goes on lasts
    /// until `now_ns`.
    pub fn of(model: &Model, from_ns: u64, to_ns: u64, now_ns: u64) -> Sums {
        let mut sums = Sums::default();
        let mut blocked = [0; Reason::ALL.len()];
        for (index, lane) in model.lanes().iter().enumerate() {
            let until_ns = lane.to_ns(now_ns);
            if lane.from_ns >= to_ns || until_ns < from_ns {
                continue;
            }
            sums.goroutines += u64::from(until_ns > from_ns);
            let mut ran_ns = 0;
            // One that begins with the interval counts even if it took no time.
            let before = |span: &Span| span.from_ns < from_ns && span.to_ns(now_ns) <= from_ns;
            for span in &lane.spans[lane.spans.partition_point(before)..] {
                if span.from_ns >= to_ns {
                    break;
                }
                let from = span.from_ns.max(from_ns);
                let lasted_ns = span.to_ns(now_ns).min(to_ns).saturating_sub(from);
                match &span.state {
                    State::Running { .. } => {
                        ran_ns += lasted_ns;
                        sums.switches += u64::from(span.from_ns >= from_ns);
                    }
                    State::Runnable(_) => sums.runnable_ns += lasted_ns,
                    State::Blocked(wait) => blocked[wait.reason as usize] += lasted_ns,
                }
            }
            sums.ran(index, ran_ns);
        }
        sums.blocked = Reason::ALL
            .into_iter()
            .map(|reason| (reason, blocked[reason as usize]))
            .filter(|(_, ns)| *ns > 0)
            .collect();
        descending(&mut sums.blocked, |(_, ns)| *ns);
        sums.traffic(model.channels(), from_ns, to_ns);
        sums
    }

    /// The time of all goroutines together.
    pub fn total_ns(&self) -> u64 {
        let blocked: u64 = self.blocked.iter().map(|(_, ns)| ns).sum();
        self.running_ns + self.runnable_ns + blocked
    }

    /// Takes in how long a goroutine ran.
    fn ran(&mut self, lane: usize, ns: u64) {
        self.running_ns += ns;
        if ns == 0 {
            return;
        }
        // Of two that ran as long the first stays before the second.
        let at = self.busiest.partition_point(|(_, other)| *other >= ns);
        self.busiest.insert(at, (lane, ns));
        if self.busiest.len() > MAX_BUSIEST {
            self.busiest.pop();
            self.more_busy += 1;
        }
    }

    fn traffic(&mut self, channels: &[Channel], from_ns: u64, to_ns: u64) {
        let all = channels
            .iter()
            .map(|channel| traffic(channel, from_ns, to_ns));
        self.channels = all
            .filter(|traffic| traffic.sends + traffic.receives > 0)
            .collect();
        descending(&mut self.channels, |traffic| {
            traffic.sends + traffic.receives
        });
        self.more_channels = self.channels.len().saturating_sub(MAX_CHANNELS);
        self.channels.truncate(MAX_CHANNELS);
    }
}

/// What the steps of a channel's occupancy tell: one up is a send, one down a
/// receive, and a hand-over is both.
fn traffic(channel: &Channel, from_ns: u64, to_ns: u64) -> Traffic {
    let mut traffic = Traffic {
        object: channel.object,
        sends: 0,
        receives: 0,
        // Beyond so many, every second step is forgotten.
        at_least: channel.sends + channel.receives >= MAX_STEPS as u64,
    };
    let steps = &channel.steps;
    let first = steps.partition_point(|step| step.t_ns < from_ns);
    let mut held = first.checked_sub(1).map_or(0, |before| steps[before].len);
    for step in &steps[first..] {
        if step.t_ns >= to_ns {
            break;
        }
        traffic.sends += u64::from(step.hand_over || step.len > held);
        traffic.receives += u64::from(step.hand_over || step.len < held);
        held = step.len;
    }
    traffic
}

#[cfg(test)]
mod tests;
