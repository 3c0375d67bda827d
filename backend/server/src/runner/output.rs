//! What a runner writes: frames on its standard output, each with its length.
//!
//! 1. Events collect until a frame is full or [`FLUSH_MILLIS`] old. The first
//!    after a pause goes out at once.
//! 2. Lines beyond the limit of output bytes, and events beyond
//!    [`story_bytes`], are counted and not written.
//! 3. `End` is written once. Whoever comes later writes nothing.

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use csp::trace::Sink;
use protocol::frame::{FLUSH_MILLIS, MAX_BYTES, MAX_EVENTS};
use protocol::{Event, Frame, Kind, Limits, RunEnd, RunHeader};

use crate::wire::{self, Places};

/// Bytes of frames for each event that the limits of a run let through: one with
/// short names takes a quarter.
const STORY_BYTES_AN_EVENT: usize = 64;
/// Bytes of texts at which a frame goes out though it has room for events.
const FRAME_TEXT_BYTES: usize = MAX_BYTES / 16;

/// The most bytes of frames that a run of at most `events` events writes.
pub fn story_bytes(events: u64) -> usize {
    usize::try_from(events)
        .unwrap_or(usize::MAX)
        .saturating_mul(STORY_BYTES_AN_EVENT)
}

/// The output of a run. Clones write to the same.
#[derive(Clone)]
pub(super) struct Output {
    state: Arc<Mutex<State>>,
}

struct State {
    pipe: Box<dyn Write + Send>,
    places: Places,
    pending: Vec<Event>,
    pending_text_bytes: usize,
    /// When events last went out.
    flushed: Option<Instant>,
    next_seq: u64,
    now_ns: u64,
    written_bytes: usize,
    story_bytes: usize,
    line_bytes: u64,
    max_line_bytes: u64,
    dropped_lines: u64,
    /// Events that found the story full, and when the first of them was.
    overflow: u64,
    overflow_from_ns: u64,
    ended: bool,
}

/// What was not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NotKept {
    /// Output lines beyond their limit.
    pub(super) lines: u64,
    /// Events beyond [`story_bytes`].
    pub(super) events: u64,
}

impl Output {
    pub(super) fn new(pipe: Box<dyn Write + Send>, limits: &Limits) -> Output {
        let state = State {
            pipe,
            places: Places::default(),
            pending: Vec::new(),
            pending_text_bytes: 0,
            flushed: None,
            next_seq: 0,
            now_ns: 0,
            written_bytes: 0,
            story_bytes: story_bytes(limits.events),
            line_bytes: 0,
            max_line_bytes: limits.output_bytes,
            dropped_lines: 0,
            overflow: 0,
            overflow_from_ns: 0,
            ended: false,
        };
        Output {
            state: Arc::new(Mutex::new(state)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the first frame.
    pub(super) fn begin(&self, header: RunHeader) {
        self.state().write(&Frame::Header(Box::new(header)));
    }

    /// Writes what is due.
    pub(super) fn flush_due(&self) {
        let mut state = self.state();
        if state.is_due() {
            state.flush();
        }
    }

    /// Writes the rest and the last frame, which is made of what was not kept.
    /// Does nothing after the first time.
    pub(super) fn end(&self, end: impl FnOnce(NotKept) -> RunEnd) {
        let mut state = self.state();
        if state.ended {
            return;
        }
        state.flush();
        state.tell_overflow();
        let end = end(NotKept {
            lines: state.dropped_lines,
            events: state.overflow,
        });
        state.write(&Frame::End(Box::new(end)));
        state.ended = true;
    }
}

impl Sink for Output {
    fn events(&mut self, events: &[csp::trace::Event]) {
        let mut state = self.state();
        if state.ended {
            return;
        }
        for event in events {
            state.take(event);
        }
        if state.is_due() {
            state.flush();
        }
    }

    fn dropped(&mut self, from_ns: u64, to_ns: u64, count: u64) {
        let mut state = self.state();
        if state.ended {
            return;
        }
        state.flush();
        state.write(&Frame::Dropped {
            from_ns,
            to_ns,
            count,
        });
    }
}

impl State {
    fn is_due(&self) -> bool {
        let long_ago = |flushed: Instant| flushed.elapsed() >= Duration::from_millis(FLUSH_MILLIS);
        !self.pending.is_empty() && self.flushed.is_none_or(long_ago)
    }

    fn take(&mut self, event: &csp::trace::Event) {
        if self.written_bytes >= self.story_bytes {
            if self.overflow == 0 {
                self.overflow_from_ns = event.t_ns;
            }
            self.overflow += 1;
            return;
        }
        let mut event = wire::event(event, &mut self.places);
        if let Kind::Line { text } = &event.kind {
            let bytes = self.line_bytes + text.len() as u64;
            if bytes > self.max_line_bytes {
                // Shorter lines after it would fit, and make a text that was
                // never printed: the first that does not fit is the last.
                self.line_bytes = self.max_line_bytes;
                self.dropped_lines += 1;
                return;
            }
            self.line_bytes = bytes;
        }
        // A frame holds differences of times, which the core never lets
        // decrease; were it to, the run is worth more than one number.
        self.now_ns = self.now_ns.max(event.t_ns);
        event.t_ns = self.now_ns;
        self.pending_text_bytes += text_bytes(&event.kind);
        self.pending.push(event);
        if self.pending.len() == MAX_EVENTS || self.pending_text_bytes >= FRAME_TEXT_BYTES {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        if let Some((first, places)) = self.places.take_fresh() {
            self.write(&Frame::Places { first, places });
        }
        let events = std::mem::take(&mut self.pending);
        self.pending_text_bytes = 0;
        let first_seq = self.next_seq;
        self.next_seq += events.len() as u64;
        self.write(&Frame::Events { first_seq, events });
        self.flushed = Some(Instant::now());
    }

    fn tell_overflow(&mut self) {
        if self.overflow > 0 {
            self.write(&Frame::Dropped {
                from_ns: self.overflow_from_ns,
                to_ns: self.now_ns.max(self.overflow_from_ns),
                count: self.overflow,
            });
        }
    }

    /// A pipe that nobody reads any more cannot be told so; the end of the
    /// input, which comes with it, ends the run.
    fn write(&mut self, frame: &Frame) {
        let bytes = frame.encode(self.next_seq);
        let length = u32::try_from(bytes.len()).expect("a frame is within its limit");
        self.written_bytes += bytes.len();
        let whole = [&length.to_le_bytes(), bytes.as_slice()].concat();
        let _ = self.pipe.write_all(&whole);
    }
}

/// Bytes of the texts in an event.
fn text_bytes(kind: &Kind) -> usize {
    match kind {
        Kind::Line { text } => text.len(),
        Kind::Created { name, .. } | Kind::Made { name, .. } => {
            name.as_ref().map_or(0, String::len)
        }
        Kind::Counter { name, .. }
        | Kind::RegionBegun { name }
        | Kind::RegionEnded { name }
        | Kind::SpanBegun { name, .. } => name.len(),
        Kind::Panicked { message, .. } | Kind::SpanFailed { message, .. } => message.len(),
        Kind::SpanAttribute { key, value, .. } => key.len() + value_bytes(value),
        Kind::Sent { value, .. } | Kind::Received { value, .. } => {
            value.as_ref().map_or(0, value_bytes)
        }
        _ => 0,
    }
}

fn value_bytes(value: &protocol::Value) -> usize {
    match value {
        protocol::Value::Text(text) => text.len(),
        protocol::Value::Int(_) => 0,
    }
}
