//! Hand-written stories, and random ones.

use proptest::prelude::*;
use protocol::event::{NO_OBJECT, NO_PLACE};
use protocol::{Event, Frame, Kind, ObjectKind, Outcome, Reason, RunEnd};

use super::*;

const CH: u32 = 7;

fn event(t_ns: u64, g: u32, kind: Kind) -> Event {
    Event {
        t_ns,
        p: 0,
        g,
        at: NO_PLACE,
        kind,
    }
}

fn frame(first_seq: u64, events: &[Event]) -> Frame {
    Frame::Events {
        first_seq,
        events: events.to_vec(),
    }
}

fn end(outcome: Outcome, elapsed_ns: u64) -> Frame {
    Frame::End(Box::new(RunEnd {
        elapsed_ns,
        ..RunEnd::of(outcome)
    }))
}

fn created(t_ns: u64, g: u32, child: u32, name: &str) -> Event {
    let name = (!name.is_empty()).then(|| name.to_owned());
    event(t_ns, g, Kind::Created { child, name })
}

fn blocked(t_ns: u64, g: u32, reason: Reason, object: u32) -> Event {
    event(t_ns, g, Kind::Blocked { reason, object })
}

fn woken(t_ns: u64, g: u32, woken: u32) -> Event {
    event(t_ns, g, Kind::Woken { woken, object: CH })
}

fn sent(t_ns: u64, g: u32, len: u32, to: u32) -> Event {
    let kind = Kind::Sent {
        object: CH,
        len,
        value: None,
        to,
    };
    event(t_ns, g, kind)
}

fn received(t_ns: u64, g: u32, len: u32, from: u32) -> Event {
    let kind = Kind::Received {
        object: CH,
        len,
        value: None,
        from,
        ok: true,
    };
    event(t_ns, g, kind)
}

fn made(t_ns: u64, capacity: u32) -> Event {
    let kind = Kind::Made {
        object: CH,
        kind: ObjectKind::Channel,
        name: Some("values".into()),
        capacity,
    };
    event(t_ns, 1, kind)
}

/// Goroutine 2 sends four values into a buffer of three; the fourth waits until
/// goroutine 1 receives.
fn full_buffer() -> Vec<Event> {
    vec![
        created(0, 0, 1, ""),
        event(10, 1, Kind::Started),
        made(20, 3),
        created(30, 1, 2, "sender"),
        blocked(40, 1, Reason::Sleep, NO_OBJECT),
        event(50, 2, Kind::Started),
        sent(60, 2, 1, 0),
        sent(70, 2, 2, 0),
        sent(80, 2, 3, 0),
        blocked(90, 2, Reason::ChanSend, CH),
        event(
            200,
            0,
            Kind::Woken {
                woken: 1,
                object: 0,
            },
        ),
        event(210, 1, Kind::Started),
        received(220, 1, 2, 0),
        sent(220, 2, 3, 0),
        woken(220, 1, 2),
        event(230, 2, Kind::Started),
        event(240, 2, Kind::Ended),
        event(250, 1, Kind::Ended),
    ]
}

fn model_of(events: &[Event]) -> Model {
    let mut model = Model::new();
    model.apply(&frame(0, events));
    model
}

fn wait_of(model: &Model, index: usize) -> (Span, Wait) {
    let found = model.waits()[index];
    let span = model.lanes()[found.lane as usize].spans[found.span as usize];
    (span, *span.wait().expect("waits name waits"))
}

#[test]
fn the_fourth_send_blocks_on_a_buffer_of_three() {
    let model = model_of(&full_buffer());
    let (span, wait) = wait_of(&model, 1);
    assert_eq!(
        (wait.reason, wait.ordinal, wait.held),
        (Reason::ChanSend, 4, 3)
    );
    assert_eq!((span.from_ns, span.end), (90, SpanEnd::At(220)));
    assert_eq!(model.goroutine_name(span.woken_by), "main");
    let channel = model.channel(CH).expect("it was made");
    assert_eq!((channel.sends, channel.receives), (4, 1));
    assert_eq!((channel.peak_len, channel.waiting_senders), (3, 0));
    let steps: Vec<_> = channel
        .steps
        .iter()
        .map(|step| (step.t_ns, step.len))
        .collect();
    assert_eq!(
        steps,
        [(20, 0), (60, 1), (70, 2), (80, 3), (220, 2), (220, 3)]
    );
}

