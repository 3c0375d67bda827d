//! Which files there are, how long they are, and what none of them says.

use crate::repository::{Text, entries, none, relative, root, texts};

/// Longer files are read by nobody.
const LINES: usize = 600;

#[test]
fn the_top_holds_what_everybody_expects_there() {
    let allowed = [
        "ARCHITECTURE.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "Trunk.toml",
        "backend",
        "dist",
        "frontend",
        "lessons",
        "node_modules",
        "style",
    ];
    let findings = entries(root())
        .iter()
        .map(|path| relative(path))
        .filter(|name| !allowed.contains(&name.as_str()))
        .filter(|name| !name.starts_with('.') && !name.starts_with("target"))
        .collect();
    none("these belong into a folder, not to the top:", findings);
}

#[test]
fn no_file_is_too_long() {
    let counted = ["rs", "css", "html", "js", "go", "md", "toml"];
    let findings = texts()
        .iter()
        .filter(|text| counted.iter().any(|extension| text.is(extension)))
        .filter(|text| text.contents.lines().count() > LINES)
        .map(|text| format!("{}: {} lines", text.path, text.contents.lines().count()))
        .collect();
    none(
        &format!("these files have over {LINES} lines; split them by concept:"),
        findings,
    );
}

#[test]
fn no_module_hides_behind_a_common_name() {
    let names = [
        "mod", "utils", "util", "common", "helpers", "helper", "misc",
    ];
    let findings = texts()
        .iter()
        .filter(|text| text.is("rs"))
        .filter(|text| {
            let stem = text
                .path
                .rsplit('/')
                .next()
                .and_then(|name| name.strip_suffix(".rs"));
            stem.is_some_and(|stem| names.contains(&stem))
        })
        .map(|text| text.path.clone())
        .collect();
    none(
        "name the file after its concept (`foo.rs` beside `foo/`):",
        findings,
    );
}

#[test]
fn nothing_names_a_machine_or_a_registry() {
    // In two parts each, or this file would be found.
    let words = [
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Use", "rs/"),
        concat!("/wo", "rk/"),
        concat!("/tm", "p/"),
        concat!("crates", ".io"),
        concat!("npm", "js."),
        concat!("py", "pi.org"),
        concat!("deb.", "debian"),
    ];
    let mut findings = Vec::new();
    // Cargo writes its registry into the lock.
    for text in texts().iter().filter(|text| text.path != "Cargo.lock") {
        for (line, words) in found(text, &words) {
            findings.push(format!("{}:{line}: {words}", text.path));
        }
    }
    none("these hold on one machine only:", findings);
}

fn found<'a>(text: &'a Text, words: &'a [&str]) -> impl Iterator<Item = (usize, String)> + 'a {
    text.lines().filter_map(|(number, line)| {
        let hits: Vec<&str> = words
            .iter()
            .copied()
            .filter(|word| line.contains(word))
            .collect();
        (!hits.is_empty()).then(|| (number, hits.join(", ")))
    })
}

#[test]
fn every_style_sheet_is_linked_tokens_first() {
    let page = std::fs::read_to_string(root().join("frontend/index.html")).unwrap();
    let place = |name: &str| page.find(&format!("\"../style/{name}\""));
    let sheets: Vec<String> = entries(&root().join("style"))
        .iter()
        .filter_map(|path| relative(path).strip_prefix("style/").map(str::to_owned))
        .filter(|name| name.ends_with(".css"))
        .collect();
    let tokens = place("tokens.css").expect("frontend/index.html links tokens.css");
    let findings = sheets
        .iter()
        .filter(|name| place(name).is_none_or(|at| at < tokens))
        .cloned()
        .collect();
    none(
        "link these in frontend/index.html, after tokens.css:",
        findings,
    );
}
