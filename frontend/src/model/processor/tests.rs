//! What Ps did, in stories and in random streams.

use proptest::prelude::*;
use protocol::event::{Event, Kind, NO_P, NO_PLACE};
use protocol::{Frame, Reason};

use super::*;
use crate::model::{Model, State};

fn event(t_ns: u64, p: u16, g: u32, kind: Kind) -> Event {
    Event {
        t_ns,
        p,
        g,
        at: NO_PLACE,
        kind,
    }
}

fn waits() -> Kind {
    Kind::Blocked {
        reason: Reason::ChanReceive,
        object: 7,
    }
}

fn apply(model: &mut Model, first_seq: u64, events: &[Event]) {
    model.apply(&Frame::Events {
        first_seq,
        events: events.to_vec(),
    });
}

fn model_of(events: &[Event]) -> Model {
    let mut model = Model::new();
    apply(&mut model, 0, events);
    model
}

fn told(processor: &Processor, now_ns: u64) -> Vec<(u64, u64, u32, Does)> {
    let stretches = processor.stretches.iter();
    stretches
        .map(|it| (it.from_ns, it.to_ns(now_ns), it.g, it.does))
        .collect()
}

/// P0 runs 1 and then 2; P1 is idle, wakes, and steals 3 from P0.
fn theft() -> Vec<Event> {
    vec![
        event(10, 0, 1, Kind::Started),
        event(15, 1, 0, Kind::Idle),
        event(20, 0, 1, Kind::Queue { len: 2 }),
        event(30, 1, 0, Kind::Awake),
        event(40, 1, 3, Kind::Stolen { from: 0, count: 1 }),
        event(40, 0, 1, Kind::Queue { len: 1 }),
        event(41, 1, 3, Kind::Started),
        event(50, 0, 1, waits()),
        event(50, 0, 2, Kind::Started),
        event(60, NO_P, 0, Kind::Queue { len: 4 }),
        event(70, 0, 2, Kind::Preempted { ran_ns: 20 }),
        event(80, 0, 2, Kind::Ended),
    ]
}

#[test]
fn a_theft_is_a_sign_of_the_thief_and_its_idle_time_ends_when_it_wakes() {
    let model = model_of(&theft());
    let list = model.processors().list();
    assert_eq!(
        told(&list[0], 80),
        [(10, 50, 1, Does::Runs), (50, 70, 2, Does::Runs)]
    );
    assert_eq!(
        told(&list[1], 80),
        [(15, 30, 0, Does::Idles), (41, 80, 3, Does::Runs)]
    );
    assert_eq!(
        list[1].signs,
        [Sign {
            t_ns: 40,
            g: 3,
            what: What::Stole { from: 0, count: 1 }
        }]
    );
    assert_eq!((list[1].counts.steals, list[1].counts.stolen), (1, 1));
    assert_eq!(list[0].counts.preempted, 1);
    assert_eq!((list[0].ran_ns(80), list[1].ran_ns(80)), (60, 39));
    assert_eq!(list[0].queue.peak, 2);
    assert_eq!(list[0].queue.len_at(45, 0), Some(1));
    assert_eq!(model.processors().global().len_at(60, 0), Some(4));
}

#[test]
fn a_call_that_blocks_keeps_its_p_until_it_is_handed_off() {
    let model = model_of(&[
        event(10, 0, 2, Kind::Started),
        event(20, 0, 2, Kind::SyscallBegun),
        event(25, 0, 2, Kind::HandedOff { from: 1, to: 4 }),
        event(30, 0, 3, Kind::Started),
        event(90, NO_P, 2, Kind::SyscallEnded),
        event(91, 1, 4, Kind::Started),
        event(92, 1, 4, Kind::SyscallBegun),
        event(95, 1, 4, Kind::SyscallEnded),
    ]);
    let list = model.processors().list();
    assert_eq!(
        told(&list[0], 100),
        [
            (10, 20, 2, Does::Runs),
            (20, 25, 2, Does::Calls),
            (30, 100, 3, Does::Runs)
        ]
    );
    assert_eq!(
        told(&list[1], 100),
        [
            (91, 92, 4, Does::Runs),
            (92, 95, 4, Does::Calls),
            (95, 100, 4, Does::Runs)
        ]
    );
    assert_eq!(list[0].counts.handed_off, 1);
}

