//! The picture of one story, without a screen: sentences, table, steps, walk.

mod arrows;
mod jump;
mod objects;
mod processors;

use protocol::event::{NO_OBJECT, NO_PLACE};
use protocol::{Event, Frame, Kind, ObjectKind, Reason};

use super::scale::{Range, Scale};
use super::walk::{Chosen, Step, step, under};
use super::{levels, records, sentence};
use crate::i18n::Lang;
use crate::model::Model;

const CH: u32 = 3;

/// `sender` fills `values`, waits with its fourth send for `receiver`, which
/// slept until 200 ms, and ends; `receiver` waits for more.
fn story() -> Model {
    let ms = 1_000_000;
    let blocked = |reason, object| Kind::Blocked { reason, object };
    let created = |child, name: &str| Kind::Created {
        child,
        name: Some(name.into()),
    };
    let sent = |len| Kind::Sent {
        object: CH,
        len,
        value: None,
        to: 0,
    };
    let received = |len| Kind::Received {
        object: CH,
        len,
        value: None,
        from: 0,
        ok: true,
    };
    let woken = |woken, object| Kind::Woken { woken, object };
    let story = [
        (0, 0, created(1, "main")),
        (0, 1, Kind::Started),
        (
            0,
            1,
            Kind::Made {
                object: CH,
                kind: ObjectKind::Channel,
                name: Some("values".into()),
                capacity: 3,
            },
        ),
        (1, 1, created(2, "sender")),
        (1, 1, created(3, "receiver")),
        (2, 1, Kind::Ended),
        (2, 2, Kind::Started),
        (2, 3, Kind::Started),
        (2, 3, blocked(Reason::Sleep, NO_OBJECT)),
        (3, 2, sent(1)),
        (50, 2, sent(2)),
        (100, 2, sent(3)),
        (116, 2, blocked(Reason::ChanSend, CH)),
        (200, 0, woken(3, NO_OBJECT)),
        (200, 3, Kind::Started),
        (200, 3, received(2)),
        (200, 2, sent(3)),
        (200, 3, woken(2, CH)),
        (201, 2, Kind::Started),
        (202, 2, Kind::Ended),
        (210, 3, received(2)),
        (211, 3, received(1)),
        (212, 3, received(0)),
        (220, 3, blocked(Reason::ChanReceive, CH)),
    ];
    let events = story
        .into_iter()
        .map(|(t, g, kind)| Event {
            t_ns: t * ms,
            p: 1,
            g,
            at: NO_PLACE,
            kind,
        })
        .collect();
    let mut model = Model::new();
    model.apply(&Frame::Events {
        first_seq: 0,
        events,
    });
    model
}

fn said(model: &Model, wait: usize, lang: Lang) -> String {
    let found = model.waits()[wait];
    let lane = &model.lanes()[found.lane as usize];
    let span = &lane.spans[found.span as usize];
    sentence::of_span(model, lane, span, 320_000_000, lang)
}

#[test]
fn a_wait_is_told_in_both_languages() {
    let model = story();
    assert_eq!(said(&model, 0, Lang::En), "receiver slept 198\u{2009}ms.");
    assert_eq!(
        said(&model, 1, Lang::En),
        "sender blocked 84\u{2009}ms sending on `values` (send 4): \
         the buffer was full (3 of 3). receiver woke it."
    );
    assert_eq!(
        said(&model, 1, Lang::Zh),
        "sender 向 `values` 发送（第 4 次），阻塞 84\u{2009}ms：\
         缓冲区已满（3/3），由 receiver 唤醒。"
    );
    assert_eq!(
        said(&model, 2, Lang::En),
        "receiver blocked 100\u{2009}ms so far receiving from `values` (receive 5): \
         the buffer was empty."
    );
}

#[test]
fn what_was_dropped_is_told() {
    let mut model = story();
    model.apply(&Frame::Dropped {
        from_ns: 230_000_000,
        to_ns: 240_000_000,
        count: 1_234,
    });
    assert!(said(&model, 2, Lang::En).ends_with("is not known, as events were not kept."));
    assert_eq!(
        sentence::of_gap(&model.gaps()[0], Lang::En),
        "1,234 events within 10\u{2009}ms were not kept"
    );
}

