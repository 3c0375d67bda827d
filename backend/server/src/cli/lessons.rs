//! `interleave lessons`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use protocol::lesson::LessonProblem;

use super::FAILED;
use crate::lessons::{Highlighter, load};

/// Work on lesson files.
#[derive(Args)]
pub(super) struct Lessons {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check every lesson file: its form, its names, its ranges, its listings
    Check {
        /// The folder of the lessons
        #[arg(default_value = "./lessons")]
        dir: PathBuf,
    },
}

impl Lessons {
    pub(super) fn main(self) -> ExitCode {
        let Command::Check { dir } = self.command;
        let library = load::library(&dir, &Highlighter::new());
        for problem in &library.problems {
            eprintln!("{}", line(problem, &dir));
        }
        let (lessons, problems) = (library.lessons.len(), library.problems.len());
        if problems == 0 {
            println!("Lessons checked: {lessons}. No problems.");
            ExitCode::SUCCESS
        } else {
            eprintln!("Lessons that can be read: {lessons}. Problems: {problems}.");
            ExitCode::from(FAILED)
        }
    }
}

/// A problem as a line that editors understand: `file:line:column: message`.
pub(super) fn line(problem: &LessonProblem, folder: &Path) -> String {
    let mut line = folder.join(&problem.file).display().to_string();
    for number in [problem.line, problem.column].into_iter().flatten() {
        line.push_str(&format!(":{number}"));
    }
    format!("{line}: {}", problem.message)
}
