//! The glance: a select with a default takes it only if at one moment no case
//! was ready.

use std::pin::pin;
use std::task::Poll;

use loom::future::block_on;
use loom::thread;

use super::{Value, poll_once, take, value};
use crate::memory::explore;
use crate::select::{Choice, select};
use crate::{Chan, chan};

/// A value goes from one channel to the other, never in neither: the one is
/// sent to before the other is emptied.
fn moves(from: &Chan<Value>, to: &Chan<Value>, number: u32) {
    to.try_send(value(number)).ok().unwrap();
    // The select may have it.
    let _ = from.try_recv();
}

/// At every moment one of two channels holds a value: the default is never
/// taken, whichever channel the select looks at first.
#[test]
fn the_default_is_not_taken_while_some_case_is_ready() {
    for swapped in [false, true] {
        explore(3, move || {
            let (a, b) = (chan::<Value>(2), chan::<Value>(2));
            a.try_send(value(1)).ok().unwrap();
            let other = {
                let (a, b) = (a.clone(), b.clone());
                thread::spawn(move || {
                    moves(&a, &b, 2);
                    moves(&b, &a, 3);
                })
            };
            let (first, second) = if swapped { (&b, &a) } else { (&a, &b) };
            let mut select = pin!(select((first.recv(), second.recv())).or_default());
            match poll_once(select.as_mut()) {
                Poll::Ready(Some(Choice::A(Some(got)) | Choice::B(Some(got)))) => take(&got),
                _ => panic!("the default, or nothing"),
            };
            other.join().unwrap();
        });
    }
}

/// The same of a receiver that waits now here and now there, for a select that
/// sends.
#[test]
fn the_default_is_not_taken_while_a_send_finds_room() {
    explore(3, || {
        let (a, b) = (chan::<Value>(1), chan::<Value>(1));
        b.try_send(value(1)).ok().unwrap();
        let other = {
            let (a, b) = (a.clone(), b.clone());
            thread::spawn(move || {
                // Room in `b`, and only then none in `a`, but for the select's.
                b.try_recv().ok().unwrap();
                let _ = a.try_send(value(2));
            })
        };
        let mut select = pin!(select((a.send(value(3)), b.send(value(3)))).or_default());
        let Poll::Ready(sent) = poll_once(select.as_mut()) else {
            panic!("it does not wait");
        };
        assert!(sent.is_some());
        other.join().unwrap();
    });
}

/// What was done before a select began, by whatever order, it does see.
#[test]
fn a_case_that_is_known_to_be_ready_is_taken() {
    explore(3, || {
        let (a, told) = (chan::<Value>(1), chan::<()>(1));
        let other = {
            let (a, told) = (a.clone(), told.clone());
            thread::spawn(move || {
                a.try_send(value(1)).ok().unwrap();
                told.try_send(()).ok().unwrap();
            })
        };
        block_on(told.recv());
        let mut select = pin!(select((a.recv(),)).or_default());
        assert!(matches!(
            poll_once(select.as_mut()),
            Poll::Ready(Some(Choice::A(Some(_))))
        ));
        other.join().unwrap();
    });
}
