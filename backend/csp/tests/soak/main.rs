//! Many operations in many orders: nothing is lost or doubled, and what one
//! goroutine sent comes in its order.
//!
//! `CSP_SOAK` says how many operations, in all (ten million in `cargo xtask
//! test --deep`); without it as many as take a few seconds. Each
//! failure names its seed; `CSP_SOAK_SEED` begins with another.

mod cancelled;
mod dropped;
mod locks;
mod pools;
mod streams;

use std::future::Future;

use csp::run::Outcome;

/// Without `CSP_SOAK`.
const OPERATIONS: u64 = if cfg!(miri) { 400 } else { 500_000 };
/// Operations of one run: many runs, since each has another seed.
const A_RUN: u64 = 2_000;
/// Of so many operations one is simulated, which takes longer.
const SIMULATED: u64 = 4;
/// Processors of the native runs, in turns.
const PROCS: [usize; 4] = [1, 2, 4, 8];

fn asked(name: &str, otherwise: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.map_or(otherwise, |value| value.parse().expect("a number"))
}

/// Runs what `scenario` makes of a seed and a number of operations, on both
/// schedulers, until its share of the operations is through; `scenarios` is how
/// many share them.
fn soak<F: Future<Output = ()> + Send + 'static>(scenarios: u64, scenario: impl Fn(u64, u64) -> F) {
    let share = asked("CSP_SOAK", OPERATIONS) / scenarios;
    let first = asked("CSP_SOAK_SEED", 1);
    let runs = share.div_ceil(A_RUN);
    let each = share.min(A_RUN);
    for run in 0..runs {
        let seed = first + run;
        let main = scenario(seed, each);
        let outcome = match run % SIMULATED {
            1 => simulated(seed, main),
            _ => native(seed, main),
        };
        assert!(
            matches!(outcome, Outcome::Completed(())),
            "seed {seed}: {outcome:?}"
        );
    }
}

fn native(seed: u64, main: impl Future<Output = ()> + Send + 'static) -> Outcome<()> {
    let config = csp::run::Config {
        procs: PROCS[(seed as usize / 2) % PROCS.len()],
        seed: Some(seed),
        ..csp::run::Config::default()
    };
    csp::native::run(config, main).outcome
}

fn simulated(seed: u64, main: impl Future<Output = ()> + Send + 'static) -> Outcome<()> {
    let config = csp::sim::Config {
        seed: Some(seed),
        max_steps: 10_000_000,
        ..csp::sim::Config::default()
    };
    csp::sim::run(config, main).report.outcome
}
