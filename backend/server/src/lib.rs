//! The server and the command line of Interleave.
//!
//! ```text
//! page ─► http ─► runs ─► runner (a process of its own) ─► experiments ─► csp
//! page ◄─ http ◄─ runs ◄─ runner's frames ◄── wire ◄── csp's events
//! ```
//!
//! * [`cli`]: the commands.
//! * [`http`]: the routes.
//! * [`runs`]: the queue, the runner processes as the server holds them, and the
//!   stories of runs.
//! * [`runner`]: the other end, `interleave runner`.
//! * [`wire`]: the core's events as they cross the wire.
//! * [`otel`]: a run as OpenTelemetry, and what sends it to a collector.
//! * `perfetto`: a run as a trace of events, for ui.perfetto.dev.
//! * [`explore`]: many schedules of one experiment, and what came of them.
//! * [`catalogue`]: experiments and their parameters as they cross it.
//! * `task_body`: what a lesson brings along for tasks to do, in the sandbox.
//! * [`lessons`]: the files of the lessons.

pub mod catalogue;
pub mod cli;
mod explore;
pub mod http;
pub mod job;
pub mod lessons;
mod lines;
pub mod otel;
mod perfetto;
pub mod runner;
pub mod runs;
mod task_body;
mod wire;
