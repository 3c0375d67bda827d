//! A curve as comma-separated values: a line a run, in the order of the values
//! and then of the rounds.

use super::Sample;
use crate::order::ascending;

/// The file, with a line of names at its top.
pub fn file(parameter: &str, values: &[String], metrics: &[String], samples: &[Sample]) -> String {
    let names = [&[parameter.to_owned(), "round".into()], metrics].concat();
    let mut text = line(&names);
    let mut sorted: Vec<&Sample> = samples.iter().collect();
    ascending(&mut sorted, |sample| {
        (sample.value as u64) << 16 | u64::from(sample.round)
    });
    for sample in sorted {
        let value = values.get(sample.value).cloned().unwrap_or_default();
        let round = (u32::from(sample.round) + 1).to_string();
        let figures = sample.figures.iter().map(|figure| match figure {
            Some(figure) => figure.to_string(),
            None => String::new(),
        });
        let cells: Vec<String> = [value, round].into_iter().chain(figures).collect();
        text.push_str(&line(&cells));
    }
    text
}

/// A line of cells.
pub fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// In quotation marks where it holds what would end it.
fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_a_line_in_order() {
        let sample = |value, round, figure| Sample {
            value,
            round,
            figures: vec![figure],
        };
        let samples = [
            sample(1, 0, Some(2.5)),
            sample(0, 1, None),
            sample(0, 0, Some(1e6)),
        ];
        let values = ["1".to_owned(), "a,\"b\"".to_owned()];
        let text = file(
            "workers",
            &values,
            &["throughput (tasks/s)".into()],
            &samples,
        );
        assert_eq!(
            text,
            "workers,round,throughput (tasks/s)\r\n\
             1,1,1000000\r\n\
             1,2,\r\n\
             \"a,\"\"b\"\"\",1,2.5\r\n"
        );
    }
}
