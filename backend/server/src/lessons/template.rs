//! A new lesson: a whole one that passes the check, to be rewritten.

use std::io;
use std::path::Path;

use super::parts::is_plain;

/// The files of the template.
const FILES: [(&str, &str); 4] = [
    ("lesson.toml", include_str!("template/lesson.toml")),
    ("en.md", include_str!("template/en.md")),
    ("zh.md", include_str!("template/zh.md")),
    ("go.go", include_str!("template/go.go")),
];
/// What stands in the template for the lesson's id and its section.
const ID: &str = "new-lesson";
const SECTION: &str = "section = \"1.1\"";

/// Writes the template into a folder `…/NN-chapter/NN-lesson`, whose names give
/// the lesson its chapter and its id.
///
/// # Errors
/// If the folder's name gives no id, if it is there and not empty, or if it
/// cannot be written.
pub(crate) fn write(folder: &Path) -> io::Result<String> {
    let id = without_number(folder).filter(|id| is_plain(id));
    let id = id.ok_or_else(|| {
        io::Error::other("the folder's name is a number and the lesson's id: 07-my-lesson")
    })?;
    if folder.exists() && std::fs::read_dir(folder)?.next().is_some() {
        return Err(io::Error::other(
            "the folder is there already and not empty",
        ));
    }
    std::fs::create_dir_all(folder)?;
    let chapter = folder.parent().and_then(number).unwrap_or(1);
    for (name, text) in FILES {
        let text = text
            .replace(ID, &id)
            .replace(SECTION, &format!("section = \"{chapter}.1\""));
        std::fs::write(folder.join(name), text)?;
    }
    Ok(id)
}

fn name(folder: &Path) -> Option<&str> {
    folder.file_name()?.to_str()
}

fn number(folder: &Path) -> Option<u8> {
    name(folder)?.split('-').next()?.parse().ok()
}

/// The name after its number, or the whole name if it has none.
fn without_number(folder: &Path) -> Option<String> {
    let name = name(folder)?;
    match name.split_once('-') {
        Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(rest.to_owned())
        }
        _ => Some(name.to_owned()),
    }
}
