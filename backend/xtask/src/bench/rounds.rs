//! The rounds of one workload.

use super::load::{self, Load};
use super::options::Options;
use super::report::Row;
use super::sides::{Job, Programs, Side};
use super::statistics::Spread;
use super::workloads::{Aim, Workload};
use crate::failure::Failure;

/// One figure a round, for each side.
#[derive(Default)]
struct Figures {
    go: Vec<f64>,
    ours: Vec<f64>,
    /// Ours with the trace off, where it is on otherwise.
    untraced: Vec<f64>,
    /// Of the library that was fastest in the first round.
    peer: Option<(&'static str, Vec<f64>)>,
}

/// Runs them all.
pub(super) fn measure(
    programs: &Programs,
    workload: &'static Workload,
    options: &Options,
    procs: usize,
) -> Result<Row, Failure> {
    let (operations, warm_up) = workload.amounts(options.quick);
    let job = Job {
        workload: workload.program_id(),
        operations,
        warm_up,
        procs,
        traced: matches!(workload.aim, Aim::TracedAtMost(_)),
    };
    let before = Load::now();
    let mut figures = Figures::default();
    for _ in 0..options.rounds {
        if !matches!(workload.aim, Aim::AtMost(_)) {
            figures.go.push(programs.measure(Side::Go, &job)?);
        }
        figures.ours.push(programs.measure(Side::Ours, &job)?);
        if job.traced {
            let off = Job {
                traced: false,
                ..job
            };
            figures.untraced.push(programs.measure(Side::Ours, &off)?);
        }
        if options.peers {
            peers_turn(programs, workload, &job, &mut figures)?;
        }
    }
    figures.row(workload, load::busy_since(before))
}

/// In the first round all libraries have a turn, in the others the fastest.
fn peers_turn(
    programs: &Programs,
    workload: &Workload,
    job: &Job,
    figures: &mut Figures,
) -> Result<(), Failure> {
    if let Some((name, found)) = &mut figures.peer {
        found.push(programs.measure(Side::Peer(name), job)?);
        return Ok(());
    }
    for &name in workload.peers {
        let figure = programs.measure(Side::Peer(name), job)?;
        let fastest = figures.peer.as_ref().map(|(_, found)| found[0]);
        if fastest.is_none_or(|fastest| figure < fastest) {
            figures.peer = Some((name, vec![figure]));
        }
    }
    Ok(())
}

impl Figures {
    fn row(self, workload: &'static Workload, busy: Option<f64>) -> Result<Row, Failure> {
        let ratio = match workload.aim {
            Aim::TimesGo(_) => Spread::of_ratios(&self.go, &self.ours),
            Aim::TracedAtMost(_) => Spread::of_ratios(&self.ours, &self.untraced),
            Aim::AtMost(_) => None,
        };
        let peer = self.peer;
        Ok(Row {
            workload,
            go: Spread::of(&self.go),
            ours: Spread::of(&self.ours).ok_or_else(|| Failure::new("there was no round"))?,
            peer: peer.and_then(|(name, found)| Some((name, Spread::of(&found)?))),
            ratio,
            busy,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::workloads;
    use super::*;

    #[test]
    fn what_is_divided_depends_on_the_aim() {
        let row = |id| {
            let figures = Figures {
                go: vec![30.0],
                ours: vec![12.0],
                untraced: vec![10.0],
                peer: Some(("kanal", vec![20.0])),
            };
            figures.row(workloads::find(id).unwrap(), None).unwrap()
        };
        let ratio = |id| row(id).ratio.map(|ratio| ratio.median);
        assert_eq!(ratio("pingpong"), Some(2.5));
        assert_eq!(ratio("pingpong_traced"), Some(1.2));
        assert_eq!(ratio("event_cost"), None);
        assert_eq!(row("pingpong").peer.unwrap().0, "kanal");
    }
}
