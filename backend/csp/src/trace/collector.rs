//! Collecting: one thread a run that sorts what the others recorded and passes
//! it to the sink. [`recorder`](super::recorder) has the protocol.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Event;
use super::recorder::{Inbox, Source};
use crate::detect::Sides;
use crate::ledger::Ledger;
use crate::run::Trace;

/// How long the collector sleeps between two rounds: a reader sees an event
/// some milliseconds after it happened.
const ROUND: Duration = Duration::from_millis(2);

/// How often a round looks at a thread for a time between two moments, which
/// last some nanoseconds each; met in none, the thread bounds what it did before.
const LOOKS: u32 = 100;

/// The running collector.
pub(crate) struct Collector {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Collected>,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Collected {
    pub(crate) events: u64,
    pub(crate) dropped: u64,
    pub(crate) sides: Sides,
}

impl Collector {
    /// Starts collecting.
    pub(crate) fn start(inbox: Inbox, trace: Trace, ledger: Arc<Ledger>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut round = Round {
            held: Vec::new(),
            sides: Sides::default(),
            kept: 0,
            dropped: 0,
            until_ns: 0,
            gap_since_ns: None,
            gap: 0,
            inbox,
            sources: Vec::new(),
            before_ns: 0,
            trace,
            ledger,
        };
        let stopped = stop.clone();
        let thread = thread::Builder::new()
            .name("csp-collector".to_owned())
            .spawn(move || {
                while !stopped.load(Ordering::Acquire) {
                    round.collect(false);
                    thread::park_timeout(ROUND);
                }
                round.collect(true);
                if round.dropped > 0 {
                    round.sides.gap();
                }
                Collected {
                    events: round.kept,
                    dropped: round.dropped,
                    sides: round.sides,
                }
            })
            .expect("the system starts a thread");
        Collector { stop, thread }
    }

    /// Collects what is left and stops. Every recorder must be gone by now.
    pub(crate) fn finish(self) -> Collected {
        self.stop.store(true, Ordering::Release);
        self.thread.thread().unpark();
        // A sink that panics loses its own events; the run's outcome stands.
        self.thread.join().unwrap_or_default()
    }
}

struct Round {
    inbox: Inbox,
    sources: Vec<Watched>,
    /// When the round before this one began.
    before_ns: u64,
    trace: Trace,
    ledger: Arc<Ledger>,
    /// Events that are not yet known to be the next.
    held: Vec<Event>,
    /// Who was seen where, for the end of the run.
    sides: Sides,
    kept: u64,
    dropped: u64,
    /// Everything up to here was passed on.
    until_ns: u64,
    /// Where the present gap began, and how many events it holds.
    gap_since_ns: Option<u64>,
    gap: u64,
}

/// A thread that records, as it was in the round before.
struct Watched {
    source: Source,
    turn: u64,
    /// The latest time that was read.
    read_ns: u64,
    /// The latest time of a moment that is known to have ended.
    last_ns: u64,
}

impl Watched {
    fn new(source: Source) -> Self {
        Watched {
            source,
            turn: u64::MAX,
            read_ns: 0,
            last_ns: 0,
        }
    }

    /// Takes what there is. Returns a time before which nothing more can come:
    /// `before_ns`, the round before, if the thread was quiet since then.
    fn take(&mut self, before_ns: u64, events: &mut Vec<Event>) -> u64 {
        let (turn, waiting) = self.look();
        let chunk = self.source.ring.read_chunk(waiting);
        let first = events.len();
        for record in chunk.expect("as many as there are") {
            record.expand(events);
        }
        let times = events[first..].iter().map(|event| event.t_ns);
        self.read_ns = times.fold(self.read_ns, u64::max);
        let between = turn.is_multiple_of(2);
        if between {
            // All moments of what was read have ended; the next begins after.
            self.last_ns = self.read_ns;
        }
        let quiet = between && turn == self.turn;
        self.turn = turn;
        match quiet {
            true => before_ns.max(self.last_ns),
            false => self.last_ns,
        }
    }

