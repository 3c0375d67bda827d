//! How a run went, in words.

use protocol::limits::{LimitMet, LimitName};
use protocol::run::{Access, Findings, Starvation, Waiting};
use protocol::{Limits, Outcome, Reason, RunEnd};

use crate::figures::{bytes, count, duration};
use crate::i18n::{Key, Lang};

/// How many waiting goroutines are listed; the rest is counted.
pub const MAX_LISTED: usize = 50;
/// What Go prints for it, in any language.
const DEADLOCK: &str = "fatal error: all goroutines are asleep - deadlock!";

/// The outcome in a few words, and how long it took.
pub fn verdict(lang: Lang, end: &RunEnd) -> String {
    let time = duration(end.elapsed_ns);
    let key = match &end.outcome {
        Outcome::Completed { leaked } if !leaked.is_empty() => {
            let n = leaked.len().to_string();
            return lang.fill(Key::CompletedAfter, &[("time", &time), ("n", &n)]);
        }
        Outcome::Completed { .. } => Key::Completed,
        Outcome::Panicked { .. } => Key::Panicked,
        Outcome::Deadlock { .. } => Key::Deadlock,
        Outcome::Fatal { .. } => Key::Fatal,
        Outcome::Stopped => Key::Stopped,
        Outcome::Limit => Key::LimitEnded,
        Outcome::Fault { .. } => Key::Fault,
        Outcome::RunnerLost { .. } => Key::RunnerLost,
        Outcome::Livelock { .. } => Key::Livelock,
        Outcome::Diverged { .. } => Key::Diverged,
    };
    let between = match lang {
        Lang::En => " ",
        Lang::Zh => "，",
    };
    let time = lang.fill(Key::InTime, &[("time", &time)]);
    format!("{}{between}{time}", lang.say(key))
}

/// Whether the outcome is what an experiment is meant to do, or at least no
/// reason for alarm.
pub fn is_calm(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Completed { .. } | Outcome::Stopped => true,
        Outcome::Panicked { .. }
        | Outcome::Deadlock { .. }
        | Outcome::Fatal { .. }
        | Outcome::Limit
        | Outcome::Livelock { .. }
        | Outcome::Diverged { .. }
        | Outcome::Fault { .. }
        | Outcome::RunnerLost { .. } => false,
    }
}

/// What Go would have printed, with the line that says where.
pub fn go_text(lang: Lang, outcome: &Outcome) -> Option<(String, Option<String>)> {
    match outcome {
        Outcome::Panicked {
            message,
            goroutine,
            name,
            at,
        } => {
            let who = goroutine_words(*goroutine, name.as_deref());
            let place = lang.fill(
                Key::PanicWhere,
                &[("name", &who), ("g", &goroutine.to_string()), ("at", at)],
            );
            Some((message.clone(), Some(place)))
        }
        Outcome::Deadlock { .. } => Some((DEADLOCK.into(), None)),
        Outcome::Fatal { message, at } => {
            let place = lang.fill(Key::FatalWhere, &[("at", at)]);
            Some((message.clone(), (!at.is_empty()).then_some(place)))
        }
        Outcome::Fault { message } | Outcome::RunnerLost { message } => {
            Some((message.clone(), None))
        }
        Outcome::Diverged { message } => {
            let why = lang.say(Key::DivergedWhy).into();
            Some((message.clone(), Some(why)))
        }
        Outcome::Completed { .. }
        | Outcome::Livelock { .. }
        | Outcome::Stopped
        | Outcome::Limit => None,
    }
}

/// The goroutines that were left, and the title over them.
pub fn left(outcome: &Outcome) -> Option<(Key, &[Waiting])> {
    match outcome {
        Outcome::Completed { leaked } if !leaked.is_empty() => Some((Key::LeakedTitle, leaked)),
        Outcome::Deadlock { waiting } => Some((Key::DeadlockTitle, waiting)),
        Outcome::Livelock { left } => Some((Key::LivelockTitle, left)),
        Outcome::Completed { .. }
        | Outcome::Panicked { .. }
        | Outcome::Fatal { .. }
        | Outcome::Stopped
        | Outcome::Limit
        | Outcome::Diverged { .. }
        | Outcome::Fault { .. }
        | Outcome::RunnerLost { .. } => None,
    }
}

/// What a person calls a goroutine.
pub fn goroutine_words(g: u32, name: Option<&str>) -> String {
    match name {
        Some(name) => name.to_owned(),
        None if g == 1 => "main".into(),
        None => format!("g{g}"),
    }
}

