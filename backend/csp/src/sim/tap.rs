//! What is recorded, passed on: to whoever watches the run, and to the sink.
//!
//! The recorder's ring is emptied between two polls on the same thread, so
//! nothing has to be sorted; what it has no room for is spilled beside it.

use std::sync::Arc;

use super::watch::{Passed, Watch};
use crate::ledger::Ledger;
use crate::run::Trace;
use crate::trace::Event;
use crate::trace::recorder::{Recorder, Source};

/// The end of the recorder.
pub(super) struct Tap {
    source: Source,
    trace: Option<Trace>,
    ledger: Arc<Ledger>,
    pub(super) watch: Watch,
    events: Vec<Event>,
    pub(super) kept: u64,
    pub(super) dropped: u64,
    /// The time of the first event that was not kept.
    full_since_ns: Option<u64>,
}

impl Tap {
    pub(super) fn new(source: Source, trace: Option<Trace>, ledger: Arc<Ledger>) -> Self {
        Tap {
            source,
            trace,
            ledger,
            watch: Watch::default(),
            events: Vec::new(),
            kept: 0,
            dropped: 0,
            full_since_ns: None,
        }
    }

    /// Takes what was recorded, up to step `steps`.
    pub(super) fn drain(&mut self, recorder: &mut Recorder, passed: &[Passed], steps: u64) {
        let waiting = self.source.ring.slots();
        if waiting > 0 {
            let chunk = self.source.ring.read_chunk(waiting);
            for record in chunk.expect("as many as there are") {
                record.expand(&mut self.events);
            }
        }
        for record in recorder.spilled().drain(..) {
            record.expand(&mut self.events);
        }
        if self.events.is_empty() && passed.is_empty() {
            return;
        }
        self.watch.see(&mut self.events, passed, steps);
        self.ledger
            .profile(&self.events, self.ledger.clock.now_ns());
        if let Some(trace) = &mut self.trace {
            let room = trace.max_events.saturating_sub(self.kept);
            let kept = self
                .events
                .len()
                .min(usize::try_from(room).unwrap_or(usize::MAX));
            if kept > 0 {
                trace.sink.events(&self.events[..kept]);
                self.kept += kept as u64;
            }
            if let Some(first) = self.events[kept..].first() {
                self.full_since_ns.get_or_insert(first.t_ns);
                self.dropped += (self.events.len() - kept) as u64;
            }
        }
        self.events.clear();
    }

    /// Tells the sink what was not kept.
    pub(super) fn finish(&mut self, now_ns: u64) {
        if let (Some(trace), Some(since_ns)) = (&mut self.trace, self.full_since_ns) {
            trace.sink.dropped(since_ns, now_ns, self.dropped);
        }
    }
}
