//! The commands around the code: `cargo xtask serve`, `test` and `bench`.
//!
//! Each does all the set-up that it needs on a machine that has nothing but
//! Rust, says in a line what it does, and does nothing twice.

mod bench;
mod command;
mod deep;
mod failure;
mod page;
mod serve;
mod setup;
mod steps;
mod test;
mod workspace;

use std::process::ExitCode;

use failure::Failure;

const HELP: &str = "\
Usage: cargo xtask <COMMAND>

  serve [--addr ADDR] [ARG]…  set up, build the page and the server, serve them
                              (http://127.0.0.1:8080; further arguments go to
                              `interleave serve`)
  test [OPTION]…              set up, then everything that CI checks: format,
                              clippy, both wasm builds, the page, the lessons,
                              tests, and tests in a real browser
    --no-browser              without the last
    --deep                    and then the core in every order (loom), under
                              miri where there is a nightly toolchain, with ten
                              million operations, and many random inputs
  bench [OPTION]… [NAME]…     set up, then the core, Go and other libraries on
                              the same work in turns; NAMEs choose workloads
    --quick                   three rounds of fewer operations, in three minutes
    --rounds N                rounds, instead of 5 (3 with --quick)
    --procs N                 processors (GOMAXPROCS) of each side, instead of 2
    --no-peers                without the other libraries, which it compiles
    --json                    an object a line and a workload
    --scaling                 instead: to make, park and join 1,000 to 1,000,000
                              goroutines
    --procs-sweep             instead: some workloads on 1, 2, 4 and 8 processors
    --frontend                instead: the page in Chromium, which it installs:
                              decoding, frames, memory, the first event

Tools are installed once, into $INTERLEAVE_TOOLS or ~/.cache/interleave.
";

/// The code of a process that was called wrongly.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.split_first() {
        Some((command, rest)) if command == "serve" => serve::serve(rest),
        Some((command, rest)) if command == "test" => match test::Options::parse(rest) {
            Ok(options) => test::test(&options),
            Err(unknown) => return wrong_usage(&unknown),
        },
        Some((command, rest)) if command == "bench" => match bench::Options::parse(rest) {
            Ok(options) => bench::bench(&options),
            Err(unknown) => return wrong_usage(&unknown),
        },
        Some((help, _)) if ["help", "--help", "-h"].contains(&help.as_str()) => {
            print!("{HELP}");
            Ok(())
        }
        Some((command, _)) => return wrong_usage(&format!("there is no command `{command}`")),
        None => return wrong_usage("no command given"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report(&failure),
    }
}

fn wrong_usage(what: &str) -> ExitCode {
    eprint!("error: {what}\n\n{HELP}");
    ExitCode::from(USAGE)
}

fn report(failure: &Failure) -> ExitCode {
    eprintln!("\nerror: {failure}");
    ExitCode::FAILURE
}