/// What a goroutine waits for.
pub fn waiting_words(lang: Lang, waiting: &Waiting) -> String {
    let object = match &waiting.object_name {
        Some(name) => name.clone(),
        None if waiting.object == protocol::event::NO_OBJECT => "–".into(),
        None => format!("#{}", waiting.object),
    };
    match waiting.reason {
        None => lang.say(Key::WaitingNothing).into(),
        Some(reason) => lang.fill(waiting_key(reason), &[("object", &object)]),
    }
}

/// The words for waiting for a reason.
pub fn waiting_key(reason: Reason) -> Key {
    match reason {
        Reason::ChanSend => Key::WaitingSend,
        Reason::ChanReceive => Key::WaitingReceive,
        Reason::ChanSendNil => Key::WaitingSendNil,
        Reason::ChanReceiveNil => Key::WaitingReceiveNil,
        Reason::Select => Key::WaitingSelect,
        Reason::SelectNoCases => Key::WaitingSelectNoCases,
        Reason::WaitGroup => Key::WaitingWaitGroup,
        Reason::Sleep => Key::WaitingSleep,
        Reason::Foreign => Key::WaitingForeign,
        Reason::Mutex => Key::WaitingMutex,
        Reason::RwMutexRead => Key::WaitingRwMutexRead,
        Reason::RwMutexWrite => Key::WaitingRwMutexWrite,
        Reason::Cond => Key::WaitingCond,
        Reason::Once => Key::WaitingOnce,
        Reason::Semaphore => Key::WaitingSemaphore,
        Reason::Syscall => Key::WaitingSyscall,
    }
}

/// The name of the time that goroutines were blocked for a reason.
pub fn blocked_key(reason: Reason) -> Key {
    match reason {
        Reason::ChanSend => Key::BlockedSend,
        Reason::ChanReceive => Key::BlockedReceive,
        Reason::ChanSendNil => Key::BlockedSendNil,
        Reason::ChanReceiveNil => Key::BlockedReceiveNil,
        Reason::Select => Key::BlockedSelect,
        Reason::SelectNoCases => Key::BlockedSelectNoCases,
        Reason::WaitGroup => Key::BlockedWaitGroup,
        Reason::Sleep => Key::BlockedSleep,
        Reason::Foreign => Key::BlockedForeign,
        Reason::Mutex => Key::BlockedMutex,
        Reason::RwMutexRead => Key::BlockedRwMutexRead,
        Reason::RwMutexWrite => Key::BlockedRwMutexWrite,
        Reason::Cond => Key::BlockedCond,
        Reason::Once => Key::BlockedOnce,
        Reason::Semaphore => Key::BlockedSemaphore,
        Reason::Syscall => Key::BlockedSyscall,
    }
}

/// What was found out beside the outcome, a sentence each; a ring is drawn.
pub fn finding_words(lang: Lang, findings: &Findings) -> Vec<String> {
    let races = findings.races.iter().map(|race| {
        let object = match &race.object_name {
            Some(name) => name.clone(),
            None => format!("#{}", race.object),
        };
        let access = |access: &Access| format!("g{}, {}", access.g, access.at);
        let (first, second) = (access(&race.first), access(&race.second));
        let gaps = [
            ("object", object.as_str()),
            ("first", &first),
            ("second", &second),
        ];
        lang.fill(Key::FindingRace, &gaps)
    });
    let starved = findings.starved.iter().map(|starved| {
        let who = goroutine_words(starved.g, starved.name.as_deref());
        match starved.how {
            Starvation::NotRun { steps } => {
                lang.fill(Key::FindingNotRun, &[("who", &who), ("n", &count(steps))])
            }
            Starvation::Overtaken { times, .. } => lang.fill(
                Key::FindingOvertaken,
                &[("who", &who), ("n", &count(times))],
            ),
        }
    });
    races.chain(starved).collect()
}

/// What meeting a limit meant.
pub fn limit_words(lang: Lang, met: &LimitMet) -> String {
    let (key, value) = match met.limit {
        LimitName::Time => (Key::LimitEndedTime, millis(met.value)),
        LimitName::Memory => (Key::LimitEndedMemory, bytes(met.value)),
        LimitName::Goroutines => (Key::LimitEndedGoroutines, count(met.value)),
        LimitName::Events => (Key::LimitMetEvents, count(met.value)),
        LimitName::Output => (Key::LimitMetOutput, bytes(met.value)),
        LimitName::Steps => (Key::LimitEndedSteps, count(met.value)),
    };
    lang.fill(key, &[("value", &value)])
}

