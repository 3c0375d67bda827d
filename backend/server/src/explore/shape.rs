//! What makes two schedules the same for whoever looks at what came of them.
//!
//! How the run ended, with its message and the limit that ended it; what was
//! printed, in order; the figures that are decided by who goes on when; who was
//! left waiting, and for what; which cells raced. Durations are left out, of
//! figures and within lines: they tell how long, not what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use csp::run::Report;
use csp::trace::Sink;
use experiments::{Entry, Lab};
use protocol::run::Waiting;
use protocol::{LimitName, Outcome};
use sha2::{Digest, Sha256};

use crate::wire;

/// The most bytes of lines that are shown of an outcome; all of them count.
const SHOWN_LINE_BYTES: usize = 16 << 10;
/// The most goroutines left that are shown of an outcome; all of them count.
const SHOWN_WAITING: usize = 20;
/// Units of durations, the longer ones first.
const UNITS: [&str; 5] = ["ns", "µs", "us", "ms", "s"];

/// What came of a schedule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    /// The word for the outcome.
    pub(crate) outcome: Outcome,
    /// The limit that ended it.
    pub(crate) limit: Option<LimitName>,
    /// What was printed, in order, as far as it is shown.
    pub(crate) lines: Vec<String>,
    /// How many lines are not shown.
    pub(crate) more_lines: usize,
    /// The figures, without those that come from a clock.
    pub(crate) metrics: BTreeMap<String, f64>,
    /// Who was left waiting and for what, as far as it is shown.
    pub(crate) waiting: Vec<String>,
    /// The cells on which accesses raced.
    pub(crate) races: BTreeSet<String>,
    /// The same for those that are the same.
    pub(crate) key: [u8; 32],
}

impl Shape {
    /// What came of a run.
    pub(super) fn of(entry: &Entry, report: &Report<()>, lab: &Lab, printed: &Printed) -> Shape {
        let limit = wire::limit_of(&report.outcome);
        let outcome = wire::outcome(&report.outcome, &report.left, limit);
        let lines = printed.take();
        let metrics = figures(entry, lab);
        let mut waiting = waiting(&outcome);
        let races = report.findings.races.iter().map(|race| {
            let name = race.object_name.as_deref().map(str::to_owned);
            name.unwrap_or_else(|| format!("cell {}", race.object))
        });
        let races: BTreeSet<String> = races.collect();
        let key = key(&outcome, limit, &lines, &metrics, &waiting, &races);
        waiting.truncate(SHOWN_WAITING);
        let mut bytes = 0;
        let fits = lines.iter().take_while(|line| {
            bytes += line.len();
            bytes <= SHOWN_LINE_BYTES
        });
        let shown = fits.count();
        Shape {
            more_lines: lines.len() - shown,
            lines: lines.into_iter().take(shown).collect(),
            outcome,
            limit,
            metrics,
            waiting,
            races,
            key,
        }
    }

    /// Go's text of the panic or the error that ended it.
    pub(crate) fn message(&self) -> Option<&str> {
        message(&self.outcome)
    }
}

fn message(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Panicked { message, .. }
        | Outcome::Fatal { message, .. }
        | Outcome::Fault { message }
        | Outcome::RunnerLost { message }
        | Outcome::Diverged { message } => Some(message),
        Outcome::Completed { .. }
        | Outcome::Deadlock { .. }
        | Outcome::Livelock { .. }
        | Outcome::Stopped
        | Outcome::Limit => None,
    }
}

fn figures(entry: &Entry, lab: &Lab) -> BTreeMap<String, f64> {
    let mut metrics = lab.metrics();
    for spec in entry.metrics.iter().filter(|spec| spec.is_time()) {
        metrics.remove(spec.name);
    }
    metrics
}

/// Who was left and waits for something. Who could have run would have gone on:
/// how far each had come by then is no outcome.
fn waiting(outcome: &Outcome) -> Vec<String> {
    let left = match outcome {
        Outcome::Completed { leaked } => leaked,
        Outcome::Deadlock { waiting } => waiting,
        Outcome::Livelock { left } => left,
        _ => return Vec::new(),
    };
    let mut words: Vec<String> = left.iter().filter_map(waits).collect();
    words.sort_unstable();
    words
}

