//! The commands, as a user or a script calls them.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::Stdio;

use protocol::Experiment;
use serde_json::Value;

use crate::folder::Folder;
use crate::program::{interleave, run, signal};

const QUICK: [&str; 4] = ["run", "channel-buffered", "--set", "time_scale=0.01"];

fn quick(more: &[&str]) -> (i32, String, String) {
    run(&[&QUICK, more].concat())
}

#[test]
fn a_run_prints_its_lines_and_its_figures() {
    let (code, stdout, stderr) = quick(&["--procs", "2", "--seed", "3"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.starts_with("sent 1 "), "{stdout}");
    for words in [
        "\nCompleted after ",
        "First send that blocked",
        "chan send",
        "5 sent, 5 received",
    ] {
        assert!(stdout.contains(words), "{words} in {stdout}");
    }
}

#[test]
fn lines_of_json_end_with_the_outcome() {
    let (code, stdout, _) = quick(&["--format", "ndjson", "--set", "capacity=0"]);
    assert_eq!(code, 0);
    let lines: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (last, events) = lines.split_last().unwrap();
    assert_eq!(last["outcome"], "completed");
    assert_eq!(last["metrics"]["first_blocked_send"], 1.0);
    assert!(
        events
            .iter()
            .enumerate()
            .all(|(seq, event)| event["seq"] == seq)
    );
    assert!(stdout.starts_with("{\"seq\":0,\"t_ns\":"), "{stdout}");
}

#[test]
fn a_panic_ends_a_run_with_gos_text_and_gos_code() {
    let (code, stdout, stderr) = run(&[
        "run",
        "worker-pool",
        "--set",
        "time_scale=0.01",
        "--set",
        "panicking_every=7",
        "--set",
        "recover=false",
    ]);
    assert_eq!(code, 2, "{stdout}");
    assert!(
        stderr.starts_with("panic: task 7 divides by zero"),
        "{stderr}"
    );
}

#[test]
fn the_output_can_go_to_a_file() {
    let folder = Folder::new();
    let path = folder.path().join("run.ndjson");
    let out = path.to_str().unwrap();
    let (code, stdout, _) = quick(&["--format", "ndjson", "--out", out]);
    assert_eq!((code, stdout.as_str()), (0, ""));
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .contains("\"outcome\":\"completed\"")
    );
    let (code, _, stderr) = quick(&["--out", "/no/such/folder/file"]);
    assert_eq!(code, 1);
    assert!(stderr.contains("/no/such/folder/file"), "{stderr}");
}

#[test]
fn what_is_called_wrongly_is_code_1_and_says_why() {
    for (args, words) in [
        (
            &["run", "chanel-buffered"] as &[&str],
            "did you mean `channel-buffered`",
        ),
        (
            &["run", "channel-buffered", "--set", "capacity"],
            "NAME=VALUE",
        ),
        (
            &["run", "channel-buffered", "--set", "capacity=x"],
            "`capacity` must be",
        ),
        (
            &["run", "channel-buffered", "--set", "capacity=-1"],
            "from 0 to 1024",
        ),
        (
            &["run", "channel-buffered", "--set", "capcity=1"],
            "did you mean `capacity`",
        ),
        (&["run", "channel-buffered", "--procs", "0"], "1..=64"),
        (&["run", "channel-buffered", "--scheduler", "go"], "native"),
        (&["run", "channel-buffered", "--format", "xml"], "xml"),
        (&["run"], "EXPERIMENT"),
        (&["nonsense"], "nonsense"),
        (&["serve", "--addr", "nonsense"], "nonsense"),
    ] {
        let (code, stdout, stderr) = run(args);
        assert_eq!((code, stdout.as_str()), (1, ""), "{args:?}");
        assert!(stderr.contains(words), "{args:?}: {stderr}");
    }
    assert_eq!(run(&["--help"]).0, 0);
    assert_eq!(run(&["--version"]).0, 0);
}

#[test]
fn a_port_in_use_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let (code, stdout, stderr) = run(&["serve", "--addr", &addr]);
    assert_eq!((code, stdout.as_str()), (1, ""));
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(
        stderr.contains(&format!("{addr} is in use")) && stderr.contains("--addr"),
        "{stderr}"
    );
}

#[test]
fn ctrl_c_stops_a_run_and_keeps_its_figures() {
    let mut child = interleave()
        .args(["run", "channel-buffered", "--set", "time_scale=1"])
        .args(["--set", "receiver_starts_after=10000"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    assert!(first.starts_with("sent 1"), "{first}");
    signal("INT", child.id());
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("Stopped after"), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn a_reader_that_has_had_enough_ends_it_quietly() {
    let mut child = interleave()
        .args(["run", "worker-pool", "--format", "ndjson"])
        .args(["--set", "time_scale=1", "--set", "tasks=1000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    drop(output);
    let finished = child.wait_with_output().unwrap();
    assert_eq!(finished.status.code(), Some(0));
    assert_eq!(String::from_utf8(finished.stderr).unwrap(), "");
}

#[test]
fn experiments_are_listed_with_their_ranges() {
    let (code, stdout, _) = run(&["experiments"]);
    assert_eq!(code, 0);
    assert!(
        stdout.contains("channel-buffered") && stdout.contains("from 0 to 1024"),
        "{stdout}"
    );
    let (code, stdout, _) = run(&["experiments", "--json"]);
    assert_eq!(code, 0);
    let listed: Vec<Experiment> = serde_json::from_str(&stdout).unwrap();
    assert_eq!(listed, server::catalogue::all());
}

#[test]
fn ctrl_c_stops_the_server() {
    let mut child = interleave()
        .args(["serve", "--addr", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("http://127.0.0.1:") {
        assert!(output.read_line(&mut said).unwrap() > 0, "{said}");
    }
    assert!(said.contains("lessons: "), "{said}");
    assert_eq!(said.contains("debug build"), cfg!(debug_assertions));
    signal("INT", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_broken_lesson_is_told_on_start() {
    let lessons = Folder::of_lessons();
    lessons.write("02-patterns/01-worker-pool/lesson.toml", "id = \n");
    let mut child = interleave()
        .args(["serve", "--addr", "127.0.0.1:0", "--lessons"])
        .arg(lessons.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    while !said.contains("http://") {
        assert!(output.read_line(&mut said).unwrap() > 0);
    }
    signal("INT", child.id());
    let told = child.wait_with_output().unwrap();
    let told = String::from_utf8(told.stderr).unwrap();
    assert!(
        told.contains("02-patterns/01-worker-pool/lesson.toml:1:6: "),
        "{told}"
    );
    assert!(said.contains("problems in lesson files: 1"), "{said}");
}
