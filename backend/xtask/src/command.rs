//! Other programs: found, shown as one would type them, run.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::workspace;

/// `cargo` at the top of the repository.
///
/// The variables that cargo sets for the package it runs (this one) are taken
/// away again, or builds below would see another environment than a cargo that
/// was started by hand, and compile again what is there already.
pub(crate) fn cargo<'a>(args: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(workspace::root());
    without_package_variables(&mut command);
    command
}

pub(crate) fn without_package_variables(command: &mut Command) {
    let of_a_package = |name: &str| {
        ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"]
            .iter()
            .any(|p| name.starts_with(p))
            || ["CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"].contains(&name)
    };
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(of_a_package) {
            command.env_remove(name);
        }
    }
}

/// Runs to the end; its output goes to ours.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| Failure::new(format!("cannot start `{}`: {error}", shown(command))))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{}` failed: {status}",
        shown(command)
    )))
}

/// What it prints, trimmed; `None` where it cannot be started or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout));
    text.map(|text| text.trim().to_owned())
}

/// As one would type it, from the top of the repository.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program
        .file_stem()
        .unwrap_or(program.as_os_str())
        .to_string_lossy();
    let mut text = name.into_owned();
    for arg in command.get_args() {
        let arg = arg.to_string_lossy();
        text.push(' ');
        if arg.contains(' ') {
            text.push_str(&format!("'{arg}'"));
        } else {
            text.push_str(&arg);
        }
    }
    text
}

/// The first of the names that is a file in a folder of PATH.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| {
            let file = format!("{name}{}", env::consts::EXE_SUFFIX);
            folders.iter().map(move |folder| folder.join(&file))
        })
        .find(|file| file.is_file())
}

/// PATH with these folders before it.
pub(crate) fn path_with(first: &[PathBuf]) -> Result<OsString, Failure> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = first.iter().cloned().chain(env::split_paths(&path));
    env::join_paths(folders)
        .map_err(|error| Failure::new(format!("a folder cannot stand in PATH: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_typed() {
        let mut command = Command::new("/opt/rust/bin/cargo");
        command.args(["clippy", "--", "-D", "two words"]);
        assert_eq!(shown(&command), "cargo clippy -- -D 'two words'");
    }

    #[test]
    fn a_program_that_is_not_there_has_no_output() {
        assert_eq!(
            output(&mut Command::new("no-such-program-of-interleave")),
            None
        );
        assert_eq!(on_path(&["no-such-program-of-interleave"]), None);
    }
}
