//! What went wrong, and the mend.

use std::fmt;

/// Ends a command of xtask. There is one kind only, since nothing in here acts
/// on the difference: a person reads it.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    mend: Option<String>,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Failure {
        Failure {
            what: what.into(),
            mend: None,
        }
    }

    /// Adds what the reader can do about it, and what works without.
    pub(crate) fn mend(mut self, mend: impl Into<String>) -> Failure {
        self.mend = Some(mend.into());
        self
    }

    /// Says in front where it happened.
    pub(crate) fn within(mut self, place: &str) -> Failure {
        self.what = format!("{place}: {}", self.what);
        self
    }

    /// For `map_err` on an operation with files.
    pub(crate) fn io(doing: impl fmt::Display) -> impl FnOnce(std::io::Error) -> Failure {
        let doing = doing.to_string();
        move |error| Failure::new(format!("{doing}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.mend {
            Some(mend) => write!(f, "\n\n{mend}"),
            None => Ok(()),
        }
    }
}
