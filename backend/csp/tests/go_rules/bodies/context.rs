//! pkg context.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use csp::context::{
    Cause, Context, ContextError, after_func, background, todo, with_cancel, with_cancel_cause,
    with_deadline, with_deadline_cause, with_timeout, with_timeout_cause, with_value,
    without_cancel,
};
use csp::time::{now, sleep};
use csp::{RecvError, chan, go, recover, select, yield_now};

use super::waits;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);
/// Soon, and in virtual time in no time at all.
const SOON: Duration = Duration::from_millis(1);

#[derive(Debug, PartialEq)]
struct UserId(u64);

#[derive(Debug, PartialEq)]
struct RequestId(u64);

#[derive(Debug, PartialEq)]
struct Refused(u32);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "refused {}", self.0)
    }
}

impl std::error::Error for Refused {}

fn is_open(ctx: &Context) -> bool {
    ctx.err().is_none() && ctx.cause().is_none() && ctx.done().try_recv() != Err(RecvError::Closed)
}

fn is_canceled(ctx: &Context) -> bool {
    ctx.err() == Some(ContextError::Canceled) && ctx.done().try_recv() == Err(RecvError::Closed)
}

fn is_late(ctx: &Context) -> bool {
    ctx.err() == Some(ContextError::DeadlineExceeded)
        && ctx.done().try_recv() == Err(RecvError::Closed)
}

fn text(cause: Option<Cause>) -> String {
    cause.expect("it has a cause").to_string()
}

/// Background: never canceled, no values, no deadline. TODO alike.
pub(crate) async fn background_never_ends() {
    for ctx in [background(), todo()] {
        assert!(is_open(&ctx));
        assert_eq!(ctx.deadline(), None);
        assert_eq!(ctx.value::<UserId>(), None);
        select! {
            _ = ctx.done().recv() => unreachable!("a nil channel"),
            default => {}
        }
    }
    assert_eq!(background().to_string(), "context.Background");
    assert_eq!(todo().to_string(), "context.TODO");
}

/// Err: nil until Done is closed, then why; the texts are Go's.
pub(crate) async fn err_says_why_once_done_is_closed() {
    let (ctx, cancel) = with_cancel(&background());
    assert!(is_open(&ctx));
    cancel.cancel();
    assert!(is_canceled(&ctx));
    assert_eq!(ctx.done().recv().await, None);
    assert_eq!(text(ctx.cause()), "context canceled");
    let late = ContextError::DeadlineExceeded;
    assert_eq!(late.to_string(), "context deadline exceeded");
    assert!(late.is_timeout() && !ContextError::Canceled.is_timeout());
    assert_eq!(ctx.to_string(), "context.Background.WithCancel");
}

/// CancelFunc: after the first call, further calls do nothing.
pub(crate) async fn the_first_cancel_counts() {
    let (ctx, cancel) = with_cancel_cause(&background());
    let again = cancel.clone();
    cancel.cancel(Refused(1));
    again.cancel(Refused(2));
    again.without_cause().cancel();
    assert_eq!(text(ctx.cause()), "refused 1");
    let (ctx, cancel) = with_cancel_cause(&background());
    cancel.without_cause().cancel();
    cancel.cancel("too late");
    assert_eq!(text(ctx.cause()), "context canceled");
}

/// Canceling a context cancels all derived from it, before the call returns.
pub(crate) async fn a_parent_takes_all_below_along() {
    let (root, cancel) = with_cancel(&background());
    let mut all = vec![root.clone()];
    for depth in 0..5 {
        for place in 0..all.len() {
            let (child, _) = with_cancel(&all[place]);
            all.push(with_value(&child, depth));
        }
    }
    cancel.cancel();
    assert!(all.iter().all(is_canceled));
}

/// A child's end does not touch its parent, nor its sisters.
pub(crate) async fn a_child_ends_alone() {
    let (parent, end_parent) = with_cancel(&background());
    let (child, end_child) = with_cancel(&parent);
    let (sister, _) = with_cancel(&parent);
    let (grandchild, _) = with_cancel(&child);
    end_child.cancel();
    assert!(is_canceled(&child) && is_canceled(&grandchild));
    assert!(is_open(&parent) && is_open(&sister));
    end_parent.cancel();
    assert!(is_canceled(&parent) && is_canceled(&sister));
}

