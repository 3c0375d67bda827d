//! `interleave experiments`

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use protocol::run::Scheduler;
use protocol::{Parameter, ParameterKind};

use super::{FAILED, fail};
use crate::catalogue;

/// The catalogue.
#[derive(Args)]
pub(super) struct Experiments {
    /// As JSON, in both languages
    #[arg(long)]
    json: bool,
}

impl Experiments {
    pub(super) fn main(self) -> ExitCode {
        let text = if self.json {
            match serde_json::to_string_pretty(&catalogue::all()) {
                Ok(json) => json + "\n",
                Err(error) => return fail(error),
            }
        } else {
            table()
        };
        match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            // Whoever read has had enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(FAILED),
        }
    }
}

fn table() -> String {
    let mut table = String::new();
    for experiment in catalogue::all() {
        let native = if experiment.schedulers.contains(&Scheduler::Sim) {
            ""
        } else {
            ", on the native scheduler only"
        };
        let timed = if experiment.timed { ", runs alone" } else { "" };
        table.push_str(&format!(
            "{} (chapter {}{timed}{native})\n  {}. {}.\n",
            experiment.id, experiment.chapter, experiment.title.en, experiment.summary.en
        ));
        let longest = experiment.params.iter().map(|one| one.name.len()).max();
        let width = longest.unwrap_or(0);
        for parameter in &experiment.params {
            table.push_str(&format!(
                "    {:<width$}  {}\n",
                parameter.name,
                range(parameter)
            ));
        }
        table.push('\n');
    }
    table.push_str("interleave run EXPERIMENT --set NAME=VALUE runs one of them.\n");
    table
}

/// The values that a parameter takes, in words.
fn range(parameter: &Parameter) -> String {
    let unit = match &parameter.unit {
        Some(unit) => format!(" {}", unit.en),
        None => String::new(),
    };
    match &parameter.kind {
        ParameterKind::Integer { min, max, default } => {
            format!("{default}{unit}, from {min} to {max}")
        }
        ParameterKind::Number { min, max, default } => {
            format!("{default}{unit}, from {min} to {max}, also with decimals")
        }
        ParameterKind::Toggle { default } => format!("{default}, true or false"),
        ParameterKind::Choice { options, default } => {
            let options: Vec<&str> = options.iter().map(|one| one.value.as_str()).collect();
            format!("{default}, one of {}", options.join(", "))
        }
    }
}