/// All limits of a run, in one line.
pub fn limits_words(lang: Lang, limits: &Limits) -> String {
    lang.fill(
        Key::LimitsOfRun,
        &[
            ("time", &millis(limits.time_millis)),
            ("memory", &bytes(limits.memory_bytes)),
            ("goroutines", &count(limits.goroutines.into())),
            ("events", &count(limits.events)),
            ("output", &bytes(limits.output_bytes)),
        ],
    )
}

fn millis(millis: u64) -> String {
    let ns = millis.saturating_mul(1_000_000);
    match millis {
        // A limit is a round number and is written as one: 20 s, not 20.0 s.
        1_000.. if millis.is_multiple_of(1_000) => {
            format!("{}{}s", count(millis / 1_000), crate::figures::THIN_SPACE)
        }
        _ => duration(ns),
    }
}

#[cfg(test)]
mod tests {
    use protocol::run::{Race, Starved};

    use super::*;

    fn waiting(reason: Option<Reason>) -> Waiting {
        Waiting {
            g: 7,
            name: Some("worker 2".into()),
            reason,
            object: 3,
            object_name: Some("tasks".into()),
            at: "backend/experiments/src/worker_pool.rs:40:13".into(),
            waits_for: Vec::new(),
            stuck: false,
        }
    }

    #[test]
    fn a_leak_is_counted_in_the_verdict() {
        let end = |n: usize| RunEnd {
            elapsed_ns: 703_000_000,
            ..RunEnd::of(Outcome::Completed {
                leaked: vec![waiting(None); n],
            })
        };
        let en = |n| verdict(Lang::En, &end(n));
        assert_eq!(en(0), "Completed after 703\u{2009}ms");
        assert_eq!(en(1), "Completed after 703\u{2009}ms, 1 goroutine leaked");
        assert_eq!(
            verdict(Lang::Zh, &end(2)),
            "用时 703\u{2009}ms 结束，泄漏了 2 个 goroutine"
        );
        assert!(left(&end(0).outcome).is_none());
        assert_eq!(left(&end(2).outcome).unwrap().1.len(), 2);
    }

    #[test]
    fn a_wait_names_its_channel() {
        assert_eq!(
            waiting_words(Lang::En, &waiting(Some(Reason::ChanSend))),
            "waits to send on tasks"
        );
        assert_eq!(
            waiting_words(Lang::Zh, &waiting(Some(Reason::ChanReceive))),
            "在等着从 tasks 接收"
        );
    }

    #[test]
    fn a_panic_has_gos_text_and_its_place() {
        let outcome = Outcome::Panicked {
            message: "panic: send on closed channel".into(),
            goroutine: 7,
            name: Some("sender".into()),
            at: "a.rs:1:2".into(),
        };
        let (text, place) = go_text(Lang::En, &outcome).unwrap();
        assert_eq!(text, "panic: send on closed channel");
        assert_eq!(place.unwrap(), "sender, goroutine 7, at a.rs:1:2");
        assert!(!is_calm(&outcome));
    }

    #[test]
    fn findings_are_told_by_name_and_place() {
        let access = |g, line| Access {
            g,
            writes: true,
            at: format!("counter.rs:{line}:5"),
        };
        let findings = Findings {
            cycle: vec![2, 3],
            races: vec![Race {
                object: 9,
                object_name: Some("count".into()),
                first: access(2, 12),
                second: access(3, 14),
            }],
            starved: vec![Starved {
                g: 4,
                name: Some("reader".into()),
                how: Starvation::Overtaken {
                    object: 1,
                    times: 50,
                },
                at: String::new(),
            }],
        };
        assert_eq!(
            finding_words(Lang::En, &findings),
            [
                "Data race on count: nothing orders g2, counter.rs:12:5 and g3, counter.rs:14:5",
                "reader starved: others took its lock 50 times while it waited",
            ]
        );
        assert!(finding_words(Lang::Zh, &Findings::default()).is_empty());
    }

    #[test]
    fn limits_are_written_with_their_units() {
        let words = limits_words(Lang::En, &Limits::default());
        assert_eq!(
            words,
            "Limits of a run: 20\u{2009}s, 1.07\u{2009}GB of memory, 1,000,000 goroutines, \
             1,000,000 events, 262\u{2009}kB of output"
        );
        let met = LimitMet {
            limit: LimitName::Time,
            value: 20_000,
        };
        assert!(limit_words(Lang::En, &met).starts_with("It ran for 20\u{2009}s"));
    }
}