/// A context derived from one that has ended has ended too, in the same way.
pub(crate) async fn a_child_of_one_that_ended_has_ended() {
    let (parent, cancel) = with_cancel_cause(&background());
    cancel.cancel(Refused(3));
    let (child, late) = with_cancel(&with_value(&parent, UserId(1)));
    assert!(is_canceled(&child));
    assert_eq!(text(child.cause()), "refused 3");
    late.cancel();
    assert_eq!(text(child.cause()), "refused 3");
}

/// Cause: that of the context, or of the first above that ended it; else Err.
pub(crate) async fn the_cause_comes_from_where_the_end_does() {
    let (parent, end_parent) = with_cancel_cause(&background());
    let (child, end_child) = with_cancel_cause(&parent);
    let (other, _) = with_cancel_cause(&parent);
    end_child.cancel(Refused(4));
    end_parent.cancel(Refused(5));
    assert_eq!(text(child.cause()), "refused 4");
    assert_eq!(text(other.cause()), "refused 5");
    assert_eq!(other.err(), Some(ContextError::Canceled));
    let cause = other.cause().unwrap();
    assert_eq!(cause.downcast_ref(), Some(&Refused(5)));
    // Handed on, it is still what it was.
    let (third, end_third) = with_cancel_cause(&background());
    end_third.cancel(cause);
    assert_eq!(third.cause().unwrap().downcast_ref(), Some(&Refused(5)));
}

/// Value: the nearest for the key; keys of different types never meet.
pub(crate) async fn values_go_by_type_and_the_nearest_counts() {
    let ctx = with_value(&background(), UserId(7));
    let (ctx, cancel) = with_cancel(&ctx);
    let inner = with_value(&with_value(&ctx, RequestId(7)), UserId(8));
    assert_eq!(ctx.value(), Some(&UserId(7)));
    assert_eq!(ctx.value::<RequestId>(), None);
    assert_eq!(inner.value(), Some(&UserId(8)));
    assert_eq!(inner.value(), Some(&RequestId(7)));
    cancel.cancel();
    assert!(is_canceled(&inner));
    assert_eq!(inner.value(), Some(&UserId(8)));
    assert_eq!(
        inner.to_string(),
        "context.Background.WithValue(UserId).WithCancel\
         .WithValue(RequestId).WithValue(UserId)"
    );
}

/// WithoutCancel: the values, and neither end, deadline nor cause.
pub(crate) async fn without_cancel_keeps_the_values_alone() {
    let (parent, cancel) = with_cancel_cause(&with_value(&background(), UserId(9)));
    let free = without_cancel(&parent);
    let (child, end_child) = with_cancel(&free);
    cancel.cancel(Refused(6));
    assert!(is_canceled(&parent) && is_open(&free) && is_open(&child));
    assert!(is_open(&without_cancel(&parent)));
    assert_eq!(child.value(), Some(&UserId(9)));
    end_child.cancel();
    assert!(is_canceled(&child) && is_open(&free));
}

/// To forget a CancelFunc ends nothing.
pub(crate) async fn a_forgotten_cancel_does_nothing() {
    let (ctx, cancel) = with_cancel(&background());
    drop(cancel);
    assert!(is_open(&ctx));
}

/// `defer cancel()`: a guard cancels, also when its goroutine is dropped at an
/// await.
pub(crate) async fn a_deferred_cancel_comes_with_the_end_of_its_scope() {
    let (ctx, cancel) = with_cancel(&background());
    {
        let _cancel = cancel.deferred();
        assert!(is_open(&ctx));
    }
    assert!(is_canceled(&ctx));
}

/// Done: to wait for it in a select or alone, any number at once. Dropped at
/// its await, it loses nothing.
pub(crate) async fn done_can_be_waited_for_and_dropped() {
    let (ctx, cancel) = with_cancel(&background());
    let mut wait = std::pin::pin!(ctx.done().recv());
    waits(wait.as_mut()).await;
    {
        let dropped = std::pin::pin!(ctx.done().recv());
        waits(dropped).await;
    }
    cancel.cancel();
    assert_eq!(wait.await, None);
    let never = chan::<()>(0);
    select! {
        _ = never.recv() => unreachable!("nobody sends"),
        _ = ctx.done().recv() => {}
    }
}

