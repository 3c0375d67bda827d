//! The catalogue of experiments, turned into what crosses the wire, and what
//! comes back checked against it.

use csp::sim::Schedule;
use experiments::{
    ChoiceSpec, Entry, Given, ParamError, ParamKind, ParamSpec, Program, Schedulers, Value,
};
use protocol::Text;
use protocol::catalogue::ChoiceOption;
use protocol::run::{MAX_PROCS, MAX_SCHEDULE_BYTES, Scheduler};
use protocol::{ApiError, ErrorCode, Experiment, Metric, Parameter, ParameterKind, RunRequest};
use serde_json::{Map, Value as Json};

use crate::task_body;

/// How many names an error suggests.
const NEAREST: usize = 3;
/// How alike a name must be to be suggested, from 0 to 1.
const ALIKE: f64 = 0.6;

/// Every experiment.
pub fn all() -> Vec<Experiment> {
    experiments::all().iter().copied().map(experiment).collect()
}

/// An experiment and its form.
pub fn experiment(entry: &Entry) -> Experiment {
    Experiment {
        id: entry.id.into(),
        chapter: entry.chapter,
        title: text(entry.title),
        summary: text(entry.summary),
        timed: entry.timed,
        schedulers: schedulers(entry),
        params: (entry.params)().iter().map(parameter).collect(),
        metrics: entry.metrics.iter().map(metric).collect(),
    }
}

fn schedulers(entry: &Entry) -> Vec<Scheduler> {
    match entry.schedulers {
        Schedulers::Both => vec![Scheduler::Native, Scheduler::Sim],
        Schedulers::NativeOnly(_) => vec![Scheduler::Native],
    }
}

fn text(text: experiments::Text) -> Text {
    Text {
        en: text.en.into(),
        zh: text.zh.into(),
    }
}

fn metric(metric: &experiments::MetricSpec) -> Metric {
    Metric {
        name: metric.name.into(),
        label: text(metric.label),
        unit: metric.unit.map(text),
        spread: metric.spread,
    }
}

fn parameter(spec: &ParamSpec) -> Parameter {
    Parameter {
        name: spec.name.into(),
        label: text(spec.label),
        help: text(spec.help),
        unit: spec.unit.map(text),
        kind: match spec.kind {
            ParamKind::Integer { min, max, default } => {
                ParameterKind::Integer { min, max, default }
            }
            ParamKind::Number { min, max, default } => ParameterKind::Number { min, max, default },
            ParamKind::Toggle { default } => ParameterKind::Toggle { default },
            ParamKind::Choice { options, default } => ParameterKind::Choice {
                options: options.iter().map(option).collect(),
                default: default.into(),
            },
        },
    }
}

fn option(choice: &ChoiceSpec) -> ChoiceOption {
    ChoiceOption {
        value: choice.value.into(),
        label: text(choice.label),
    }
}

/// The experiment of this id, or an error that suggests others.
pub fn find(id: &str) -> Result<&'static Entry, Box<ApiError>> {
    experiments::find(id).ok_or_else(|| {
        let options = nearest(id, experiments::all().iter().map(|entry| entry.id));
        Box::new(ApiError {
            field: Some("experiment".into()),
            given: Some(id.into()),
            message: format!("there is no experiment `{id}`{}", did_you_mean(&options)),
            options,
            ..ApiError::new(ErrorCode::UnknownExperiment, "")
        })
    })
}

/// Checks a request and fills in every default.
pub fn complete(request: RunRequest) -> Result<(&'static Entry, RunRequest), Box<ApiError>> {
    let entry = find(&request.experiment)?;
    let program = prepare(entry, &request.params)?;
    scheduled(entry, &request)?;
    with_task_body(entry, &request)?;
    let processors = match request.scheduler {
        Scheduler::Native => std::thread::available_parallelism().map_or(1, usize::from),
        // What a schedule says has to hold on every machine.
        Scheduler::Sim => 1,
    };
    let processors = u16::try_from(processors).unwrap_or(MAX_PROCS);
    let request = RunRequest {
        params: filled_in(&program),
        procs: Some(request.procs.unwrap_or(processors).clamp(1, MAX_PROCS)),
        ..request
    };
    Ok((entry, request))
}

