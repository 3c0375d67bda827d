//! Where events go while a trace is measured: they are counted.

use csp::run::Trace;
use csp::trace::{Event, Sink};

/// A sink that costs as little as one can.
pub(crate) struct Counting {
    events: u64,
    dropped: u64,
}

impl Counting {
    /// A trace without a bound.
    pub(crate) fn trace() -> Trace {
        Trace {
            sink: Box::new(Counting {
                events: 0,
                dropped: 0,
            }),
            max_events: u64::MAX,
        }
    }
}

impl Sink for Counting {
    fn events(&mut self, events: &[Event]) {
        self.events += events.len() as u64;
    }

    fn dropped(&mut self, _from_ns: u64, _to_ns: u64, count: u64) {
        self.dropped += count;
    }
}
