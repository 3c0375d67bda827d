//! `cargo xtask test`: everything that CI checks.
//!
//! The steps share one target folder and always name the same packages, so
//! that no crate is compiled twice for other features. Tests come last, so
//! that the output ends with the test runner's own summary.

use std::process::Command;

use crate::command::{self, cargo};
use crate::failure::Failure;
use crate::setup::{Browser, Go, PageTools, WASM};
use crate::steps::Steps;
use crate::{deep, page, setup, workspace};

/// What the command line asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Leave out what needs Chromium.
    no_browser: bool,
    /// What takes too long for every change, too.
    deep: bool,
}

impl Options {
    pub(crate) fn parse(args: &[String]) -> Result<Options, String> {
        let mut options = Options::default();
        for arg in args {
            match arg.as_str() {
                "--no-browser" => options.no_browser = true,
                "--deep" => options.deep = true,
                other => return Err(format!("`cargo xtask test` has no option `{other}`")),
            }
        }
        Ok(options)
    }
}

/// Always all crates at once: one selection of packages is one selection of
/// features. The page's plain parts are tested on the host too.
const HOST: [&str; 1] = ["--workspace"];

pub(crate) fn test(options: &Options) -> Result<(), Failure> {
    let browsers = usize::from(!options.no_browser);
    let deep = if options.deep { deep::STEPS } else { 0 };
    let mut steps = Steps::new(9 + browsers + deep);
    let mut ready = None;
    steps.run("set-up", || {
        ready = Some(set_up(options)?);
        Ok(())
    })?;
    let ready = ready.ok_or_else(|| Failure::new("the set-up gave no tools"))?;
    let Ready { tools, browser, go } = ready;

    steps.run("format", || {
        command::run(&mut cargo(["fmt", "--all", "--check"]))
            .map_err(|failure| failure.mend("`cargo fmt --all` writes the files anew."))
    })?;
    steps.run("clippy", clippy)?;
    steps.run("clippy, page (wasm32)", || {
        let mut clippy = cargo(["clippy", "--package", "frontend", "--target", WASM]);
        command::run(clippy.args(["--", "-D", "warnings"]))
    })?;
    steps.run("wasm32 builds of protocol and csp", || {
        let mut build = cargo(["build", "--package", "protocol", "--package", "csp"]);
        command::run(build.args(["--lib", "--target", WASM]))
    })?;
    steps.run("page", || page::build(&tools))?;
    steps.run("build of the tests", || {
        on_host("test", &["--no-run"])?;
        on_host("test", &["--no-run", "--test", "browser"])
    })?;
    steps.run("lessons", || lessons(go.as_ref()))?;
    if options.deep {
        steps.run("tests", tests)?;
        if let Some(browser) = &browser {
            steps.run("tests in the browser", || in_browser(browser))?;
        }
        deep::run(&mut steps)?;
        println!("\n{}", steps.table());
        return Ok(());
    }
    let Some(browser) = browser else {
        println!("\n{}", steps.table());
        return steps.run_last("tests", tests);
    };
    steps.run("tests", tests)?;
    println!("\n{}", steps.table());
    steps.run_last("tests in the browser", || in_browser(&browser))
}

fn in_browser(browser: &Browser) -> Result<(), Failure> {
    let mut test = cargo(["test"]);
    test.args(HOST)
        .args(["--test", "browser", "--", "--nocapture"]);
    browser.tell(&mut test);
    command::run(&mut test)
}

/// What the set-up found or installed.
struct Ready {
    tools: PageTools,
    browser: Option<Browser>,
    go: Option<Go>,
}

/// Fails before anything is compiled where a part is missing. Without Go the
/// listings in Go alone are not tried.
fn set_up(options: &Options) -> Result<Ready, Failure> {
    setup::checks()?;
    let browser = if options.no_browser {
        None
    } else {
        Some(setup::browser()?)
    };
    let go = setup::go();
    if let Err(failure) = &go {
        println!("Listings in Go are NOT tried: {failure}");
    }
    Ok(Ready {
        tools: setup::page()?,
        browser,
        go: go.ok(),
    })
}

fn on_host(subcommand: &str, args: &[&str]) -> Result<(), Failure> {
    command::run(cargo([subcommand]).args(HOST).args(args))
}

/// The browser's tests are no default target (`cargo test` runs on a machine
/// without a browser), so they are named apart.
fn clippy() -> Result<(), Failure> {
    on_host("clippy", &["--all-targets", "--", "-D", "warnings"])?;
    on_host("clippy", &["--test", "browser", "--", "-D", "warnings"])
}

/// With the program that the tests' build made: the files, what they claim of
/// runs, and the listings in Go by Go itself, which keeps what it has compiled in
/// the target folder.
fn lessons(go: Option<&Go>) -> Result<(), Failure> {
    let name = format!("interleave{}", std::env::consts::EXE_SUFFIX);
    let mut check = Command::new(workspace::target().join("debug").join(name));
    check
        .args(["lessons", "check"])
        .current_dir(workspace::root());
    match go {
        Some(go) => {
            check
                .arg("--go")
                .arg(go.program())
                .env("GOCACHE", workspace::target().join("go-build"));
        }
        None => println!("No Go: its listings are NOT tried."),
    }
    command::run(&mut check)
}

/// Examples in the documentation first: where there are none, their summary
/// counts nothing, and the last summary is the one that is read.
fn tests() -> Result<(), Failure> {
    on_host("test", &["--doc"])?;
    on_host("test", &["--no-fail-fast", "--lib", "--bins", "--tests"])
}

#[cfg(test)]
mod options {
    use super::Options;

    #[test]
    fn unknown_options_are_named() {
        let parse = |args: &[&str]| {
            Options::parse(&args.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let asked = |no_browser, deep| Ok(Options { no_browser, deep });
        assert_eq!(parse(&[]), asked(false, false));
        assert_eq!(parse(&["--no-browser"]), asked(true, false));
        assert_eq!(parse(&["--deep", "--no-browser"]), asked(true, true));
        assert!(parse(&["--fast"]).unwrap_err().contains("--fast"));
    }
}
