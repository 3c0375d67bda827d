//! A runner process, as the server holds it: a job goes in, frames come out.
//!
//! 1. [`Process::start`] starts `interleave runner`, which waits for its job;
//!    it can be started ahead.
//! 2. [`Process::drive`] hands it the job, passes on each frame as it comes,
//!    and returns when the process is gone.
//! 3. A stop is a line on its standard input. A process that does not obey
//!    within a grace, or overstays its time, is killed.
//! 4. Whatever happens, the story ends with exactly one `End`: if the process
//!    went away without one, it is written here.

use std::io;
use std::path::Path;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use protocol::frame::FrameKind;
use protocol::{Frame, FrameHeader, LimitMet, LimitName, Outcome, RunEnd};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;

use super::limits::ServerLimits;
use super::relay::{Relay, RelayError};
use crate::job::{Job, STOP_LINE};

/// The last bytes of a runner's standard error, kept for the message when it is
/// lost.
const STDERR_TAIL_BYTES: usize = 2 << 10;
/// How long a runner may take to exit after its last frame.
const EXIT_GRACE: Duration = Duration::from_secs(2);
/// What the allocator of Rust says before it aborts, as it does once the limit
/// of the address space is met.
const OUT_OF_MEMORY: &str = "memory allocation of";

/// A runner process that waits for its job.
pub struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    stderr: Arc<Mutex<Vec<u8>>>,
}

/// Why the server killed a runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Killed {
    /// It did not end within its time and a grace.
    Overstayed,
    /// It did not obey a stop within a grace.
    Disobeyed,
}

impl Process {
    /// Starts a runner.
    ///
    /// # Errors
    /// If the system does not start the process.
    pub fn start(executable: &Path) -> io::Result<Process> {
        let mut child = Command::new(executable)
            .arg("runner")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C in a terminal reaches a whole process group; a runner is
            // stopped by its server, so that it can tell how it went.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let (Some(input), Some(output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::Error::other("a pipe of the runner is missing"));
        };
        tokio::spawn(keep_tail(errors, stderr.clone()));
        Ok(Process {
            child,
            stdin: input,
            stdout: BufReader::with_capacity(256 << 10, output),
            stderr,
        })
    }

    /// Itself, if it is still there.
    pub(super) fn if_alive(mut self) -> Option<Process> {
        matches!(self.child.try_wait(), Ok(None)).then_some(self)
    }

    /// Its process id.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Runs the job to its end. `take` gets every frame, the last being `End`.
    /// The run is stopped as soon as `stop` holds true.
    pub async fn drive(
        mut self,
        job: &Job,
        mut stop: watch::Receiver<bool>,
        limits: &ServerLimits,
        take: impl FnMut(FrameHeader, Bytes) + Send,
    ) -> RunEnd {
        let started = Instant::now();
        let mut relay = Relay::new(job.limits.events, take);
        // A runner that is already gone cannot be written to; its output tells.
        let mut line = serde_json::to_vec(job).expect("a job is JSON");
        line.push(b'\n');
        let _ = self.stdin.write_all(&line).await;

        let longest = Duration::from_millis(job.limits.time_millis + limits.overstay_grace_millis);
        let stdin = &mut self.stdin;
        let unruly = async {
            tokio::select! {
                () = tokio::time::sleep(longest) => Killed::Overstayed,
                () = stopped(&mut stop) => {
                    let _ = stdin.write_all(format!("{STOP_LINE}\n").as_bytes()).await;
                    tokio::time::sleep(limits.stop_grace()).await;
                    Killed::Disobeyed
                }
            }
        };
        let mut killed = None;
        let result = {
            let mut passing_on = pin!(relay.pass_on(&mut self.stdout));
            tokio::select! {
                result = &mut passing_on => result,
                why = unruly => {
                    killed = Some(why);
                    let _ = self.child.start_kill();
                    // What it had written before is still in the pipe.
                    let rest = tokio::time::timeout(EXIT_GRACE, passing_on).await;
                    rest.unwrap_or(Ok(()))
                }
            }
        };
        if result.is_err() {
            let _ = self.child.start_kill();
        }
        let status = self.wait().await;
        if let Some(end) = relay.end.take() {
            return end;
        }
        let outcome = match killed {
            Some(Killed::Overstayed) => Outcome::Limit,
            Some(Killed::Disobeyed) => Outcome::Stopped,
            None => self.lost(status, result),
        };
        let end = cut_short(outcome, started.elapsed(), job, killed.is_none());
        relay.finish(&end);
        end
    }

    async fn wait(&mut self) -> io::Result<ExitStatus> {
        if let Ok(status) = tokio::time::timeout(EXIT_GRACE, self.child.wait()).await {
            return status;
        }
        let _ = self.child.start_kill();
        self.child.wait().await
    }

    /// What became of a process that went away without a word.
    fn lost(&self, status: io::Result<ExitStatus>, result: Result<(), RelayError>) -> Outcome {
        let tail = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let tail = String::from_utf8_lossy(&tail);
        let tail = tail.trim();
        if tail.contains(OUT_OF_MEMORY) {
            return Outcome::Limit;
        }
        let mut message = match (result, status) {
            (Err(error), _) => format!("the runner was ended because of {error}"),
            (Ok(()), Ok(status)) => format!("the runner {}", describe(status)),
            (Ok(()), Err(error)) => format!("the runner is gone: {error}"),
        };
        if !tail.is_empty() {
            message.push_str("; it said: ");
            message.push_str(tail);
        }
        Outcome::RunnerLost { message }
    }
}

