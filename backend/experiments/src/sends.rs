//! What became of the sends on one channel, as its core counts them.

use std::time::Duration;

use csp::Chan;

use crate::catalogue::{MetricSpec, text};
use crate::lab::Lab;
use crate::waits::millis;

/// How many sends blocked.
pub(crate) const BLOCKED_SENDS: MetricSpec = MetricSpec::new(
    "blocked_sends",
    text("Sends that blocked", "阻塞的发送次数"),
    None,
);

/// How long they blocked.
pub(crate) const BLOCKED_MS: MetricSpec = MetricSpec::new(
    "blocked_ms",
    text("Time the sender was blocked", "发送方阻塞的总时间"),
    Some(text("ms", "ms")),
);

/// Follows a channel that has one sender, send by send.
pub(crate) struct Sends<T> {
    channel: Chan<T>,
    lab: Lab,
    /// Sends that have blocked so far, by the channel's own count.
    blocked: u64,
    blocked_time: Duration,
}

impl<T: Send + 'static> Sends<T> {
    /// Figures of a channel on which nothing was sent yet.
    pub(crate) fn on(channel: &Chan<T>, lab: &Lab) -> Self {
        lab.metric(BLOCKED_SENDS.name, 0.0);
        lab.metric(BLOCKED_MS.name, 0.0);
        Sends {
            channel: channel.clone(),
            lab: lab.clone(),
            blocked: 0,
            blocked_time: Duration::ZERO,
        }
    }

    /// The sender's latest send came back after `took`. Tells whether it was
    /// the first that blocked.
    pub(crate) fn note(&mut self, took: Duration) -> bool {
        let before = self.blocked;
        self.blocked = self.channel.stats().blocked_sends;
        if self.blocked == before {
            return false;
        }
        self.blocked_time += took;
        self.lab.metric(BLOCKED_SENDS.name, self.blocked as f64);
        self.lab.metric(BLOCKED_MS.name, millis(self.blocked_time));
        before == 0
    }
}
