//! Go's rules, each test naming the section that it holds: `spec` is the Go
//! specification, `mem` the Go memory model, `pkg` the documentation of a
//! package.

mod atomic;
mod bodies;
mod channels;
mod cond;
mod context;
mod context_model;
mod everywhere;
#[cfg(not(miri))]
mod foreign;
mod map;
mod model;
mod mutex;
mod once;
mod panics;
mod pool;
mod racing;
mod runs;
mod rw_mutex;
mod select;
mod semaphore;
mod spans;
mod sync_models;
#[cfg(not(miri))]
mod threads;
mod time;
mod wait_group;

use std::future::Future;
use std::sync::{Arc, Mutex};

use csp::run::{Config, Outcome, Report, Trace};
use csp::trace::{Event, Sink};

/// Runs on two Ps, traced, so that the trace is part of every test.
fn run<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> Report<T> {
    traced(2, main).0
}

/// The result of a run that has to complete.
fn completes<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> T {
    match run(main).outcome {
        Outcome::Completed(output) => output,
        other => panic!("the run did not complete: {}", name(&other)),
    }
}

/// The Go panic of a run that has to end in one.
fn panics(main: impl Future<Output = ()> + Send + 'static) -> String {
    match run(main).outcome {
        Outcome::Panicked(panic) => panic.message().to_owned(),
        other => panic!("the run did not panic: {}", name(&other)),
    }
}

fn name<T>(outcome: &Outcome<T>) -> String {
    match outcome {
        Outcome::Completed(_) => "completed".to_owned(),
        Outcome::Panicked(panic) => panic.to_string(),
        Outcome::Deadlock => "deadlock".to_owned(),
        Outcome::Fatal(text, _) => text.clone(),
        Outcome::Stopped => "stopped".to_owned(),
        Outcome::TooManyGoroutines => "too many goroutines".to_owned(),
        Outcome::Livelock => "livelock".to_owned(),
        Outcome::TooManySteps => "too many steps".to_owned(),
        Outcome::Diverged(text) => text.clone(),
        Outcome::Fault(text) => format!("fault: {text}"),
    }
}

struct Memory(Arc<Mutex<Vec<Event>>>);

impl Sink for Memory {
    fn events(&mut self, events: &[Event]) {
        self.0.lock().unwrap().extend_from_slice(events);
    }

    fn dropped(&mut self, _from_ns: u64, _to_ns: u64, _count: u64) {}
}

/// Runs on `procs` Ps and returns the events with the report.
fn traced<T: Send + 'static>(
    procs: usize,
    main: impl Future<Output = T> + Send + 'static,
) -> (Report<T>, Vec<Event>) {
    let events = Arc::new(Mutex::new(Vec::new()));
    let config = Config {
        procs,
        trace: Some(Trace {
            sink: Box::new(Memory(events.clone())),
            max_events: 1_000_000,
        }),
        ..Config::default()
    };
    let report = csp::native::run(config, main);
    let events = std::mem::take(&mut *events.lock().unwrap());
    (report, events)
}

/// How often to repeat: under miri, which is some thousand times slower, once.
fn times(often: usize) -> usize {
    if cfg!(miri) { 1 } else { often }
}
