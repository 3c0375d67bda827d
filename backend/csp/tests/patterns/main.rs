//! What the patterns promise. Each promise is a plain `async fn`, which asserts
//! what it is about and leaves no goroutine behind; it is run on 1, 2 and 4 Ps,
//! with a trace and without, many times.

mod models;
mod pub_sub;
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

/// Polls once; for what is to be dropped while it waits.
async fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    let mut future = Some(future);
    poll_fn(|cx| {
        let future = future.take().expect("polled once");
        Poll::Ready(future.poll(cx))
    })
    .await
}
