//! What a runner process is asked to do.

use protocol::{Limits, RunRequest};
use serde::{Deserialize, Serialize};

/// The first line on a runner's standard input, as JSON. Everything is in it:
/// the request has every default filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// What to run.
    pub request: RunRequest,
    /// Within which limits.
    pub limits: Limits,
}

/// The further line on a runner's standard input that stops the run. The end of
/// the input says the same, so a server that dies takes its runners with it.
pub const STOP_LINE: &str = "stop";
