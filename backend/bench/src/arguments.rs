//! The command line, which only `cargo xtask bench` types.

use crate::frame::Frame;

/// What to measure, and how.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) workload: String,
    /// A library that does the work in place of csp.
    pub(crate) peer: Option<String>,
    pub(crate) frame: Frame,
}

impl Arguments {
    pub(crate) fn parse(given: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let mut arguments = Arguments {
            workload: String::new(),
            peer: None,
            frame: Frame {
                operations: 0,
                warm_up: 0,
                procs: 1,
                traced: false,
            },
        };
        let mut given = given;
        while let Some(name) = given.next() {
            let frame = &mut arguments.frame;
            match name.as_str() {
                "--traced" => frame.traced = true,
                "--workload" => arguments.workload = value(&name, &mut given)?,
                "--peer" => arguments.peer = Some(value(&name, &mut given)?),
                "--operations" => frame.operations = number(&name, &mut given)?,
                "--warm-up" => frame.warm_up = number(&name, &mut given)?,
                "--procs" => frame.procs = number(&name, &mut given)?,
                other => return Err(format!("no option `{other}`")),
            }
        }
        if arguments.frame.operations == 0 || arguments.frame.procs == 0 {
            return Err("`--operations` and `--procs` are at least 1".to_owned());
        }
        Ok(arguments)
    }
}

fn value(name: &str, given: &mut impl Iterator<Item = String>) -> Result<String, String> {
    given
        .next()
        .ok_or_else(|| format!("`{name}` wants a value"))
}

fn number(name: &str, given: &mut impl Iterator<Item = String>) -> Result<usize, String> {
    let value = value(name, given)?;
    value
        .parse()
        .map_err(|_| format!("`{name}` wants a whole number, not `{value}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, String> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_line_says_everything() {
        let line =
            "--workload pingpong --operations 100 --warm-up 10 --procs 2 --traced --peer kanal";
        let arguments = parse(line).unwrap();
        assert_eq!(arguments.workload, "pingpong");
        assert_eq!(arguments.peer.as_deref(), Some("kanal"));
        assert_eq!(
            arguments.frame,
            Frame {
                operations: 100,
                warm_up: 10,
                procs: 2,
                traced: true,
            }
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(parse("--fast").unwrap_err().contains("--fast"));
        assert!(parse("--operations x").unwrap_err().contains("`x`"));
        assert!(parse("--workload").unwrap_err().contains("--workload"));
        assert!(parse("--workload pingpong").is_err());
    }
}
