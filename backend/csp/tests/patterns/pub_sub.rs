//! `PubSub`: to each its own, and what is dropped is counted.

use csp::patterns::{Policy, PubSub, SubscribeError, SubscriberTotals, TopicClosed};
use csp::sync::WaitGroup;
use csp::{RecvError, chan};

use super::begin;

async fn each_subscriber_gets_every_message_in_order() {
    let (topic, group) = (PubSub::new(), WaitGroup::new());
    for id in 0..4 {
        let mut news = topic
            .subscribe(format!("{id}"), id + 1, Policy::Block)
            .unwrap();
        group.go(async move {
            for number in 0..200 {
                assert_eq!(news.recv().await, Some(number));
            }
            assert_eq!(news.recv().await, None);
            assert_eq!(news.totals().delivered, 200);
        });
    }
    for number in 0..200 {
        let published = topic.publish(number).await.unwrap();
        assert_eq!((published.delivered, published.dropped), (4, 0));
    }
    topic.close();
    group.wait().await;
}

async fn several_publishers_lose_nothing() {
    let (topic, group, sums) = (PubSub::new(), WaitGroup::new(), chan(3));
    for id in ["a", "b", "c"] {
        let (mut news, to) = (
            topic.subscribe(id, 2, Policy::Block).unwrap(),
            sums.sender(),
        );
        group.go(async move {
            let mut sum = 0;
            while let Some(number) = news.recv().await {
                sum += number;
            }
            to.send(sum).await;
        });
    }
    let publishers = WaitGroup::new();
    for publisher in 0..4_u64 {
        let topic = topic.clone();
        publishers.go(async move {
            for number in publisher * 50..(publisher + 1) * 50 {
                topic.publish(number).await.unwrap();
            }
        });
    }
    publishers.wait().await;
    topic.close();
    group.wait().await;
    for _ in 0..3 {
        assert_eq!(sums.recv().await, Some((0..200).sum()));
    }
}

async fn who_is_full_loses_the_newest_or_the_oldest() {
    let topic = PubSub::new();
    let mut newest = topic.subscribe("newest", 3, Policy::DropNewest).unwrap();
    let mut oldest = topic.subscribe("oldest", 3, Policy::DropOldest).unwrap();
    for number in 0..10 {
        let published = topic.publish(number).await.unwrap();
        let (delivered, dropped) = if number < 3 { (2, 0) } else { (1, 2) };
        assert_eq!(published.delivered, delivered);
        assert_eq!(published.dropped, dropped);
    }
    topic.close();
    for number in [0, 1, 2] {
        assert_eq!(newest.recv().await, Some(number));
    }
    for number in [7, 8, 9] {
        assert_eq!(oldest.recv().await, Some(number));
    }
    let totals = SubscriberTotals {
        delivered: 3,
        dropped: 7,
    };
    assert_eq!((newest.totals(), oldest.totals()), (totals, totals));
    assert_eq!(newest.try_recv(), Err(RecvError::Closed));
}

/// Of three that are full, one makes room, and the publish is given up before
/// it has seen that.
async fn a_publish_that_is_given_up_is_counted() {
    let topic = PubSub::new();
    let mut subscribers = ["a", "b", "c"].map(|id| topic.subscribe(id, 1, Policy::Block).unwrap());
    topic.publish(0).await.unwrap();
    let mut waits = Box::pin(topic.publish(1));
    assert!(begin(waits.as_mut()).await.is_pending());
    assert_eq!(subscribers[0].recv().await, Some(0));
    drop(waits);
    let totals = subscribers.each_ref().map(|news| news.totals());
    let counts = totals.map(|totals| (totals.delivered, totals.dropped));
    assert_eq!(counts, [(2, 0), (1, 1), (1, 1)]);
    assert_eq!(subscribers[0].recv().await, Some(1));
    topic.close();
    for news in &mut subscribers[1..] {
        assert_eq!((news.recv().await, news.recv().await), (Some(0), None));
    }
}

