//! `interleave run`: one run in the terminal, by the same runner process and
//! under the same limits as in the page.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use axum::body::Bytes;
use clap::{Args, ValueEnum};
use experiments::Entry;
use protocol::run::{MAX_PROCS, Scheduler};
use protocol::{Limits, Outcome, RunEnd, RunRequest};
use tokio::sync::watch;

use super::chosen::{Chosen, Scheduling};
use super::interrupt::Interrupt;
use super::{fail, table};
use crate::job::Job;
use crate::lines::Lines;
use crate::otel::{Exporter, Gathered, Telemetry};
use crate::perfetto::Perfetto;
use crate::runs::{Process, ServerLimits, new_id};

/// The exit code of a program that Go would have ended with it.
const GO_FAILED: u8 = 2;
/// The exit code of a program that Ctrl-C ended.
pub(super) const INTERRUPTED: u8 = 130;

/// One run.
#[derive(Args)]
pub(super) struct Run {
    #[command(flatten)]
    chosen: Chosen,
    /// Which scheduler: native (the default), or sim, whose runs can be replayed
    #[arg(long, value_enum)]
    scheduler: Option<SchedulerArg>,
    /// The seed of every random choice
    #[arg(long)]
    seed: Option<u64>,
    /// Replay a simulated run by the schedule at its end
    #[arg(long, conflicts_with = "seed")]
    schedule: Option<String>,
    /// The number of processors (GOMAXPROCS)
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_PROCS)))]
    procs: Option<u16>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// A file for what would be printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum SchedulerArg {
    Native,
    Sim,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Ndjson,
    Perfetto,
    Otlp,
}

impl Run {
    pub(super) fn main(self) -> ExitCode {
        let scheduling = self.scheduling();
        let valid = scheduling.and_then(|scheduling| self.chosen.request(scheduling));
        let (entry, request) = match valid {
            Ok(valid) => valid,
            Err(message) => return fail(message),
        };
        let out: Box<dyn Write + Send> = match &self.out {
            Some(path) => match File::create(path) {
                Ok(file) => Box::new(file),
                Err(error) => {
                    let path = path.display();
                    return fail(format_args!("{path} cannot be written: {error}"));
                }
            },
            None => Box::new(io::stdout()),
        };
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return fail(format_args!("no threads to run with: {error}")),
        };
        let exporter = match Exporter::from_env() {
            Ok(exporter) => exporter,
            Err(message) => {
                eprintln!("interleave: nothing is sent to a collector: {message}");
                None
            }
        };
        let gathers = exporter.is_some() || self.format == Format::Otlp;
        let mut printer = Printer {
            out: BufWriter::new(out),
            how: match self.format {
                Format::Ndjson => How::Lines(Lines::new(0)),
                Format::Perfetto => How::Perfetto(Box::default()),
                Format::Otlp => How::Otlp,
                Format::Table => How::Table,
            },
            gathered: gathers.then(|| Box::new(Gathered::new(None))),
            failed: None,
            stop: watch::Sender::new(false),
        };
        let end = match runtime.block_on(execute(request.clone(), &mut printer)) {
            Ok(end) => end,
            Err(message) => return fail(message),
        };
        let telemetry = printer.telemetry(exporter.is_some());
        printer.end(entry, &request, &end);
        if let Some((exporter, telemetry)) = exporter.zip(telemetry)
            && let Err(error) = runtime.block_on(exporter.export(telemetry))
        {
            eprintln!("interleave: the collector did not take the run: {error}");
        }
        runtime.shutdown_background();
        printer.exit(&end)
    }

    /// How it is to be scheduled: a schedule says by itself by which scheduler.
    fn scheduling(&self) -> Result<Scheduling, String> {
        let scheduler = match (self.scheduler, &self.schedule) {
            (Some(SchedulerArg::Native), Some(_)) => {
                return Err("--schedule is followed by the simulated scheduler alone; \
                            take --scheduler sim, or none"
                    .into());
            }
            (Some(SchedulerArg::Sim), _) | (None, Some(_)) => Scheduler::Sim,
            (Some(SchedulerArg::Native) | None, None) => Scheduler::Native,
        };
        Ok(Scheduling {
            scheduler,
            seed: self.seed,
            procs: self.procs,
            schedule: self.schedule.clone(),
        })
    }
}

