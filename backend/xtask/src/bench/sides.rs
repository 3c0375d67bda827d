//! The two programs: built, and asked for one figure at a time.

use std::path::PathBuf;
use std::process::Command;

use super::options::Options;
use crate::command::{self, cargo};
use crate::failure::Failure;
use crate::setup::{self, Go};
use crate::workspace;

/// Who does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Go,
    Ours,
    /// A library, by its name.
    Peer(&'static str),
}

/// One run of a program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    pub(super) workload: &'static str,
    pub(super) operations: usize,
    pub(super) warm_up: usize,
    pub(super) procs: usize,
    pub(super) traced: bool,
}

/// Both programs, built.
pub(super) struct Programs {
    go: PathBuf,
    rust: PathBuf,
    /// What they were built with.
    pub(super) versions: String,
}

impl Programs {
    pub(super) fn build(options: &Options) -> Result<Programs, Failure> {
        let tool = setup::go()?;
        let go = build_go(&tool)?;
        let mut build = cargo(["build", "--release", "--package", "bench"]);
        if options.peers {
            build.args(["--features", "peers"]);
        }
        command::run(&mut build)?;
        let rust = workspace::target()
            .join("release")
            .join(format!("bench{}", std::env::consts::EXE_SUFFIX));
        let rustc = command::output(Command::new("rustc").arg("--version")).unwrap_or_default();
        let rustc = rustc.split_whitespace().nth(1).unwrap_or("unknown");
        Ok(Programs {
            go,
            rust,
            versions: format!("Go {}, Rust {rustc}", tool.version()),
        })
    }

    /// What one operation cost.
    pub(super) fn measure(&self, side: Side, job: &Job) -> Result<f64, Failure> {
        let mut command = match side {
            Side::Go => Command::new(&self.go),
            Side::Ours | Side::Peer(_) => Command::new(&self.rust),
        };
        command.args(["--workload", job.workload]);
        command.args(["--operations", &job.operations.to_string()]);
        command.args(["--warm-up", &job.warm_up.to_string()]);
        let procs = job.procs.to_string();
        match side {
            Side::Go => command.env("GOMAXPROCS", procs),
            Side::Ours => command.args(["--procs", &procs]),
            Side::Peer(name) => command.args(["--procs", &procs, "--peer", name]),
        };
        if job.traced {
            command.arg("--traced");
        }
        figure(&mut command)
    }
}

fn build_go(go: &Go) -> Result<PathBuf, Failure> {
    let folder = workspace::target().join("bench");
    let program = folder.join(format!("go{}", std::env::consts::EXE_SUFFIX));
    let mut build = go.command(["build", "-trimpath", "-o"]);
    build
        .arg(&program)
        .arg(".")
        .current_dir(workspace::root().join("backend/bench/src/workloads"));
    command::run(&mut build)?;
    Ok(program)
}

/// The number that a program prints. Its complaints go to ours.
fn figure(command: &mut Command) -> Result<f64, Failure> {
    let shown = command::shown(command);
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(Failure::io(format_args!("cannot start `{shown}`")))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{shown}` failed: {}", output.status)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim()
        .parse()
        .map_err(|_| Failure::new(format!("`{shown}` printed `{}` and no figure", text.trim())))
}
