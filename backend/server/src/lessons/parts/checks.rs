//! What is to hold of runs: the checks, which `interleave lessons check` runs,
//! and the challenges, whose solution it tries.

use std::sync::Arc;

use protocol::Text;
use protocol::lesson::Challenge;
use protocol::run::Scheduler;
use toml::Spanned;

use super::Reader;
use crate::catalogue::{did_you_mean, nearest};
use crate::lessons::Lang;
use crate::lessons::condition::Condition;
use crate::lessons::file::parts::{ChallengeFile, CheckFile};
use crate::lessons::source::Place;
use crate::lessons::values::Values;

/// Native runs of a check where nobody says.
const DEFAULT_RUNS: u64 = 1;
/// The most native runs of a check: each takes up to two seconds, and hundreds
/// of checks run one after the other.
const MAX_RUNS: u64 = 20;
/// The most schedules of a check: some seconds for a small program.
const MAX_SCHEDULES: u64 = 5_000;
/// The strategies, by name.
const STRATEGIES: [(&str, StrategyName); 3] = [
    ("random", StrategyName::Random),
    ("pct", StrategyName::Pct),
    ("dfs", StrategyName::Dfs),
];

/// Who chooses the schedules of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StrategyName {
    Random,
    Pct,
    Dfs,
}

/// How often a check runs, and on which scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runs {
    /// So many native runs.
    Native(u64),
    /// At most so many schedules of the simulated scheduler.
    Simulated {
        schedules: u64,
        strategy: StrategyName,
    },
}

/// A check.
#[derive(Debug)]
pub(crate) struct LoadedCheck {
    /// What it shows, in words.
    pub(crate) what: String,
    /// Where the lesson has it.
    pub(crate) place: Place,
    /// The parameters of its runs.
    pub(crate) values: Values,
    /// How often it runs.
    pub(crate) runs: Runs,
    /// Holds in every run.
    pub(crate) each: Option<Condition>,
    /// Each holds in one run at least.
    pub(crate) some: Vec<Condition>,
    /// Each holds in no run.
    pub(crate) never: Vec<Condition>,
}

/// A challenge, in both languages.
#[derive(Debug)]
pub(crate) struct LoadedChallenge {
    /// Its id.
    pub(crate) id: String,
    text: Text,
    hint: Option<Text>,
    /// When it is met.
    pub(crate) when: Condition,
    /// What meets it.
    pub(crate) solution: Values,
    /// Where the lesson has the solution.
    pub(crate) place: Place,
}

impl LoadedChallenge {
    pub(super) fn of(&self, lang: Lang) -> Challenge {
        Challenge {
            id: self.id.clone(),
            text: lang.of(&self.text),
            hint: self.hint.as_ref().map(|hint| lang.of(hint)),
        }
    }
}

impl Reader<'_> {
    pub(super) fn challenges(&mut self, files: &[ChallengeFile]) -> Vec<LoadedChallenge> {
        self.ids("challenge", files.iter().map(|file| &file.id));
        files
            .iter()
            .filter_map(|file| self.challenge(file))
            .collect()
    }

    fn challenge(&mut self, file: &ChallengeFile) -> Option<LoadedChallenge> {
        let text = self.words(&file.text);
        let hint = file.hint.as_ref().map(|hint| self.words(hint));
        let when = self.condition(&file.when);
        let solution = self.values(file.solution.get_ref(), true);
        Some(LoadedChallenge {
            id: file.id.get_ref().clone(),
            text,
            hint,
            when: when?,
            solution: solution?,
            place: self.source.place(file.when.span()),
        })
    }

    pub(super) fn checks(&mut self, files: &[CheckFile]) -> Vec<Arc<LoadedCheck>> {
        let checks = files.iter().filter_map(|file| self.check(file));
        checks.map(Arc::new).collect()
    }

    fn check(&mut self, file: &CheckFile) -> Option<LoadedCheck> {
        let before = self.problems.len();
        if file.what.get_ref().trim().is_empty() {
            self.tell(&file.what, "say what the check shows");
        }
        if file.each.is_none() && file.some.is_empty() && file.never.is_empty() {
            self.tell(
                &file.what,
                "the check asks nothing; add `each`, `some` or `never`",
            );
        }
        let runs = self.runs(file);
        let each = file.each.as_ref().and_then(|text| self.condition(text));
        let (some, never) = (self.conditions(&file.some), self.conditions(&file.never));
        let values = self.values(&file.params, true);
        if self.problems.len() > before {
            return None;
        }
        Some(LoadedCheck {
            what: file.what.get_ref().clone(),
            place: self.source.place(file.what.span()),
            values: values?,
            runs,
            each,
            some,
            never,
        })
    }

    fn runs(&mut self, file: &CheckFile) -> Runs {
        let Some(schedules) = &file.schedules else {
            if let Some(strategy) = &file.strategy {
                self.tell(
                    strategy,
                    "only `schedules` have a strategy; say how many, or remove it",
                );
            }
            let runs = file.runs.as_ref();
            return Runs::Native(
                runs.map_or(DEFAULT_RUNS, |runs| self.upto("runs", runs, MAX_RUNS)),
            );
        };
        if let Some(runs) = &file.runs {
            let message =
                "`runs` are native and `schedules` are simulated; a check has one of both";
            self.tell(runs, message);
        }
        if !self.experiment.schedulers.contains(&Scheduler::Sim) {
            let message = format!(
                "`{}` runs on the native scheduler alone; take `runs`",
                self.experiment.id
            );
            self.tell(schedules, message);
        }
        let strategy = match &file.strategy {
            Some(name) => self.strategy(name),
            None => StrategyName::Random,
        };
        Runs::Simulated {
            schedules: self.upto("schedules", schedules, MAX_SCHEDULES),
            strategy,
        }
    }

    fn upto(&mut self, name: &str, count: &Spanned<u64>, most: u64) -> u64 {
        if !(1..=most).contains(count.get_ref()) {
            self.tell(count, format!("`{name}` goes from 1 to {most}"));
        }
        (*count.get_ref()).clamp(1, most)
    }

    fn strategy(&mut self, name: &Spanned<String>) -> StrategyName {
        let known = STRATEGIES.iter().find(|(known, _)| known == name.get_ref());
        if let Some((_, strategy)) = known {
            return *strategy;
        }
        let names: Vec<&str> = STRATEGIES.iter().map(|(name, _)| *name).collect();
        let hint = did_you_mean(&nearest(name.get_ref(), names.iter().copied()));
        self.tell(
            name,
            format!("`strategy` is one of {}{hint}", names.join(", ")),
        );
        StrategyName::Random
    }
}
