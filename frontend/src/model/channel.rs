//! A channel's occupancy over time, and who waits for it.

/// The most steps that are kept of one channel's occupancy; beyond it every
/// second one is forgotten, so that memory stays bounded and the shape stays.
pub const MAX_STEPS: usize = 262_144;

/// The occupancy from a time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// From when.
    pub t_ns: u64,
    /// How many values it held from then on.
    pub len: u32,
    /// Whether a value passed through at that moment without a stop, from a
    /// sender to a receiver.
    pub hand_over: bool,
}

/// A channel.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its number.
    pub object: u32,
    /// Its name, where the program gave one.
    pub name: Option<String>,
    /// The capacity of its buffer.
    pub capacity: u32,
    /// When it was made, or first seen.
    pub from_ns: u64,
    /// When it was closed.
    pub closed_ns: Option<u64>,
    /// Its occupancy, in order of time.
    pub steps: Vec<Step>,
    /// Values that entered it.
    pub sends: u64,
    /// Values that left it.
    pub receives: u64,
    /// The most values that it held at once.
    pub peak_len: u32,
    /// Senders that wait.
    pub waiting_senders: u32,
    /// Receivers that wait.
    pub waiting_receivers: u32,
    /// Whether events are missing since it was made, so that nobody knows how
    /// many values passed.
    pub(super) miscounted: bool,
}

impl Channel {
    pub(super) fn new(object: u32, from_ns: u64) -> Self {
        Channel {
            object,
            name: None,
            capacity: 0,
            from_ns,
            closed_ns: None,
            steps: Vec::new(),
            sends: 0,
            receives: 0,
            peak_len: 0,
            waiting_senders: 0,
            waiting_receivers: 0,
            miscounted: false,
        }
    }

    /// How many values it holds, as far as is known.
    pub fn len(&self) -> u32 {
        self.steps.last().map_or(0, |step| step.len)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which send one that begins to wait now is; 0 if nobody knows.
    pub(super) fn next_send(&self) -> u32 {
        if self.miscounted {
            return 0;
        }
        (self.sends as u32)
            .saturating_add(self.waiting_senders)
            .saturating_add(1)
    }

    /// Which receive one that begins to wait now is; 0 if nobody knows.
    pub(super) fn next_receive(&self) -> u32 {
        if self.miscounted {
            return 0;
        }
        (self.receives as u32)
            .saturating_add(self.waiting_receivers)
            .saturating_add(1)
    }

    pub(super) fn step(&mut self, t_ns: u64, len: u32, hand_over: bool) {
        self.peak_len = self.peak_len.max(len);
        push_step(&mut self.steps, t_ns, len, hand_over);
    }
}

/// Adds a step, of a channel or of another queue.
pub(super) fn push_step(steps: &mut Vec<Step>, t_ns: u64, len: u32, hand_over: bool) {
    if steps.len() >= MAX_STEPS {
        let mut keep = false;
        steps.retain(|_| {
            keep = !keep;
            keep
        });
    }
    steps.push(Step {
        t_ns,
        len,
        hand_over,
    });
}
