//! Lessons as the page gets them: in one language, Markdown and listings
//! already turned into HTML by the server.

use serde::{Deserialize, Serialize};

/// `GET /api/lessons?lang=`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LessonIndex {
    /// Every chapter of the book, also those without a lesson yet.
    pub chapters: Vec<Chapter>,
    /// Lesson files that could not be read; the others are there.
    pub problems: Vec<LessonProblem>,
}

/// A chapter of the book.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chapter {
    /// Its number, from 1.
    pub number: u8,
    /// Its title in the language asked for.
    pub title: String,
    /// One line about it.
    pub summary: String,
    /// Its lessons, in order.
    pub lessons: Vec<LessonLine>,
}

/// A lesson in the contents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LessonLine {
    /// The lesson's stable id, for links.
    pub id: String,
    /// The section of the book, such as `1.2`.
    pub section: String,
    /// Its title.
    pub title: String,
    /// One sentence about it.
    pub summary: String,
    /// How long it takes.
    pub minutes: u16,
    /// The experiment it runs.
    pub experiment: String,
}

/// A lesson file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonProblem {
    /// The file, from the lessons' folder.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// The column, from 1, where it is known.
    pub column: Option<usize>,
    /// What is wrong, and the mend.
    pub message: String,
}

/// `GET /api/lessons/{id}?lang=`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// Its line in the contents.
    pub line: LessonLine,
    /// The chapter's number.
    pub chapter: u8,
    /// The chapter's title.
    pub chapter_title: String,
    /// The prose. A button that sets parameters and runs is
    /// `<button type="button" class="step-run" data-params="capacity=0&…">`.
    /// The place of a prediction, a sweep, a challenge or of the claims is
    /// `<div class="lesson-part" data-part="predict" data-id="…"></div>`, with
    /// `predict`, `sweep`, `challenge` or `claims`. A term is
    /// `<button type="button" class="term" data-term="…">`. What points at the
    /// picture is `<button type="button" class="step-show" data-show="view=code">`.
    pub html: String,
    /// The experiment's form, with the lesson's defaults and narrower ranges
    /// already in place.
    pub experiment: crate::Experiment,
    /// The number of processors to begin with, if the lesson sets it.
    pub procs: Option<u16>,
    /// What each task of its runs does, as WebAssembly text.
    #[serde(default)]
    pub task_body: Option<String>,
    /// The view that opens first.
    pub view: View,
    /// Metrics to show first, in order.
    pub highlights: Vec<String>,
    /// Programs to show side by side.
    pub listings: Vec<Listing>,
    /// Questions to answer before a run; the prose has a place for each.
    pub predictions: Vec<Prediction>,
    /// Figures of the book, to be shown beside the measured ones.
    pub claims: Vec<Claim>,
    /// Curves to measure.
    pub sweeps: Vec<Sweep>,
    /// Tasks that check themselves.
    pub challenges: Vec<Challenge>,
    /// What to do and not to do, as the lesson showed it.
    pub practices: Vec<Practice>,
    /// The terms of the glossary that its prose names.
    pub terms: Vec<Term>,
    /// The lesson before it, as `(id, title)`.
    pub previous: Option<(String, String)>,
    /// The lesson after it, as `(id, title)`.
    pub next: Option<(String, String)>,
}

/// A view below the timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The state of everything at the time of the cursor.
    #[default]
    Objects,
    /// The listings, and who stands where in them.
    Code,
    /// Figures over time and their distributions.
    Charts,
    /// The program's own spans, as a waterfall.
    Spans,
    /// The lines that the program printed.
    Output,
    /// The table behind the picture.
    Table,
}

/// A program beside the lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// `go` or `rust`.
    pub lang: String,
    /// What tells it from the others of its language, where there are several.
    pub name: Option<String>,
    /// The file's name.
    pub file: String,
    /// The line of that file at which the listing begins, from 1.
    pub first_line: u32,
    /// Highlighted HTML: one `<span class="line">` a line, with spans whose
    /// classes begin with `hl-`.
    pub html: String,
}