/// Numbers of goroutines depend on the schedule, so they are left out.
fn waits(waiting: &Waiting) -> Option<String> {
    let reason = waiting.reason?.as_go();
    let who = waiting.name.as_deref().unwrap_or("func");
    Some(match &waiting.object_name {
        Some(object) => format!("{who}: {reason} ({object})"),
        None => format!("{who}: {reason}"),
    })
}

fn key(
    outcome: &Outcome,
    limit: Option<LimitName>,
    lines: &[String],
    metrics: &BTreeMap<String, f64>,
    waiting: &[String],
    races: &BTreeSet<String>,
) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    part(outcome.as_str());
    part(limit.map_or("", LimitName::as_str));
    part(&without_times(message(outcome).unwrap_or_default()));
    for line in lines {
        part(&without_times(line));
    }
    // No line, figure or name is this one.
    let end = "\0";
    part(end);
    for (name, value) in metrics {
        part(name);
        part(&value.to_string());
    }
    part(end);
    for word in waiting {
        part(word);
    }
    part(end);
    for cell in races {
        part(cell);
    }
    hash.finalize().into()
}

/// A text with every duration in it made the same.
fn without_times(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(from.len());
        let (number, after) = from.split_at(end);
        masked.push_str(before);
        match unit(after) {
            Some(length) => {
                masked.push('…');
                rest = &after[length..];
            }
            None => {
                masked.push_str(number);
                rest = after;
            }
        }
    }
    masked.push_str(rest);
    masked
}

/// How many bytes of a unit of time, with a space before it, begin the text.
fn unit(text: &str) -> Option<usize> {
    let unit_text = text.trim_start_matches([' ', '\u{a0}', '\u{2009}', '\u{202f}']);
    let unit = UNITS.iter().find(|unit| {
        let rest = unit_text.strip_prefix(**unit);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })?;
    Some(text.len() - unit_text.len() + unit.len())
}

/// What a run prints; clones share it.
#[derive(Clone, Default)]
pub(super) struct Printed {
    lines: Arc<Mutex<Lines>>,
}

#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    bytes_left: u64,
}

impl Printed {
    /// Of a run that may print so many bytes; the first line that does not fit
    /// and all after it are left out, as in a run by itself.
    pub(super) fn new(most_bytes: u64) -> Self {
        let lines = Lines {
            lines: Vec::new(),
            bytes_left: most_bytes,
        };
        Printed {
            lines: Arc::new(Mutex::new(lines)),
        }
    }

    fn take(&self) -> Vec<String> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut lines.lines)
    }
}

impl Sink for Printed {
    fn events(&mut self, events: &[csp::trace::Event]) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            if let Some(text) = wire::line(event) {
                match lines.bytes_left.checked_sub(text.len() as u64) {
                    Some(left) => {
                        lines.bytes_left = left;
                        lines.lines.push(text.to_owned());
                    }
                    None => lines.bytes_left = 0,
                }
            }
        }
    }

    fn dropped(&mut self, _from_ns: u64, _to_ns: u64, _count: u64) {}
}

#[cfg(test)]
mod tests {
    use super::without_times;

    #[test]
    fn durations_within_lines_do_not_count_and_other_numbers_do() {
        for (text, masked) in [
            ("one after 100 ms", "one after …"),
            ("1.24\u{2009}µs, then 3s", "…, then …"),
            ("sent 4 after 0 ms", "sent 4 after …"),
            (
                "counter 3: 40 primes below 2000",
                "counter 3: 40 primes below 2000",
            ),
            ("3 sent, 2 seconds", "3 sent, 2 seconds"),
            ("12", "12"),
            ("任务 7 用时 20 ms。", "任务 7 用时 …。"),
        ] {
            assert_eq!(without_times(text), masked);
        }
    }
}
