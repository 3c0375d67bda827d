//! A story that every chart tells a part of.

use protocol::event::{Event, Kind, NO_OBJECT, NO_PLACE};
use protocol::{Frame, ObjectKind, Place, Reason};

use super::drawn::Ask;
use crate::i18n::Lang;
use crate::model::Model;
use crate::picture::scale::{Range, Scale};

fn happened() -> Vec<(u64, u32, Kind)> {
    let named = |name: &str| Some(name.to_owned());
    let sent = |len| Kind::Sent {
        object: 7,
        len,
        value: None,
        to: 0,
    };
    let counter = |value| Kind::Counter {
        name: "jobs".into(),
        value,
    };
    let blocked = |reason, object| Kind::Blocked { reason, object };
    vec![
        (
            0,
            0,
            Kind::Created {
                child: 1,
                name: None,
            },
        ),
        (0, 1, Kind::Started),
        (
            0,
            1,
            Kind::Made {
                object: 7,
                kind: ObjectKind::Channel,
                name: named("tasks"),
                capacity: 1,
            },
        ),
        (
            50_000,
            1,
            Kind::Created {
                child: 2,
                name: named("worker 1"),
            },
        ),
        (100_000, 1, counter(4)),
        (150_000, 2, Kind::Started),
        (200_000, 2, sent(1)),
        (200_000, 2, blocked(Reason::ChanSend, 7)),
        (
            250_000,
            2,
            Kind::SpanBegun {
                span: 1,
                parent: 0,
                name: "task".into(),
            },
        ),
        (250_000, 1, blocked(Reason::Sleep, NO_OBJECT)),
        (
            400_000,
            2,
            Kind::SpanEnded {
                span: 1,
                failed: false,
            },
        ),
        (
            550_000,
            0,
            Kind::Woken {
                woken: 1,
                object: 0,
            },
        ),
        (600_000, 1, counter(2)),
        (
            600_000,
            1,
            Kind::Received {
                object: 7,
                len: 0,
                value: None,
                from: 0,
                ok: true,
            },
        ),
        (600_000, 2, sent(1)),
        (
            600_000,
            1,
            Kind::Woken {
                woken: 2,
                object: 7,
            },
        ),
        (600_000, 2, Kind::Started),
        (900_000, 2, Kind::Ended),
        (1_000_000, 1, Kind::Yielded),
    ]
}

/// Worker 1 sends two values, and waits 400 µs for room for the second; main
/// sleeps 300 µs before it receives, and has not ended at 1 ms.
pub(crate) fn story() -> Model {
    let events = happened();
    let events = events.into_iter().map(|(t_ns, g, kind)| Event {
        t_ns,
        p: 0,
        g,
        at: match t_ns {
            200_000 => 1,
            600_000 => 2,
            _ => NO_PLACE,
        },
        kind,
    });
    let mut model = Model::new();
    let place = |line| Place {
        file: "backend/experiments/src/a.rs".into(),
        line,
        column: 5,
    };
    model.apply(&Frame::Places {
        first: 1,
        places: vec![place(31), place(44)],
    });
    model.apply(&Frame::Events {
        first_seq: 0,
        events: events.collect(),
    });
    model
}

/// A question about a stretch of time, over 800 pixels from 100 on.
pub(crate) fn ask<'a>(model: &'a Model, (from_ns, to_ns): (u64, u64), open: &'a str) -> Ask<'a> {
    Ask {
        model,
        scale: Scale::new(Range::new(from_ns, to_ns), 100, 800),
        shown_ns: model.now_ns(),
        lang: Lang::En,
        open,
    }
}
