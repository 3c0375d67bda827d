//! The lessons' folder, read from top to bottom.
//!
//! ```text
//! chapters.toml
//! NN-chapter/NN-lesson/{lesson.toml, en.md, zh.md, go.go, …}
//! ```
//!
//! The number of a chapter's folder is the chapter's; the order of the folders
//! is the order of the lessons.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use protocol::lesson::LessonProblem;
use protocol::run::MAX_PROCS;
use protocol::{Experiment, Text};
use serde_json::Map;

use super::file::{ChaptersFile, FORMAT_VERSION, LessonFile};
use super::highlight::Highlighter;
use super::listing::listing;
use super::markdown::prose;
use super::narrow::narrow;
use super::source::{Source, name, without_place};
use super::{Library, LoadedLesson};
use crate::catalogue::{self, did_you_mean, nearest};

/// How deep the files of a lesson lie.
pub(super) const DEPTH: usize = 2;
/// What every lesson has.
const LESSON_FILE: &str = "lesson.toml";
const CHAPTERS_FILE: &str = "chapters.toml";

/// Reads everything.
pub fn library(root: &Path, highlighter: &Highlighter) -> Library {
    let mut library = Library::default();
    if !root.is_dir() {
        let message = "there is no folder of lessons here; name it with --lessons DIR";
        let folder = root.display().to_string();
        library.problems.push(without_place(folder, message));
        return library;
    }
    chapters(root, &mut library);
    let mut loader = Loader {
        root,
        highlighter,
        ids: HashMap::new(),
        library,
    };
    for chapter in folders(root) {
        match number(&chapter) {
            Some(number) => loader.chapter(number, &chapter),
            None => {
                let message = "the name of a chapter's folder begins with its number, as in \
                               01-foundations; rename it";
                loader.tell(without_place(name(root, &chapter), message));
            }
        }
    }
    loader.library
}

fn chapters(root: &Path, library: &mut Library) {
    let read = Source::read(root, &root.join(CHAPTERS_FILE)).and_then(|source| {
        let read = toml::from_str::<ChaptersFile>(&source.text);
        read.map_err(|error| source.toml_problem(&error))
    });
    match read {
        Ok(file) => library.chapters = file.chapter,
        Err(problem) => library.problems.push(problem),
    }
}

/// What is in a folder, by name; what is hidden is left out.
pub(super) fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut entries: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| !file_name(path).starts_with('.'))
        .collect();
    entries.sort();
    entries
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut entries = entries(folder);
    entries.retain(|path| path.is_dir());
    entries
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into()
}

/// The number that a folder's name begins with.
fn number(folder: &Path) -> Option<u8> {
    let name = file_name(folder);
    name.split('-').next()?.parse().ok()
}

struct Loader<'a> {
    root: &'a Path,
    highlighter: &'a Highlighter,
    /// The file that has each id.
    ids: HashMap<String, String>,
    library: Library,
}

