//! Any time of a run against a plain replay from its start.

use proptest::prelude::*;
use protocol::event::{NO_OBJECT, NO_PLACE};
use protocol::{Kind, ObjectKind, Reason, Value};

use super::*;
use crate::model::world::Is;

const CH: u32 = 3;

fn event(t_ns: u64, g: u32, kind: Kind) -> Event {
    Event {
        t_ns,
        p: 0,
        g,
        at: NO_PLACE,
        kind,
    }
}

/// A channel of four that is filled and emptied, a counter, goroutines that come
/// and go.
fn busy(events: usize) -> Vec<Event> {
    let made = Kind::Made {
        object: CH,
        kind: ObjectKind::Channel,
        name: None,
        capacity: 4,
    };
    let mut all = vec![event(0, 1, made)];
    for index in 0..events as u32 {
        let t_ns = u64::from(index / 3);
        let (object, len) = (CH, index % 4 + 1);
        let value = Some(Value::Int(i64::from(index)));
        let kind = match index % 8 {
            0..4 => Kind::Sent {
                object,
                len,
                value,
                to: 0,
            },
            sent => Kind::Received {
                object,
                len: 7 - sent,
                value,
                from: 0,
                ok: true,
            },
        };
        all.push(event(t_ns, 1, kind));
        if index % 16 == 0 {
            let child = index / 16 + 2;
            all.push(event(t_ns, 1, Kind::Created { child, name: None }));
        }
        if index % 16 == 8 && index % 3 == 0 {
            all.push(event(t_ns, index / 16 + 2, Kind::Ended));
        }
    }
    all
}

/// Frames of so many events, encoded and taken in.
fn history_of(events: &[Event], a_frame: usize) -> History {
    let mut history = History::new();
    let mut seq = 0;
    for events in events.chunks(a_frame) {
        feed(&mut history, seq, events);
        seq += events.len() as u64;
    }
    history
}

fn feed(history: &mut History, first_seq: u64, events: &[Event]) {
    let events = events.to_vec();
    take(history, &Frame::Events { first_seq, events }, first_seq);
}

fn take(history: &mut History, frame: &Frame, next_seq: u64) -> bool {
    history.take(&frame.encode(next_seq), frame)
}

fn plainly(events: &[Event], t_ns: u64) -> World {
    let mut world = World::default();
    for event in events.iter().take_while(|event| event.t_ns <= t_ns) {
        world.take(News::Event(event));
    }
    world
}

#[test]
fn any_time_of_a_long_run_is_as_a_plain_replay_has_it() {
    let events = busy(30_000);
    let history = history_of(&events, 1_000);
    assert!(history.segments.len() > 2, "{}", history.segments.len());
    let last_ns = events.last().map_or(0, |event| event.t_ns);
    for t_ns in (0..=last_ns)
        .step_by(3_733)
        .chain([last_ns - 1, last_ns, u64::MAX])
    {
        assert!(history.world_at(t_ns) == plainly(&events, t_ns), "{t_ns}");
    }
    // What a copy costs is in proportion to the events behind it.
    for pair in history.segments.windows(2) {
        assert!(pair[0].events >= pair[1].start.size().min(MIN_EVENTS));
        assert!(pair[0].events < MIN_EVENTS + 1_000);
    }
}

#[test]
fn the_times_of_a_run_are_gone_through_one_by_one() {
    let events = busy(18_000);
    let history = history_of(&events, 3_000);
    let mut times: Vec<u64> = events.iter().map(|event| event.t_ns).collect();
    times.dedup();
    for at in (1..times.len() - 1).step_by(2_411) {
        let [before, now, after] = [times[at - 1], times[at], times[at + 1]];
        assert_eq!(history.time_before(now), Some(before));
        assert_eq!(history.time_after(now), Some(after));
    }
    // The borders of segments too.
    for segment in &history.segments[1..] {
        let t_ns = segment.start.t_ns();
        assert_eq!(history.time_before(t_ns), Some(t_ns - 1));
        assert_eq!(history.time_after(t_ns), Some(t_ns + 1));
    }
    let last = times[times.len() - 1];
    assert_eq!(history.time_after(last), None);
    assert_eq!(history.time_before(0), None);
    assert_eq!(History::new().time_before(9), None);
    assert_eq!(History::new().time_after(9), None);
}

