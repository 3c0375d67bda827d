//! Programs whose accesses to a cell race, and programs whose do not, each for
//! a line of the table: what is found must not depend on the schedule.

use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::ambient;
use crate::run::{Outcome, Race, Trace};
use crate::sim::{Config, Strategy};
use crate::sync::{Mutex as Lock, WaitGroup};
use crate::trace::{Event, Kind, Object, ObjectKind, Sink};
use crate::{Chan, chan, go, select};

/// A cell, as far as the detector sees it.
#[derive(Clone, Copy)]
struct Cell(Object);

impl Cell {
    #[track_caller]
    fn new() -> Self {
        let object = ambient::new_object();
        ambient::record(Location::caller(), || Kind::Made {
            object,
            kind: ObjectKind::Cell,
            name: Some("balance".into()),
            capacity: 0,
        });
        Cell(object)
    }

    #[track_caller]
    fn access(self, kind: Kind) -> impl Future<Output = ()> {
        let at = Location::caller();
        let mut kind = Some(kind);
        poll_fn(move |cx| {
            std::task::ready!(ambient::poll_preempt(cx, at));
            ambient::record(at, || kind.take().expect("polled once"));
            std::task::Poll::Ready(())
        })
    }

    #[track_caller]
    fn read(self) -> impl Future<Output = ()> {
        self.access(Kind::CellRead {
            object: self.0,
            value: 0,
        })
    }

    #[track_caller]
    fn write(self) -> impl Future<Output = ()> {
        self.access(Kind::CellWritten {
            object: self.0,
            value: 0,
        })
    }
}

type Main = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The races of `program` in each of many schedules.
fn races(program: fn() -> Main) -> Vec<Vec<Race>> {
    (0..60)
        .map(|seed| {
            let config = Config {
                seed: Some(seed),
                strategy: match seed % 2 {
                    0 => Strategy::Random,
                    _ => Strategy::Pct { depth: 3 },
                },
                ..Config::default()
            };
            let report = crate::sim::run(config, program()).report;
            assert!(matches!(report.outcome, Outcome::Completed(())));
            report.findings.races
        })
        .collect()
}

fn always_race(program: fn() -> Main) {
    for races in races(program) {
        assert!(!races.is_empty());
        let race = &races[0];
        assert_eq!(race.object_name.as_deref(), Some("balance"));
        assert!(race.first.writes || race.second.writes);
        assert_ne!(race.first.g, race.second.g);
        assert!(race.second.at.unwrap().file().ends_with("tests.rs"));
    }
}

fn never_race(program: fn() -> Main) {
    for races in races(program) {
        assert_eq!(races, []);
    }
}

/// Two writers, whatever the schedule does with them.
#[test]
fn what_nothing_orders_races_in_every_schedule() {
    always_race(|| {
        Box::pin(async {
            let (cell, group) = (Cell::new(), WaitGroup::new());
            for _ in 0..2 {
                group.go(cell.write());
            }
            group.wait().await;
        })
    });
}

#[test]
fn a_read_races_with_a_write_and_not_with_a_read() {
    always_race(|| {
        Box::pin(async {
            let cell = Cell::new();
            let (done, read) = (chan(0), cell.read());
            let sender = done.clone();
            go(async move {
                read.await;
                sender.send(()).await;
            });
            cell.write().await;
            done.recv().await;
        })
    });
    never_race(|| {
        Box::pin(async {
            let (cell, group) = (Cell::new(), WaitGroup::new());
            cell.write().await;
            for _ in 0..3 {
                group.go(cell.read());
            }
            cell.read().await;
            group.wait().await;
            // After all of them, also if the wait did not have to wait.
            cell.write().await;
        })
    });
}

/// The value of a channel orders what was before its send; nothing orders what
/// comes after it.
#[test]
fn a_send_is_before_its_receive() {
    for capacity in 0..3 {
        let program: fn() -> Main = match capacity {
            0 => || Box::pin(passes_on(chan(0))),
            1 => || Box::pin(passes_on(chan(1))),
            _ => || Box::pin(passes_on(chan(2))),
        };
        never_race(program);
    }
    always_race(|| {
        Box::pin(async {
            let (cell, ch, done) = (Cell::new(), chan(1), chan(1));
            let (sender, end) = (ch.clone(), done.clone());
            go(async move {
                sender.send(()).await;
                cell.write().await;
                end.send(()).await;
            });
            ch.recv().await;
            cell.write().await;
            done.recv().await;
        })
    });
}

async fn passes_on(ch: Chan<()>) {
    let cell = Cell::new();
    for _ in 0..3 {
        let ch = ch.clone();
        go(async move {
            // What was in the cell before comes with the value.
            ch.recv().await;
            cell.write().await;
            ch.send(()).await;
        });
    }
    cell.write().await;
    ch.send(()).await;
    // Its own, or the last one's: both are after what they follow.
    if ch.cap() == 0 {
        ch.recv().await;
        cell.read().await;
    }
}

/// A semaphore made of a channel: the receive `k` is before the send `k + C`.
#[test]
fn a_full_buffer_excludes() {
    never_race(|| {
        Box::pin(async {
            let (cell, place, group) = (Cell::new(), chan(1), WaitGroup::new());
            for _ in 0..3 {
                let place = place.clone();
                group.go(async move {
                    place.send(()).await;
                    cell.write().await;
                    place.recv().await;
                });
            }
            group.wait().await;
        })
    });
    always_race(|| {
        Box::pin(async {
            let (cell, places, group) = (Cell::new(), chan(2), WaitGroup::new());
            for _ in 0..2 {
                let places = places.clone();
                group.go(async move {
                    places.send(()).await;
                    cell.write().await;
                    places.recv().await;
                });
            }
            group.wait().await;
        })
    });
}

