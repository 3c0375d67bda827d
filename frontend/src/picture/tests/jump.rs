//! From wait to wait: of an object, or else of a goroutine.

use proptest::prelude::*;
use protocol::event::{NO_OBJECT, NO_PLACE};
use protocol::{Event, Frame, Kind, Reason};

use crate::model::Model;
use crate::picture::walk::{Chosen, jump, nearest};

/// A run in which goroutines wait, for objects or for none, and go on.
fn waits(steps: &[(u32, u32, u64)]) -> Model {
    let mut t_ns = 0;
    let mut events = Vec::new();
    for &(g, object, later_ns) in steps {
        let (reason, object) = match object {
            0 => (Reason::Sleep, NO_OBJECT),
            object => (Reason::Mutex, object),
        };
        for kind in [Kind::Blocked { reason, object }, Kind::Started] {
            t_ns += later_ns;
            events.push(Event {
                t_ns,
                p: 0,
                g,
                at: NO_PLACE,
                kind,
            });
        }
    }
    let mut model = Model::new();
    model.apply(&Frame::Events {
        first_seq: 0,
        events,
    });
    model
}

fn object_of(model: &Model, chosen: Chosen) -> Option<u32> {
    let span = &model.lanes()[chosen.lane].spans[chosen.span];
    span.wait().map(|wait| wait.object)
}

/// Where jumps lead from a span until they lead no further.
fn jumps(model: &Model, from: Chosen, forward: bool) -> Vec<Chosen> {
    let mut all = Vec::new();
    let mut at = from;
    while let Some(next) = jump(model, Some(at), forward, 0).filter(|next| *next != at) {
        all.push(next);
        at = next;
    }
    all
}

#[test]
fn a_jump_stays_with_the_object_or_else_with_the_goroutine() {
    let model = waits(&[(1, 7, 10), (2, 7, 10), (1, 0, 10), (1, 8, 10), (3, 7, 10)]);
    let first = jump(&model, None, true, 0).unwrap();
    assert_eq!(object_of(&model, first), Some(7));
    let lanes = jumps(&model, first, true).into_iter().map(|at| at.lane);
    assert_eq!(lanes.collect::<Vec<_>>(), [1, 2]);
    // From a span that waits for nothing: the waits of its goroutine.
    let running = Chosen { lane: 0, span: 1 };
    assert_eq!(object_of(&model, running), None);
    let next = jump(&model, Some(running), true, 0).unwrap();
    assert_eq!((next.lane, object_of(&model, next)), (0, Some(NO_OBJECT)));
    let before = jump(&model, Some(running), false, 0).unwrap();
    assert_eq!((before.lane, object_of(&model, before)), (0, Some(7)));
    assert_eq!(jump(&Model::new(), None, true, 0), None);
}

proptest! {
    #[test]
    fn jumps_visit_every_wait_of_an_object_once_in_both_directions(
        steps in prop::collection::vec((1u32..5, 1u32..4, 0u64..3), 1..40),
        object in 1u32..4,
    ) {
        let model = waits(&steps);
        let naive: Vec<Chosen> = model
            .waits()
            .iter()
            .map(|wait| Chosen::from(*wait))
            .filter(|wait| object_of(&model, *wait) == Some(object))
            .collect();
        let (Some(first), Some(last)) = (naive.first(), naive.last()) else {
            return Ok(());
        };
        prop_assert_eq!(&jumps(&model, *first, true)[..], &naive[1..]);
        let mut back = jumps(&model, *last, false);
        back.reverse();
        prop_assert_eq!(&back[..], &naive[..naive.len() - 1]);
        // What is no span is as nothing.
        let nowhere = Some(Chosen { lane: 99, span: 0 });
        prop_assert_eq!(jump(&model, nowhere, true, 0), jump(&model, None, true, 0));
        prop_assert!(nearest(&model, first.lane, 0).is_some());
    }
}
