//! The values of a form, checked against the experiment's schema.
//!
//! A field holds text, as it was typed or as it stood in a link, also when that
//! is no value: what is wrong is said beside it, and nothing is lost. The
//! server checks again; its word is the last.

use protocol::packed::PackedError;
use protocol::{Parameter, ParameterKind};

use crate::json::Json;

/// The field for the number of processors, which every run has.
pub const PROCS: &str = "procs";
/// A slider with more steps than it has pixels helps nobody.
const MAX_SLIDER_STEPS: f64 = 200.0;

/// One field of the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name, words, type, bounds and default.
    pub parameter: Parameter,
    /// Whether it may be empty; then the server decides.
    pub optional: bool,
}

/// What is wrong with a field's text.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// No whole number.
    NotWhole { min: f64, max: f64 },
    /// No number.
    NotNumber { min: f64, max: f64 },
    /// A number out of its bounds.
    OutOfRange { min: f64, max: f64 },
    /// Neither `true` nor `false`.
    NotToggle,
    /// None of these.
    NotAnOption { options: Vec<String> },
    /// The server refused it.
    Refused(Box<PackedError>),
}

/// The bounds of a slider beside a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slider {
    /// Its left end.
    pub min: f64,
    /// Its right end.
    pub max: f64,
    /// From one value to the next.
    pub step: f64,
}

impl Field {
    /// The field of a parameter.
    pub fn new(parameter: Parameter) -> Field {
        Field {
            parameter,
            optional: false,
        }
    }

    /// Its text to begin with.
    pub fn default_text(&self) -> String {
        if self.optional {
            return String::new();
        }
        match &self.parameter.kind {
            ParameterKind::Integer { default, .. } => default.to_string(),
            ParameterKind::Number { default, .. } => default.to_string(),
            ParameterKind::Toggle { default } => default.to_string(),
            ParameterKind::Choice { default, .. } => default.clone(),
        }
    }

    /// The value of a text; `None` if it is left to the server.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&self, text: &str) -> Result<Option<Json>, Fault> {
        let text = text.trim();
        if text.is_empty() && self.optional {
            return Ok(None);
        }
        let value = match &self.parameter.kind {
            &ParameterKind::Integer { min, max, .. } => {
                let (low, high) = (min as f64, max as f64);
                let number: i64 = text.parse().map_err(|_| match text.parse::<f64>() {
                    Ok(number) if number < low || number > high => Fault::OutOfRange {
                        min: low,
                        max: high,
                    },
                    _ => Fault::NotWhole {
                        min: low,
                        max: high,
                    },
                })?;
                if !(min..=max).contains(&number) {
                    return Err(Fault::OutOfRange {
                        min: low,
                        max: high,
                    });
                }
                Json::Whole(number)
            }
            &ParameterKind::Number { min, max, .. } => {
                let number: f64 = text
                    .parse()
                    .ok()
                    .filter(|number: &f64| number.is_finite())
                    .ok_or(Fault::NotNumber { min, max })?;
                if !(min..=max).contains(&number) {
                    return Err(Fault::OutOfRange { min, max });
                }
                Json::Number(number)
            }
            ParameterKind::Toggle { .. } => match text {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                _ => return Err(Fault::NotToggle),
            },
            ParameterKind::Choice { options, .. } => {
                if !options.iter().any(|option| option.value == text) {
                    return Err(Fault::NotAnOption {
                        options: options.iter().map(|option| option.value.clone()).collect(),
                    });
                }
                Json::text(text)
            }
        };
        Ok(Some(value))
    }

    /// Whether a text differs from the default in more than its writing.
    pub fn is_changed(&self, text: &str) -> bool {
        let default = self.default_text();
        text != default && self.read(text).ok() != self.read(&default).ok()
    }

    /// The slider that helps with this field, if one does.
    pub fn slider(&self) -> Option<Slider> {
        if self.optional {
            return None;
        }
        let slider = match self.parameter.kind {
            ParameterKind::Integer { min, max, .. } => {
                let (min, max) = (min as f64, max as f64);
                let step = round_step((max - min) / MAX_SLIDER_STEPS).max(1.0);
                Slider { min, max, step }
            }
            ParameterKind::Number { min, max, .. } => {
                let step = round_step((max - min) / MAX_SLIDER_STEPS);
                Slider { min, max, step }
            }
            ParameterKind::Toggle { .. } | ParameterKind::Choice { .. } => return None,
        };
        (slider.max > slider.min && slider.step.is_finite()).then_some(slider)
    }

    /// The text of a place on the slider: the ends are exact, and what lies
    /// between them is a round number.
    pub fn on_slider(&self, at: f64) -> Option<String> {
        let slider = self.slider()?;
        let round = (at / slider.step).round() * slider.step;
        let round = match at {
            _ if at <= slider.min => slider.min,
            _ if at >= slider.max => slider.max,
            _ => round.clamp(slider.min, slider.max),
        };
        Some(tidy(round))
    }

    /// The text that an arrow key leads to, `steps` up or down.
    pub fn stepped(&self, text: &str, steps: i64) -> Option<String> {
        match self.parameter.kind {
            ParameterKind::Integer { min, max, default } => {
                let number = match text.trim().parse::<i64>() {
                    Ok(number) => number.saturating_add(steps),
                    Err(_) => default,
                };
                Some(number.clamp(min, max).to_string())
            }
            ParameterKind::Number { min, max, default } => {
                let step = self.slider()?.step;
                let number = match text.trim().parse::<f64>() {
                    Ok(number) => ((number / step).round() + steps as f64) * step,
                    Err(_) => default,
                };
                Some(tidy(number.clamp(min, max)))
            }
            ParameterKind::Toggle { .. } | ParameterKind::Choice { .. } => None,
        }
    }
}

