//! Chapter 5: who ends with whom, why, and what is left. Simulated by the plain
//! schedule: there time is exact.

use csp::trace::Kind;
use experiments::Value;

use crate::running::{Ran, option, run, simulate_plainly, whole};

/// A simulated run, which ends well.
fn simulated(id: &str, given: &[(&str, Value)]) -> Ran {
    let ran = simulate_plainly(id, given);
    ran.assert_clean();
    ran
}

/// The texts of the causes with which contexts ended, in order.
fn causes(ran: &Ran) -> Vec<String> {
    let causes = ran.events.iter().filter_map(|event| match &event.kind {
        Kind::ContextDone { cause, .. } => Some(cause.to_string()),
        _ => None,
    });
    causes.collect()
}

#[test]
fn one_call_ends_the_whole_tree() {
    for workers in [1, 3, 16] {
        let ran = simulated("context-cancel", &[("workers", whole(workers))]);
        let workers = workers as f64;
        assert_eq!(ran.metric("ended_by_cancel"), 1.0 + 2.0 * workers);
        assert_eq!(ran.metric("canceled"), workers);
        assert_eq!(ran.metric("finished"), 0.0);
        assert_eq!(ran.metric("noticed_ms").round(), 0.0);
        assert!(
            causes(&ran)
                .iter()
                .all(|cause| cause == "the user went away")
        );
        assert_eq!(ran.lines_with("the connection is closed"), 1);
    }
}

#[test]
fn a_forgotten_cancel_leaves_contexts_open() {
    for (own, left) in [("deferred", 0.0), ("forgotten", 6.0)] {
        let given = [("own_cancel", option(own)), ("work", whole(1000))];
        let ran = simulated("context-cancel", &given);
        assert_eq!(ran.metric("finished"), 3.0);
        assert_eq!(ran.metric("left_open"), left);
        assert_eq!(ran.metric("ended_by_cancel"), 1.0 + left);
    }
}

#[test]
fn a_call_times_out_and_only_who_listens_stops() {
    let ran = simulated("context-timeout", &[]);
    assert_eq!(ran.metric("timed_out"), 1.0);
    assert_eq!(ran.metric("waited_ms").round(), 100.0);
    assert_eq!(ran.metric("in_vain_ms").round(), 0.0);
    assert_eq!(causes(&ran)[0], "context deadline exceeded");

    let ran = simulated("context-timeout", &[("listens", Value::Toggle(false))]);
    assert_eq!(ran.metric("timed_out"), 1.0);
    assert_eq!(ran.metric("in_vain_ms").round(), 100.0);

    let ran = simulated("context-timeout", &[("timeout", whole(3000))]);
    assert_eq!(ran.metric("timed_out"), 0.0);
    assert_eq!(ran.metric("left_ms").round(), 100.0);
}

#[test]
fn a_clean_up_needs_a_context_of_its_own() {
    for (clean_up, cleaned) in [("same", 0.0), ("detached", 1.0)] {
        let ran = simulated("context-timeout", &[("clean_up", option(clean_up))]);
        assert_eq!(ran.metric("cleaned_up"), cleaned, "{clean_up}");
    }
}

#[test]
fn a_deadline_goes_down_and_does_not_grow() {
    let ran = simulated("context-deadline", &[]);
    assert_eq!(ran.metric("hops_begun"), 4.0);
    assert_eq!(ran.metric("hops_done"), 3.0);
    assert_eq!(ran.metric("last_budget_ms").round(), 60.0);
    assert_eq!(ran.metric("cut_ms").round(), 60.0);
    assert_eq!(ran.metric("answered_ms").round(), 300.0);
    assert_eq!(ran.metric("later_deadlines"), 0.0);

    let ran = simulated("context-deadline", &[("looks_first", Value::Toggle(true))]);
    assert_eq!(ran.metric("hops_begun"), 3.0);
    assert_eq!(ran.metric("cut_ms").round(), 0.0);
    assert_eq!(ran.metric("answered_ms").round(), 240.0);

    let ran = simulated("context-deadline", &[("work", whole(700))]);
    assert_eq!(ran.metric("hops_done"), 4.0);
    assert_eq!(ran.metric("answered_ms").round(), 280.0);
}

#[test]
fn an_earlier_wish_counts() {
    let ran = simulated("context-deadline", &[("asks", whole(500))]);
    assert_eq!(ran.metric("hops_done"), 1.0);
    assert_eq!(ran.metric("last_budget_ms").round(), 50.0);
    assert_eq!(ran.metric("answered_ms").round(), 130.0);
}

#[test]
fn strings_collide_and_types_do_not() {
    let ran = run("context-values", &[]);
    ran.assert_clean();
    assert_eq!(ran.metric("right"), 3.0);
    assert_eq!(
        ran.lines_with("request 2: user Some(102), request id Some(7002)"),
        1
    );

    for (traced_first, hidden) in [(false, "wrong_user"), (true, "wrong_request")] {
        let given = [
            ("keys", option("strings")),
            ("traced_first", Value::Toggle(traced_first)),
        ];
        let ran = run("context-values", &given);
        ran.assert_clean();
        assert_eq!(ran.metric("right"), 0.0);
        assert_eq!(ran.metric(hidden), 3.0);
        assert_eq!(ran.metric("seen_above"), 0.0);
    }
}

#[test]
fn a_budget_is_what_is_left_at_most() {
    let ran = simulated("context-budget", &[]);
    assert_eq!(ran.metric("answered"), 1.0);
    assert_eq!(ran.metric("waited_ms").round(), 200.0);
    assert_eq!(ran.metric("database_had_ms").round(), 100.0);
    assert_eq!(ran.metric("api_had_ms").round(), 200.0);
    assert_eq!(ran.metric("in_vain_ms").round(), 0.0);

    let given = [("request", whole(1800)), ("api_budget", whole(5000))];
    let ran = simulated("context-budget", &given);
    assert_eq!(ran.metric("answered"), 0.0);
    assert_eq!(ran.metric("api_had_ms").round(), 130.0);
    assert_eq!(ran.metric("calls_done"), 1.0);
}

#[test]
fn the_pools_context_works_on_for_nobody() {
    for (context, in_vain) in [("request", 0.0), ("pool", 100.0)] {
        let given = [("request", whole(1000)), ("task_context", option(context))];
        let ran = simulated("context-budget", &given);
        assert_eq!(ran.metric("answered"), 0.0);
        assert_eq!(ran.metric("waited_ms").round(), 100.0);
        assert_eq!(ran.metric("in_vain_ms").round(), in_vain, "{context}");
    }
}
