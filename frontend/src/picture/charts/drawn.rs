//! What a chart comes to: a drawing as text, the places on it that have a value,
//! and the table behind it.
//!
//! Pointer and arrow keys both go to a [`Stop`]; which one is plain arithmetic.

use crate::curve::csv;
use crate::figures::{count, duration, whole};
use crate::i18n::Lang;
use crate::markup::text;
use crate::model::Model;
use crate::picture::scale::{Range, Scale};

/// The most rows of a table that are shown; the file has all of them.
pub const MAX_ROWS: usize = 200;

/// What a chart is asked.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// The run.
    pub model: &'a Model,
    /// The timeline's stretch of time, and where it lies.
    pub scale: Scale,
    /// Up to when the run is shown.
    pub shown_ns: u64,
    /// The language of its words.
    pub lang: Lang,
    /// What of it the reader opened: the chart's own word, or nothing.
    pub open: &'a str,
}

impl Ask<'_> {
    /// The stretch of time, no longer than the run.
    pub fn range(&self) -> Range {
        let range = self.scale.range;
        Range {
            from_ns: range.from_ns.min(self.shown_ns),
            to_ns: range.to_ns.min(self.shown_ns),
        }
    }

    /// The right edge of a chart.
    pub fn right(&self) -> u32 {
        self.scale.left + self.scale.width
    }

    /// How much of a span lies in the stretch of time.
    pub fn part_ns(&self, from_ns: u64, to_ns: u64) -> u64 {
        let range = self.range();
        to_ns
            .min(range.to_ns)
            .saturating_sub(from_ns.max(range.from_ns))
    }

    /// One text or the other.
    pub fn pick<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// How often, in words.
pub fn times(number: u64, lang: Lang) -> String {
    match (number, lang) {
        (1, Lang::En) => "once".into(),
        (_, Lang::En) => format!("{} times", count(number)),
        (_, Lang::Zh) => format!("{} 次", count(number)),
    }
}

/// A place on a chart that has a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    /// Its left and upper edge.
    pub from: (u32, u32),
    /// Its width and height.
    pub size: (u32, u32),
    /// Its value, in words.
    pub said: String,
    /// What a click on it opens.
    pub opens: Option<String>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number.
    Whole(i64),
    /// A time in nanoseconds.
    Ns(u64),
}

/// The table behind a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The heads of its columns.
    pub heads: Vec<String>,
    /// Its rows, each with a cell for every head.
    pub rows: Vec<Vec<Cell>>,
}

/// A chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// What it shows, or why there is nothing.
    pub lead: String,
    /// The drawing, for the inside of an `<svg>`.
    pub svg: String,
    /// Its height, in CSS pixels; 0 for none.
    pub height: u32,
    /// Where it has values, those that lie above others last.
    pub stops: Vec<Stop>,
    /// The table behind it.
    pub table: Table,
}

/// Where an arrow key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the one at the left, in the same row.
    Left,
    /// To the one at the right.
    Right,
    /// To the nearest in the row above.
    Up,
    /// To the nearest in the row below.
    Down,
}

impl Drawn {
    /// Nothing, and why.
    pub fn nothing(why: &str) -> Drawn {
        Drawn {
            lead: why.to_owned(),
            ..Drawn::default()
        }
    }

    /// The stop under a point.
    pub fn under(&self, x: i32, y: i32) -> Option<usize> {
        let (x, y) = (x.max(0) as u32, y.max(0) as u32);
        self.stops.iter().rposition(|stop| {
            let (left, top) = stop.from;
            (left..left + stop.size.0.max(1)).contains(&x)
                && (top..top + stop.size.1.max(1)).contains(&y)
        })
    }

    /// The stop that a step leads to; the first from none, and the same where
    /// there is none further on.
    pub fn step(&self, at: Option<usize>, step: Step) -> Option<usize> {
        let Some(now) = at.and_then(|at| self.stops.get(at)) else {
            return (!self.stops.is_empty()).then_some(0);
        };
        let middle = |stop: &Stop| stop.from.0 + stop.size.0 / 2;
        let (x, y) = (middle(now), now.from.1);
        let all = self.stops.iter().enumerate();
        let next = all.filter_map(|(index, stop)| {
            // How far away it is: rows first, then columns.
            let (row, column) = (stop.from.1, middle(stop));
            let far = match step {
                Step::Left if row == y && column < x => (0, x - column),
                Step::Right if row == y && column > x => (0, column - x),
                Step::Up if row < y => (y - row, column.abs_diff(x)),
                Step::Down if row > y => (row - y, column.abs_diff(x)),
                _ => return None,
            };
            Some((far, index))
        });
        next.min().map(|(_, index)| index).or(at)
    }
}

