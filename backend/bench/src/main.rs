//! The Rust side of the benchmark: one program, a workload chosen by name. It
//! prints what one operation cost, in ns, or the bytes of a goroutine.
//!
//! `cargo xtask bench` runs it in turns with Go's program. Both are told the
//! same: the workload, how many operations are timed, how many before that warm
//! up. Each workload lies beside its Go file under `workloads/`, does the same
//! work, and checks its own result.

mod arguments;
mod frame;
#[cfg(feature = "peers")]
mod peers;
mod trace;
mod workloads;

use std::process::ExitCode;

use arguments::Arguments;

// Allocation decides what a goroutine costs; the server's binary has it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The code of a process that was called wrongly.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(wrong) => return wrong_usage(&wrong),
    };
    match measure(&arguments) {
        Some(cost) => {
            println!("{cost}");
            ExitCode::SUCCESS
        }
        None => wrong_usage(&format!("there is no {arguments:?}")),
    }
}

fn measure(arguments: &Arguments) -> Option<f64> {
    let Arguments {
        workload,
        peer,
        frame,
    } = arguments;
    match peer {
        None => workloads::measure(workload, frame),
        #[cfg(feature = "peers")]
        Some(peer) => peers::measure(peer, workload, frame),
        #[cfg(not(feature = "peers"))]
        Some(_) => None,
    }
}

fn wrong_usage(what: &str) -> ExitCode {
    eprintln!("error: {what}");
    ExitCode::from(USAGE)
}
