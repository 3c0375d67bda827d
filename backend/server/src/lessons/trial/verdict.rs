//! What the runs of a check say about it, one after the other.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use experiments::Entry;
use protocol::{Experiment, Outcome, RunEnd, RunRequest};

use crate::catalogue;
use crate::lessons::condition::{Condition, Facts};
use crate::lessons::parts::LoadedCheck;

/// A run, and what it came to.
#[derive(Clone, Debug)]
pub(super) struct Ran {
    /// The whole request; with a schedule if it was simulated.
    pub(super) request: RunRequest,
    pub(super) metrics: BTreeMap<String, f64>,
    pub(super) outcome: Outcome,
}

impl Ran {
    pub(super) fn of_end(request: RunRequest, end: RunEnd) -> Ran {
        Ran {
            request,
            metrics: end.metrics,
            outcome: end.outcome,
        }
    }

    /// As conditions see it.
    pub(super) fn facts(&self, experiment: &Experiment) -> Facts {
        Facts::of_outcome(
            experiment,
            &self.request.params,
            &self.metrics,
            &self.outcome,
        )
    }

    /// Why no condition can be asked of it.
    fn fault(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Fault { message }
            | Outcome::RunnerLost { message }
            | Outcome::Diverged { message } => Some(message),
            _ => None,
        }
    }

    /// The run in lines: its parameters, its figures, its end, and the command
    /// that runs it again.
    pub(super) fn words(&self, entry: &Entry) -> String {
        let params = self.request.params.iter();
        let params = params.map(|(name, value)| format!("{name}={}", catalogue::to_text(value)));
        let mut params: Vec<String> = params.collect();
        params.extend(self.request.procs.map(|procs| format!("procs={procs}")));
        let metrics = self.metrics.iter();
        let metrics = metrics.map(|(name, value)| format!("{name}={value}"));
        let metrics: Vec<String> = metrics.collect();
        let mut outcome = self.outcome.as_str().to_owned();
        match &self.outcome {
            Outcome::Completed { leaked } if !leaked.is_empty() => {
                outcome.push_str(&format!(", leaked {}", leaked.len()));
            }
            Outcome::Panicked { message, .. } | Outcome::Fatal { message, .. } => {
                outcome.push_str(&format!(": {message}"));
            }
            _ => {}
        }
        let again = match &self.request.schedule {
            Some(schedule) => catalogue::replay(entry, &self.request, schedule),
            None => catalogue::again(entry, &self.request),
        };
        format!(
            "    params   {}\n    metrics  {}\n    outcome  {outcome}\n    again    {again}",
            params.join(" "),
            metrics.join(" "),
        )
    }
}

/// What the runs so far say.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// How many are to be.
    planned: u64,
    /// How many were.
    runs: u64,
    /// What speaks against the check, and the run that does.
    against: Option<(String, Option<Ran>)>,
    /// For each of `some`, whether it has held.
    found: Vec<bool>,
    /// For each of `never`, whether it could be told of any run.
    told: Vec<bool>,
    /// Why the last condition that could not be told could not.
    untold: Option<String>,
    last: Option<Ran>,
}

impl Verdict {
    /// Before the first of so many runs.
    pub(super) fn new(planned: u64) -> Verdict {
        Verdict {
            planned,
            runs: 0,
            against: None,
            found: Vec::new(),
            told: Vec::new(),
            untold: None,
            last: None,
        }
    }

    /// How many runs there were.
    pub(super) fn runs(&self) -> u64 {
        self.runs
    }

    /// Takes a run into account. Breaks off once the others cannot change
    /// anything.
    pub(super) fn see(&mut self, check: &LoadedCheck, facts: &Facts, ran: Ran) -> ControlFlow<()> {
        self.runs += 1;
        self.found.resize(check.some.len(), false);
        self.told.resize(check.never.len(), false);
        let which = format!("in run {} of {}", self.runs, self.planned);
        let against = match ran.fault() {
            Some(message) => Some(format!("a fault {which}: {message}")),
            None => self.speaks_against(check, facts, &which),
        };
        if let Some(message) = against {
            self.against = Some((message, Some(ran)));
            return ControlFlow::Break(());
        }
        self.last = Some(ran);
        let every_run_counts = check.each.is_some() || !check.never.is_empty();
        if !every_run_counts && self.found.iter().all(|found| *found) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn speaks_against(
        &mut self,
        check: &LoadedCheck,
        facts: &Facts,
        which: &str,
    ) -> Option<String> {
        if let Some(each) = &check.each {
            match each.holds(facts) {
                Ok(true) => {}
                Ok(false) => return Some(format!("`{}` is false {which}", each.text())),
                Err(why) => {
                    return Some(format!("`{}` cannot be told {which}: {why}", each.text()));
                }
            }
        }
        for (condition, found) in check.some.iter().zip(&mut self.found) {
            match condition.holds(facts) {
                Ok(holds) => *found |= holds,
                Err(why) => self.untold = Some(why),
            }
        }
        for (condition, told) in check.never.iter().zip(&mut self.told) {
            match condition.holds(facts) {
                Ok(true) => return Some(format!("`{}` holds {which}", condition.text())),
                Ok(false) => *told = true,
                Err(why) => self.untold = Some(why),
            }
        }
        None
    }

    /// The runs were ended by something else than their number.
    pub(super) fn cut(&mut self, why: String) {
        self.against.get_or_insert((why, None));
    }

    /// What speaks against the check now that all have run.
    pub(super) fn against(&mut self, entry: &Entry, check: &LoadedCheck) -> Option<String> {
        let (message, ran) = self.against.take().or_else(|| {
            let unmet = first(&check.some, &self.found);
            let untold = first(&check.never, &self.told);
            let why = self.untold.as_ref();
            let why = why.map_or_else(String::new, |why| format!("; {why}"));
            let message = match (unmet, untold) {
                (Some(unmet), _) => format!("`{}` is true in no run{why}", unmet.text()),
                (None, Some(untold)) => {
                    format!("`{}` can be told of no run{why}", untold.text())
                }
                (None, None) => return None,
            };
            let runs = self.runs;
            Some((
                format!("{message} (runs: {runs}; the last one follows)"),
                self.last.take(),
            ))
        })?;
        Some(match ran {
            Some(ran) => format!("{message}\n{}", ran.words(entry)),
            None => message,
        })
    }
}

/// The first condition that is not marked.
fn first<'c>(conditions: &'c [Condition], marks: &[bool]) -> Option<&'c Condition> {
    let mut conditions = conditions.iter().enumerate();
    let unmarked = conditions.find(|(at, _)| !marks.get(*at).is_some_and(|mark| *mark));
    unmarked.map(|(_, condition)| condition)
}
