//! spec: Channel types, Send statements, Receive operator, Close, Length and
//! capacity, For statements with range clause. mem: Channel communication.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use csp::trace::{Kind, Reason};
use csp::{RecvError, SendError, chan, go, yield_now};

use super::{completes, panics, run, traced};

/// spec, Send statements: without a buffer, only a receiver lets a send go on.
#[test]
fn an_unbuffered_send_waits_for_its_receiver() {
    let (report, events) = traced(2, async {
        let ch = chan(0);
        let sender = ch.sender();
        go(async move { sender.send(42).await });
        yield_now().await;
        ch.recv().await
    });
    assert!(matches!(
        report.outcome,
        csp::run::Outcome::Completed(Some(42))
    ));
    let sent = events
        .iter()
        .filter(|e| matches!(e.kind, Kind::Sent { .. }));
    assert_eq!(sent.count(), 1);
}

/// spec, Send statements: with a buffer, room in it does.
#[test]
fn a_buffered_send_waits_only_when_the_buffer_is_full() {
    let (sends, blocked, peak) = completes(async {
        let ch = chan(3);
        let sender = ch.sender();
        go(async move {
            for number in 0..4 {
                sender.send(number).await;
            }
        });
        while ch.stats().blocked_sends == 0 {
            yield_now().await;
        }
        let before = ch.stats();
        for number in 0..4 {
            assert_eq!(ch.recv().await, Some(number));
        }
        (before.sends, before.blocked_sends, ch.stats().peak_len)
    });
    assert_eq!((sends, blocked, peak), (3, 1, 3));
}

/// spec, Channel types: a channel is a first-in, first-out queue.
#[test]
fn values_come_in_the_order_in_which_one_goroutine_sent_them() {
    for capacity in [0, 1, 7] {
        let got = completes(async move {
            let ch = chan(capacity);
            let sender = ch.sender();
            go(async move {
                for number in 0..500 {
                    sender.send(number).await;
                }
                sender.close();
            });
            let mut got = Vec::new();
            while let Some(number) = ch.recv().await {
                got.push(number);
            }
            got
        });
        assert_eq!(got, (0..500).collect::<Vec<_>>(), "capacity {capacity}");
    }
}

/// Go's channels wake waiters first in, first out.
#[test]
fn receivers_are_served_in_the_order_in_which_they_came() {
    let order = completes(async {
        let ch = chan::<u32>(0);
        let done = chan(10);
        for number in 0..10 {
            let (ch, done) = (ch.clone(), done.clone());
            let waiting = ch.clone();
            go(async move {
                ch.recv().await;
                done.send(number).await;
            });
            while waiting.stats().blocked_receives <= number {
                yield_now().await;
            }
        }
        let mut order = Vec::new();
        for value in 0..10 {
            ch.send(value).await;
            order.push(done.recv().await.unwrap());
        }
        order
    });
    assert_eq!(order, (0..10).collect::<Vec<_>>());
}

/// spec, Close: what was sent before still comes; after it, a receive does not
/// wait and has no value.
#[test]
fn a_closed_channel_gives_what_it_holds_and_then_nothing() {
    completes(async {
        let ch = chan(2);
        ch.send(1).await;
        ch.send(2).await;
        ch.close();
        assert_eq!(ch.recv().await, Some(1));
        assert_eq!(ch.recv().await, Some(2));
        assert_eq!(ch.recv().await, None);
        assert_eq!(ch.recv().await, None);
        assert_eq!(ch.try_recv(), Err(RecvError::Closed));
    });
}

/// spec, Close: a closed channel takes no send.
#[test]
fn to_send_on_a_closed_channel_panics() {
    let text = panics(async {
        let ch = chan(1);
        ch.close();
        ch.send(1).await;
    });
    assert_eq!(text, "send on closed channel");
}

/// The same for a send that waits when the channel is closed.
#[test]
fn a_send_that_waits_panics_when_the_channel_is_closed() {
    let text = panics(async {
        let ch = chan(0);
        let closer = ch.clone();
        go(async move {
            while closer.stats().blocked_sends == 0 {
                yield_now().await;
            }
            closer.close();
        });
        ch.send(1).await;
    });
    assert_eq!(text, "send on closed channel");
}

/// spec, Close: neither a closed channel nor a nil one can be closed.
#[test]
fn to_close_twice_or_nil_panics() {
    let text = panics(async {
        let ch = chan::<i32>(0);
        ch.close();
        ch.close();
    });
    assert_eq!(text, "close of closed channel");
    let text = panics(async { csp::Chan::<i32>::nil().close() });
    assert_eq!(text, "close of nil channel");
}

