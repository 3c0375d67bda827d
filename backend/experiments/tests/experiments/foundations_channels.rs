//! Channels: their ends, their inside, their size, their rules.

use csp::run::Outcome;
use csp::trace::{Kind, Reason};
use experiments::Value;

use crate::running::{Ran, option, run, whole};

const FAST: (&str, Value) = ("time_scale", Value::Number(0.01));

#[test]
fn every_square_arrives_by_however_many_hands() {
    for (squarers, capacity) in [(1, 0), (3, 0), (8, 4)] {
        let given = [
            ("values", whole(20)),
            ("squarers", whole(squarers)),
            ("capacity", whole(capacity)),
        ];
        let ran = run("channel-directional", &given);
        ran.assert_clean();
        assert_eq!(ran.metric("received"), 20.0);
        assert_eq!(ran.metric("sum"), 2870.0);
        assert_eq!(ran.metric("loops_ended"), squarers as f64 + 1.0);
        assert_eq!(ran.lines_with("received "), 20);
    }
}

#[test]
fn a_producer_that_does_not_close_leaves_everybody_waiting() {
    let ran = run("channel-directional", &[("close", Value::Toggle(false))]);
    assert!(matches!(ran.report.outcome, Outcome::Deadlock));
    assert_eq!(ran.metric("received"), 6.0);
    assert_eq!(ran.metric("loops_ended"), 0.0);
}

/// The figures of a run of `channel-inside` and whether each operation that had
/// to wait was seen waiting.
fn inside(capacity: i64, sends: i64, receives: i64, order: &str) -> Ran {
    let given = [
        ("capacity", whole(capacity)),
        ("sends", whole(sends)),
        ("receives", whole(receives)),
        ("order", option(order)),
        ("step", whole(0)),
    ];
    let ran = run("channel-inside", &given);
    ran.assert_clean();
    ran
}

#[test]
fn the_fields_follow_the_order_of_operations() {
    // Of each: capacity, sends, receives, order; the most in sendq and in recvq;
    // values through the ring, handed over; sendx, recvx.
    let cases = [
        ((3, 5, 7, "senders-first"), [2, 2, 5, 0, 2, 2]),
        ((3, 5, 7, "receivers-first"), [0, 7, 0, 5, 0, 0]),
        ((3, 5, 5, "alternate"), [0, 0, 5, 0, 2, 2]),
        ((3, 2, 0, "senders-first"), [0, 0, 2, 0, 2, 0]),
        ((4, 8, 3, "senders-first"), [4, 0, 7, 0, 3, 3]),
        ((0, 3, 3, "senders-first"), [3, 0, 0, 3, 0, 0]),
        ((0, 3, 3, "receivers-first"), [0, 3, 0, 3, 0, 0]),
    ];
    for ((capacity, sends, receives, order), expected) in cases {
        let ran = inside(capacity, sends, receives, order);
        let names = [
            "most_sendq",
            "most_recvq",
            "through_ring",
            "direct",
            "sendx",
            "recvx",
        ];
        let found = names.map(|name| ran.metric(name) as i64);
        assert_eq!(found, expected, "{capacity} {sends} {receives} {order}");
        let sent = ran.events.iter();
        let sent = sent.filter(|event| matches!(event.kind, Kind::Sent { .. }));
        assert_eq!(sent.count() as i64, sends, "all that was begun");
    }
}

#[test]
fn each_step_prints_the_fields() {
    let ran = inside(2, 3, 3, "senders-first");
    let lines = ran.lines();
    let steps: Vec<_> = lines
        .into_iter()
        .filter(|line| line.contains("qcount"))
        .collect();
    assert_eq!(
        steps,
        [
            "send 1: qcount 1 of 2, sendx 1, recvx 0, sendq 0, recvq 0",
            "send 2: qcount 2 of 2, sendx 0, recvx 0, sendq 0, recvq 0",
            "send 3: qcount 2 of 2, sendx 0, recvx 0, sendq 1, recvq 0",
            "receive 1: qcount 2 of 2, sendx 1, recvx 1, sendq 0, recvq 0",
            "receive 2: qcount 1 of 2, sendx 1, recvx 0, sendq 0, recvq 0",
            "receive 3: qcount 0 of 2, sendx 1, recvx 1, sendq 0, recvq 0",
        ]
    );
}

fn capacity(purpose: &str, capacity: i64) -> Ran {
    let given = [
        ("use", option(purpose)),
        ("capacity", whole(capacity)),
        FAST,
    ];
    run("channel-capacity", &given)
}

#[test]
fn a_notice_without_a_buffer_was_heard() {
    let ran = capacity("notice", 0);
    ran.assert_clean();
    assert_eq!(ran.metric("left_behind"), 0.0);
    assert_eq!(ran.metric("peak_len"), 0.0);
    assert_eq!(ran.lines_with("heard of step"), 3);
}