#[test]
fn the_first_send_blocks_without_a_buffer_and_those_behind_it_count_on() {
    let model = model_of(&[
        made(0, 0),
        event(10, 2, Kind::Started),
        event(10, 3, Kind::Started),
        blocked(20, 2, Reason::ChanSend, CH),
        blocked(30, 3, Reason::ChanSend, CH),
        sent(40, 2, 0, 1),
        received(40, 1, 0, 2),
        woken(40, 1, 2),
        blocked(50, 4, Reason::ChanSend, CH),
    ]);
    let ordinals: Vec<u32> = (0..3).map(|i| wait_of(&model, i).1.ordinal).collect();
    assert_eq!(ordinals, [1, 2, 3]);
    let channel = model.channel(CH).expect("it was made");
    assert_eq!(channel.waiting_senders, 2);
    let overs = channel.steps.iter().filter(|step| step.hand_over).count();
    assert_eq!(overs, 1);
}

#[test]
fn a_lane_is_covered_from_its_making_to_its_end() {
    let model = model_of(&full_buffer());
    for (lane, life_ns) in model.lanes().iter().zip([250, 210]) {
        let covered: u64 = lane.spans.iter().map(|span| span.duration_ns(0)).sum();
        assert_eq!(covered, life_ns);
        let times = lane.times(0);
        assert_eq!(
            times.running_ns + times.runnable_ns + times.blocked_ns,
            life_ns
        );
    }
    assert_eq!(model.lanes()[1].end, Some(LaneEnd::Returned { t_ns: 240 }));
}

#[test]
fn events_seen_before_change_nothing() {
    let events = full_buffer();
    let once = model_of(&events);
    let mut twice = Model::new();
    twice.apply(&frame(0, &events[..9]));
    twice.apply(&frame(4, &events[4..12]));
    twice.apply(&frame(0, &events[..9]));
    twice.apply(&frame(10, &events[10..]));
    assert_eq!(format!("{once:?}").len(), format!("{twice:?}").len());
    assert_eq!(once.next_seq(), twice.next_seq());
    assert_eq!(once.span_count(), twice.span_count());
    for (one, other) in once.lanes().iter().zip(twice.lanes()) {
        assert_eq!(one.spans, other.spans);
    }
}

#[test]
fn nothing_is_drawn_through_dropped_events() {
    let events = full_buffer();
    let mut model = model_of(&events[..10]);
    model.apply(&Frame::Dropped {
        from_ns: 100,
        to_ns: 190,
        count: 12,
    });
    for lane in model.lanes() {
        assert!(lane.open().is_none());
        assert_eq!(
            lane.spans.last().map(|span| span.end),
            Some(SpanEnd::Cut(100))
        );
    }
    model.apply(&frame(10, &events[10..]));
    for lane in model.lanes() {
        for span in &lane.spans {
            assert!(span.to_ns(0) <= 100 || span.from_ns >= 190, "{span:?}");
        }
    }
    // How many passed is not known any more.
    model.apply(&frame(18, &[blocked(300, 3, Reason::ChanSend, CH)]));
    let last = model.waits().len() - 1;
    assert_eq!(wait_of(&model, last).1.ordinal, 0);
    assert_eq!(model.gaps()[0].count, 12);
}

#[test]
fn a_run_that_is_cut_leaves_open_ends() {
    for (outcome, to_ns) in [
        (Outcome::Stopped, 500),
        (Outcome::Limit, 500),
        (
            Outcome::RunnerLost {
                message: "it was killed".into(),
            },
            90,
        ),
    ] {
        let mut model = model_of(&full_buffer()[..10]);
        model.apply(&end(outcome, 500));
        let sender = &model.lanes()[1];
        assert_eq!(
            sender.spans.last().map(|span| span.end),
            Some(SpanEnd::Cut(to_ns))
        );
        assert_eq!(sender.end, None);
    }
}

#[test]
fn a_panic_ends_a_lane_and_a_recovered_one_does_not() {
    let panicked = |t_ns, recovered| {
        let message = "panic: boom".to_owned();
        event(t_ns, 2, Kind::Panicked { message, recovered })
    };
    let model = model_of(&[
        created(0, 1, 2, "worker 1"),
        event(10, 2, Kind::Started),
        panicked(20, true),
        panicked(30, false),
        event(30, 2, Kind::Ended),
        event(40, 2, Kind::Started),
    ]);
    let lane = model
        .lane_of(2)
        .map(|lane| &model.lanes()[lane])
        .expect("made");
    assert_eq!(lane.recoveries.len(), 1);
    assert!(matches!(
        &lane.end,
        Some(LaneEnd::Panicked { t_ns: 30, .. })
    ));
    assert_eq!(lane.to_ns(99), 30);
}

