//! A runner's frames, checked by their headers and passed on undecoded.

use axum::body::Bytes;
use protocol::frame::{FrameError, FrameKind, HEADER_BYTES, MAX_BYTES, MAX_EVENTS};
use protocol::{Frame, FrameHeader, RunEnd};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::process::end_frame;
use crate::runner::story_bytes;

/// Room for the frames that carry no events, beside what a runner itself keeps
/// to.
const MORE_BYTES: usize = 2 * MAX_BYTES;

/// What is wrong with what a runner wrote.
#[derive(Debug)]
pub(super) enum RelayError {
    /// The output ended within a frame.
    Cut,
    /// A length that no frame has.
    Length { bytes: usize },
    /// Not a frame, or a last one that does not decode.
    Frame(FrameError),
    /// Events out of turn.
    OutOfTurn { expected: u64, given: u64 },
    /// More events than a frame may hold.
    TooManyEvents { count: u32, most: usize },
    /// More than a run of its limits may write.
    TooMuch { bytes: usize, most: usize },
    /// The pipe does not read.
    Io(std::io::Error),
}

impl std::fmt::Display for RelayError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RelayError::Cut => write!(f, "an output that ends within a frame"),
            RelayError::Length { bytes } => write!(f, "a frame of {bytes} bytes"),
            RelayError::Frame(error) => error.fmt(f),
            RelayError::OutOfTurn { expected, given } => {
                write!(f, "event {given} where {expected} was to come")
            }
            RelayError::TooManyEvents { count, most } => {
                write!(f, "a frame of {count} events, over the limit of {most}")
            }
            RelayError::TooMuch { bytes, most } => {
                write!(f, "{bytes} bytes of output, over the limit of {most}")
            }
            RelayError::Io(error) => write!(f, "a pipe that does not read: {error}"),
        }
    }
}

/// Passes frames on.
pub(super) struct Relay<T> {
    take: T,
    next_seq: u64,
    bytes: usize,
    most: usize,
    /// The last frame, once it came.
    pub(super) end: Option<RunEnd>,
}

impl<T: FnMut(FrameHeader, Bytes)> Relay<T> {
    /// For a run of at most `events` events.
    pub(super) fn new(events: u64, take: T) -> Self {
        Relay {
            take,
            next_seq: 0,
            bytes: 0,
            most: story_bytes(events).saturating_add(MORE_BYTES),
            end: None,
        }
    }

    /// Passes on every frame up to the last, or until the output ends. Not cancel-safe: a frame
    /// that was read in part would be lost.
    pub(super) async fn pass_on(
        &mut self,
        output: &mut (impl AsyncRead + Unpin),
    ) -> Result<(), RelayError> {
        while self.end.is_none() {
            match read_frame(output).await? {
                Some(bytes) => self.pass(bytes)?,
                None => break,
            }
        }
        Ok(())
    }

    fn pass(&mut self, bytes: Bytes) -> Result<(), RelayError> {
        let header = FrameHeader::read(&bytes).map_err(RelayError::Frame)?;
        let most = if header.kind == FrameKind::Events {
            MAX_EVENTS
        } else {
            0
        };
        if header.count as usize > most {
            return Err(RelayError::TooManyEvents {
                count: header.count,
                most,
            });
        }
        if header.first_seq != self.next_seq {
            return Err(RelayError::OutOfTurn {
                expected: self.next_seq,
                given: header.first_seq,
            });
        }
        self.bytes += bytes.len();
        if self.bytes > self.most {
            return Err(RelayError::TooMuch {
                bytes: self.bytes,
                most: self.most,
            });
        }
        if header.kind == FrameKind::End {
            match Frame::decode(&bytes).map_err(RelayError::Frame)? {
                Frame::End(end) => self.end = Some(*end),
                _ => unreachable!("the kind of a frame decides what it decodes to"),
            }
        }
        self.next_seq += u64::from(header.count);
        (self.take)(header, bytes);
        Ok(())
    }

    /// Writes the last frame in the runner's place.
    pub(super) fn finish(&mut self, end: &RunEnd) {
        let (header, bytes) = end_frame(end, self.next_seq);
        (self.take)(header, bytes);
    }
}

/// One frame, without the length before it; `None` at the end of the output.
async fn read_frame(output: &mut (impl AsyncRead + Unpin)) -> Result<Option<Bytes>, RelayError> {
    let mut length = [0; 4];
    if output
        .read(&mut length[..1])
        .await
        .map_err(RelayError::Io)?
        == 0
    {
        return Ok(None);
    }
    output.read_exact(&mut length[1..]).await.map_err(cut)?;
    let bytes = u32::from_le_bytes(length) as usize;
    if !(HEADER_BYTES..=MAX_BYTES).contains(&bytes) {
        return Err(RelayError::Length { bytes });
    }
    let mut frame = vec![0; bytes];
    output.read_exact(&mut frame).await.map_err(cut)?;
    Ok(Some(frame.into()))
}

fn cut(error: std::io::Error) -> RelayError {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => RelayError::Cut,
        _ => RelayError::Io(error),
    }
}
