//! Programs that cargo installs, each pinned to one version.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::cache::Cache;
use crate::command::{self, on_path, output};
use crate::failure::Failure;
use crate::steps;
use crate::workspace;

/// trunk 0.22 wants a newer rustc than this workspace does.
const TRUNK: &str = "0.21.14";

/// A program and where it comes from.
pub(super) struct Tool {
    package: &'static str,
    program: &'static str,
    version: String,
    /// Measured on two idle cores, so that nobody takes it for hung.
    about: &'static str,
}

/// A tool that is there.
pub(super) struct Installed {
    pub(super) program: PathBuf,
    pub(super) version: String,
}

pub(super) fn trunk() -> Tool {
    Tool {
        package: "trunk",
        program: "trunk",
        version: TRUNK.into(),
        about: "two to four minutes",
    }
}

/// Must be of the very version of the crate that the page is compiled with.
pub(super) fn wasm_bindgen() -> Result<Tool, Failure> {
    Ok(Tool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: workspace::locked_version("wasm-bindgen")?,
        about: "one to two minutes",
    })
}

/// Finds each tool, or installs it into the cache.
pub(super) fn install(tools: &[Tool]) -> Result<Vec<Installed>, Failure> {
    let cache = workspace::tools()?;
    let found = |cache: &Path| -> Option<Vec<Installed>> {
        tools.iter().map(|tool| tool.find(cache)).collect()
    };
    if let Some(all) = found(&cache) {
        return Ok(all);
    }
    let held = Cache::hold()?;
    let build = held.folder.join("build");
    for tool in tools {
        // Another set-up may have installed it while this one waited.
        if tool.find(&held.folder).is_none() {
            tool.compile(&held.folder, &build)?;
        }
    }
    // 500 MB that nothing needs any more. A failure keeps it, for a next try.
    let _ = fs::remove_dir_all(&build);
    found(&held.folder).ok_or_else(|| {
        Failure::new(format!(
            "a tool was installed into {}, but does not tell its version",
            held.folder.display()
        ))
        .mend("Remove that folder and try again.")
    })
}

impl Tool {
    /// In the cache, or on PATH with exactly this version.
    fn find(&self, cache: &Path) -> Option<Installed> {
        let file = format!("{}{}", self.program, std::env::consts::EXE_SUFFIX);
        let cached = self.home(cache).join("bin").join(file);
        [Some(cached), on_path(&[self.program])]
            .into_iter()
            .flatten()
            .find(|program| self.is_this_version(program))
            .map(|program| Installed {
                program,
                version: self.version.clone(),
            })
    }

    fn is_this_version(&self, program: &Path) -> bool {
        program.is_file()
            && output(Command::new(program).arg("--version"))
                .is_some_and(|line| line.split_whitespace().nth(1) == Some(&self.version))
    }

    fn home(&self, cache: &Path) -> PathBuf {
        cache.join(format!("{}-{}", self.package, self.version))
    }

    /// Compiles it with little optimisation: the tools as published take 14 and
    /// 7 minutes of processor time, and build the page no faster for it.
    fn compile(&self, cache: &Path, build: &Path) -> Result<(), Failure> {
        let Tool {
            package,
            version,
            about,
            ..
        } = self;
        let home = self.home(cache);
        eprintln!(
            "set-up: {package} {version}, compiled once into {} ({about})",
            home.display()
        );
        let start = Instant::now();
        let attempt = |locked: bool| {
            let mut install = Command::new("cargo");
            // Not in the repository, whose cargo settings are not meant for it.
            install
                .current_dir(cache)
                .args(["install", "--force", "--root"])
                .arg(&home);
            if locked {
                install.arg("--locked");
            }
            install.arg(format!("{package}@{version}"));
            install.env("CARGO_TARGET_DIR", build);
            for (name, value) in [
                ("LTO", "false"),
                ("CODEGEN_UNITS", "16"),
                ("OPT_LEVEL", "0"),
                ("DEBUG", "false"),
            ] {
                install.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
            }
            command::without_package_variables(&mut install);
            command::run(&mut install)
        };
        if let Err(failure) = attempt(true) {
            // A tool's own lock can name versions that a registry has not yet,
            // or no longer.
            eprintln!("set-up: {failure}");
            eprintln!("set-up: once more, with the newest versions that fit");
            attempt(false).map_err(|failure| {
                failure.mend(format!(
                    "The page needs {package} {version}. It takes a network and the crates \
                     registry once; or put that very version of `{}` on PATH.\n\
                     Without it: `cargo run --release` serves everything but the page, and \
                     `interleave run` works in the terminal.",
                    self.program
                ))
            })?;
        }
        eprintln!(
            "set-up: {package} {version} took {}",
            steps::shown(start.elapsed())
        );
        Ok(())
    }
}
