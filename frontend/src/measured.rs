//! A figure as a run measured it: in words, with its spread where it has one,
//! and beside a figure of the book.

use std::collections::BTreeMap;

use protocol::Metric;

use crate::figures::{THIN_SPACE, ratio, significant};
use crate::i18n::{Key, Lang};

/// Two figures that differ by less than this factor are about the same: other
/// machines, and the same one on another day, differ by as much.
pub const ABOUT_THE_SAME: f64 = 1.15;

/// A figure of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The figure, a median where there is a spread.
    pub value: f64,
    /// The least and the most of the rounds.
    pub spread: Option<(f64, f64)>,
}

impl Measured {
    /// What a run says of a metric; `None` if it did not come to it.
    pub fn of(metric: &Metric, metrics: &BTreeMap<String, f64>) -> Option<Measured> {
        let value = *metrics.get(&metric.name)?;
        let end = |end: &str| metrics.get(&format!("{}_{end}", metric.name)).copied();
        let spread = metric.spread.then(|| Some((end("low")?, end("high")?)));
        Some(Measured {
            value,
            spread: spread.flatten(),
        })
    }

    /// The figure with its unit and its spread: `1.24 µs, 1.1–1.6`.
    pub fn words(&self, lang: Lang, metric: &Metric) -> String {
        let value = value_words(lang, metric, self.value);
        format!("{value}{}", self.spread_words(lang))
    }

    /// What stands after the figure: a comma and its spread, or nothing.
    pub fn spread_words(&self, lang: Lang) -> String {
        let comma = match lang {
            Lang::En => ", ",
            Lang::Zh => "，",
        };
        match self.spread {
            Some((low, high)) => format!("{comma}{}", range_words(low, high)),
            None => String::new(),
        }
    }
}

/// A figure with its unit, in three significant figures.
pub fn value_words(lang: Lang, metric: &Metric, value: f64) -> String {
    let number = significant(value);
    match &metric.unit {
        Some(unit) => format!("{number}{THIN_SPACE}{}", lang.pick(unit)),
        None => number,
    }
}

/// From the least to the most, without the zeros at their ends: `1.1–1.6`.
pub fn range_words(low: f64, high: f64) -> String {
    format!("{}–{}", tidy(low), tidy(high))
}

fn tidy(number: f64) -> String {
    let text = significant(number);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// How a figure of the book and one that was measured stand to each other:
/// `3.2 times faster`. Which way is faster, the unit says.
pub fn against_the_book(lang: Lang, metric: &Metric, book: f64, here: &Measured) -> String {
    let within = here
        .spread
        .is_some_and(|(low, high)| (low..=high).contains(&book));
    if within || book == here.value {
        return lang.say(Key::AboutTheSame).into();
    }
    let times = here.value / book;
    if !times.is_finite() || times <= 0.0 {
        return "–".into();
    }
    let more = times >= 1.0;
    let factor = if more { times } else { times.recip() };
    if factor < ABOUT_THE_SAME {
        return lang.say(Key::AboutTheSame).into();
    }
    let key = match (kind(metric), more) {
        (Kind::Time, false) | (Kind::Rate, true) => Key::TimesFaster,
        (Kind::Time, true) | (Kind::Rate, false) => Key::TimesSlower,
        (Kind::Amount, true) => Key::TimesMore,
        (Kind::Amount, false) => Key::TimesLess,
    };
    lang.fill(key, &[("n", &ratio(factor))])
}

/// What a metric measures.
enum Kind {
    /// Less is faster.
    Time,
    /// More is faster.
    Rate,
    /// Neither.
    Amount,
}

fn kind(metric: &Metric) -> Kind {
    let unit = metric.unit.as_ref().map_or("", |unit| &*unit.en);
    // `ns/op` is a time as `ns` is.
    let first = unit.split(['/', ' ']).next().unwrap_or_default();
    match first {
        _ if unit.ends_with("/s") => Kind::Rate,
        "ns" | "µs" | "ms" | "s" => Kind::Time,
        _ => Kind::Amount,
    }
}

#[cfg(test)]
mod tests {
    use protocol::Text;

    use super::*;

    fn metric(unit: &str, spread: bool) -> Metric {
        let both = |text: &str| Text {
            en: text.into(),
            zh: text.into(),
        };
        Metric {
            name: "cost".into(),
            label: both("Cost"),
            unit: (!unit.is_empty()).then(|| both(unit)),
            spread,
        }
    }

    fn of(metric: &Metric, pairs: &[(&str, f64)]) -> Option<Measured> {
        let metrics = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value));
        Measured::of(metric, &metrics.collect())
    }

    #[test]
    fn a_median_is_followed_by_its_spread() {
        let metric = metric("µs", true);
        let all = [("cost", 1.24), ("cost_low", 1.1), ("cost_high", 1.6)];
        let measured = of(&metric, &all).unwrap();
        assert_eq!(measured.words(Lang::En, &metric), "1.24\u{2009}µs, 1.1–1.6");
        assert_eq!(measured.words(Lang::Zh, &metric), "1.24\u{2009}µs，1.1–1.6");
        // An end that is missing leaves the figure.
        let half = of(&metric, &all[..2]).unwrap();
        assert_eq!(half.words(Lang::En, &metric), "1.24\u{2009}µs");
        assert_eq!(of(&metric, &all[1..]), None);
    }

    #[test]
    fn what_has_no_spread_shows_none() {
        let metric = metric("", false);
        let all = [("cost", 4.0), ("cost_low", 1.0), ("cost_high", 9.0)];
        assert_eq!(of(&metric, &all).unwrap().words(Lang::En, &metric), "4");
    }

    #[test]
    fn ends_of_a_range_have_no_zeros_behind() {
        assert_eq!(range_words(1.1, 1.6), "1.1–1.6");
        assert_eq!(range_words(0.0, 10.04), "0–10");
        assert_eq!(range_words(1_200.0, 1_240.4), "1,200–1,240");
    }

    fn ratio_of(unit: &str, book: f64, here: f64) -> String {
        let here = Measured {
            value: here,
            spread: None,
        };
        against_the_book(Lang::En, &metric(unit, false), book, &here)
    }

    #[test]
    fn the_unit_says_which_way_is_faster() {
        assert_eq!(ratio_of("ns", 320.0, 100.0), "3.2 times faster");
        assert_eq!(ratio_of("ns/op", 100.0, 320.0), "3.2 times slower");
        assert_eq!(ratio_of("tasks/s", 100.0, 1_234.0), "12.3 times faster");
        assert_eq!(ratio_of("tasks/s", 250.0, 100.0), "2.5 times slower");
        assert_eq!(ratio_of("KB", 2.0, 5.0), "2.5 times as much");
        assert_eq!(ratio_of("", 5.0, 2.0), "2.5 times less");
    }

    #[test]
    fn what_is_close_is_about_the_same() {
        assert_eq!(ratio_of("ns", 100.0, 110.0), "about the same");
        assert_eq!(ratio_of("ns", 110.0, 100.0), "about the same");
        assert_eq!(ratio_of("ns", 0.0, 0.0), "about the same");
        assert_eq!(ratio_of("ns", 0.0, 4.0), "–");
        let wide = Measured {
            value: 2.0,
            spread: Some((1.0, 4.0)),
        };
        let words = against_the_book(Lang::En, &metric("ns", true), 3.5, &wide);
        assert_eq!(words, "about the same");
    }
}
