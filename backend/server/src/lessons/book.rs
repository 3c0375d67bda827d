//! What the lessons share: the practices of the book, its glossary, and tables
//! that help to decide. Each is a file at the root of the lessons' folder, and
//! further ones of the same name in the folders of the chapters; one that is not
//! there is an empty one.

use std::collections::HashSet;
use std::path::Path;

use protocol::Text;
use protocol::lesson::{Guide, GuideRow, LessonProblem, Practice};
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::file::{
    GlossaryFile, GuideFile, GuideRowFile, GuidesFile, PracticeFile, PracticesFile, TermFile,
};
use super::load::folders;
use super::markdown::pairs;
use super::parts::{is_plain, plain, without_words};
use super::source::{Place, Source};
use super::{Lang, LoadedLesson, values};
use crate::catalogue::{self, did_you_mean, nearest};

const PRACTICES_FILE: &str = "practices.toml";
const GLOSSARY_FILE: &str = "glossary.toml";
const GUIDES_FILE: &str = "guides.toml";

/// What the lessons share.
#[derive(Default)]
pub(super) struct Book {
    pub(super) practices: Vec<LoadedPractice>,
    pub(super) terms: Vec<LoadedTerm>,
    pub(super) guides: Vec<LoadedGuide>,
    /// Rows of guides that are left out, since their lessons are not there.
    pub(super) dead_rows: Vec<LessonProblem>,
}

/// A practice in both languages.
pub(super) struct LoadedPractice {
    pub(super) id: String,
    do_it: bool,
    text: Text,
    pub(super) place: Place,
}

/// A term in both languages.
pub(super) struct LoadedTerm {
    pub(super) id: String,
    pub(super) term: Text,
    pub(super) text: Text,
    pub(super) place: Place,
}

/// A guide in both languages.
pub(super) struct LoadedGuide {
    id: String,
    title: Text,
    lead: Text,
    rows: Vec<LoadedRow>,
}

struct LoadedRow {
    when: Text,
    take: Text,
    why: Text,
    lesson: String,
    query: String,
}

impl LoadedPractice {
    pub(super) fn of(&self, lang: Lang) -> Practice {
        Practice {
            id: self.id.clone(),
            do_it: self.do_it,
            text: lang.of(&self.text),
        }
    }
}

impl LoadedGuide {
    pub(super) fn of(&self, lang: Lang) -> Guide {
        let rows = self.rows.iter().map(|row| GuideRow {
            when: lang.of(&row.when),
            take: lang.of(&row.take),
            why: lang.of(&row.why),
            lesson: row.lesson.clone(),
            query: row.query.clone(),
        });
        Guide {
            id: self.id.clone(),
            title: lang.of(&self.title),
            lead: lang.of(&self.lead),
            rows: rows.collect(),
        }
    }
}

impl Book {
    /// Reads the files; `lessons` are those that could be read.
    pub(super) fn read(root: &Path, lessons: &[LoadedLesson]) -> (Book, Vec<LessonProblem>) {
        let mut book = Book::default();
        let mut problems = Vec::new();
        let mut ids = HashSet::new();
        for (source, file) in files::<PracticesFile>(root, PRACTICES_FILE, &mut problems) {
            let mut reader = Reader::new(&source, &mut ids, &mut problems);
            let practices = file.practice.iter();
            book.practices
                .extend(practices.map(|one| reader.practice(one)));
        }
        let mut ids = HashSet::new();
        for (source, file) in files::<GlossaryFile>(root, GLOSSARY_FILE, &mut problems) {
            let mut reader = Reader::new(&source, &mut ids, &mut problems);
            book.terms
                .extend(file.term.iter().map(|one| reader.term(one)));
        }
        let mut ids = HashSet::new();
        for (source, file) in files::<GuidesFile>(root, GUIDES_FILE, &mut problems) {
            let mut reader = Reader::new(&source, &mut ids, &mut problems);
            for guide in &file.guide {
                let guide = reader.guide(guide, lessons, &mut book.dead_rows);
                book.guides.push(guide);
            }
        }
        (book, problems)
    }
}

