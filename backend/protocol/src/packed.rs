//! An answer of the server in postcard: what the page asks for in place of JSON.
//!
//! JSON is for people and for other programs. To read it, the page would carry
//! code for every field of every type, ten times as much as for postcard.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{ErrorCode, Limits};

/// The media type of such an answer.
pub const MEDIA_TYPE: &str = "application/vnd.interleave.postcard";

/// The bytes of an answer.
pub fn pack<T: Serialize>(answer: &T) -> Vec<u8> {
    postcard::to_stdvec(answer).expect("no type of the wire fails to serialise")
}

/// The answer in these bytes.
///
/// # Errors
/// In which way they are none of a `T`.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    postcard::from_bytes(bytes).map_err(|error| error.to_string())
}

/// What of an error the page shows: the fields of `ApiError`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackedError {
    /// What is wrong, for a program.
    pub code: ErrorCode,
    /// What is wrong and how to mend it, in English, for a person.
    pub message: String,
    /// The field or parameter at fault.
    pub field: Option<String>,
    /// What was given, as one would type it.
    pub given: Option<String>,
    /// The least that is allowed.
    pub min: Option<f64>,
    /// The most that is allowed.
    pub max: Option<f64>,
    /// What would have been allowed, or the names nearest to the one given.
    pub options: Vec<String>,
}

impl PackedError {
    /// An error without particulars.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        PackedError {
            code,
            message: message.into(),
            field: None,
            given: None,
            min: None,
            max: None,
            options: Vec::new(),
        }
    }
}

#[cfg(feature = "json")]
impl From<&crate::ApiError> for PackedError {
    fn from(error: &crate::ApiError) -> Self {
        let given = error.given.as_ref().map(|given| match given {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        PackedError {
            code: error.code,
            message: error.message.clone(),
            field: error.field.clone(),
            given,
            min: error.min,
            max: error.max,
            options: error.options.clone(),
        }
    }
}

/// What of `GET /api/runs/{id}` the page reads: the figures of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Those of its end; `None` while it has not ended.
    pub metrics: Option<BTreeMap<String, f64>>,
}

/// What of `GET /api/health` the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// The version of the protocol that the server speaks.
    pub protocol: u16,
    /// Whether it is a debug build, whose timings say little.
    pub debug_build: bool,
    /// The limits of a run.
    pub limits: Limits,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Parameter, ParameterKind, Text};

    #[test]
    fn a_parameter_is_the_same_in_both_forms() {
        let words = |word: &str| Text {
            en: word.into(),
            zh: word.into(),
        };
        for kind in [
            ParameterKind::Toggle { default: true },
            ParameterKind::Integer {
                min: -1,
                max: 9,
                default: 3,
            },
        ] {
            let parameter = Parameter {
                name: "capacity".into(),
                label: words("Capacity"),
                help: words("Room."),
                unit: None,
                kind,
            };
            assert_eq!(unpack(&pack(&parameter)).as_ref(), Ok(&parameter));
            let json = serde_json::to_string(&parameter).unwrap();
            assert_eq!(serde_json::from_str::<Parameter>(&json).unwrap(), parameter);
        }
    }

    #[test]
    #[cfg(feature = "json")]
    fn an_error_has_what_was_given_as_one_would_type_it() {
        use crate::ApiError;
        let of = |given: serde_json::Value| {
            let error = ApiError {
                given: Some(given),
                ..ApiError::new(ErrorCode::WrongType, "capacity must be a whole number")
            };
            let packed = PackedError::from(&error);
            assert_eq!(unpack(&pack(&packed)).as_ref(), Ok(&packed));
            packed.given.unwrap()
        };
        assert_eq!(of("ten".into()), "ten");
        assert_eq!(of(1.5.into()), "1.5");
        assert_eq!(of(vec![1, 2].into()), "[1,2]");
    }

    #[test]
    fn bytes_of_something_else_are_refused() {
        assert!(unpack::<Parameter>(&[200, 1, 7]).is_err());
    }
}
