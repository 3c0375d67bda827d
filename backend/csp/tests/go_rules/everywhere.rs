//! The rules that hold wherever the primitives run: on 1, 2 and 4 Ps, with and
//! without a trace, inside tokio, and simulated in many orders.

use std::future::Future;

use csp::run::{Config, Outcome};

/// Orders that the simulated scheduler draws for each rule.
const SEEDS: u64 = if cfg!(miri) { 1 } else { 10 };

/// Ps on which each rule runs.
const PROCS: &[usize] = if cfg!(miri) { &[2] } else { &[1, 2, 4] };

/// Makes tests of each rule.
macro_rules! everywhere {
    ($module:ident: $($rule:ident)*) => {
        mod native {
            $(#[test]
            fn $rule() {
                crate::everywhere::on_native(crate::bodies::$module::$rule);
            })*
        }
        mod simulated {
            $(#[test]
            fn $rule() {
                crate::everywhere::simulated(crate::bodies::$module::$rule);
            })*
        }
        #[cfg(not(miri))]
        mod inside_tokio {
            $(#[test]
            fn $rule() {
                crate::everywhere::inside_tokio(crate::bodies::$module::$rule());
            })*
        }
    };
}

/// The same of rules that need a run.
macro_rules! in_a_run {
    ($module:ident: $($rule:ident)*) => {
        $(#[test]
        fn $rule() {
            crate::everywhere::on_native(crate::bodies::$module::$rule);
            crate::everywhere::simulated(crate::bodies::$module::$rule);
        })*
    };
}

pub(crate) use {everywhere, in_a_run};

pub(crate) fn on_native<F: Future<Output = ()> + Send + 'static>(rule: impl Fn() -> F) {
    for procs in PROCS {
        let config = Config {
            procs: *procs,
            ..Config::default()
        };
        complete(&csp::native::run(config, rule()).outcome);
    }
    complete(&super::run(rule()).outcome);
}

pub(crate) fn simulated<F: Future<Output = ()> + Send + 'static>(rule: impl Fn() -> F) {
    for seed in 0..SEEDS {
        let config = csp::sim::Config {
            seed: Some(seed),
            ..csp::sim::Config::default()
        };
        complete(&csp::sim::run(config, rule()).report.outcome);
    }
}

#[cfg(not(miri))]
pub(crate) fn inside_tokio(rule: impl Future<Output = ()> + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    runtime.block_on(async { tokio::spawn(rule).await.unwrap() });
}

fn complete(outcome: &Outcome<()>) {
    if !matches!(outcome, Outcome::Completed(())) {
        panic!("the run did not complete: {}", super::name(outcome));
    }
}