/// The files of this name that are there and can be read, in order.
fn files<T: DeserializeOwned>(
    root: &Path,
    name: &str,
    problems: &mut Vec<LessonProblem>,
) -> Vec<(Source, T)> {
    let mut read = Vec::new();
    let chapters = folders(root).into_iter();
    for folder in std::iter::once(root.to_owned()).chain(chapters) {
        let path = folder.join(name);
        if !path.exists() {
            continue;
        }
        let file = Source::read(root, &path).and_then(|source| {
            let read = toml::from_str::<T>(&source.text);
            let read = read.map_err(|error| source.toml_problem(&error));
            read.map(|file| (source, file))
        });
        match file {
            Ok(file) => read.push(file),
            Err(problem) => problems.push(problem),
        }
    }
    read
}

/// Reads one file, and keeps what is wrong.
struct Reader<'a> {
    source: &'a Source,
    /// Of all files of this name.
    ids: &'a mut HashSet<String>,
    problems: &'a mut Vec<LessonProblem>,
}

impl<'a> Reader<'a> {
    fn new(
        source: &'a Source,
        ids: &'a mut HashSet<String>,
        problems: &'a mut Vec<LessonProblem>,
    ) -> Self {
        Reader {
            source,
            ids,
            problems,
        }
    }

    fn tell<T>(&mut self, at: &Spanned<T>, message: impl Into<String>) {
        self.problems
            .push(self.source.problem_at(at.span(), message));
    }

    fn id(&mut self, id: &Spanned<String>) -> String {
        if !is_plain(id.get_ref()) {
            self.tell(id, plain(id.get_ref()));
        } else if !self.ids.insert(id.get_ref().clone()) {
            let message = format!("the id `{}` is taken; take another", id.get_ref());
            self.tell(id, message);
        }
        id.get_ref().clone()
    }

    fn words(&mut self, text: &Spanned<Text>) -> Text {
        if let Some(message) = without_words(text.get_ref()) {
            self.tell(text, message);
        }
        text.get_ref().clone()
    }

    fn practice(&mut self, file: &PracticeFile) -> LoadedPractice {
        if !["do", "dont"].contains(&file.kind.get_ref().as_str()) {
            let message = format!(
                "`kind` is \"do\" or \"dont\", not \"{}\"",
                file.kind.get_ref()
            );
            self.tell(&file.kind, message);
        }
        if let Err(error) = catalogue::find(file.experiment.get_ref()) {
            self.tell(&file.experiment, error.message);
        }
        LoadedPractice {
            id: self.id(&file.id),
            do_it: file.kind.get_ref() == "do",
            text: self.words(&file.text),
            place: self.source.place(file.id.span()),
        }
    }

    fn term(&mut self, file: &TermFile) -> LoadedTerm {
        LoadedTerm {
            id: self.id(&file.id),
            term: self.words(&file.term),
            text: self.words(&file.text),
            place: self.source.place(file.id.span()),
        }
    }

    fn guide(
        &mut self,
        file: &GuideFile,
        lessons: &[LoadedLesson],
        dead: &mut Vec<LessonProblem>,
    ) -> LoadedGuide {
        if file.rows.is_empty() {
            self.tell(&file.id, "a guide has at least one row");
        }
        LoadedGuide {
            id: self.id(&file.id),
            title: self.words(&file.title),
            lead: self.words(&file.lead),
            rows: file
                .rows
                .iter()
                .filter_map(|row| self.row(row, lessons).map_err(|one| dead.push(one)).ok())
                .collect(),
        }
    }

    /// A row, or that its lesson is not there.
    fn row(
        &mut self,
        file: &GuideRowFile,
        lessons: &[LoadedLesson],
    ) -> Result<LoadedRow, LessonProblem> {
        let id = file.lesson.get_ref();
        let Some(lesson) = lessons.iter().find(|lesson| lesson.id == *id) else {
            let hint = did_you_mean(&nearest(id, lessons.iter().map(|one| one.id.as_str())));
            let message = format!("there is no lesson `{id}`{hint}");
            return Err(self.source.problem_at(file.lesson.span(), message));
        };
        let query = file.query.as_ref();
        if let Some(query) = query {
            let checked = match pairs(query.get_ref()) {
                Some(pairs) => values::of_pairs(&lesson.experiment, &pairs),
                None => Err("`query` is of the form NAME=VALUE&NAME=VALUE".into()),
            };
            if let Err(message) = checked {
                self.tell(query, message);
            }
        }
        Ok(LoadedRow {
            when: self.words(&file.when),
            take: self.words(&file.take),
            why: self.words(&file.why),
            lesson: id.clone(),
            query: query.map_or_else(String::new, |query| query.get_ref().clone()),
        })
    }
}
