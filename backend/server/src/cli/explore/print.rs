//! What an exploration found, for a person and for a script.

use std::collections::BTreeSet;

use protocol::LimitName;
use serde_json::{Map, Value as Json, json};

use super::Explored;
use crate::catalogue::replay;
use crate::cli::figures::figure;
use crate::cli::table;
use crate::explore::Found;

/// The most outcomes that are shown to a person; `--json` has all.
const SHOWN_OUTCOMES: usize = 20;
/// The most lines that are shown of each.
const SHOWN_LINES: usize = 20;

/// A line for each outcome, and one at the end.
pub(super) fn json(explored: &Explored) -> String {
    let tally = &explored.tally;
    let found = tally.by_count();
    let mut text = String::new();
    for one in &found {
        text.push_str(&outcome(one).to_string());
        text.push('\n');
    }
    let limits = explored.limits.iter();
    let limits: Vec<Json> = limits
        .map(|(limit, value)| json!({"limit": limit, "value": value}))
        .collect();
    let last = json!({
        "schedules": tally.schedules,
        "distinct": found.len(),
        "complete": explored.complete,
        "limits": limits,
        "not_kept": tally.not_kept,
        "interrupted": explored.interrupted,
    });
    text.push_str(&last.to_string());
    text.push('\n');
    text
}

/// What only some outcomes have stands behind what all have.
fn outcome(found: &Found) -> Json {
    let shape = &found.shape;
    let mut line = Map::new();
    line.insert("outcome".into(), json!(shape.outcome.as_str()));
    line.insert("lines".into(), json!(shape.lines));
    line.insert("metrics".into(), json!(shape.metrics));
    line.insert("count".into(), json!(found.count));
    line.insert("schedule".into(), json!(found.schedule));
    if let Some(message) = shape.message() {
        line.insert("message".into(), json!(message));
    }
    if let Some(limit) = shape.limit {
        line.insert("limit".into(), json!(limit));
    }
    if !shape.waiting.is_empty() {
        line.insert("waiting".into(), json!(shape.waiting));
    }
    if !shape.races.is_empty() {
        line.insert("races".into(), json!(shape.races));
    }
    if shape.more_lines > 0 {
        line.insert("more_lines".into(), json!(shape.more_lines));
    }
    Json::Object(line)
}

/// The outcomes for a person, the most frequent first.
pub(super) fn table(explored: &Explored) -> String {
    let tally = &explored.tally;
    let found = tally.by_count();
    let varying = varying(&found);
    let mut text = format!(
        "{} of {}, {} ({})\n",
        plural(tally.schedules, "schedule"),
        explored.entry.id,
        plural(found.len() as u64, "outcome"),
        explored.strategy
    );
    for one in found.iter().take(SHOWN_OUTCOMES) {
        text.push('\n');
        text.push_str(&block(explored, one, &varying));
    }
    text.push('\n');
    let hidden = found.len().saturating_sub(SHOWN_OUTCOMES);
    if hidden > 0 {
        text.push_str(&format!(
            "{}, each of {} at most; --json shows all\n",
            plural(hidden as u64, "more outcome"),
            plural(found[SHOWN_OUTCOMES].count, "schedule"),
        ));
    }
    text.push_str(&how_far(explored));
    text
}

/// An outcome: how often, how, what it printed, what sets it apart, and what
/// replays it.
fn block(explored: &Explored, found: &Found, varying: &BTreeSet<&str>) -> String {
    let shape = &found.shape;
    let mut text = format!("{} times  {}", found.count, table::how(&shape.outcome));
    if let Some(limit) = shape.limit {
        text.push_str(&format!(" of {}", LimitName::as_str(limit)));
    }
    if let Some(message) = shape.message() {
        text.push_str(&format!(": {message}"));
    }
    text.push('\n');
    for line in shape.lines.iter().take(SHOWN_LINES) {
        text.push_str(&format!("    | {line}\n"));
    }
    let more = shape.lines.len().saturating_sub(SHOWN_LINES) + shape.more_lines;
    if more > 0 {
        let lines = plural(more as u64, "more line");
        text.push_str(&format!("    | … and {lines}\n"));
    }
    for words in &shape.waiting {
        text.push_str(&format!("    left waiting: {words}\n"));
    }
    for cell in &shape.races {
        text.push_str(&format!("    data race on {cell}\n"));
    }
    for (name, value) in &shape.metrics {
        if varying.contains(name.as_str()) {
            let spec = explored.entry.metrics.iter().find(|spec| spec.name == name);
            let label = spec.map_or(name.as_str(), |spec| spec.label.en);
            text.push_str(&format!("    {label}: {}\n", figure(*value)));
        }
    }
    let replay = replay(explored.entry, &explored.request, &found.schedule);
    text.push_str(&format!("    {replay}\n"));
    text
}

/// The figures that are not the same in all outcomes; all, if there is one.
fn varying<'a>(found: &[&'a Found]) -> BTreeSet<&'a str> {
    let names = found.iter().flat_map(|one| one.shape.metrics.keys());
    let mut varying: BTreeSet<&str> = names.map(String::as_str).collect();
    if let [first, rest @ ..] = found
        && !rest.is_empty()
    {
        let value = |one: &Found, name: &str| one.shape.metrics.get(name).copied();
        varying.retain(|name| {
            rest.iter()
                .any(|one| value(one, name) != value(first, name))
        });
    }
    varying
}

/// Whether that is all, and if not, what ended it.
fn how_far(explored: &Explored) -> String {
    let mut text = String::new();
    if explored.interrupted {
        text.push_str("Interrupted: there may be other outcomes\n");
    } else if explored.complete {
        text.push_str("These are all schedules within the bound\n");
    }
    if explored.tally.not_kept > 0 {
        text.push_str(&format!(
            "{} had other outcomes, which were not kept\n",
            plural(explored.tally.not_kept, "schedule")
        ));
    }
    for (limit, value) in &explored.limits {
        text.push_str(&format!("Limit met: {limit}, {value}\n"));
    }
    text
}

fn plural(count: u64, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}
