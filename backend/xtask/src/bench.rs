//! `cargo xtask bench`: the core, Go and other libraries on the same work.
//!
//! Each workload is run in rounds. In a round every side has its turn, in a
//! process of its own that warms up first, so that what disturbs the machine
//! disturbs all sides alike; the ratio is taken a round at a time. Figures go
//! to standard output as they come, everything else to standard error.

mod load;
mod options;
mod report;
mod sides;
mod statistics;
mod workloads;

use crate::failure::Failure;
use load::Load;
pub(crate) use options::Options;
use report::Row;
use sides::{Job, Programs, Side};
use statistics::Spread;
use workloads::{Aim, Workload};

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
        let row = measure(&programs, workload, options)?;
        println!("{}", if options.json { row.json() } else { row.line() });
    }
    Ok(())
}

/// All rounds of one workload.
fn measure(
    programs: &Programs,
    workload: &'static Workload,
    options: &Options,
) -> Result<Row, Failure> {
    let (operations, warm_up) = workload.amounts(options.quick);
    let job = Job {
        workload: workload.program_id(),
        operations,
        warm_up,
        procs: options.procs,
        traced: matches!(workload.aim, Aim::TracedAtMost(_)),
    };
    let before = Load::now();
    let (mut go, mut ours, mut untraced) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        if !matches!(workload.aim, Aim::AtMost(_)) {
            go.push(programs.measure(Side::Go, &job)?);
        }
        ours.push(programs.measure(Side::Ours, &job)?);
        if job.traced {
            let plain = Job {
                traced: false,
                ..job
            };
            untraced.push(programs.measure(Side::Ours, &plain)?);
        }
    }
    let ratio = if job.traced {
        Spread::of_ratios(&ours, &untraced)
    } else {
        Spread::of_ratios(&go, &ours)
    };
    Ok(Row {
        workload,
        go: Spread::of(&go),
        ours: Spread::of(&ours).ok_or_else(|| Failure::new("there was no round"))?,
        peer: None,
        ratio,
        busy: load::busy_since(before),
    })
}
