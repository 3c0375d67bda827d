//! Programs beside the lab. The Rust is cut from the source that runs; what real
//! Go is to make of the Go is said beside it ([`golang`]).

mod golang;

use std::path::Path;

use protocol::Text;
use protocol::lesson::{LessonProblem, Listing};
use toml::Spanned;

use super::Lang;
use super::file::ListingFile;
use super::highlight::Highlighter;
use super::parts::without_words;
use super::source::Source;
use crate::catalogue;
pub(crate) use golang::{GoProgram, Verdict};

/// What stands before and after a part of a source, before the part's name.
const BEGIN: &str = "lesson:begin ";
const END: &str = "lesson:end ";

/// A listing in both languages.
#[derive(Debug)]
pub(super) struct LoadedListing {
    lang: String,
    name: Option<Text>,
    file: String,
    first_line: u32,
    html: String,
    /// What Go is to make of it, if it is in Go.
    pub(super) go: Option<GoProgram>,
}

impl LoadedListing {
    pub(super) fn of(&self, lang: Lang) -> Listing {
        Listing {
            lang: self.lang.clone(),
            name: self.name.as_ref().map(|name| lang.of(name)),
            file: self.file.clone(),
            first_line: self.first_line,
            html: self.html.clone(),
        }
    }
}

/// What is wrong with listings as a whole: of several in a language each has a
/// name of its own.
pub(super) fn unnamed(files: &[ListingFile], source: &Source) -> Vec<LessonProblem> {
    let mut problems = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let of_lang = |other: &&ListingFile| other.lang.get_ref() == file.lang.get_ref();
        let lang = file.lang.get_ref();
        match &file.name {
            None if files.iter().filter(of_lang).count() > 1 => {
                let message = format!("there are several listings in {lang}; give each a `name`");
                problems.push(source.problem_at(file.lang.span(), message));
            }
            None => {}
            Some(name) => {
                let mut before = files[..at].iter().filter(of_lang);
                let taken = before.any(|other| {
                    let other = other.name.as_ref().map(Spanned::get_ref);
                    other == Some(name.get_ref())
                });
                let message = without_words(name.get_ref()).or_else(|| {
                    taken.then(|| format!("another listing in {lang} has this name; take another"))
                });
                problems.extend(message.map(|message| source.problem_at(name.span(), message)));
            }
        }
    }
    problems
}

/// A listing of a lesson. `folder` holds the lesson, `root` all of them.
pub(super) fn listing(
    file: &ListingFile,
    own_experiment: &str,
    source: &Source,
    folder: &Path,
    root: &Path,
    highlighter: &Highlighter,
) -> Result<LoadedListing, LessonProblem> {
    let lang = file.lang.get_ref();
    if !["go", "rust"].contains(&lang.as_str()) {
        let message = format!("`lang` is \"go\" or \"rust\", not \"{lang}\"");
        return Err(source.problem_at(file.lang.span(), message));
    }
    let (name, text) = match &file.file {
        Some(name) => {
            if let Some(experiment) = &file.experiment {
                let message = "a listing has a `file` or an `experiment`, not both; remove one";
                return Err(source.problem_at(experiment.span(), message));
            }
            let text = Source::read(root, &inside(folder, name, source)?)
                .map_err(|problem| source.problem_at(name.span(), named(&problem)))?;
            (name.get_ref().clone(), text.text)
        }
        None => {
            let id = file.experiment.as_ref();
            let entry = catalogue::find(id.map_or(own_experiment, |id| id.get_ref()));
            let entry = entry.map_err(|error| {
                let span = id.map_or_else(|| file.lang.span(), Spanned::span);
                source.problem_at(span, error.message)
            })?;
            (entry.file.to_owned(), entry.source.to_owned())
        }
    };
    let (first_line, text) = match &file.section {
        Some(section) => cut(&text, section.get_ref())
            .map_err(|reason| source.problem_at(section.span(), format!("in {name}, {reason}")))?,
        None => (1, text),
    };
    let go = golang::program(file, &name, &text, source)?;
    Ok(LoadedListing {
        lang: lang.clone(),
        name: file.name.as_ref().map(|name| name.get_ref().clone()),
        file: name,
        first_line,
        html: highlighter.lines(lang, &text),
        go,
    })
}

fn named(problem: &LessonProblem) -> String {
    format!("{}: {}", problem.file, problem.message)
}

/// A file in the lesson's own folder.
fn inside(
    folder: &Path,
    name: &Spanned<String>,
    source: &Source,
) -> Result<std::path::PathBuf, LessonProblem> {
    let given = name.get_ref();
    if given.contains(['/', '\\']) || given.starts_with('.') {
        let message = format!("`{given}` is not in the lesson's folder; put the file beside it");
        return Err(source.problem_at(name.span(), message));
    }
    Ok(folder.join(given))
}

/// The lines between the markers of a section, moved to the left margin, and
/// the number of the first. Markers of other sections become empty lines, so
/// that every line keeps its number.
fn cut(text: &str, section: &str) -> Result<(u32, String), String> {
    let lines: Vec<&str> = text.lines().collect();
    let find = |marker: &str| {
        let is_it = |line: &&str| marked(line, marker) == Some(section);
        lines.iter().position(is_it)
    };
    let begin = find(BEGIN).ok_or_else(|| {
        let names: Vec<&str> = lines
            .iter()
            .filter_map(|line| marked(line, BEGIN))
            .collect();
        match names.as_slice() {
            [] => format!("nothing is marked `// {BEGIN}{section}`"),
            names => format!(
                "nothing is marked `// {BEGIN}{section}`; there is {}",
                names.join(", ")
            ),
        }
    })?;
    let end = find(END).filter(|end| *end > begin);
    let end = end.ok_or_else(|| format!("`// {END}{section}` is missing"))?;
    let part = &lines[begin + 1..end];
    let filled = part.iter().filter(|line| !line.trim().is_empty());
    let margin = filled
        .map(|line| line.len() - line.trim_start().len())
        .min();
    let mut cut = String::new();
    for line in part {
        let other = marked(line, BEGIN).or_else(|| marked(line, END)).is_some();
        if !other {
            cut.push_str(line.get(margin.unwrap_or(0)..).unwrap_or_default());
        }
        cut.push('\n');
    }
    let first_line = u32::try_from(begin + 2).unwrap_or(u32::MAX);
    Ok((first_line, cut))
}

/// The name in a marker line.
fn marked<'a>(line: &'a str, marker: &str) -> Option<&'a str> {
    let comment = line.trim().strip_prefix("//")?.trim_start();
    comment.strip_prefix(marker).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::cut;

    const TEXT: &str = "\
fn a() {
    // lesson:begin main
    one();

        // lesson:begin inner
        two();
    // lesson:end main
}
";

    #[test]
    fn a_part_keeps_its_line_numbers_and_loses_its_margin() {
        let (first_line, part) = cut(TEXT, "main").unwrap();
        assert_eq!(first_line, 3);
        assert_eq!(part, "one();\n\n\n    two();\n");
    }

    #[test]
    fn a_marker_that_is_not_there_is_told_with_those_that_are() {
        let reason = cut(TEXT, "other").unwrap_err();
        assert!(reason.contains("main, inner"), "{reason}");
        let reason = cut(TEXT, "inner").unwrap_err();
        assert!(reason.contains("lesson:end inner"), "{reason}");
    }
}
