//! The state of everything against a plain program that makes its events.

use std::collections::VecDeque;

use proptest::prelude::*;
use protocol::event::{NO_GOROUTINE, NO_P, NO_PLACE};
use protocol::{AtomicOp, Frame, Kind, LockMode, ObjectKind, Value};

use super::*;
use crate::model::Model;

const OBJECT: u32 = 7;
const SEND: &[Reason] = &[Reason::ChanSend];
const RECEIVE: &[Reason] = &[Reason::ChanReceive];

fn on(p: u16, g: u32, kind: Kind) -> Event {
    Event {
        t_ns: 0,
        p,
        g,
        at: NO_PLACE,
        kind,
    }
}

fn event(g: u32, kind: Kind) -> Event {
    on(0, g, kind)
}

fn made(kind: ObjectKind, capacity: u32) -> Event {
    let (object, name) = (OBJECT, None);
    event(
        1,
        Kind::Made {
            object,
            kind,
            name,
            capacity,
        },
    )
}

fn blocked(g: u32, reason: Reason) -> Event {
    let object = OBJECT;
    event(g, Kind::Blocked { reason, object })
}

fn woken(g: u32, woken: u32) -> Event {
    let object = OBJECT;
    event(g, Kind::Woken { woken, object })
}

fn world_of(events: &[Event]) -> World {
    let mut world = World::default();
    for (t_ns, event) in (1..).zip(events) {
        let event = Event {
            t_ns,
            ..event.clone()
        };
        world.take(News::Event(&event));
    }
    world
}

fn object(world: &World) -> &Object {
    world.objects.get(OBJECT).expect("it was made")
}

fn ring(world: &World) -> &Ring {
    match &object(world).is {
        Is::Channel(ring) => ring,
        other => panic!("{other:?}"),
    }
}

fn held(world: &World) -> &Held {
    match &object(world).is {
        Is::Lock(held) => held,
        other => panic!("{other:?}"),
    }
}

fn queue(world: &World, reasons: &[Reason]) -> Vec<u32> {
    world.waiting(object(world), reasons).collect()
}

/// A channel as Go has it, which says what happens.
#[derive(Default)]
struct Plain {
    capacity: usize,
    ring: VecDeque<i64>,
    returned: VecDeque<i64>,
    recvx: usize,
    senders: VecDeque<(u32, i64)>,
    receivers: VecDeque<u32>,
    next: i64,
    events: Vec<Event>,
}

impl Plain {
    fn new(capacity: usize) -> Plain {
        Plain {
            capacity,
            events: vec![made(ObjectKind::Channel, capacity as u32)],
            ..Plain::default()
        }
    }

    fn say(&mut self, g: u32, kind: Kind) {
        self.events.push(event(g, kind));
    }

    fn len(&self) -> u32 {
        (self.ring.len() + self.returned.len()) as u32
    }

    fn says_sent(&mut self, g: u32, value: i64, to: u32) {
        let (object, len) = (OBJECT, self.len());
        let value = Some(Value::Int(value));
        self.say(
            g,
            Kind::Sent {
                object,
                len,
                value,
                to,
            },
        );
    }

    fn says_received(&mut self, g: u32, value: i64, from: u32) {
        let (object, len) = (OBJECT, self.len());
        let value = Some(Value::Int(value));
        self.say(
            g,
            Kind::Received {
                object,
                len,
                value,
                from,
                ok: true,
            },
        );
    }

    fn is_busy(&self, g: u32) -> bool {
        self.receivers.contains(&g) || self.senders.iter().any(|(sender, _)| *sender == g)
    }

    fn send(&mut self, g: u32) {
        self.say(g, Kind::Started);
        self.next += 1;
        let value = self.next;
        if let Some(receiver) = self.receivers.pop_front() {
            self.says_sent(g, value, receiver);
            self.says_received(receiver, value, g);
            self.events.push(woken(g, receiver));
        } else if self.ring.len() < self.capacity {
            self.ring.push_back(value);
            self.says_sent(g, value, NO_GOROUTINE);
        } else {
            self.senders.push_back((g, value));
            self.events.push(blocked(g, Reason::ChanSend));
        }
    }

