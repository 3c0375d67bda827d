//! The bytes and the JSON of this version. Whoever changes them raises
//! [`protocol::VERSION`].

use protocol::frame::HEADER_BYTES;
use protocol::{Kind, RunRequest, RunState};
use serde_json::json;

use crate::samples::{frames, kinds};

/// Bytes a line.
const WIDTH: usize = 32;

fn hex(bytes: &[u8]) -> String {
    let lines = bytes.chunks(WIDTH).map(|line| {
        let bytes: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("    {}\n", bytes.join(" "))
    });
    lines.collect()
}

#[test]
fn frames_have_these_bytes() {
    let golden: String = frames()
        .iter()
        .map(|(name, frame)| {
            let bytes = frame.encode(77);
            let (header, body) = bytes.split_at(HEADER_BYTES);
            format!("{name}\n  header\n{}  body\n{}\n", hex(header), hex(body))
        })
        .collect();
    insta::assert_snapshot!("frames", golden);
}

#[test]
fn a_kind_is_known_by_its_number_and_none_is_forgotten_here() {
    for (number, kind) in (0u8..).zip(kinds()) {
        assert_eq!(postcard::to_allocvec(&kind).unwrap()[0], number, "{kind:?}");
    }
    // Zeros decode as every field there is; the next number is none.
    let mut next = vec![kinds().len() as u8];
    next.extend([0; 64]);
    assert!(
        postcard::from_bytes::<Kind>(&next).is_err(),
        "samples lack a kind"
    );
}

#[test]
fn a_request_needs_only_its_experiment() {
    let request: RunRequest = serde_json::from_value(json!({"experiment": "scheduler"})).unwrap();
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        json!({
            "experiment": "scheduler",
            "params": {},
            "scheduler": "native",
            "seed": null,
            "procs": null,
            "schedule": null,
        })
    );
    let unknown = serde_json::from_value::<RunRequest>(json!({"experiment": "a", "b": 1}));
    assert!(unknown.is_err());
}

#[test]
fn states_have_a_name() {
    let json = |state| serde_json::to_value::<RunState>(state).unwrap();
    assert_eq!(
        json(RunState::Queued { position: 2 }),
        json!({"name": "queued", "position": 2})
    );
    assert_eq!(json(RunState::Running), json!({"name": "running"}));
    assert_eq!(json(RunState::Ended), json!({"name": "ended"}));
}
