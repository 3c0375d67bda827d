//! What goes in comes out.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample;
use protocol::event::AtomicOp;
use protocol::frame::{FrameKind, MAX_EVENTS};
use protocol::{Event, Frame, FrameHeader, Kind, ObjectKind, Reason, Value};

use crate::samples::{frames, kinds};

#[test]
fn every_kind_of_frame() {
    for (name, frame) in frames() {
        let bytes = frame.encode(77);
        assert_eq!(Frame::decode(&bytes).as_ref(), Ok(&frame), "{name}");
        let header = FrameHeader::read(&bytes).unwrap();
        match &frame {
            Frame::Events { first_seq, events } => {
                assert_eq!(header.kind, FrameKind::Events);
                assert_eq!(header.count as usize, events.len());
                assert_eq!(header.first_seq, *first_seq);
            }
            _ => assert_eq!((header.count, header.first_seq), (0, 77), "{name}"),
        }
    }
}

#[test]
fn a_full_frame() {
    let event = |t_ns| Event {
        t_ns,
        p: 1,
        g: 2,
        at: 3,
        kind: Kind::Started,
    };
    let events: Vec<Event> = (0..MAX_EVENTS as u64).map(event).collect();
    let frame = Frame::Events {
        first_seq: 5,
        events,
    };
    let bytes = frame.encode(0);
    assert_eq!(Frame::decode(&bytes).unwrap(), frame);
    // What the page's speed rests on.
    assert!(bytes.len() < MAX_EVENTS * 8, "{} bytes", bytes.len());
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Int),
        any::<String>().prop_map(Value::Text)
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    let reasons = sample::select(Reason::ALL.as_slice());
    let objects = sample::select(ObjectKind::ALL.as_slice());
    let atomic = (sample::select(AtomicOp::ALL.as_slice()), any::<i64>());
    prop_oneof![
        sample::select(kinds()),
        (any::<u32>(), option::of(any::<String>()))
            .prop_map(|(child, name)| Kind::Created { child, name }),
        (reasons, any::<u32>()).prop_map(|(reason, object)| Kind::Blocked { reason, object }),
        (
            any::<u32>(),
            objects,
            option::of(any::<String>()),
            any::<u32>()
        )
            .prop_map(|(object, kind, name, capacity)| Kind::Made {
                object,
                kind,
                name,
                capacity
            }),
        (
            any::<u32>(),
            any::<u32>(),
            option::of(value()),
            any::<u32>()
        )
            .prop_map(|(object, len, value, to)| Kind::Sent {
                object,
                len,
                value,
                to
            }),
        (any::<u32>(), option::of(value()), any::<bool>()).prop_map(|(object, value, ok)| {
            Kind::Received {
                object,
                len: 0,
                value,
                from: 0,
                ok,
            }
        }),
        (any::<i64>(), any::<i64>()).prop_map(|(delta, counter)| Kind::Added {
            object: 1,
            delta,
            counter
        }),
        any::<String>().prop_map(|text| Kind::Line { text }),
        any::<u64>().prop_map(|ran_ns| Kind::Overran { ran_ns }),
        (atomic, any::<bool>()).prop_map(|((op, value), ok)| Kind::Atomic {
            object: 1,
            op,
            value,
            ok
        }),
        (any::<String>(), any::<u32>()).prop_map(|(cause, by)| Kind::ContextDone {
            object: 1,
            cause,
            by
        }),
    ]
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (
        any::<u64>(),
        any::<u16>(),
        any::<u32>(),
        any::<u32>(),
        kind(),
    );
    let event = event.prop_map(|(t_ns, p, g, at, kind)| Event {
        t_ns,
        p,
        g,
        at,
        kind,
    });
    vec(event, 0..50).prop_map(|mut events| {
        events.sort_by_key(|event| event.t_ns);
        events
    })
}

proptest! {
    #[test]
    fn any_events(first_seq in 0..u64::MAX / 2, events in events()) {
        let frame = Frame::Events { first_seq, events };
        prop_assert_eq!(Frame::decode(&frame.encode(0)), Ok(frame));
    }

    #[test]
    fn any_line_is_one_line_of_json(seq: u64, events in events()) {
        for event in events {
            let line = protocol::ndjson::event_line(seq, &event, |_| None);
            prop_assert!(!line.contains('\n'));
            let fields: serde_json::Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(&fields["t_ns"], event.t_ns);
        }
    }
}
