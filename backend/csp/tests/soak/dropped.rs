//! Sends and receives that are dropped, each polled so often before.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csp::sync::WaitGroup;
use csp::{chan, select};

use super::cancelled::within;
use super::soak;

const SENDERS: u64 = 4;
const SCENARIOS: u64 = 8;

/// A value, and whether its sender waits until it is taken.
type Value = (u64, bool);

/// All that was surely sent is received, once and by its sender's order; of the
/// others each at most once.
#[test]
fn what_is_dropped_loses_and_doubles_nothing() {
    soak(SCENARIOS, |seed, operations| async move {
        let each = operations / SENDERS;
        let (ch, never) = (chan::<(u64, Value)>(seed as usize % 4), chan::<()>(0));
        let (senders, sure) = (WaitGroup::new(), Arc::new(AtomicU64::new(0)));
        for sender in 0..SENDERS {
            let (ch, never, sure) = (ch.clone(), never.clone(), sure.clone());
            senders.go(async move {
                for number in 1..=each {
                    let patience = (seed + sender + number) % 5;
                    if patience == 4 {
                        ch.send((sender, (number, true))).await;
                        sure.fetch_add(number, Ordering::Relaxed);
                    } else if number % 2 == 0 {
                        within(patience, ch.send((sender, (number, false)))).await;
                    } else {
                        let selects = async {
                            select! {
                                () = ch.send((sender, (number, false))) => {}
                                _ = never.recv() => {}
                            }
                        };
                        within(patience, selects).await;
                    }
                }
            });
        }
        let closer = ch.clone();
        csp::go(async move {
            senders.wait().await;
            closer.close();
        });
        // One receiver, so that what it gives back is the first again.
        let (mut last, mut received, mut round) = ([0; SENDERS as usize], 0, seed);
        loop {
            round += 1;
            let got = match round % 4 {
                3 => Some(ch.recv().await),
                patience => within(patience, ch.recv()).await,
            };
            match got {
                Some(Some((sender, (number, waits)))) => {
                    assert!(number > last[sender as usize]);
                    last[sender as usize] = number;
                    received += if waits { number } else { 0 };
                }
                Some(None) => break,
                None => {}
            }
        }
        assert_eq!(received, sure.load(Ordering::Relaxed));
    });
}
