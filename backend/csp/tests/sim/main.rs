//! The simulated scheduler: the same run again from its schedule, every
//! strategy against known faults, and the programs of the native scheduler's
//! tests.

mod dropped;
mod faults;
mod model;
mod progress;
mod races;
mod rules;
mod runs;
mod schedules;
mod waiting;

use std::future::Future;
use std::sync::{Arc, Mutex};

use csp::run::{Outcome, Trace};
use csp::sim::{Config, Schedule, SimReport, Strategy};
use csp::trace::{Event, Sink};

struct Memory(Arc<Mutex<Vec<Event>>>);

impl Sink for Memory {
    fn events(&mut self, events: &[Event]) {
        self.0.lock().unwrap().extend_from_slice(events);
    }

    fn dropped(&mut self, _from_ns: u64, _to_ns: u64, _count: u64) {}
}

/// Runs with a trace, and returns the events with the report.
fn traced<T: Send + 'static>(
    config: Config,
    main: impl Future<Output = T> + Send + 'static,
) -> (SimReport<T>, Vec<Event>) {
    let events = Arc::new(Mutex::new(Vec::new()));
    let config = Config {
        trace: Some(Trace {
            sink: Box::new(Memory(events.clone())),
            max_events: 10_000_000,
        }),
        ..config
    };
    let report = csp::sim::run(config, main);
    let events = std::mem::take(&mut *events.lock().unwrap());
    (report, events)
}

/// With this seed at random.
fn seed(seed: u64) -> Config {
    Config {
        seed: Some(seed),
        ..Config::default()
    }
}

fn replay(schedule: &Schedule) -> Config {
    Config {
        strategy: Strategy::Replay(schedule.clone()),
        ..Config::default()
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
        Outcome::Diverged(text) => format!("diverged: {text}"),
        Outcome::Fault(text) => format!("fault: {text}"),
    }
}
