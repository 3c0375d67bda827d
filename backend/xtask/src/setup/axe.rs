//! axe-core, which looks for what bars a reader's way: from npm, into the
//! cache, since nothing of it belongs into the repository.

use std::path::PathBuf;
use std::process::Command;

use super::cache::Cache;
use crate::command::{self, on_path};
use crate::failure::Failure;
use crate::workspace;

const VERSION: &str = "4.14.1";

/// Its script; `None`, with a line that says so, where it cannot be had. The
/// other tests in the browser do without.
pub(super) fn find_or_install() -> Result<Option<PathBuf>, Failure> {
    let home = workspace::tools()?.join(format!("axe-core-{VERSION}"));
    let script = home.join("node_modules/axe-core/axe.min.js");
    if script.is_file() {
        return Ok(Some(script));
    }
    if on_path(&["npm"]).is_none() {
        eprintln!("set-up: no npm, so no axe-core: the test of accessibility will be left out");
        return Ok(None);
    }
    eprintln!("set-up: axe-core {VERSION}, into {}", home.display());
    let _held = Cache::hold()?;
    let mut install = Command::new("npm");
    install.args([
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--loglevel=error",
    ]);
    install
        .arg("--prefix")
        .arg(&home)
        .arg(format!("axe-core@{VERSION}"));
    if let Err(failure) = command::run(&mut install) {
        eprintln!("set-up: {failure}: the test of accessibility will be left out");
    }
    Ok(script.is_file().then_some(script))
}