    /// The thread's turn, between two moments if it can be met there, and the
    /// records that were there before.
    fn look(&self) -> (u64, usize) {
        let mut looks = 0;
        loop {
            // In this order: what was counted first was recorded in moments that
            // an even turn says have ended.
            let waiting = self.source.ring.slots();
            let turn = self.source.shared.turn();
            looks += 1;
            if turn.is_multiple_of(2) || looks == LOOKS {
                return (turn, waiting);
            }
            std::hint::spin_loop();
        }
    }
}

impl Round {
    fn collect(&mut self, last: bool) {
        let now_ns = self.ledger.clock.now_ns();
        let opened = self.inbox.take();
        self.sources.extend(opened.into_iter().map(Watched::new));
        let mut safe_ns = u64::MAX;
        let mut dropped = 0;
        for watched in &mut self.sources {
            let bound_ns = watched.take(self.before_ns, &mut self.held);
            safe_ns = safe_ns.min(bound_ns);
            let channel = &watched.source.shared;
            dropped += channel.dropped.swap(0, Ordering::Relaxed);
        }
        // The counter of one core may be read a little early by another.
        self.before_ns = now_ns.saturating_sub(1_000);
        if last {
            safe_ns = u64::MAX;
        }
        self.held.sort_by_key(|event| event.t_ns);
        let ready = self.held.partition_point(|event| event.t_ns <= safe_ns);
        let seen_ns = if last { now_ns } else { safe_ns.min(now_ns) };
        self.ledger.profile(&self.held[..ready], seen_ns);
        self.pass_on(ready);
        self.report_gap(dropped, now_ns, last);
        if !last {
            self.until_ns = self.until_ns.max(safe_ns);
        }
    }

    /// Passes the first `ready` events on, as far as the limit allows.
    fn pass_on(&mut self, ready: usize) {
        let room = self.trace.max_events.saturating_sub(self.kept);
        let taken = ready.min(usize::try_from(room).unwrap_or(usize::MAX));
        for event in &self.held[..taken] {
            self.sides.see(event);
        }
        if taken > 0 {
            self.trace.sink.events(&self.held[..taken]);
            self.kept += taken as u64;
        }
        if let Some(first) = self.held[taken..ready].first() {
            self.gap_since_ns.get_or_insert(first.t_ns);
            self.gap += (ready - taken) as u64;
            for watched in &self.sources {
                let channel = &watched.source.shared;
                channel.full.store(true, Ordering::Relaxed);
            }
        }
        self.held.drain(..ready);
    }

    /// Tells the sink what was not kept: a ring that overflowed at once, since
    /// events follow; a run that had its fill at its end.
    fn report_gap(&mut self, dropped: u64, now_ns: u64, last: bool) {
        if dropped > 0 {
            self.gap_since_ns.get_or_insert(self.until_ns);
            self.gap += dropped;
        }
        let filled = self.kept >= self.trace.max_events;
        if let Some(from_ns) = self.gap_since_ns
            && self.gap > 0
            && (last || !filled)
        {
            self.trace.sink.dropped(from_ns, now_ns, self.gap);
            self.dropped += self.gap;
            self.gap_since_ns = None;
            self.gap = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Clock;
    use crate::trace::Kind;
    use crate::trace::record::Record;

    /// A moment that is still open may record at its own time after one inside
    /// of it recorded at a later one: until it ends, that later time bounds
    /// nothing.
    #[test]
    fn an_open_moment_may_still_record_at_its_time() {
        let ledger = Arc::new(Ledger::new(true, Clock::start(), 0));
        let inbox = Inbox::default();
        let mut recorder = inbox.open(ledger);
        let mut watched = Watched::new(inbox.take().pop().unwrap());
        let mut events = Vec::new();

        let outer_ns = recorder.begin();
        let mut inner_ns = outer_ns;
        while inner_ns == outer_ns {
            inner_ns = recorder.record(0, 1, None, Kind::Started);
        }
        assert!(watched.take(0, &mut events) <= outer_ns);
        recorder.push(|| {
            Record::Event(Event {
                t_ns: outer_ns,
                p: 0,
                g: 1,
                at: None,
                kind: Kind::Ended,
            })
        });
        recorder.end();
        assert_eq!(watched.take(0, &mut events), inner_ns);
        assert!(matches!(events.last().unwrap().kind, Kind::Ended));
    }
}
