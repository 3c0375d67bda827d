//! What a machine needs beside Rust itself, installed where it is missing.
//!
//! Every part looks first and is silent about what is there already, so that a
//! second start costs a few hundred milliseconds.

mod axe;
mod browser;
mod cache;
mod go;
mod rust;
mod tool;

use std::path::PathBuf;

use crate::failure::Failure;

pub(crate) use browser::Browser;
pub(crate) use go::Go;
pub(crate) use rust::WASM;

/// The programs that build the page.
pub(crate) struct PageTools {
    /// The program `trunk`.
    pub(crate) trunk: PathBuf,
    /// The folder of `wasm-bindgen`, which trunk looks for on PATH.
    pub(crate) wasm_bindgen_folder: PathBuf,
    /// Changes whenever a tool does: part of the page's stamp.
    pub(crate) versions: String,
}

/// For building the page: the wasm target, the crates, trunk, wasm-bindgen.
pub(crate) fn page() -> Result<PageTools, Failure> {
    rust::wasm_target()?;
    rust::crates()?;
    let installed = tool::install(&[tool::trunk(), tool::wasm_bindgen()?])?;
    let [trunk, wasm_bindgen] = installed.as_slice() else {
        return Err(Failure::new("two tools were asked for"));
    };
    let folder = wasm_bindgen
        .program
        .parent()
        .map(PathBuf::from)
        .unwrap_or_default();
    Ok(PageTools {
        trunk: trunk.program.clone(),
        wasm_bindgen_folder: folder,
        versions: format!(
            "{} {} {}",
            rust::version(),
            trunk.version,
            wasm_bindgen.version
        ),
    })
}

/// For the checks: rustfmt and clippy.
pub(crate) fn checks() -> Result<(), Failure> {
    rust::component("rustfmt", "fmt")?;
    rust::component("clippy", "clippy")
}

/// For the tests in a browser: Chromium, its driver, axe-core.
pub(crate) fn browser() -> Result<Browser, Failure> {
    let mut browser = browser::find_or_install()?;
    browser.axe = axe::find_or_install()?;
    Ok(browser)
}

/// For the benchmark and the listings: Go.
pub(crate) fn go() -> Result<Go, Failure> {
    go::find_or_install()
}
