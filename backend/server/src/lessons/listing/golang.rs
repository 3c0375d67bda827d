//! What real Go is to make of a listing: its `go` table.

use protocol::lesson::LessonProblem;
use toml::Spanned;

use crate::lessons::file::ListingFile;
use crate::lessons::file::parts::GoFile;
use crate::lessons::source::{Place, Source};

/// The version in the go.mod of a listing that says none.
const DEFAULT_VERSION: &str = "1.25";
/// How Go's runtime ends a program that panics or deadlocks.
const EXIT_OF_A_PANIC: i32 = 2;

/// A program in Go, and what is to come of it.
#[derive(Clone, Debug)]
pub(crate) struct GoProgram {
    /// The file's name.
    pub(crate) file: String,
    /// The program.
    pub(crate) text: String,
    /// The version in its go.mod.
    pub(crate) version: String,
    /// What is to come of it.
    pub(crate) verdict: Verdict,
    /// Where the lesson says so.
    pub(crate) place: Place,
}

/// What is to come of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It does not compile; the text is in what the compiler says.
    CompileError(String),
    /// It compiles, and `go vet` finds this.
    VetError(String),
    /// It runs.
    Runs {
        /// Lines of standard output that come in this order.
        prints: Vec<String>,
        /// The code that it ends with.
        exit: i32,
        /// What is on standard error, if it dies.
        error: Option<String>,
    },
}

/// The program of a listing; `None` if it is not in Go. One of another lesson's
/// experiment is no file, and cannot be run.
pub(super) fn program(
    listing: &ListingFile,
    file: &str,
    text: &str,
    source: &Source,
) -> Result<Option<GoProgram>, LessonProblem> {
    let is_go = listing.lang.get_ref() == "go" && listing.file.is_some();
    if !is_go {
        return match &listing.go {
            Some(go) => {
                let message = "only a listing in Go that is a file has a `go` table; remove it";
                Err(source.problem_at(go.span(), message))
            }
            None => Ok(None),
        };
    }
    let place = source.place(listing.lang.span());
    let Some(go) = &listing.go else {
        return Ok(Some(GoProgram {
            file: file.to_owned(),
            text: text.to_owned(),
            version: DEFAULT_VERSION.to_owned(),
            verdict: Verdict::Runs {
                prints: Vec::new(),
                exit: 0,
                error: None,
            },
            place,
        }));
    };
    Ok(Some(GoProgram {
        file: file.to_owned(),
        text: text.to_owned(),
        version: version(go.get_ref(), source)?,
        verdict: verdict(go.get_ref(), source)?,
        place: source.place(go.span()),
    }))
}

fn version(go: &GoFile, source: &Source) -> Result<String, LessonProblem> {
    let Some(version) = &go.version else {
        return Ok(DEFAULT_VERSION.to_owned());
    };
    let numbers: Vec<&str> = version.get_ref().split('.').collect();
    let is_version = (2..=3).contains(&numbers.len())
        && numbers[0] == "1"
        && numbers.iter().all(|number| number.parse::<u16>().is_ok());
    if is_version {
        Ok(version.get_ref().clone())
    } else {
        let message = "`version` is the go directive of a go.mod, such as \"1.25\"";
        Err(source.problem_at(version.span(), message))
    }
}

fn verdict(go: &GoFile, source: &Source) -> Result<Verdict, LessonProblem> {
    let errors = [&go.compile_error, &go.vet_error, &go.run_error];
    let mut errors = errors.into_iter().flatten();
    if let (Some(_), Some(second)) = (errors.next(), errors.next()) {
        let message = "a listing fails in one place: compile_error, vet_error or run_error";
        return Err(source.problem_at(second.span(), message));
    }
    if let Some(before_run) = go.compile_error.as_ref().or(go.vet_error.as_ref()) {
        let printed = go.prints.first().map(Spanned::span);
        let ended = go.exit.as_ref().map(Spanned::span);
        if let Some(span) = printed.or(ended) {
            let message = "a listing that fails before its run prints nothing and has no exit";
            return Err(source.problem_at(span, message));
        }
        let text = before_run.get_ref().clone();
        return Ok(match go.compile_error {
            Some(_) => Verdict::CompileError(text),
            None => Verdict::VetError(text),
        });
    }
    let error = go.run_error.as_ref().map(|error| error.get_ref().clone());
    let usual = if error.is_some() { EXIT_OF_A_PANIC } else { 0 };
    let exit = go.exit.as_ref().map_or(usual, |exit| *exit.get_ref());
    if let (Some(error), 0) = (&go.run_error, exit) {
        let message = "a run that dies does not exit with 0; remove `run_error`, or set `exit`";
        return Err(source.problem_at(error.span(), message));
    }
    Ok(Verdict::Runs {
        prints: go
            .prints
            .iter()
            .map(|line| line.get_ref().clone())
            .collect(),
        exit,
        error,
    })
}
