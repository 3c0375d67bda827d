//! `interleave lessons`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use protocol::lesson::LessonProblem;

use super::{FAILED, fail};
use crate::catalogue::{did_you_mean, nearest};
use crate::lessons::file::schema;
use crate::lessons::trial::{self, Compiled, Trials, Tried};
use crate::lessons::{Highlighter, Library, load, template};

/// The most lessons that are tried at once.
const MAX_JOBS: u64 = 64;

/// Work on lesson files.
#[derive(Args)]
pub(super) struct Lessons {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check every lesson: its files, its names, its ranges, and, by running it,
    /// what it claims
    Check(Check),
    /// Write a new lesson from a template
    New {
        /// Its folder, as in lessons/01-foundations/20-my-lesson
        dir: PathBuf,
    },
    /// Print the JSON Schema of lesson.toml, for editors
    Schema,
}

#[derive(Args)]
struct Check {
    /// The folder of the lessons
    #[arg(default_value = "./lessons")]
    dir: PathBuf,
    /// Run nothing: look at the files alone
    #[arg(long)]
    no_run: bool,
    /// Run what this lesson claims, and no other
    #[arg(long, value_name = "ID")]
    lesson: Option<String>,
    /// How many lessons run at once (as many as there are processors if not
    /// given); one that measures runs alone
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_JOBS))]
    jobs: Option<u64>,
    /// Give the listings in Go to this Go, and compare what it makes of them with
    /// what the lessons say
    #[arg(long, value_name = "PROGRAM")]
    go: Option<PathBuf>,
    /// What is missing is a problem too
    #[arg(long)]
    strict: bool,
}

impl Lessons {
    pub(super) fn main(self) -> ExitCode {
        match self.command {
            Command::Check(check) => check.main(),
            Command::New { dir } => match template::write(&dir) {
                Ok(id) => {
                    println!("The lesson `{id}` is in {}. Rewrite it.", dir.display());
                    ExitCode::SUCCESS
                }
                Err(error) => fail(format_args!("{}: {error}", dir.display())),
            },
            Command::Schema => {
                print!("{}", schema::text_of_all());
                ExitCode::SUCCESS
            }
        }
    }
}

impl Check {
    fn main(&self) -> ExitCode {
        let library = load::library(&self.dir, &Highlighter::new());
        for problem in &library.problems {
            eprintln!("{}", line(problem, &self.dir));
        }
        let failures = match self.tried(&library) {
            Ok(failures) => failures,
            Err(message) => return fail(message),
        };
        let listings = match self.compiled(&library) {
            Ok(failures) => failures,
            Err(message) => return fail(message),
        };
        let missing = library.missing();
        if !missing.is_empty() {
            println!("Missing:");
            for one in &missing {
                println!("  {}", line(one, &self.dir));
            }
        }
        let (lessons, missing) = (library.lessons.len(), missing.len());
        let problems = library.problems.len() + failures + listings;
        if problems > 0 || (self.strict && missing > 0) {
            eprintln!(
                "Lessons that can be read: {lessons}. Problems: {problems}. Missing: {missing}."
            );
            return ExitCode::from(FAILED);
        }
        println!("Lessons checked: {lessons}. No problems. Missing: {missing}.");
        ExitCode::SUCCESS
    }

    /// Runs what the lessons claim, and says what does not hold: of how much
    /// that is true.
    fn tried(&self, library: &Library) -> Result<usize, String> {
        if let Some(id) = &self.lesson
            && !library.ids().any(|known| known == id)
        {
            let hint = did_you_mean(&nearest(id, library.ids()));
            return Err(format!("there is no lesson `{id}`{hint}"));
        }
        if self.no_run {
            return Ok(0);
        }
        let executable = std::env::current_exe()
            .map_err(|error| format!("this program does not know its file: {error}"))?;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let jobs = self.jobs.and_then(|jobs| usize::try_from(jobs).ok());
        let trials = Trials {
            executable: &executable,
            jobs: jobs.unwrap_or(processors),
            only: self.lesson.as_deref(),
        };
        let told = |tried: &Tried| {
            println!("{}", progress(tried));
            for failure in &tried.failures {
                eprintln!("{}", line(failure, &self.dir));
            }
        };
        let tried = trial::all(library, &trials, told)
            .map_err(|error| format!("the lessons cannot be run: {error}"))?;
        Ok(tried.iter().map(|one| one.failures.len()).sum())
    }

    /// Gives the listings in Go to Go: how many are not as the lessons say.
    fn compiled(&self, library: &Library) -> Result<usize, String> {
        let Some(go) = &self.go else {
            return Ok(0);
        };
        let told = |compiled: &Compiled| {
            println!("{}", compiled_line(compiled));
            if let Some(failure) = &compiled.failure {
                eprintln!("{}", line(failure, &self.dir));
            }
        };
        let compiled = trial::listings(library, go, self.lesson.as_deref(), told)
            .map_err(|error| format!("{} does not start: {error}", go.display()))?;
        Ok(compiled.iter().filter(|one| one.failure.is_some()).count())
    }
}

/// What Go made of a listing, in a line.
fn compiled_line(compiled: &Compiled) -> String {
    let seconds = compiled.took.as_secs_f64();
    let how = match &compiled.failure {
        None => "as the lesson says",
        Some(_) => "FAILED",
    };
    let (lesson, file) = (&compiled.lesson, &compiled.file);
    format!("{lesson}, {file}: {how}: {seconds:.1} s")
}

/// What was run of a lesson, in a line.
fn progress(tried: &Tried) -> String {
    let seconds = tried.took.as_secs_f64();
    let how = match tried.failures.len() {
        0 => "holds".to_owned(),
        count => format!("{count} of {} FAILED", tried.asked),
    };
    format!(
        "{}: {how}; asked {}, runs {}, schedules {}: {seconds:.1} s",
        tried.lesson, tried.asked, tried.runs, tried.schedules
    )
}

/// A problem as a line that editors understand: `file:line:column: message`.
pub(super) fn line(problem: &LessonProblem, folder: &Path) -> String {
    let mut line = folder.join(&problem.file).display().to_string();
    for number in [problem.line, problem.column].into_iter().flatten() {
        line.push_str(&format!(":{number}"));
    }
    format!("{line}: {}", problem.message)
}