/// The end of a run whose own process could not tell it.
fn cut_short(outcome: Outcome, elapsed: Duration, job: &Job, by_memory: bool) -> RunEnd {
    let met = match outcome {
        Outcome::Limit if by_memory => Some((LimitName::Memory, job.limits.memory_bytes)),
        Outcome::Limit => Some((LimitName::Time, job.limits.time_millis)),
        _ => None,
    };
    RunEnd {
        outcome,
        elapsed_ns: u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX),
        metrics: Default::default(),
        limits: met
            .map(|(limit, value)| LimitMet { limit, value })
            .into_iter()
            .collect(),
        dropped: 0,
        dropped_lines: 0,
        totals: Default::default(),
        schedule: None,
        findings: Default::default(),
    }
}

/// Waits until the run is to stop; for ever if nobody can say so any more.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let stopped = stop.wait_for(|stop| *stop).await.is_ok();
    if !stopped {
        std::future::pending::<()>().await;
    }
}

/// An exit status in words.
fn describe(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        let name = match signal {
            4 => " (SIGILL)",
            6 => " (SIGABRT)",
            7 => " (SIGBUS)",
            9 => " (SIGKILL)",
            11 => " (SIGSEGV)",
            15 => " (SIGTERM)",
            _ => "",
        };
        return format!("was killed by signal {signal}{name}");
    }
    match status.code() {
        Some(code) => format!("exited with code {code} before the run had ended"),
        None => "went away".into(),
    }
}

/// Reads to the end and keeps the last [`STDERR_TAIL_BYTES`].
async fn keep_tail(mut errors: ChildStderr, tail: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = errors.read(&mut buffer).await {
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend_from_slice(&buffer[..count]);
        let surplus = tail.len().saturating_sub(STDERR_TAIL_BYTES);
        tail.drain(..surplus);
    }
}

/// The last frame of a run, and its header, as bytes.
pub(super) fn end_frame(end: &RunEnd, next_seq: u64) -> (FrameHeader, Bytes) {
    let bytes = Frame::End(Box::new(end.clone())).encode(next_seq);
    let header = FrameHeader {
        kind: FrameKind::End,
        count: 0,
        first_seq: next_seq,
    };
    (header, bytes.into())
}