async fn execute(request: RunRequest, printer: &mut Printer) -> Result<RunEnd, String> {
    let executable = std::env::current_exe()
        .map_err(|error| format!("this program does not know its file: {error}"))?;
    let interrupt =
        Interrupt::listen().map_err(|error| format!("no signal can be taken: {error}"))?;
    let process = Process::start(&executable)
        .map_err(|error| format!("no runner process starts: {error}"))?;
    let stop = printer.stop.clone();
    tokio::spawn(async move {
        interrupt.wait().await;
        stop.send_replace(true);
    });
    let job = Job {
        request,
        limits: Limits::default(),
    };
    let stopped = printer.stop.subscribe();
    let take = |_, frame: Bytes| printer.frame(&frame);
    let limits = ServerLimits::default();
    Ok(process.drive(&job, stopped, &limits, take).await)
}

/// Prints a run while it goes on.
struct Printer {
    out: BufWriter<Box<dyn Write + Send>>,
    how: How,
    /// What the run says of itself, if somebody wants it.
    gathered: Option<Box<Gathered>>,
    /// Why nothing is written any more.
    failed: Option<io::Error>,
    /// Stops the run.
    stop: watch::Sender<bool>,
}

enum How {
    Table,
    Lines(Lines),
    Perfetto(Box<Perfetto>),
    Otlp,
}

impl Printer {
    fn frame(&mut self, frame: &[u8]) {
        let text = match &mut self.how {
            How::Table => table::output_lines(frame),
            How::Lines(lines) => lines.of_frame(frame),
            How::Perfetto(perfetto) => perfetto.of_frame(frame),
            How::Otlp => String::new(),
        };
        if let Some(gathered) = &mut self.gathered {
            gathered.frame(frame);
        }
        self.write(&text);
    }

    fn write(&mut self, text: &str) {
        if self.failed.is_some() || text.is_empty() {
            return;
        }
        let written = self.out.write_all(text.as_bytes());
        if let Err(error) = written.and_then(|()| self.out.flush()) {
            self.failed = Some(error);
            self.stop.send_replace(true);
        }
    }

    /// Prints the run as OTLP, if that is the format; what a collector is to have.
    fn telemetry(&mut self, sent: bool) -> Option<Telemetry> {
        let id = new_id();
        let gathered = self.gathered.take()?;
        if !matches!(self.how, How::Otlp) {
            return gathered.telemetry(&id);
        }
        let (printed, sent) = (
            gathered.telemetry(&id)?,
            sent.then(|| gathered.telemetry(&id)),
        );
        self.write(&printed.json_lines());
        sent.flatten()
    }

    fn end(&mut self, entry: &Entry, request: &RunRequest, end: &RunEnd) {
        if matches!(self.how, How::Table) {
            self.write(&table::summary(entry, request, end));
        }
    }

    fn exit(self, end: &RunEnd) -> ExitCode {
        match self.failed {
            // Whoever read has had enough.
            Some(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Some(error) => return fail(format_args!("the output cannot be written: {error}")),
            None => {}
        }
        match &end.outcome {
            Outcome::Completed { .. } => ExitCode::SUCCESS,
            Outcome::Panicked { .. } | Outcome::Deadlock { .. } | Outcome::Fatal { .. } => {
                eprint!("{}", table::go_text(&end.outcome));
                ExitCode::from(GO_FAILED)
            }
            Outcome::Stopped => ExitCode::from(INTERRUPTED),
            Outcome::Limit => {
                let last = end.limits.last();
                let which = last.map_or_else(String::new, |met| {
                    format!(
                        " of {}: {} {}",
                        met.limit.as_str(),
                        met.value,
                        met.limit.unit()
                    )
                });
                fail(format_args!("the run was ended by its limit{which}"))
            }
            Outcome::Fault { message } => fail(format_args!("a fault of ours: {message}")),
            Outcome::RunnerLost { message } => fail(message),
            Outcome::Livelock { .. } => fail(
                "a livelock: the run used up its steps, and nothing moved forward in the last of \
                 them",
            ),
            Outcome::Diverged { message } => fail(format_args!(
                "the schedule does not fit this run: {message}; it is of another experiment, of \
                 other parameters (--set), or of another version"
            )),
        }
    }
}
