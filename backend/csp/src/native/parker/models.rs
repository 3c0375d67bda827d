//! How a thread sleeps and is woken, in every order.

use std::sync::Arc;

use loom::thread;

use super::Parker;
use crate::memory::{Tracked, explore};

/// Whatever the order of registering, sleeping and waking, a sleeper wakes, and
/// sees what was done before it was woken.
#[test]
fn no_notification_is_lost() {
    explore(4, || {
        let parker = Arc::new((Parker::default(), Tracked::new(0)));
        let sleeper = {
            let parker = parker.clone();
            thread::spawn(move || {
                parker.0.register();
                assert!(parker.0.park(None));
                assert_eq!(parker.1.get(), 1);
            })
        };
        parker.1.add(1);
        parker.0.notify();
        sleeper.join().unwrap();
    });
}

/// Two that notify wake it at least once, and a second sleep needs a
/// notification of after the first.
#[test]
fn a_second_sleep_is_woken_too() {
    explore(3, || {
        let parker = Arc::new(Parker::default());
        let sleeper = {
            let parker = parker.clone();
            thread::spawn(move || {
                parker.register();
                assert!(parker.park(None));
                parker.notify();
                assert!(parker.park(None));
            })
        };
        let other = {
            let parker = parker.clone();
            thread::spawn(move || parker.notify())
        };
        parker.notify();
        other.join().unwrap();
        sleeper.join().unwrap();
    });
}