/// A long line of contexts ends, and goes away, without a stack as deep.
pub(crate) async fn a_long_line_of_contexts_ends() {
    let depth = if cfg!(miri) { 100 } else { 30_000 };
    let (root, cancel) = with_cancel(&background());
    let mut ctx = root.clone();
    for _ in 0..depth {
        ctx = with_value(&with_cancel(&ctx).0, UserId(1));
    }
    cancel.cancel();
    assert!(is_canceled(&ctx));
    drop(ctx);
    let mut ctx = root;
    for _ in 0..depth {
        ctx = without_cancel(&with_cancel(&ctx).0);
    }
    assert!(is_open(&ctx));
}

/// Canceled from several goroutines at once: one of them is the cause, and
/// when any of the calls has returned, all below have ended.
pub(crate) async fn several_may_cancel_at_once() {
    let (root, cancel) = with_cancel_cause(&background());
    let children: Vec<_> = (0..50).map(|_| with_cancel(&root).0).collect();
    let children = Arc::new(children);
    let ended = chan(4);
    for number in 0..4 {
        let (cancel, children, ended) = (cancel.clone(), children.clone(), ended.clone());
        go(async move {
            cancel.cancel(Refused(number));
            assert!(children.iter().all(is_canceled));
            ended.send(()).await;
        });
    }
    for _ in 0..4 {
        ended.recv().await;
    }
    let cause = text(root.cause());
    assert!(cause.starts_with("refused"));
    assert!(children.iter().all(|ctx| text(ctx.cause()) == cause));
}

/// All who wait for Done go on, those of the children too.
pub(crate) async fn cancel_wakes_all_who_wait() {
    let (ctx, cancel) = with_cancel(&background());
    let (child, _) = with_cancel(&ctx);
    let (started, ended) = (chan(6), chan(6));
    for number in 0..6 {
        let ctx = if number % 2 == 0 {
            ctx.clone()
        } else {
            child.clone()
        };
        let (started, ended) = (started.clone(), ended.clone());
        go(async move {
            started.send(()).await;
            let never = chan::<()>(0);
            select! {
                _ = never.recv() => unreachable!("nobody sends"),
                _ = ctx.done().recv() => ended.send(ctx.err()).await,
            }
        });
    }
    for _ in 0..6 {
        started.recv().await;
    }
    yield_now().await;
    cancel.cancel();
    for _ in 0..6 {
        assert_eq!(ended.recv().await, Some(Some(ContextError::Canceled)));
    }
}

/// A guard may cancel while its goroutine panics.
pub(crate) async fn a_deferred_cancel_comes_with_a_panic() {
    let (ctx, cancel) = with_cancel(&background());
    let panicked = recover(async move {
        let _cancel = cancel.deferred();
        match csp::panic("inside").await {}
    });
    assert!(panicked.await.is_err());
    assert!(is_canceled(&ctx));
}

/// AfterFunc: in a goroutine of its own once the context has ended; the cancel
/// does not wait for it.
pub(crate) async fn after_func_runs_by_itself() {
    let (ctx, cancel) = with_cancel(&background());
    let (go_on, ran) = (chan(0), chan(0));
    let (goes_on, tells) = (go_on.clone(), ran.clone());
    let inside = ctx.clone();
    let stop = after_func(&ctx, async move {
        goes_on.recv().await;
        tells.send(inside.err()).await;
    });
    cancel.cancel();
    go_on.send(()).await;
    assert_eq!(ran.recv().await, Some(Some(ContextError::Canceled)));
    assert!(!stop.stop());
}

/// AfterFunc: at once if the context has ended; several are independent.
pub(crate) async fn after_funcs_are_independent() {
    let (ctx, cancel) = with_cancel(&background());
    let ran = chan(3);
    let note = |number: u32| {
        let ran = ran.clone();
        async move { ran.send(number).await }
    };
    let stops = [1, 2, 3].map(|number| after_func(&ctx, note(number)));
    assert!(stops[1].stop());
    cancel.cancel();
    let mut numbers = [ran.recv().await, ran.recv().await];
    numbers.sort_unstable();
    assert_eq!(numbers, [Some(1), Some(3)]);
    let late = after_func(&ctx, note(4));
    assert!(!late.stop());
    assert_eq!(ran.recv().await, Some(4));
}

