//! Mutex and RWMutex.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use loom::future::block_on;
use loom::thread;

use super::poll_once;
use crate::memory::{Tracked, clock_moves_by, explore};
use crate::sync::{Mutex, RWMutex};

/// Longer than a waiter may lose.
const LONG_NS: u64 = 2_000_000;

/// One at a time has it, sees what the one before did, and nobody sleeps on.
/// With a clock that stands still in normal mode, with a quick one in the mode
/// that hands over.
#[test]
fn a_mutex_excludes_and_wakes() {
    for step_ns in [0, LONG_NS] {
        explore(2, move || {
            clock_moves_by(step_ns);
            let mutex = Arc::new(Mutex::new(Tracked::new(0)));
            let others = [(); 2].map(|()| {
                let mutex = mutex.clone();
                thread::spawn(move || block_on(mutex.lock()).add(1))
            });
            block_on(mutex.lock()).add(1);
            for other in others {
                other.join().unwrap();
            }
            assert_eq!(mutex.try_lock().unwrap().get(), 3);
        });
    }
}

/// Two take it twice each.
#[test]
fn a_mutex_is_taken_again() {
    for step_ns in [0, LONG_NS] {
        explore(3, move || {
            clock_moves_by(step_ns);
            let mutex = Arc::new(Mutex::new(Tracked::new(0)));
            let twice = |mutex: &Mutex<Tracked>| {
                for _ in 0..2 {
                    block_on(mutex.lock()).add(1);
                }
            };
            let other = {
                let mutex = mutex.clone();
                thread::spawn(move || twice(&mutex))
            };
            twice(&mutex);
            other.join().unwrap();
            assert_eq!(mutex.try_lock().unwrap().get(), 4);
        });
    }
}

/// A lock that is dropped while it waits, was woken, or was given it, holds up
/// nobody.
#[test]
fn a_dropped_lock_holds_up_nobody() {
    for step_ns in [0, LONG_NS] {
        explore(2, move || {
            clock_moves_by(step_ns);
            let mutex = Arc::new(Mutex::new(Tracked::new(0)));
            let others = [(); 2].map(|()| {
                let mutex = mutex.clone();
                thread::spawn(move || block_on(mutex.lock()).add(1))
            });
            {
                let mut lock = pin!(mutex.lock());
                if poll_once(lock.as_mut()).is_pending() {
                    let _ = poll_once(lock.as_mut());
                }
            }
            for other in others {
                other.join().unwrap();
            }
            assert_eq!(mutex.try_lock().unwrap().get(), 2);
        });
    }
}

/// A reader that counts itself in against a writer that looks at the counts.
#[test]
fn a_writer_excludes_readers() {
    explore(3, || {
        let lock = Arc::new(RWMutex::new(Tracked::new(0)));
        let reader = {
            let lock = lock.clone();
            thread::spawn(move || {
                assert!(block_on(lock.read()).get() < 2);
                lock.try_read().map(|seen| seen.get())
            })
        };
        block_on(lock.write()).add(1);
        reader.join().unwrap();
        assert_eq!(lock.try_write().unwrap().get(), 1);
    });
}

/// Two readers and a writer: nobody sleeps on.
#[test]
fn readers_and_a_writer_all_go_on() {
    explore(2, || {
        let lock = Arc::new(RWMutex::new(Tracked::new(0)));
        let readers = [(); 2].map(|()| {
            let lock = lock.clone();
            thread::spawn(move || block_on(lock.read()).get())
        });
        block_on(lock.write()).add(1);
        for reader in readers {
            assert!(reader.join().unwrap() <= 1);
        }
        assert!(lock.try_write().is_some());
    });
}

/// A writer that is dropped while it waits lets the readers in.
#[test]
fn a_dropped_writer_holds_up_nobody() {
    explore(3, || {
        let lock = Arc::new(RWMutex::new(Tracked::new(0)));
        let other = {
            let lock = lock.clone();
            thread::spawn(move || {
                assert_eq!(block_on(lock.read()).get(), 0);
                assert_eq!(block_on(lock.read()).get(), 0);
            })
        };
        {
            let mut write = pin!(lock.write());
            let first = poll_once(write.as_mut());
            if let Poll::Pending = first {
                let _ = poll_once(write.as_mut());
            }
        }
        other.join().unwrap();
        assert!(lock.try_write().is_some());
    });
}
