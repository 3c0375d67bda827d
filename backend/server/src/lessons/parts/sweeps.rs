//! Curves to measure: metrics over the values of a parameter.

use protocol::lesson::{MAX_SWEEP_ROUNDS, MAX_SWEEP_VALUES, Sweep};
use protocol::{ParameterKind, Text};
use serde_json::Value as Json;

use super::Reader;
use crate::catalogue;
use crate::lessons::file::parts::SweepFile;
use crate::lessons::{Lang, values};

/// Runs for each value where nobody says: a median has a middle.
const DEFAULT_ROUNDS: u16 = 3;
/// Fewer values are no curve.
const MIN_VALUES: usize = 2;

/// A curve, in both languages.
#[derive(Debug)]
pub(super) struct LoadedSweep {
    id: String,
    label: Text,
    parameter: String,
    values: Vec<String>,
    metrics: Vec<String>,
    rounds: u16,
    params: Vec<(String, String)>,
    log: bool,
}

impl LoadedSweep {
    pub(super) fn of(&self, lang: Lang) -> Sweep {
        Sweep {
            id: self.id.clone(),
            label: lang.of(&self.label),
            parameter: self.parameter.clone(),
            values: self.values.clone(),
            metrics: self.metrics.clone(),
            rounds: self.rounds,
            params: self.params.clone(),
            log: self.log,
        }
    }
}

impl Reader<'_> {
    pub(super) fn sweeps(&mut self, files: &[SweepFile]) -> Vec<LoadedSweep> {
        self.ids("sweep", files.iter().map(|file| &file.id));
        files.iter().filter_map(|file| self.sweep(file)).collect()
    }

    fn sweep(&mut self, file: &SweepFile) -> Option<LoadedSweep> {
        let before = self.problems.len();
        let values = self.sweep_values(file);
        self.sweep_metrics(file);
        let rounds = file.rounds.as_ref();
        if let Some(rounds) = rounds
            && !(1..=MAX_SWEEP_ROUNDS).contains(rounds.get_ref())
        {
            self.tell(
                rounds,
                format!("`rounds` goes from 1 to {MAX_SWEEP_ROUNDS}"),
            );
        }
        for name in file.params.keys() {
            if name.get_ref() == file.parameter.get_ref() {
                let message = "the sweep sets this parameter along its axis; remove it here";
                self.tell(name, message);
            }
        }
        let beside = self.values(&file.params, false);
        let label = self.words(&file.label);
        if self.problems.len() > before {
            return None;
        }
        let params = beside?.params.into_iter();
        Some(LoadedSweep {
            id: file.id.get_ref().clone(),
            label,
            parameter: file.parameter.get_ref().clone(),
            values: values.iter().map(catalogue::to_text).collect(),
            metrics: file
                .metrics
                .iter()
                .map(|one| one.get_ref().clone())
                .collect(),
            rounds: rounds.map_or(DEFAULT_ROUNDS, |rounds| *rounds.get_ref()),
            params: params
                .map(|(name, value)| (name, catalogue::to_text(&value)))
                .collect(),
            log: file.log.as_ref().is_some_and(|log| *log.get_ref()),
        })
    }

    fn sweep_values(&mut self, file: &SweepFile) -> Vec<Json> {
        let name = file.parameter.get_ref();
        let kind = match values::kind(self.experiment, name) {
            Ok(kind) => kind,
            Err(message) => {
                self.tell(&file.parameter, message);
                return Vec::new();
            }
        };
        let count = file.values.len();
        if !(MIN_VALUES..=MAX_SWEEP_VALUES).contains(&count) {
            let message =
                format!("a sweep has {MIN_VALUES} to {MAX_SWEEP_VALUES} values, not {count}");
            self.tell(&file.parameter, message);
        }
        let log = file.log.as_ref().filter(|log| *log.get_ref());
        let is_number = matches!(
            kind,
            ParameterKind::Integer { .. } | ParameterKind::Number { .. }
        );
        if let (Some(log), false) = (log, is_number) {
            self.tell(
                log,
                format!("`{name}` is no number, so its axis cannot be logarithmic"),
            );
        }
        let mut read: Vec<Json> = Vec::new();
        for value in &file.values {
            match values::one(self.experiment, name, value) {
                Ok(json) if read.contains(&json) => {
                    self.tell(value, "the sweep has this value already; remove it");
                }
                Ok(json) if log.is_some() && json.as_f64().is_some_and(|value| value <= 0.0) => {
                    self.tell(
                        value,
                        "a logarithmic axis has no place for it; remove `log`",
                    );
                }
                Ok(json) => read.push(json),
                Err(message) => self.tell(value, message),
            }
        }
        read
    }

    fn sweep_metrics(&mut self, file: &SweepFile) {
        let [first, others @ ..] = file.metrics.as_slice() else {
            self.tell(
                &file.id,
                "a sweep has at least one metric to draw; add it to `metrics`",
            );
            return;
        };
        let unit = |name: &str| {
            let metric = crate::lessons::metric(self.experiment, name).ok()?;
            Some(metric.unit.clone())
        };
        let drawn = unit(first.get_ref());
        let of_another: Vec<_> = others
            .iter()
            .filter(|other| {
                let (unit, drawn) = (unit(other.get_ref()), drawn.as_ref());
                unit.is_some() && drawn.is_some() && unit.as_ref() != drawn
            })
            .collect();
        for other in of_another {
            let (one, other_name) = (first.get_ref(), other.get_ref());
            let message =
                format!("`{other_name}` has another unit than `{one}`; give it a sweep of its own");
            self.tell(other, message);
        }
        for metric in &file.metrics {
            self.is_metric(metric);
        }
    }
}