    fn receive(&mut self, g: u32) {
        self.say(g, Kind::Started);
        let returned = self.returned.pop_front();
        let first = returned.or_else(|| {
            let first = self.ring.pop_front()?;
            self.recvx = (self.recvx + 1) % self.capacity;
            Some(first)
        });
        if let Some(value) = first {
            self.says_received(g, value, NO_GOROUTINE);
            if self.ring.len() < self.capacity
                && let Some((sender, next)) = self.senders.pop_front()
            {
                self.ring.push_back(next);
                self.says_sent(sender, next, NO_GOROUTINE);
                self.events.push(woken(g, sender));
            }
        } else if let Some((sender, value)) = self.senders.pop_front() {
            self.says_sent(sender, value, g);
            self.says_received(g, value, sender);
            self.events.push(woken(g, sender));
        } else {
            self.receivers.push_back(g);
            self.events.push(blocked(g, Reason::ChanReceive));
        }
    }

    /// A receive that had got a value was dropped.
    fn give_back(&mut self, g: u32) {
        if !self.receivers.is_empty() {
            return;
        }
        self.next += 1;
        self.returned.push_front(self.next);
        let (object, len) = (OBJECT, self.len());
        self.say(g, Kind::Returned { object, len });
    }
}

proptest! {
    #[test]
    fn a_ring_is_as_the_channel_has_it(
        capacity in 0usize..5,
        steps in prop::collection::vec((1u32..7, 0u8..21), 0..150),
    ) {
        let mut plain = Plain::new(capacity);
        for (g, act) in steps {
            match act {
                _ if plain.is_busy(g) => {}
                0 => plain.give_back(g),
                1..11 => plain.send(g),
                _ => plain.receive(g),
            }
        }
        let world = world_of(&plain.events);
        let ring = ring(&world);
        prop_assert_eq!(ring.len, Some(plain.len()));
        prop_assert_eq!(ring.recvx, Some(plain.recvx as u32));
        let sendx = (plain.recvx + plain.ring.len()).checked_rem(capacity).unwrap_or(0);
        prop_assert_eq!(ring.sendx(), Some(sendx as u32));
        // What came back is told without its value.
        let back = plain.returned.iter().map(|_| None);
        let held: Vec<_> = back
            .chain(plain.ring.iter().map(|value| Some(Value::Int(*value))))
            .collect();
        prop_assert_eq!(Vec::from(ring.held.clone()), held);
        let senders: Vec<u32> = plain.senders.iter().map(|(g, _)| *g).collect();
        prop_assert_eq!(queue(&world, SEND), senders);
        prop_assert_eq!(queue(&world, RECEIVE), Vec::from(plain.receivers.clone()));

        let mut model = Model::new();
        let first_seq = 0;
        model.apply(&Frame::Events { first_seq, events: plain.events.clone() });
        let channel = model.channel(OBJECT).expect("made");
        let waiting = (channel.waiting_senders, channel.waiting_receivers);
        prop_assert_eq!(waiting, (plain.senders.len() as u32, plain.receivers.len() as u32));
        // Without a buffer the model does not follow what came back.
        if capacity > 0 {
            prop_assert_eq!(Some(channel.len()), ring.len);
        }
    }
}

#[test]
fn a_ring_forgets_what_nobody_looks_at_and_counts_it() {
    let mut ring = Ring::new(1_000_000);
    for len in 1..=ring::MAX_HELD + 10 {
        ring.sent(len, Some(Value::Int(i64::from(len))));
    }
    assert_eq!(ring.held.len(), ring::MAX_HELD as usize);
    assert_eq!(ring.len, Some(ring::MAX_HELD + 10));
    for len in (0..ring::MAX_HELD + 10).rev() {
        ring.received(len);
    }
    assert_eq!((ring.len, ring.held.len()), (Some(0), 0));
    assert_eq!(ring.recvx, ring.sendx());
    // A length that makes no sense costs no memory.
    ring.received(u32::MAX);
    assert_eq!(ring.held.len(), ring::MAX_HELD as usize);
}

