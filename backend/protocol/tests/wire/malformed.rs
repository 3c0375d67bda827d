//! Bytes that are no frame are an error and nothing worse.

use proptest::collection::vec;
use proptest::prelude::*;
use protocol::frame::{FrameError, HEADER_BYTES, MAX_BYTES, MAX_EVENTS};
use protocol::{Frame, FrameHeader};

use crate::samples::frames;

#[test]
fn too_short() {
    for bytes in 0..HEADER_BYTES {
        let short = vec![1; bytes];
        assert_eq!(Frame::decode(&short), Err(FrameError::Short { bytes }));
    }
}

#[test]
fn too_large() {
    let large = vec![4; MAX_BYTES + 1];
    let error = FrameError::TooLarge {
        bytes: MAX_BYTES + 1,
    };
    assert_eq!(FrameHeader::read(&large), Err(error));
    let (_, frame) = frames()
        .into_iter()
        .find(|(name, _)| name == "events")
        .unwrap();
    let mut bytes = frame.encode(0);
    bytes[1..5].copy_from_slice(&(MAX_EVENTS as u32 + 1).to_le_bytes());
    assert!(matches!(
        Frame::decode(&bytes),
        Err(FrameError::TooLarge { .. })
    ));
}

#[test]
fn an_unknown_kind() {
    for kind in [0, 7, 255] {
        let mut bytes = Frame::Queued { position: 0 }.encode(0);
        bytes[0] = kind;
        assert_eq!(Frame::decode(&bytes), Err(FrameError::UnknownKind { kind }));
    }
}

#[test]
fn a_count_that_is_not_true() {
    let (_, frame) = frames()
        .into_iter()
        .find(|(name, _)| name == "events")
        .unwrap();
    let mut bytes = frame.encode(0);
    let count = bytes[1];
    bytes[1] -= 1;
    let Err(FrameError::Body { message }) = Frame::decode(&bytes) else {
        panic!("decoded");
    };
    let said = format!("{count} events where its header says {}", count - 1);
    assert!(message.contains(&said), "{message}");
}

#[test]
fn cut_anywhere() {
    for (name, frame) in frames() {
        let bytes = frame.encode(0);
        for end in HEADER_BYTES..bytes.len() {
            assert!(Frame::decode(&bytes[..end]).is_err(), "{name} cut at {end}");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes(kind in 0u8..8, rest in vec(any::<u8>(), 0..300)) {
        let mut bytes = vec![kind];
        bytes.extend(rest);
        if let Err(error) = Frame::decode(&bytes) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn any_change(which in 0..13usize, at in any::<prop::sample::Index>(), to: u8) {
        let (_, frame) = frames().swap_remove(which);
        let mut bytes = frame.encode(0);
        let at = at.index(bytes.len());
        bytes[at] = to;
        // It may still be a frame; then it encodes again.
        if let Ok(frame) = Frame::decode(&bytes) {
            frame.encode(0);
        }
    }
}
