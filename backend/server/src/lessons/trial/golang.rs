//! The listings in Go, given to Go itself.
//!
//! Each is a module of its own, of the version that the lesson says. It has to
//! be as gofmt writes it; then vet, the compiler and the run have to say what the
//! lesson says that they do.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use protocol::lesson::LessonProblem;

use super::{at_once, chosen, lock};
use crate::lessons::Library;
use crate::lessons::listing::{GoProgram, Verdict};

/// How many listings are compiled at once: Go's own tools use every processor.
const AT_ONCE: usize = 2;
/// How long a command of Go's may take: the first one compiles the library.
const TOOL_LIMIT: Duration = Duration::from_secs(300);
/// How long a listing may run. It is to end within two seconds, on a machine
/// that does nothing else.
const RUN_LIMIT: Duration = Duration::from_secs(30);
/// How often a process is asked whether it has ended.
const TICK: Duration = Duration::from_millis(5);
/// The most bytes of what a listing prints.
const MAX_OUTPUT_BYTES: u64 = 1 << 20;
/// The most lines of an output that a message shows.
const SHOWN_LINES: usize = 12;
/// What Go is not to do: ask a network, take another toolchain.
const ENVIRONMENT: [(&str, &str); 3] = [
    ("GOFLAGS", "-mod=mod"),
    ("GOPROXY", "off"),
    ("GOTOOLCHAIN", "local"),
];

/// What Go made of a listing.
pub(crate) struct Compiled {
    /// The lesson's id.
    pub(crate) lesson: String,
    /// The file.
    pub(crate) file: String,
    /// How long it took.
    pub(crate) took: Duration,
    /// What is not as the lesson says.
    pub(crate) failure: Option<LessonProblem>,
}

/// Gives every listing in Go to `go`, and tells of each as it is done.
///
/// # Errors
/// If the program does not start, or its folder cannot be written.
pub(crate) fn listings(
    library: &Library,
    go: &Path,
    only: Option<&str>,
    told: impl Fn(&Compiled) + Sync,
) -> io::Result<Vec<Compiled>> {
    let lessons = chosen(library, only);
    let listings: Vec<(&str, &GoProgram)> = lessons
        .flat_map(|lesson| {
            let programs = lesson.listings.iter().filter_map(|one| one.go.as_ref());
            programs.map(|program| (lesson.id.as_str(), program))
        })
        .collect();
    let compiled = Mutex::new(Vec::new());
    at_once(&listings, AT_ONCE, |(lesson, program)| {
        let started = Instant::now();
        let failure = compile(go, program)?;
        let one = Compiled {
            lesson: (*lesson).to_owned(),
            file: program.file.clone(),
            took: started.elapsed(),
            failure: failure.map(|message| {
                let message = format!("{}: {message}", program.file);
                program.place.problem(message)
            }),
        };
        told(&one);
        lock(&compiled).push(one);
        Ok(())
    })?;
    Ok(compiled
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// What is not as the lesson says.
fn compile(go: &Path, program: &GoProgram) -> io::Result<Option<String>> {
    let module = Module::make(go, program)?;
    let gofmt = module.tool("gofmt", &["-l", &program.file])?;
    let is_syntax = matches!(program.verdict, Verdict::CompileError(_)) && !gofmt.success();
    let is_formatted = gofmt.success() && gofmt.stdout.is_empty();
    if !is_formatted && !is_syntax {
        return Ok(Some(format!("gofmt writes it differently{}", gofmt.said())));
    }
    if let Verdict::CompileError(text) = &program.verdict {
        return Ok(module
            .go(&["build", "-o", PROGRAM, "."])?
            .fails_with("go build", text));
    }
    let vet = module.go(&["vet", "."])?;
    if let Verdict::VetError(text) = &program.verdict
        && let Some(message) = vet.fails_with("go vet", text)
    {
        return Ok(Some(message));
    }
    let built = module.go(&["build", "-o", PROGRAM, "."])?;
    let Verdict::Runs {
        prints,
        exit,
        error,
    } = &program.verdict
    else {
        return Ok(built.succeeds("go build"));
    };
    if let Some(message) = vet
        .succeeds("go vet")
        .or_else(|| built.succeeds("go build"))
    {
        return Ok(Some(message));
    }
    let ran = module.run()?;
    Ok(ran.is_as_said(prints, *exit, error.as_deref()))
}

/// What a program is built as.
const PROGRAM: &str = "listing";

/// A folder with a listing in it, gone when it is dropped.
struct Module<'a> {
    folder: PathBuf,
    go: &'a Path,
}

impl Drop for Module<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl<'a> Module<'a> {
    fn make(go: &'a Path, program: &GoProgram) -> io::Result<Module<'a>> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("interleave-go-{}-{count}", std::process::id());
        let module = Module {
            folder: std::env::temp_dir().join(name),
            go,
        };
        std::fs::create_dir_all(&module.folder)?;
        let version = &program.version;
        let module_file = format!("module listing\n\ngo {version}\n");
        std::fs::write(module.folder.join("go.mod"), module_file)?;
        std::fs::write(module.folder.join(&program.file), &program.text)?;
        Ok(module)
    }

    fn go(&self, args: &[&str]) -> io::Result<Said> {
        let mut command = Command::new(self.go);
        command.args(args);
        self.said(command, TOOL_LIMIT)
    }

    /// A program that lies beside `go`.
    fn tool(&self, name: &str, args: &[&str]) -> io::Result<Said> {
        let beside = self.go.with_file_name(name);
        let mut command = Command::new(if beside.is_file() {
            &beside
        } else {
            Path::new(name)
        });
        command.args(args);
        self.said(command, TOOL_LIMIT)
    }

    fn run(&self) -> io::Result<Said> {
        self.said(Command::new(self.folder.join(PROGRAM)), RUN_LIMIT)
    }

    /// Runs a command in the folder, to its end or to the limit.
    fn said(&self, mut command: Command, limit: Duration) -> io::Result<Said> {
        // Files take what is printed, so that no pipe fills and blocks.
        let files = ["stdout", "stderr"].map(|name| self.folder.join(name));
        let mut child = command
            .current_dir(&self.folder)
            .envs(ENVIRONMENT)
            .stdin(Stdio::null())
            .stdout(File::create(&files[0])?)
            .stderr(File::create(&files[1])?)
            .spawn()?;
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            if started.elapsed() > limit {
                child.kill()?;
                child.wait()?;
                break None;
            }
            std::thread::sleep(TICK);
        };
        let [stdout, stderr] = files.map(|file| read(&file));
        Ok(Said {
            status,
            stdout: stdout?,
            stderr: stderr?,
        })
    }
}

