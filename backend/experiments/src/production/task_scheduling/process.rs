//! A worker process as its coordinator has it: a pipe each way.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use csp::native::blocking;
use csp::{Chan, Receiver};
pub(super) use rustix::process::Signal;
use rustix::process::{Pid, kill_process};

use super::worker::Order;
use crate::lab::WorkerProgram;

/// What the coordinator hears of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// It is alive.
    Beat,
    /// It has done a task, under this lease.
    Done { task: u64, token: u64 },
    /// Its pipe is closed: the last that is heard.
    Gone,
}

/// Messages that may lie unread: a worker's signs while its keeper is busy.
const HEARD: usize = 64;

/// A worker process. Dropped, it gets the end of its input, and exits after what
/// it is doing.
pub(super) struct Process {
    name: String,
    input: Option<ChildStdin>,
    heard: Chan<Heard>,
}

impl Process {
    /// Starts the worker of this number, and a goroutine that listens to it.
    ///
    /// # Errors
    /// The system starts no process.
    pub(super) fn start(number: usize, program: &WorkerProgram) -> io::Result<(Process, Child)> {
        let mut child = Command::new(&program.path)
            .args(&program.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let process = Process {
            name: format!("worker {number}"),
            input: child.stdin.take(),
            heard: csp::chan_named(format!("from worker {number}"), HEARD),
        };
        if let Some(output) = child.stdout.take() {
            let heard = process.heard.clone();
            csp::go_named(
                format!("pipe {number}"),
                listen(BufReader::new(output), heard),
            );
        }
        Ok((process, child))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What it says.
    pub(super) fn heard(&self) -> Receiver<Heard> {
        self.heard.receiver()
    }

    /// Gives it a task. A process that is no more does not notice, nor do we.
    pub(super) fn order(&mut self, order: &Order) {
        if let Some(input) = &mut self.input {
            // Nobody reads: its lease will run out.
            let _ = input.write_all(order.line().as_bytes());
        }
    }

    /// Ends its input: it exits after what it is doing.
    pub(super) fn close(&mut self) {
        self.input = None;
    }
}

/// Reads a worker's lines until there are no more.
async fn listen(mut output: BufReader<ChildStdout>, heard: Chan<Heard>) {
    loop {
        let (line, rest) = blocking(move || {
            let mut line = String::new();
            // A pipe that breaks is one that ends.
            let read = output.read_line(&mut line).unwrap_or_default();
            ((read > 0).then_some(line), output)
        })
        .await;
        output = rest;
        let Some(line) = line else { break };
        if let Some(said) = parse(&line) {
            heard.send(said).await;
        }
    }
    heard.send(Heard::Gone).await;
}

fn parse(line: &str) -> Option<Heard> {
    let mut words = line.split_whitespace();
    match words.next()? {
        "beat" => Some(Heard::Beat),
        "done" => Some(Heard::Done {
            task: words.next()?.parse().ok()?,
            token: words.next()?.parse().ok()?,
        }),
        _ => None,
    }
}

/// Sends a process a signal.
///
/// # Errors
/// There is no such process.
pub(super) fn signal(child: &Child, signal: Signal) -> io::Result<()> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
    Ok(kill_process(pid, signal)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_worker_are_understood() {
        assert_eq!(parse("beat\n"), Some(Heard::Beat));
        assert_eq!(
            parse("done 3 14\n"),
            Some(Heard::Done { task: 3, token: 14 })
        );
        assert_eq!(parse("done 3\n"), None);
        assert_eq!(parse("hello\n"), None);
    }
}
