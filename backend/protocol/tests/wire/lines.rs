//! Lines of JSON.

use protocol::ndjson::{dropped_line, end_line, event_line};
use serde_json::{Map, Value};

use crate::samples::{end, events, outcomes, places};

fn fields(line: &str) -> Map<String, Value> {
    serde_json::from_str(line).unwrap()
}

#[test]
fn lines_are_these() {
    let places = places();
    let mut lines = String::new();
    for (seq, event) in (1000..).zip(events()) {
        let place = |key: u32| (key as usize).checked_sub(1).map(|at| &places[at]);
        lines.push_str(&event_line(seq, &event, place));
        lines.push('\n');
    }
    lines.push_str(&dropped_line(5_000, 9_000_000_000, 123_456));
    lines.push('\n');
    for outcome in outcomes() {
        lines.push_str(&end_line(&end(outcome)));
        lines.push('\n');
    }
    insta::assert_snapshot!("lines", lines);
}

#[test]
fn an_event_has_the_fields_that_scripts_rely_on() {
    for (seq, event) in (0..).zip(events()) {
        let line = event_line(seq, &event, |_| None);
        assert!(!line.contains('\n'));
        let fields = fields(&line);
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(names[..5], ["seq", "t_ns", "p", "g", "kind"]);
        assert_eq!(names.last(), Some(&"at"));
        assert_eq!(fields["seq"], seq);
        assert_eq!(fields["t_ns"], event.t_ns);
        assert_eq!(fields["kind"], event.kind.name());
        // The fields of a kind never hide one that all events have.
        let all = names.len();
        let mut unique = names;
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), all);
    }
}

#[test]
fn the_last_line_has_the_outcome_first() {
    for outcome in outcomes() {
        let word = outcome.as_str();
        let fields = fields(&end_line(&end(outcome)));
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(names[..4], ["outcome", "metrics", "limits", "dropped"]);
        assert_eq!(fields["outcome"], word);
        assert!(!fields.contains_key("kind") && !fields.contains_key("seq"));
    }
}