/// A run that is asked for: `POST /api/runs`, as far as the page sets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The experiment's id.
    pub experiment: String,
    /// Its parameters.
    pub params: Vec<(String, Json)>,
    /// The number of processors; `None` leaves it to the server.
    pub procs: Option<u16>,
    /// What each task does, for experiments that take it.
    pub task_body: Option<String>,
}

impl Request {
    /// As it is sent.
    pub fn write(&self) -> String {
        let mut fields = vec![
            ("experiment".to_owned(), Json::text(&self.experiment)),
            ("params".to_owned(), Json::Fields(self.params.clone())),
        ];
        if let Some(procs) = self.procs {
            fields.push(("procs".to_owned(), Json::Whole(procs.into())));
        }
        if let Some(body) = &self.task_body {
            fields.push(("task_body".to_owned(), Json::text(body)));
        }
        Json::Fields(fields).write()
    }
}

/// What the run is asked to be.
///
/// # Errors
/// The fields that are wrong, by their place in `fields`.
pub fn request(
    experiment: &str,
    fields: &[(&Field, String)],
) -> Result<Request, Vec<(usize, Fault)>> {
    let mut request = Request {
        experiment: experiment.into(),
        params: Vec::new(),
        procs: None,
        task_body: None,
    };
    let mut faults = Vec::new();
    for (index, (field, text)) in fields.iter().enumerate() {
        match field.read(text) {
            Err(fault) => faults.push((index, fault)),
            Ok(None) => {}
            Ok(Some(Json::Whole(procs))) if field.parameter.name == PROCS => {
                request.procs = u16::try_from(procs).ok();
            }
            Ok(Some(value)) => request.params.push((field.parameter.name.clone(), value)),
        }
    }
    if faults.is_empty() {
        Ok(request)
    } else {
        Err(faults)
    }
}

/// A number without the noise of its binary form: `0.30000000000000004` is 0.3.
fn tidy(number: f64) -> String {
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The next 1, 2 or 5 times a power of ten that is not below `step`.
fn round_step(step: f64) -> f64 {
    if step <= 0.0 {
        return f64::NAN;
    }
    let power = 10f64.powf(step.log10().floor());
    for factor in [1.0, 2.0, 5.0] {
        // A hair of tolerance: 0.005 must not become 0.01.
        if power * factor >= step * 0.999 {
            return power * factor;
        }
    }
    power * 10.0
}

#[cfg(test)]
mod tests;