#[test]
fn the_table_names_the_operation_that_blocked() {
    let records = records::of(&story());
    assert_eq!(records.waits.len(), 3);
    let wait = &records.waits[1];
    assert_eq!(
        (wait.name.as_str(), wait.reason),
        ("sender", Reason::ChanSend)
    );
    assert_eq!((wait.object.as_str(), wait.ordinal), ("values", 4));
    assert_eq!((wait.from_ns, wait.to_ns), (116_000_000, 200_000_000));
    assert_eq!(wait.woken_by, "receiver");
    assert_eq!(
        records::operation(wait.reason, wait.ordinal, Lang::En),
        "send 4"
    );
    let states: Vec<_> = records.goroutines.iter().map(|row| row.state).collect();
    assert_eq!(states, ["ended", "ended", "blocked"]);
    assert_eq!(records.goroutines[1].times.blocked_ns, 84_000_000);
    assert_eq!((records.more_waits, records.more_goroutines), (0, 0));
}

#[test]
fn occupancy_is_a_line_of_steps() {
    let model = story();
    let channel = model.channel(CH).expect("it was made");
    let scale = Scale::new(Range::new(0, 240_000_000), 0, 240);
    let plot = levels::Levels {
        zero: 60,
        height: 60,
        max: 3,
    };
    let drawn = levels::draw(
        channel.from_ns,
        &channel.steps,
        &[],
        &scale,
        &plot,
        240_000_000,
    );
    assert_eq!(
        drawn.line,
        "M0 60H3V40H50V20H100V0H200V20V0H210V20H211V40H212V60H240"
    );
    assert!(drawn.area.ends_with("V60H0Z"));
    assert_eq!(levels::held_at(channel, &[], 60_000_000), Some(2));
}

#[test]
fn occupancy_has_a_hole_where_events_were_dropped() {
    let mut model = story();
    model.apply(&Frame::Dropped {
        from_ns: 220_000_000,
        to_ns: 230_000_000,
        count: 9,
    });
    let channel = model.channel(CH).expect("it was made");
    let scale = Scale::new(Range::new(0, 240_000_000), 0, 240);
    let plot = levels::Levels {
        zero: 60,
        height: 60,
        max: 3,
    };
    let drawn = levels::draw(
        channel.from_ns,
        &channel.steps,
        model.gaps(),
        &scale,
        &plot,
        240_000_000,
    );
    assert!(drawn.line.ends_with("H220"), "{}", drawn.line);
    assert_eq!(levels::held_at(channel, model.gaps(), 235_000_000), None);
    // In view alone, the unknown part stays empty.
    let late = Scale::new(Range::new(231_000_000, 240_000_000), 0, 240);
    let drawn = levels::draw(
        channel.from_ns,
        &channel.steps,
        model.gaps(),
        &late,
        &plot,
        240_000_000,
    );
    assert_eq!(drawn.line, "");
}

#[test]
fn arrows_walk_from_span_to_span() {
    let model = story();
    let first = step(&model, None, Step::After, 0).expect("there are spans");
    assert_eq!(first, Chosen { lane: 0, span: 1 });
    let below = step(&model, Some(first), Step::Below, 0).expect("there is a lane");
    assert_eq!(below.lane, 1);
    let last = step(&model, Some(below), Step::Last, 0);
    assert_eq!(step(&model, last, Step::After, 0), last);
    let above = step(&model, Some(first), Step::Above, 0);
    assert_eq!(above, Some(first));
}

#[test]
fn the_longest_span_under_the_pointer_is_meant() {
    let model = story();
    let found = under(&model, 1, 115_000_000, 130_000_000).expect("something is there");
    assert!(model.lanes()[1].spans[found.span].wait().is_some());
    assert_eq!(under(&model, 1, 230_000_000, 231_000_000), None);
}
