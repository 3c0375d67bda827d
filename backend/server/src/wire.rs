//! Events of the core become events of the wire, here and nowhere else.
//!
//! Every match names every kind: a kind that is added to the core does not
//! compile until the wire has it.

mod event;

use csp::run::{
    Access, Blocked, Findings, ObjectTotals, Outcome as CoreOutcome, Race, Starvation, Starved,
    Totals, Waiting,
};
use csp::trace;
use protocol::event::Place;
use protocol::run::{BlockedTotal, ObjectTotal};
use protocol::{LimitMet, LimitName, Outcome};

pub(crate) use event::{Places, event};
use event::{object_kind, reason};

/// The most bytes of a message. Output lines have a limit of their own.
const MAX_MESSAGE_BYTES: usize = 4 << 10;
/// The most bytes of a name or a label.
const MAX_NAME_BYTES: usize = 256;
/// The most goroutines that are listed at the end of a run: more than anybody
/// reads, and with their names less than a frame holds.
const MAX_LEFT: usize = 10_000;

fn place(place: trace::Place) -> Place {
    Place {
        file: place.file().into(),
        line: place.line(),
        column: place.column(),
    }
}

fn place_text(at: Option<trace::Place>) -> String {
    at.map_or_else(String::new, |at| place(at).to_string())
}

fn name(name: &str) -> String {
    cut(name, MAX_NAME_BYTES)
}

fn message(message: &str) -> String {
    cut(message, MAX_MESSAGE_BYTES)
}

fn cut(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = (0..=bytes).rev().find(|end| text.is_char_boundary(*end));
    format!("{}…", &text[..end.unwrap_or(0)])
}

/// The text of an event that is an output line.
pub(crate) fn line(event: &trace::Event) -> Option<&str> {
    match &event.kind {
        trace::Kind::Line { text } => Some(text),
        _ => None,
    }
}

/// How a run ended. `cut_by` is the limit that stopped it, if one did.
pub(crate) fn outcome(
    outcome: &CoreOutcome<()>,
    left: &[Waiting],
    cut_by: Option<LimitName>,
) -> Outcome {
    match outcome {
        CoreOutcome::Completed(()) => Outcome::Completed {
            leaked: left.iter().take(MAX_LEFT).map(waiting).collect(),
        },
        CoreOutcome::Panicked(panic) => Outcome::Panicked {
            message: message(&panic.to_string()),
            goroutine: panic.goroutine(),
            name: panic.name().map(name),
            at: place(panic.at()).to_string(),
        },
        CoreOutcome::Deadlock => Outcome::Deadlock {
            waiting: left.iter().take(MAX_LEFT).map(waiting).collect(),
        },
        CoreOutcome::Fatal(message, at) => Outcome::Fatal {
            message: self::message(message),
            at: place_text(*at),
        },
        CoreOutcome::Stopped if cut_by.is_some() => Outcome::Limit,
        CoreOutcome::Stopped => Outcome::Stopped,
        CoreOutcome::TooManyGoroutines => Outcome::Limit,
        CoreOutcome::Livelock => Outcome::Livelock {
            left: left.iter().take(MAX_LEFT).map(waiting).collect(),
        },
        CoreOutcome::TooManySteps => Outcome::Limit,
        CoreOutcome::Diverged(why) => Outcome::Diverged {
            message: message(why),
        },
        CoreOutcome::Fault(message) => Outcome::Fault {
            message: self::message(message),
        },
    }
}

/// The limit that ended the run by itself, if one did.
pub(crate) fn limit_of(outcome: &CoreOutcome<()>) -> Option<LimitName> {
    match outcome {
        CoreOutcome::TooManyGoroutines => Some(LimitName::Goroutines),
        CoreOutcome::TooManySteps => Some(LimitName::Steps),
        CoreOutcome::Completed(())
        | CoreOutcome::Panicked(_)
        | CoreOutcome::Deadlock
        | CoreOutcome::Fatal(..)
        | CoreOutcome::Stopped
        | CoreOutcome::Livelock
        | CoreOutcome::Diverged(_)
        | CoreOutcome::Fault(_) => None,
    }
}

/// A limit that was met.
pub(crate) fn met(limit: LimitName, limits: &protocol::Limits) -> LimitMet {
    let value = match limit {
        LimitName::Time => limits.time_millis,
        LimitName::Memory => limits.memory_bytes,
        LimitName::Goroutines => u64::from(limits.goroutines),
        LimitName::Events => limits.events,
        LimitName::Output => limits.output_bytes,
        LimitName::Steps => limits.steps,
    };
    LimitMet { limit, value }
}

fn waiting(waiting: &Waiting) -> protocol::run::Waiting {
    protocol::run::Waiting {
        g: waiting.g,
        name: waiting.name.as_deref().map(name),
        reason: waiting.reason.map(reason),
        object: waiting.object,
        object_name: waiting.object_name.as_deref().map(name),
        at: place_text(waiting.at),
        waits_for: waiting.waits_for.clone(),
        stuck: waiting.stuck,
    }
}

/// What was found out about a run.
pub(crate) fn findings(findings: &Findings) -> protocol::run::Findings {
    protocol::run::Findings {
        cycle: findings.cycle.clone(),
        races: findings.races.iter().map(race).collect(),
        starved: findings.starved.iter().map(starved).collect(),
    }
}

fn race(race: &Race) -> protocol::run::Race {
    protocol::run::Race {
        object: race.object,
        object_name: race.object_name.as_deref().map(name),
        first: access(&race.first),
        second: access(&race.second),
    }
}

fn access(access: &Access) -> protocol::run::Access {
    protocol::run::Access {
        g: access.g,
        writes: access.writes,
        at: place_text(access.at),
    }
}

fn starved(starved: &Starved) -> protocol::run::Starved {
    protocol::run::Starved {
        g: starved.g,
        name: starved.name.as_deref().map(name),
        how: match starved.how {
            Starvation::NotRun { steps } => protocol::run::Starvation::NotRun { steps },
            Starvation::Overtaken { object, times } => {
                protocol::run::Starvation::Overtaken { object, times }
            }
        },
        at: place_text(starved.at),
    }
}

/// Aggregates of a run.
pub(crate) fn totals(totals: &Totals) -> protocol::run::Totals {
    protocol::run::Totals {
        goroutines: totals.goroutines,
        peak_goroutines: totals.peak_goroutines,
        steals: totals.steals,
        preemptions: totals.preemptions,
        blocked: totals.blocked.iter().map(blocked).collect(),
        objects: totals.objects.iter().map(object).collect(),
        handoffs: totals.handoffs,
    }
}

fn blocked(blocked: &Blocked) -> BlockedTotal {
    BlockedTotal {
        reason: reason(blocked.reason),
        count: blocked.count,
        ns: nanoseconds(blocked.time),
    }
}

fn object(object: &ObjectTotals) -> ObjectTotal {
    ObjectTotal {
        object: object.object,
        kind: object_kind(object.kind),
        name: object.name.as_deref().map(name),
        sends: object.sends,
        receives: object.receives,
        blocked_sends: object.blocked_sends,
        blocked_receives: object.blocked_receives,
        blocked_ns: nanoseconds(object.blocked),
        peak_len: object.peak_len,
        acquisitions: object.acquisitions,
        contended: object.contended,
    }
}

/// A duration in nanoseconds; a run of 584 years is cut short.
pub(crate) fn nanoseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
