//! Binary frames: a run's story, from its header to its end.
//!
//! A frame is a fixed header of [`HEADER_BYTES`] and a body in postcard:
//!
//! ```text
//! kind: u8 | count: u32 LE | first_seq: u64 LE | body
//! ```
//!
//! `count` and `first_seq` tell how many events are in the body and the
//! sequence number of the first, so that the server relays, stores and resumes
//! a stream without decoding any event. On a WebSocket a message is a frame;
//! on a byte stream (a runner's standard output, `application/octet-stream`)
//! each frame has its length before it, as u32 LE.
//!
//! The order in a run: `Header` first; `Places` before the first event that
//! names one of them; `End` last, after which nothing comes. `Queued` comes
//! from the server alone, before the header. A run that ends before it has begun
//! (stopped in the queue, or its runner lost) has an `End` and no header.
//!
//! Sequence numbers begin at 0 and count events only. A reader that comes back
//! with `from=SEQ` gets every frame that is not `Events`, and those events from
//! the frame that holds SEQ on: it may see some events again, and knows them by
//! their number.

use serde::{Deserialize, Serialize};

use crate::event::{Event, Kind, Place};
use crate::run::{RunEnd, RunHeader};

/// Bytes of a frame's fixed header.
pub const HEADER_BYTES: usize = 13;
/// The most events in a frame.
pub const MAX_EVENTS: usize = 10_000;
/// The most bytes of a frame: events with the longest output lines that the
/// limits of a run let through.
pub const MAX_BYTES: usize = 16 << 20;
/// How long events may wait for a frame to fill.
pub const FLUSH_MILLIS: u64 = 16;

/// A part of a run's story.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// The run waits behind `position` others; 0 is the next to start.
    Queued { position: u32 },
    /// What runs, with which parameters and limits.
    Header(Box<RunHeader>),
    /// Places in the code: the first has the key `first`, the next `first + 1`.
    Places { first: u32, places: Vec<Place> },
    /// What happened.
    Events { first_seq: u64, events: Vec<Event> },
    /// Between `from_ns` and `to_ns`, `count` events were not kept. It stands
    /// where they would have been.
    Dropped {
        from_ns: u64,
        to_ns: u64,
        count: u64,
    },
    /// How it went.
    End(Box<RunEnd>),
}

/// The fixed part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// What the body is.
    pub kind: FrameKind,
    /// The events in it; 0 in all other kinds.
    pub count: u32,
    /// The sequence number of the first event, or of the next to come.
    pub first_seq: u64,
}

/// What a frame's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FrameKind {
    /// [`Frame::Queued`]
    Queued = 1,
    /// [`Frame::Header`]
    Header = 2,
    /// [`Frame::Places`]
    Places = 3,
    /// [`Frame::Events`]
    Events = 4,
    /// [`Frame::Dropped`]
    Dropped = 5,
    /// [`Frame::End`]
    End = 6,
}

/// Why bytes are not a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Fewer bytes than a header.
    Short { bytes: usize },
    /// A kind that this version does not know.
    UnknownKind { kind: u8 },
    /// More than [`MAX_BYTES`] or [`MAX_EVENTS`].
    TooLarge { bytes: usize },
    /// The body does not decode.
    Body { message: String },
}

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FrameError::Short { bytes } => {
                write!(f, "a frame of {bytes} bytes, shorter than its header")
            }
            FrameError::UnknownKind { kind } => write!(f, "a frame of the unknown kind {kind}"),
            FrameError::TooLarge { bytes } => {
                write!(f, "a frame of {bytes} bytes, over the limit of {MAX_BYTES}")
            }
            FrameError::Body { message } => write!(f, "a frame that does not decode: {message}"),
        }
    }
}

impl std::error::Error for FrameError {}

/// An event as it is packed: times as differences, since most fit two bytes.
#[derive(Serialize, Deserialize)]
struct Packed<K> {
    since_ns: u64,
    p: u16,
    g: u32,
    at: u32,
    kind: K,
}

impl FrameHeader {
    /// Reads the fixed header.
    ///
    /// # Errors
    /// [`FrameError::Short`], [`FrameError::UnknownKind`] or
    /// [`FrameError::TooLarge`].
    pub fn read(bytes: &[u8]) -> Result<FrameHeader, FrameError> {
        if bytes.len() > MAX_BYTES {
            return Err(FrameError::TooLarge { bytes: bytes.len() });
        }
        let short = FrameError::Short { bytes: bytes.len() };
        let fixed: &[u8; HEADER_BYTES] = bytes.first_chunk().ok_or(short)?;
        let [kind, count @ .., _, _, _, _, _, _, _, _] = fixed;
        let [_, _, _, _, _, first_seq @ ..] = fixed;
        let kind = match kind {
            1 => FrameKind::Queued,
            2 => FrameKind::Header,
            3 => FrameKind::Places,
            4 => FrameKind::Events,
            5 => FrameKind::Dropped,
            6 => FrameKind::End,
            &kind => return Err(FrameError::UnknownKind { kind }),
        };
        Ok(FrameHeader {
            kind,
            count: u32::from_le_bytes(*count),
            first_seq: u64::from_le_bytes(*first_seq),
        })
    }
}

