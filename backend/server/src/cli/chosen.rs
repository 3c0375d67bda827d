//! The experiment of a command, with its parameters.

use std::path::PathBuf;

use clap::Args;
use experiments::Entry;
use protocol::RunRequest;
use protocol::run::Scheduler;
use serde_json::Map;

use crate::catalogue;

/// An experiment and what is set in it.
#[derive(Args)]
pub(super) struct Chosen {
    /// The experiment's id (`interleave experiments` lists them)
    experiment: String,
    /// A parameter that differs from its default
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// What each task does: a file of WebAssembly text, for experiments that take it
    #[arg(long, value_name = "FILE")]
    task_body: Option<PathBuf>,
}

/// How a request is to be scheduled.
#[derive(Default)]
pub(super) struct Scheduling {
    pub(super) scheduler: Scheduler,
    pub(super) seed: Option<u64>,
    pub(super) procs: Option<u16>,
    pub(super) schedule: Option<String>,
}

impl Chosen {
    /// The request, checked and complete.
    pub(super) fn request(
        &self,
        scheduling: Scheduling,
    ) -> Result<(&'static Entry, RunRequest), String> {
        let entry = catalogue::find(&self.experiment).map_err(|error| error.message)?;
        let form = catalogue::experiment(entry).params;
        let mut params = Map::new();
        for pair in &self.set {
            let Some((name, text)) = pair.split_once('=') else {
                return Err(format!("--set {pair} is not of the form NAME=VALUE"));
            };
            let parameter = form.iter().find(|parameter| parameter.name == name);
            let kind = parameter.map(|parameter| &parameter.kind);
            params.insert(name.to_owned(), catalogue::from_text(kind, text));
        }
        let task_body = self.task_body.as_ref().map(|path| {
            std::fs::read_to_string(path)
                .map_err(|error| format!("{} cannot be read: {error}", path.display()))
        });
        let request = RunRequest {
            experiment: self.experiment.clone(),
            params,
            scheduler: scheduling.scheduler,
            seed: scheduling.seed,
            procs: scheduling.procs,
            schedule: scheduling.schedule,
            task_body: task_body.transpose()?,
        };
        catalogue::complete(request).map_err(|error| error.message)
    }
}
