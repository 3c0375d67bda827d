//! `cargo xtask serve`: from a fresh clone to the page in a browser.

use std::process::Command;

use crate::command::{self, cargo};
use crate::failure::Failure;
use crate::steps::Steps;
use crate::{page, setup, workspace};

/// Sets up, builds, and becomes the server: ctrl-C and the exit code are its own.
pub(crate) fn serve(args: &[String]) -> Result<(), Failure> {
    let mut steps = Steps::new(3);
    let mut tools = None;
    steps.run("set-up", || {
        tools = Some(setup::page()?);
        Ok(())
    })?;
    let tools = tools.ok_or_else(|| Failure::new("the set-up gave no tools"))?;
    steps.run("page", || page::build(&tools))?;
    steps.run("server", || {
        command::run(&mut cargo(["build", "--release", "--package", "server"]))
    })?;

    let program = workspace::target()
        .join("release")
        .join(format!("interleave{}", std::env::consts::EXE_SUFFIX));
    println!();
    let mut server = Command::new(program);
    server
        .arg("serve")
        .args(args)
        .current_dir(workspace::root());
    command::without_package_variables(&mut server);
    become_it(server)
}

/// Replaces this process, so that signals and the exit code are the server's.
#[cfg(unix)]
fn become_it(mut server: Command) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;
    let error = server.exec();
    Err(Failure::new(format!(
        "cannot start `{}`: {error}",
        command::shown(&server)
    )))
}

/// Waits for it and ends with its exit code.
#[cfg(not(unix))]
fn become_it(mut server: Command) -> Result<(), Failure> {
    match server.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => Err(Failure::new(format!(
            "cannot start `{}`: {error}",
            command::shown(&server)
        ))),
    }
}