/// Stop: true if it kept the function from running; false if that has started,
/// or was stopped before. Also where the context never ends.
pub(crate) async fn stop_says_whether_it_was_in_time() {
    let (ended, cancel) = with_cancel(&background());
    cancel.cancel();
    let (open, _cancel) = with_cancel(&background());
    for ctx in [background(), open] {
        let stop = after_func(&ctx, async { unreachable!("it was stopped") });
        let again = stop.clone();
        assert!(stop.stop());
        assert!(!again.stop() && !stop.stop());
    }
    assert!(!after_func(&ended, async {}).stop());
}

/// A function may cancel, stop, and wait for others: no lock is held.
pub(crate) async fn an_after_func_may_use_contexts() {
    let (first, end_first) = with_cancel(&background());
    let (second, end_second) = with_cancel(&first);
    let (third, end_third) = with_cancel_cause(&background());
    let held = with_value(&second, UserId(1));
    let _stop = after_func(&first, async move {
        end_second.cancel();
        assert!(is_canceled(&held));
        let (_child, cancel) = with_cancel(&held);
        cancel.cancel();
        end_third.cancel(Refused(7));
    });
    end_first.cancel();
    assert_eq!(third.done().recv().await, None);
    assert_eq!(text(third.cause()), "refused 7");
}

/// A function that is stopped or never starts is dropped with what it holds,
/// which may use contexts too.
pub(crate) async fn what_a_function_holds_may_cancel_when_it_goes() {
    let (outer, end_outer) = with_cancel(&background());
    let (inner, end_inner) = with_cancel(&outer);
    let guard = end_inner.deferred();
    let stop = after_func(&outer, async move { drop(guard) });
    assert!(stop.stop());
    assert!(is_canceled(&inner) && is_open(&outer));
    end_outer.cancel();
}

/// WithTimeout: ends by itself, with DeadlineExceeded.
pub(crate) async fn a_timeout_ends_its_context() {
    let before = now();
    let (ctx, _cancel) = with_timeout(&background(), SOON);
    assert!(ctx.deadline().unwrap() >= before + SOON);
    let (child, _) = with_cancel(&ctx);
    assert_eq!(child.deadline(), ctx.deadline());
    child.done().recv().await;
    assert!(is_late(&ctx) && is_late(&child));
    assert!(now() >= ctx.deadline().unwrap());
    assert_eq!(text(child.cause()), "context deadline exceeded");
}

/// WithTimeoutCause: the cause is for the deadline; the CancelFunc sets none.
pub(crate) async fn a_timeout_has_its_cause() {
    let (ctx, _cancel) = with_timeout_cause(&background(), SOON, Refused(8));
    ctx.done().recv().await;
    assert!(is_late(&ctx));
    assert_eq!(text(ctx.cause()), "refused 8");
    let (ctx, cancel) = with_timeout_cause(&background(), LONG, "too slow");
    cancel.cancel();
    assert!(is_canceled(&ctx));
    assert_eq!(text(ctx.cause()), "context canceled");
}

/// WithDeadline: one later than the parent's is the parent's; one that is
/// earlier ends the child alone.
pub(crate) async fn a_deadline_only_gets_earlier() {
    let (parent, cancel) = with_timeout(&background(), LONG);
    let (later, _) = with_deadline_cause(&parent, now() + 2 * LONG, Refused(9));
    assert_eq!(later.deadline(), parent.deadline());
    let (earlier, _) = with_timeout(&parent, SOON);
    assert!(earlier.deadline() < parent.deadline());
    assert!(is_open(&parent) && is_open(&later));
    earlier.done().recv().await;
    assert!(is_late(&earlier));
    // In virtual time the hour may have passed by now.
    assert!(is_open(&parent) || now() >= parent.deadline().unwrap());
    cancel.cancel();
    assert!(later.err().is_some());
    assert_eq!(text(later.cause()), text(parent.cause()));
    assert_eq!(without_cancel(&parent).deadline(), None);
}

