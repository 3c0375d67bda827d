//! What can be wrong with a parameter.

use std::fmt;

use super::Value;

/// What is wrong with a parameter that was given.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamError {
    /// There is no parameter of this name.
    Unknown {
        /// The name given.
        name: String,
        /// The names that there are, nearest first.
        nearest: Vec<&'static str>,
    },
    /// The parameter is of another type.
    WrongType {
        /// The parameter.
        name: &'static str,
        /// What it should be, in words.
        expected: &'static str,
        /// The least and the most, of a number.
        bounds: Option<(f64, f64)>,
        /// What was given.
        given: Value,
    },
    /// The parameter is out of its bounds, which are included.
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// The least.
        min: f64,
        /// The most.
        max: f64,
        /// What was given.
        given: Value,
    },
    /// None of the options.
    NotAnOption {
        /// The parameter.
        name: &'static str,
        /// What there is to choose from.
        options: Vec<&'static str>,
        /// What was given.
        given: Value,
    },
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParamError::Unknown { name, nearest } => {
                write!(f, "there is no parameter `{name}`")?;
                match nearest.first() {
                    Some(first) => write!(f, "; did you mean `{first}`?"),
                    None => write!(f, "; this experiment has none"),
                }
            }
            ParamError::WrongType {
                name,
                expected,
                bounds,
                given,
            } => {
                write!(f, "`{name}` must be {expected}")?;
                if let Some((min, max)) = bounds {
                    write!(f, " from {min} to {max}")?;
                }
                write!(f, ", not {given}")
            }
            ParamError::OutOfRange {
                name,
                min,
                max,
                given,
            } => write!(f, "`{name}` must be from {min} to {max}, not {given}"),
            ParamError::NotAnOption {
                name,
                options,
                given,
            } => write!(
                f,
                "`{name}` must be one of {}, not {given}",
                options.join(", ")
            ),
        }
    }
}

impl std::error::Error for ParamError {}

impl fmt::Display for Value {
    /// As JSON has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Integer(number) => write!(f, "{number}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Toggle(on) => write!(f, "{on}"),
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Other(json) => f.write_str(json),
        }
    }
}
