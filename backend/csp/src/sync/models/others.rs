//! Semaphore, Once, WaitGroup and Cond.

use std::pin::pin;
use std::sync::Arc;

use loom::future::block_on;
use loom::thread;

use super::poll_once;
use crate::memory::{Tracked, explore};
use crate::sync::{Once, Semaphore, WaitGroup};

/// What one gives back another gets; one that is dropped takes nothing along.
#[test]
fn a_semaphore_loses_nothing() {
    explore(2, || {
        let semaphore = Semaphore::new(1);
        let guarded = Arc::new(Tracked::new(0));
        let others = [(); 2].map(|()| {
            let (semaphore, guarded) = (semaphore.clone(), guarded.clone());
            thread::spawn(move || {
                block_on(semaphore.acquire(1));
                guarded.add(1);
                semaphore.release(1);
            })
        });
        let taken = {
            let mut acquire = pin!(semaphore.acquire(1));
            poll_once(acquire.as_mut()).is_ready()
        };
        if taken {
            guarded.add(1);
            semaphore.release(1);
        }
        for other in others {
            other.join().unwrap();
        }
        assert!(semaphore.try_acquire(1));
        assert_eq!(guarded.get(), 2 + u32::from(taken));
    });
}

/// mem: the call of a Once comes before the return of any.
#[test]
fn a_once_is_done_before_anybody_goes_on() {
    explore(3, || {
        let once = Arc::new((Once::new(), Tracked::new(0)));
        let other = {
            let once = once.clone();
            thread::spawn(move || {
                let called = once.clone();
                block_on(once.0.call_once(async move { called.1.add(1) }));
                assert_eq!(once.1.get(), 1);
            })
        };
        let called = once.clone();
        block_on(once.0.call_once(async move { called.1.add(1) }));
        assert_eq!(once.1.get(), 1);
        other.join().unwrap();
    });
}

/// mem: a call of Done comes before the return of the Wait that it ends.
#[test]
fn a_wait_group_wakes_who_waits() {
    explore(2, || {
        let group = WaitGroup::new();
        let done = [(); 2].map(|()| Arc::new(Tracked::new(0)));
        group.add(2);
        let others = done.clone().map(|done| {
            let group = group.clone();
            thread::spawn(move || {
                done.add(1);
                group.done();
            })
        });
        block_on(group.wait());
        assert_eq!(done.map(|done| done.get()), [1, 1]);
        for other in others {
            other.join().unwrap();
        }
    });
}
