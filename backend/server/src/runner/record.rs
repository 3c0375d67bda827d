//! A native run of a program that is no experiment, in this process: what the
//! benchmark of the page draws.

use std::io::Write;
use std::sync::atomic::AtomicBool;

use experiments::Main;

use super::{Output, Watch, header, lab, memory, native};
use crate::job::Job;

/// Runs `main` as a runner would, within the job's limits, and writes its frames
/// to `pipe`, each with its length before it. What the job says of parameters is
/// not looked at. Blocks until the run has ended.
pub fn record(job: &Job, main: Main, pipe: Box<dyn Write + Send>) {
    let output = Output::new(pipe, &job.limits);
    let seed = job.request.seed.unwrap_or_default();
    output.begin(header(job, seed));
    let stop = AtomicBool::new(false);
    let watch = Watch {
        limits: &job.limits,
        memory_before: memory::resident_bytes(),
        output: &output,
        stop: &stop,
    };
    native(job, seed, main, &lab(), &watch);
}
