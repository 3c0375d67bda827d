//! `interleave serve`

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use protocol::Limits;
use tokio::net::TcpListener;

use super::fail;
use super::interrupt::Interrupt;
use crate::http::{App, router};
use crate::lessons::Shelf;
use crate::otel::{Exporter, Outbox};
use crate::runs::{Runs, ServerLimits};

/// How long open connections may take to end after Ctrl-C.
const CLOSE_SECONDS: u64 = 5;

/// The most events of a run: their frames take a fifth of what a server stores,
/// and a page that draws them half a gigabyte.
const MAX_EVENTS: u64 = 10_000_000;

/// The server.
#[derive(Args)]
pub(super) struct Serve {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    addr: String,
    /// The folder of the lessons
    #[arg(long, value_name = "DIR", default_value = "./lessons")]
    lessons: PathBuf,
    /// The folder for what outlives the server (nothing does yet)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Events of a run that are kept; further ones are counted
    #[arg(long, value_name = "N", default_value_t = Limits::default().events,
          value_parser = clap::value_parser!(u64).range(1..=MAX_EVENTS))]
    events: u64,
    /// The folder of the built front end
    #[arg(long, value_name = "DIR", default_value = "./dist")]
    dist: PathBuf,
}

impl Serve {
    pub(super) fn main(self) -> ExitCode {
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return fail(format_args!("no threads to serve with: {error}")),
        };
        let code = runtime.block_on(self.serve());
        // A blocked file or a runner that is being killed holds nothing up.
        runtime.shutdown_timeout(Duration::from_secs(1));
        code
    }

    async fn serve(self) -> ExitCode {
        let Serve {
            addr,
            lessons,
            data,
            dist,
            events,
        } = self;
        if let Some(data) = &data
            && let Err(error) = std::fs::create_dir_all(data)
        {
            let data = data.display();
            return fail(format_args!(
                "the folder {data} of --data cannot be made: {error}"
            ));
        }
        let listener = match bind(&addr).await {
            Ok(listener) => listener,
            Err(message) => return fail(message),
        };
        let executable = match std::env::current_exe() {
            Ok(executable) => executable,
            Err(error) => {
                return fail(format_args!("this program does not know its file: {error}"));
            }
        };
        let interrupt = match Interrupt::listen() {
            Ok(interrupt) => interrupt,
            Err(error) => return fail(format_args!("no signal can be taken: {error}")),
        };
        let mut limits = ServerLimits::default();
        limits.run.events = events;
        let runs = Runs::with_outbox(executable, limits, outbox());
        let shelf = Arc::new(Shelf::open(lessons));
        greet(&listener, &shelf, &dist);
        let service = router(App::new(runs.clone(), shelf, dist))
            .into_make_service_with_connect_info::<SocketAddr>();
        let (closed, close) = tokio::sync::oneshot::channel();
        let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
            interrupt.wait().await;
            say("Stopping: ending the runs that are left.");
            runs.close().await;
            let _ = closed.send(());
        });
        let late = async {
            let _ = close.await;
            tokio::time::sleep(Duration::from_secs(CLOSE_SECONDS)).await;
        };
        let result = tokio::select! {
            result = serving => result,
            () = late => Ok(()),
        };
        match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(format_args!("the server on {addr} gave up: {error}")),
        }
    }
}

/// Where runs go that have ended, if the environment names a collector that this
/// program can speak to.
fn outbox() -> Option<Outbox> {
    match Exporter::from_env() {
        Ok(exporter) => exporter.map(Outbox::start),
        Err(message) => {
            eprintln!("interleave: nothing is sent to a collector: {message}");
            None
        }
    }
}

/// Listens, or says why not and what to do.
///
/// # Errors
/// One line, for a person.
pub async fn bind(addr: &str) -> Result<TcpListener, String> {
    TcpListener::bind(addr).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("{addr} is in use; stop what listens there, or take another with --addr ADDRESS:PORT")
        }
        io::ErrorKind::PermissionDenied => {
            format!("{addr} is not allowed to this user; take a port from 1024 with --addr ADDRESS:PORT")
        }
        io::ErrorKind::InvalidInput => {
            format!("`{addr}` is no address to listen on; it is of the form 127.0.0.1:8080")
        }
        _ => format!("nothing can listen on `{addr}`: {error}; take another with --addr ADDRESS:PORT"),
    })
}

/// Says where the server is and what it has.
fn greet(listener: &TcpListener, shelf: &Shelf, dist: &std::path::Path) {
    let library = shelf.held_library();
    for problem in &library.problems {
        eprintln!("{}", super::lessons::line(problem, shelf.folder()));
    }
    let count = library.lessons.len();
    let problems = match library.problems.len() {
        0 => String::new(),
        count => format!(", problems in lesson files: {count}"),
    };
    if cfg!(debug_assertions) {
        say("This is a debug build: its timings say little. Take cargo run --release.");
    }
    if !dist.join("index.html").is_file() {
        let dist = dist.display();
        say(format_args!(
            "The front end is not built ({dist} has no index.html): cargo xtask serve, or \
             trunk build --release."
        ));
    }
    match listener.local_addr() {
        Ok(addr) => say(format_args!(
            "Interleave is at http://{addr} (lessons: {count}{problems}). Ctrl-C stops it."
        )),
        Err(error) => say(format_args!(
            "Interleave is up, though its address is unknown: {error}"
        )),
    }
}

/// Prints a line. A reader that is gone is no reason to stop serving.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(io::stdout(), "{line}");
}
