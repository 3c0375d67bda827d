//! `cargo xtask bench`: the core, Go and other libraries on the same work.
//!
//! Each workload is run in rounds. In a round every side has its turn, in a
//! process of its own that warms up first, so that what disturbs the machine
//! disturbs all sides alike; the ratio is taken a round at a time. Figures go
//! to standard output as they come, everything else to standard error.

mod load;
mod options;
mod report;
mod rounds;
mod sides;
mod statistics;
mod workloads;

use crate::failure::Failure;
pub(crate) use options::Options;
use sides::Programs;

pub(crate) fn bench(options: &Options) -> Result<(), Failure> {
    let programs = Programs::build(options)?;
    eprintln!(
        "{}, GOMAXPROCS and procs {}, {} rounds",
        programs.versions, options.procs, options.rounds
    );
    if !options.json {
        println!("{}", report::head());
    }
    for workload in &options.workloads {
        let row = rounds::measure(&programs, workload, options, options.procs)?;
        println!("{}", if options.json { row.json() } else { row.line() });
    }
    Ok(())
}