impl Table {
    /// A table with these heads and no row yet.
    pub fn of(heads: &[&str]) -> Table {
        Table {
            heads: heads.iter().map(|&head| head.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// As HTML, for the inside of a `<table>`.
    pub fn html(&self, lang: Lang) -> String {
        let mut html = String::from("<thead><tr>");
        for head in &self.heads {
            html += &format!("<th scope=col>{}</th>", text(head));
        }
        html += "</tr></thead><tbody>";
        for row in self.rows.iter().take(MAX_ROWS) {
            html += "<tr>";
            for cell in row {
                let (class, words) = match cell {
                    Cell::Text(words) => ("cell", text(words)),
                    Cell::Whole(number) => ("figure", whole(*number)),
                    Cell::Ns(ns) => ("figure", duration(*ns)),
                };
                html += &format!("<td class={class}>{words}</td>");
            }
            html += "</tr>";
        }
        let more = self.rows.len().saturating_sub(MAX_ROWS);
        if more > 0 {
            let n = count(more as u64);
            let words = match lang {
                Lang::En => format!("and {n} more, in the CSV file"),
                Lang::Zh => format!("另有 {n} 行，见 CSV 文件"),
            };
            html += &format!("<tr><td class=cell>{words}</td></tr>");
        }
        html + "</tbody>"
    }

    /// As comma-separated values, times in nanoseconds.
    pub fn csv(&self) -> String {
        let heads = self.heads.iter().enumerate().map(|(at, head)| {
            let is_time = |row: &Vec<Cell>| matches!(row.get(at), Some(Cell::Ns(_)));
            match self.rows.first().is_some_and(is_time) {
                true => format!("{head} (ns)"),
                false => head.clone(),
            }
        });
        let mut file = csv::line(&heads.collect::<Vec<String>>());
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Text(words) => words.clone(),
                Cell::Whole(number) => number.to_string(),
                Cell::Ns(ns) => ns.to_string(),
            });
            file += &csv::line(&cells.collect::<Vec<String>>());
        }
        file
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stop(from: (u32, u32), size: (u32, u32)) -> Stop {
        Stop {
            from,
            size,
            ..Stop::default()
        }
    }

    /// A parent over two children.
    fn three() -> Drawn {
        Drawn {
            stops: vec![
                stop((0, 0), (100, 20)),
                stop((0, 20), (60, 20)),
                stop((60, 20), (40, 20)),
            ],
            ..Drawn::default()
        }
    }

    #[test]
    fn pointer_and_keys_find_the_same_stops() {
        let drawn = three();
        assert_eq!(drawn.under(70, 25), Some(2));
        assert_eq!(drawn.under(70, 45), None);
        assert_eq!(drawn.step(None, Step::Left), Some(0));
        assert_eq!(drawn.step(Some(0), Step::Down), Some(1));
        assert_eq!(drawn.step(Some(1), Step::Right), Some(2));
        assert_eq!(drawn.step(Some(2), Step::Right), Some(2));
        assert_eq!(drawn.step(Some(2), Step::Up), Some(0));
        assert_eq!(Drawn::default().step(None, Step::Down), None);
    }

    #[test]
    fn a_table_is_shown_in_part_and_written_whole() {
        let mut table = Table::of(&["who", "times", "took"]);
        for number in 0..MAX_ROWS as i64 + 3 {
            let name = Cell::Text(format!("a<{number}>,"));
            table
                .rows
                .push(vec![name, Cell::Whole(-number), Cell::Ns(1_500)]);
        }
        let html = table.html(Lang::En);
        assert_eq!(html.matches("<tr>").count(), MAX_ROWS + 2);
        assert!(
            html.contains("a&lt;1&gt;,</td><td class=figure>\u{2212}1<"),
            "{html}"
        );
        assert!(html.contains("and 3 more"), "{html}");
        let csv = table.csv();
        assert!(csv.starts_with("who,times,took (ns)\r\n\"a<0>,\",0,1500\r\n"));
        assert_eq!(csv.lines().count(), MAX_ROWS + 4);
    }

    proptest! {
        #[test]
        fn a_step_stays_on_the_chart(
            boxes in prop::collection::vec((0u32..50, 0u32..50, 0u32..9, 0u32..9), 1..20),
            at in prop::option::of(0usize..25),
            which in 0usize..4,
        ) {
            let stops = boxes.iter().map(|(x, y, w, h)| stop((*x, *y), (*w, *h)));
            let drawn = Drawn { stops: stops.collect(), ..Drawn::default() };
            let step = [Step::Left, Step::Right, Step::Up, Step::Down][which];
            let next = drawn.step(at, step).expect("there are stops");
            prop_assert!(next < drawn.stops.len());
            let (x, y) = drawn.stops[next].from;
            let under = drawn.under(x as i32, y as i32).expect("it holds its own corner");
            prop_assert!(under >= next);
        }
    }
}
