//! `cargo xtask test --deep`: what takes too long for every change.
//!
//! Each part is a run of tests that the checks have too, with more of it: orders
//! (loom), weak memory and undefined behaviour (miri), operations, random cases.

use std::env;
use std::process::Command;

use crate::command::{self, cargo, on_path, output};
use crate::failure::Failure;
use crate::steps::Steps;
use crate::workspace;

/// How many steps there are.
pub(crate) const STEPS: usize = 4;

/// Operations of the soak.
const SOAK_OPERATIONS: &str = "10000000";
/// Random inputs for each property, whatever it asks for itself (some minutes
/// for all of them): those of what reads foreign bytes, schedules, frames and
/// lines, are among them.
const RANDOM_CASES: &str = "4000";
/// Seeds of miri: each is another order, and other old values that weak memory
/// shows.
const MIRI_SEEDS: &str = "0..4";
/// parking_lot hides pointers in numbers; the clock is the machine's; a thread
/// that is left at the end is no leak of ours.
const MIRI_FLAGS: &str =
    "-Zmiri-disable-isolation -Zmiri-ignore-leaks -Zmiri-permissive-provenance";
/// What miri runs, a few minutes each: the parts with unsafe code.
const MIRI: [&[&str]; 6] = [
    &["--lib", "native::"],
    &["--test", "soak"],
    &["--test", "go_rules", "select::"],
    &["--test", "go_rules", "mutex::native"],
    &["--test", "go_rules", "wait_group"],
    &["--test", "patterns", "worker_pool"],
];

/// Runs all of it.
pub(crate) fn run(steps: &mut Steps) -> Result<(), Failure> {
    steps.run("models of the core, in every order (loom)", models)?;
    steps.run("soak", || {
        let mut soak = cargo(["test", "--package", "csp", "--test", "soak"]);
        command::run(soak.env("CSP_SOAK", SOAK_OPERATIONS))
    })?;
    steps.run("many random cases", || {
        let mut cases = cargo(["test", "--package", "csp", "--package", "protocol"]);
        cases.args(["--package", "experiments", "--lib", "--tests"]);
        command::run(cases.env("PROPTEST_CASES", RANDOM_CASES))
    })?;
    steps.run("the core under miri", miri)
}

/// The core with loom's atomics, in a folder of its own: everything is compiled
/// with another flag.
fn models() -> Result<(), Failure> {
    let mut flags = env::var("RUSTFLAGS").unwrap_or_default();
    flags.push_str(" --cfg csp_loom");
    let mut models = cargo(["test", "--package", "csp", "--lib", "models::"]);
    models
        .env("RUSTFLAGS", flags.trim_start())
        .env("CARGO_TARGET_DIR", workspace::target().join("models"));
    command::run(&mut models)
}

fn miri() -> Result<(), Failure> {
    if let Some(missing) = miri_is_missing() {
        println!("left out: {missing}");
        return Ok(());
    }
    for what in MIRI {
        let flags = format!("{MIRI_FLAGS} -Zmiri-many-seeds={MIRI_SEEDS}");
        let mut test = nightly(&["miri", "test", "--package", "csp"]);
        test.args(what)
            .env("MIRIFLAGS", flags)
            .env("CARGO_TARGET_DIR", workspace::target().join("miri"));
        command::run(&mut test)?;
    }
    Ok(())
}

/// Installs miri where there is a nightly toolchain; says what is missing where
/// there is none.
fn miri_is_missing() -> Option<&'static str> {
    const NIGHTLY: &str = "miri needs rustup and a nightly toolchain: `rustup toolchain install \
                           nightly --component miri,rust-src`";
    const MIRI: &str = "miri could not be installed: `rustup component add miri rust-src \
                        --toolchain nightly`";
    if on_path(&["rustup"]).is_none() || output(nightly(&["--version"]).arg("--quiet")).is_none() {
        return Some(NIGHTLY);
    }
    if output(&mut nightly(&["miri", "--version"])).is_some() {
        return None;
    }
    println!("set-up: miri");
    let mut add = Command::new("rustup");
    add.args(["component", "add", "miri", "rust-src", "--toolchain"]);
    command::run(add.arg("nightly")).is_err().then_some(MIRI)
}

/// cargo of the nightly toolchain.
fn nightly(args: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command
        .args(["run", "nightly", "cargo"])
        .args(args)
        .current_dir(workspace::root())
        // What chose this toolchain would choose it again.
        .env_remove("CARGO")
        .env_remove("RUSTC")
        .env_remove("RUSTUP_TOOLCHAIN");
    command::without_package_variables(&mut command);
    command
}
