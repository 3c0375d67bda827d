//! The page, built by trunk into `dist/`, and only when something changed.
//!
//! A stamp beside the compiler's output holds a hash of all that goes in and
//! one of what came out. So a build is skipped only where `dist/` is exactly
//! what these inputs gave: not after `trunk serve`, which writes its reload
//! script there, and not after a build that was stopped half way.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command;
use crate::failure::Failure;
use crate::setup::PageTools;
use crate::workspace;

/// All that the page is made of, from the top of the repository.
const INPUTS: [&str; 6] = [
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "backend/protocol",
    "frontend",
    "style",
];

/// Builds `dist/` unless it is there already.
pub(crate) fn build(tools: &PageTools) -> Result<(), Failure> {
    let root = workspace::root();
    let dist = root.join("dist");
    let stamp = workspace::target().join("page.stamp");
    let inputs = hash_inputs(root, &tools.versions)?;
    let built = fs::read_to_string(&stamp).unwrap_or_default();
    if dist.is_dir() && built == stamp_text(inputs, hash_files(std::slice::from_ref(&dist), "")?) {
        eprintln!("the page in dist/ is up to date");
        return Ok(());
    }
    trunk(tools)?;
    let text = stamp_text(inputs, hash_files(std::slice::from_ref(&dist), "")?);
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder).map_err(Failure::io("cannot make the target folder"))?;
    }
    fs::write(&stamp, text).map_err(Failure::io(format_args!(
        "cannot write {}",
        stamp.display()
    )))?;
    print_sizes(&dist)
}

fn trunk(tools: &PageTools) -> Result<(), Failure> {
    let mut trunk = Command::new(&tools.trunk);
    trunk
        .args(["build", "--release"])
        .current_dir(workspace::root());
    trunk.env("TRUNK_SKIP_VERSION_CHECK", "true");
    // trunk takes `true` or `false` for it, and stops at the usual `1`.
    trunk.env_remove("NO_COLOR");
    // The compiler says what is wrong; where in trunk it was heard says nothing.
    trunk.env_remove("RUST_BACKTRACE");
    trunk.env(
        "PATH",
        command::path_with(std::slice::from_ref(&tools.wasm_bindgen_folder))?,
    );
    command::without_package_variables(&mut trunk);
    // Standard output is for figures.
    trunk.stdout(std::io::stderr());
    command::run(&mut trunk)
}

fn stamp_text(inputs: u64, dist: u64) -> String {
    format!("{inputs:016x} {dist:016x}\n")
}

fn hash_inputs(root: &Path, versions: &str) -> Result<u64, Failure> {
    let inputs = INPUTS.map(|name| root.join(name));
    hash_files(&inputs, versions)
}

/// Of the names and the contents of these files and of all in these folders.
fn hash_files(paths: &[PathBuf], versions: &str) -> Result<u64, Failure> {
    let mut hasher = DefaultHasher::new();
    versions.hash(&mut hasher);
    for path in paths {
        for file in files_in(path)? {
            file.hash(&mut hasher);
            let contents = fs::read(&file)
                .map_err(Failure::io(format_args!("cannot read {}", file.display())))?;
            contents.hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

/// The file itself, or all files of the folder, in the order of their names.
fn files_in(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let cannot = || Failure::io(format!("cannot read {}", path.display()));
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(cannot())? {
        entries.push(entry.map_err(cannot())?.path());
    }
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_in(&entry)?);
    }
    Ok(files)
}

fn print_sizes(dist: &Path) -> Result<(), Failure> {
    for file in files_in(dist)? {
        let bytes = fs::metadata(&file).map_or(0, |data| data.len());
        let name = file.strip_prefix(dist).unwrap_or(&file);
        eprintln!("  dist/{}  {:.1} KB", name.display(), bytes as f64 / 1000.0);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_follows_contents_names_and_versions() {
        let folder = std::env::temp_dir().join(format!("interleave-page-{}", std::process::id()));
        fs::create_dir_all(folder.join("inner")).unwrap();
        fs::write(folder.join("inner/a.css"), "one").unwrap();
        let paths = [folder.clone()];
        let first = hash_files(&paths, "1").unwrap();
        assert_eq!(first, hash_files(&paths, "1").unwrap());
        assert_ne!(first, hash_files(&paths, "2").unwrap());
        fs::write(folder.join("inner/a.css"), "two").unwrap();
        let second = hash_files(&paths, "1").unwrap();
        assert_ne!(first, second);
        fs::rename(folder.join("inner/a.css"), folder.join("inner/b.css")).unwrap();
        assert_ne!(second, hash_files(&paths, "1").unwrap());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn every_input_is_there() {
        for input in INPUTS {
            assert!(
                workspace::root().join(input).exists(),
                "{input} is an input of the page"
            );
        }
    }
}
