//! A channel's buffer, as Go's `hchan` has it: a ring of slots, the one that
//! the next send fills and the one that the next receive empties.
//!
//! Only the length is in the events; a value enters where the length grows, and
//! the oldest leaves where it shrinks. What is handed straight to somebody who
//! waits changes neither, and passes by the ring. A value that came back from a
//! receive that was dropped lies before the ring and leaves first.
//!
//! After events that were not kept the length is unknown until the next
//! operation tells it, the values until they have left, and the marks for good.

use std::collections::VecDeque;

use protocol::Value;

/// The most values of one channel that are kept, the oldest first: more than
/// anybody looks at. What lies behind them is counted, and not known.
pub const MAX_HELD: u32 = 4_096;

/// A channel's buffer.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring {
    /// Its slots.
    pub capacity: u32,
    /// How many values the channel holds, if that is known.
    pub len: Option<u32>,
    /// The values, the oldest first; `None` where nobody knows or the program
    /// does not show it. At most [`MAX_HELD`].
    pub held: VecDeque<Option<Value>>,
    /// How many of them came back, and lie before the ring.
    pub returned: u32,
    /// The slot that the next receive empties, if that is known.
    pub recvx: Option<u32>,
    /// Whether it is closed, if that is known.
    pub closed: Option<bool>,
}

impl Ring {
    /// An empty one.
    pub fn new(capacity: u32) -> Ring {
        Ring {
            capacity,
            len: Some(0),
            held: VecDeque::new(),
            returned: 0,
            recvx: Some(0),
            closed: Some(false),
        }
    }

    /// The slot that the next send fills, if that is known.
    pub fn sendx(&self) -> Option<u32> {
        let filled = u64::from(self.len?.saturating_sub(self.returned));
        let next = u64::from(self.recvx?) + filled;
        Some(next.checked_rem(u64::from(self.capacity)).unwrap_or(0) as u32)
    }

    /// A value entered the channel, which holds `len` now.
    pub fn sent(&mut self, len: u32, value: Option<Value>) {
        let before = self.len.unwrap_or(0);
        self.resize(len);
        // It is among the values only if it was not handed straight on.
        let entered = len > before || self.len.is_none();
        if entered
            && len <= MAX_HELD
            && let Some(last) = self.held.back_mut()
        {
            *last = value;
        }
        self.len = Some(len);
    }

    /// A value left the channel, which holds `len` now.
    pub fn received(&mut self, len: u32) {
        self.resize(len);
        self.len = Some(len);
    }

    /// A value came back, and is the oldest now.
    pub fn came_back(&mut self, len: u32) {
        let front = len.saturating_sub(1);
        self.resize(front);
        self.len = Some(len);
        self.returned += 1;
        self.held.push_front(None);
        self.held.truncate(MAX_HELD as usize);
    }

    /// Events were not kept.
    pub fn forget(&mut self) {
        self.len = None;
        self.held.clear();
        self.returned = 0;
        self.recvx = None;
        self.closed = self.closed.filter(|closed| *closed);
    }

    /// Takes out the oldest, or makes place for more, until there are `len`.
    fn resize(&mut self, len: u32) {
        for _ in len..self.len.unwrap_or(len) {
            self.held.pop_front();
            if self.returned > 0 {
                self.returned -= 1;
            } else if let Some(recvx) = &mut self.recvx {
                *recvx = (*recvx + 1).checked_rem(self.capacity).unwrap_or(0);
            }
        }
        self.held.resize(len.min(MAX_HELD) as usize, None);
        self.returned = self.returned.min(len);
    }
}
