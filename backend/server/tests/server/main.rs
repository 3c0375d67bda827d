//! The server from outside: every route, every error, every limit, the streams,
//! the runner processes, the lesson files and the command line.

mod assets;
mod bad_input;
mod command_line;
mod explore;
mod folder;
mod lesson_parts;
mod lesson_routes;
mod lesson_trials;
mod lessons;
mod limits;
mod otlp;
mod perfetto;
mod program;
mod queue;
mod runners;
mod runs;
mod server;
mod simulated;
mod stop;
mod stream;
mod task_body;
