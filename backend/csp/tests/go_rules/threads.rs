//! Threads: calls that block, hand-offs, and threads from outside of a run.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::time::Duration;

use csp::native::{Handle, blocking};
use csp::run::{Config, Outcome};
use csp::sync::WaitGroup;
use csp::trace::Kind;
use csp::{chan, go, go_named};

use super::{completes, run, traced};

/// runtime, system calls: an M that blocks gives its P away, so that the others
/// go on; here the call waits for another goroutine of the only P.
#[test]
fn a_call_that_blocks_hands_its_p_off() {
    let (report, events) = traced(1, async {
        let (ask, asked) = mpsc::channel();
        let (answer, answered) = mpsc::channel();
        go_named("other", async move {
            let asked = blocking(move || asked.recv().unwrap()).await;
            answer.send(asked + 1).unwrap();
        });
        blocking(move || {
            ask.send(41).unwrap();
            answered.recv().unwrap()
        })
        .await
    });
    assert!(matches!(report.outcome, Outcome::Completed(42)));
    assert!(report.totals.handoffs >= 2);
    let mut calls = 0;
    let mut holder = 0;
    for event in &events {
        match event.kind {
            Kind::SyscallBegun => calls += 1,
            Kind::SyscallEnded => calls -= 1,
            Kind::HandedOff { from, to } => {
                assert_eq!((event.p, from), (0, holder));
                assert_ne!(from, to);
                holder = to;
            }
            _ => {}
        }
    }
    assert_eq!(calls, 0, "each call ends");
}

/// What a call that blocks makes runnable goes to the global queue, and its own
/// goroutine too.
#[test]
fn a_call_that_blocks_may_wake_others() {
    let sum = completes(async {
        let ch = chan(100);
        let group = WaitGroup::new();
        for number in 0..100_u64 {
            let ch = ch.clone();
            group.go(async move {
                blocking(|| ch.try_send(number).unwrap()).await;
            });
        }
        group.wait().await;
        ch.close();
        let mut sum = 0;
        while let Some(number) = ch.recv().await {
            sum += number;
        }
        sum
    });
    assert_eq!(sum, (0..100).sum::<u64>());
}

/// The limit of calls with a P handed off: the next one keeps its P, and all end.
#[test]
fn a_call_beyond_the_limit_keeps_its_p() {
    const CALLS: usize = 65;
    let entered = Arc::new(AtomicUsize::new(0));
    let (release, gate) = mpsc::channel::<()>();
    let gate = Arc::new(Mutex::new(gate));
    let config = Config {
        procs: 1,
        ..Config::default()
    };
    let inside = entered.clone();
    let running = csp::native::start(config, async move {
        let group = WaitGroup::new();
        for _ in 0..CALLS {
            let (inside, gate) = (inside.clone(), gate.clone());
            group.go(async move {
                blocking(move || {
                    inside.fetch_add(1, Ordering::SeqCst);
                    // Until the other end is gone.
                    let _ = gate.lock().unwrap().recv();
                })
                .await;
            });
        }
        group.wait().await;
    });
    while entered.load(Ordering::SeqCst) < CALLS {
        std::thread::yield_now();
    }
    drop(release);
    let report = running.join();
    assert!(matches!(report.outcome, Outcome::Completed(())));
    assert_eq!(report.totals.handoffs, CALLS as u64 - 1);
}

/// A run whose goroutines all wait is no deadlock while a thread outside says
/// that it may wake one, and is one when it no longer does.
#[test]
fn a_thread_outside_can_be_waited_for() {
    for answers in [true, false] {
        let (sender, receiver) = mpsc::channel();
        let running = csp::native::start(Config::default(), async move {
            let ch = chan::<i32>(0);
            let external = Handle::current().unwrap().external();
            sender.send((ch.clone(), external)).unwrap();
            ch.recv().await
        });
        let (ch, external) = receiver.recv().unwrap();
        assert!(!running.wait_timeout(Duration::from_millis(40)));
        if answers {
            while ch.try_send(7).is_err() {
                std::thread::yield_now();
            }
        }
        drop(external);
        match running.join().outcome {
            Outcome::Completed(got) => assert_eq!((answers, got), (true, Some(7))),
            Outcome::Deadlock => assert!(!answers),
            other => panic!("{}", super::name(&other)),
        }
    }
}

/// A future on another executor can use the run: `go`, time, channels.
#[test]
fn a_tokio_future_can_be_attached() {
    let (sender, receiver) = mpsc::channel();
    let running = csp::native::start(Config::default(), async move {
        let ch = chan::<i32>(0);
        let handle = Handle::current().unwrap();
        let tokio_side = ch.clone();
        let attached = handle.attach(async move {
            csp::time::sleep(Duration::from_millis(1)).await;
            let inner = chan(0);
            let inside = inner.sender();
            go(async move { inside.send(21).await });
            let half = inner.recv().await.unwrap();
            tokio_side.send(2 * half).await;
        });
        sender.send(attached).unwrap();
        ch.recv().await
    });
    let attached = receiver.recv().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(attached);
    assert!(matches!(
        running.join().outcome,
        Outcome::Completed(Some(42))
    ));
}

/// A waker outlives its run, and does nothing then.
#[test]
fn a_waker_may_outlive_its_run() {
    let kept: Arc<Mutex<Option<Waker>>> = Arc::default();
    let slot = kept.clone();
    let report = run(async move {
        go(poll_fn(move |cx| {
            *slot.lock().unwrap() = Some(cx.waker().clone());
            Poll::Pending
        }));
        while csp::totals().blocked.is_empty() && csp::totals().goroutines < 2 {
            csp::yield_now().await;
        }
    });
    assert!(matches!(report.outcome, Outcome::Completed(())));
    if let Some(waker) = kept.lock().unwrap().take() {
        waker.wake_by_ref();
        let other = std::thread::spawn(move || waker.wake());
        other.join().unwrap();
    }
}
