//! Parameters: a typed struct from which the schema and the check both come.
//!
//! ```text
//! parameters! {
//!     struct Parameters {
//!         capacity: usize = 3, in 0..=1024, unit text("values", "个"),
//!             label text("Capacity", "容量"),
//!             help text("How many values …", "缓冲区里……");
//!         reply: Reply = Reply::Buffered, label …, help …;
//!     }
//! }
//! ```
//!
//! The type of a field decides what it is in a form: an integer or a float with
//! `in` and its bounds, a `bool` or an enum of `choice!` without. Where Rust has
//! another use for the name, `purpose as "use": …` gives it to the field.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::catalogue::Text;

mod error;
mod set;

pub use error::ParamError;
pub(crate) use set::{ParameterSet, Reader, choice, parameters};

/// What was given, by name.
pub type Given = BTreeMap<String, Value>;

/// A value given for a parameter, or its value in a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// On or off.
    Toggle(bool),
    /// A text, such as an option.
    Text(String),
    /// Anything else, as JSON.
    Other(String),
}

/// A parameter of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamSpec {
    /// The name in requests, links and `--set`.
    pub name: &'static str,
    /// What a form calls it.
    pub label: Text,
    /// A sentence that explains it.
    pub help: Text,
    /// The unit, as a symbol or a word, where it has one.
    pub unit: Option<Text>,
    /// Its type, bounds and default.
    pub kind: ParamKind,
}

/// The type, bounds and default of a parameter; bounds are included.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamKind {
    /// A whole number.
    Integer {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
        /// Without a given one.
        default: i64,
    },
    /// A number.
    Number {
        /// The least.
        min: f64,
        /// The most.
        max: f64,
        /// Without a given one.
        default: f64,
    },
    /// On or off.
    Toggle {
        /// Without a given one.
        default: bool,
    },
    /// One of a few.
    Choice {
        /// What there is to choose from.
        options: &'static [ChoiceSpec],
        /// Without a given one.
        default: &'static str,
    },
}

/// An option of a [`ParamKind::Choice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChoiceSpec {
    /// The value in requests and links.
    pub value: &'static str,
    /// What a form calls it.
    pub label: Text,
}

/// A type that a parameter can have.
pub(crate) trait Parameter: Sized {
    /// What bounds it: a range for numbers, nothing for the others.
    type Bounds;

    /// The schema.
    fn kind(default: Self, bounds: Self::Bounds) -> ParamKind;

    /// The value given for the parameter `name`.
    fn read(name: &'static str, given: &Value, bounds: Self::Bounds) -> Result<Self, ParamError>;

    /// The value as it is shown.
    fn value(&self) -> Value;
}

/// The whole number that was given; also a number without a fraction.
fn read_integer(name: &'static str, given: &Value, min: i64, max: i64) -> Result<i64, ParamError> {
    let out_of_range = || ParamError::OutOfRange {
        name,
        min: min as f64,
        max: max as f64,
        given: given.clone(),
    };
    match *given {
        Value::Integer(number) if (min..=max).contains(&number) => Ok(number),
        Value::Integer(_) => Err(out_of_range()),
        // Whole numbers within the bounds of any parameter are exact as f64.
        Value::Number(number) if number.fract() == 0.0 => {
            if (min as f64..=max as f64).contains(&number) {
                Ok(number as i64)
            } else {
                Err(out_of_range())
            }
        }
        _ => {
            let bounds = Some((min as f64, max as f64));
            Err(wrong_type(name, "a whole number", bounds, given))
        }
    }
}

fn wrong_type(
    name: &'static str,
    expected: &'static str,
    bounds: Option<(f64, f64)>,
    given: &Value,
) -> ParamError {
    ParamError::WrongType {
        name,
        expected,
        bounds,
        given: given.clone(),
    }
}

macro_rules! integer_parameter {
    ($($type:ty),+) => {$(
        impl Parameter for $type {
            type Bounds = RangeInclusive<$type>;

            fn kind(default: Self, bounds: Self::Bounds) -> ParamKind {
                ParamKind::Integer {
                    min: *bounds.start() as i64,
                    max: *bounds.end() as i64,
                    default: default as i64,
                }
            }

            fn read(
                name: &'static str,
                given: &Value,
                bounds: Self::Bounds,
            ) -> Result<Self, ParamError> {
                let (min, max) = (*bounds.start() as i64, *bounds.end() as i64);
                read_integer(name, given, min, max).map(|number| number as $type)
            }

            fn value(&self) -> Value {
                Value::Integer(*self as i64)
            }
        }
    )+};
}

integer_parameter!(i64, u64, usize);

impl Parameter for f64 {
    type Bounds = RangeInclusive<f64>;

    fn kind(default: Self, bounds: Self::Bounds) -> ParamKind {
        let (min, max) = bounds.into_inner();
        ParamKind::Number { min, max, default }
    }

    fn read(name: &'static str, given: &Value, bounds: Self::Bounds) -> Result<Self, ParamError> {
        let number = match *given {
            Value::Number(number) => number,
            Value::Integer(number) => number as f64,
            _ => {
                let bounds = Some(bounds.into_inner());
                return Err(wrong_type(name, "a number", bounds, given));
            }
        };
        if bounds.contains(&number) {
            return Ok(number);
        }
        let (min, max) = bounds.into_inner();
        Err(ParamError::OutOfRange {
            name,
            min,
            max,
            given: given.clone(),
        })
    }

    fn value(&self) -> Value {
        Value::Number(*self)
    }
}

impl Parameter for bool {
    type Bounds = ();

    fn kind(default: Self, (): ()) -> ParamKind {
        ParamKind::Toggle { default }
    }

    fn read(name: &'static str, given: &Value, (): ()) -> Result<Self, ParamError> {
        match *given {
            Value::Toggle(on) => Ok(on),
            _ => Err(wrong_type(name, "true or false", None, given)),
        }
    }

    fn value(&self) -> Value {
        Value::Toggle(*self)
    }
}
