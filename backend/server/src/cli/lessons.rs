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
    Check(Check),
}

#[derive(Args)]
struct Check {
    /// The folder of the lessons
    #[arg(default_value = "./lessons")]
    dir: PathBuf,
    /// What is missing is a problem too
    #[arg(long)]
    strict: bool,
}

impl Lessons {
    pub(super) fn main(self) -> ExitCode {
        let Command::Check(check) = self.command;
        check.main()
    }
}

impl Check {
    fn main(&self) -> ExitCode {
        let library = load::library(&self.dir, &Highlighter::new());
        for problem in &library.problems {
            eprintln!("{}", line(problem, &self.dir));
        }
        let missing = library.missing();
        if !missing.is_empty() {
            println!("Missing:");
            for one in &missing {
                println!("  {}", line(one, &self.dir));
            }
        }
        let (lessons, problems) = (library.lessons.len(), library.problems.len());
        let missing = missing.len();
        if problems > 0 || (self.strict && missing > 0) {
            eprintln!(
                "Lessons that can be read: {lessons}. Problems: {problems}. Missing: {missing}."
            );
            return ExitCode::from(FAILED);
        }
        println!("Lessons checked: {lessons}. No problems. Missing: {missing}.");
        ExitCode::SUCCESS
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