/// Without a buffer a receive is before the end of its send, and the end of a
/// channel before who sees it.
#[test]
fn a_receive_is_before_the_end_of_its_send_and_a_close_before_who_sees_it() {
    never_race(|| {
        Box::pin(async {
            let (cell, ch) = (Cell::new(), chan(0));
            let receiver = ch.clone();
            go(async move {
                cell.write().await;
                receiver.recv().await;
            });
            ch.send(()).await;
            cell.write().await;
            let closes = ch.clone();
            go(async move {
                cell.write().await;
                closes.close();
            });
            select! {
                _ = ch.recv() => {}
                _ = Chan::<()>::nil().recv() => {}
            }
            cell.write().await;
        })
    });
}

#[test]
fn a_lock_orders_and_a_lock_beside_it_does_not() {
    never_race(|| {
        Box::pin(async {
            let (cell, group) = (Cell::new(), WaitGroup::new());
            let lock = Arc::new(Lock::new(()));
            for _ in 0..3 {
                let lock = lock.clone();
                group.go(async move {
                    for _ in 0..2 {
                        let _held = lock.lock().await;
                        cell.read().await;
                        cell.write().await;
                    }
                });
            }
            group.wait().await;
            cell.write().await;
        })
    });
    always_race(|| {
        Box::pin(async {
            let (cell, group) = (Cell::new(), WaitGroup::new());
            for _ in 0..2 {
                group.go(async move {
                    let lock = Lock::new(());
                    let _held = lock.lock().await;
                    cell.write().await;
                });
            }
            group.wait().await;
        })
    });
}

/// A timer orders what was before it was set; a sleep orders nothing.
#[test]
fn time_alone_orders_nothing() {
    never_race(|| {
        Box::pin(async {
            let (cell, done) = (Cell::new(), chan(1));
            cell.write().await;
            let fired = crate::time::after(Duration::from_millis(1));
            go(async move {
                fired.recv().await;
                cell.write().await;
                done.send(()).await;
            });
        })
    });
    always_race(|| {
        Box::pin(async {
            let (cell, done) = (Cell::new(), chan(1));
            let end = done.clone();
            go(async move {
                cell.write().await;
                end.send(()).await;
            });
            crate::time::sleep(Duration::from_secs(1)).await;
            cell.write().await;
            done.recv().await;
        })
    });
}

/// Accesses to atomics order by what is read.
#[test]
fn an_atomic_orders_who_reads_what_was_written() {
    use crate::trace::{AtomicOp, Place};
    let event = |g, kind| Event {
        t_ns: 0,
        p: 0,
        g,
        at: None::<Place>,
        kind,
    };
    let made = event(
        1,
        Kind::Made {
            object: 1,
            kind: ObjectKind::Cell,
            name: None,
            capacity: 0,
        },
    );
    let atomic = |g, op, ok| {
        let value = 0;
        event(
            g,
            Kind::Atomic {
                object: 2,
                op,
                value,
                ok,
            },
        )
    };
    let written = |g| {
        event(
            g,
            Kind::CellWritten {
                object: 1,
                value: 0,
            },
        )
    };
    let races = |between: &[Event]| {
        let mut races = super::Races::default();
        let mut events = vec![made.clone(), written(1)];
        events.extend_from_slice(between);
        events.push(written(2));
        events.iter().filter_map(|event| races.see(event)).count()
    };
    use AtomicOp::{Add, CompareAndSwap, Load, Store};
    assert_eq!(races(&[]), 1);
    assert_eq!(races(&[atomic(1, Store, true), atomic(2, Load, true)]), 0);
    assert_eq!(races(&[atomic(1, Add, true), atomic(2, Add, true)]), 0);
    assert_eq!(races(&[atomic(1, Store, true), atomic(2, Store, true)]), 1);
    assert_eq!(races(&[atomic(1, Load, true), atomic(2, Load, true)]), 1);
    let failed = atomic(1, CompareAndSwap, false);
    assert_eq!(races(&[failed, atomic(2, Load, true)]), 1);
    let overwritten = [
        atomic(1, Store, true),
        atomic(3, Store, true),
        atomic(2, Load, true),
    ];
    assert_eq!(races(&overwritten), 1);
}

/// A race is an event right after the access at which it was seen.
#[test]
fn a_race_is_recorded_where_it_is_seen() {
    struct Memory(Arc<Mutex<Vec<Event>>>);
    impl Sink for Memory {
        fn events(&mut self, events: &[Event]) {
            self.0.lock().unwrap().extend_from_slice(events);
        }
        fn dropped(&mut self, _from_ns: u64, _to_ns: u64, _count: u64) {}
    }
    let events = Arc::new(Mutex::new(Vec::new()));
    let config = Config {
        seed: Some(1),
        trace: Some(Trace {
            sink: Box::new(Memory(events.clone())),
            max_events: 1_000,
        }),
        ..Config::default()
    };
    crate::sim::run(config, async {
        let (cell, group) = (Cell::new(), WaitGroup::new());
        for _ in 0..2 {
            group.go(cell.write());
        }
        group.wait().await;
    });
    let events = events.lock().unwrap();
    let raced = |event: &Event| matches!(event.kind, Kind::Raced { .. });
    let place = events.iter().position(raced).unwrap();
    let (access, race) = (&events[place - 1], &events[place]);
    assert!(matches!(access.kind, Kind::CellWritten { .. }));
    assert_eq!(
        (access.g, access.at, access.t_ns),
        (race.g, race.at, race.t_ns)
    );
    let Kind::Raced {
        other, other_at, ..
    } = race.kind
    else {
        unreachable!();
    };
    assert_eq!((other + race.g, other_at), (5, race.at));
}
