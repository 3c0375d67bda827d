//! The figures as a table, or as lines of JSON.

use std::fmt::Write;

use super::statistics::Spread;
use super::workloads::{Aim, Workload};

/// What was measured of one workload.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) workload: &'static Workload,
    pub(super) go: Option<Spread>,
    pub(super) ours: Spread,
    pub(super) peer: Option<(&'static str, Spread)>,
    /// Go over ours, or traced over untraced.
    pub(super) ratio: Option<Spread>,
    /// How many processors' worth others worked meanwhile, if they did.
    pub(super) busy: Option<f64>,
}

impl Row {
    /// Whether the aim is reached.
    pub(super) fn met(&self) -> bool {
        let ratio = self.ratio.map_or(0.0, |ratio| ratio.median);
        match self.workload.aim {
            Aim::TimesGo(aim) => ratio >= aim,
            Aim::AtMost(aim) => self.ours.median <= aim,
            Aim::TracedAtMost(aim) => ratio <= aim,
        }
    }

    /// One object, always of the same fields. Where there is no ratio, `low`
    /// and `high` are those of `ours`.
    pub(super) fn json(&self) -> String {
        let spread = self.ratio.unwrap_or(self.ours);
        let median = |spread: Option<Spread>| spread.map(|spread| spread.median);
        let peer_name = match self.peer {
            Some((name, _)) => format!("\"{name}\""),
            None => "null".to_owned(),
        };
        format!(
            "{{\"workload\": \"{}\", \"go\": {}, \"ours\": {}, \"peer\": {}, \"peer_name\": {}, \
             \"ratio\": {}, \"goal\": {}, \"low\": {}, \"high\": {}, \"busy\": {}}}",
            self.workload.id,
            number(median(self.go)),
            number(Some(self.ours.median)),
            number(median(self.peer.map(|(_, spread)| spread))),
            peer_name,
            number(median(self.ratio)),
            self.workload.aim.figure(),
            number(Some(spread.low)),
            number(Some(spread.high)),
            self.busy.is_some(),
        )
    }

    /// A line of the table.
    pub(super) fn line(&self) -> String {
        let Row { workload, .. } = self;
        let side = |spread: Option<Spread>| match spread {
            Some(spread) => figure(spread.median),
            None => "–".to_owned(),
        };
        let peer = match self.peer {
            Some((name, spread)) => format!("{} {name}", figure(spread.median)),
            None => "–".to_owned(),
        };
        let ratio = match self.ratio {
            Some(ratio) => format!("{:.1} ({:.1}–{:.1})", ratio.median, ratio.low, ratio.high),
            None => "–".to_owned(),
        };
        let aim = match workload.aim {
            Aim::TimesGo(aim) => format!("{aim}"),
            Aim::AtMost(aim) => format!("≤ {aim} {}", workload.unit()),
            Aim::TracedAtMost(aim) => format!("≤ {aim}"),
        };
        let met = if self.met() { "met" } else { "not met" };
        let busy = match self.busy {
            Some(others) => format!(", busy ({others:.1})"),
            None => String::new(),
        };
        cells(&[
            workload.words,
            workload.id,
            &side(self.go),
            &figure(self.ours.median),
            &peer,
            &ratio,
            &aim,
            &format!("{met}{busy}"),
        ])
    }
}

/// The first two lines of the table.
pub(super) fn head() -> String {
    let titles = [
        "workload",
        "name",
        "Go",
        "ours",
        "peer",
        "Go / ours (low–high)",
        "aim",
        "",
    ];
    let rules = WIDTHS.map(|width| "-".repeat(width));
    let rules = rules.each_ref().map(String::as_str);
    format!("{}\n{}", cells(&titles), cells(&rules))
}

/// Of the columns, so that the table can be read while it grows.
const WIDTHS: [usize; 8] = [34, 17, 6, 6, 18, 20, 7, 7];

/// A line of Markdown, padded.
fn cells(texts: &[&str; 8]) -> String {
    let mut line = String::from("|");
    for (text, width) in texts.iter().zip(WIDTHS) {
        let _ = write!(line, " {text:width$} |");
    }
    line
}

/// Three digits are more than any of these are good for.
pub(super) fn figure(figure: f64) -> String {
    if figure < 9.95 {
        format!("{figure:.1}")
    } else {
        format!("{figure:.0}")
    }
}

/// A number of JSON with two decimals.
pub(super) fn number(number: Option<f64>) -> String {
    match number {
        Some(number) if number.is_finite() => format!("{}", (number * 100.0).round() / 100.0),
        _ => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::workloads::{self, WarmUp};
    use super::*;

    fn spread(median: f64) -> Spread {
        Spread {
            median,
            low: median - 0.5,
            high: median + 0.5,
        }
    }

    fn row(ratio: f64) -> Row {
        Row {
            workload: workloads::find("pingpong").unwrap(),
            go: Some(spread(200.126)),
            ours: spread(50.0),
            peer: Some(("kanal", spread(120.0))),
            ratio: Some(spread(ratio)),
            busy: None,
        }
    }

    #[test]
    fn a_line_of_json_has_the_fields_in_their_order() {
        assert_eq!(
            row(4.0).json(),
            "{\"workload\": \"pingpong\", \"go\": 200.13, \"ours\": 50, \"peer\": 120, \
             \"peer_name\": \"kanal\", \"ratio\": 4, \"goal\": 3.5, \"low\": 3.5, \
             \"high\": 4.5, \"busy\": false}"
        );
        let alone = Row {
            go: None,
            peer: None,
            ratio: None,
            busy: Some(0.7),
            ..row(4.0)
        };
        let json = alone.json();
        for part in [
            "\"go\": null",
            "\"peer\": null, \"peer_name\": null, \"ratio\": null",
            "\"low\": 49.5",
            "\"busy\": true",
        ] {
            assert!(json.contains(part), "{part} in {json}");
        }
    }

    #[test]
    fn an_aim_is_met_from_its_own_side() {
        assert!(row(3.5).met());
        assert!(!row(3.4).met());
        static TRACED: Workload = Workload {
            id: "pingpong_traced",
            words: "",
            full: 1,
            quick: 1,
            warm_up: WarmUp::Quarter,
            aim: Aim::TracedAtMost(1.5),
            peers: &[],
        };
        let traced = |ratio| Row {
            workload: &TRACED,
            ..row(ratio)
        };
        assert!(traced(1.4).met());
        assert!(!traced(1.6).met());
    }

    #[test]
    fn the_lines_of_the_table_stand_under_each_other() {
        let places = |line: &str| -> Vec<usize> {
            let chars = line.chars().enumerate();
            chars.filter(|(_, c)| *c == '|').map(|(at, _)| at).collect()
        };
        let head = head();
        let head: Vec<&str> = head.lines().collect();
        assert_eq!(places(head[0]), places(head[1]));
        assert_eq!(places(head[0]), places(&row(4.0).line()));
        assert!(row(4.0).line().contains("4.0 (3.5–4.5)"));
    }
}