impl Frame {
    /// The frame as bytes. `next_seq` is the sequence number of the next event
    /// of the run; frames of events carry their own.
    ///
    /// # Panics
    /// If events are not in the order of time, or more than [`MAX_EVENTS`].
    pub fn encode(&self, next_seq: u64) -> Vec<u8> {
        let (kind, count, first_seq) = match self {
            Frame::Queued { .. } => (FrameKind::Queued, 0, next_seq),
            Frame::Header(_) => (FrameKind::Header, 0, next_seq),
            Frame::Places { .. } => (FrameKind::Places, 0, next_seq),
            Frame::Events { first_seq, events } => (FrameKind::Events, events.len(), *first_seq),
            Frame::Dropped { .. } => (FrameKind::Dropped, 0, next_seq),
            Frame::End(_) => (FrameKind::End, 0, next_seq),
        };
        assert!(count <= MAX_EVENTS, "{count} events in one frame");
        let mut bytes = Vec::with_capacity(HEADER_BYTES + 64 + count * 16);
        bytes.push(kind as u8);
        bytes.extend_from_slice(&(count as u32).to_le_bytes());
        bytes.extend_from_slice(&first_seq.to_le_bytes());
        match self {
            Frame::Queued { position } => pack(position, bytes),
            Frame::Header(header) => pack(header, bytes),
            Frame::Places { first, places } => pack(&(first, places), bytes),
            Frame::Events { events, .. } => pack(&packed(events), bytes),
            Frame::Dropped {
                from_ns,
                to_ns,
                count,
            } => pack(&(from_ns, to_ns, count), bytes),
            Frame::End(end) => pack(end, bytes),
        }
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// Any [`FrameError`].
    pub fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
        let header = FrameHeader::read(bytes)?;
        let body = bytes.get(HEADER_BYTES..).unwrap_or_default();
        Ok(match header.kind {
            FrameKind::Queued => Frame::Queued {
                position: unpack(body)?,
            },
            FrameKind::Header => Frame::Header(unpack(body)?),
            FrameKind::Places => {
                let (first, places) = unpack(body)?;
                Frame::Places { first, places }
            }
            FrameKind::Events => {
                if header.count as usize > MAX_EVENTS {
                    return Err(FrameError::TooLarge { bytes: bytes.len() });
                }
                let events = unpacked(unpack(body)?);
                if events.len() != header.count as usize {
                    let (count, said) = (events.len(), header.count);
                    return Err(FrameError::Body {
                        message: format!("it holds {count} events where its header says {said}"),
                    });
                }
                Frame::Events {
                    first_seq: header.first_seq,
                    events,
                }
            }
            FrameKind::Dropped => {
                let (from_ns, to_ns, count) = unpack(body)?;
                Frame::Dropped {
                    from_ns,
                    to_ns,
                    count,
                }
            }
            FrameKind::End => Frame::End(unpack(body)?),
        })
    }
}

fn packed(events: &[Event]) -> Vec<Packed<&Kind>> {
    let mut before = 0;
    events
        .iter()
        .map(|event| {
            let since_ns = event
                .t_ns
                .checked_sub(before)
                .expect("events in the order of time");
            before = event.t_ns;
            Packed {
                since_ns,
                p: event.p,
                g: event.g,
                at: event.at,
                kind: &event.kind,
            }
        })
        .collect()
}

fn unpacked(packed: Vec<Packed<Kind>>) -> Vec<Event> {
    let mut now: u64 = 0;
    packed
        .into_iter()
        .map(|packed| {
            now = now.saturating_add(packed.since_ns);
            Event {
                t_ns: now,
                p: packed.p,
                g: packed.g,
                at: packed.at,
                kind: packed.kind,
            }
        })
        .collect()
}

fn pack<T: Serialize>(body: &T, bytes: Vec<u8>) -> Vec<u8> {
    postcard::to_extend(body, bytes).expect("no type of the wire fails to serialise")
}

fn unpack<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, FrameError> {
    postcard::from_bytes(body).map_err(|error| FrameError::Body {
        message: error.to_string(),
    })
}
