//! The run as it came: the state of everything at any time of it.
//!
//! Frames stay encoded, at some 11 bytes an event, and are decoded again when
//! somebody asks for a time. They lie in segments, each with a copy of the
//! [`World`] as it was at its start; a segment is closed when it has
//! [`MIN_EVENTS`] events, and as many as the copy of the next start has parts. So
//! the copies together stay in proportion to the events, and a time costs one
//! copy and one segment, however long the run is.
//!
//! Invariants, each a test:
//! * [`History::world_at`] is what a replay from the start up to that time gives.
//! * A frame that came before changes nothing: events are known by their number,
//!   gaps by the number of the event after them.

use protocol::{Event, Frame, FrameHeader, Kind, Reason, Value};

use super::Gap;
use super::world::{Clock, Does, News, World};

/// The fewest events in a segment that another follows: some milliseconds of
/// replay.
pub const MIN_EVENTS: usize = 8_192;
/// The most events that are kept: as many as a server can be told to let
/// through. What comes beyond changes the latest state alone.
pub const MAX_EVENTS: usize = 10_000_000;

/// The most events that are looked through for a value in somebody's hands.
const MAX_AHEAD: usize = 16_384;

/// The run as it came.
#[derive(Debug)]
pub struct History {
    segments: Vec<Segment>,
    /// As of the last event.
    latest: World,
    next_seq: u64,
    /// The number of the event after the last gap, and the gap.
    last_gap: Option<(u64, Gap)>,
    /// The events that are kept.
    kept: usize,
    /// From when on nothing is kept, once [`MAX_EVENTS`] are.
    full_ns: Option<u64>,
}

/// Frames, from one copy of the world on.
#[derive(Debug)]
struct Segment {
    start: World,
    pieces: Vec<Piece>,
    events: usize,
}

/// A frame, without what came before.
#[derive(Debug)]
enum Piece {
    /// Its events from the `skip`th on are news.
    Events { bytes: Box<[u8]>, skip: usize },
    /// Events that were not kept.
    Gap(Gap),
}

impl Default for History {
    fn default() -> Self {
        History::new()
    }
}

impl History {
    /// Of a run of which nothing is known yet.
    pub fn new() -> History {
        History {
            segments: vec![Segment::at(World::default())],
            latest: World::default(),
            next_seq: 0,
            last_gap: None,
            kept: 0,
            full_ns: None,
        }
    }

    /// The state after the last event that is known.
    pub fn latest(&self) -> &World {
        &self.latest
    }

    /// Takes in a frame, as it came and as it reads. False if all of it came
    /// before: whoever reads a stream again gets its gaps again.
    pub fn take(&mut self, bytes: &[u8], frame: &Frame) -> bool {
        match frame {
            Frame::Events { first_seq, events } => self.take_events(bytes, *first_seq, events),
            Frame::Dropped {
                from_ns,
                to_ns,
                count,
            } if *count > 0 => {
                let (from_ns, to_ns, count) = (*from_ns, (*to_ns).max(*from_ns), *count);
                let seq = FrameHeader::read(bytes).map_or(0, |header| header.first_seq);
                self.take_gap(
                    seq,
                    Gap {
                        from_ns,
                        to_ns,
                        count,
                    },
                )
            }
            _ => true,
        }
    }

    fn take_events(&mut self, bytes: &[u8], first_seq: u64, events: &[Event]) -> bool {
        let skip = self.next_seq.saturating_sub(first_seq) as usize;
        let news = events.get(skip..).unwrap_or_default();
        if news.is_empty() {
            return false;
        }
        self.close_segment();
        for event in news {
            self.latest.take(News::Event(event));
        }
        self.next_seq = first_seq + events.len() as u64;
        let bytes = bytes.into();
        self.keep(Piece::Events { bytes, skip }, news.len());
        true
    }

    fn take_gap(&mut self, seq: u64, gap: Gap) -> bool {
        if seq < self.next_seq || self.last_gap == Some((seq, gap)) {
            return false;
        }
        self.last_gap = Some((seq, gap));
        self.latest.take(News::Gap(gap));
        self.keep(Piece::Gap(gap), 1);
        true
    }

    /// Begins another segment if the last one is long enough.
    fn close_segment(&mut self) {
        let events = self.segments.last().map_or(0, |last| last.events);
        if self.full_ns.is_none() && events >= MIN_EVENTS && events >= self.latest.size() {
            self.segments.push(Segment::at(self.latest.clone()));
        }
    }