/// spec, Channel types: a nil channel is never ready.
#[test]
fn a_nil_channel_waits_for_ever() {
    for sends in [true, false] {
        let report = run(async move {
            let ch = csp::Chan::nil();
            if sends {
                ch.send(1).await;
            } else {
                ch.recv().await;
            }
        });
        assert!(matches!(report.outcome, csp::run::Outcome::Deadlock));
        let expected = match sends {
            true => Reason::ChanSendNil,
            false => Reason::ChanReceiveNil,
        };
        assert_eq!(report.left[0].reason, Some(expected));
    }
}

/// spec, Close: receivers that wait go on, all of them.
#[test]
fn close_wakes_all_receivers() {
    let woken = completes(async {
        let ch = chan::<i32>(0);
        let woken = Arc::new(AtomicUsize::new(0));
        let group = csp::sync::WaitGroup::new();
        for _ in 0..100 {
            let (ch, woken) = (ch.clone(), woken.clone());
            group.go(async move {
                assert_eq!(ch.recv().await, None);
                woken.fetch_add(1, Ordering::Relaxed);
            });
        }
        while ch.stats().blocked_receives < 100 {
            yield_now().await;
        }
        ch.close();
        group.wait().await;
        woken.load(Ordering::Relaxed)
    });
    assert_eq!(woken, 100);
}

/// spec, Length and capacity.
#[test]
fn len_and_cap_are_those_of_the_buffer() {
    completes(async {
        let ch = chan(3);
        assert_eq!((ch.len(), ch.cap()), (0, 3));
        ch.send('a').await;
        ch.send('b').await;
        assert_eq!((ch.len(), ch.cap(), ch.is_empty()), (2, 3, false));
        assert_eq!(csp::Chan::<u8>::nil().len(), 0);
        assert_eq!(csp::Chan::<u8>::nil().cap(), 0);
    });
}

/// A select with one case and a default, as a call.
#[test]
fn try_operations_do_not_wait_and_hand_the_value_back() {
    completes(async {
        let ch = chan(1);
        assert_eq!(ch.try_recv(), Err(RecvError::Empty));
        assert_eq!(ch.try_send(1), Ok(()));
        assert_eq!(ch.try_send(2), Err(SendError::Full(2)));
        assert_eq!(ch.try_recv(), Ok(1));
        ch.close();
        assert_eq!(ch.try_send(3), Err(SendError::Closed(3)));
        let nil = csp::Chan::nil();
        assert_eq!(nil.try_send(4), Err(SendError::Full(4)));
        assert_eq!(nil.try_recv(), Err(RecvError::Empty));
    });
}

/// mem, Channel communication: what comes before a send is seen after its
/// receive.
#[test]
fn a_send_happens_before_its_receive() {
    for _ in 0..super::times(200) {
        let seen = completes(async {
            let data = Arc::new(AtomicUsize::new(0));
            let ch = chan(1);
            let (writer, sender) = (data.clone(), ch.sender());
            go(async move {
                writer.store(7, Ordering::Relaxed);
                sender.send(()).await;
            });
            ch.recv().await;
            data.load(Ordering::Relaxed)
        });
        assert_eq!(seen, 7);
    }
}

/// The occupancy in the events follows the order of the events, and never
/// leaves 0 … capacity.
#[test]
fn the_trace_has_the_exact_occupancy() {
    let (_, events) = traced(4, async {
        let ch = csp::chan_named("queue", 5);
        let group = csp::sync::WaitGroup::new();
        for worker in 0..4_i64 {
            let ch = ch.clone();
            group.go(async move {
                for number in 0..200 {
                    ch.send(worker * 1000 + number).await;
                }
            });
        }
        for _ in 0..4 {
            let ch = ch.clone();
            group.go(async move {
                for _ in 0..200 {
                    ch.recv().await;
                }
            });
        }
        group.wait().await;
    });
    let mut held: u32 = 0;
    let mut last_ns = 0;
    let (mut sent, mut received) = (0, 0);
    for event in &events {
        assert!(event.t_ns >= last_ns, "events in the order of time");
        last_ns = event.t_ns;
        match event.kind {
            Kind::Sent { len, to, .. } => {
                sent += 1;
                held += u32::from(to == 0);
                assert_eq!(len, held, "after a send at {}", event.t_ns);
                assert!(len <= 5);
            }
            Kind::Received { len, from, .. } => {
                received += 1;
                held -= u32::from(from == 0);
                assert_eq!(len, held, "after a receive at {}", event.t_ns);
            }
            _ => {}
        }
    }
    assert_eq!((sent, received, held), (800, 800, 0));
}
