//! The sums of an interval against a count of every nanosecond in it.

use proptest::prelude::*;
use protocol::event::{NO_OBJECT, NO_PLACE};
use protocol::{Event, Frame, Kind, ObjectKind};

use super::*;

fn any_kind() -> impl Strategy<Value = Kind> {
    let reason = (0..Reason::ALL.len()).prop_map(|at| Reason::ALL[at]);
    prop_oneof![
        4 => Just(Kind::Started),
        3 => reason.prop_map(|reason| Kind::Blocked { reason, object: NO_OBJECT }),
        2 => (1u32..8).prop_map(|woken| Kind::Woken { woken, object: NO_OBJECT }),
        1 => Just(Kind::Yielded),
        1 => Just(Kind::Ended),
    ]
}

fn model(steps: Vec<(u64, u32, Kind)>) -> Model {
    let mut t_ns = 0;
    let event = |(later_ns, g, kind): (u64, u32, Kind)| {
        t_ns += later_ns;
        Event {
            t_ns,
            p: 0,
            g,
            at: NO_PLACE,
            kind,
        }
    };
    let events = steps.into_iter().map(event).collect();
    let mut model = Model::new();
    model.apply(&Frame::Events {
        first_seq: 0,
        events,
    });
    model
}

/// The same sums, but for channels: each nanosecond of each lane by itself.
fn naive(model: &Model, from_ns: u64, to_ns: u64, now_ns: u64) -> Sums {
    let mut sums = Sums::default();
    let mut ran = Vec::new();
    for (index, lane) in model.lanes().iter().enumerate() {
        let lives = |t_ns: &u64| (lane.from_ns..lane.to_ns(now_ns)).contains(t_ns);
        let is_point = lane.from_ns == lane.to_ns(now_ns);
        let is_within = from_ns < lane.from_ns && lane.from_ns < to_ns;
        sums.goroutines += u64::from((from_ns..to_ns).any(|t| lives(&t)) || is_point && is_within);
        let mut ran_ns = 0;
        for t_ns in from_ns..to_ns {
            let held =
                |span: &&crate::model::Span| (span.from_ns..span.to_ns(now_ns)).contains(&t_ns);
            match lane.spans.iter().find(held).map(|span| span.state) {
                Some(State::Running { .. }) => ran_ns += 1,
                Some(State::Runnable(_)) => sums.runnable_ns += 1,
                Some(State::Blocked(wait)) => {
                    match sums.blocked.iter_mut().find(|(of, _)| *of == wait.reason) {
                        Some((_, ns)) => *ns += 1,
                        None => sums.blocked.push((wait.reason, 1)),
                    }
                }
                None => {}
            }
        }
        let begins = lane.spans.iter().filter(|span| {
            matches!(span.state, State::Running { .. }) && (from_ns..to_ns).contains(&span.from_ns)
        });
        sums.switches += begins.count() as u64;
        sums.running_ns += ran_ns;
        if ran_ns > 0 {
            ran.push((index, ran_ns));
        }
    }
    sums.blocked
        .sort_by_key(|(reason, ns)| (std::cmp::Reverse(*ns), *reason as usize));
    ran.sort_by_key(|(_, ns)| std::cmp::Reverse(*ns));
    sums.more_busy = ran.len().saturating_sub(MAX_BUSIEST) as u64;
    ran.truncate(MAX_BUSIEST);
    sums.busiest = ran;
    sums
}

proptest! {
    #[test]
    fn the_sums_are_those_of_every_nanosecond(
        steps in prop::collection::vec((0u64..12, 1u32..8, any_kind()), 0..60),
        from_ns in 0u64..200,
        len_ns in 1u64..200,
        later_ns in 0u64..30,
    ) {
        let model = model(steps);
        let now_ns = model.now_ns() + later_ns;
        let to_ns = from_ns + len_ns;
        let found = Sums::of(&model, from_ns, to_ns, now_ns);
        prop_assert_eq!(found, naive(&model, from_ns, to_ns, now_ns));
    }

    #[test]
    fn two_halves_have_the_sums_of_the_whole(
        steps in prop::collection::vec((0u64..12, 1u32..8, any_kind()), 0..60),
        cut_ns in 1u64..300,
    ) {
        let model = model(steps);
        let (now_ns, end_ns) = (model.now_ns(), model.now_ns().max(cut_ns) + 1);
        let of = |from, to| Sums::of(&model, from, to, now_ns);
        let (left, right, whole) = (of(0, cut_ns), of(cut_ns, end_ns), of(0, end_ns));
        prop_assert_eq!(left.total_ns() + right.total_ns(), whole.total_ns());
        prop_assert_eq!(left.switches + right.switches, whole.switches);
    }
}

const CH: u32 = 3;

/// A channel with room for `capacity` values, and what happens to it at 10 ns,
/// 20 ns and so on.
fn channel(capacity: u32, kinds: Vec<Kind>) -> Model {
    let made = Kind::Made {
        object: CH,
        kind: ObjectKind::Channel,
        name: None,
        capacity,
    };
    let rest = kinds.into_iter().map(|kind| (10, 1, kind));
    model([(0, 1, made)].into_iter().chain(rest).collect())
}

fn sent(len: u32, to: u32) -> Kind {
    Kind::Sent {
        object: CH,
        len,
        value: None,
        to,
    }
}

fn received(len: u32, from: u32) -> Kind {
    Kind::Received {
        object: CH,
        len,
        value: None,
        from,
        ok: true,
    }
}

#[test]
fn sends_and_receives_are_counted_by_channel() {
    // Two sends, a receive, one send straight to a receiver, a last receive.
    let kinds = vec![
        sent(1, 0),
        sent(2, 0),
        received(1, 0),
        sent(1, 9),
        received(0, 0),
    ];
    let model = channel(2, kinds);
    let of = |from_ns, to_ns| {
        let sums = Sums::of(&model, from_ns, to_ns, model.now_ns());
        sums.channels
            .first()
            .map(|traffic| (traffic.sends, traffic.receives))
    };
    assert_eq!(of(0, 100), Some((3, 3)));
    assert_eq!(of(15, 45), Some((2, 2)));
    assert_eq!(of(20, 30), Some((1, 0)));
    assert_eq!(of(0, 10), None);
    // What passes without a buffer is both.
    let unbuffered = channel(0, vec![sent(0, 9), received(0, 1)]);
    let sums = Sums::of(&unbuffered, 0, 100, 100);
    assert_eq!((sums.channels[0].sends, sums.channels[0].receives), (1, 1));
    assert!(!sums.channels[0].at_least);
}