impl Loader<'_> {
    fn tell(&mut self, problem: LessonProblem) {
        self.library.problems.push(problem);
    }

    fn chapter(&mut self, number: u8, folder: &Path) {
        let known = self.library.chapters.iter().any(|one| one.number == number);
        // Without any chapter the file itself is the problem, and told.
        if !known && !self.library.chapters.is_empty() {
            let message = format!("{CHAPTERS_FILE} has no chapter {number}; add it there");
            self.tell(without_place(name(self.root, folder), message));
        }
        for lesson in folders(folder) {
            match self.lesson(number, &lesson) {
                Ok(lesson) => self.library.lessons.push(lesson),
                Err(problem) => self.tell(problem),
            }
        }
    }

    /// A lesson; what is wrong in it but leaves something to show is told on
    /// the way.
    fn lesson(&mut self, chapter: u8, folder: &Path) -> Result<LoadedLesson, LessonProblem> {
        let source = Source::read(self.root, &folder.join(LESSON_FILE))?;
        let file: LessonFile =
            toml::from_str(&source.text).map_err(|error| source.toml_problem(&error))?;
        let version = *file.format_version.get_ref();
        if version != FORMAT_VERSION {
            let message = format!(
                "this server reads format_version = {FORMAT_VERSION}, not {version}; \
                 take a server that fits, or rewrite the lesson"
            );
            return Err(source.problem_at(file.format_version.span(), message));
        }
        self.claim_id(&file, &source)?;
        let entry = catalogue::find(file.experiment.get_ref())
            .map_err(|error| source.problem_at(file.experiment.span(), error.message))?;
        let mut experiment = catalogue::experiment(entry);
        let narrowed = narrow(&mut experiment, &file.params, &source);
        self.library.problems.extend(narrowed);
        self.check_rest(chapter, &file, &experiment, &source);

        let html = self.proses(folder, &experiment, &source)?;
        let mut listings = Vec::new();
        for one in &file.listings {
            let own = file.experiment.get_ref();
            match listing(one, own, &source, folder, self.root, self.highlighter) {
                Ok(listing) => listings.push(listing),
                Err(problem) => self.tell(problem),
            }
        }
        let metrics: Vec<&str> = entry.metrics.iter().map(|metric| metric.name).collect();
        let highlights = file.highlights.into_iter().map(toml::Spanned::into_inner);
        Ok(LoadedLesson {
            id: file.id.into_inner(),
            chapter,
            section: file.section.into_inner(),
            title: file.title,
            summary: file.summary,
            minutes: file.minutes,
            procs: file
                .procs
                .map(|procs| procs.into_inner().clamp(1, MAX_PROCS)),
            view: file.view,
            highlights: highlights
                .filter(|name| metrics.contains(&name.as_str()))
                .collect(),
            experiment,
            html,
            listings,
        })
    }

    fn claim_id(&mut self, file: &LessonFile, source: &Source) -> Result<(), LessonProblem> {
        let id = file.id.get_ref();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if id.is_empty() || !id.bytes().all(plain) {
            let message = format!("the id `{id}` may hold small letters, digits and hyphens only");
            return Err(source.problem_at(file.id.span(), message));
        }
        match self.ids.get(id) {
            Some(other) => {
                let message =
                    format!("{other} has the id `{id}` already; ids are in links, take another");
                Err(source.problem_at(file.id.span(), message))
            }
            None => {
                self.ids.insert(id.clone(), source.name.clone());
                Ok(())
            }
        }
    }

    fn check_rest(
        &mut self,
        chapter: u8,
        file: &LessonFile,
        experiment: &Experiment,
        source: &Source,
    ) {
        let section = file.section.get_ref();
        if section.split('.').next() != Some(&chapter.to_string()) {
            let message =
                format!("the section is {section}, but the folder is of chapter {chapter}");
            self.tell(source.problem_at(file.section.span(), message));
        }
        if let Some(procs) = &file.procs
            && !(1..=MAX_PROCS).contains(procs.get_ref())
        {
            let message = format!("`procs` goes from 1 to {MAX_PROCS}");
            self.tell(source.problem_at(procs.span(), message));
        }
        for highlight in &file.highlights {
            let names = experiment.metrics.iter().map(|metric| metric.name.as_str());
            if !names.clone().any(|name| name == highlight.get_ref()) {
                let hint = did_you_mean(&nearest(highlight.get_ref(), names));
                let (id, name) = (&experiment.id, highlight.get_ref());
                let message = format!("`{id}` has no metric `{name}`{hint}");
                self.tell(source.problem_at(highlight.span(), message));
            }
        }
    }

    /// The prose in both languages. One that is missing is told, and the other
    /// stands in for it.
    fn proses(
        &mut self,
        folder: &Path,
        experiment: &Experiment,
        lesson: &Source,
    ) -> Result<Text, LessonProblem> {
        let mut of = |file: &str| match Source::read(self.root, &folder.join(file)) {
            Ok(source) => {
                let check = |pairs: &[(&str, &str)]| check_button(experiment, pairs);
                let (html, problems) = prose(&source, self.highlighter, check);
                self.library.problems.extend(problems);
                Some(html)
            }
            Err(problem) => {
                self.library.problems.push(problem);
                None
            }
        };
        match (of("en.md"), of("zh.md")) {
            (Some(en), Some(zh)) => Ok(Text { en, zh }),
            (Some(one), None) | (None, Some(one)) => Ok(Text {
                en: one.clone(),
                zh: one,
            }),
            (None, None) => Err(lesson.problem("the lesson has no prose; add en.md and zh.md")),
        }
    }
}

/// What is wrong with the parameters of a button, against the lesson's own
/// ranges.
fn check_button(experiment: &Experiment, pairs: &[(&str, &str)]) -> Result<(), String> {
    use protocol::ParameterKind::{Choice, Integer, Number, Toggle};
    let mut params = Map::new();
    for &(name, text) in pairs {
        if name == "procs" {
            match text.parse::<u16>() {
                Ok(1..=MAX_PROCS) => continue,
                _ => return Err(format!("`procs` goes from 1 to {MAX_PROCS}, not {text}")),
            }
        }
        let parameter = experiment.params.iter().find(|one| one.name == name);
        let Some(parameter) = parameter else {
            let names = experiment.params.iter().map(|one| one.name.as_str());
            let hint = did_you_mean(&nearest(name, names));
            return Err(format!(
                "`{}` has no parameter `{name}`{hint}",
                experiment.id
            ));
        };
        let value = catalogue::from_text(Some(&parameter.kind), text);
        let within = match &parameter.kind {
            Integer { min, max, .. } => value.as_i64().is_none_or(|n| (*min..=*max).contains(&n)),
            Number { min, max, .. } => value.as_f64().is_none_or(|n| (*min..=*max).contains(&n)),
            Choice { options, .. } => options.iter().any(|one| one.value == text),
            Toggle { .. } => true,
        };
        if !within {
            return Err(format!(
                "`{name}={text}` is outside of what this lesson allows"
            ));
        }
        params.insert(name.to_owned(), value);
    }
    let entry = catalogue::find(&experiment.id).map_err(|error| error.message)?;
    let prepared = catalogue::prepare(entry, &params);
    prepared.map(|_| ()).map_err(|error| error.message)
}