async fn a_publisher_waits_for_who_blocks_and_for_nobody_else() {
    let topic = PubSub::new();
    let mut slow = topic.subscribe("slow", 1, Policy::Block).unwrap();
    let mut quick = topic.subscribe("quick", 10, Policy::DropNewest).unwrap();
    topic.publish(0).await.unwrap();
    let mut waits = Box::pin(topic.publish(1));
    assert!(begin(waits.as_mut()).await.is_pending());
    // Those with room have the message while it waits.
    assert_eq!(quick.try_recv(), Ok(0));
    assert_eq!(quick.try_recv(), Ok(1));
    assert_eq!(slow.recv().await, Some(0));
    assert_eq!(waits.await.unwrap().delivered, 2);
    assert_eq!(slow.recv().await, Some(1));
}

async fn a_publisher_that_waits_goes_on_when_the_slow_one_leaves() {
    let topic = PubSub::new();
    let slow = topic.subscribe("slow", 1, Policy::Block).unwrap();
    let slower = topic.subscribe("slower", 1, Policy::Block).unwrap();
    topic.publish(0).await.unwrap();
    let mut waits = Box::pin(topic.publish(1));
    assert!(begin(waits.as_mut()).await.is_pending());
    assert!(topic.unsubscribe("slow"));
    assert!(begin(waits.as_mut()).await.is_pending());
    drop(slower);
    let published = waits.await.unwrap();
    assert_eq!((published.delivered, published.dropped), (0, 2));
    assert_eq!(slow.totals().dropped, 1);
}

async fn a_second_subscription_of_an_id_is_refused() {
    let topic = PubSub::<i32>::new();
    let first = topic.subscribe("a", 1, Policy::DropNewest).unwrap();
    let second = topic.subscribe("a", 1, Policy::DropNewest);
    assert_eq!(second.err(), Some(SubscribeError::Duplicate));
    assert_eq!(first.id(), "a");
    drop(first);
    assert!(!topic.unsubscribe("a"));
    let again = topic.subscribe("a", 1, Policy::DropNewest).unwrap();
    assert_eq!(topic.subscribers().len(), 1);
    drop(again);
}

async fn who_is_taken_off_receives_what_is_in_the_queue() {
    let topic = PubSub::new();
    let mut news = topic.subscribe("a", 4, Policy::DropNewest).unwrap();
    topic.publish('x').await.unwrap();
    assert!(topic.unsubscribe("a"));
    topic.publish('y').await.unwrap();
    assert_eq!(news.recv().await, Some('x'));
    assert_eq!(news.recv().await, None);
}

async fn a_closed_topic_takes_nothing() {
    let topic = PubSub::new();
    topic.close();
    topic.close();
    assert_eq!(topic.publish(7).await, Err(TopicClosed(7)));
    let refused = topic.subscribe("a", 1, Policy::Block);
    assert_eq!(refused.err(), Some(SubscribeError::Closed));
}

async fn a_receive_that_is_dropped_loses_nothing() {
    let topic = PubSub::new();
    let mut news = topic.subscribe("a", 2, Policy::Block).unwrap();
    for number in 0..20 {
        {
            let mut waits = Box::pin(news.recv());
            assert!(begin(waits.as_mut()).await.is_pending());
            // In every other turn it has been woken by the time it goes away.
            if number % 2 == 0 {
                topic.publish(number).await.unwrap();
            }
        }
        if number % 2 == 1 {
            topic.publish(number).await.unwrap();
        }
        assert_eq!(news.recv().await, Some(number));
    }
}

mod tests {
    crate::promises! {
        each_subscriber_gets_every_message_in_order
        several_publishers_lose_nothing
        who_is_full_loses_the_newest_or_the_oldest
        a_publish_that_is_given_up_is_counted
        a_publisher_waits_for_who_blocks_and_for_nobody_else
        a_publisher_that_waits_goes_on_when_the_slow_one_leaves
        a_second_subscription_of_an_id_is_refused
        who_is_taken_off_receives_what_is_in_the_queue
        a_closed_topic_takes_nothing
        a_receive_that_is_dropped_loses_nothing
    }
}
