//! What the patterns record, for the picture.

use std::sync::{Arc, Mutex};

use csp::patterns::{Policy, PubSub, WorkerPool};
use csp::trace::{Event, Kind, ObjectKind};

/// Runs `main` on 4 Ps and returns the events.
fn events(main: impl Future<Output = ()> + Send + 'static) -> Vec<Event> {
    let events = Arc::new(Mutex::new(Vec::new()));
    let report = crate::run(4, Some(&events), main);
    assert_eq!(report.dropped, 0);
    crate::completed(report);
    std::mem::take(&mut *events.lock().unwrap())
}

/// The values of the counter of that name, in order.
fn counter(events: &[Event], of: &str) -> Vec<i64> {
    let values = events.iter().filter_map(|event| match &event.kind {
        Kind::Counter { name, value } if **name == *of => Some(*value),
        _ => None,
    });
    values.collect()
}

#[test]
fn the_queue_of_a_pool_is_a_channel_of_exact_length() {
    let events = events(async {
        let pool = WorkerPool::named("pool", 3, 5);
        for _ in 0..300 {
            pool.submit(|| async { csp::yield_now().await })
                .await
                .unwrap();
        }
        pool.shutdown().await;
    });
    let queue = events.iter().find_map(|event| match &event.kind {
        Kind::Made {
            object,
            kind: ObjectKind::Channel,
            name,
            capacity: 5,
        } if name.as_deref() == Some("pool") => Some(*object),
        _ => None,
    });
    let queue = queue.expect("the queue is an object");
    let (mut held, mut sent, mut received) = (0, 0, 0);
    for event in &events {
        match event.kind {
            Kind::Sent { object, len, .. } if object == queue => {
                held += 1;
                sent += 1;
                assert_eq!(len, held);
                assert!(len <= 5);
            }
            Kind::Received { object, len, .. } if object == queue => {
                held -= 1;
                received += 1;
                assert_eq!(len, held);
            }
            _ => {}
        }
    }
    assert_eq!((sent, received, held), (300, 300, 0));
    let active = counter(&events, "pool active");
    assert_eq!(active.len(), 600);
    assert!(active.iter().all(|active| (0..=3).contains(active)));
    assert!(!counter(&events, "pool queued").is_empty());
    let regions = |begun: bool| {
        let of = events.iter().filter(|event| match &event.kind {
            Kind::RegionBegun { name } => begun && **name == *"pool task",
            Kind::RegionEnded { name } => !begun && **name == *"pool task",
            _ => false,
        });
        of.count()
    };
    assert_eq!((regions(true), regions(false)), (300, 300));
}

#[test]
fn a_topic_counts_for_each_subscriber() {
    let events = events(async {
        let topic = PubSub::named("news");
        let slow = topic.subscribe("slow", 2, Policy::DropNewest).unwrap();
        for number in 0..5 {
            topic.publish(number).await.unwrap();
        }
        drop(slow);
    });
    assert_eq!(counter(&events, "news slow delivered"), [1, 2]);
    assert_eq!(counter(&events, "news slow dropped"), [1, 2, 3]);
}

/// What is displaced is no longer delivered: the counters end at the totals.
#[test]
fn a_displaced_message_counts_as_dropped_alone() {
    let events = events(async {
        let topic = PubSub::named("news");
        let slow = topic.subscribe("slow", 2, Policy::DropOldest).unwrap();
        for number in 0..5 {
            topic.publish(number).await.unwrap();
        }
        assert_eq!((slow.totals().delivered, slow.totals().dropped), (2, 3));
    });
    assert_eq!(counter(&events, "news slow delivered"), [1, 2]);
    assert_eq!(counter(&events, "news slow dropped"), [1, 2, 3]);
}
