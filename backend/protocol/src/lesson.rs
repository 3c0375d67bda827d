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
    pub html: String,
    /// The experiment's form, with the lesson's defaults and narrower ranges
    /// already in place.
    pub experiment: crate::Experiment,
    /// The number of processors to begin with, if the lesson sets it.
    pub procs: Option<u16>,
    /// The view that opens first.
    pub view: View,
    /// Metrics to show first, in order.
    pub highlights: Vec<String>,
    /// Programs to show side by side.
    pub listings: Vec<Listing>,
    /// The lesson before it, as `(id, title)`.
    pub previous: Option<(String, String)>,
    /// The lesson after it, as `(id, title)`.
    pub next: Option<(String, String)>,
}

/// A view below the timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// The lines that the program printed.
    Output,
    /// Channels' occupancy over time.
    #[default]
    Channels,
    /// The listings.
    Code,
    /// The table behind the picture.
    Table,
}

/// A program beside the lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// `go` or `rust`.
    pub lang: String,
    /// The file's name.
    pub file: String,
    /// The line of that file at which the listing begins, from 1.
    pub first_line: u32,
    /// Highlighted HTML: one `<span class="line">` a line, with spans whose
    /// classes begin with `hl-`.
    pub html: String,
}
