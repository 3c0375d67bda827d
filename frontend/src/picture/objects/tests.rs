//! What the text of the objects says.

use protocol::event::NO_PLACE;
use protocol::{Event, Frame, Kind, LockMode, ObjectKind, Reason, Value};

use super::text;
use crate::i18n::Lang;
use crate::model::world::News;
use crate::model::{Model, World};

const CH: u32 = 7;
const LOCK: u32 = 8;

fn event(g: u32, kind: Kind) -> Event {
    Event {
        t_ns: 0,
        p: 0,
        g,
        at: NO_PLACE,
        kind,
    }
}

fn created(child: u32, name: &str) -> Event {
    let name = Some(name.to_owned());
    event(1, Kind::Created { child, name })
}

fn made(object: u32, kind: ObjectKind, name: &str, capacity: u32) -> Event {
    let name = Some(name.to_owned());
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

fn sent(len: u32, value: i64) -> Event {
    let value = Some(Value::Int(value));
    event(
        2,
        Kind::Sent {
            object: CH,
            len,
            value,
            to: 0,
        },
    )
}

fn received(len: u32) -> Event {
    let (object, value, from, ok) = (CH, None, 0, true);
    event(
        3,
        Kind::Received {
            object,
            len,
            value,
            from,
            ok,
        },
    )
}

fn written_in(lang: Lang, events: &[Event]) -> String {
    let (mut world, mut model) = (World::default(), Model::new());
    let events: Vec<Event> = (10..)
        .zip(events)
        .map(|(t_ns, event)| Event {
            t_ns,
            ..event.clone()
        })
        .collect();
    for event in &events {
        world.take(News::Event(event));
    }
    model.apply(&Frame::Events {
        first_seq: 0,
        events,
    });
    let hands = [(2, Value::Int(9))];
    text::of(&world, &hands, &model, model.now_ns(), lang)
}

fn written(events: &[Event]) -> String {
    written_in(Lang::En, events)
}

fn has(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part} in {html}");
    }
}

/// A channel of four, of which two values have gone and two are there, and a
/// sender that waits although there is room.
fn channel() -> Vec<Event> {
    vec![
        created(2, "sender"),
        created(3, "receiver"),
        made(CH, ObjectKind::Channel, "values", 4),
        sent(1, 5),
        sent(2, 6),
        sent(3, 7),
        received(2),
        received(1),
        sent(2, 8),
    ]
}

#[test]
fn a_channel_is_its_slots_with_gos_two_marks() {
    let html = written(&channel());
    has(
        &html,
        &[
            "data-object=\"7\"",
            "data-name=\"values\" data-capacity=\"4\" data-len=\"2\" data-recvx=\"2\" \
             data-sendx=\"0\" data-closed=\"false\"",
            "aria-label=\"2 of 4: 7, 8\"",
            "<span class=slot data-slot=\"0\"><b></b><small>sendx</small></span>",
            "<span class=slot data-slot=\"2\" data-held data-value=\"7\"><b>7</b>\
             <small>recvx</small></span>",
            "<span class=slot data-slot=\"3\" data-held data-value=\"8\"><b>8</b></span>",
        ],
    );
}

#[test]
fn who_waits_stands_on_its_side_of_the_slots() {
    let mut events = channel();
    let wait = |reason| Kind::Blocked { reason, object: CH };
    events.push(event(2, wait(Reason::ChanSend)));
    let html = written(&events);
    let queue = html
        .find("data-queue=\"send\" data-waiting=\"1\"")
        .expect("a queue");
    let name = html.find("data-g=\"2\"").expect("a name");
    let slots = html.find("class=ring").expect("slots");
    assert!(queue < name && name < slots, "{html}");
    has(
        &html,
        &[
            "1 wait to send",
            "swatch-send",
            "sender</button> <b class=hand data-value=\"9\">9</b>",
        ],
    );
    events.push(event(3, wait(Reason::ChanReceive)));
    let html = written(&events);
    assert!(
        html.find("data-queue=\"receive\"") > html.find("class=ring"),
        "{html}"
    );
}

