//! Who may depend on whom.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::repository::{none, root};

/// The crates of the workspace, each with its direct dependencies, those for
/// tests alone left out.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let metadata = cargo(&[
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| (text(&package["name"]), direct(package)))
        .collect()
}

fn direct(package: &Value) -> Vec<String> {
    let all = package["dependencies"].as_array().unwrap();
    all.iter()
        .filter(|one| one["kind"] != "dev")
        .map(|one| text(&one["name"]))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn cargo(args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    let output = command.args(args).current_dir(root()).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "cargo {}: {complaint}",
        args.join(" ")
    );
    String::from_utf8(output.stdout).unwrap()
}

/// What a crate needs to be built, at any depth.
fn closure(package: &str) -> Vec<String> {
    let tree = cargo(&[
        "tree",
        "--offline",
        "--locked",
        "--package",
        package,
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
        "--no-dedupe",
    ]);
    let mut names: Vec<String> = tree
        .lines()
        .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn forbid(package: &str, forbidden: &[&str]) {
    let needed = closure(package);
    assert!(
        needed.iter().any(|name| name == package),
        "cargo tree names {package} itself"
    );
    let findings = forbidden
        .iter()
        .filter(|name| needed.iter().any(|needed| needed == *name))
        .map(|name| format!("{name} (see `cargo tree -p {package} -i {name}`)"))
        .collect();
    none(&format!("{package} must do without:"), findings);
}

#[test]
fn the_core_stands_alone() {
    let workspace: Vec<String> = dependencies()
        .into_keys()
        .filter(|name| name != "csp")
        .collect();
    let mut forbidden: Vec<&str> = workspace.iter().map(String::as_str).collect();
    forbidden.extend(["tokio", "axum", "hyper", "serde", "wasmtime"]);
    forbid("csp", &forbidden);
}

#[test]
fn experiments_do_not_know_the_wire() {
    forbid(
        "experiments",
        &["protocol", "sandbox", "server", "frontend", "postcard"],
    );
}

#[test]
fn the_sandbox_knows_no_experiment() {
    forbid(
        "sandbox",
        &["protocol", "experiments", "server", "frontend"],
    );
}

#[test]
fn the_wire_knows_neither_end() {
    forbid(
        "protocol",
        &["csp", "experiments", "server", "frontend", "tokio", "axum"],
    );
}

/// They take a minute to compile, and none of our programs runs them.
#[test]
fn nobody_compiles_what_the_core_is_compared_with() {
    let peers = [
        "async-channel",
        "crossfire",
        "dashmap",
        "flume",
        "kanal",
        "scc",
    ];
    let findings = dependencies()
        .into_iter()
        .filter(|(package, _)| package != "bench")
        .filter(|(_, direct)| direct.iter().any(|name| peers.contains(&name.as_str())))
        .map(|(package, _)| package)
        .collect();
    none("the other libraries belong into bench alone:", findings);
    // There they are behind a feature.
    forbid("bench", &peers);
    forbid("bench", &["tokio"]);
}

#[test]
fn only_the_sandbox_names_wasmtime() {
    let findings = dependencies()
        .into_iter()
        .filter(|(package, _)| package != "sandbox")
        .filter(|(_, direct)| direct.iter().any(|name| name.starts_with("wasmtime")))
        .map(|(package, _)| package)
        .collect();
    none("wasmtime belongs into the sandbox alone:", findings);
}

#[test]
fn the_page_needs_the_protocol_and_no_other_crate_of_ours() {
    let all = dependencies();
    let findings = all["frontend"]
        .iter()
        .filter(|name| all.contains_key(*name) && *name != "protocol")
        .cloned()
        .collect();
    none(
        "the page talks with the server through the protocol:",
        findings,
    );
}

#[test]
fn every_crate_keeps_the_lints_and_the_versions_of_the_workspace() {
    let mut findings = Vec::new();
    let metadata = cargo(&[
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    for package in metadata["packages"].as_array().unwrap() {
        let path = text(&package["manifest_path"]);
        let manifest = std::fs::read_to_string(&path).unwrap();
        if !manifest.contains("[lints]\nworkspace = true") {
            findings.push(format!("{path}: wants `[lints]` with `workspace = true`"));
        }
        for (number, line) in manifest.lines().enumerate() {
            if line.contains("version = \"") {
                findings.push(format!(
                    "{path}:{}: a version belongs into [workspace.dependencies]",
                    number + 1
                ));
            }
        }
    }
    none("these manifests go their own way:", findings);
}
