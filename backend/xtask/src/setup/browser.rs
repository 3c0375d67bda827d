//! Chromium and its driver, for the tests.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use super::cache::Cache;
use crate::command::{self, on_path, output};
use crate::failure::Failure;

/// A browser that tests can drive.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
    /// axe-core's script, where it could be had.
    pub(crate) axe: Option<PathBuf>,
}

impl Browser {
    /// Tells the tests where everything is.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.env("INTERLEAVE_CHROMIUM", &self.chromium);
        command.env("INTERLEAVE_CHROMEDRIVER", &self.driver);
        if let Some(axe) = &self.axe {
            command.env("INTERLEAVE_AXE", axe);
        }
    }
}

const CHROMIUM: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The last one is for screenshots: the lessons are in Chinese too.
const DEBIAN_PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-noto-cjk"];

pub(super) fn find_or_install() -> Result<Browser, Failure> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    if on_path(&["apt-get"]).is_none() || !is_root() {
        return Err(missing("Chromium or its driver is missing"));
    }
    let _held = Cache::hold()?;
    if find().is_none() {
        eprintln!("set-up: Chromium and its driver, with apt-get");
        apt_get(&["update", "-qq"])?;
        let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
        install.extend(DEBIAN_PACKAGES);
        apt_get(&install)?;
    }
    find().ok_or_else(|| missing("apt-get installed Chromium, but it is not on PATH"))
}

/// By the two variables, or on PATH.
fn find() -> Option<Browser> {
    let named = |variable| {
        env::var_os(variable)
            .map(PathBuf::from)
            .filter(|file| file.is_file())
    };
    Some(Browser {
        chromium: named("INTERLEAVE_CHROMIUM").or_else(|| on_path(CHROMIUM))?,
        driver: named("INTERLEAVE_CHROMEDRIVER").or_else(|| on_path(&["chromedriver"]))?,
        axe: None,
    })
}

fn apt_get(args: &[&str]) -> Result<(), Failure> {
    let mut command = Command::new("apt-get");
    command.args(args).env("DEBIAN_FRONTEND", "noninteractive");
    command::run(&mut command).map_err(|failure| missing(&failure.to_string()))
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_some_and(|user| user == "0")
}

fn missing(what: &str) -> Failure {
    Failure::new(what).mend(format!(
        "The tests in a browser need Chromium (or Chrome) and the chromedriver of its version.\n\
         Debian and Ubuntu: `apt-get install {}` as root. Elsewhere: put both on PATH, or name \
         them in INTERLEAVE_CHROMIUM and INTERLEAVE_CHROMEDRIVER.\n\
         Without them: `cargo xtask test --no-browser` does everything else.",
        DEBIAN_PACKAGES.join(" ")
    ))
}
