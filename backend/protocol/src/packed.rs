//! An answer of the server in postcard: what the page asks for in place of JSON.
//!
//! JSON is for people and for other programs. To read it, the page would carry
//! code for every field of every type, ten times as much as for postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;

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
    fn bytes_of_something_else_are_refused() {
        assert!(unpack::<Parameter>(&[200, 1, 7]).is_err());
    }
}
