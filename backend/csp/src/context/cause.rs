//! Why a context has ended.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::trace::Object;

/// How a context ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContextError {
    /// Somebody cancelled it, or one above it.
    Canceled,
    /// Its deadline passed, or that of one above it.
    DeadlineExceeded,
}

impl ContextError {
    /// Whether it is for want of time.
    pub fn is_timeout(self) -> bool {
        self == ContextError::DeadlineExceeded
    }
}

impl fmt::Display for ContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ContextError::Canceled => "context canceled",
            ContextError::DeadlineExceeded => "context deadline exceeded",
        })
    }
}

impl Error for ContextError {}

/// Why a context was ended, in the words of who did. What type it is tells
/// `downcast_ref`.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// A cause of any error. One that is handed on from another context stays the
/// same.
pub(super) fn shared(cause: Box<dyn Error + Send + Sync>) -> Cause {
    match cause.downcast::<Cause>() {
        Ok(shared) => *shared,
        Err(cause) => Arc::from(cause),
    }
}

/// How a context ended, with its cause.
#[derive(Clone)]
pub(super) struct Ended {
    pub(super) error: ContextError,
    /// What was given; without it, `error` is the cause.
    pub(super) given: Option<Cause>,
    /// The context that the end came from.
    pub(super) by: Object,
}

impl Ended {
    pub(super) fn cause(&self) -> Cause {
        match &self.given {
            Some(cause) => cause.clone(),
            None => Arc::new(self.error),
        }
    }

    /// Its text, for the trace. It may call code of the program, and is to be
    /// made without any lock.
    pub(super) fn text(&self) -> Arc<str> {
        match &self.given {
            Some(cause) => cause.to_string().into(),
            None => self.error.to_string().into(),
        }
    }
}
