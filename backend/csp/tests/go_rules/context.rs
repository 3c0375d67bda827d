//! pkg context: the rules, wherever they hold; threads from outside; and what is
//! recorded.

use std::time::Duration;

use csp::context::{background, with_cancel, with_cancel_cause, with_timeout, with_value};
use csp::run::Outcome;
use csp::trace::{Event, Kind};

use super::bodies::context::{bare_context_rules, context_rules};
use super::everywhere::in_a_run;
use super::{run, traced};

context_rules!(in_a_run);

mod bare {
    use super::super::everywhere::everywhere;
    use super::bare_context_rules;

    bare_context_rules!(everywhere);
}

/// The timer of a context that was cancelled is gone: with it, the run below
/// would wait for an hour and not be asleep for good.
#[test]
fn cancel_takes_the_timer_back() {
    let report = run(async {
        let (ctx, cancel) = with_timeout(&background(), Duration::from_secs(3600));
        let (child, _) = with_timeout(&ctx, Duration::from_secs(1800));
        cancel.cancel();
        child.done().recv().await;
        csp::chan::<()>(0).recv().await;
    });
    assert!(matches!(report.outcome, Outcome::Deadlock));
}

/// A context that is forgotten keeps its timer, as Go's does.
#[test]
fn a_forgotten_timeout_ends_by_itself() {
    let report = run(async {
        let ran = csp::chan(0);
        let tells = ran.clone();
        let (ctx, _) = with_timeout(&background(), Duration::from_millis(1));
        let stop = csp::context::after_func(&ctx, async move { tells.send(()).await });
        drop((ctx, stop));
        ran.recv().await
    });
    assert!(matches!(report.outcome, Outcome::Completed(Some(()))));
}

/// A thread that is none of the run's may cancel.
#[test]
fn a_thread_from_outside_may_cancel() {
    let report = run(async {
        let (ctx, cancel) = with_timeout(&background(), Duration::from_secs(3600));
        let ran = csp::chan(1);
        let tells = ran.clone();
        let stop = csp::context::after_func(&ctx, async move { tells.send(()).await });
        let thread = std::thread::spawn(move || cancel.cancel());
        ran.recv().await;
        ctx.done().recv().await;
        thread.join().unwrap();
        stop.stop()
    });
    assert!(matches!(report.outcome, Outcome::Completed(false)));
}

fn of_contexts(events: Vec<Event>) -> Vec<Kind> {
    let kinds = events.into_iter().map(|event| event.kind);
    let of_contexts = |kind: &Kind| {
        matches!(
            kind,
            Kind::ContextMade { .. } | Kind::ContextDone { .. } | Kind::Closed { .. }
        )
    };
    kinds.filter(of_contexts).collect()
}

/// The tree is in the trace, with names; the end of each says where it came
/// from and why, parents before children.
#[test]
fn the_tree_is_recorded() {
    struct UserId;
    let (report, events) = traced(1, async {
        let (request, cancel) = with_cancel_cause(background().named("request"));
        let user = with_value(&request, UserId);
        let (query, end_query) = with_cancel(user.named("query"));
        let (call, _) = with_cancel(&user);
        end_query.cancel();
        cancel.cancel("gone away");
        [&request, &user, &query, &call].map(|ctx| ctx.object())
    });
    let Outcome::Completed([request, user, query, call]) = report.outcome else {
        panic!("the run did not complete");
    };
    let made = |object, parent, name: Option<&str>| Kind::ContextMade {
        object,
        parent,
        name: name.map(Into::into),
        deadline_ns: None,
    };
    let done = |object, by, cause: &str| Kind::ContextDone {
        object,
        cause: cause.into(),
        by,
    };
    let closed = |object| Kind::Closed { object, woken: 0 };
    assert_eq!(
        of_contexts(events),
        [
            made(request, 0, Some("request")),
            made(user, request, Some("UserId")),
            made(query, user, Some("query")),
            made(call, user, None),
            done(query, query, "context canceled"),
            closed(query),
            done(request, request, "gone away"),
            closed(request),
            done(call, request, "gone away"),
            closed(call),
        ]
    );
}

/// A deadline is recorded with the context, and its end not before.
#[test]
fn a_deadline_is_recorded() {
    let (report, events) = traced(1, async {
        let (ctx, _cancel) = with_timeout(&background(), Duration::from_millis(1));
        ctx.done().recv().await;
        ctx.deadline().map(|at| at.since_start().as_nanos() as u64)
    });
    let Outcome::Completed(Some(at_ns)) = report.outcome else {
        panic!("the run did not complete");
    };
    assert!(events.iter().any(
        |event| matches!(event.kind, Kind::ContextMade { deadline_ns, .. } if deadline_ns == Some(at_ns))
    ));
    let done = events
        .iter()
        .find(|event| matches!(event.kind, Kind::ContextDone { .. }));
    let done = done.expect("its end is recorded");
    assert!(done.t_ns >= at_ns);
}
