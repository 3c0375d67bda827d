//! What the patterns promise. Each promise is a plain `async fn`, which asserts
//! what it is about and leaves no goroutine behind; it is run on 1, 2 and 4 Ps,
//! with a trace and without, many times.

mod calls;
mod flows;
mod models;
mod pools;
mod pub_sub;
mod stacks;
mod traces;
mod worker_pool;

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use csp::run::{Config, Outcome, Report, Trace};
use csp::trace::{Event, Sink};

/// Makes a test of every promise.
macro_rules! promises {
    ($($promise:ident)+) => {
        $(
            #[test]
            fn $promise() {
                crate::holds(super::$promise);
                crate::holds_simulated(super::$promise);
            }
        )+
    };
}
pub(crate) use promises;

/// How often each promise has to hold on each number of Ps: under miri, which is
/// some thousand times slower, once.
const TIMES: usize = if cfg!(miri) { 1 } else { 20 };

/// Runs `promise` under every condition.
fn holds<F: Future<Output = ()> + Send + 'static>(promise: impl Fn() -> F) {
    for procs in [1, 2, 4] {
        for time in 0..TIMES {
            let events = Arc::default();
            let traced = time % 2 == 1;
            let report = run(procs, traced.then_some(&events), promise());
            completed(report);
        }
    }
}

/// Runs `promise` in orders that the simulated scheduler draws.
fn holds_simulated<F: Future<Output = ()> + Send + 'static>(promise: impl Fn() -> F) {
    for seed in 0..2 * TIMES as u64 {
        let config = csp::sim::Config {
            seed: Some(seed),
            ..csp::sim::Config::default()
        };
        completed(csp::sim::run(config, promise()).report);
    }
}

/// The result of a run that completed and left no goroutine.
fn completed<T: std::fmt::Debug>(report: Report<T>) -> T {
    let left = report.left;
    match report.outcome {
        Outcome::Completed(output) => {
            assert_eq!(left, [], "goroutines are left");
            output
        }
        other => panic!("{other:?}, {left:#?}"),
    }
}

/// Runs `main` on `procs` Ps; with `events`, traced into them.
fn run<T: Send + 'static>(
    procs: usize,
    events: Option<&Arc<Mutex<Vec<Event>>>>,
    main: impl Future<Output = T> + Send + 'static,
) -> Report<T> {
    let trace = events.map(|events| Trace {
        sink: Box::new(Memory(events.clone())),
        max_events: 1_000_000,
    });
    let config = Config {
        procs,
        trace,
        ..Config::default()
    };
    csp::native::run(config, main)
}

struct Memory(Arc<Mutex<Vec<Event>>>);

impl Sink for Memory {
    fn events(&mut self, events: &[Event]) {
        self.0.lock().unwrap().extend_from_slice(events);
    }

    fn dropped(&mut self, _from_ns: u64, _to_ns: u64, _count: u64) {}
}

/// Polls `future` until it waits, with everybody else: what it waits for can
/// only come from the caller. For what is to be dropped while it waits. (The
/// simulated scheduler may leave an operation pending before it has begun.)
async fn begin<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    for _ in 0..100 {
        let mut polled = Some(future.as_mut());
        let poll = poll_fn(|cx| {
            let future = polled.take().expect("polled once");
            Poll::Ready(future.poll(cx))
        });
        if let Poll::Ready(output) = poll.await {
            return Poll::Ready(output);
        }
        csp::yield_now().await;
    }
    Poll::Pending
}
