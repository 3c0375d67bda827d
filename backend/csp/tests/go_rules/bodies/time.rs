//! pkg time. No rule asserts how long anything takes: a value's time is compared
//! with other times of the same clock.

use std::pin::pin;
use std::time::Duration;

use csp::time::{
    Instant, after, after_func, new_ticker, new_ticker_named, new_timer, new_timer_named, now,
    sleep, tick,
};
use csp::{Receiver, RecvError, chan, go, recover, select, yield_now};

use super::{often, waits};

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);
/// Soon, and in virtual time in no time at all.
const SOON: Duration = Duration::from_millis(1);

fn is_empty(c: &Receiver<Instant>) -> bool {
    c.try_recv() == Err(RecvError::Empty)
}

/// NewTimer: sends the time on its channel after at least the duration, once.
pub(crate) async fn a_timer_fires_once() {
    let before = now();
    let timer = new_timer_named("once", SOON);
    let at = timer.c().recv().await.unwrap();
    assert!(at >= before + SOON && at <= now());
    sleep(2 * SOON).await;
    assert!(is_empty(timer.c()));
    assert!(!timer.stop());
}

/// A zero or negative duration: at once, as time goes.
pub(crate) async fn a_timer_of_zero_fires() {
    let before = now();
    let at = new_timer(Duration::ZERO).c().recv().await.unwrap();
    assert!(at >= before);
    assert!(after(Duration::ZERO).recv().await.unwrap() >= at);
    sleep(Duration::ZERO).await;
}

/// Stop: true if it stopped the timer, false if that was stopped before; then
/// nothing comes.
pub(crate) async fn stop_prevents_the_timer_from_firing() {
    let timer = new_timer(LONG);
    assert!(timer.stop());
    assert!(!timer.stop());
    let timer = new_timer(SOON);
    let same = timer.clone();
    assert!(same.stop());
    sleep(2 * SOON).await;
    assert!(is_empty(timer.c()));
}

/// Stop, as of Go 1.23: a receive after it does not get a value of before, also
/// where the timer had fired.
pub(crate) async fn stop_leaves_no_stale_value() {
    let timer = new_timer(Duration::ZERO);
    sleep(2 * SOON).await;
    // Fired or not, nobody has received.
    assert!(timer.stop());
    assert!(is_empty(timer.c()));
    assert!(!timer.stop());
}

/// Stop: false if the value has been received.
pub(crate) async fn stop_is_late_for_a_value_that_was_received() {
    let timer = new_timer(SOON);
    assert!(timer.c().recv().await.is_some());
    assert!(!timer.stop());
}

/// Reset: true if the timer had been active, false if it had expired or been
/// stopped; it fires anew in each case.
pub(crate) async fn reset_sets_the_timer_anew() {
    let timer = new_timer(LONG);
    assert!(timer.reset(SOON));
    assert!(timer.c().recv().await.is_some());
    assert!(!timer.reset(LONG));
    assert!(timer.stop());
    assert!(!timer.reset(SOON));
    assert!(timer.c().recv().await.is_some());
}

/// Reset, as of Go 1.23: a receive after it does not get the value of before.
pub(crate) async fn reset_leaves_no_stale_value() {
    let timer = new_timer(Duration::ZERO);
    for _ in 0..5 {
        sleep(SOON).await;
        let before = now();
        assert!(timer.reset(SOON));
        assert!(timer.c().recv().await.unwrap() >= before + SOON);
        timer.reset(Duration::ZERO);
    }
}

/// The channel is synchronous, as of Go 1.23: its length and capacity are 0.
pub(crate) async fn a_timers_channel_looks_unbuffered() {
    let timer = new_timer(Duration::ZERO);
    let ticker = new_ticker(SOON);
    for _ in 0..3 {
        for c in [timer.c(), ticker.c()] {
            assert_eq!((c.len(), c.cap(), c.is_empty()), (0, 0, true));
        }
        sleep(2 * SOON).await;
    }
}

/// A receive that is dropped loses nothing: the value is there for the next.
pub(crate) async fn a_dropped_receive_loses_no_value() {
    let timer = new_timer(SOON);
    {
        let wait = pin!(timer.c().recv());
        waits(wait).await;
        sleep(3 * SOON).await;
    }
    assert!(timer.c().recv().await.is_some());
}

