//! A native run for a check: by a runner process, as in the page.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};

use protocol::{Limits, RunEnd, RunRequest};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::job::Job;
use crate::runs::{Process, ServerLimits};

/// Runs one thing at a time.
pub(super) struct Native {
    executable: PathBuf,
    runtime: Runtime,
}

impl Native {
    /// One that starts `executable` for each run.
    pub(super) fn new(executable: &Path) -> io::Result<Native> {
        Ok(Native {
            executable: executable.to_owned(),
            runtime: Builder::new_current_thread().enable_all().build()?,
        })
    }

    /// Runs a complete request to its end.
    pub(super) fn run(&self, request: &RunRequest) -> io::Result<RunEnd> {
        let job = Job {
            request: request.clone(),
            limits: Limits::default(),
        };
        // Nobody stops it but its limits.
        let (_never, stop) = watch::channel(false);
        let limits = ServerLimits::default();
        self.runtime.block_on(async {
            let process = Process::start(&self.executable)?;
            Ok(process.drive(&job, stop, &limits, |_, _| {}).await)
        })
    }

    /// Waits for something that needs a runtime.
    pub(super) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}
