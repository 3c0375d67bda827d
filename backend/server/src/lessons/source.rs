//! A file of a lesson, and problems that point into it.

use std::ops::Range;
use std::path::Path;

use protocol::lesson::LessonProblem;

/// A place in a file, for what is found out after it was read.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The path from the lessons' folder.
    pub(crate) file: String,
    line: usize,
    column: usize,
}

impl Place {
    /// A problem there.
    pub(crate) fn problem(&self, message: impl Into<String>) -> LessonProblem {
        LessonProblem {
            file: self.file.clone(),
            line: Some(self.line),
            column: Some(self.column),
            message: message.into(),
        }
    }
}

/// A file's text and its name for messages.
pub(super) struct Source {
    /// The path from the lessons' folder.
    pub(super) name: String,
    /// What is in it.
    pub(super) text: String,
}

impl Source {
    /// Reads a file below `root`.
    pub(super) fn read(root: &Path, path: &Path) -> Result<Source, LessonProblem> {
        let name = name(root, path);
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Source { name, text }),
            Err(error) => {
                let message = match error.kind() {
                    std::io::ErrorKind::NotFound => "the file is missing; add it".to_owned(),
                    std::io::ErrorKind::InvalidData => {
                        "the file is not UTF-8; save it as UTF-8".to_owned()
                    }
                    _ => format!("the file cannot be read: {error}"),
                };
                Err(without_place(name, message))
            }
        }
    }

    /// A problem with the file as a whole.
    pub(super) fn problem(&self, message: impl Into<String>) -> LessonProblem {
        without_place(self.name.clone(), message)
    }

    /// A problem at these bytes.
    pub(super) fn problem_at(
        &self,
        bytes: Range<usize>,
        message: impl Into<String>,
    ) -> LessonProblem {
        self.place(bytes).problem(message)
    }

    /// Where these bytes are.
    pub(super) fn place(&self, bytes: Range<usize>) -> Place {
        let before = self.text.get(..bytes.start).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place {
            file: self.name.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// What the TOML parser found.
    pub(super) fn toml_problem(&self, error: &toml::de::Error) -> LessonProblem {
        let message = error.message().trim().replace('\n', "; ");
        match error.span() {
            Some(bytes) => self.problem_at(bytes, message),
            None => self.problem(message),
        }
    }
}

/// A problem with a whole file.
pub(super) fn without_place(file: String, message: impl Into<String>) -> LessonProblem {
    LessonProblem {
        file,
        line: None,
        column: None,
        message: message.into(),
    }
}

/// A path as messages have it.
pub(super) fn name(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}
