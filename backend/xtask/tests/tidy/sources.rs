//! What the Rust sources do not contain.

use crate::repository::{Text, none, texts};

/// The Rust files; this one names what it looks for.
fn sources() -> impl Iterator<Item = Text> {
    texts()
        .into_iter()
        .filter(|text| text.is("rs") && !text.path.ends_with("tidy/sources.rs"))
}

/// Lines of code, comments left out, in which the word is found.
fn lines_with(word: &str, of: impl Iterator<Item = Text>) -> Vec<String> {
    let mut findings = Vec::new();
    for text in of {
        for (number, line) in text.lines() {
            if line.contains(word) && !line.trim_start().starts_with("//") {
                findings.push(format!("{}:{number}: {}", text.path, line.trim()));
            }
        }
    }
    findings
}

#[test]
fn only_the_core_is_unsafe() {
    for word in [
        "unsafe {",
        "unsafe fn",
        "unsafe impl",
        "unsafe extern",
        "unsafe(",
    ] {
        let outside = sources().filter(|text| !text.under("backend/csp/"));
        none(
            "unsafe code belongs into csp alone:",
            lines_with(word, outside),
        );
    }
    let overruled = sources().filter(|text| !text.under("backend/csp/"));
    none(
        "no crate but csp overrules the lint:",
        lines_with("allow(unsafe_code", overruled),
    );
}

#[test]
fn no_test_is_switched_off() {
    none(
        "mend the test or remove it:",
        lines_with("#[ignore", sources()),
    );
}

#[test]
fn nothing_dead_is_kept() {
    for word in [
        "allow(dead_code",
        "allow(unused",
        "deny(warnings",
        "todo!(",
        "unimplemented!(",
    ] {
        none(
            &format!("`{word}` hides what should be seen:"),
            lines_with(word, sources()),
        );
    }
}

#[test]
fn one_module_turns_events_into_wire_events() {
    let elsewhere = |text: &Text| {
        text.under("backend/server/src/")
            && !text.path.ends_with("/wire.rs")
            && !text.path.contains("/wire/")
    };
    for word in ["trace::Kind", "trace::event", "CoreKind", "trace::{"] {
        let findings = lines_with(word, sources().filter(elsewhere));
        none(
            "server translates the core's events in wire.rs alone:",
            findings,
        );
    }
}
