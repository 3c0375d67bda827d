//! The bodies of `go_rules` that hold on any scheduler, on this one: the same
//! files, with the helpers that they ask for.

use std::future::Future;

use csp::run::{Outcome, Report};
use csp::sim::Config;
use csp::trace::Event;

#[path = "../go_rules/channels.rs"]
mod channels;
#[path = "../go_rules/panics.rs"]
mod panics;
#[path = "../go_rules/select.rs"]
mod select;
#[path = "../go_rules/wait_group.rs"]
mod wait_group;

use super::name;

/// The seed of the runs below: another is another order, and has to do as well.
const SEED: u64 = 1;

fn traced<T: Send + 'static>(
    procs: usize,
    main: impl Future<Output = T> + Send + 'static,
) -> (Report<T>, Vec<Event>) {
    let config = Config {
        procs,
        ..super::seed(SEED)
    };
    let (report, events) = super::traced(config, main);
    (report.report, events)
}

fn run<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> Report<T> {
    traced(2, main).0
}

fn completes<T: Send + 'static>(main: impl Future<Output = T> + Send + 'static) -> T {
    match run(main).outcome {
        Outcome::Completed(output) => output,
        other => panic!("the run did not complete: {}", name(&other)),
    }
}

fn panics(main: impl Future<Output = ()> + Send + 'static) -> String {
    match run(main).outcome {
        Outcome::Panicked(panic) => panic.message().to_owned(),
        other => panic!("the run did not panic: {}", name(&other)),
    }
}

fn times(often: usize) -> usize {
    often
}
