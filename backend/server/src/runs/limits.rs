//! Every limit of the server, by name, with its unit and its reason.

use std::time::Duration;

use protocol::Limits;

/// The limits of a server. Those of a single run are [`Limits`].
#[derive(Clone, Debug)]
pub struct ServerLimits {
    /// Runner processes that work at once; experiments that are `timed` run
    /// alone. The others mostly wait, so there are several for each processor.
    pub running: usize,
    /// Runs that wait for a runner. At a few seconds a run, the last of them
    /// waits about as long as a reader will.
    pub waiting: usize,
    /// Runs of one address that wait or run. A class behind one address fits.
    pub runs_per_client: usize,
    /// Runs that have ended and are still there for their links.
    pub stored_runs: usize,
    /// Bytes of the frames of all runs that have ended.
    pub stored_bytes: usize,
    /// Bytes of a request's body. A request is a few hundred.
    pub body_bytes: usize,
    /// How long a stopped run may take to end by itself before it is killed.
    pub stop_grace_millis: u64,
    /// How long a run may overstay its time limit, which its own process
    /// enforces, before it is killed.
    pub overstay_grace_millis: u64,
    /// How long a run goes on without a watcher once it has had one: as long as
    /// a page needs to come back after a lost connection or a reload.
    pub watcher_grace_millis: u64,
    /// How long a server that ends waits for a collector to take the last runs.
    pub flush_grace_millis: u64,
    /// What Retry-After says: about the length of a run.
    pub retry_after_seconds: u64,
    /// The limits of each run.
    pub run: Limits,
}

impl Default for ServerLimits {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        ServerLimits {
            running: 4 * processors,
            waiting: 64,
            runs_per_client: 40,
            stored_runs: 64,
            stored_bytes: 512 << 20,
            body_bytes: 64 << 10,
            stop_grace_millis: 3_000,
            overstay_grace_millis: 4_000,
            watcher_grace_millis: 5_000,
            flush_grace_millis: 3_000,
            retry_after_seconds: 3,
            run: Limits::default(),
        }
    }
}

impl ServerLimits {
    pub(crate) fn stop_grace(&self) -> Duration {
        Duration::from_millis(self.stop_grace_millis)
    }

    pub(crate) fn flush_grace(&self) -> Duration {
        Duration::from_millis(self.flush_grace_millis)
    }

    pub(crate) fn watcher_grace(&self) -> Duration {
        Duration::from_millis(self.watcher_grace_millis)
    }
}