#[test]
fn a_waker_that_came_too_early_is_named_all_the_same() {
    let model = model_of(&[
        event(10, 2, Kind::Started),
        woken(20, 1, 2),
        blocked(25, 2, Reason::ChanReceive, CH),
        event(30, 2, Kind::Started),
    ]);
    assert_eq!(wait_of(&model, 0).0.woken_by, 1);
}

fn any_event() -> impl Strategy<Value = Event> {
    let g = 0u32..6;
    let object = 0u32..4;
    let reason = prop::sample::select(vec![
        Reason::ChanSend,
        Reason::ChanReceive,
        Reason::Select,
        Reason::WaitGroup,
        Reason::Sleep,
    ]);
    let kind = prop_oneof![
        (1u32..6).prop_map(|child| Kind::Created { child, name: None }),
        Just(Kind::Started),
        (reason, object.clone()).prop_map(|(reason, object)| Kind::Blocked { reason, object }),
        (g.clone(), object.clone()).prop_map(|(woken, object)| Kind::Woken { woken, object }),
        Just(Kind::Yielded),
        Just(Kind::Preempted { ran_ns: 1 }),
        Just(Kind::Ended),
        any::<bool>().prop_map(|recovered| Kind::Panicked {
            message: String::new(),
            recovered
        }),
        (object.clone(), 0u32..9).prop_map(|(object, capacity)| Kind::Made {
            object,
            kind: ObjectKind::Channel,
            name: None,
            capacity
        }),
        (object.clone(), 0u32..9, g.clone()).prop_map(|(object, len, to)| Kind::Sent {
            object,
            len,
            value: None,
            to
        }),
        (object.clone(), 0u32..9, g.clone(), any::<bool>()).prop_map(|(object, len, from, ok)| {
            Kind::Received {
                object,
                len,
                value: None,
                from,
                ok,
            }
        }),
        (object, 0u32..9).prop_map(|(object, woken)| Kind::Closed { object, woken }),
    ];
    (0u64..1_000, g, kind).prop_map(|(since, g, kind)| event(since, g, kind))
}

proptest! {
    #[test]
    fn any_stream_keeps_the_invariants(
        steps in prop::collection::vec((any_event(), 0u8..40), 0..200),
        cut in any::<bool>(),
    ) {
        let mut model = Model::new();
        let mut t_ns = 0;
        let mut gapless = true;
        for (seq, (mut event, chance)) in steps.into_iter().enumerate() {
            t_ns += event.t_ns;
            event.t_ns = t_ns;
            model.apply(&frame(seq as u64, &[event]));
            if chance == 0 {
                gapless = false;
                let from_ns = t_ns;
                t_ns += 100;
                model.apply(&Frame::Dropped { from_ns, to_ns: t_ns, count: 5 });
            }
        }
        if cut {
            model.apply(&end(Outcome::Stopped, t_ns + 10));
        }
        let now_ns = model.now_ns();
        let mut spans = 0;
        for lane in model.lanes() {
            spans += lane.spans.len();
            for pair in lane.spans.windows(2) {
                prop_assert!(!pair[0].is_open());
                prop_assert!(pair[0].to_ns(now_ns) <= pair[1].from_ns);
            }
            for span in &lane.spans {
                prop_assert!(span.from_ns <= span.to_ns(now_ns));
                let through = model.gaps().iter().any(|gap| {
                    span.from_ns < gap.to_ns && span.to_ns(now_ns) > gap.from_ns
                });
                prop_assert!(!through);
            }
            if gapless && !lane.spans.is_empty() {
                let covered: u64 = lane.spans.iter().map(|span| span.duration_ns(now_ns)).sum();
                let from_ns = lane.spans[0].from_ns;
                prop_assert_eq!(covered, lane.to_ns(now_ns) - from_ns);
            }
            let times = lane.times(now_ns);
            let covered: u64 = lane.spans.iter().map(|span| span.duration_ns(now_ns)).sum();
            prop_assert_eq!(times.running_ns + times.runnable_ns + times.blocked_ns, covered);
        }
        prop_assert_eq!(spans, model.span_count());
    }
}