/// WithDeadline: one that has passed ends the context before the call returns.
pub(crate) async fn a_deadline_that_has_passed_ends_at_once() {
    let past = now();
    sleep(SOON).await;
    let (ctx, cancel) = with_deadline(&background(), past);
    assert!(is_late(&ctx));
    cancel.cancel();
    assert!(is_late(&ctx));
    assert!(is_late(&with_timeout(&background(), Duration::ZERO).0));
    let (ctx, _) = with_deadline_cause(&background(), past, Refused(10));
    assert_eq!(text(ctx.cause()), "refused 10");
    // Under a parent that has ended, that end is the first.
    let (parent, cancel) = with_cancel(&background());
    cancel.cancel();
    assert!(is_canceled(&with_deadline(&parent, past).0));
}

/// A deadline further away than time goes ends nothing.
pub(crate) async fn a_deadline_may_be_for_ever_away() {
    let (ctx, cancel) = with_timeout(&background(), Duration::MAX);
    assert!(is_open(&ctx));
    cancel.cancel();
    assert!(is_canceled(&ctx));
}

/// Deadlines each come at their time, whatever the order of their making.
pub(crate) async fn each_deadline_comes_at_its_time() {
    let ended = chan(3);
    for factor in [3, 1, 2] {
        let (ctx, cancel) = with_timeout(&background(), factor * SOON);
        let (inside, ended) = (ctx.clone(), ended.clone());
        let _stop = after_func(&ctx, async move {
            let _cancel = cancel.deferred();
            assert!(is_late(&inside));
            ended.send(Some(now()) >= inside.deadline()).await;
        });
    }
    for _ in 0..3 {
        assert_eq!(ended.recv().await, Some(true));
    }
}

/// The work of a request against its limit: whichever is first, nobody stays.
pub(crate) async fn a_request_gives_up_in_time() {
    let left = Arc::new(AtomicUsize::new(0));
    async fn database(ctx: &Context, left: Arc<AtomicUsize>) -> Result<u32, ContextError> {
        let answers = chan(1);
        let reply = answers.clone();
        let ctx_inside = ctx.clone();
        left.fetch_add(1, Ordering::SeqCst);
        go(async move {
            let never = chan::<()>(0);
            select! {
                _ = never.recv() => reply.send(1).await,
                _ = ctx_inside.done().recv() => {}
            }
            left.fetch_sub(1, Ordering::SeqCst);
            reply.close();
        });
        match answers.recv().await {
            Some(answer) => Ok(answer),
            None => Err(ctx.err().expect("it gave up for a reason")),
        }
    }
    let (ctx, cancel) = with_timeout(&background(), SOON);
    let _cancel = cancel.deferred();
    let answer = database(&ctx, left.clone()).await;
    assert_eq!(answer, Err(ContextError::DeadlineExceeded));
    assert_eq!(left.load(Ordering::SeqCst), 0);
}

/// Rules that need neither goroutines nor time.
macro_rules! bare_context_rules {
    ($run:ident) => {
        $run! {
            context:
            background_never_ends
            err_says_why_once_done_is_closed
            the_first_cancel_counts
            a_parent_takes_all_below_along
            a_child_ends_alone
            a_child_of_one_that_ended_has_ended
            the_cause_comes_from_where_the_end_does
            values_go_by_type_and_the_nearest_counts
            without_cancel_keeps_the_values_alone
            a_forgotten_cancel_does_nothing
            a_deferred_cancel_comes_with_the_end_of_its_scope
            done_can_be_waited_for_and_dropped
            a_long_line_of_contexts_ends
        }
    };
}

/// Those that need a run.
macro_rules! context_rules {
    ($run:ident) => {
        $run! {
            context:
            several_may_cancel_at_once
            cancel_wakes_all_who_wait
            a_deferred_cancel_comes_with_a_panic
            after_func_runs_by_itself
            after_funcs_are_independent
            stop_says_whether_it_was_in_time
            an_after_func_may_use_contexts
            what_a_function_holds_may_cancel_when_it_goes
            a_timeout_ends_its_context
            a_timeout_has_its_cause
            a_deadline_only_gets_earlier
            a_deadline_that_has_passed_ends_at_once
            a_deadline_may_be_for_ever_away
            each_deadline_comes_at_its_time
            a_request_gives_up_in_time
        }
    };
}

pub(crate) use {bare_context_rules, context_rules};
