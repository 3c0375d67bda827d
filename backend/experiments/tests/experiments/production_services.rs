//! The server under load, and the tasks over several processes.

use experiments::Value;

use crate::running::{Ran, run, whole};

fn serve(given: &[(&str, Value)]) -> Ran {
    let ran = run("api-server", given);
    ran.assert_clean();
    assert_eq!(ran.metric("lost"), 0.0, "{:?}", ran.metrics);
    ran
}

/// Requests that got an answer of any kind.
fn answered(ran: &Ran) -> f64 {
    let names = ["ok", "limited", "busy", "timed_out"];
    names.into_iter().map(|name| ran.metric(name)).sum()
}

/// A load that the server could bear with ease.
const LIGHT: [(&str, i64); 3] = [("load", 100), ("duration", 300), ("work_time", 1)];

fn light(given: &[(&str, i64)]) -> Ran {
    let mut all: Vec<_> = LIGHT
        .into_iter()
        .filter(|(name, _)| given.iter().all(|(other, _)| other != name))
        .collect();
    all.extend_from_slice(given);
    let all: Vec<_> = all
        .into_iter()
        .map(|(name, number)| (name, whole(number)))
        .collect();
    serve(&all)
}

#[test]
fn a_rate_limit_answers_429() {
    let ran = light(&[("time_limit", 2000)]);
    assert_eq!(ran.metric("limited"), 0.0, "{:?}", ran.metrics);
    assert_eq!(ran.metric("ok"), answered(&ran), "{:?}", ran.metrics);

    let ran = light(&[("rate_limit", 10), ("time_limit", 2000)]);
    let limited = ran.metric("limited");
    assert!(limited > ran.metric("ok"), "{:?}", ran.metrics);
}

#[test]
fn a_full_queue_answers_503_at_once() {
    let busy = [("workers", 1), ("queue", 1), ("work_time", 100)];
    let ran = light(&[&busy[..], &[("time_limit", 2000)]].concat());
    assert!(ran.metric("busy") > ran.metric("ok"), "{:?}", ran.metrics);
    assert!(ran.metric("queue_peak") <= 1.0, "{:?}", ran.metrics);
}

#[test]
fn work_outlives_its_request_with_the_context_of_the_pool_alone() {
    let slow = [("workers", 1), ("work_time", 50), ("time_limit", 20)];
    let mut given: Vec<_> = slow.map(|(name, number)| (name, whole(number))).into();
    given.extend([("load", whole(100)), ("duration", whole(300))]);

    let own = serve(&given);
    assert!(own.metric("timed_out") > 0.0, "{:?}", own.metrics);
    assert_eq!(own.metric("in_vain"), 0.0, "{:?}", own.metrics);

    given.push(("own_context", Value::Toggle(false)));
    let pool = serve(&given);
    assert!(pool.metric("in_vain") > 0.0, "{:?}", pool.metrics);
}

#[test]
fn a_stop_under_load_loses_nothing_that_was_accepted() {
    let ran = light(&[("stop_after", 100), ("work_time", 50), ("time_limit", 2000)]);
    assert!(ran.metric("refused") > 0.0, "{:?}", ran.metrics);
    assert!(answered(&ran) > 0.0, "{:?}", ran.metrics);
}

fn schedule(given: &[(&str, Value)]) -> Ran {
    let ran = run("task-scheduling", given);
    ran.assert_clean();
    ran
}

fn fate(fate: &str) -> (&'static str, Value) {
    ("fate", Value::Text(fate.to_owned()))
}

#[test]
fn a_killed_process_loses_no_task() {
    let ran = schedule(&[]);
    assert_eq!(ran.metric("done"), 24.0, "{:?}", ran.lines());
    assert_eq!(ran.metric("lost"), 0.0);
    assert_eq!(ran.metric("doubled"), 0.0);
    assert!(ran.metric("expired") >= 1.0, "{:?}", ran.lines());
    assert_eq!(ran.lines_with("worker 1 is killed"), 1);
}

#[test]
fn a_token_keeps_a_late_result_out() {
    let fenced = schedule(&[fate("pause")]);
    assert!(fenced.metric("refused") >= 1.0, "{:?}", fenced.lines());
    assert_eq!(fenced.metric("doubled"), 0.0, "{:?}", fenced.lines());

    let open = schedule(&[fate("pause"), ("fencing", Value::Toggle(false))]);
    assert_eq!(open.metric("refused"), 0.0);
    assert!(open.metric("doubled") >= 1.0, "{:?}", open.lines());
}

#[test]
fn without_another_worker_the_rest_is_not_done() {
    let ran = schedule(&[("workers", whole(1))]);
    assert!(ran.metric("lost") > 0.0, "{:?}", ran.lines());
    assert_eq!(ran.metric("done") + ran.metric("lost"), 24.0);
}

#[test]
fn a_lease_shorter_than_its_heartbeat_gives_tasks_up() {
    let ran = schedule(&[
        fate("none"),
        ("tasks", whole(3)),
        ("lease", whole(10)),
        ("heartbeat", whole(500)),
        ("task_time", whole(100)),
    ]);
    assert_eq!(ran.metric("lost"), 3.0, "{:?}", ran.lines());
    assert_eq!(ran.metric("expired"), 15.0, "{:?}", ran.lines());
}
