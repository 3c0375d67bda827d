//! Numbered steps with their times.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// Says which step runs and how long each one took.
pub(crate) struct Steps {
    total: usize,
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    pub(crate) fn new(total: usize) -> Steps {
        Steps {
            total,
            done: Vec::with_capacity(total),
        }
    }

    /// Runs one step. What it fails with gets the step's name and number.
    pub(crate) fn run(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.run_last(name, work)?;
        if let Some((name, took)) = self.done.last() {
            println!(
                "[{}/{}] {name}: {}",
                self.done.len(),
                self.total,
                shown(*took)
            );
        }
        Ok(())
    }

    /// As [`Steps::run`], but says nothing after it: the step's own last words
    /// are the last of all.
    pub(crate) fn run_last(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let place = format!("[{}/{}] {name}", self.done.len() + 1, self.total);
        println!("\n{place} …");
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        self.done.push((name, took));
        result.map_err(|failure| {
            println!("\n{}", self.table());
            failure.within(&format!("{place}, after {}", shown(took)))
        })
    }

    /// A line a step.
    pub(crate) fn table(&self) -> String {
        let width = self
            .done
            .iter()
            .map(|(name, _)| name.chars().count())
            .max()
            .unwrap_or(0);
        let mut table = String::new();
        for (name, took) in &self.done {
            let _ = writeln!(table, "  {name:width$}  {:>9}", shown(*took));
        }
        let whole = self.done.iter().map(|(_, took)| *took).sum();
        let _ = write!(table, "  {:width$}  {:>9}", "together", shown(whole));
        table
    }
}

/// A duration as a person says it.
pub(crate) fn shown(took: Duration) -> String {
    let seconds = took.as_secs_f64();
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else {
        let whole = took.as_secs();
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(shown(Duration::from_millis(140)), "0.1 s");
        assert_eq!(shown(Duration::from_millis(41_200)), "41 s");
        assert_eq!(shown(Duration::from_secs(125)), "2 min 05 s");
    }

    #[test]
    fn a_failed_step_is_named_and_counted() {
        let mut steps = Steps::new(2);
        steps.run("format", || Ok(())).unwrap();
        let failure = steps.run("clippy", || Err(Failure::new("no"))).unwrap_err();
        assert!(
            failure.to_string().starts_with("[2/2] clippy, after "),
            "{failure}"
        );
        assert!(steps.table().contains("format"));
    }
}
