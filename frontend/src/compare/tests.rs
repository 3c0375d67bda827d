//! Two made-up runs side by side.

use protocol::run::{BlockedTotal, Scheduler, Waiting};
use protocol::{Frame, Limits, Outcome, Parameter, Text};

use super::*;
use crate::curve::drawn::tests::swept;

fn both(text: &str) -> Text {
    Text {
        en: text.into(),
        zh: text.into(),
    }
}

fn side(params: &[(&str, &str)], rate: f64, elapsed_ns: u64, slept_ns: Option<u64>) -> Side {
    let params = params
        .iter()
        .map(|(name, json)| ((*name).into(), (*json).into()));
    let header = RunHeader {
        version: protocol::VERSION,
        experiment: "x".into(),
        params: params.collect(),
        scheduler: Scheduler::Native,
        seed: elapsed_ns,
        procs: 2,
        machine_procs: 2,
        debug_build: false,
        limits: Limits::default(),
    };
    let mut end = RunEnd::of(Outcome::Completed {
        leaked: Vec::<Waiting>::new(),
    });
    end.elapsed_ns = elapsed_ns;
    end.metrics.insert("rate".into(), rate);
    end.totals.blocked = slept_ns
        .map(|ns| BlockedTotal {
            reason: Reason::Sleep,
            count: 1,
            ns,
        })
        .into_iter()
        .collect();
    Side { header, end }
}

fn lesson() -> Lesson {
    let (mut lesson, _) = swept();
    lesson.experiment.params = vec![
        Parameter {
            name: "workers".into(),
            label: both("Workers"),
            help: both(""),
            unit: Some(both("pcs")),
            kind: ParameterKind::Integer {
                min: 1,
                max: 9,
                default: 1,
            },
        },
        Parameter {
            name: "mended".into(),
            label: both("Mended"),
            help: both(""),
            unit: None,
            kind: ParameterKind::Toggle { default: false },
        },
    ];
    lesson
}

/// The cells of the row of a figure, without their markup.
fn cells(html: &str, figure: &str) -> Vec<String> {
    let row = html
        .split("<tr ")
        .find(|row| row.starts_with(&format!("data-figure=\"{figure}\"")))
        .unwrap_or_else(|| panic!("no {figure} in {html}"));
    row.split("<td")
        .skip(1)
        .map(|cell| {
            let from = cell.find('>').expect("a cell") + 1;
            cell[from..cell.find("</td>").expect("its end")].to_owned()
        })
        .collect()
}

#[test]
fn figures_stand_side_by_side_with_how_they_differ() {
    let one = side(&[("workers", "1")], 100.0, 320_000, None);
    let other = side(&[("workers", "4")], 320.0, 100_000, Some(7));
    let html = table(Lang::En, &lesson(), &one, &other);
    assert_eq!(
        cells(&html, "rate"),
        [
            "100\u{2009}tasks/s",
            "320\u{2009}tasks/s",
            "3.2 times as much"
        ]
    );
    assert_eq!(
        cells(&html, "elapsed"),
        ["320\u{2009}µs", "100\u{2009}µs", "3.2 times less"]
    );
    assert_eq!(cells(&html, "steals")[2], "the same");
    // One of the two did not sleep at all: there is no ratio to nothing.
    assert_eq!(cells(&html, "sleep"), ["0\u{2009}ns", "7\u{2009}ns", "–"]);
    let back = table(Lang::Zh, &lesson(), &other, &one);
    assert_eq!(cells(&back, "rate")[2], "1/3.2");
}

#[test]
fn only_parameters_that_differ_are_listed_in_the_words_of_the_form() {
    let one = side(&[("mended", "false"), ("workers", "1")], 1.0, 1, None);
    let other = side(&[("mended", "true"), ("workers", "1")], 1.0, 1, None);
    let html = table(Lang::En, &lesson(), &one, &other);
    assert_eq!(cells(&html, "mended"), ["off", "on"]);
    assert!(!html.contains("data-figure=\"workers\""), "{html}");
    let same = table(Lang::En, &lesson(), &one, &one);
    assert!(same.contains("the same parameters"), "{same}");
    let mut procs = other.clone();
    procs.header.procs = 8;
    let html = table(Lang::En, &lesson(), &one, &procs);
    assert_eq!(cells(&html, "procs"), ["2", "8"]);
}

#[test]
fn figures_within_each_others_spread_are_about_the_same() {
    let measured = |value, spread| Measured { value, spread };
    let wide = measured(2.0, Some((1.0, 4.0)));
    let plain = |value| measured(value, None);
    let about = Lang::En.say(Key::AboutTheSame);
    assert_eq!(ratio(Lang::En, &wide, &plain(3.9)), about);
    assert_eq!(ratio(Lang::En, &plain(3.9), &wide), about);
    assert_eq!(ratio(Lang::En, &plain(100.0), &plain(110.0)), about);
    assert_eq!(ratio(Lang::En, &plain(5.0), &plain(5.0)), "the same");
    assert_eq!(ratio(Lang::En, &wide, &plain(5.0)), "2.5 times as much");
}

#[test]
fn a_run_has_a_side_once_it_has_ended() {
    let Side { header, end } = side(&[], 1.0, 1, None);
    let mut model = Model::new();
    assert_eq!(Side::of(&model), None);
    model.apply(&Frame::Header(Box::new(header.clone())));
    assert_eq!(Side::of(&model), None);
    model.apply(&Frame::End(Box::new(end.clone())));
    assert_eq!(Side::of(&model), Some(Side { header, end }));
}
