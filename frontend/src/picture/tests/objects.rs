//! Locks, contexts, races and system calls: states, sentences, rows.

use protocol::event::{AtomicOp, LockMode, NO_GOROUTINE, NO_P};
use protocol::{Event, Frame, Kind, ObjectKind, Place, Reason};

use super::super::look::{Edge, Look, Sign};
use super::super::{records, sentence};
use crate::i18n::Lang;
use crate::model::{Model, State};

const LOCK: u32 = 1;
const SHARED: u32 = 2;
const CELL: u32 = 3;
const CONTEXT: u32 = 4;

fn made(object: u32, kind: ObjectKind, name: &str) -> Kind {
    Kind::Made {
        object,
        kind,
        name: Some(name.into()),
        capacity: 0,
    }
}

fn created(child: u32, name: &str) -> Kind {
    Kind::Created {
        child,
        name: Some(name.into()),
    }
}

/// Each event a millisecond after the one before it, on P1 but for those of
/// goroutine 9, which has none.
fn model(story: Vec<(u32, Kind)>) -> Model {
    let mut start = vec![
        (0, created(1, "main")),
        (1, Kind::Started),
        (1, created(2, "reader")),
        (2, Kind::Started),
        (1, created(9, "caller")),
        (9, Kind::Started),
        (1, made(LOCK, ObjectKind::Mutex, "account")),
        (1, made(SHARED, ObjectKind::RwMutex, "prices")),
        (1, made(CELL, ObjectKind::Cell, "count")),
    ];
    start.extend(story);
    let events = (0..).zip(start).map(|(ms, (g, kind))| Event {
        t_ns: ms * 1_000_000,
        p: if g == 9 { NO_P } else { 1 },
        g,
        at: 0,
        kind,
    });
    let mut model = Model::new();
    model.apply(&Frame::Places {
        first: 1,
        places: vec![Place {
            file: "backend/experiments/src/counter.rs".into(),
            line: 12,
            column: 5,
        }],
    });
    model.apply(&Frame::Events {
        first_seq: 0,
        events: events.collect(),
    });
    model
}

/// The last wait, in both languages.
fn last_wait(model: &Model) -> [String; 2] {
    let found = *model.waits().last().expect("somebody waits");
    let lane = &model.lanes()[found.lane as usize];
    let span = &lane.spans[found.span as usize];
    let now_ns = model.now_ns();
    [Lang::En, Lang::Zh].map(|lang| sentence::of_span(model, lane, span, now_ns, lang))
}

/// The last note, in both languages.
fn last_note(model: &Model) -> [String; 2] {
    let note = model.notes().last().expect("something happened");
    [Lang::En, Lang::Zh].map(|lang| sentence::of_note(model, note, lang))
}

fn locked(object: u32, mode: LockMode) -> Kind {
    Kind::Locked { object, mode }
}

fn blocked(reason: Reason, object: u32) -> Kind {
    Kind::Blocked { reason, object }
}

#[test]
fn a_wait_for_a_lock_says_who_holds_it_and_what_it_guards() {
    let guards = Kind::Described {
        object: LOCK,
        parent: 0,
        guards: Some("the balance".into()),
    };
    let model = model(vec![
        (1, guards),
        (1, locked(LOCK, LockMode::Write)),
        (2, blocked(Reason::Mutex, LOCK)),
        (
            1,
            Kind::Unlocked {
                object: LOCK,
                mode: LockMode::Write,
                to: 2,
            },
        ),
        (
            1,
            Kind::Woken {
                woken: 2,
                object: LOCK,
            },
        ),
        (2, Kind::Started),
    ]);
    assert_eq!(
        last_wait(&model),
        [
            "reader blocked 2\u{2009}ms locking `account` (the balance): \
             main held it. main woke it.",
            "reader 对 `account`（保护 the balance）加锁，阻塞 2\u{2009}ms：锁由 main 持有，由 main 唤醒。",
        ]
    );
    assert_eq!(
        last_note(&model),
        [
            "main unlocked `account`, straight to reader",
            "main 解锁 `account`，直接移交给 reader",
        ]
    );
}

#[test]
fn readers_and_writers_are_told_apart() {
    let writer = model(vec![
        (1, locked(SHARED, LockMode::Read)),
        (2, blocked(Reason::RwMutexWrite, SHARED)),
        (9, blocked(Reason::RwMutexRead, SHARED)),
    ]);
    let [en, zh] = last_wait(&writer);
    assert!(en.contains("locking `prices` to read: a writer waited for it"));
    assert!(zh.contains("caller 对 `prices` 加读锁，阻塞"), "{zh}");
    let found = writer.waits()[0];
    let lane = &writer.lanes()[found.lane as usize];
    let said = sentence::of_span(&writer, lane, &lane.spans[found.span as usize], 0, Lang::En);
    assert!(said.contains("1 goroutine held it to read"), "{said}");
    let reader = model(vec![
        (1, locked(SHARED, LockMode::Write)),
        (2, blocked(Reason::RwMutexRead, SHARED)),
    ]);
    assert!(last_wait(&reader)[1].contains("写锁由 main 持有"));
}

