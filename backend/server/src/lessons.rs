//! Lessons: files that an instructor edits, read into what the page shows.
//!
//! 1. [`load::library`] reads the whole folder. A file that is wrong becomes a
//!    problem with its place and its mend; everything else is there.
//! 2. A [`Shelf`] holds the library and reads it again once a file has changed,
//!    so that an edit shows after a reload of the page.

mod book;
mod condition;
pub(crate) mod file;
mod highlight;
mod listing;
pub mod load;
mod loaded;
mod markdown;
mod missing;
mod narrow;
mod parts;
mod places;
pub(crate) mod search;
mod source;
pub(crate) mod template;
pub(crate) mod trial;
mod values;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use protocol::lesson::{
    ChallengesMet, Chapter, Glossary, Guides, Lesson, LessonIndex, LessonProblem, Practice, Term,
};
use protocol::{Experiment, Metric, RunStatus, Text};

use crate::catalogue::{did_you_mean, nearest};
use book::{Book, LoadedTerm};
use condition::Facts;
pub use highlight::Highlighter;
pub use loaded::LoadedLesson;

/// Why nothing can be told of a run that goes on.
const NOT_ENDED: &str = "the run has not ended";
/// How often the folder is looked at for changes, at most.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Lang {
    /// The words in this language.
    fn of(self, text: &Text) -> String {
        match self {
            Lang::En => text.en.clone(),
            Lang::Zh => text.zh.clone(),
        }
    }
}

/// Everything in the lessons' folder.
#[derive(Default)]
pub struct Library {
    /// Every chapter, in order.
    pub chapters: Vec<ChapterInfo>,
    /// Every lesson that could be read, in the order of the folders.
    pub lessons: Vec<LoadedLesson>,
    /// What they share.
    book: Book,
    /// What is wrong.
    pub problems: Vec<LessonProblem>,
}

/// A chapter of the book.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChapterInfo {
    number: u8,
    title: Text,
    summary: Text,
}

/// A metric of an experiment.
///
/// # Errors
/// That there is none of this name, and which are like it.
fn metric<'e>(experiment: &'e Experiment, name: &str) -> Result<&'e Metric, String> {
    let metric = experiment.metrics.iter().find(|one| one.name == name);
    metric.ok_or_else(|| {
        let names = experiment.metrics.iter().map(|one| one.name.as_str());
        let hint = did_you_mean(&nearest(name, names));
        format!("`{}` has no metric `{name}`{hint}", experiment.id)
    })
}

