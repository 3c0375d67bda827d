//! Pipelines, groups of goroutines, priorities, channels that count.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use csp::context::{ContextError, background, with_cancel};
use csp::patterns::errgroup::Group;
use csp::patterns::{Pipeline, Prioritized, Priority, ShardedMap, TrackedChannel};
use csp::patterns::{fan_in, fan_out, stage};
use csp::sync::WaitGroup;
use csp::{Receiver, chan, yield_now};

use super::begin;

async fn all<T: Send + 'static>(from: &Receiver<T>) -> Vec<T> {
    let mut all = Vec::new();
    while let Some(value) = from.recv().await {
        all.push(value);
    }
    all
}

async fn a_pipeline_keeps_the_order_and_ends_with_its_source() {
    let pipeline = Pipeline::new(&background());
    let words = pipeline.source("words", 0, ["a", "b", "c"]);
    let upper = pipeline.stage("upper", words, 2, |word| async { word.to_uppercase() });
    let done = pipeline.stage("prefix", upper, 0, |word| async move {
        yield_now().await;
        format!("> {word}")
    });
    assert_eq!(all(&done).await, ["> A", "> B", "> C"]);
    pipeline.wait().await;
}

async fn a_cancelled_pipeline_leaves_nobody() {
    let (ctx, cancel) = with_cancel(&background());
    let pipeline = Pipeline::new(&ctx);
    let numbers = pipeline.source("numbers", 0, 0..);
    let shared = pipeline.stage("same", numbers, 1, |number: u64| async move { number });
    let outputs = pipeline.fan_out("double", &shared, 3, |number| async move { number * 2 });
    let merged = pipeline.fan_in("merged", outputs, 0);
    for _ in 0..10 {
        assert!(merged.recv().await.is_some());
    }
    cancel.cancel();
    pipeline.wait().await;
    while merged.recv().await.is_some() {}
}

async fn stages_side_by_side_do_each_value_once() {
    let ctx = background();
    let input = chan(0);
    let outputs = fan_out(&ctx, &input.receiver(), 3, |number: u64| async move {
        yield_now().await;
        number * number
    });
    let squares = stage(&ctx, "last", fan_in(&ctx, outputs), 4, |n| async move { n });
    let (group, sender) = (WaitGroup::new(), input.sender());
    group.go(async move {
        for number in 1..=10 {
            sender.send(number).await;
        }
        sender.close();
    });
    let mut got = all(&squares).await;
    group.wait().await;
    got.sort_unstable();
    assert!(got.into_iter().eq((1..=10).map(|n| n * n)));
}

async fn fan_in_of_nothing_is_closed() {
    assert_eq!(fan_in::<u8>(&background(), []).recv().await, None);
}

async fn a_group_returns_the_first_error_and_cancels() {
    let (group, ctx) = Group::with_context(&background());
    let ended = Arc::new(AtomicUsize::new(0));
    for _ in 0..5 {
        let (ctx, ended) = (ctx.clone(), ended.clone());
        let waits = async move {
            ctx.done().recv().await;
            ended.fetch_add(1, Ordering::Relaxed);
            Err("later")
        };
        group.go(waits).await;
    }
    group.go(async { Err("first") }).await;
    assert_eq!(group.wait().await, Err("first"));
    assert_eq!(ended.load(Ordering::Relaxed), 5);
    assert_eq!(ctx.err(), Some(ContextError::Canceled));
}

async fn a_group_without_an_error_cancels_in_the_end() {
    let (group, ctx) = Group::<()>::with_context(&background());
    group.go(async { Ok(()) }).await;
    assert_eq!(group.wait().await, Ok(()));
    assert!(ctx.err().is_some());
}

async fn a_group_keeps_its_limit() {
    let group = Group::<()>::new();
    group.set_limit(Some(2));
    let (active, peak) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    for _ in 0..20 {
        let (active, peak) = (active.clone(), peak.clone());
        let works = async move {
            let now = active.fetch_add(1, Ordering::Relaxed) + 1;
            peak.fetch_max(now, Ordering::Relaxed);
            yield_now().await;
            active.fetch_sub(1, Ordering::Relaxed);
            Ok(())
        };
        group.go(works).await;
    }
    group.wait().await.unwrap();
    assert!((1..=2).contains(&peak.load(Ordering::Relaxed)));
}

