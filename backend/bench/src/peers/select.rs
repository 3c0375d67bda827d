//! tokio's `select!`, over its own channels. It polls the futures of all
//! operations, and drops those that did not come.

use std::time::Instant;

use tokio::sync::mpsc::channel;

use crate::frame::{per_operation, sum_below};

pub(super) async fn two_ready(operations: usize) -> f64 {
    let (to_a, mut a) = channel(1);
    let (to_b, mut b) = channel(1);
    send(&to_a, 1).await;
    send(&to_b, 2).await;
    let mut counts = [0; 2];
    let start = Instant::now();
    for _ in 0..operations {
        tokio::select! {
            Some(value) = a.recv() => {
                counts[0] += value;
                send(&to_a, value).await;
            }
            Some(value) = b.recv() => {
                counts[1] += value;
                send(&to_b, value).await;
            }
            else => unreachable!("both are open"),
        }
    }
    let took = start.elapsed();
    assert_eq!(counts[0] + counts[1] / 2, operations as u64);
    per_operation(took, operations)
}

async fn send(sender: &tokio::sync::mpsc::Sender<u64>, value: u64) {
    sender.send(value).await.expect("a receiver is there");
}

pub(super) async fn four_ready(operations: usize) -> f64 {
    let (to_a, mut a) = channel(1);
    let (to_b, mut b) = channel(1);
    let (to_c, mut c) = channel(1);
    let (to_d, mut d) = channel(1);
    send(&to_a, 1).await;
    send(&to_b, 2).await;
    send(&to_c, 3).await;
    send(&to_d, 4).await;
    let mut counts = [0; 4];
    let start = Instant::now();
    for _ in 0..operations {
        tokio::select! {
            Some(value) = a.recv() => {
                counts[0] += value;
                send(&to_a, value).await;
            }
            Some(value) = b.recv() => {
                counts[1] += value;
                send(&to_b, value).await;
            }
            Some(value) = c.recv() => {
                counts[2] += value;
                send(&to_c, value).await;
            }
            Some(value) = d.recv() => {
                counts[3] += value;
                send(&to_d, value).await;
            }
            else => unreachable!("all are open"),
        }
    }
    let took = start.elapsed();
    let received = counts[0] + counts[1] / 2 + counts[2] / 3 + counts[3] / 4;
    assert_eq!(received, operations as u64);
    per_operation(took, operations)
}

pub(super) async fn four_blocking(operations: usize) -> f64 {
    let (to_a, mut a) = channel(1);
    let (to_b, mut b) = channel(1);
    let (to_c, mut c) = channel(1);
    let (to_d, mut d) = channel(1);
    let sends = tokio::spawn(async move {
        for value in 0..operations as u64 {
            match value % 4 {
                0 => send(&to_a, value).await,
                1 => send(&to_b, value).await,
                2 => send(&to_c, value).await,
                _ => send(&to_d, value).await,
            }
        }
    });
    let mut sum = 0;
    let start = Instant::now();
    for _ in 0..operations {
        sum += tokio::select! {
            Some(value) = a.recv() => value,
            Some(value) = b.recv() => value,
            Some(value) = c.recv() => value,
            Some(value) = d.recv() => value,
            else => unreachable!("one of them comes"),
        };
    }
    let took = start.elapsed();
    sends.await.expect("it ends");
    assert_eq!(sum, sum_below(operations));
    per_operation(took, operations)
}

/// There is no default: the last arm, which is always ready, stands for it, and
/// `biased` keeps the order.
pub(super) async fn with_default(operations: usize) -> f64 {
    let (_to_a, mut a) = channel::<u64>(1);
    let (_to_b, mut b) = channel::<u64>(1);
    let mut defaults = 0;
    let start = Instant::now();
    for _ in 0..operations {
        tokio::select! {
            biased;
            _ = a.recv() => panic!("a value that nobody sent"),
            _ = b.recv() => panic!("a value that nobody sent"),
            () = std::future::ready(()) => defaults += 1,
        }
    }
    let took = start.elapsed();
    assert_eq!(defaults, operations);
    per_operation(took, operations)
}