#[test]
fn between_two_events_one_goes_to_the_one_before_the_last() {
    let wait = |t_ns| event(t_ns, 1, Kind::Yielded);
    let history = history_of(&[wait(10), wait(20), wait(30)], 3);
    assert_eq!(history.time_before(25), Some(10));
    assert_eq!(history.time_after(25), Some(30));
    assert_eq!(history.time_before(10), None);
}

#[test]
fn what_came_before_changes_nothing() {
    let events = busy(4_000);
    let once = history_of(&events, 700);
    let mut again = History::new();
    feed(&mut again, 0, &events[..3_000]);
    // The server begins with the frame that holds the event that is missing.
    feed(&mut again, 2_100, &events[2_100..2_900]);
    feed(&mut again, 2_900, &events[2_900..]);
    assert!(again.latest == once.latest);
    for t_ns in (0..1_300).step_by(97) {
        assert!(again.world_at(t_ns) == once.world_at(t_ns), "{t_ns}");
    }
}

#[test]
fn a_gap_that_comes_again_forgets_nothing_new() {
    let blocked = Kind::Blocked {
        reason: Reason::Sleep,
        object: NO_OBJECT,
    };
    let gap = Frame::Dropped {
        from_ns: 100,
        to_ns: 200,
        count: 5,
    };
    let mut history = History::new();
    feed(&mut history, 0, &[event(10, 1, Kind::Started)]);
    assert!(take(&mut history, &gap, 1));
    assert!(!take(&mut history, &gap, 1));
    feed(&mut history, 1, &[event(150, 1, blocked)]);
    assert!(!take(&mut history, &gap, 1));
    assert_eq!(history.segments[0].events, 3);
    let does = |t_ns| history.world_at(t_ns).goroutines.get(1).map(|one| one.does);
    use crate::model::world::Does;
    assert_eq!(does(99), Some(Does::Runs(0)));
    assert_eq!(does(100), Some(Does::Unknown));
    // An event after the gap has a time after it.
    assert_eq!(does(199), Some(Does::Unknown));
    assert_eq!(does(200), Some(Does::Waits(Reason::Sleep, 0)));
}

