//! Values that go from tasks to tasks.

use std::time::Instant;

use super::channels::{Channel, Shared};
use crate::frame::{per_operation, sum_below};

pub(super) async fn pingpong<C: Channel>(operations: usize) -> f64 {
    let turns = operations.div_ceil(2);
    let (mut ping, mut requests) = C::bounded(0);
    let (mut replies, mut pong) = C::bounded(0);
    let answers = tokio::spawn(async move {
        while let Some(value) = C::recv(&mut requests).await {
            C::send(&mut replies, value + 1).await;
        }
    });
    let mut value = 0;
    let start = Instant::now();
    for _ in 0..turns {
        C::send(&mut ping, value).await;
        value = C::recv(&mut pong).await.expect("a reply");
    }
    let took = start.elapsed();
    drop(ping);
    answers.await.expect("it ends");
    assert_eq!(value, turns as u64);
    per_operation(took, 2 * turns)
}

pub(super) async fn unbuffered<C: Channel>(operations: usize) -> f64 {
    stream::<C>(operations, 0).await
}

pub(super) async fn buffered<C: Channel>(operations: usize) -> f64 {
    stream::<C>(operations, 128).await
}

async fn stream<C: Channel>(operations: usize, capacity: usize) -> f64 {
    let (mut sender, mut values) = C::bounded(capacity);
    let start = Instant::now();
    tokio::spawn(async move {
        for value in 0..operations as u64 {
            C::send(&mut sender, value).await;
        }
    });
    let mut sum = 0;
    while let Some(value) = C::recv(&mut values).await {
        sum += value;
    }
    let took = start.elapsed();
    assert_eq!(sum, sum_below(operations));
    per_operation(took, operations)
}

/// Senders, and receivers.
const EACH: usize = 4;

pub(super) async fn four_to_four<C: Shared>(operations: usize) -> f64 {
    let share = operations.div_ceil(EACH);
    let (sender, values) = C::bounded(128);
    let mut receivers = Vec::new();
    let start = Instant::now();
    for _ in 0..EACH {
        let (mut sender, mut values) = (sender.clone(), values.clone());
        tokio::spawn(async move {
            for value in 0..share as u64 {
                C::send(&mut sender, value).await;
            }
        });
        receivers.push(tokio::spawn(async move {
            let mut sum = 0;
            while let Some(value) = C::recv(&mut values).await {
                sum += value;
            }
            sum
        }));
    }
    drop(sender);
    let mut sum = 0;
    for receiver in receivers {
        sum += receiver.await.expect("it ends");
    }
    let took = start.elapsed();
    assert_eq!(sum, EACH as u64 * sum_below(share));
    per_operation(took, EACH * share)
}

const SUBSCRIBERS: usize = 8;

pub(super) async fn pub_sub_8<C: Channel>(operations: usize) -> f64 {
    let messages = operations.div_ceil(SUBSCRIBERS);
    let start = Instant::now();
    let (mut subscriptions, mut subscribers) = (Vec::new(), Vec::new());
    for _ in 0..SUBSCRIBERS {
        let (sender, mut subscription) = C::bounded(128);
        subscriptions.push(sender);
        subscribers.push(tokio::spawn(async move {
            let mut sum = 0;
            while let Some(message) = C::recv(&mut subscription).await {
                sum += message;
            }
            sum
        }));
    }
    for message in 0..messages as u64 {
        for subscription in &mut subscriptions {
            C::send(subscription, message).await;
        }
    }
    drop(subscriptions);
    let mut sum = 0;
    for subscriber in subscribers {
        sum += subscriber.await.expect("it ends");
    }
    let took = start.elapsed();
    assert_eq!(sum, SUBSCRIBERS as u64 * sum_below(messages));
    per_operation(took, SUBSCRIBERS * messages)
}
