//! Senders and receivers at channels of several capacities.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csp::sync::WaitGroup;
use csp::{Chan, chan, select, yield_now};

use super::soak;

const SENDERS: usize = 4;
const RECEIVERS: usize = 3;
const CAPACITIES: [usize; 4] = [0, 1, 7, 128];
const SCENARIOS: u64 = 8;

/// The sender, and its how manieth value it is.
type Value = (usize, u64);

/// What receivers saw: how many of each sender, and the sum of their numbers.
#[derive(Default)]
struct Seen {
    count: [AtomicU64; SENDERS],
    sum: [AtomicU64; SENDERS],
}

impl Seen {
    fn add(&self, (sender, number): Value) {
        self.count[sender].fetch_add(1, Ordering::Relaxed);
        self.sum[sender].fetch_add(number, Ordering::Relaxed);
    }

    fn all_once(&self, each: u64) {
        for sender in 0..SENDERS {
            assert_eq!(self.count[sender].load(Ordering::Relaxed), each);
            let sum = self.sum[sender].load(Ordering::Relaxed);
            assert_eq!(sum, each * (each + 1) / 2);
        }
    }
}

/// The last number that a receiver saw of each sender: they only rise.
#[derive(Default)]
struct Order([u64; SENDERS]);

impl Order {
    fn check(&mut self, (sender, number): Value) {
        assert!(number > self.0[sender], "sender {sender}: {number} late");
        self.0[sender] = number;
    }
}

fn capacity(seed: u64) -> usize {
    CAPACITIES[seed as usize % CAPACITIES.len()]
}

/// Plain sends and receives, and a close.
#[test]
fn values_come_once_and_in_order() {
    soak(SCENARIOS, |seed, operations| async move {
        let each = operations / SENDERS as u64;
        let (ch, seen) = (chan::<Value>(capacity(seed)), Arc::<Seen>::default());
        let (senders, receivers) = (WaitGroup::new(), WaitGroup::new());
        for sender in 0..SENDERS {
            let ch = ch.clone();
            senders.go(async move {
                for number in 1..=each {
                    ch.send((sender, number)).await;
                }
            });
        }
        for _ in 0..RECEIVERS {
            let (ch, seen) = (ch.clone(), seen.clone());
            receivers.go(async move {
                let mut order = Order::default();
                while let Some(value) = ch.recv().await {
                    order.check(value);
                    seen.add(value);
                }
            });
        }
        senders.wait().await;
        ch.close();
        receivers.wait().await;
        seen.all_once(each);
    });
}

/// Selects on both sides, over three channels; the last receives see a close.
#[test]
fn values_of_selects_come_once() {
    soak(SCENARIOS, |seed, operations| async move {
        let each = operations / SENDERS as u64;
        let channels: [Chan<Value>; 3] =
            std::array::from_fn(|index| chan(capacity(seed + index as u64)));
        let (done, seen) = (chan::<()>(0), Arc::<Seen>::default());
        let (senders, receivers) = (WaitGroup::new(), WaitGroup::new());
        for sender in 0..SENDERS {
            let [a, b, c] = channels.clone();
            senders.go(async move {
                for number in 1..=each {
                    let value = (sender, number);
                    select! {
                        () = a.send(value) => {}
                        () = b.send(value) => {}
                        () = c.send(value) => {}
                    }
                }
            });
        }
        for _ in 0..RECEIVERS {
            let ([a, b, c], done, seen) = (channels.clone(), done.clone(), seen.clone());
            receivers.go(async move {
                loop {
                    let value = select! {
                        value = c.recv() => value,
                        value = b.recv() => value,
                        value = a.recv() => value,
                        _ = done.recv() => break,
                    };
                    seen.add(value.unwrap());
                }
            });
        }
        senders.wait().await;
        done.close();
        receivers.wait().await;
        // What is in the buffers still.
        for ch in &channels {
            while let Ok(value) = ch.try_recv() {
                seen.add(value);
            }
        }
        seen.all_once(each);
    });
}

/// Selects with a default on both sides.
#[test]
fn values_of_selects_with_a_default_come_once_and_in_order() {
    soak(SCENARIOS, |seed, operations| async move {
        let each = operations / SENDERS as u64;
        let (ch, other) = (chan::<Value>(capacity(seed)), chan::<Value>(0));
        let (senders, receivers) = (WaitGroup::new(), WaitGroup::new());
        let seen = Arc::<Seen>::default();
        for sender in 0..SENDERS {
            let (ch, other) = (ch.clone(), other.clone());
            senders.go(async move {
                for number in 1..=each {
                    let sent = select! {
                        () = ch.send((sender, number)) => true,
                        _ = other.recv() => unreachable!("nobody sends there"),
                        default => false,
                    };
                    if !sent {
                        ch.send((sender, number)).await;
                    }
                }
            });
        }
        for _ in 0..RECEIVERS {
            let (ch, seen) = (ch.clone(), seen.clone());
            receivers.go(async move {
                let mut order = Order::default();
                loop {
                    let got = select! {
                        value = ch.recv() => Some(value),
                        default => None,
                    };
                    match got {
                        Some(Some(value)) => {
                            order.check(value);
                            seen.add(value);
                        }
                        Some(None) => break,
                        None => yield_now().await,
                    }
                }
            });
        }
        senders.wait().await;
        ch.close();
        receivers.wait().await;
        seen.all_once(each);
    });
}