/// A question to answer before a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prediction {
    /// Distinct within the lesson.
    pub id: String,
    /// The question.
    pub question: String,
    /// What there is to choose from, in order.
    pub answers: Vec<Answer>,
}

/// An answer to a [`Prediction`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The answer.
    pub text: String,
    /// Whether it is right; at least one of a question is.
    pub correct: bool,
    /// Why it is right, or what speaks against it.
    pub why: String,
}

/// A figure of the book, and what is measured here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Distinct within the lesson.
    pub id: String,
    /// What is measured, in words.
    pub what: String,
    /// The book's figure, in the unit of the metric.
    pub book: f64,
    /// The metric of the outcome that is the same.
    pub metric: String,
    /// Why the two may differ.
    pub why: String,
}

/// A curve: one or more metrics over the values of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// Distinct within the lesson.
    pub id: String,
    /// What the curve shows, in words.
    pub label: String,
    /// The parameter along the axis.
    pub parameter: String,
    /// Its values, as texts that a form would take, at most
    /// [`MAX_SWEEP_VALUES`].
    pub values: Vec<String>,
    /// The metrics that are drawn, all of one unit.
    pub metrics: Vec<String>,
    /// Runs for each value, at most [`MAX_SWEEP_ROUNDS`].
    pub rounds: u16,
    /// Parameters that the sweep sets beside its own, as texts.
    pub params: Vec<(String, String)>,
    /// Whether the axis of the parameter is logarithmic.
    pub log: bool,
}

/// The most values of a sweep: each is at least one run of up to two seconds,
/// and a reader waits for all.
pub const MAX_SWEEP_VALUES: usize = 12;
/// The most runs for each value of a sweep.
pub const MAX_SWEEP_ROUNDS: u16 = 9;

/// A task for the reader that checks itself against a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Distinct within the lesson.
    pub id: String,
    /// What to bring about.
    pub text: String,
    /// What helps, if the lesson has a hint.
    pub hint: Option<String>,
}

/// Whether a run met the challenges of a lesson:
/// `GET /api/runs/{id}/challenges?lesson=`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengesMet {
    /// The challenges that it met, by id.
    pub met: Vec<String>,
    /// Those whose condition could not be told of this run, with the reason:
    /// a figure that the run did not come to.
    pub unknown: Vec<(String, String)>,
}

/// A practice of the book: a do or a don't.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// Its id in `practices.toml`.
    pub id: String,
    /// Whether it is to be done, or not to be.
    pub do_it: bool,
    /// The practice.
    pub text: String,
}

/// A term of the glossary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Its id in `glossary.toml`.
    pub id: String,
    /// The term.
    pub term: String,
    /// What it means.
    pub text: String,
    /// The id of the lesson that explains it, if one does.
    pub lesson: Option<String>,
}

/// `GET /api/glossary?lang=`: all terms, in the order of the alphabet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glossary {
    /// The terms.
    pub terms: Vec<Term>,
}

/// `GET /api/guides?lang=`: tables that help to decide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guides {
    /// The tables.
    pub guides: Vec<Guide>,
}

/// A table that helps to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    /// Its id in `guides.toml`, for links.
    pub id: String,
    /// What there is to decide.
    pub title: String,
    /// A sentence or two that go before.
    pub lead: String,
    /// The rows.
    pub rows: Vec<GuideRow>,
}

/// A row of a [`Guide`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideRow {
    /// In which case.
    pub when: String,
    /// What to take.
    pub take: String,
    /// Why, in a sentence.
    pub why: String,
    /// The lesson that shows it.
    pub lesson: String,
    /// The query of that lesson's link: its parameters.
    pub query: String,
}

/// A lesson that was found: `GET /api/search?lang=&q=`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The lesson's line in the contents.
    pub line: LessonLine,
    /// Text around the match, without markup.
    pub excerpt: String,
}
