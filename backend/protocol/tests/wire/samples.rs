//! One of everything that crosses the wire.

use std::collections::BTreeMap;

use protocol::event::{AtomicOp, LockMode, NO_GOROUTINE, NO_OBJECT, NO_P, NO_PLACE};
use protocol::run::{
    Access, BlockedTotal, Findings, ObjectTotal, Race, Scheduler, Starvation, Starved, Totals,
    Waiting,
};
use protocol::{
    Event, Frame, Kind, LimitMet, LimitName, Limits, ObjectKind, Outcome, Place, Reason, RunEnd,
    RunHeader, Value,
};

/// Every kind once, in the order of their numbers on the wire.
pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        Kind::Created {
            child: 2,
            name: Some("worker 1".into()),
        },
        Kind::Started,
        Kind::Blocked {
            reason: Reason::ChanSend,
            object: 1,
        },
        Kind::Woken {
            woken: 3,
            object: 1,
        },
        Kind::Yielded,
        Kind::Preempted { ran_ns: 10_000_000 },
        Kind::Ended,
        Kind::Panicked {
            message: "send on closed channel".into(),
            recovered: true,
        },
        Kind::Stolen { from: 1, count: 4 },
        Kind::Idle,
        Kind::Awake,
        Kind::Queue { len: 7 },
        Kind::Overran { ran_ns: 20_000_000 },
        Kind::Made {
            object: 1,
            kind: ObjectKind::Channel,
            name: Some("tasks".into()),
            capacity: 100,
        },
        Kind::Sent {
            object: 1,
            len: 4,
            value: Some(Value::Int(-42)),
            to: NO_GOROUTINE,
        },
        Kind::Received {
            object: 1,
            len: 3,
            value: Some(Value::Text("任务".into())),
            from: 2,
            ok: true,
        },
        Kind::Returned { object: 1, len: 4 },
        Kind::Closed {
            object: 1,
            woken: 5,
        },
        Kind::Added {
            object: 2,
            delta: -1,
            counter: 4,
        },
        Kind::Selected {
            cases: 3,
            ready: 2,
            chosen: Some(1),
        },
        Kind::TimerSet {
            object: 3,
            at_ns: 50_000_000,
        },
        Kind::TimerFired { object: 3 },
        Kind::Line {
            text: "sent 4 after 50 ms".into(),
        },
        Kind::Counter {
            name: "done".into(),
            value: -9_000_000_000,
        },
        Kind::RegionBegun {
            name: "shutdown".into(),
        },
        Kind::RegionEnded {
            name: "shutdown".into(),
        },
        Kind::SyscallBegun,
        Kind::SyscallEnded,
        Kind::HandedOff { from: 1, to: 5 },
        Kind::Described {
            object: 4,
            parent: NO_OBJECT,
            guards: Some("the account".into()),
        },
        Kind::Locked {
            object: 4,
            mode: LockMode::Read,
        },
        Kind::Unlocked {
            object: 4,
            mode: LockMode::Write,
            to: 3,
        },
        Kind::Starving {
            object: 4,
            on: true,
        },
        Kind::Signalled {
            object: 5,
            woken: 2,
        },
        Kind::Initialised { object: 6 },
        Kind::Acquired {
            object: 7,
            count: 2,
            free: 1,
        },
        Kind::Released {
            object: 7,
            count: 2,
            free: 3,
        },
        Kind::Atomic {
            object: 8,
            op: AtomicOp::CompareAndSwap,
            value: -7,
            ok: false,
        },
        Kind::CellRead {
            object: 9,
            value: 41,
        },
        Kind::CellWritten {
            object: 9,
            value: 42,
        },
        Kind::Raced {
            object: 9,
            other: 2,
            other_at: 1,
        },
        Kind::ContextMade {
            object: 10,
            parent: 9,
            name: Some("请求".into()),
            deadline_ns: Some(50_000_000),
        },
        Kind::ContextDone {
            object: 10,
            cause: "context deadline exceeded".into(),
            by: 10,
        },
        Kind::TimerStopped { object: 3 },
        Kind::SpanBegun {
            span: 2,
            parent: 1,
            name: "worker_1".into(),
        },
        Kind::SpanAttribute {
            span: 2,
            key: "worker.id".into(),
            value: Value::Int(1),
        },
        Kind::SpanFailed {
            span: 2,
            message: "task 3 divides by zero".into(),
        },
        Kind::SpanEnded {
            span: 2,
            failed: true,
        },
    ]
}

/// An event of each kind, with a place or without, on a P or without.
pub(crate) fn events() -> Vec<Event> {
    let numbered = (0u32..).zip(kinds());
    numbered
        .map(|(number, kind)| Event {
            t_ns: 1_000 * u64::from(number) * u64::from(number),
            p: if number % 5 == 4 {
                NO_P
            } else {
                (number % 2) as u16
            },
            g: number % 4,
            at: if number % 3 == 2 {
                NO_PLACE
            } else {
                1 + number % 2
            },
            kind,
        })
        .collect()
}