/// Whether the experiment takes a task body, and what was given is one.
fn with_task_body(entry: &Entry, request: &RunRequest) -> Result<(), Box<ApiError>> {
    let Some(text) = &request.task_body else {
        return Ok(());
    };
    let wrong = match entry.takes_task_body {
        true => task_body::compile(text).err(),
        false => Some(format!(
            "`{}` has no tasks that could be brought along",
            entry.id
        )),
    };
    match wrong {
        None => Ok(()),
        Some(message) => Err(Box::new(ApiError {
            field: Some("task_body".into()),
            ..ApiError::new(ErrorCode::InvalidRequest, message)
        })),
    }
}

/// Whether the experiment runs on the scheduler, and the schedule is one.
fn scheduled(entry: &Entry, request: &RunRequest) -> Result<(), Box<ApiError>> {
    let refused = |field: &str, message: String| {
        Err(Box::new(ApiError {
            field: Some(field.into()),
            ..ApiError::new(ErrorCode::InvalidRequest, message)
        }))
    };
    if let (Scheduler::Sim, Schedulers::NativeOnly(why)) = (request.scheduler, entry.schedulers) {
        return Err(Box::new(ApiError {
            field: Some("scheduler".into()),
            given: Some(Scheduler::Sim.as_str().into()),
            options: vec![Scheduler::Native.as_str().into()],
            ..ApiError::new(
                ErrorCode::NotAnOption,
                format!(
                    "`{}` runs on the native scheduler alone: {}",
                    entry.id, why.en
                ),
            )
        }));
    }
    let Some(text) = &request.schedule else {
        return Ok(());
    };
    if request.scheduler == Scheduler::Native {
        return refused(
            "schedule",
            "a schedule is followed by the simulated scheduler alone: take `scheduler` \"sim\""
                .into(),
        );
    }
    if request.seed.is_some() {
        return refused(
            "seed",
            "a schedule has a seed of its own: leave `seed` out, or `schedule`".into(),
        );
    }
    if text.len() > MAX_SCHEDULE_BYTES {
        let bytes = text.len();
        return refused(
            "schedule",
            format!("a schedule of {bytes} bytes, over the limit of {MAX_SCHEDULE_BYTES}"),
        );
    }
    match text.parse::<Schedule>() {
        Ok(_) => Ok(()),
        Err(error) => refused(
            "schedule",
            format!("{error}; copy it whole from the end of the run that it is of"),
        ),
    }
}

/// The program of an experiment with these parameters.
pub fn prepare(entry: &Entry, params: &Map<String, Json>) -> Result<Program, Box<ApiError>> {
    let given: Given = params
        .iter()
        .map(|(name, value)| (name.clone(), from_json(value)))
        .collect();
    (entry.prepare)(&given).map_err(|errors| {
        let mut error = refused(&errors);
        let field = error.field.as_ref();
        error.given = field.and_then(|name| params.get(name)).cloned();
        Box::new(error)
    })
}

fn filled_in(program: &Program) -> Map<String, Json> {
    let params = program.params.iter();
    params
        .map(|(name, value)| ((*name).to_owned(), to_json(value)))
        .collect()
}

fn from_json(json: &Json) -> Value {
    match json {
        Json::Bool(on) => Value::Toggle(*on),
        Json::String(text) => Value::Text(text.clone()),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Value::Integer(number),
            (None, Some(number)) => Value::Number(number),
            (None, None) => Value::Other(json.to_string()),
        },
        Json::Null | Json::Array(_) | Json::Object(_) => Value::Other(json.to_string()),
    }
}

/// A parameter's value as JSON.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Integer(number) => (*number).into(),
        Value::Number(number) => (*number).into(),
        Value::Toggle(on) => (*on).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Other(json) => serde_json::from_str(json).unwrap_or_else(|_| json.as_str().into()),
    }
}

