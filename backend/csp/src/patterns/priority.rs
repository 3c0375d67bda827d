//! Two channels, one of them first.
//!
//! A `select` is fair: of two channels that are ready it takes either. To prefer
//! one, look at it by itself before:
//!
//! ```
//! # csp::native::run(csp::run::Config::default(), async {
//! # let (high, low) = (csp::chan(2), csp::chan(1));
//! # high.send(1).await; high.send(2).await; low.send(3).await;
//! # high.close(); low.close();
//! # let (mut high, mut low) = (high.receiver(), low.receiver());
//! # let nil = csp::Chan::<i32>::nil();
//! let mut open = 2;
//! while open > 0 {
//!     if let Ok(urgent) = high.try_recv() {
//!         csp::println!("{urgent}");
//!         continue;
//!     }
//!     csp::select! {
//!         urgent = high.recv() => match urgent {
//!             Some(urgent) => csp::println!("{urgent}"),
//!             // Closed: as nil it is never ready again.
//!             None => (high, open) = (nil.receiver(), open - 1),
//!         },
//!         other = low.recv() => match other {
//!             Some(other) => csp::println!("{other}"),
//!             None => (low, open) = (nil.receiver(), open - 1),
//!         },
//!     }
//! }
//! # });
//! ```
//!
//! Two things go wrong easily. A closed channel is always ready, so a loop that
//! keeps it spins: set it to nil. And both being empty for a moment is not the
//! end: wait. [`Prioritized`] does both.

use crate::{Chan, Receiver, RecvError};

/// Receives from two channels, from `high` first.
///
/// Strictly, as far as can be seen when a receive begins: if both are empty then,
/// whichever gets a value first is taken.
pub struct Prioritized<T> {
    /// As nil channels once they are closed.
    high: Receiver<T>,
    low: Receiver<T>,
    open: usize,
}

/// Which channel a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Priority {
    /// That which goes first.
    High,
    /// The other.
    Low,
}

impl<T: Send + 'static> Prioritized<T> {
    /// From `high`, and from `low` while there is nothing in it.
    pub fn new(high: Receiver<T>, low: Receiver<T>) -> Self {
        Prioritized { high, low, open: 2 }
    }

    /// Receives the next value, with the channel that it came from; `None` once
    /// both are closed and empty.
    ///
    /// Cancel safety: dropped before it resolves, it loses nothing.
    ///
    /// Events: `Blocked` if it waits, `Received`.
    pub async fn recv(&mut self) -> Option<(Priority, T)> {
        while self.open > 0 {
            match self.high.try_recv() {
                Ok(value) => return Some((Priority::High, value)),
                Err(RecvError::Closed) => self.closed(Priority::High),
                Err(RecvError::Empty) => {}
            }
            let (from, value) = crate::select! {
                value = self.high.recv() => (Priority::High, value),
                value = self.low.recv() => (Priority::Low, value),
            };
            match value {
                Some(value) => return Some((from, value)),
                None => self.closed(from),
            }
        }
        None
    }

    /// A closed channel is ready for ever, a nil one never.
    fn closed(&mut self, which: Priority) {
        self.open -= 1;
        match which {
            Priority::High => self.high = Chan::nil().receiver(),
            Priority::Low => self.low = Chan::nil().receiver(),
        }
    }
}