pub(crate) fn places() -> Vec<Place> {
    let file = "backend/experiments/src/channel_buffered.rs";
    [(88, 23), (91, 9)]
        .map(|(line, column)| Place {
            file: file.into(),
            line,
            column,
        })
        .into()
}

pub(crate) fn header() -> RunHeader {
    RunHeader {
        version: protocol::VERSION,
        experiment: "channel-buffered".into(),
        params: BTreeMap::from([
            ("capacity".into(), "3".into()),
            ("reply".into(), "\"buffered\"".into()),
        ]),
        scheduler: Scheduler::Native,
        seed: u64::MAX,
        procs: 2,
        machine_procs: 8,
        debug_build: false,
        limits: Limits {
            time_millis: 20_000,
            memory_bytes: 1 << 30,
            goroutines: 1_000_000,
            events: 1_000_000,
            output_bytes: 256 << 10,
            steps: 1_000_000,
        },
    }
}

fn waiting() -> Waiting {
    Waiting {
        g: 7,
        name: Some("worker".into()),
        reason: Some(Reason::ChanReceive),
        object: 1,
        object_name: Some("tasks".into()),
        at: "backend/experiments/src/worker_pool.rs:88:23".into(),
        waits_for: vec![8],
        stuck: true,
    }
}

fn access(g: u32, writes: bool) -> Access {
    Access {
        g,
        writes,
        at: "backend/experiments/src/worker_pool.rs:95:9".into(),
    }
}

fn findings() -> Findings {
    let starved = |how| Starved {
        g: 4,
        name: Some("reader".into()),
        how,
        at: String::new(),
    };
    Findings {
        cycle: vec![7, 8],
        races: vec![Race {
            object: 9,
            object_name: Some("count".into()),
            first: access(2, true),
            second: access(3, false),
        }],
        starved: vec![
            starved(Starvation::NotRun { steps: 100_000 }),
            starved(Starvation::Overtaken {
                object: 4,
                times: 50,
            }),
        ],
    }
}

/// Every outcome once.
pub(crate) fn outcomes() -> Vec<Outcome> {
    vec![
        Outcome::Completed {
            leaked: vec![waiting()],
        },
        Outcome::Panicked {
            message: "panic: send on closed channel".into(),
            goroutine: 7,
            name: None,
            at: "backend/experiments/src/worker_pool.rs:91:9".into(),
        },
        Outcome::Deadlock {
            waiting: vec![waiting()],
        },
        Outcome::Fatal {
            message: "fatal error: concurrent map writes".into(),
            at: String::new(),
        },
        Outcome::Stopped,
        Outcome::Limit,
        Outcome::Fault {
            message: "index out of bounds".into(),
        },
        Outcome::RunnerLost {
            message: "the runner was killed by signal 9 (SIGKILL)".into(),
        },
        Outcome::Livelock {
            left: vec![waiting()],
        },
        Outcome::Diverged {
            message: "at choice 3 there are 2 alternatives, not 4".into(),
        },
    ]
}

pub(crate) fn end(outcome: Outcome) -> RunEnd {
    RunEnd {
        outcome,
        elapsed_ns: 701_576_177,
        metrics: BTreeMap::from([
            ("blocked_ms".into(), 100.5),
            ("first_blocked_send".into(), 4.0),
        ]),
        limits: vec![
            LimitMet {
                limit: LimitName::Events,
                value: 1_000_000,
            },
            LimitMet {
                limit: LimitName::Time,
                value: 20_000,
            },
        ],
        dropped: 12,
        dropped_lines: 1,
        totals: Totals {
            goroutines: 3,
            peak_goroutines: 3,
            steals: 2,
            preemptions: 1,
            blocked: vec![BlockedTotal {
                reason: Reason::ChanSend,
                count: 2,
                ns: 100_000_000,
            }],
            objects: vec![ObjectTotal {
                object: 1,
                kind: ObjectKind::Channel,
                name: Some("values".into()),
                sends: 5,
                receives: 5,
                blocked_sends: 2,
                blocked_receives: 0,
                blocked_ns: 100_000_000,
                peak_len: 3,
                acquisitions: 0,
                contended: 0,
            }],
            handoffs: 2,
        },
        schedule: Some("random-42".into()),
        findings: findings(),
    }
}

/// A frame of each kind, with its name, and one of each outcome.
pub(crate) fn frames() -> Vec<(String, Frame)> {
    let mut frames = vec![
        ("queued".to_owned(), Frame::Queued { position: 3 }),
        ("header".to_owned(), Frame::Header(Box::new(header()))),
        (
            "places".to_owned(),
            Frame::Places {
                first: 1,
                places: places(),
            },
        ),
        (
            "events".to_owned(),
            Frame::Events {
                first_seq: 1000,
                events: events(),
            },
        ),
        (
            "dropped".to_owned(),
            Frame::Dropped {
                from_ns: 5_000,
                to_ns: 9_000_000_000,
                count: 123_456,
            },
        ),
    ];
    for outcome in outcomes() {
        let name = format!("end, {}", outcome.as_str());
        frames.push((name, Frame::End(Box::new(end(outcome)))));
    }
    frames
}