#[test]
fn nothing_is_known_of_a_p_in_a_gap() {
    let mut model = model_of(&theft()[..9]);
    model.apply(&Frame::Dropped {
        from_ns: 55,
        to_ns: 65,
        count: 3,
    });
    apply(&mut model, 9, &theft()[9..]);
    let list = model.processors().list();
    assert_eq!(told(&list[0], 80).last(), Some(&(50, 55, 2, Does::Runs)));
    assert_eq!(told(&list[1], 80).last(), Some(&(41, 55, 3, Does::Runs)));
    assert_eq!(list[0].queue.len_at(70, 65), None);
}

#[test]
fn signs_beyond_the_limit_are_counted() {
    let steal = event(0, 0, 1, Kind::Stolen { from: 1, count: 2 });
    let model = model_of(&vec![steal; MAX_SIGNS + 3]);
    assert_eq!(model.processors().more_signs(), 3);
    assert_eq!(model.processors().list()[0].signs.len(), MAX_SIGNS);
}

fn any_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        4 => Just(Kind::Started),
        2 => Just(waits()),
        1 => Just(Kind::Yielded),
        1 => Just(Kind::Ended),
        1 => Just(Kind::Idle),
        1 => Just(Kind::Awake),
        1 => Just(Kind::SyscallBegun),
        1 => Just(Kind::SyscallEnded),
        1 => Just(Kind::HandedOff { from: 0, to: 1 }),
        1 => Just(Kind::Preempted { ran_ns: 3 }),
        1 => (0u32..9).prop_map(|len| Kind::Queue { len }),
    ]
}

proptest! {
    #[test]
    fn any_stream_keeps_the_invariants(
        steps in prop::collection::vec((0u64..50, 0u16..4, 0u32..6, any_kind(), 0u8..30), 0..200),
    ) {
        let mut model = Model::new();
        let mut t_ns = 0;
        for (seq, (since, p, g, kind, chance)) in steps.into_iter().enumerate() {
            t_ns += since;
            let p = if p == 3 { NO_P } else { p };
            apply(&mut model, seq as u64, &[event(t_ns, p, g, kind)]);
            if chance == 0 {
                let (from_ns, to_ns) = (t_ns, t_ns + 20);
                t_ns = to_ns + 1;
                model.apply(&Frame::Dropped { from_ns, to_ns, count: 2 });
            }
        }
        let now_ns = model.now_ns();
        let mut count = 0;
        for processor in model.processors().list() {
            count += processor.stretches.len();
            for pair in processor.stretches.windows(2) {
                prop_assert!(!pair[0].is_open());
                prop_assert!(pair[0].to_ns(now_ns) <= pair[1].from_ns);
            }
            for stretch in &processor.stretches {
                let to_ns = stretch.to_ns(now_ns);
                prop_assert!(stretch.from_ns <= to_ns);
                let through = model.gaps().iter()
                    .any(|gap| stretch.from_ns < gap.to_ns && to_ns > gap.from_ns);
                prop_assert!(!through);
            }
        }
        prop_assert_eq!(count, model.processors().stretch_count());
    }

    /// Goroutines in a row on a few Ps: both kinds of lanes tell the same.
    #[test]
    fn both_kinds_of_lanes_tell_the_same(
        steps in prop::collection::vec((1u64..50, 0usize..3, any::<bool>()), 1..100),
    ) {
        let mut on = [0u32; 3];
        let (mut t_ns, mut next) = (0, 1);
        let mut events = Vec::new();
        for (since, p, yields) in steps {
            t_ns += since;
            match on[p] {
                0 => {
                    on[p] = next;
                    next += 1;
                    events.push(event(t_ns, p as u16, on[p], Kind::Started));
                }
                g => {
                    let kind = if yields { Kind::Yielded } else { waits() };
                    events.push(event(t_ns, p as u16, g, kind));
                    on[p] = 0;
                }
            }
        }
        let model = model_of(&events);
        for lane in model.lanes() {
            for span in &lane.spans {
                if let State::Running { p } = span.state {
                    let stretches = &model.processors().list()[usize::from(p)].stretches;
                    let same = stretches.iter().filter(|it| {
                        it.g == lane.g
                            && it.from_ns == span.from_ns
                            && it.to_ns(t_ns) == span.to_ns(t_ns)
                    });
                    prop_assert_eq!(same.count(), 1);
                }
            }
        }
    }
}
