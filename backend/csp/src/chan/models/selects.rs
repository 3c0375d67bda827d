//! Several cases, one election.

use std::pin::pin;
use std::task::Poll;

use loom::future::block_on;
use loom::thread;

use super::{Value, poll_once, take, value};
use crate::memory::explore;
use crate::select::{Choice, select};
use crate::{Chan, chan};

fn sends(ch: &Chan<Value>, number: u32) -> thread::JoinHandle<()> {
    let sender = ch.sender();
    thread::spawn(move || block_on(sender.send(value(number))))
}

/// Two senders race for one select: one case wins, the other's value is there
/// for the next receive.
#[test]
fn one_case_wins_and_the_other_value_stays() {
    explore(2, || {
        let (a, b) = (chan::<Value>(0), chan::<Value>(0));
        let senders = [sends(&a, 1), sends(&b, 2)];
        let (won, rest) = match block_on(select((a.recv(), b.recv()))) {
            Choice::A(value) => (value, &b),
            Choice::B(value) => (value, &a),
            _ => unreachable!(),
        };
        let won = won.map(|value| take(&value));
        let other = block_on(rest.recv()).map(|value| take(&value));
        assert!([won, other] == [Some(1), Some(2)] || [won, other] == [Some(2), Some(1)]);
        for sender in senders {
            sender.join().unwrap();
        }
    });
}

/// A select that is dropped while both cases are being won takes nothing.
#[test]
fn a_dropped_select_takes_nothing() {
    explore(2, || {
        let (a, b) = (chan::<Value>(0), chan::<Value>(0));
        let senders = [sends(&a, 1), sends(&b, 2)];
        let first = {
            let mut select = pin!(select((a.recv(), b.recv())));
            poll_once(select.as_mut())
        };
        let (mut from_a, mut from_b) = (None, None);
        match first {
            Poll::Ready(Choice::A(value)) => from_a = value,
            Poll::Ready(Choice::B(value)) => from_b = value,
            _ => {}
        }
        let from_a = from_a.or_else(|| block_on(a.recv()));
        let from_b = from_b.or_else(|| block_on(b.recv()));
        let got = [from_a, from_b].map(|value| value.map(|value| take(&value)));
        assert_eq!(got, [Some(1), Some(2)]);
        for sender in senders {
            sender.join().unwrap();
        }
    });
}

/// Two selects meet, each with a send and a receive: one value crosses.
#[test]
fn two_selects_exchange_one_value() {
    explore(3, || {
        let (a, b) = (chan::<Value>(0), chan::<Value>(0));
        let (left, right) = (a.clone(), b.clone());
        let meets = |chosen| match chosen {
            Choice::A(()) => None,
            Choice::B(value) => Option::map(value, |value| take(&value)),
            _ => unreachable!(),
        };
        let other = thread::spawn(move || {
            let select = select((left.send(value(1)), right.recv()));
            meets(block_on(select))
        });
        let here = meets(block_on(select((b.send(value(2)), a.recv()))));
        let there = other.join().unwrap();
        assert!(matches!((here, there), (Some(1), None) | (None, Some(2))));
        assert!(a.try_recv().is_err() && b.try_recv().is_err());
    });
}

/// Polled again with another waker while it is being won, a select is woken by
/// the one or done already.
#[test]
fn a_select_that_is_polled_again_misses_nothing() {
    explore(3, || {
        let (a, b) = (chan::<Value>(0), chan::<Value>(0));
        let sender = sends(&b, 2);
        let mut select = pin!(select((a.recv(), b.recv())));
        let chosen = match poll_once(select.as_mut()) {
            Poll::Ready(chosen) => chosen,
            Poll::Pending => block_on(select.as_mut()),
        };
        let Choice::B(Some(got)) = chosen else {
            panic!("the other case");
        };
        assert_eq!(take(&got), 2);
        sender.join().unwrap();
    });
}

/// A close and a value race for a select.
#[test]
fn a_close_and_a_value_race() {
    explore(2, || {
        let (a, b) = (chan::<Value>(0), chan::<Value>(1));
        let closer = {
            let a = a.clone();
            thread::spawn(move || a.close())
        };
        let sender = sends(&b, 2);
        match block_on(select((a.recv(), b.recv()))) {
            Choice::A(closed) => {
                assert!(closed.is_none());
                assert_eq!(block_on(b.recv()).map(|value| take(&value)), Some(2));
            }
            Choice::B(got) => assert_eq!(got.map(|value| take(&value)), Some(2)),
            _ => unreachable!(),
        }
        closer.join().unwrap();
        sender.join().unwrap();
    });
}
