//! pkg sync: Once, OnceFunc, OnceValue: the rules everywhere.

use csp::run::Outcome;
use csp::sync::Once;

use super::bodies::once::{once_panic_rules, once_rules};
use super::everywhere::{everywhere, in_a_run};
use super::run;

once_rules!(everywhere);

mod panics {
    use super::*;

    once_panic_rules!(in_a_run);
}

/// If the function calls Do, it deadlocks.
#[test]
fn a_call_inside_of_the_call_deadlocks() {
    let report = run(async {
        let once = Once::new();
        once.call_once(once.call_once(async {})).await;
    });
    assert!(matches!(report.outcome, Outcome::Deadlock));
}
