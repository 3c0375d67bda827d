//! Any sequence of operations on a topic does what a few plain queues do.

use std::collections::VecDeque;

use csp::RecvError;
use csp::patterns::{Policy, PubSub, SubscribeError, SubscriberTotals, Subscription};
use proptest::prelude::*;

/// Ids are few, so that they meet.
const IDS: usize = 3;

#[derive(Clone, Copy, Debug)]
enum Op {
    Subscribe(usize, usize, Policy),
    Unsubscribe(usize),
    Publish(u32),
    Receive(usize),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let policy = prop_oneof![Just(Policy::DropNewest), Just(Policy::DropOldest)];
    let op = prop_oneof![
        1 => (0..IDS, 1..5_usize, policy).prop_map(|(id, cap, policy)| Op::Subscribe(id, cap, policy)),
        1 => (0..IDS).prop_map(Op::Unsubscribe),
        6 => any::<u32>().prop_map(Op::Publish),
        4 => (0..IDS).prop_map(Op::Receive),
    ];
    prop::collection::vec(op, 1..200)
}

/// A subscriber of the model.
struct Plain {
    capacity: usize,
    policy: Policy,
    queue: VecDeque<u32>,
    totals: SubscriberTotals,
}

impl Plain {
    fn publish(&mut self, message: u32) {
        if self.queue.len() < self.capacity {
            self.totals.delivered += 1;
        } else {
            self.totals.dropped += 1;
            if self.policy == Policy::DropNewest {
                return;
            }
            self.queue.pop_front();
        }
        self.queue.push_back(message);
    }
}

async fn follows_the_model(ops: Vec<Op>) {
    let topic = PubSub::new();
    let mut real: [Option<Subscription<u32>>; IDS] = Default::default();
    let mut plain: [Option<Plain>; IDS] = Default::default();
    for op in ops {
        match op {
            Op::Subscribe(id, capacity, policy) => {
                let subscribed = topic.subscribe(id.to_string(), capacity, policy);
                if plain[id].is_some() {
                    assert_eq!(subscribed.err(), Some(SubscribeError::Duplicate));
                    continue;
                }
                real[id] = Some(subscribed.unwrap());
                plain[id] = Some(Plain {
                    capacity,
                    policy,
                    queue: VecDeque::new(),
                    totals: SubscriberTotals::default(),
                });
            }
            Op::Unsubscribe(id) => {
                let was_there = topic.unsubscribe(&id.to_string());
                assert_eq!(was_there, plain[id].take().is_some());
                real[id] = None;
            }
            Op::Publish(message) => {
                topic.publish(message).await.unwrap();
                for plain in plain.iter_mut().flatten() {
                    plain.publish(message);
                }
            }
            Op::Receive(id) => {
                let (Some(real), Some(plain)) = (&mut real[id], &mut plain[id]) else {
                    continue;
                };
                let expected = plain.queue.pop_front().ok_or(RecvError::Empty);
                assert_eq!(real.try_recv(), expected);
            }
        }
        for (real, plain) in real.iter().flatten().zip(plain.iter().flatten()) {
            assert_eq!(real.totals(), plain.totals);
            assert_eq!(real.queued(), plain.queue.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 64 }))]

    #[test]
    fn a_topic_is_a_few_queues(ops in ops(), traced: bool) {
        let events = std::sync::Arc::default();
        let events = traced.then_some(&events);
        crate::completed(crate::run(2, events, follows_the_model(ops)));
    }
}
