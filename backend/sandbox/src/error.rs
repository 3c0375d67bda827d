//! What can be wrong with a task body, in words for whoever wrote it.

use std::fmt;

use wasmtime::Trap;

use crate::{ENTRY, Limits, MAX_TEXT_BYTES};

/// Why a text is no task body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileError {
    /// Over [`MAX_TEXT_BYTES`].
    TooLong {
        /// What it has.
        bytes: usize,
    },
    /// It does not read: what is wrong and where, in several lines.
    Text(String),
    /// It wants something from outside.
    Imports {
        /// The first of what it wants.
        name: String,
    },
    /// It exports no function `task` from `i64` to `i64`.
    NoEntry,
}

impl CompileError {
    pub(crate) fn engine(error: wasmtime::Error) -> CompileError {
        CompileError::Text(format!("{error:#}"))
    }

    pub(crate) fn text(error: &wasmtime::Error) -> CompileError {
        CompileError::Text(format!("{error:#}"))
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::TooLong { bytes } => write!(
                f,
                "the task body has {bytes} bytes, over the limit of {MAX_TEXT_BYTES}"
            ),
            CompileError::Text(text) => write!(f, "the task body does not read: {text}"),
            CompileError::Imports { name } => write!(
                f,
                "the task body imports `{name}`; it may import nothing, so compute it inside"
            ),
            CompileError::NoEntry => write!(
                f,
                "the task body exports no function `{ENTRY}` from i64 to i64; write \
                 (func (export \"{ENTRY}\") (param i64) (result i64) …)"
            ),
        }
    }
}

impl std::error::Error for CompileError {}

/// Why a call did not return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskError {
    /// [`Limits::fuel`], and what it was.
    Fuel(u64),
    /// [`Limits::time`], in ms.
    Time(u128),
    /// [`Limits::memory_bytes`].
    Memory(usize),
    /// It trapped: the reason in words.
    Trap(String),
}

impl TaskError {
    /// `asked_too_much`: memory was refused before, which the code may have
    /// answered by a trap of its own.
    pub(crate) fn of(error: &wasmtime::Error, limits: Limits, asked_too_much: bool) -> TaskError {
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => TaskError::Fuel(limits.fuel),
            Some(Trap::Interrupt) => TaskError::Time(limits.time.as_millis()),
            _ if asked_too_much => TaskError::Memory(limits.memory_bytes),
            Some(trap) => TaskError::Trap(trap.to_string()),
            None => TaskError::Trap(format!("{error:#}")),
        }
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TaskError::Fuel(fuel) => write!(f, "used up its fuel of {fuel} instructions"),
            TaskError::Time(ms) => write!(f, "took longer than its limit of {ms} ms"),
            TaskError::Memory(bytes) => {
                write!(f, "asked for more than its {bytes} bytes of memory")
            }
            TaskError::Trap(reason) => write!(f, "trapped: {reason}"),
        }
    }
}

impl std::error::Error for TaskError {}
