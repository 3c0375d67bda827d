//! The command line.

mod chosen;
mod experiments;
mod explore;
mod figures;
mod interrupt;
mod lessons;
mod run;
mod serve;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use serve::bind;

/// The exit code of a command that was called wrongly, or could not do its
/// work.
const FAILED: u8 = 1;

/// A playground for Go-style concurrency.
#[derive(Parser)]
#[command(
    name = "interleave",
    version,
    about,
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = true
)]
struct Cli {
    #[command(flatten)]
    serve: serve::Serve,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the playground (what no command means, too)
    Serve(serve::Serve),
    /// Run an experiment in the terminal
    Run(run::Run),
    /// Run many schedules of an experiment, and count its outcomes
    Explore(explore::Explore),
    /// List the experiments with their parameters
    Experiments(experiments::Experiments),
    /// Work on lesson files
    Lessons(lessons::Lessons),
    /// Execute one run for a server (it starts these itself)
    #[command(hide = true)]
    Runner,
    /// Do the tasks of the experiment `task-scheduling` (it starts these itself)
    #[command(hide = true)]
    TaskWorker,
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(FAILED)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match cli.command {
        None => cli.serve.main(),
        Some(Command::Serve(serve)) => serve.main(),
        Some(Command::Run(run)) => run.main(),
        Some(Command::Explore(explore)) => explore.main(),
        Some(Command::Experiments(experiments)) => experiments.main(),
        Some(Command::Lessons(lessons)) => lessons.main(),
        Some(Command::Runner) => crate::runner::main(),
        Some(Command::TaskWorker) => match ::experiments::task_worker() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(format!("the worker process failed: {error}")),
        },
    }
}

/// Says on standard error why the command could not do its work.
fn fail(message: impl std::fmt::Display) -> ExitCode {
    eprintln!("interleave: {message}");
    ExitCode::from(FAILED)
}
