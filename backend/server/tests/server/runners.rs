//! Runner processes: one that is killed costs its own run alone, and none
//! outlives its server.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use protocol::{Frame, Limits, Outcome, RunRequest};
use server::job::Job;

use crate::program::{children, interleave, is_running, signal, until};
use crate::server::{is_completed, long, numbers, server, short, split};

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_runner_is_told_and_its_events_stay() {
    let server = server().await;
    let id = server.run(long()).await;
    let runner = server.until_under_way(&id).await;
    signal("KILL", runner);
    let end = server.end(&id).await;
    let Outcome::RunnerLost { message } = &end.outcome else {
        panic!("{end:?}");
    };
    assert!(message.contains("signal 9 (SIGKILL)"), "{message}");
    let frames = server.frames(&id, "").await;
    assert!(!numbers(&frames).is_empty());
    assert_eq!(frames.last(), Some(&Frame::End(Box::new(end))));
    // The server has other runners.
    let next = server.run(short()).await;
    assert!(is_completed(&server.end(&next).await));
}

#[test]
fn runners_end_with_their_server() {
    let mut server = interleave()
        .args(["serve", "--addr", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(server.stdout.take().unwrap());
    let started = output.lines().map_while(Result::ok);
    let url = started.into_iter().find_map(|line| {
        let (_, rest) = line.split_once("http://")?;
        Some(rest.split(' ').next()?.to_owned())
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let posted = runtime.block_on(async {
        let request = reqwest::Client::new().post(format!("http://{}/api/runs", url.unwrap()));
        request
            .body(long().to_string())
            .send()
            .await
            .unwrap()
            .status()
    });
    assert_eq!(posted, 201);
    let runners = until("a runner and a spare", || {
        let runners = children(server.id());
        (runners.len() >= 2).then_some(runners)
    });
    signal("KILL", server.id());
    server.wait().unwrap();
    for runner in runners {
        until("the runner ends", || (!is_running(runner)).then_some(()));
    }
}

fn job(experiment: &str) -> Job {
    let text = format!(r#"{{"experiment": "{experiment}", "procs": 2, "seed": 1}}"#);
    let request: RunRequest = serde_json::from_str(&text).unwrap();
    Job {
        request,
        limits: Limits::default(),
    }
}

fn given_to_a_runner(input: &str, close: bool) -> (i32, Vec<u8>, String) {
    let mut runner = interleave()
        .arg("runner")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = runner.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    let open = (!close).then_some(stdin);
    let output = runner.wait_with_output().unwrap();
    drop(open);
    let stderr = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), output.stdout, stderr)
}

#[test]
fn a_runner_speaks_frames() {
    let line = serde_json::to_string(&job("channel-unbuffered")).unwrap() + "\n";
    let (code, frames, _) = given_to_a_runner(&line, false);
    assert_eq!(code, 0);
    let frames: Vec<Frame> = split(&frames)
        .iter()
        .map(|bytes| Frame::decode(bytes).unwrap())
        .collect();
    let Some(Frame::Header(header)) = frames.first() else {
        panic!("{frames:?}");
    };
    assert_eq!(header.seed, 1);
    assert!(matches!(frames.last(), Some(Frame::End(end)) if is_completed(end)));
}

#[test]
fn the_end_of_the_input_stops_a_run() {
    let mut job = job("channel-unbuffered");
    job.request.params.insert("time_scale".into(), 1.into());
    job.request
        .params
        .insert("receiver_delay".into(), 10_000.into());
    let line = serde_json::to_string(&job).unwrap() + "\n";
    let (code, frames, _) = given_to_a_runner(&line, true);
    assert_eq!(code, 0);
    let frames = split(&frames);
    let Ok(Frame::End(end)) = Frame::decode(frames.last().unwrap()) else {
        panic!("the last frame is the end");
    };
    assert_eq!(end.outcome, Outcome::Stopped);
}

#[test]
fn a_runner_without_a_job_ends() {
    let (code, frames, _) = given_to_a_runner("", true);
    assert_eq!((code, frames.len()), (0, 0));
    let (code, _, stderr) = given_to_a_runner("nonsense\n", true);
    assert_eq!(code, 1);
    assert!(stderr.contains("no job"), "{stderr}");
}
