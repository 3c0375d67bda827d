//! `cargo xtask bench`: the core, Go and other libraries on the same work.
//!
//! Each workload is run in rounds. In a round every side has its turn, in a
//! process of its own that warms up first, so that what disturbs the machine
//! disturbs all sides alike; the ratio is taken a round at a time. Figures go
//! to standard output as they come, everything else to standard error.

mod caption;
mod frontend;
mod load;
mod options;
mod report;
mod rounds;
mod scaling;
mod sides;
mod statistics;
mod workloads;

use crate::failure::Failure;
use options::Figure;
pub(crate) use options::Options;
use sides::Programs;

/// Of a sweep. More than the machine has are of interest too: then the threads
/// compete.
const SWEEP_PROCS: [usize; 4] = [1, 2, 4, 8];

pub(crate) fn bench(options: &Options) -> Result<(), Failure> {
    let measure = match options.figure {
        Figure::Frontend => return frontend::measure(options.json),
        Figure::Table => table,
        Figure::Scaling => scaling::measure,
        Figure::ProcsSweep => sweep,
    };
    let programs = Programs::build(options)?;
    eprintln!(
        "{}, GOMAXPROCS and procs {}, {} rounds",
        programs.versions, options.procs, options.rounds
    );
    measure(&programs, options)
}

fn table(programs: &Programs, options: &Options) -> Result<(), Failure> {
    if !options.json {
        println!("{}", report::head());
    }
    let mut rows = Vec::new();
    for workload in &options.workloads {
        let row = rounds::measure(programs, workload, options, options.procs)?;
        println!("{}", if options.json { row.json() } else { row.line() });
        rows.push(row);
    }
    let caption = caption::caption(&rows, options, &programs.versions);
    if options.json {
        eprintln!("{caption}");
    } else {
        println!("\n{caption}");
    }
    Ok(())
}

/// A table for each number of processors; as JSON one more field in front.
fn sweep(programs: &Programs, options: &Options) -> Result<(), Failure> {
    for procs in SWEEP_PROCS {
        if !options.json {
            println!("\n{procs} processors\n\n{}", report::head());
        }
        for workload in &options.workloads {
            let row = rounds::measure(programs, workload, options, procs)?;
            if options.json {
                println!("{{\"procs\": {procs}, {}", &row.json()[1..]);
            } else {
                println!("{}", row.line());
            }
        }
    }
    Ok(())
}
