//! The toolchain's own parts: the wasm target, rustfmt, clippy, the crates.

use std::path::Path;
use std::process::Command;

use crate::command::{self, cargo, on_path, output};
use crate::failure::Failure;

/// What the page is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The compiler in full, for the page's stamp.
pub(super) fn version() -> String {
    output(Command::new("rustc").arg("-vV")).unwrap_or_default()
}

/// The standard library for wasm32.
pub(super) fn wasm_target() -> Result<(), Failure> {
    let mut ask = Command::new("rustc");
    ask.args(["--print", "target-libdir", "--target", WASM]);
    if output(&mut ask).is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    eprintln!("set-up: the Rust target {WASM}");
    rustup(&["target", "add", WASM]).map_err(|failure| {
        failure.mend(format!(
            "The page needs the Rust target {WASM}. With rustup: `rustup target add {WASM}`; \
             with a Rust of your distribution, its package of that target's standard library.\n\
             Without it: `cargo run --release` serves everything but the page, and \
             `interleave run` works in the terminal."
        ))
    })
}

/// A part of the toolchain that comes as a subcommand of cargo.
pub(super) fn component(name: &str, subcommand: &str) -> Result<(), Failure> {
    if output(&mut cargo([subcommand, "--version"])).is_some() {
        return Ok(());
    }
    eprintln!("set-up: {name}");
    rustup(&["component", "add", name]).map_err(|failure| {
        failure.mend(format!(
            "The checks need {name}: `rustup component add {name}`, or your distribution's package.\n\
             Without it: `cargo xtask serve`, and `cargo test` for the tests alone."
        ))
    })
}

/// Downloads the crates of Cargo.lock, since trunk builds without a network.
/// Where they are all there, it asks no network either.
pub(super) fn crates() -> Result<(), Failure> {
    command::run(&mut cargo(["fetch", "--locked", "--quiet"])).map_err(|failure| {
        failure.mend(
            "The crates of Cargo.lock could not all be downloaded. It takes a network once; \
             behind a proxy, set HTTPS_PROXY. If Cargo.lock is said to need an update, \
             run `cargo metadata` once and look at what changed.",
        )
    })
}

fn rustup(args: &[&str]) -> Result<(), Failure> {
    if on_path(&["rustup"]).is_none() {
        return Err(Failure::new(
            "it is missing, and there is no rustup to install it with",
        ));
    }
    command::run(Command::new("rustup").args(args))
}