#[test]
fn a_sender_that_is_polled_in_vain_keeps_its_place() {
    let world = world_of(&[
        made(ObjectKind::Channel, 0),
        blocked(2, Reason::ChanSend),
        blocked(3, Reason::ChanSend),
        event(2, Kind::Started),
    ]);
    assert_eq!(queue(&world, SEND), [3]);
    let world = world_of(&[
        made(ObjectKind::Channel, 0),
        blocked(2, Reason::ChanSend),
        blocked(3, Reason::ChanSend),
        event(2, Kind::Started),
        blocked(2, Reason::ChanSend),
    ]);
    assert_eq!(queue(&world, SEND), [2, 3]);
}

#[test]
fn a_mutex_has_a_holder_and_a_queue() {
    let locked = |g| {
        let (object, mode) = (OBJECT, LockMode::Write);
        event(g, Kind::Locked { object, mode })
    };
    let unlocked = |g, to| {
        let (object, mode) = (OBJECT, LockMode::Write);
        event(g, Kind::Unlocked { object, mode, to })
    };
    let mut events = vec![
        made(ObjectKind::Mutex, 0),
        locked(2),
        blocked(3, Reason::Mutex),
        blocked(4, Reason::Mutex),
    ];
    let world = world_of(&events);
    assert_eq!(held(&world).writer, 2);
    assert_eq!(queue(&world, &[Reason::Mutex]), [3, 4]);
    // 3 is woken to compete, 2 is quicker, and 3 goes back to the front.
    events.extend([
        unlocked(2, 0),
        woken(2, 3),
        locked(2),
        event(3, Kind::Started),
        blocked(3, Reason::Mutex),
    ]);
    let world = world_of(&events);
    assert_eq!(queue(&world, &[Reason::Mutex]), [3, 4]);
    // Handed over.
    events.extend([unlocked(2, 3), locked(3), woken(2, 3)]);
    let world = world_of(&events);
    assert_eq!(held(&world).writer, 3);
    assert_eq!(queue(&world, &[Reason::Mutex]), [4]);
}

#[test]
fn readers_share_a_lock_and_a_writer_has_it_alone() {
    let locked = |g, mode| {
        event(
            g,
            Kind::Locked {
                object: OBJECT,
                mode,
            },
        )
    };
    let unlocked = |g, mode| {
        let (object, to) = (OBJECT, 0);
        event(g, Kind::Unlocked { object, mode, to })
    };
    let mut events = vec![
        made(ObjectKind::RwMutex, 0),
        locked(2, LockMode::Read),
        locked(3, LockMode::Read),
        blocked(4, Reason::RwMutexWrite),
        blocked(5, Reason::RwMutexRead),
        unlocked(2, LockMode::Read),
    ];
    let world = world_of(&events);
    assert_eq!(held(&world).readers, [3]);
    assert_eq!(queue(&world, &[Reason::RwMutexWrite]), [4]);
    assert_eq!(queue(&world, &[Reason::RwMutexRead]), [5]);
    events.extend([unlocked(3, LockMode::Read), locked(4, LockMode::Write)]);
    let world = world_of(&events);
    assert_eq!((held(&world).writer, held(&world).readers.len()), (4, 0));
}

