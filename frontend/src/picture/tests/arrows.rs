//! Arrows: who woke whom, with what, and not through a hole.

use protocol::{Event, Frame, Kind, Reason, Value};

use crate::i18n::Lang;
use crate::model::Model;
use crate::picture::arrows::{self, MAX_ARROWS};
use crate::picture::scale::Range;
use crate::picture::sentence::of_span;
use crate::picture::walk::Chosen;

const CH: u32 = 3;

fn event(t_ns: u64, g: u32, kind: Kind) -> Event {
    Event {
        t_ns,
        p: 0,
        g,
        at: 0,
        kind,
    }
}

fn waits(reason: Reason) -> Kind {
    Kind::Blocked { reason, object: CH }
}

/// A value of `from` goes to `to`, and `by` wakes `woken`.
fn passes(t_ns: u64, (from, to): (u32, u32), (by, woken): (u32, u32), value: i64) -> [Event; 3] {
    let value = Some(Value::Int(value));
    [
        event(
            t_ns,
            from,
            Kind::Sent {
                object: CH,
                len: 0,
                value: value.clone(),
                to,
            },
        ),
        event(
            t_ns,
            to,
            Kind::Received {
                object: CH,
                len: 0,
                value,
                from,
                ok: true,
            },
        ),
        event(t_ns, by, Kind::Woken { woken, object: CH }),
    ]
}

/// 2 waits for 41, which 1 sends; later 1 waits to send 42, which 2 takes.
fn story() -> Vec<Event> {
    let mut story = vec![
        event(10, 1, Kind::Started),
        event(10, 2, Kind::Started),
        event(20, 2, waits(Reason::ChanReceive)),
    ];
    story.extend(passes(50_000, (1, 2), (1, 2), 41));
    story.push(event(60_000, 2, Kind::Started));
    story.push(event(70_000, 1, waits(Reason::ChanSend)));
    story.extend(passes(90_000, (1, 2), (2, 1), 42));
    story
}

fn model_of(events: Vec<Event>) -> Model {
    let mut model = Model::new();
    model.apply(&Frame::Events {
        first_seq: 0,
        events,
    });
    model
}

#[test]
fn an_arrow_leads_to_whom_a_value_woke() {
    let model = model_of(story());
    let arrows = arrows::in_view(&model, 0..2, Range::new(0, 100_000));
    let told: Vec<_> = arrows
        .iter()
        .map(|it| (it.t_ns, it.from, it.to, it.value.cloned()))
        .collect();
    // What a sender had sent went against the arrow, so it is not written there.
    assert_eq!(
        told,
        [(50_000, 0, 1, Some(Value::Int(41))), (90_000, 1, 0, None)]
    );
    let chosen = Chosen { lane: 1, span: 1 };
    assert_eq!(arrows::of(&model, chosen), Some(arrows[0]));
    // One that ended before the view is not in it.
    let later = arrows::in_view(&model, 0..2, Range::new(60_000, 100_000));
    assert_eq!(later.len(), 1);
}

#[test]
fn the_sentence_tells_the_value() {
    let model = model_of(story());
    let said = |lane: usize, span: usize, lang| {
        let lane = &model.lanes()[lane];
        of_span(&model, lane, &lane.spans[span], 0, lang)
    };
    assert!(said(1, 1, Lang::En).ends_with("main handed it `41` and woke it."));
    assert!(said(0, 1, Lang::En).ends_with("g2 took `42` and woke it."));
    assert!(said(0, 1, Lang::Zh).ends_with("g2 取走 `42` 并将其唤醒。"));
}

#[test]
fn a_value_from_before_a_gap_wakes_nobody_after_it() {
    let mut events = story();
    let rest = events.split_off(4);
    let mut model = model_of(events);
    model.apply(&Frame::Dropped {
        from_ns: 50_000,
        to_ns: 50_000,
        count: 1,
    });
    model.apply(&Frame::Events {
        first_seq: 4,
        events: rest,
    });
    for span in &model.lanes()[1].spans {
        assert_eq!(model.lanes()[1].value_of(span), None);
    }
}

#[test]
fn too_many_arrows_are_none() {
    let mut story = vec![event(0, 1, Kind::Started)];
    let mut t_ns = 0;
    for _ in 0..=MAX_ARROWS {
        t_ns += 1_000;
        story.push(event(t_ns, 2, Kind::Started));
        story.push(event(t_ns, 2, waits(Reason::ChanReceive)));
        story.extend(passes(t_ns, (1, 2), (1, 2), 7));
    }
    let model = model_of(story);
    let whole = Range::new(0, t_ns);
    assert_eq!(arrows::in_view(&model, 0..2, whole), []);
    let half = Range::new(0, t_ns / 2);
    assert_eq!(arrows::in_view(&model, 0..2, half).len(), MAX_ARROWS / 2);
}
