//! What may go wrong between the page and the server, and the words for it:
//! what, where, and the mend.

use protocol::ErrorCode;
use protocol::packed::PackedError;

use crate::form::Fault;
use crate::i18n::{Key, Lang};

/// Why something that was asked of the server is not there.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The server said no, and why.
    Refused(Box<PackedError>),
    /// Nobody answered. `detail` is the browser's own word.
    Unreachable { detail: String },
    /// What came is not what this page understands.
    Unreadable { detail: String },
    /// The runner speaks another version of the protocol.
    Version { theirs: u16 },
    /// The server does not know the run any more.
    Gone,
    /// The connection was lost, and did not come back.
    Lost,
    /// Fields of the form are wrong; these are their labels in both languages.
    Fields { labels: Vec<protocol::Text> },
}

/// A trouble in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is wrong, and where.
    pub what: String,
    /// How to mend it, where the first line does not say so already.
    pub mend: Option<String>,
    /// A detail for whoever reports it.
    pub detail: Option<String>,
}

impl Trouble {
    /// The trouble in words.
    pub fn words(&self, lang: Lang) -> Words {
        let say = |what: Key, mend: Key, detail: Option<&String>| Words {
            what: lang.say(what).into(),
            mend: Some(lang.say(mend).into()),
            detail: detail.filter(|detail| !detail.is_empty()).cloned(),
        };
        match self {
            Trouble::Refused(error) => Words {
                what: refusal(lang, error),
                mend: None,
                detail: None,
            },
            Trouble::Unreachable { detail } => say(
                Key::TroubleUnreachable,
                Key::TroubleUnreachableMend,
                Some(detail),
            ),
            Trouble::Unreadable { detail } => say(
                Key::TroubleUnreadable,
                Key::TroubleUnreadableMend,
                Some(detail),
            ),
            Trouble::Version { theirs } => Words {
                what: lang.fill(
                    Key::TroubleVersion,
                    &[
                        ("page", &protocol::VERSION.to_string()),
                        ("server", &theirs.to_string()),
                    ],
                ),
                mend: Some(lang.say(Key::TroubleVersionMend).into()),
                detail: None,
            },
            Trouble::Gone => say(Key::TroubleGone, Key::TroubleGoneMend, None),
            Trouble::Lost => say(Key::TroubleLost, Key::TroubleLostMend, None),
            Trouble::Fields { labels } => {
                let names: Vec<&str> = labels.iter().map(|label| lang.pick(label)).collect();
                Words {
                    what: lang.fill(Key::FaultFields, &[("names", &names.join(lang.comma()))]),
                    mend: None,
                    detail: None,
                }
            }
        }
    }
}

/// A refusal of the server, in the reader's language where its fields say
/// enough; its own English words where only they do.
pub fn refusal(lang: Lang, error: &PackedError) -> String {
    let key = match error.code {
        ErrorCode::UnknownParameter => Key::ErrorUnknownParameter,
        ErrorCode::WrongType => Key::ErrorWrongType,
        ErrorCode::OutOfRange => Key::ErrorOutOfRange,
        ErrorCode::NotAnOption => Key::ErrorNotAnOption,
        ErrorCode::UnknownExperiment => Key::ErrorUnknownExperiment,
        ErrorCode::UnknownLesson => Key::ErrorUnknownLesson,
        ErrorCode::UnknownRun => Key::ErrorUnknownRun,
        ErrorCode::UnknownRoute | ErrorCode::WrongMethod => Key::ErrorUnknownRoute,
        ErrorCode::TooLarge => Key::ErrorTooLarge,
        ErrorCode::TooManyRuns => Key::ErrorTooManyRuns,
        ErrorCode::NotAvailable => Key::ErrorNotAvailable,
        ErrorCode::QueueFull => Key::ErrorQueueFull,
        ErrorCode::Internal => Key::ErrorInternal,
        ErrorCode::MalformedJson | ErrorCode::InvalidRequest => Key::ErrorMalformed,
    };
    let bound = |bound: Option<f64>| bound.map(bound_text).unwrap_or_else(|| "–".into());
    let (min, max) = (bound(error.min), bound(error.max));
    let options = if error.options.is_empty() {
        "–".into()
    } else {
        error.options.join(lang.comma())
    };
    lang.fill(
        key,
        &[
            ("field", error.field.as_deref().unwrap_or("–")),
            ("given", error.given.as_deref().unwrap_or("–")),
            ("min", &min),
            ("max", &max),
            ("options", &options),
            // Last: its own words may hold anything, also braces.
            ("message", &error.message),
        ],
    )
}

impl Fault {
    /// What is wrong with the field, in words that stand beside it.
    pub fn words(&self, lang: Lang) -> String {
        let bounds = |key, min: f64, max: f64| {
            let (min, max) = (bound_text(min), bound_text(max));
            lang.fill(key, &[("min", &min), ("max", &max)])
        };
        match self {
            &Fault::NotWhole { min, max } => bounds(Key::FaultNotWhole, min, max),
            &Fault::NotNumber { min, max } => bounds(Key::FaultNotNumber, min, max),
            &Fault::OutOfRange { min, max } => bounds(Key::FaultOutOfRange, min, max),
            Fault::NotToggle => lang.say(Key::FaultNotToggle).into(),
            Fault::NotAnOption { options } => lang.fill(
                Key::FaultNotAnOption,
                &[("options", &options.join(lang.comma()))],
            ),
            Fault::Refused(error) => refusal(lang, error),
        }
    }
}

/// A bound as the reader would type it: all its figures, in groups of three.
pub fn bound_text(bound: f64) -> String {
    if bound.fract() == 0.0 && bound.abs() < 1e15 {
        crate::figures::whole(bound as i64)
    } else {
        bound.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out_of_range() -> PackedError {
        PackedError {
            field: Some("capacity".into()),
            given: Some("99999".into()),
            min: Some(0.0),
            max: Some(1024.0),
            ..PackedError::new(ErrorCode::OutOfRange, "capacity must be from 0 to 1024")
        }
    }

    #[test]
    fn a_refusal_names_the_field_its_bounds_and_what_was_given() {
        assert_eq!(
            refusal(Lang::En, &out_of_range()),
            "capacity: 99999 is not from 0 to 1,024"
        );
        assert_eq!(
            refusal(Lang::Zh, &out_of_range()),
            "capacity：99999 不在 0 至 1,024 之间"
        );
    }

    #[test]
    fn what_the_fields_do_not_say_the_message_says() {
        let error = PackedError::new(ErrorCode::MalformedJson, "line 1, column 3: expected {");
        assert_eq!(
            refusal(Lang::En, &error),
            "The server refused the request: line 1, column 3: expected {"
        );
    }

    #[test]
    fn every_trouble_says_what_and_mend_without_gaps() {
        let troubles = [
            Trouble::Refused(Box::new(out_of_range())),
            Trouble::Unreachable {
                detail: "refused".into(),
            },
            Trouble::Unreadable {
                detail: String::new(),
            },
            Trouble::Version { theirs: 9 },
            Trouble::Gone,
            Trouble::Lost,
            Trouble::Fields { labels: vec![] },
        ];
        for trouble in troubles {
            for lang in Lang::ALL {
                let words = trouble.words(lang);
                assert!(!words.what.contains('{'), "{words:?}");
                assert_ne!(words.detail.as_deref(), Some(""), "{words:?}");
            }
        }
    }

    #[test]
    fn bounds_keep_their_figures() {
        assert_eq!(bound_text(0.01), "0.01");
        assert_eq!(bound_text(100_000.0), "100,000");
        assert_eq!(bound_text(1024.0), "1,024");
    }
}
