//! `cargo xtask bench --frontend`: the page in a browser.
//!
//! What is measured, and how, is said in `backend/server/benches/page/main.rs`.

use crate::command::{self, cargo};
use crate::failure::Failure;
use crate::{page, setup};

/// Builds the page and the server as readers have them, and measures.
pub(super) fn measure(json: bool) -> Result<(), Failure> {
    let browser = setup::browser()?;
    page::build(&setup::page()?)?;
    let mut bench = cargo(["bench", "--package", "server", "--bench", "page", "--"]);
    if json {
        bench.arg("--json");
    }
    browser.tell(&mut bench);
    command::run(&mut bench)
}
