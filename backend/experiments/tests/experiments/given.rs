//! What was given is checked against the parameters' own types.

use experiments::{Given, ParamError, Value, find};

/// What is wrong with these parameters of an experiment.
fn errors(id: &str, given: &[(&str, Value)]) -> Vec<ParamError> {
    let given: Given = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    match (find(id).unwrap().prepare)(&given) {
        Ok(_) => Vec::new(),
        Err(errors) => errors,
    }
}

/// The value that the run of `channel-buffered` has for a parameter.
fn accepted(name: &str, value: Value) -> Value {
    let given = Given::from([(name.to_owned(), value)]);
    let program = (find("channel-buffered").unwrap().prepare)(&given).unwrap();
    let found = program.params.into_iter().find(|(is, _)| *is == name);
    found.unwrap().1
}

#[test]
fn bounds_are_included() {
    for capacity in [0, 1024] {
        let capacity = Value::Integer(capacity);
        assert_eq!(accepted("capacity", capacity.clone()), capacity);
    }
    for capacity in [-1, 1025, i64::MIN, i64::MAX] {
        let given = Value::Integer(capacity);
        assert_eq!(
            errors("channel-buffered", &[("capacity", given.clone())]),
            [ParamError::OutOfRange {
                name: "capacity",
                min: 0.0,
                max: 1024.0,
                given
            }]
        );
    }
}

#[test]
fn whole_numbers_and_numbers_stand_for_each_other() {
    assert_eq!(accepted("capacity", Value::Number(7.0)), Value::Integer(7));
    assert_eq!(
        accepted("time_scale", Value::Integer(1)),
        Value::Number(1.0)
    );
    let half = Value::Number(0.5);
    assert_eq!(
        errors("channel-buffered", &[("capacity", half.clone())]),
        [ParamError::WrongType {
            name: "capacity",
            expected: "a whole number",
            bounds: Some((0.0, 1024.0)),
            given: half
        }]
    );
}

#[test]
fn what_is_no_number_is_refused() {
    for given in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, 1e300] {
        let errors = errors("channel-buffered", &[("time_scale", Value::Number(given))]);
        assert!(
            matches!(errors[..], [ParamError::OutOfRange { min: 0.01, .. }]),
            "{given}: {errors:?}"
        );
    }
    for given in [f64::NAN, f64::INFINITY, 1e300] {
        let given = Value::Number(given);
        assert_eq!(errors("channel-buffered", &[("capacity", given)]).len(), 1);
    }
}

#[test]
fn other_types_are_refused() {
    let given = [
        Value::Text("many".to_owned()),
        Value::Toggle(true),
        Value::Other("[3]".to_owned()),
    ];
    for given in given {
        let wrong = |name, expected, bounds| ParamError::WrongType {
            name,
            expected,
            bounds: Some(bounds),
            given: given.clone(),
        };
        assert_eq!(
            errors("channel-buffered", &[("capacity", given.clone())]),
            [wrong("capacity", "a whole number", (0.0, 1024.0))]
        );
        assert_eq!(
            errors("channel-buffered", &[("time_scale", given.clone())]),
            [wrong("time_scale", "a number", (0.01, 1.0))]
        );
    }
    let given = Value::Integer(1);
    assert_eq!(
        errors("scheduler", &[("hog", given.clone())]),
        [ParamError::WrongType {
            name: "hog",
            expected: "true or false",
            bounds: None,
            given
        }]
    );
}

#[test]
fn options_are_named() {
    for given in [Value::Text("Buffered".to_owned()), Value::Integer(1)] {
        assert_eq!(
            errors("select-timeout", &[("reply", given.clone())]),
            [ParamError::NotAnOption {
                name: "reply",
                options: vec!["buffered", "unbuffered"],
                given
            }]
        );
    }
    let given = Value::Text("unbuffered".to_owned());
    assert_eq!(errors("select-timeout", &[("reply", given)]), []);
}

#[test]
fn an_unknown_name_gets_the_nearest() {
    let errors = errors("worker-pool", &[("worker", Value::Integer(1))]);
    let [ParamError::Unknown { name, nearest }] = &errors[..] else {
        panic!("{errors:?}");
    };
    assert_eq!(name, "worker");
    assert_eq!(nearest[0], "workers");
    assert_eq!(nearest.len(), 8, "all names: {nearest:?}");
}

#[test]
fn everything_wrong_is_told_at_once_and_in_words() {
    let errors = errors(
        "channel-buffered",
        &[
            ("capacity", Value::Integer(5000)),
            ("time_scale", Value::Text("fast".to_owned())),
            ("capasity", Value::Integer(1)),
        ],
    );
    let words: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "there is no parameter `capasity`; did you mean `capacity`?",
            "`capacity` must be from 0 to 1024, not 5000",
            "`time_scale` must be a number from 0.01 to 1, not \"fast\"",
        ]
    );
}
