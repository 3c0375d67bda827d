use std::collections::BTreeMap;

use super::*;
use crate::catalogue;

fn experiment() -> Experiment {
    catalogue::experiment(catalogue::find("channel-buffered").unwrap())
}

/// What is wrong with a condition, with its columns.
fn wrong(text: &str) -> Vec<(usize, String)> {
    #[derive(serde::Deserialize)]
    struct File {
        when: Spanned<String>,
    }
    let source = Source {
        name: "lesson.toml".into(),
        text: format!("when = {text:?}\n"),
    };
    let file: File = toml::from_str(&source.text).unwrap();
    let read = Condition::read(&file.when, &experiment(), &source);
    let problems = read.err().unwrap_or_default();
    let start = "when = \"".len();
    problems
        .into_iter()
        .map(|one| (one.column.unwrap() - start, one.message))
        .collect()
}

fn read(text: &str) -> Condition {
    Condition {
        text: text.into(),
        program: Program::compile(text).unwrap(),
    }
}

fn facts(metrics: &[(&str, f64)]) -> Facts {
    let params = serde_json::json!({"capacity": 3, "sends": 5, "time_scale": 0.5});
    let metrics = metrics.iter().map(|(name, value)| ((*name).into(), *value));
    let metrics: BTreeMap<String, f64> = metrics.collect();
    let params = params.as_object().unwrap();
    Facts::of(&experiment(), params, &metrics, "completed", 2)
}

#[test]
fn numbers_compare_whatever_their_types() {
    let facts = facts(&[("blocked_sends", 2.0), ("blocked_ms", 0.5)]);
    for text in [
        "metrics.blocked_sends == 2",
        "metrics.blocked_sends == 2.0",
        "2 == metrics.blocked_sends",
        "metrics.blocked_sends != 3",
        "metrics.blocked_sends >= 2 && metrics.blocked_sends <= 2",
        "metrics.blocked_sends > 1 && metrics.blocked_sends < 3",
        "metrics.blocked_sends < params.capacity",
        "metrics.blocked_sends + 1.0 == params.capacity",
        "metrics.blocked_sends / 4.0 == metrics.blocked_ms",
        "metrics.blocked_sends * double(params.sends) == 10",
        "metrics.blocked_ms == params.time_scale",
        "params.time_scale < 1",
        "params.capacity == 3 && params.capacity == 3.0",
        "metrics.blocked_sends in [1, 2.0]",
        "int(metrics.blocked_sends) % 2 == 0",
        "outcome == 'completed' && leaked == 2",
        "has(metrics.blocked_sends) && !has(metrics.peak_len)",
        "false || metrics.blocked_sends == 2",
    ] {
        assert_eq!(read(text).holds(&facts), Ok(true), "{text}");
    }
    assert_eq!(read("metrics.blocked_sends == 1").holds(&facts), Ok(false));
}

#[test]
fn a_figure_that_is_not_there_is_told() {
    let facts = facts(&[]);
    let unknown = read("metrics.peak_len == 1").holds(&facts).unwrap_err();
    assert!(unknown.contains("peak_len"), "{unknown}");
    // What decides without it decides.
    let decided = read("metrics.peak_len == 1 || leaked == 2").holds(&facts);
    assert_eq!(decided, Ok(true));
    assert_eq!(
        read("leaked == 1 && metrics.peak_len == 1").holds(&facts),
        Ok(false)
    );
}

#[test]
fn right_conditions_have_nothing_wrong() {
    for text in [
        "metrics.first_blocked_send == 1",
        "params.capacity < 6 && metrics.blocked_sends == 0",
        "outcome in ['deadlock', 'panicked'] || leaked > 0",
        "[1.0, 2.0].exists(x, x == metrics.peak_len)",
        "metrics['peak_len'] <= params['capacity']",
        "metrics.blocked_sends / double(params.capacity) >= 0.0",
    ] {
        assert_eq!(wrong(text), [], "{text}");
    }
}

#[test]
fn wrong_conditions_are_told_with_their_place_and_their_mend() {
    for (text, at, words) in [
        ("metrics.peak_len ==", "", "does not parse"),
        (
            "leaked == 0 && metrics.peak_length == 1",
            "metrics",
            "did you mean `peak_len`",
        ),
        ("params.capacty == 1", "params", "did you mean `capacity`"),
        ("metrics['peak'] == 1", "metrics", "no metric `peak`"),
        ("metric.peak_len == 1", "metric", "did you mean `metrics`"),
        (
            "outcome == 'deadlok'",
            "'deadlok'",
            "did you mean `deadlock`",
        ),
        ("outcome in ['limit', 'dead']", "'dead'", "one of completed"),
        ("leaked > 0 || metrics.peak_len + 1 == 2", "", "2.0"),
        ("metrics.peak_len", "", "neither true nor false"),
        ("leaked > 0 && most(1)", "", "no function `most`"),
        ("outcome.word == 'x'", "outcome", "no fields"),
    ] {
        let found = wrong(text);
        let [(column, message)] = found.as_slice() else {
            panic!("{text}: {found:?}");
        };
        assert!(message.contains(words), "{text}: {message}");
        if !at.is_empty() {
            assert_eq!(text[column - 1..].find(at), Some(0), "{text}: {column}");
        }
    }
}