impl Library {
    /// Every lesson's id, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.lessons.iter().map(|lesson| lesson.id.as_str())
    }

    /// The contents.
    pub fn contents(&self, lang: Lang) -> LessonIndex {
        let chapters = self.chapters.iter().map(|chapter| Chapter {
            number: chapter.number,
            title: lang.of(&chapter.title),
            summary: lang.of(&chapter.summary),
            lessons: self
                .lessons
                .iter()
                .filter(|lesson| lesson.chapter == chapter.number)
                .map(|lesson| lesson.line(lang))
                .collect(),
        });
        LessonIndex {
            chapters: chapters.collect(),
            problems: self.problems.clone(),
        }
    }

    /// The lesson of this id.
    pub fn lesson(&self, id: &str, lang: Lang) -> Option<Lesson> {
        let at = self.lessons.iter().position(|lesson| lesson.id == id)?;
        let lesson = &self.lessons[at];
        let chapter = self
            .chapters
            .iter()
            .find(|one| one.number == lesson.chapter);
        let neighbour = |at: Option<usize>| {
            let lesson = self.lessons.get(at?)?;
            Some((lesson.id.clone(), lang.of(&lesson.title)))
        };
        Some(Lesson {
            line: lesson.line(lang),
            chapter: lesson.chapter,
            chapter_title: chapter.map_or_else(String::new, |one| lang.of(&one.title)),
            html: lang.of(&lesson.html),
            experiment: lesson.experiment.clone(),
            procs: lesson.procs,
            view: lesson.view,
            highlights: lesson.highlights.clone(),
            listings: lesson.listings.iter().map(|one| one.of(lang)).collect(),
            predictions: lesson.parts.predictions(lang),
            claims: lesson.parts.claims(lang),
            sweeps: lesson.parts.sweeps(lang),
            challenges: lesson.parts.challenges(lang),
            practices: self.practices(lesson, lang),
            terms: self.terms(lesson, lang),
            previous: neighbour(at.checked_sub(1)),
            next: neighbour(Some(at + 1)),
        })
    }

    /// The practices that a lesson shows, in its order.
    fn practices(&self, lesson: &LoadedLesson, lang: Lang) -> Vec<Practice> {
        let practices = lesson.practices.iter().filter_map(|named| {
            let mut all = self.book.practices.iter();
            all.find(|one| one.id == named.id)
        });
        practices.map(|one| one.of(lang)).collect()
    }

    /// The terms that the prose of a lesson names, in its order.
    fn terms(&self, lesson: &LoadedLesson, lang: Lang) -> Vec<Term> {
        let named = lesson.terms().into_iter();
        let terms = named.filter_map(|id| self.book.terms.iter().find(|one| one.id == id));
        terms.map(|term| self.term(term, lang)).collect()
    }

    fn term(&self, term: &LoadedTerm, lang: Lang) -> Term {
        let lesson = self.explained_in(&term.id);
        Term {
            id: term.id.clone(),
            term: lang.of(&term.term),
            text: lang.of(&term.text),
            lesson: lesson.map(|at| self.lessons[at].id.clone()),
        }
    }

    /// What a run has met of a lesson's challenges; `None` if there is no such
    /// lesson.
    pub(crate) fn challenges_met(&self, id: &str, run: &RunStatus) -> Option<ChallengesMet> {
        let lesson = self.lessons.iter().find(|lesson| lesson.id == id)?;
        let challenges = lesson.parts.challenges.iter();
        let Some(end) = &run.end else {
            let unknown = challenges.map(|one| (one.id.clone(), NOT_ENDED.to_owned()));
            return Some(ChallengesMet {
                met: Vec::new(),
                unknown: unknown.collect(),
            });
        };
        let facts = Facts::of_end(&lesson.experiment, &run.request.params, end);
        let mut met = ChallengesMet {
            met: Vec::new(),
            unknown: Vec::new(),
        };
        for challenge in challenges {
            match challenge.when.holds(&facts) {
                Ok(true) => met.met.push(challenge.id.clone()),
                Ok(false) => {}
                Err(why) => met.unknown.push((challenge.id.clone(), why)),
            }
        }
        Some(met)
    }

    /// The experiment of a lesson.
    pub(crate) fn experiment_of(&self, id: &str) -> Option<&Experiment> {
        let lesson = self.lessons.iter().find(|lesson| lesson.id == id)?;
        Some(&lesson.experiment)
    }

    /// All terms, in the order of the alphabet; Chinese ones in the order of
    /// their characters.
    pub fn glossary(&self, lang: Lang) -> Glossary {
        let terms = self.book.terms.iter().map(|term| self.term(term, lang));
        let mut terms: Vec<Term> = terms.collect();
        terms.sort_by_cached_key(|term| (term.term.to_lowercase(), term.id.clone()));
        Glossary { terms }
    }

    /// The tables that help to decide, in the order of their file.
    pub fn guides(&self, lang: Lang) -> Guides {
        Guides {
            guides: self.book.guides.iter().map(|one| one.of(lang)).collect(),
        }
    }
}

/// The library, always as the files are.
pub struct Shelf {
    folder: PathBuf,
    highlighter: Arc<Highlighter>,
    held: Mutex<Held>,
}

struct Held {
    library: Arc<Library>,
    stamp: Stamp,
    looked: Instant,
}

/// What tells that a file has changed: its time and its length.
type Stamp = HashMap<PathBuf, (Option<SystemTime>, u64)>;

impl Shelf {
    /// Reads the folder for the first time.
    pub fn open(folder: PathBuf) -> Shelf {
        let highlighter = Arc::new(Highlighter::new());
        // Stamped before it is read: what changes meanwhile is read again.
        let stamp = stamp(&folder);
        let library = Arc::new(load::library(&folder, &highlighter));
        Shelf {
            folder,
            highlighter,
            held: Mutex::new(Held {
                library,
                stamp,
                looked: Instant::now(),
            }),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was read last, without a look at the folder.
    pub fn held_library(&self) -> Arc<Library> {
        self.held().library.clone()
    }

    /// The library, read again if a file has changed.
    pub async fn library(self: &Arc<Self>) -> Arc<Library> {
        {
            let mut held = self.held();
            if held.looked.elapsed() < LOOK_EVERY {
                return held.library.clone();
            }
            held.looked = Instant::now();
        }
        let shelf = self.clone();
        let read = tokio::task::spawn_blocking(move || shelf.look());
        match read.await {
            Ok(library) => library,
            // A fault while reading: what was there before is better than
            // nothing.
            Err(_) => self.held_library(),
        }
    }

    fn look(&self) -> Arc<Library> {
        let now = stamp(&self.folder);
        if now == self.held().stamp {
            return self.held_library();
        }
        let library = Arc::new(load::library(&self.folder, &self.highlighter));
        let mut held = self.held();
        held.library = library.clone();
        held.stamp = now;
        library
    }
}

/// The state of every file, two folders deep.
fn stamp(folder: &Path) -> Stamp {
    let mut stamp = Stamp::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for path in load::entries(&folder) {
            let Ok(metadata) = path.metadata() else {
                continue;
            };
            if metadata.is_dir() && depth < load::DEPTH {
                folders.push((path, depth + 1));
            } else {
                stamp.insert(path, (metadata.modified().ok(), metadata.len()));
            }
        }
    }
    stamp
}
