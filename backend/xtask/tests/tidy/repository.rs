//! The files of the repository, as the tests look at them.

use std::fs;
use std::path::{Path, PathBuf};

/// The top of the repository.
pub(crate) fn root() -> &'static Path {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    top.expect("xtask lies two folders below the top")
}

/// A text file: its path from the top, with `/`, and what it holds.
pub(crate) struct Text {
    pub(crate) path: String,
    pub(crate) contents: String,
}

impl Text {
    pub(crate) fn is(&self, extension: &str) -> bool {
        self.path.rsplit('.').next() == Some(extension)
    }

    pub(crate) fn under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// Lines with their numbers, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.contents
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

/// Left out by .gitignore, or git's own.
fn is_ours(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or(path);
    !(first == ".git" || first == "dist" || first == "node_modules" || first.starts_with("target"))
}

/// All files of the repository that are text.
pub(crate) fn texts() -> Vec<Text> {
    let mut texts = Vec::new();
    collect(root(), &mut texts);
    assert!(texts.len() > 50, "only {} files were found", texts.len());
    texts
}

fn collect(folder: &Path, texts: &mut Vec<Text>) {
    for path in entries(folder) {
        let relative = relative(&path);
        if !is_ours(&relative) {
            continue;
        }
        if path.is_dir() {
            collect(&path, texts);
        } else if let Ok(contents) = fs::read_to_string(&path) {
            texts.push(Text {
                path: relative,
                contents,
            });
        }
    }
}

/// What lies in a folder, by name.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// From the top of the repository, with `/`.
pub(crate) fn relative(path: &Path) -> String {
    let inner = path.strip_prefix(root()).unwrap_or(path);
    let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Fails with all findings, one a line.
pub(crate) fn none(rule: &str, findings: Vec<String>) {
    assert!(findings.is_empty(), "{rule}\n{}", findings.join("\n"));
}