#[test]
fn who_held_a_lock_is_not_known_after_a_gap() {
    let mut model = model(vec![(1, locked(LOCK, LockMode::Write))]);
    model.apply(&Frame::Dropped {
        from_ns: 10_000_000,
        to_ns: 20_000_000,
        count: 3,
    });
    model.apply(&Frame::Events {
        first_seq: 10,
        events: vec![Event {
            t_ns: 21_000_000,
            p: 1,
            g: 2,
            at: 0,
            kind: blocked(Reason::Mutex, LOCK),
        }],
    });
    assert!(last_wait(&model)[0].contains("another goroutine held it"));
}

#[test]
fn a_system_call_is_a_state_and_its_return_may_need_a_processor() {
    let begun = model(vec![(9, Kind::SyscallBegun)]);
    let lane = &begun.lanes()[begun.lane_of(9).unwrap()];
    let span = lane.spans.last().unwrap();
    assert_eq!(Look::of(&span.state), Look::Syscall);
    assert_eq!(Look::Syscall.edge(), Edge::Dots);
    assert_eq!(records::of(&begun).goroutines[2].state, "syscall");
    let handed_off = Kind::HandedOff { from: 1, to: 5 };
    let back = model(vec![
        (2, Kind::SyscallBegun),
        (9, Kind::SyscallBegun),
        (2, handed_off),
        (2, Kind::SyscallEnded),
        (9, Kind::SyscallEnded),
    ]);
    let state = |g| {
        let lane = &back.lanes()[back.lane_of(g).unwrap()];
        lane.spans.last().unwrap().state
    };
    assert_eq!(state(2), State::Running { p: 1 });
    assert_eq!(Look::of(&state(9)), Look::Runnable);
    assert_eq!(
        last_wait(&back),
        [
            "caller was in a system call for 3\u{2009}ms.",
            "caller 处于系统调用 3\u{2009}ms。",
        ]
    );
    assert_eq!(
        last_note(&back),
        [
            "P1 went from M1 to M5, since reader sat in a system call",
            "reader 处于系统调用，P1 由 M1 移交给 M5",
        ]
    );
}

#[test]
fn a_race_names_both_places_and_is_kept_beside_any_number_of_notes() {
    let mut story = Vec::new();
    for value in 0..2_000 {
        let kind = Kind::Atomic {
            object: CELL,
            op: AtomicOp::Add,
            value,
            ok: true,
        };
        story.push((1, kind));
    }
    let raced = Kind::Raced {
        object: CELL,
        other: 2,
        other_at: 1,
    };
    story.push((1, raced));
    let model = model(story);
    assert_eq!(
        last_note(&model),
        [
            "Data race on `count`: nothing orders the access of main and that of reader, \
             at counter.rs:12",
            "`count` 上发生数据竞争：main 的访问与 reader 的访问（位于 counter.rs:12）之间没有先后约束",
        ]
    );
    let records = records::of(&model);
    assert_eq!(records.notes.len() + records.more_notes, 2_001);
    assert_eq!(records.notes.last().unwrap().kind, "raced");
    assert_eq!(
        records.notes[0].en,
        "main did Add on `count`, which is 0 now"
    );
}

#[test]
fn a_context_has_a_deadline_and_a_cause() {
    let context = |object, parent, deadline_ns| Kind::ContextMade {
        object,
        parent,
        name: Some(format!("request {object}")),
        deadline_ns,
    };
    let done = |object, by| Kind::ContextDone {
        object,
        cause: "context deadline exceeded".into(),
        by,
    };
    let model = model(vec![
        (1, context(CONTEXT, 0, Some(50_000_000))),
        (1, context(CONTEXT + 1, CONTEXT, None)),
        (NO_GOROUTINE, done(CONTEXT, CONTEXT)),
        (NO_GOROUTINE, done(CONTEXT + 1, CONTEXT)),
    ]);
    let said = |lang| {
        let notes = model.notes().iter();
        notes
            .map(|note| sentence::of_note(&model, note, lang))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        said(Lang::En),
        [
            "main made the context `request 4`, with its deadline at 50\u{2009}ms",
            "main made the context `request 5` under `request 4`",
            "The context `request 4` is done: context deadline exceeded",
            "The context `request 5` is done, since `request 4` is: context deadline exceeded",
        ]
    );
    assert_eq!(
        said(Lang::Zh)[3],
        "上下文 `request 5` 随 `request 4` 一同结束：context deadline exceeded"
    );
}

#[test]
fn every_reason_has_a_look_of_its_family() {
    for reason in Reason::ALL {
        let look = Look::of_reason(reason);
        let lock = look.sign() == Some(Sign::Lock);
        let on_lock = matches!(
            reason,
            Reason::WaitGroup
                | Reason::Mutex
                | Reason::RwMutexRead
                | Reason::RwMutexWrite
                | Reason::Cond
                | Reason::Once
                | Reason::Semaphore
        );
        assert_eq!(lock, on_lock, "{reason:?}");
        assert!(!look.label(Lang::Zh).is_empty());
    }
}
