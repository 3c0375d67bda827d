//! What the command line of `cargo xtask bench` asked for.

use super::workloads::{self, WORKLOADS, Workload};

/// Rounds of a full measurement, and of a quick one. The median of fewer says
/// nothing about the spread.
const ROUNDS: usize = 5;
const QUICK_ROUNDS: usize = 3;

/// Processors of each side, unless told otherwise.
const PROCS: usize = 2;

/// More threads than any machine that this was tried on.
const MOST_PROCS: usize = 256;

/// Workloads that more processors make faster, or slower.
const SWEEP: [&str; 6] = [
    "spawn_join",
    "pingpong",
    "stream_buffered",
    "buffered_4x4",
    "mutex_8",
    "worker_pool",
];

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(super) quick: bool,
    pub(super) json: bool,
    pub(super) peers: bool,
    pub(super) procs: usize,
    pub(super) rounds: usize,
    pub(super) figure: Figure,
    /// In the order of the table.
    pub(super) workloads: Vec<&'static Workload>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    /// The workloads against Go.
    Table,
    /// Goroutines in ever larger numbers.
    Scaling,
    /// Some workloads on ever more processors.
    ProcsSweep,
    /// The page in a browser.
    Frontend,
}

impl Options {
    pub(crate) fn parse(args: &[String]) -> Result<Options, String> {
        let mut options = Options {
            quick: false,
            json: false,
            peers: true,
            procs: PROCS,
            rounds: 0,
            figure: Figure::Table,
            workloads: Vec::new(),
        };
        let mut chosen = Vec::new();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--quick" => options.quick = true,
                "--json" => options.json = true,
                "--no-peers" => options.peers = false,
                "--scaling" => options.figure = Figure::Scaling,
                "--procs-sweep" => options.figure = Figure::ProcsSweep,
                "--frontend" => options.figure = Figure::Frontend,
                "--procs" => options.procs = number(arg, args.next(), MOST_PROCS)?,
                "--rounds" => options.rounds = number(arg, args.next(), usize::MAX)?,
                option if option.starts_with('-') => {
                    return Err(format!("`cargo xtask bench` has no option `{option}`"));
                }
                id => chosen.push(workloads::find(id).ok_or_else(|| unknown(id))?),
            }
        }
        if options.rounds == 0 {
            options.rounds = if options.quick { QUICK_ROUNDS } else { ROUNDS };
        }
        if chosen.is_empty() && options.figure == Figure::ProcsSweep {
            chosen.extend(SWEEP.iter().copied().filter_map(workloads::find));
        }
        options.workloads = WORKLOADS
            .iter()
            .filter(|workload| chosen.is_empty() || chosen.contains(workload))
            .collect();
        Ok(options)
    }
}

fn number(option: &str, value: Option<&String>, most: usize) -> Result<usize, String> {
    value
        .and_then(|value| value.parse().ok())
        .filter(|number| (1..=most).contains(number))
        .ok_or_else(|| format!("`{option}` wants a whole number of at least 1"))
}

fn unknown(id: &str) -> String {
    let ids: Vec<&str> = WORKLOADS.iter().map(|workload| workload.id).collect();
    format!(
        "there is no workload `{id}`; there are:\n  {}",
        ids.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&args)
    }

    #[test]
    fn by_default_everything_is_measured_in_five_rounds() {
        let options = parse("").unwrap();
        assert_eq!(options.workloads.len(), WORKLOADS.len());
        assert_eq!((options.rounds, options.procs), (5, 2));
        assert!(options.peers && !options.json);
    }

    #[test]
    fn names_choose_workloads_in_the_order_of_the_table() {
        let options = parse("--quick stream_buffered pingpong --procs 4").unwrap();
        let ids: Vec<&str> = options.workloads.iter().map(|w| w.id).collect();
        assert_eq!(ids, ["pingpong", "stream_buffered"]);
        assert_eq!((options.rounds, options.procs), (3, 4));
        assert_eq!(parse("--quick --rounds 9").unwrap().rounds, 9);
    }

    #[test]
    fn a_sweep_has_workloads_of_its_own_unless_they_are_named() {
        let options = parse("--procs-sweep").unwrap();
        assert_eq!(options.workloads.len(), SWEEP.len());
        let options = parse("--procs-sweep close_10k").unwrap();
        assert_eq!(options.workloads[0].id, "close_10k");
        assert_eq!(parse("--scaling").unwrap().figure, Figure::Scaling);
        assert_eq!(parse("--frontend").unwrap().figure, Figure::Frontend);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(parse("--fast").unwrap_err().contains("--fast"));
        assert!(parse("pinpong").unwrap_err().contains("pingpong"));
        for line in ["--procs", "--procs 0", "--procs two", "--procs 1000"] {
            assert!(parse(line).unwrap_err().contains("--procs"), "{line}");
        }
    }
}