#[test]
fn a_queue_with_room_for_a_burst_holds_up_nobody() {
    let ran = capacity("queue", 27);
    ran.assert_clean();
    assert_eq!(ran.metric("blocked_sends"), 0.0);
    let ran = capacity("queue", 0);
    ran.assert_clean();
    // Three workers take three tasks of each burst of nine; how many of the
    // others find a worker that has just come back is up to the machine.
    assert!(ran.metric("blocked_sends") >= 1.0, "{:?}", ran.metrics);
    assert_eq!(ran.metric("left_behind"), 0.0);
    assert!(ran.metric("most_at_once") <= 3.0);
}

#[test]
fn no_more_work_than_there_is_room() {
    for room in [1, 4, 12] {
        let ran = capacity("limit", room);
        ran.assert_clean();
        let most = ran.metric("most_at_once");
        assert!((1.0..=room as f64).contains(&most), "{most} of {room}");
        assert!(ran.metric("peak_len") <= room as f64);
    }
    let ran = capacity("limit", 0);
    assert!(matches!(ran.report.outcome, Outcome::Deadlock));
    assert_eq!(ran.metric("most_at_once"), 0.0);
}

#[test]
fn stages_fill_what_room_they_have() {
    for room in [0, 4] {
        let ran = capacity("stage", room);
        ran.assert_clean();
        assert!(ran.metric("peak_len") <= room as f64);
        assert!(ran.metric("throughput_low") > 0.0);
    }
}

/// How an operation on a channel in some state ends.
#[derive(Debug, PartialEq)]
enum Ends {
    /// It came back, with this in the figure of that name.
    Well(&'static str, f64),
    Waits(Reason),
    Panics(&'static str),
}

fn ends(ran: &Ran, figure: &'static str) -> Ends {
    match &ran.report.outcome {
        Outcome::Completed(()) => Ends::Well(figure, ran.metric(figure)),
        Outcome::Deadlock => Ends::Waits(ran.report.left[0].reason.unwrap()),
        Outcome::Panicked(panic) => {
            let known = [
                "send on closed channel",
                "close of closed channel",
                "close of nil channel",
            ];
            let message = known.into_iter().find(|known| *known == panic.message());
            Ends::Panics(message.expect("one of Go's"))
        }
        outcome => panic!("{outcome:?}"),
    }
}

#[test]
fn nil_open_and_closed_channels_keep_gos_rules() {
    use Ends::{Panics, Waits, Well};
    const CLOSED: Ends = Panics("send on closed channel");
    let [sent, got] = [("send", Reason::ChanSend), ("receive", Reason::ChanReceive)];
    let nothing = || Well("found_closed", 1.0);
    let rules = [
        ("nil", sent.0, false, Waits(Reason::ChanSendNil)),
        ("nil", got.0, false, Waits(Reason::ChanReceiveNil)),
        ("nil", "close", false, Panics("close of nil channel")),
        ("nil", sent.0, true, Well("took_default", 1.0)),
        ("nil", got.0, true, Well("took_default", 1.0)),
        ("open", sent.0, false, Well("left_inside", 1.0)),
        ("open", got.0, false, Waits(got.1)),
        ("open", "close", false, Well("left_inside", 0.0)),
        ("open", sent.0, true, Well("left_inside", 1.0)),
        ("open", got.0, true, Well("took_default", 1.0)),
        ("full", sent.0, false, Waits(sent.1)),
        ("full", got.0, false, Well("values", 1.0)),
        ("full", "close", false, Well("left_inside", 1.0)),
        ("full", sent.0, true, Well("took_default", 1.0)),
        ("closed", sent.0, false, CLOSED),
        ("closed", got.0, false, nothing()),
        ("closed", "close", false, Panics("close of closed channel")),
        ("closed", sent.0, true, CLOSED),
        ("closed", got.0, true, nothing()),
        ("closed-full", sent.0, false, CLOSED),
        ("closed-full", got.0, false, Well("values", 1.0)),
        (
            "closed-full",
            "close",
            false,
            Panics("close of closed channel"),
        ),
    ];
    for (state, operation, or_default, expected) in rules {
        let given = [
            ("state", option(state)),
            ("operation", option(operation)),
            ("or_default", Value::Toggle(or_default)),
            ("times", whole(1)),
        ];
        let ran = run("channel-rules", &given);
        let figure = match expected {
            Well(figure, _) => figure,
            _ => "came_back",
        };
        let rule = format!("{operation} on {state}, in a select: {or_default}");
        assert_eq!(ends(&ran, figure), expected, "{rule}");
        let came_back = f64::from(matches!(expected, Well(..)));
        assert_eq!(ran.metric("came_back"), came_back, "{rule}");
    }
}

#[test]
fn a_closed_channel_is_emptied_first() {
    let ran = run("channel-rules", &[("times", whole(4))]);
    ran.assert_clean();
    assert_eq!(ran.metric("values"), 1.0);
    assert_eq!(ran.metric("found_closed"), 3.0);
    assert_eq!(ran.lines()[0], "received 42");
}