#[test]
fn after_a_gap_the_length_is_known_again_and_the_values_are_not() {
    let sent = |t_ns, len, value| {
        let value = Some(Value::Int(value));
        event(
            t_ns,
            1,
            Kind::Sent {
                object: CH,
                len,
                value,
                to: 0,
            },
        )
    };
    let mut history = history_of(&busy(2), 9);
    let seq = history.next_seq;
    let gap = Frame::Dropped {
        from_ns: 5,
        to_ns: 8,
        count: 2,
    };
    take(&mut history, &gap, seq);
    feed(&mut history, seq, &[sent(9, 3, 42)]);
    let ring = |t_ns| match &history.world_at(t_ns).objects.get(CH).expect("made").is {
        Is::Channel(ring) => ring.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(ring(4).held.len(), 2);
    assert_eq!(
        (ring(5).len, ring(5).recvx, ring(5).closed),
        (None, None, None)
    );
    assert_eq!(ring(9).held, [None, None, Some(Value::Int(42))]);
    assert_eq!((ring(9).len, ring(9).sendx()), (Some(3), None));
}

#[test]
fn who_waits_to_send_has_the_value_that_is_sent_later() {
    let blocked = |g| {
        let (reason, object) = (Reason::ChanSend, CH);
        event(u64::from(g), g, Kind::Blocked { reason, object })
    };
    let sent = |t_ns, g, value| {
        let (object, len, to) = (CH, 1, 0);
        let value = Some(Value::Int(value));
        event(
            t_ns,
            g,
            Kind::Sent {
                object,
                len,
                value,
                to,
            },
        )
    };
    let woken = |t_ns, woken| event(t_ns, 1, Kind::Woken { woken, object: CH });
    let events = [
        blocked(2),
        blocked(3),
        blocked(4),
        sent(10, 2, 20),
        woken(10, 2),
        sent(11, 2, 21),
        sent(12, 3, 30),
        woken(12, 3),
    ];
    let history = history_of(&events, 3);
    let hands = |t_ns| history.in_hands(&history.world_at(t_ns), t_ns);
    assert_eq!(hands(4), [(2, Value::Int(20)), (3, Value::Int(30))]);
    assert_eq!(hands(11), [(3, Value::Int(30))]);
    assert_eq!(hands(12), []);
}

fn any_event() -> impl Strategy<Value = Event> {
    let (g, object) = (0u32..6, 1u32..4);
    let reason = prop::sample::select(Reason::ALL.to_vec());
    let kind = prop::sample::select(ObjectKind::ALL.to_vec());
    let kind = prop_oneof![
        (1u32..6).prop_map(|child| Kind::Created { child, name: None }),
        Just(Kind::Started),
        Just(Kind::Ended),
        (0u32..9).prop_map(|len| Kind::Queue { len }),
        (reason, object.clone()).prop_map(|(reason, object)| Kind::Blocked { reason, object }),
        (g.clone(), object.clone()).prop_map(|(woken, object)| Kind::Woken { woken, object }),
        (object.clone(), kind, 0u32..5).prop_map(|(object, kind, capacity)| Kind::Made {
            object,
            kind,
            name: None,
            capacity
        }),
        (object.clone(), 0u32..5, g.clone()).prop_map(|(object, len, to)| Kind::Sent {
            object,
            len,
            value: Some(Value::Int(i64::from(len))),
            to
        }),
        (object.clone(), 0u32..5).prop_map(|(object, len)| Kind::Received {
            object,
            len,
            value: None,
            from: 0,
            ok: true
        }),
        (object.clone(), 0u32..5).prop_map(|(object, len)| Kind::Returned { object, len }),
        (object.clone(), 0i64..3).prop_map(|(object, counter)| Kind::Added {
            object,
            delta: 1,
            counter
        }),
        (object, 0u32..5).prop_map(|(object, woken)| Kind::Closed { object, woken }),
    ];
    (0u64..4, g, kind).prop_map(|(since, g, kind)| event(since, g, kind))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_stream_is_rebuilt_at_any_time(
        steps in prop::collection::vec((any_event(), 0u8..30), 1..90),
        a_frame in 1usize..40,
        times in prop::collection::vec(0u64..300, 8),
    ) {
        let mut history = History::new();
        let mut plain: Vec<(u64, World)> = vec![(0, World::default())];
        let (mut t_ns, mut seq) = (0, 0);
        let mut frame = Vec::new();
        for (mut event, chance) in steps {
            t_ns += event.t_ns;
            event.t_ns = t_ns;
            frame.push(event);
            if frame.len() == a_frame || chance == 0 {
                feed(&mut history, seq, &frame);
                seq += frame.len() as u64;
                for event in frame.drain(..) {
                    follow(&mut plain, News::Event(&event));
                }
            }
            if chance == 0 {
                let (from_ns, to_ns, count) = (t_ns, t_ns + 3, 5);
                take(&mut history, &Frame::Dropped { from_ns, to_ns, count }, seq);
                follow(&mut plain, News::Gap(Gap { from_ns, to_ns, count }));
            }
        }
        for t_ns in times {
            let then = plain.iter().rfind(|(then_ns, _)| *then_ns <= t_ns);
            prop_assert_eq!(Some(&history.world_at(t_ns)), then.map(|(_, world)| world));
        }
    }
}

fn follow(plain: &mut Vec<(u64, World)>, news: News<'_>) {
    let mut world = plain
        .last()
        .map(|(_, world)| world.clone())
        .unwrap_or_default();
    world.take(news);
    plain.push((world.t_ns(), world));
}
