use protocol::Text;
use protocol::catalogue::ChoiceOption;

use super::*;

fn text(word: &str) -> Text {
    Text {
        en: word.into(),
        zh: word.into(),
    }
}

fn field(name: &str, kind: ParameterKind) -> Field {
    Field::new(Parameter {
        name: name.into(),
        label: text(name),
        help: text(name),
        unit: None,
        kind,
    })
}

fn capacity() -> Field {
    let kind = ParameterKind::Integer {
        min: 0,
        max: 16,
        default: 3,
    };
    field("capacity", kind)
}

fn scale() -> Field {
    let kind = ParameterKind::Number {
        min: 0.01,
        max: 1.0,
        default: 0.1,
    };
    field("time_scale", kind)
}

fn policy() -> Field {
    let options = ["block", "drop"].map(|value| ChoiceOption {
        value: value.into(),
        label: text(value),
    });
    let kind = ParameterKind::Choice {
        options: options.into(),
        default: "block".into(),
    };
    field("policy", kind)
}

#[test]
fn whole_numbers_keep_their_bounds() {
    let field = capacity();
    assert_eq!(field.read("0"), Ok(Some(Json::Whole(0))));
    assert_eq!(field.read(" 16 "), Ok(Some(Json::Whole(16))));
    let out = Err(Fault::OutOfRange {
        min: 0.0,
        max: 16.0,
    });
    assert_eq!(field.read("17"), out);
    assert_eq!(field.read("-1"), out);
    assert_eq!(field.read("99999999999999999999"), out);
    let not_whole = Err(Fault::NotWhole {
        min: 0.0,
        max: 16.0,
    });
    for text in ["", "abc", "1.5", "3 4", "NaN"] {
        assert_eq!(field.read(text), not_whole, "{text}");
    }
}

#[test]
fn numbers_toggles_and_choices() {
    assert_eq!(scale().read("0.25"), Ok(Some(Json::Number(0.25))));
    assert!(matches!(scale().read("2"), Err(Fault::OutOfRange { .. })));
    assert!(matches!(scale().read("inf"), Err(Fault::NotNumber { .. })));
    let hog = field("hog", ParameterKind::Toggle { default: false });
    assert_eq!(hog.read("true"), Ok(Some(Json::Bool(true))));
    assert_eq!(hog.read("yes"), Err(Fault::NotToggle));
    assert_eq!(policy().read("drop"), Ok(Some(Json::text("drop"))));
    assert_eq!(
        policy().read("lose"),
        Err(Fault::NotAnOption {
            options: vec!["block".into(), "drop".into()]
        })
    );
}

#[test]
fn only_another_value_is_a_change() {
    assert!(!capacity().is_changed("3"));
    assert!(!capacity().is_changed(" 03"));
    assert!(capacity().is_changed("0"));
    assert!(capacity().is_changed("abc"));
    assert!(!scale().is_changed("0.10"));
}

#[test]
fn an_optional_field_may_be_empty() {
    let mut procs = field(
        PROCS,
        ParameterKind::Integer {
            min: 1,
            max: 64,
            default: 1,
        },
    );
    procs.optional = true;
    assert_eq!(procs.default_text(), "");
    assert_eq!(procs.read(""), Ok(None));
    assert!(procs.is_changed("1"));
    let request = request("scheduler", &[(&procs, "4".into())]).unwrap();
    assert_eq!(request.procs, Some(4));
    assert!(request.write().contains("\"procs\":4"));
    assert!(request.params.is_empty());
}

#[test]
fn a_request_has_every_value_or_names_every_fault() {
    let (capacity, scale) = (capacity(), scale());
    let good = request(
        "channel-buffered",
        &[(&capacity, "0".into()), (&scale, "1".into())],
    )
    .unwrap();
    let sent: serde_json::Value = serde_json::from_str(&good.write()).unwrap();
    let meant = serde_json::json!({
        "experiment": "channel-buffered",
        "params": {"capacity": 0, "time_scale": 1},
    });
    assert_eq!(sent, meant);
    let bad = request(
        "channel-buffered",
        &[(&capacity, "x".into()), (&scale, "9".into())],
    );
    let places: Vec<usize> = bad.unwrap_err().into_iter().map(|(at, _)| at).collect();
    assert_eq!(places, [0, 1]);
}

#[test]
fn sliders_step_in_round_numbers() {
    let step = |min, max, default| {
        let kind = ParameterKind::Integer { min, max, default };
        field("n", kind).slider().map(|slider| slider.step)
    };
    assert_eq!(step(0, 16, 3), Some(1.0));
    assert_eq!(step(0, 1024, 3), Some(10.0));
    assert_eq!(step(0, 100_000, 3), Some(500.0));
    assert_eq!(step(4, 4, 4), None);
    assert_eq!(scale().slider().unwrap().step, 0.005);
}

#[test]
fn the_slider_leads_to_round_numbers_and_exact_ends() {
    assert_eq!(scale().on_slider(0.01).as_deref(), Some("0.01"));
    assert_eq!(scale().on_slider(0.3021).as_deref(), Some("0.3"));
    assert_eq!(scale().on_slider(1.0).as_deref(), Some("1"));
    assert_eq!(capacity().on_slider(7.6).as_deref(), Some("8"));
    assert_eq!(policy().on_slider(1.0), None);
}

#[test]
fn arrow_keys_stay_within_the_bounds() {
    assert_eq!(capacity().stepped("3", 1).as_deref(), Some("4"));
    assert_eq!(capacity().stepped("16", 1).as_deref(), Some("16"));
    assert_eq!(capacity().stepped("abc", 1).as_deref(), Some("3"));
    assert_eq!(scale().stepped("0.1", 2).as_deref(), Some("0.11"));
    assert_eq!(scale().stepped("0.01", -1).as_deref(), Some("0.01"));
    assert_eq!(policy().stepped("block", 1), None);
}
