//! The lock-free stacks: each value comes out once; or, on purpose, not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use csp::chan;
use csp::patterns::{AbaStack, EpochStack, TaggedStack};
use csp::sync::WaitGroup;
use csp::yield_now;

/// Goroutines that push and pop at once.
const GOROUTINES: u64 = 4;
/// Values of each.
const VALUES: u64 = if cfg!(miri) { 20 } else { 500 };

/// Pushes from several goroutines, pops from several, and asserts that all came
/// out once.
async fn each_once<S: Send + Sync + 'static>(
    stack: Arc<S>,
    push: fn(&S, u64),
    pop: fn(&S) -> Option<u64>,
) {
    let (group, popped) = (WaitGroup::new(), chan(GOROUTINES as usize));
    for goroutine in 0..GOROUTINES {
        let (stack, popped) = (stack.clone(), popped.clone());
        group.go(async move {
            let mut got = Vec::new();
            for number in 0..VALUES {
                push(&stack, goroutine * VALUES + number);
                if number % 3 > 0 {
                    got.extend(pop(&stack));
                }
                if number % 50 == 0 {
                    yield_now().await;
                }
            }
            popped.send(got).await;
        });
    }
    group.wait().await;
    let mut all: Vec<_> = std::iter::from_fn(|| pop(&stack)).collect();
    for _ in 0..GOROUTINES {
        all.extend(popped.recv().await.unwrap());
    }
    all.sort_unstable();
    assert!(all.into_iter().eq(0..GOROUTINES * VALUES));
}

async fn a_tagged_stack_gives_each_value_once() {
    let stack = Arc::new(TaggedStack::new((GOROUTINES * VALUES) as usize));
    each_once(stack, |s, v| s.push(v).unwrap(), |s| s.pop()).await;
}

async fn an_epoch_stack_gives_each_value_once() {
    let stack = Arc::new(EpochStack::new());
    each_once(stack, |s, v| s.push(v), |s| s.pop()).await;
}

async fn a_full_tagged_stack_gives_the_value_back() {
    let stack = TaggedStack::new(2);
    assert!(stack.is_empty());
    for round in 0..5 {
        assert_eq!(stack.push("a"), Ok(()));
        assert_eq!(stack.push("b"), Ok(()));
        assert_eq!(stack.push("c"), Err("c"), "round {round}");
        assert_eq!(stack.pop(), Some("b"));
        assert_eq!(stack.pop(), Some("a"));
        assert_eq!(stack.pop(), None);
        // Others take the slots that this P keeps at hand.
        yield_now().await;
    }
    assert_eq!((stack.capacity(), stack.retries()), (2, 0));
    assert_eq!(TaggedStack::new(0).push(1), Err(1));
}

/// Values own things, and are dropped once.
async fn what_is_left_in_a_stack_is_dropped_with_it() {
    struct Counts(Arc<AtomicUsize>);
    impl Drop for Counts {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    let value = || Counts(dropped.clone());
    let (tagged, epoch) = (TaggedStack::new(4), EpochStack::new());
    for _ in 0..3 {
        assert!(tagged.push(value()).is_ok());
        epoch.push(value());
    }
    drop((tagged.pop(), epoch.pop()));
    assert_eq!(dropped.load(Ordering::Relaxed), 2);
    drop((tagged, epoch));
    assert_eq!(dropped.load(Ordering::Relaxed), 6);
}

/// A, B, A: the swap goes through, and what lay below is wrong.
async fn without_a_tag_a_stack_breaks() {
    let stack = AbaStack::new(3);
    for value in [1, 2, 3] {
        stack.push(value).unwrap();
    }
    assert!(stack.audit().is_sound());
    let begun = stack.begin_pop().unwrap();
    // Meanwhile others take both off, and the first slot is used again.
    assert_eq!((stack.pop(), stack.pop()), (Some(3), Some(2)));
    stack.push(4).unwrap();
    // It gets a value that has gone already, and 4 is lost.
    assert_eq!(stack.end_pop(begun), Some(3));
    let audit = stack.audit();
    assert!(!audit.is_sound());
    assert_eq!(audit.linked_and_free.len(), 1);
    assert_eq!(stack.retries(), 0);
    // The value below had gone too, and comes a second time.
    assert_eq!(stack.pop(), Some(2));
}

/// The same with a tag: it does not go through.
async fn with_a_tag_it_does_not() {
    let stack = TaggedStack::new(3);
    for value in [1, 2, 3] {
        stack.push(value).unwrap();
    }
    let begun = stack.begin_pop().unwrap();
    assert_eq!((stack.pop(), stack.pop()), (Some(3), Some(2)));
    stack.push(4).unwrap();
    assert_eq!((begun.end(), stack.retries()), (None, 1));
    let begun = stack.begin_pop().unwrap();
    assert_eq!((begun.end(), stack.pop()), (Some(4), Some(1)));
    assert!(stack.begin_pop().is_none());
}

/// An honest pop notices whatever moves the top.
async fn a_pop_that_is_overtaken_begins_again() {
    let stack = AbaStack::new(3);
    stack.push(1).unwrap();
    let begun = stack.begin_pop().unwrap();
    stack.push(2).unwrap();
    assert_eq!(stack.end_pop(begun), None);
    assert_eq!(stack.retries(), 1);
    assert_eq!((stack.pop(), stack.pop()), (Some(2), Some(1)));
    assert!(stack.pop().is_none() && stack.audit().is_sound());
}

mod tests {
    crate::promises! {
        a_tagged_stack_gives_each_value_once
        an_epoch_stack_gives_each_value_once
        a_full_tagged_stack_gives_the_value_back
        what_is_left_in_a_stack_is_dropped_with_it
        without_a_tag_a_stack_breaks
        with_a_tag_it_does_not
        a_pop_that_is_overtaken_begins_again
    }
}
