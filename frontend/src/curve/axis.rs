//! The axes of a curve: where the values of the parameter stand, and round
//! figures along the metric.

use crate::trouble::bound_text;

/// Where each value stands along the axis, from 0 to 1: by its number, by the
/// logarithm of it, or one beside the other where they are no numbers. A value
/// that has no logarithm makes the axis a plain one.
pub fn places(values: &[String], log: bool) -> Vec<f64> {
    let numbers: Option<Vec<f64>> = values.iter().map(|value| value.parse().ok()).collect();
    let Some(mut numbers) = numbers.filter(|numbers| numbers.iter().all(|n| n.is_finite())) else {
        let half = 0.5 / values.len() as f64;
        return (0..values.len())
            .map(|at| at as f64 / values.len() as f64 + half)
            .collect();
    };
    if log && numbers.iter().all(|&number| number > 0.0) {
        numbers.iter_mut().for_each(|number| *number = number.ln());
    }
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    numbers
        .into_iter()
        .map(|number| match most > least {
            true => (number - least) / (most - least),
            false => 0.5,
        })
        .collect()
}

/// A value as its tick shows it: numbers in groups, words as they are.
pub fn value_label(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => bound_text(number),
        _ => value.to_owned(),
    }
}

/// Which of the labels there is room for: the first and the last, and between
/// them those that keep `gap` from their neighbours. Each is its middle and its
/// width, in pixels, from left to right.
pub fn with_room(labels: &[(f64, f64)], gap: f64) -> Vec<bool> {
    let Some(&(last_middle, last_width)) = labels.last() else {
        return Vec::new();
    };
    let last_from = last_middle - last_width / 2.0;
    let mut free_from = f64::NEG_INFINITY;
    labels
        .iter()
        .enumerate()
        .map(|(at, &(middle, width))| {
            let (from, to) = (middle - width / 2.0, middle + width / 2.0);
            let is_last = at + 1 == labels.len();
            let fits = from >= free_from && (is_last || at == 0 || to + gap <= last_from);
            if fits {
                free_from = to + gap;
            }
            fits
        })
        .collect()
}

/// The axis of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Upright {
    /// Its lowest figure.
    pub from: f64,
    /// Its highest.
    pub to: f64,
    /// Round figures from the one to the other, each with its words.
    pub ticks: Vec<(f64, String)>,
}

/// An axis that holds 0 and these figures, in at most `most` steps of 1, 2 or 5
/// times a power of ten.
pub fn upright(low: f64, high: f64, most: u32) -> Upright {
    let (low, high) = (low.min(0.0), high.max(0.0));
    let span = match high - low {
        span if span > 0.0 && span.is_finite() => span,
        _ => 1.0,
    };
    // One step less than there is room for: the ends are rounded outwards.
    let least = span / f64::from(most.max(2) - 1);
    let power = 10_f64.powi(least.log10().floor() as i32);
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|factor| factor * power >= least * 0.999)
        .unwrap_or(10.0);
    let step = factor * power;
    let first = (low / step).floor() as i64;
    let last = ((low + span) / step).ceil() as i64;
    let decimals = (-step.log10().floor()).max(0.0) as usize;
    let ticks = (first..=last)
        .map(|index| {
            let figure = index as f64 * step;
            (figure, label(figure, decimals))
        })
        .collect();
    Upright {
        from: first as f64 * step,
        to: last as f64 * step,
        ticks,
    }
}

fn label(figure: f64, decimals: usize) -> String {
    match decimals {
        0 => bound_text(figure),
        _ => format!("{figure:.decimals$}").replace('-', "\u{2212}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places_of(values: &[&str], log: bool) -> Vec<f64> {
        let values: Vec<String> = values.iter().map(|&value| value.into()).collect();
        places(&values, log)
    }

    #[test]
    fn values_stand_by_their_numbers() {
        assert_eq!(places_of(&["0", "5", "20"], false), [0.0, 0.25, 1.0]);
        let log = places_of(&["1", "10", "100"], true);
        assert!((log[1] - 0.5).abs() < 1e-9, "{log:?}");
        // 0 has no logarithm.
        assert_eq!(places_of(&["0", "5", "20"], true), [0.0, 0.25, 1.0]);
        assert_eq!(places_of(&["7"], false), [0.5]);
        assert_eq!(places_of(&["safe", "racy"], true), [0.25, 0.75]);
        assert_eq!(places_of(&[], true), [0.0; 0]);
    }

    #[test]
    fn ticks_are_round_and_begin_at_zero() {
        let axis = upright(12.0, 87.0, 5);
        let labels: Vec<&str> = axis.ticks.iter().map(|(_, label)| &**label).collect();
        assert_eq!(labels, ["0", "50", "100"]);
        let axis = upright(0.2, 0.9, 6);
        let labels: Vec<&str> = axis.ticks.iter().map(|(_, label)| &**label).collect();
        assert_eq!(labels, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        let axis = upright(0.0, 1_240_000.0, 5);
        assert_eq!(axis.ticks.last().unwrap().1, "1,500,000");
        // Nothing but zeros still has an axis.
        assert_eq!(upright(0.0, 0.0, 5).to, 1.0);
    }

    #[test]
    fn labels_that_have_no_room_are_left_out() {
        let labels = [
            (0.0, 10.0),
            (8.0, 10.0),
            (40.0, 10.0),
            (95.0, 20.0),
            (100.0, 20.0),
        ];
        assert_eq!(with_room(&labels, 4.0), [true, false, true, false, true]);
        assert_eq!(with_room(&[], 4.0), [false; 0]);
    }

    #[test]
    fn a_value_is_written_as_the_form_does() {
        assert_eq!(value_label("100000"), "100,000");
        assert_eq!(value_label("0.5"), "0.5");
        assert_eq!(value_label("racy"), "racy");
    }

    proptest! {
        #[test]
        fn an_axis_holds_its_figures_in_a_few_steps(low in -1e9..1e9_f64, more in 0.0..1e9_f64) {
            let axis = upright(low, low + more, 6);
            prop_assert!(axis.from <= low.min(0.0) && axis.to >= low + more);
            prop_assert!((2..=8).contains(&axis.ticks.len()), "{:?}", axis);
        }
    }
}