#[test]
fn other_objects_have_their_last_value() {
    let with = |kind, capacity, happened: Vec<Kind>| {
        let happened = happened.into_iter().map(|kind| event(2, kind));
        let events: Vec<Event> = [made(kind, capacity)].into_iter().chain(happened).collect();
        object(&world_of(&events)).is.clone()
    };
    let object = OBJECT;
    let added = Kind::Added {
        object,
        delta: 2,
        counter: 2,
    };
    let group = Is::WaitGroup { counter: Some(2) };
    assert_eq!(with(ObjectKind::WaitGroup, 0, vec![added]), group);
    let acquired = Kind::Acquired {
        object,
        count: 2,
        free: 3,
    };
    let semaphore = |free| Is::Semaphore { size: 5, free };
    assert_eq!(with(ObjectKind::Semaphore, 5, vec![]), semaphore(Some(5)));
    assert_eq!(
        with(ObjectKind::Semaphore, 5, vec![acquired]),
        semaphore(Some(3))
    );
    let done = Kind::Initialised { object };
    assert_eq!(
        with(ObjectKind::Once, 0, vec![done]),
        Is::Once { done: Some(true) }
    );
    let op = AtomicOp::Add;
    let atomic = Kind::Atomic {
        object,
        op,
        value: 9,
        ok: true,
    };
    assert_eq!(
        with(ObjectKind::Atomic, 0, vec![]),
        Is::Number { value: None }
    );
    assert_eq!(
        with(ObjectKind::Atomic, 0, vec![atomic]),
        Is::Number { value: Some(9) }
    );
    let set = Kind::TimerSet { object, at_ns: 70 };
    let timer = |at_ns| Is::Timer { at_ns };
    assert_eq!(
        with(ObjectKind::Timer, 0, vec![set.clone()]),
        timer(Some(70))
    );
    let fired = Kind::TimerFired { object };
    assert_eq!(with(ObjectKind::Timer, 0, vec![set, fired]), timer(None));
}

#[test]
fn a_context_has_its_deadline_and_its_cause() {
    let (object, parent) = (OBJECT, 5);
    let context = Kind::ContextMade {
        object,
        parent,
        name: None,
        deadline_ns: Some(500),
    };
    let done = Kind::ContextDone {
        object,
        cause: "context canceled".into(),
        by: 5,
    };
    let world = world_of(&[event(1, context), event(1, done)]);
    let Is::Context(scope) = &super::tests::object(&world).is else {
        panic!("a context");
    };
    assert_eq!((scope.parent, scope.deadline_ns), (5, Some(500)));
    assert_eq!(scope.cause.as_deref(), Some("context canceled"));
    assert!(!super::tests::object(&world).unsure);
}

#[test]
fn processors_run_one_goroutine_each_and_have_a_queue() {
    let mut events = vec![
        on(1, 2, Kind::Started),
        on(1, 2, Kind::Queue { len: 3 }),
        on(NO_P, 2, Kind::Queue { len: 8 }),
    ];
    let world = world_of(&events);
    assert_eq!(world.processors[1].runs, 2);
    assert_eq!(world.processors[1].queue, Some(3));
    assert_eq!((world.processors[0].runs, world.global_queue), (0, Some(8)));
    events.extend([on(1, 2, Kind::SyscallBegun), on(1, 0, Kind::Idle)]);
    let world = world_of(&events);
    assert_eq!(world.processors[1].runs, NO_GOROUTINE);
    assert!(world.processors[1].is_idle);
    events.push(on(0, 2, Kind::SyscallEnded));
    assert_eq!(world_of(&events).processors[0].runs, 2);
}

#[test]
fn those_who_ended_are_let_go() {
    let mut events = Vec::new();
    for child in 2..1_002 {
        events.push(event(1, Kind::Created { child, name: None }));
        events.push(event(child, Kind::Started));
    }
    events.extend((2..1_000).map(|g| event(g, Kind::Ended)));
    let world = world_of(&events);
    assert_eq!(
        world.alive().map(|(g, _)| g).collect::<Vec<_>>(),
        [1_000, 1_001]
    );
    assert!(world.goroutines.len() < 200, "{}", world.goroutines.len());
}

#[test]
fn a_counter_keeps_its_last_value() {
    let set = |value| {
        let name = "workers".to_owned();
        event(1, Kind::Counter { name, value })
    };
    let world = world_of(&[set(1), set(4)]);
    assert_eq!(world.counters.len(), 1);
    assert_eq!(
        (world.counters[0].value, world.counters[0].changed_ns),
        (Some(4), 2)
    );
}