async fn try_go_refuses_what_would_wait() {
    let (group, gate) = (Group::<()>::new(), chan::<()>(0));
    group.set_limit(Some(1));
    let waits = gate.clone();
    assert!(group.try_go(async move { Ok(_ = waits.recv().await) }));
    assert!(!group.try_go(async { Ok(()) }));
    let changes = group.clone();
    let changed = csp::recover(async move { changes.set_limit(None) }).await;
    assert!(
        changed
            .unwrap_err()
            .message()
            .starts_with("errgroup: modify limit")
    );
    gate.close();
    group.wait().await.unwrap();
    assert!(group.try_go(async { Ok(()) }));
    group.wait().await.unwrap();
}

async fn a_panic_comes_out_of_wait() {
    let (group, ctx) = Group::<()>::with_context(&background());
    group.go(async { match csp::panic("boom").await {} }).await;
    group
        .go(async move { Ok(_ = ctx.done().recv().await) })
        .await;
    let panic = csp::recover(group.wait()).await.unwrap_err();
    assert_eq!(panic.message(), "boom");
}

async fn all_of_the_first_channel_come_before_any_of_the_other() {
    let (high, low) = (chan(5), chan(5));
    for number in 0..5 {
        low.send(number + 10).await;
        high.send(number).await;
    }
    let mut both = Prioritized::new(high.receiver(), low.receiver());
    for number in 0..5 {
        assert_eq!(both.recv().await, Some((Priority::High, number)));
    }
    high.close();
    for number in 10..15 {
        assert_eq!(both.recv().await, Some((Priority::Low, number)));
    }
    // Both empty for a moment is not the end.
    assert!(begin(Box::pin(both.recv()).as_mut()).await.is_pending());
    low.send(7).await;
    assert_eq!(both.recv().await, Some((Priority::Low, 7)));
    low.close();
    assert_eq!(both.recv().await, None);
}

async fn a_tracked_channel_counts_what_went_through() {
    let (tracked, ctx) = (TrackedChannel::new("tracked", 2), background());
    tracked.send(&ctx, 1).await.unwrap();
    tracked.send(&ctx, 2).await.unwrap();
    let totals = tracked.totals();
    assert_eq!((totals.sent, totals.received, totals.buffered), (2, 0, 2));
    assert_eq!(tracked.recv(&ctx).await, Ok(Some(1)));
    tracked.close();
    assert_eq!(tracked.recv(&ctx).await, Ok(Some(2)));
    for _ in 0..3 {
        assert_eq!(tracked.recv(&ctx).await, Ok(None));
    }
    let totals = tracked.totals();
    assert_eq!((totals.sent, totals.received, totals.buffered), (2, 2, 0));
}

async fn a_tracked_channel_waits_no_longer_than_its_context() {
    let tracked = TrackedChannel::new("tracked", 0);
    let (ctx, cancel) = with_cancel(&background());
    {
        let mut sends = Box::pin(tracked.send(&ctx, 1));
        assert!(begin(sends.as_mut()).await.is_pending());
        cancel.cancel();
        assert_eq!(sends.await, Err(ContextError::Canceled));
    }
    assert_eq!(tracked.recv(&ctx).await, Err(ContextError::Canceled));
    assert_eq!(tracked.totals().sent, 0);
}

async fn a_sharded_map_loses_no_update() {
    let (map, group) = (Arc::new(ShardedMap::with_shards(4)), WaitGroup::new());
    for _ in 0..4 {
        let map = map.clone();
        group.go(async move {
            for number in 0..200_u32 {
                map.update(number % 20, || 0, |count| *count += 1);
                if number % 50 == 0 {
                    yield_now().await;
                }
            }
        });
    }
    group.wait().await;
    assert_eq!(map.len(), 20);
    map.for_each(|_, count| assert_eq!(*count, 40));
}

mod tests {
    crate::promises! {
        a_pipeline_keeps_the_order_and_ends_with_its_source
        a_cancelled_pipeline_leaves_nobody
        stages_side_by_side_do_each_value_once
        fan_in_of_nothing_is_closed
        a_group_returns_the_first_error_and_cancels
        a_group_without_an_error_cancels_in_the_end
        a_group_keeps_its_limit
        try_go_refuses_what_would_wait
        a_panic_comes_out_of_wait
        all_of_the_first_channel_come_before_any_of_the_other
        a_tracked_channel_counts_what_went_through
        a_tracked_channel_waits_no_longer_than_its_context
        a_sharded_map_loses_no_update
    }
}