/// A text from a command line or a link, as the value that the parameter wants;
/// one that does not read as such stays a text, which the check then refuses.
pub fn from_text(kind: Option<&ParameterKind>, text: &str) -> Json {
    let text_itself = || Json::from(text);
    match kind {
        Some(ParameterKind::Integer { .. } | ParameterKind::Number { .. }) => {
            let number = text.parse::<i64>().map(Json::from).ok();
            number
                .or_else(|| text.parse::<f64>().map(Json::from).ok())
                .unwrap_or_else(text_itself)
        }
        Some(ParameterKind::Toggle { .. }) => match text {
            "true" | "on" | "yes" | "1" => true.into(),
            "false" | "off" | "no" | "0" => false.into(),
            _ => text_itself(),
        },
        Some(ParameterKind::Choice { .. }) | None => text_itself(),
    }
}

/// The default of a parameter as JSON.
pub(crate) fn default(kind: &ParameterKind) -> Json {
    match kind {
        ParameterKind::Integer { default, .. } => (*default).into(),
        ParameterKind::Number { default, .. } => (*default).into(),
        ParameterKind::Toggle { default } => (*default).into(),
        ParameterKind::Choice { default, .. } => default.as_str().into(),
    }
}

/// A value as `--set` and links have it.
pub(crate) fn to_text(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The command that replays a schedule of a request, which has to be complete.
pub(crate) fn replay(entry: &Entry, request: &RunRequest, schedule: &str) -> String {
    let mut command = format!("interleave run {} --scheduler sim", entry.id);
    command.push_str(&settings(entry, request));
    if let Some(procs @ 2..) = request.procs {
        command.push_str(&format!(" --procs {procs}"));
    }
    command.push_str(&format!(" --schedule {schedule}"));
    command
}

/// The command that runs a complete request once more, natively.
pub(crate) fn again(entry: &Entry, request: &RunRequest) -> String {
    let mut command = format!("interleave run {}{}", entry.id, settings(entry, request));
    if let Some(procs) = request.procs {
        command.push_str(&format!(" --procs {procs}"));
    }
    command
}

/// What is set in a request that is not the default.
fn settings(entry: &Entry, request: &RunRequest) -> String {
    let mut settings = String::new();
    for parameter in experiment(entry).params {
        match request.params.get(&parameter.name) {
            Some(value) if *value != default(&parameter.kind) => {
                settings.push_str(&format!(" --set {}={}", parameter.name, to_text(value)));
            }
            _ => {}
        }
    }
    settings
}

/// The first error with its particulars, and the words of all of them.
fn refused(errors: &[ParamError]) -> ApiError {
    let words: Vec<String> = errors.iter().map(ParamError::to_string).collect();
    let message = words.join("; ");
    match errors.first() {
        Some(ParamError::Unknown { name, nearest }) => ApiError {
            field: Some(name.clone()),
            options: nearest.iter().map(|name| (*name).to_owned()).collect(),
            ..ApiError::new(ErrorCode::UnknownParameter, message)
        },
        Some(ParamError::WrongType { name, bounds, .. }) => ApiError {
            field: Some((*name).to_owned()),
            min: bounds.map(|(min, _)| min),
            max: bounds.map(|(_, max)| max),
            ..ApiError::new(ErrorCode::WrongType, message)
        },
        Some(ParamError::OutOfRange { name, min, max, .. }) => ApiError {
            field: Some((*name).to_owned()),
            min: Some(*min),
            max: Some(*max),
            ..ApiError::new(ErrorCode::OutOfRange, message)
        },
        Some(ParamError::NotAnOption { name, options, .. }) => ApiError {
            field: Some((*name).to_owned()),
            options: options.iter().map(|name| (*name).to_owned()).collect(),
            ..ApiError::new(ErrorCode::NotAnOption, message)
        },
        None => ApiError::new(
            ErrorCode::Internal,
            "the experiment refused its parameters without a reason",
        ),
    }
}

/// The names most like the one given, the nearest first; none if none is alike.
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let alike = |name: &&str| strsim::jaro_winkler(given, name);
    let mut names: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (alike(&name), name))
        .filter(|(alike, _)| *alike >= ALIKE)
        .collect();
    names.sort_by(|one, other| other.0.total_cmp(&one.0));
    let names = names.into_iter().take(NEAREST);
    names.map(|(_, name)| name.to_owned()).collect()
}

/// `; did you mean …?`, where there is something to suggest.
pub fn did_you_mean(options: &[String]) -> String {
    match options {
        [] => String::new(),
        names => format!("; did you mean `{}`?", names.join("`, `")),
    }
}