#[test]
fn only_what_the_last_event_touched_is_marked() {
    let mut events = channel();
    events.push(made(LOCK, ObjectKind::Mutex, "lock", 0));
    let html = written(&events);
    has(
        &html,
        &["data-kind=\"mutex\" data-object=\"8\" data-changed"],
    );
    assert_eq!(html.matches("just changed").count(), 1);
    assert!(!html.contains("data-object=\"7\" data-changed"), "{html}");
}

#[test]
fn a_lock_is_tied_to_what_it_guards() {
    let (object, mode) = (LOCK, LockMode::Write);
    let guards = Some("Vec<u32>".to_owned());
    let mut events = vec![
        created(2, "a & b"),
        made(LOCK, ObjectKind::Mutex, "lock", 0),
        event(
            1,
            Kind::Described {
                object,
                parent: 0,
                guards,
            },
        ),
    ];
    has(
        &written(&events),
        &["free</span>", "data-guards=\"Vec&lt;u32&gt;\""],
    );
    events.push(event(2, Kind::Locked { object, mode }));
    has(
        &written(&events),
        &[
            "held by</span> <span data-holder><button",
            "a &amp; b</button>",
        ],
    );
    has(&written_in(Lang::Zh, &events), &["持有者", "保护"]);
}

#[test]
fn contexts_are_a_tree_with_the_time_that_is_left() {
    let context = |object, parent, deadline_ns| {
        let name = Some(format!("c{object}"));
        event(
            1,
            Kind::ContextMade {
                object,
                parent,
                name,
                deadline_ns,
            },
        )
    };
    let cause = "context canceled".to_owned();
    let html = written(&[
        context(20, 0, None),
        context(21, 20, Some(1_013)),
        context(22, 20, None),
        context(23, 21, None),
        event(
            1,
            Kind::ContextDone {
                object: 22,
                cause,
                by: 22,
            },
        ),
    ]);
    has(
        &html,
        &[
            "data-parent=\"20\" data-depth=\"1\" data-done=\"false\"",
            "999\u{2009}ns left",
            "done: context canceled",
            "no deadline",
        ],
    );
    let place = |name: &str| html.find(&format!("<code>{name}</code>")).expect("shown");
    assert!(place("c20") < place("c21"));
    assert!(
        place("c21") < place("c23") && place("c23") < place("c22"),
        "{html}"
    );
}

#[test]
fn what_is_too_much_is_told_in_words() {
    let many: Vec<Event> = (1..=40)
        .map(|object| made(object, ObjectKind::Atomic, "n", 0))
        .chain((100..130).map(|g| created(g, "waiter")))
        .chain([made(90, ObjectKind::WaitGroup, "group", 0)])
        .chain((100..130).map(|g| {
            let (reason, object) = (Reason::WaitGroup, 90);
            event(g, Kind::Blocked { reason, object })
        }))
        .collect();
    let html = written(&many);
    has(
        &html,
        &["and 16 more", "and 18 more", "data-waiting=\"30\""],
    );
    assert_eq!(html.matches("waiter</button>").count(), text::MAX_NAMES);
    has(&written_in(Lang::Zh, &many), &["另有 16 个"]);
}

#[test]
fn a_large_buffer_shows_its_oldest_values() {
    let mut events = vec![made(CH, ObjectKind::Channel, "big", 1_000)];
    events.extend((1..=50).map(|len| sent(len, i64::from(len))));
    events.push(received(49));
    let html = written(&events);
    has(
        &html,
        &[
            "data-slot=\"1\" data-held data-value=\"2\"><b>2</b><small>recvx</small>",
            "and 17 more",
            "49 of 1,000: 2, 3",
        ],
    );
    assert_eq!(html.matches("class=slot").count(), 32);
}

#[test]
fn processors_say_what_they_run_and_selects_who_waits() {
    let html = written(&[
        created(2, "worker"),
        event(2, Kind::Started),
        event(0, Kind::Queue { len: 3 }),
        created(3, "chooser"),
        event(
            3,
            Kind::Blocked {
                reason: Reason::Select,
                object: 0,
            },
        ),
    ]);
    has(
        &html,
        &[
            "data-object=\"P0\" data-len=\"3\"",
            "runs</span> <button type=button class=chip data-g=\"2\"",
            "queue 3",
            "data-kind=\"waits\" data-object=\"select\" data-waiting=\"1\"",
        ],
    );
    has(&written(&[]), &["Nothing has happened yet"]);
}
