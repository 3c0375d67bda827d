//! Runs an experiment with a sink of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use csp::run::{Config, Outcome, Report, Trace};
use csp::trace::{Event, Kind, Sink};
use experiments::{Break, Entry, Given, Lab, Value, WorkerProgram, find};

/// More events than any of the runs here has.
const MAX_EVENTS: u64 = 1_000_000;

/// A whole number, as a parameter.
pub(crate) fn whole(number: i64) -> Value {
    Value::Integer(number)
}

/// An option, as a parameter.
pub(crate) fn option(name: &str) -> Value {
    Value::Text(name.to_owned())
}

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) report: Report<()>,
    pub(crate) metrics: BTreeMap<String, f64>,
    pub(crate) events: Vec<Event>,
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Event>>>);

impl Kept {
    fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Sink for Kept {
    fn events(&mut self, events: &[Event]) {
        self.0.lock().unwrap().extend_from_slice(events);
    }

    fn dropped(&mut self, from_ns: u64, to_ns: u64, count: u64) {
        panic!("{count} events dropped between {from_ns} and {to_ns} ns");
    }
}

/// Runs the experiment with these parameters on two processors.
pub(crate) fn run(id: &str, given: &[(&str, Value)]) -> Ran {
    run_on(2, id, given)
}

/// Runs the experiment with these parameters.
pub(crate) fn run_on(procs: usize, id: &str, given: &[(&str, Value)]) -> Ran {
    let given: Given = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let entry = find(id).expect("an experiment of the catalogue");
    let program = (entry.prepare)(&given).expect("parameters within their bounds");

    let worker = WorkerProgram {
        path: env!("CARGO_BIN_EXE_task-worker").into(),
        arguments: Vec::new(),
    };
    let (lab, kept) = (Lab::new().with_worker(worker), Kept::default());
    let config = Config {
        procs,
        trace: Some(Trace {
            sink: Box::new(kept.clone()),
            max_events: MAX_EVENTS,
        }),
        ..Config::default()
    };
    let report = csp::native::run(config, (program.main)(lab.clone()));
    Ran {
        report,
        metrics: lab.metrics(),
        events: kept.take(),
    }
}

/// Runs the experiment with its defaults on the simulated scheduler.
pub(crate) fn simulate(id: &str, seed: u64) -> Ran {
    simulate_with(id, seed, &[])
}

/// Runs the experiment with these parameters on the simulated scheduler.
pub(crate) fn simulate_with(id: &str, seed: u64, given: &[(&str, Value)]) -> Ran {
    simulate_by(csp::sim::Strategy::default(), id, seed, given)
}

/// The same by the plain schedule: nobody is preempted, and no time passes while
/// anybody could run, so that times are exact.
pub(crate) fn simulate_plainly(id: &str, given: &[(&str, Value)]) -> Ran {
    simulate_by(csp::sim::Strategy::Dfs { preemptions: 0 }, id, 1, given)
}

fn simulate_by(strategy: csp::sim::Strategy, id: &str, seed: u64, given: &[(&str, Value)]) -> Ran {
    let given: Given = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let entry = find(id).expect("an experiment of the catalogue");
    let program = (entry.prepare)(&given).expect("parameters within their bounds");
    let (lab, kept) = (Lab::new(), Kept::default());
    let config = csp::sim::Config {
        strategy,
        seed: Some(seed),
        trace: Some(Trace {
            sink: Box::new(kept.clone()),
            max_events: MAX_EVENTS,
        }),
        ..csp::sim::Config::default()
    };
    let sim = csp::sim::run(config, (program.main)(lab.clone()));
    Ran {
        report: sim.report,
        metrics: lab.metrics(),
        events: kept.take(),
    }
}

impl Ran {
    /// Asserts that it ended well, or in a way that the experiment is there to
    /// show.
    pub(crate) fn assert_ends_as_declared(&self, entry: &Entry) {
        let report = &self.report;
        let breaks = match &report.outcome {
            Outcome::Completed(()) => {
                let leaks = report.left.iter().any(|left| left.reason.is_some());
                leaks.then_some(Break::Leak)
            }
            Outcome::Deadlock => Some(Break::Deadlock),
            Outcome::Panicked(_) => Some(Break::Panic),
            Outcome::Fatal(..) => Some(Break::Fatal),
            _ => panic!("{}: {report:?}", entry.id),
        };
        let declared = breaks.is_none_or(|one| entry.breaks.contains(&one));
        assert!(declared, "{}: {report:?}", entry.id);
    }

    /// The figure of this name, which the run must have set.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        *self
            .metrics
            .get(name)
            .unwrap_or_else(|| panic!("no figure `{name}` among {:?}", self.metrics))
    }

    /// What was printed, in order.
    pub(crate) fn lines(&self) -> Vec<&str> {
        let lines = self.events.iter().filter_map(|event| match &event.kind {
            Kind::Line { text } => Some(&**text),
            _ => None,
        });
        lines.collect()
    }

    /// How many lines begin so.
    pub(crate) fn lines_with(&self, start: &str) -> usize {
        let lines = self.lines();
        lines.iter().filter(|line| line.starts_with(start)).count()
    }

    /// Asserts that main returned and that nobody waits for ever. (A goroutine
    /// that did its last step may not have got round to ending.)
    pub(crate) fn assert_clean(&self) {
        let report = &self.report;
        assert!(
            matches!(report.outcome, Outcome::Completed(())),
            "{report:?}"
        );
        let waiting = report.left.iter().find(|left| left.reason.is_some());
        assert_eq!(waiting, None, "{report:?}");
    }
}
