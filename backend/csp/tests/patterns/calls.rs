//! `singleflight`, and limits of rate.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use csp::context::{ContextError, background, with_cancel, with_timeout};
use csp::patterns::singleflight::{Group, Shared};
use csp::patterns::{RateError, RateLimiter, TickerLimiter};
use csp::sync::WaitGroup;
use csp::time::now;
use csp::{chan, yield_now};

use super::begin;

async fn callers_of_one_key_share_one_call() {
    let (group, gate) = (Group::new(), chan::<()>(0));
    let (made, waits) = (Arc::new(AtomicUsize::new(0)), WaitGroup::new());
    let mut first = {
        let (made, gate) = (made.clone(), gate.clone());
        Box::pin(group.call("key", move || async move {
            made.fetch_add(1, Ordering::Relaxed);
            gate.recv().await;
            Ok::<_, ()>(7)
        }))
    };
    assert!(begin(first.as_mut()).await.is_pending());
    for _ in 0..5 {
        let mut call = Box::pin(group.call("key", || async { Err(()) }));
        assert!(begin(call.as_mut()).await.is_pending());
        waits.go(async move {
            let shared = call.await;
            assert_eq!((shared.value, shared.shared), (Ok(7), true));
        });
    }
    // Another key is another call.
    let other = group.call("other", || async { Ok(8) }).await;
    assert_eq!((other.value, other.shared), (Ok(8), false));
    gate.close();
    let shared = first.await;
    assert_eq!((shared.value, shared.shared), (Ok(7), true));
    waits.wait().await;
    assert_eq!(made.load(Ordering::Relaxed), 1);
    let totals = group.totals();
    assert_eq!((totals.made, totals.saved), (2, 5));
    // Nothing is kept: this is no cache.
    let again = group.call("key", || async { Ok(9) }).await;
    assert_eq!(again.value, Ok(9));
}

async fn a_panic_reaches_all_callers() {
    let (group, gate) = (Group::<_, ()>::new(), chan::<()>(0));
    let waits = gate.clone();
    let mut first = Box::pin(csp::recover(group.call(1, move || async move {
        waits.recv().await;
        match csp::panic("boom").await {}
    })));
    assert!(begin(first.as_mut()).await.is_pending());
    let mut second = Box::pin(csp::recover(group.call(1, || async {})));
    assert!(begin(second.as_mut()).await.is_pending());
    gate.close();
    assert_eq!(first.await.unwrap_err().message(), "boom");
    assert_eq!(second.await.unwrap_err().message(), "boom");
    assert!(!group.call(1, || async {}).await.shared);
}

async fn when_a_caller_goes_away_another_calls() {
    let (group, never) = (Group::new(), chan::<u8>(0));
    let mut first = Box::pin(group.call(1, move || async move {
        never.recv().await;
        "first"
    }));
    assert!(begin(first.as_mut()).await.is_pending());
    let mut second = Box::pin(group.call(1, || async { "second" }));
    assert!(begin(second.as_mut()).await.is_pending());
    drop(first);
    assert_eq!(second.await.value, "second");
}

async fn a_forgotten_call_is_made_again() {
    let (group, gate) = (Group::new(), chan::<()>(0));
    let waits = gate.clone();
    let mut first = Box::pin(group.call(1, move || async move {
        waits.recv().await;
        1
    }));
    assert!(begin(first.as_mut()).await.is_pending());
    group.forget(&1);
    let second = group.call(1, || async { 2 }).await;
    let alone = Shared {
        value: 2,
        shared: false,
    };
    assert_eq!(second, alone);
    gate.close();
    assert_eq!(first.await.value, 1);
}

/// A time in which nothing grows, however long a test is held up.
const LONG: Duration = Duration::from_secs(3600);

async fn a_bucket_gives_its_burst_and_no_more() {
    let limiter = RateLimiter::new(LONG, 3);
    let allowed = (0..10).filter(|_| limiter.allow()).count();
    assert_eq!(allowed, 3);
    let totals = limiter.totals();
    assert_eq!((totals.allowed, totals.refused), (3, 7));
}

async fn tokens_are_given_no_quicker_than_they_grow() {
    let period = Duration::from_micros(200);
    let (limiter, start) = (RateLimiter::new(period, 2), now());
    for _ in 0..12 {
        limiter.wait(&background()).await.unwrap();
    }
    assert!(start.elapsed() >= period * 10);
}

async fn who_waits_for_a_token_is_bound_by_the_context() {
    let limiter = RateLimiter::new(LONG, 1);
    assert!(limiter.allow());
    let (ctx, cancel) = with_timeout(&background(), Duration::from_secs(60));
    assert_eq!(limiter.wait(&ctx).await, Err(RateError::TooLate));
    cancel.cancel();
    let ended = RateError::Ended(ContextError::Canceled);
    assert_eq!(limiter.wait(&ctx).await, Err(ended));
    let (ctx, cancel) = with_cancel(&background());
    let mut waits = Box::pin(limiter.wait(&ctx));
    if begin(waits.as_mut()).await.is_ready() {
        // An hour has passed: simulated time may.
        return;
    }
    cancel.cancel();
    assert_eq!(waits.await, Err(ended));
    // Its token went back: the next one comes within one period.
    let next = limiter.reserve().unwrap();
    assert!(next.delay() <= LONG);
    next.cancel();
    let none = RateLimiter::new(LONG, 0);
    assert_eq!(none.wait(&background()).await, Err(RateError::NoBurst));
    assert!(none.reserve().is_none() && !none.allow());
}

async fn a_reservation_can_be_given_back() {
    let limiter = RateLimiter::new(LONG, 1);
    let at_once = limiter.reserve().unwrap();
    assert!(at_once.delay().is_zero());
    at_once.used().await;
    let later = limiter.reserve().unwrap();
    let latest = limiter.reserve().unwrap();
    assert!(later.delay() <= LONG && latest.delay() > LONG);
    latest.cancel();
    let again = limiter.reserve().unwrap();
    assert!(again.delay() > LONG);
    again.cancel();
    later.cancel();
    assert!(!limiter.allow());
}

async fn a_token_given_back_before_others_is_lost() {
    let limiter = RateLimiter::new(LONG, 1);
    assert!(limiter.allow());
    let [first, second] = [(); 2].map(|()| limiter.reserve().unwrap());
    first.cancel();
    // Not together with the second: that would be a burst of two.
    let third = limiter.reserve().unwrap();
    assert!(third.delay() >= second.delay() + LONG / 2);
    third.cancel();
    second.cancel();
    assert!(!limiter.allow());
}

async fn a_ticker_saves_no_more_than_one() {
    let limiter = TickerLimiter::new(Duration::from_millis(1));
    limiter.wait(&background()).await.unwrap();
    limiter.wait(&background()).await.unwrap();
    limiter.stop();
    yield_now().await;
    // However long nobody came: one at most.
    assert!(!(limiter.allow() && limiter.allow()));
    let (ctx, cancel) = with_cancel(&background());
    cancel.cancel();
    assert_eq!(limiter.wait(&ctx).await, Err(ContextError::Canceled));
}

mod tests {
    crate::promises! {
        callers_of_one_key_share_one_call
        a_panic_reaches_all_callers
        when_a_caller_goes_away_another_calls
        a_forgotten_call_is_made_again
        a_bucket_gives_its_burst_and_no_more
        tokens_are_given_no_quicker_than_they_grow
        who_waits_for_a_token_is_bound_by_the_context
        a_reservation_can_be_given_back
        a_token_given_back_before_others_is_lost
        a_ticker_saves_no_more_than_one
    }
}
