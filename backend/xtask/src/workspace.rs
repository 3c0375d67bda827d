//! Where things lie: the repository, its target folder, the tools' cache.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The top of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("xtask lies two folders below the top")
}

/// Cargo's target folder, as cargo itself would choose it.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The folder with what is installed once for every clone on this machine.
pub(crate) fn tools() -> Result<PathBuf, Failure> {
    let set = |name| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("INTERLEAVE_TOOLS")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("interleave")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/interleave")))
        .or_else(|| set("USERPROFILE").map(|home| home.join(".cache/interleave")))
        .ok_or_else(|| {
            Failure::new("no folder for the tools: HOME is not set")
                .mend("Set INTERLEAVE_TOOLS to a folder that may be written to.")
        })
}

/// The version of a package in Cargo.lock.
pub(crate) fn locked_version(package: &str) -> Result<String, Failure> {
    let path = root().join("Cargo.lock");
    let lock = fs::read_to_string(&path)
        .map_err(Failure::io(format_args!("cannot read {}", path.display())))?;
    version_in_lock(&lock, package).ok_or_else(|| {
        Failure::new(format!("Cargo.lock has no package `{package}`"))
            .mend("Run `cargo metadata` once, which writes it anew.")
    })
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    let version = lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_in_lock;

    #[test]
    fn a_version_is_found_by_the_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            version_in_lock(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(version_in_lock(lock, "wasm"), None);
    }
}