fn read(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(file)?
        .take(MAX_OUTPUT_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What a command said, and how it ended.
struct Said {
    /// `None` if it overstayed its limit.
    status: Option<ExitStatus>,
    stdout: String,
    stderr: String,
}

impl Said {
    fn success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    fn succeeds(&self, what: &str) -> Option<String> {
        let message = format!("{what} fails{}", self.said());
        (!self.success()).then_some(message)
    }

    fn fails_with(&self, what: &str, text: &str) -> Option<String> {
        if self.success() {
            return Some(format!(
                "{what} has nothing against it, and the lesson says: {text}"
            ));
        }
        let is_said = self.stderr.contains(text) || self.stdout.contains(text);
        let message = format!("{what} does not say `{text}`{}", self.said());
        (!is_said).then_some(message)
    }

    /// What of a run is not as the lesson says.
    fn is_as_said(&self, prints: &[String], exit: i32, error: Option<&str>) -> Option<String> {
        let Some(status) = self.status else {
            let seconds = RUN_LIMIT.as_secs();
            return Some(format!("it runs for more than {seconds} s{}", self.said()));
        };
        let mut lines = self.stdout.lines();
        for expected in prints {
            if !lines.any(|line| line.contains(expected.as_str())) {
                return Some(format!(
                    "the line `{expected}` is not printed, or not in this order{}",
                    self.said()
                ));
            }
        }
        if status.code() != Some(exit) {
            return Some(format!(
                "it ends with {status}, not with {exit}{}",
                self.said()
            ));
        }
        let error = error?;
        let is_said = self.stderr.contains(error);
        let message = format!("its standard error has no `{error}`{}", self.said());
        (!is_said).then_some(message)
    }

    /// What it said, for a message.
    fn said(&self) -> String {
        let lines = self.stdout.lines().chain(self.stderr.lines());
        let shown: Vec<&str> = lines.take(SHOWN_LINES).collect();
        let mut said = String::new();
        for line in shown {
            said.push_str("\n    ");
            said.push_str(line);
        }
        said
    }
}
