//! What a reader has done, kept in the browser: lessons tried, and where they
//! were last.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What a reader has done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Lessons of which an experiment was run.
    pub tried: BTreeSet<String>,
    /// The lesson they were in last.
    pub last: Option<Visit>,
}

/// A visit to a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The lesson.
    pub id: String,
    /// The query of its address, with its question mark.
    pub query: String,
}

impl Progress {
    /// Reads what was kept. What does not read is a beginner's.
    pub fn read(text: &str) -> Progress {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// As it is kept.
    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("names and texts only")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_again() {
        let progress = Progress {
            tried: ["channel-buffered".into()].into(),
            last: Some(Visit {
                id: "select-basic".into(),
                query: "?first_after=10".into(),
            }),
        };
        assert_eq!(Progress::read(&progress.write()), progress);
    }

    #[test]
    fn what_does_not_read_is_a_beginners() {
        assert_eq!(Progress::read("{"), Progress::default());
        assert_eq!(Progress::read("{\"tried\": 3}"), Progress::default());
        assert_eq!(Progress::read("{\"later\": 1}"), Progress::default());
    }
}
