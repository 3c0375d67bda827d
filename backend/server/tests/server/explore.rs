//! `interleave explore`: outcomes over many schedules, each with one that
//! replays it.

use std::process::Stdio;

use serde_json::Value;

use crate::program::{interleave, run, signal, until};
use crate::simulated::lines;

/// The outcomes and the last line.
fn explore(args: &[&str]) -> (Vec<Value>, Value) {
    let (code, stdout, stderr) = run(&[&["explore"], args, &["--json"]].concat());
    assert_eq!((code, stderr.as_str()), (0, ""), "{args:?}");
    parse(&stdout)
}

fn parse(stdout: &str) -> (Vec<Value>, Value) {
    let lines = stdout.lines().map(serde_json::from_str);
    let mut lines: Vec<Value> = lines.collect::<Result<_, _>>().unwrap();
    let last = lines.pop().unwrap();
    (lines, last)
}

/// What was printed, without the times in it.
fn printed(outcome: &Value) -> Vec<String> {
    let lines = outcome["lines"].as_array().unwrap().iter();
    lines
        .map(|line| line.as_str().unwrap().split(" after ").next().unwrap())
        .map(str::to_owned)
        .collect()
}

/// Runs the schedule of an outcome again, and compares.
fn replays(experiment: &str, outcome: &Value) {
    let schedule = outcome["schedule"].as_str().unwrap();
    let (_, events) = lines(&[experiment, "--schedule", schedule]);
    let (end, events) = events.split_last().unwrap();
    assert_eq!(end["outcome"], outcome["outcome"], "{schedule}");
    assert_eq!(end["schedule"], schedule);
    let texts: Vec<&Value> = events
        .iter()
        .filter(|event| event["kind"] == "line")
        .map(|event| &event["text"])
        .collect();
    let lines: Vec<&Value> = outcome["lines"].as_array().unwrap().iter().collect();
    assert_eq!(texts, lines, "{schedule}");
    for (name, value) in outcome["metrics"].as_object().unwrap() {
        assert_eq!(&end["metrics"][name], value, "{schedule}: {name}");
    }
}

#[test]
fn both_orders_of_a_meeting_are_found_and_replayed() {
    for strategy in ["random", "pct", "dfs"] {
        let (found, last) = explore(&["channel-unbuffered", "--strategy", strategy]);
        let mut orders: Vec<Vec<String>> = found.iter().map(printed).collect();
        orders.sort();
        assert_eq!(
            orders,
            [["received 1", "sent 1"], ["sent 1", "received 1"]],
            "{strategy}"
        );
        let counts: Vec<u64> = found
            .iter()
            .map(|one| one["count"].as_u64().unwrap())
            .collect();
        assert!(counts[0] >= counts[1], "{counts:?}");
        assert_eq!(last["schedules"], counts.iter().sum::<u64>());
        assert_eq!(last["distinct"], 2);
        assert_eq!(last["complete"], strategy == "dfs");
        let full = last["limits"].as_array().unwrap().first();
        assert_eq!(full.is_none(), strategy == "dfs", "{last}");
        for one in &found {
            replays("channel-unbuffered", one);
        }
    }
}

#[test]
fn selects_are_taken_either_way() {
    let (found, last) = explore(&["select-basic", "--strategy", "dfs"]);
    assert_eq!(last["complete"], true);
    let mut orders: Vec<Vec<String>> = found.iter().map(printed).collect();
    orders.sort();
    assert_eq!(orders, [["one", "two"], ["two", "one"]]);

    let (found, _) = explore(&["select-timeout", "--strategy", "pct"]);
    let gave_up = |one: &Value| one["metrics"]["timed_out"] == 1.0;
    assert!(found.iter().any(gave_up), "{found:?}");
    assert!(!found.iter().all(gave_up), "{found:?}");
    for one in &found {
        replays("select-timeout", one);
    }
}

#[test]
fn a_depth_first_search_without_preemptions_finds_less() {
    let (found, last) = explore(&[
        "channel-unbuffered",
        "--strategy",
        "dfs",
        "--preemptions",
        "0",
    ]);
    assert_eq!((found.len(), &last["complete"]), (1, &Value::from(true)));
}

#[test]
fn the_same_command_says_the_same_and_prints_what_replays() {
    let args = ["explore", "channel-unbuffered", "--schedules", "100"];
    let (code, stdout, stderr) = run(&args);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_eq!(run(&args).1, stdout);
    for words in [
        "100 schedules of channel-unbuffered, 2 outcomes",
        "    | received 1\n    | sent 1\n",
        "interleave run channel-unbuffered --scheduler sim --schedule random-",
        "Limit met: schedules, 100\n",
    ] {
        assert!(stdout.contains(words), "{words} in {stdout}");
    }
}

#[test]
fn more_outcomes_than_anybody_reads_are_counted() {
    let (code, stdout, _) = run(&["explore", "channel-buffered"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("--json shows all"), "{stdout}");
    let blocks = stdout.matches(" times  Completed").count();
    assert_eq!(blocks, 20);
}

#[test]
fn a_panic_is_an_outcome_with_its_message() {
    let (found, _) = explore(&[
        "worker-pool",
        "--set",
        "panicking_every=7",
        "--set",
        "recover=false",
        "--schedules",
        "5",
    ]);
    assert!(found.iter().all(|one| one["outcome"] == "panicked"));
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.starts_with("panic: task 7"), "{message}");
}

#[test]
fn what_is_called_wrongly_is_code_1_and_says_why() {
    for (args, words) in [
        (
            &["explore", "chanel-buffered"] as &[&str],
            "did you mean `channel-buffered`",
        ),
        (&["explore", "scheduler"], "native scheduler alone"),
        (&["explore", "select-basic", "--schedules", "0"], "1..="),
        (
            &["explore", "select-basic", "--schedules", "1000001"],
            "1..=1000000",
        ),
        (&["explore", "select-basic", "--strategy", "luck"], "luck"),
        (
            &["explore", "select-basic", "--depth", "3"],
            "--strategy pct",
        ),
        (
            &["explore", "select-basic", "--preemptions", "3"],
            "--strategy dfs",
        ),
        (
            &["explore", "select-basic", "--set", "rounds=0"],
            "`rounds` must be",
        ),
    ] {
        let (code, stdout, stderr) = run(args);
        assert_eq!((code, stdout.as_str()), (1, ""), "{args:?}");
        assert!(stderr.contains(words), "{args:?}: {stderr}");
    }
}

/// Whether the process takes SIGINT by itself.
fn takes_interrupts(pid: u32) -> bool {
    const SIGINT: u32 = 2;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = u64::from_str_radix(caught.unwrap().trim(), 16).unwrap();
    caught & 1 << (SIGINT - 1) != 0
}

#[test]
fn ctrl_c_prints_what_there_is() {
    let child = interleave()
        .args(["explore", "worker-pool", "--schedules", "1000000", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = child.id();
    until("the signal is taken", || {
        takes_interrupts(pid).then_some(())
    });
    signal("INT", pid);
    let finished = child.wait_with_output().unwrap();
    assert_eq!(finished.status.code(), Some(130));
    let (found, last) = parse(&String::from_utf8(finished.stdout).unwrap());
    assert_eq!(last["interrupted"], true);
    assert_eq!(last["complete"], false);
    assert!(last["schedules"].as_u64().unwrap() < 1_000_000);
    let counted = found.iter().map(|one| one["count"].as_u64().unwrap());
    let not_kept = last["not_kept"].as_u64().unwrap();
    assert_eq!(last["schedules"], counted.sum::<u64>() + not_kept);
}
