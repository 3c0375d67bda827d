//! The catalogue of experiments: typed parameters in, figures out, one file
//! each.
//!
//! 1. An experiment's file declares its parameters with `parameters!`. The
//!    struct, the schema that a form is made from and the check of what was
//!    given all come from that one declaration.
//! 2. [`Entry::prepare`] checks what was given and yields a [`Program`].
//! 3. The program's `main` runs on [`csp`], under either scheduler, and sets
//!    its figures in a [`Lab`] as soon as each is known, so that a run that is
//!    cut short keeps what it had.
//!
//! The files lie by chapter. What needs threads, processes or sockets is behind
//! the feature `os`, so that the rest builds for wasm32.
//!
//! The part of each file between `// lesson:begin main` and
//! `// lesson:end main` is what a reader of the lesson sees.

mod catalogue;
mod chores;
mod compute;
mod lab;
mod parameters;
#[cfg(feature = "os")]
mod rounds;
mod sends;
mod waits;

mod atomics;
mod contexts;
mod foundations;
mod locks;
mod patterns;
mod performance;
mod production;
mod telemetry;

pub use catalogue::{Break, Entry, Main, MetricSpec, Program, Schedulers, Text, all, find};
#[cfg(feature = "os")]
pub use lab::WorkerProgram;
pub use lab::{Lab, TaskBody};
pub use parameters::{ChoiceSpec, Given, ParamError, ParamKind, ParamSpec, Value};
#[cfg(feature = "os")]
pub use production::task_worker;