/// A value that was handed to a receive which is dropped after the timer was
/// stopped or set anew is not received either.
pub(crate) async fn a_dropped_receive_leaves_no_stale_value() {
    let timer = new_timer(SOON);
    {
        let wait = pin!(timer.c().recv());
        waits(wait).await;
        sleep(3 * SOON).await;
        timer.stop();
    }
    assert!(is_empty(timer.c()));
    let before;
    {
        timer.reset(SOON);
        let wait = pin!(timer.c().recv());
        waits(wait).await;
        sleep(3 * SOON).await;
        before = now();
        timer.reset(SOON);
    }
    assert!(timer.c().recv().await.unwrap() >= before + SOON);
}

/// Of a value and a stop that meet, one is first: what was stopped is not
/// received, and what was not, is.
pub(crate) async fn stop_and_receive_agree() {
    for round in 0..often(100) {
        let duration = Duration::from_micros(round as u64 * 7 % 60);
        let timer = new_timer(duration);
        let (quit, got) = (chan::<()>(0), chan(1));
        let (receives, quits, tells) = (timer.clone(), quit.clone(), got.clone());
        go(async move {
            select! {
                at = receives.c().recv() => tells.send(at.is_some()).await,
                _ = quits.recv() => tells.send(false).await,
            }
        });
        sleep(Duration::from_micros(30)).await;
        let stopped = timer.stop();
        quit.close();
        assert_eq!(got.recv().await, Some(!stopped));
        assert!(is_empty(timer.c()));
    }
}

/// A deadline further away than time goes is none.
pub(crate) async fn a_timer_may_be_for_ever_away() {
    let (timer, never) = (new_timer(Duration::MAX), after(Duration::MAX));
    let wait = pin!(sleep(Duration::MAX));
    waits(wait).await;
    let func = after_func(Duration::MAX, || async { unreachable!("never") });
    let ticker = new_ticker(Duration::MAX);
    assert!(is_empty(timer.c()) && is_empty(&never) && is_empty(ticker.c()));
    assert!(timer.stop() && func.stop());
}

/// AfterFunc: calls f in a goroutine of its own; Stop keeps it from running; C is
/// not used.
pub(crate) async fn after_func_calls_in_a_goroutine_of_its_own() {
    let (go_on, ran) = (chan(0), chan(0));
    let (goes_on, tells) = (go_on.clone(), ran.clone());
    let timer = after_func(SOON, move || {
        let (goes_on, tells) = (goes_on.clone(), tells.clone());
        async move {
            goes_on.recv().await;
            tells.send(now()).await;
        }
    });
    let before = now();
    go_on.send(()).await;
    assert!(ran.recv().await.unwrap() >= before);
    assert!(!timer.stop());
    select! {
        _ = timer.c().recv() => unreachable!("a nil channel"),
        default => {}
    }
    let timer = after_func(LONG, || async { unreachable!("it was stopped") });
    assert!(timer.stop());
    assert!(!timer.stop());
}

/// AfterFunc: Reset runs it once more; to drop the timer does not stop it.
pub(crate) async fn after_func_can_be_set_anew() {
    let ran = chan(0);
    let tells = ran.clone();
    let timer = after_func(LONG, move || {
        let tells = tells.clone();
        async move { tells.send(()).await }
    });
    assert!(timer.reset(SOON));
    ran.recv().await;
    assert!(!timer.reset(Duration::ZERO));
    drop(timer);
    ran.recv().await;
}

/// NewTicker: the time on its channel, again and again.
pub(crate) async fn a_ticker_ticks() {
    let start = now();
    let ticker = new_ticker_named("heart", SOON);
    let mut last = start;
    for _ in 0..4 {
        let at = ticker.c().recv().await.unwrap();
        assert!(at > last);
        last = at;
    }
    assert!(last >= start + 4 * SOON);
}

/// NewTicker: drops ticks for a slow receiver. It finds the one that has waited;
/// what it misses meanwhile does not pile up behind.
pub(crate) async fn a_ticker_drops_ticks_for_slow_receivers() {
    let ticker = new_ticker(SOON);
    sleep(10 * SOON).await;
    let waited = ticker.c().recv().await.unwrap();
    sleep(10 * SOON).await;
    let slept = now();
    // One that has waited, and one that was on its way.
    assert!(ticker.c().recv().await.is_some());
    assert!(ticker.c().recv().await.is_some());
    // Had they piled up, another from before would be there.
    assert!(ticker.c().recv().await.unwrap() >= slept);
    assert!(waited < slept);
}

