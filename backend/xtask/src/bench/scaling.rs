//! What one goroutine costs among ever more of them: to be made and come to
//! wait (`spawn`), to be woken and wait again (`park`), to be woken and end
//! (`join`).

use super::load::{self, Load};
use super::options::Options;
use super::report::{figure, number};
use super::sides::{Job, Programs, Side};
use super::statistics::Spread;
use crate::failure::Failure;

const GOROUTINES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// The workloads, and what each times of a goroutine's life.
const PHASES: [(&str, &str); 3] = [
    ("scaling_spawn", "spawn"),
    ("scaling_park", "park"),
    ("scaling_join", "join"),
];

/// A line for each number and phase, as it comes.
pub(super) fn measure(programs: &Programs, options: &Options) -> Result<(), Failure> {
    if !options.json {
        println!("| goroutines | phase |   Go ns | ours ns | Go / ours (low–high) |");
        println!("| ---------- | ----- | ------- | ------- | -------------------- |");
    }
    for goroutines in GOROUTINES {
        for (workload, phase) in PHASES {
            let job = Job {
                workload,
                operations: goroutines,
                warm_up: goroutines,
                procs: options.procs,
                traced: false,
            };
            let before = Load::now();
            let (mut go, mut ours) = (Vec::new(), Vec::new());
            for _ in 0..options.rounds {
                go.push(programs.measure(Side::Go, &job)?);
                ours.push(programs.measure(Side::Ours, &job)?);
            }
            let point = Point {
                goroutines,
                phase,
                go: Spread::of(&go),
                ours: Spread::of(&ours),
                ratio: Spread::of_ratios(&go, &ours),
                busy: load::busy_since(before).is_some(),
            };
            println!(
                "{}",
                if options.json {
                    point.json()
                } else {
                    point.line()
                }
            );
        }
    }
    Ok(())
}

struct Point {
    goroutines: usize,
    phase: &'static str,
    go: Option<Spread>,
    ours: Option<Spread>,
    ratio: Option<Spread>,
    busy: bool,
}

impl Point {
    fn json(&self) -> String {
        let median = |spread: Option<Spread>| number(spread.map(|spread| spread.median));
        format!(
            "{{\"goroutines\": {}, \"phase\": \"{}\", \"go\": {}, \"ours\": {}, \"ratio\": {}, \
             \"low\": {}, \"high\": {}, \"busy\": {}}}",
            self.goroutines,
            self.phase,
            median(self.go),
            median(self.ours),
            median(self.ratio),
            number(self.ratio.map(|ratio| ratio.low)),
            number(self.ratio.map(|ratio| ratio.high)),
            self.busy,
        )
    }

    fn line(&self) -> String {
        let median = |spread: Option<Spread>| figure(spread.map_or(0.0, |spread| spread.median));
        let ratio = self.ratio.map_or(String::new(), |ratio| {
            format!("{:.1} ({:.1}–{:.1})", ratio.median, ratio.low, ratio.high)
        });
        format!(
            "| {:>10} | {:5} | {:>7} | {:>7} | {:20} |{}",
            self.goroutines,
            self.phase,
            median(self.go),
            median(self.ours),
            ratio,
            if self.busy { " busy" } else { "" }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_says_what_it_measured() {
        let point = Point {
            goroutines: 1_000,
            phase: "park",
            go: Spread::of(&[300.0]),
            ours: Spread::of(&[100.0]),
            ratio: Spread::of(&[3.0]),
            busy: false,
        };
        assert_eq!(
            point.json(),
            "{\"goroutines\": 1000, \"phase\": \"park\", \"go\": 300, \"ours\": 100, \
             \"ratio\": 3, \"low\": 3, \"high\": 3, \"busy\": false}"
        );
        assert!(point.line().contains("3.0 (3.0–3.0)"));
    }
}
