//! Sending, receiving and closing.

use std::pin::pin;
use std::task::Poll;

use loom::future::block_on;
use loom::thread;

use super::{Value, poll_once, take, value};
use crate::memory::explore;
use crate::{RecvError, chan};

/// A value crosses, with a buffer and without, and what its sender did before
/// is seen by who receives it.
#[test]
fn a_value_is_handed_over_whole() {
    for capacity in [0, 1] {
        explore(3, move || {
            let ch = chan::<Value>(capacity);
            let sender = ch.sender();
            let other = thread::spawn(move || {
                block_on(sender.send(value(1)));
                block_on(sender.send(value(2)));
            });
            let got = [(); 2].map(|()| block_on(ch.recv()).map(|value| take(&value)));
            assert_eq!(got, [Some(1), Some(2)]);
            other.join().unwrap();
        });
    }
}

/// mem: the receive from an unbuffered channel comes before the send's end, and
/// the k-th receive before the end of the (k+C)-th send.
#[test]
fn a_receive_comes_before_the_end_of_the_send_that_it_lets_go_on() {
    for capacity in [0, 1_usize] {
        explore(3, move || {
            let ch = chan::<()>(capacity);
            let done = value(0);
            let (receiver, mark) = (ch.receiver(), done.clone());
            let other = thread::spawn(move || {
                mark.add(1);
                block_on(receiver.recv());
            });
            for _ in 0..=capacity {
                block_on(ch.send(()));
            }
            assert_eq!(done.get(), 1);
            other.join().unwrap();
        });
    }
}

/// A receive that is dropped, at whatever moment of the hand-over, loses
/// nothing.
#[test]
fn a_dropped_receive_gives_back() {
    for capacity in [0, 1] {
        explore(3, move || {
            let ch = chan::<Value>(capacity);
            let sender = ch.sender();
            let other = thread::spawn(move || block_on(sender.send(value(1))));
            let first = {
                let mut recv = pin!(ch.recv());
                poll_once(recv.as_mut())
            };
            let got = match first {
                Poll::Ready(got) => got,
                Poll::Pending => block_on(ch.recv()),
            };
            assert_eq!(got.map(|value| take(&value)), Some(1));
            other.join().unwrap();
        });
    }
}

/// A send that is dropped has sent its value or has not: a receiver gets it, or
/// the next one.
#[test]
fn a_dropped_send_has_sent_or_has_not() {
    explore(3, || {
        let ch = chan::<Value>(0);
        let receiver = ch.receiver();
        let other = thread::spawn(move || block_on(receiver.recv()).map(|value| take(&value)));
        let sent = {
            let mut send = pin!(ch.send(value(1)));
            poll_once(send.as_mut()).is_ready()
        };
        // Whoever has not got the first gets this one.
        let second = ch.try_send(value(2)).is_ok();
        if !second && !sent {
            // It was received while it was dropped, or nobody waits yet.
            ch.close();
        }
        let got = other.join().unwrap();
        match (sent, second) {
            (true, _) => assert_eq!(got, Some(1)),
            (false, true) => assert_eq!(got, Some(2)),
            (false, false) => assert!(got.is_none() || got == Some(1)),
        }
    });
}

/// Two receivers and one value: one gets it, the other sees the close, and
/// nobody sleeps on.
#[test]
fn a_close_wakes_who_got_nothing() {
    explore(2, || {
        let ch = chan::<Value>(1);
        let receivers = [(); 2].map(|()| {
            let receiver = ch.receiver();
            thread::spawn(move || block_on(receiver.recv()).map(|value| take(&value)))
        });
        ch.try_send(value(1)).ok().unwrap();
        ch.close();
        let got = receivers.map(|receiver| receiver.join().unwrap());
        assert!(got == [Some(1), None] || got == [None, Some(1)], "{got:?}");
        assert_eq!(ch.try_recv().err(), Some(RecvError::Closed));
    });
}