    fn keep(&mut self, piece: Piece, events: usize) {
        if self.kept >= MAX_EVENTS {
            self.full_ns.get_or_insert(self.latest.t_ns());
        } else if let Some(last) = self.segments.last_mut() {
            last.pieces.push(piece);
            last.events += events;
            self.kept += events;
        }
    }

    /// The state after all that happened up to `t_ns`.
    pub fn world_at(&self, t_ns: u64) -> World {
        if t_ns >= self.latest.t_ns() {
            return self.latest.clone();
        }
        let first = self.segment_of(t_ns);
        let mut world = self.segments[first].start.clone();
        self.replay(first, &mut |then_ns, news| {
            let goes_on = then_ns <= t_ns;
            if goes_on {
                world.take(news);
            }
            goes_on
        });
        if self.full_ns.is_some_and(|full_ns| t_ns >= full_ns) {
            world.forget();
        }
        world
    }

    /// What those who wait to send at `t_ns` have in their hands, by goroutine:
    /// the events tell it when the value enters the channel, so it is looked up
    /// in what came next, and not known of one who still waits at the end.
    pub fn in_hands(&self, world: &World, t_ns: u64) -> Vec<(u32, Value)> {
        let waits = |g: u32| match world.goroutines.get(g).map(|one| one.does) {
            Some(Does::Waits(Reason::ChanSend, object)) => Some(object),
            _ => None,
        };
        let mut missing = world.alive().filter(|(g, _)| waits(*g).is_some()).count();
        let mut found: Vec<(u32, Value)> = Vec::new();
        if missing == 0 {
            return found;
        }
        let mut seen = 0;
        self.replay(self.segment_of(t_ns), &mut |then_ns, news| {
            if then_ns <= t_ns {
                return true;
            }
            seen += 1;
            if let News::Event(event) = news
                && let Kind::Sent { object, value, .. } = &event.kind
                && waits(event.g) == Some(*object)
                && !found.iter().any(|(g, _)| *g == event.g)
            {
                missing = missing.saturating_sub(1);
                found.extend(value.clone().map(|value| (event.g, value)));
            }
            missing > 0 && seen < MAX_AHEAD && matches!(news, News::Event(_))
        });
        found
    }

    /// The first time after `t_ns` at which anything happened.
    pub fn time_after(&self, t_ns: u64) -> Option<u64> {
        let mut found = None;
        self.replay(self.segment_of(t_ns), &mut |then_ns, _| {
            if then_ns > t_ns {
                found = Some(then_ns);
            }
            found.is_none()
        });
        found
    }

    /// The time of what happened before that which the reader sees at `t_ns`:
    /// the last but one of the times up to then.
    pub fn time_before(&self, t_ns: u64) -> Option<u64> {
        let shown_ns = self.last_below(t_ns.saturating_add(1))?;
        self.last_below(shown_ns)
    }

    /// The last time below `limit_ns` at which anything happened.
    fn last_below(&self, limit_ns: u64) -> Option<u64> {
        let first = self.segment_of(limit_ns.checked_sub(1)?);
        // A copy has the time of the event before it; the first copy has none.
        let mut found = (first > 0).then(|| self.segments[first].start.t_ns());
        self.replay(first, &mut |then_ns, _| {
            let below = then_ns < limit_ns;
            if below {
                found = Some(then_ns);
            }
            below
        });
        found
    }

    /// The last segment that began at or before `t_ns`.
    fn segment_of(&self, t_ns: u64) -> usize {
        let later = |segment: &Segment| segment.start.t_ns() <= t_ns;
        self.segments.partition_point(later).saturating_sub(1)
    }

    /// What came from a segment on, with its times, for as long as `see` wants
    /// more.
    fn replay(&self, first: usize, see: &mut dyn FnMut(u64, News<'_>) -> bool) {
        let mut clock: Clock = self.segments[first].start.clock;
        for piece in self.segments[first..].iter().flat_map(|one| &one.pieces) {
            match piece {
                Piece::Gap(gap) => {
                    if !see(clock.moved(News::Gap(*gap)), News::Gap(*gap)) {
                        return;
                    }
                }
                Piece::Events { bytes, skip } => {
                    // It was decoded once already.
                    let Ok(Frame::Events { events, .. }) = Frame::decode(bytes) else {
                        return;
                    };
                    for event in events.iter().skip(*skip) {
                        if !see(clock.moved(News::Event(event)), News::Event(event)) {
                            return;
                        }
                    }
                }
            }
        }
    }
}

impl Segment {
    fn at(start: World) -> Segment {
        Segment {
            start,
            pieces: Vec::new(),
            events: 0,
        }
    }
}

#[cfg(test)]
mod tests;