/// Stop: no more ticks, and the channel is not closed. Reset: ticks again.
pub(crate) async fn a_ticker_stops_and_starts() {
    let ticker = new_ticker(SOON);
    ticker.c().recv().await;
    ticker.stop();
    sleep(3 * SOON).await;
    assert!(is_empty(ticker.c()));
    let before = now();
    ticker.reset(2 * SOON);
    assert!(ticker.c().recv().await.unwrap() >= before + 2 * SOON);
    let before = now();
    ticker.reset(SOON);
    assert!(ticker.c().recv().await.unwrap() >= before + SOON);
}

/// NewTicker and Reset: the interval must be greater than zero, or they panic.
pub(crate) async fn a_ticker_needs_an_interval() {
    let panicked = recover(async { new_ticker(Duration::ZERO) }).await;
    let text = panicked.err().unwrap().message().to_owned();
    assert_eq!(text, "non-positive interval for NewTicker");
    let ticker = new_ticker(LONG);
    let panicked = recover(async { ticker.reset(Duration::ZERO) }).await;
    let text = panicked.unwrap_err().message().to_owned();
    assert_eq!(text, "non-positive interval for Ticker.Reset");
}

/// Tick: a ticker's channel alone; nil for an interval of zero.
pub(crate) async fn tick_is_a_tickers_channel() {
    let ticks = tick(SOON);
    let first = ticks.recv().await.unwrap();
    assert!(ticks.recv().await.unwrap() > first);
    select! {
        _ = tick(Duration::ZERO).recv() => unreachable!("a nil channel"),
        default => {}
    }
}

/// One timer for a loop: set anew on each turn, it tells only a true silence.
pub(crate) async fn a_timer_can_be_used_in_a_loop() {
    let messages = chan(0);
    let sender = messages.sender();
    go(async move {
        for number in 0..5 {
            sleep(SOON).await;
            sender.send(number).await;
        }
    });
    let silence = new_timer(LONG);
    let mut got = Vec::new();
    loop {
        let timeout = if got.len() < 5 { LONG } else { SOON };
        let since = now();
        silence.reset(timeout);
        select! {
            number = messages.recv() => got.extend(number),
            at = silence.c().recv() => {
                assert!(at.unwrap() >= since + timeout);
                break;
            }
        }
    }
    // In virtual time an hour may pass while the sender could run.
    assert_eq!(got, [0, 1, 2, 3, 4][..got.len()]);
}

/// Where time ends, so do ticks: a ticker does not tick for ever then.
pub(crate) async fn ticks_end_with_time() {
    let ticker = new_ticker(Duration::from_nanos(u64::MAX / 3));
    yield_now().await;
    let last = ticker.c().try_recv();
    assert!(last.is_err() || last.unwrap() <= now());
    ticker.stop();
    assert!(is_empty(ticker.c()));
}

/// A sleep that is polled for another reason keeps its time.
pub(crate) async fn a_sleep_keeps_its_time() {
    let before = now();
    let mut wait = pin!(sleep(2 * SOON));
    for _ in 0..3 {
        yield_now().await;
        let polled = std::future::poll_fn(|cx| std::task::Poll::Ready(wait.as_mut().poll(cx)));
        if polled.await.is_ready() {
            assert!(now() >= before + 2 * SOON);
            return;
        }
    }
    wait.await;
    assert!(now() >= before + 2 * SOON);
}

/// All of these need a run, for its clock.
macro_rules! time_rules {
    ($run:ident) => {
        $run! {
            time:
            a_timer_fires_once
            a_timer_of_zero_fires
            stop_prevents_the_timer_from_firing
            stop_leaves_no_stale_value
            stop_is_late_for_a_value_that_was_received
            reset_sets_the_timer_anew
            reset_leaves_no_stale_value
            a_timers_channel_looks_unbuffered
            a_dropped_receive_loses_no_value
            a_dropped_receive_leaves_no_stale_value
            stop_and_receive_agree
            a_timer_may_be_for_ever_away
            after_func_calls_in_a_goroutine_of_its_own
            after_func_can_be_set_anew
            a_ticker_ticks
            a_ticker_drops_ticks_for_slow_receivers
            a_ticker_stops_and_starts
            a_ticker_needs_an_interval
            tick_is_a_tickers_channel
            a_timer_can_be_used_in_a_loop
            ticks_end_with_time
            a_sleep_keeps_its_time
        }
    };
}

pub(crate) use time_rules;
