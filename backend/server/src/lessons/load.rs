//! The lessons' folder, read from top to bottom.
//!
//! ```text
//! chapters.toml, practices.toml, glossary.toml, guides.toml
//! NN-chapter/{practices.toml, glossary.toml, guides.toml}
//! NN-chapter/NN-lesson/{lesson.toml, en.md, zh.md, go.go, …}
//! ```
//!
//! The number of a chapter's folder is the chapter's; the order of the folders
//! is the order of the lessons.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use experiments::Entry;
use protocol::lesson::LessonProblem;
use protocol::run::MAX_PROCS;
use protocol::{Experiment, Text};
use toml::Spanned;

use super::book::Book;
use super::file::{ChaptersFile, FORMAT_VERSION, LessonFile};
use super::highlight::Highlighter;
use super::listing::{listing, unnamed};
use super::loaded::Named;
use super::markdown::{Prose, prose};
use super::narrow::narrow;
use super::parts::{Parts, is_plain, plain};
use super::places::{self, FILES};
use super::source::{Source, name, without_place};
use super::{Library, LoadedLesson, values};
use crate::{catalogue, task_body};

/// How deep the files of a lesson lie.
pub(super) const DEPTH: usize = 2;
/// What every lesson has.
const LESSON_FILE: &str = "lesson.toml";
pub(super) const CHAPTERS_FILE: &str = "chapters.toml";

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
    let mut library = loader.library;
    let (book, problems) = Book::read(root, &library.lessons);
    library.book = book;
    library.problems.extend(problems);
    let unknown = library.unknown_names();
    library.problems.extend(unknown);
    library
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

/// The folders in a folder, by name.
pub(super) fn folders(folder: &Path) -> Vec<PathBuf> {
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

        let (parts, wrong) = Parts::read(&file, &experiment, &source);
        self.library.problems.extend(wrong);

        let (en, zh) = self.proses(folder, &experiment, &source, &file)?;
        self.library
            .problems
            .extend(unnamed(&file.listings, &source));
        let mut listings = Vec::new();
        for one in &file.listings {
            let own = file.experiment.get_ref();
            match listing(one, own, &source, folder, self.root, self.highlighter) {
                Ok(listing) => listings.push(listing),
                Err(problem) => self.tell(problem),
            }
        }
        let task_body = file.task_body.as_ref();
        let task_body = task_body.map(|name| self.task_body(name, entry, folder, &source));
        let task_body = task_body.transpose()?;
        let named = |ids: &[Spanned<String>]| -> Vec<Named> {
            let named = |id: &Spanned<String>| Named {
                id: id.get_ref().clone(),
                place: source.place(id.span()),
            };
            ids.iter().map(named).collect()
        };
        let highlights = file.highlights.iter().map(|name| name.get_ref().clone());
        let procs = file.procs.as_ref();
        Ok(LoadedLesson {
            chapter,
            procs: procs.map(|procs| (*procs.get_ref()).clamp(1, MAX_PROCS)),
            highlights: highlights
                .filter(|name| super::metric(&experiment, name).is_ok())
                .collect(),
            explains: named(&file.explains),
            practices: named(&file.practices),
            links: [en.links, zh.links].concat(),
            place: source.place(file.id.span()),
            id: file.id.into_inner(),
            section: file.section.into_inner(),
            title: file.title,
            summary: file.summary,
            minutes: file.minutes,
            task_body,
            view: file.view,
            experiment,
            html: Text {
                en: en.html,
                zh: zh.html,
            },
            plain: Text {
                en: en.plain,
                zh: zh.plain,
            },
            listings,
            parts,
        })
    }

    /// The task body in a file of the lesson, which has to compile.
    fn task_body(
        &self,
        name: &Spanned<String>,
        entry: &Entry,
        folder: &Path,
        lesson: &Source,
    ) -> Result<String, LessonProblem> {
        if !entry.takes_task_body {
            let message = format!("`{}` has no tasks that could be brought along", entry.id);
            return Err(lesson.problem_at(name.span(), message));
        }
        let source = Source::read(self.root, &folder.join(name.get_ref()))?;
        match task_body::compile(&source.text) {
            Ok(_) => Ok(source.text),
            Err(message) => Err(source.problem(message)),
        }
    }

    fn claim_id(&mut self, file: &LessonFile, source: &Source) -> Result<(), LessonProblem> {
        let id = file.id.get_ref();
        if !is_plain(id) {
            return Err(source.problem_at(file.id.span(), plain(id)));
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
            if let Err(message) = super::metric(experiment, highlight.get_ref()) {
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
        file: &LessonFile,
    ) -> Result<(Prose, Prose), LessonProblem> {
        let mut of = |file: &str| match Source::read(self.root, &folder.join(file)) {
            Ok(source) => {
                let check = |pairs: &[(&str, &str)]| values::of_pairs(experiment, pairs);
                let prose = prose(&source, self.highlighter, check);
                self.library.problems.extend(prose.problems.clone());
                Some((prose, source.name))
            }
            Err(problem) => {
                self.library.problems.push(problem);
                None
            }
        };
        match FILES.map(&mut of) {
            [Some((en, en_name)), Some((zh, zh_name))] => {
                let names = [en_name.as_str(), zh_name.as_str()];
                let different = places::compare(file, lesson, [&en, &zh], names);
                self.library.problems.extend(different);
                Ok((en, zh))
            }
            [Some((one, _)), None] | [None, Some((one, _))] => Ok((one.clone(), one)),
            [None, None] => Err(lesson.problem("the lesson has no prose; add en.md and zh.md")),
        }
    }
}
