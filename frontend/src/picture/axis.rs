//! Ticks of an axis: round times and round numbers, no closer than can be read.

use super::scale::Scale;
use crate::figures::Unit;

/// A tick on the axis of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The time.
    pub t_ns: u64,
    /// Its pixel.
    pub x: u32,
    /// Its figure, without the unit.
    pub label: String,
}

/// An axis of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeAxis {
    /// The unit of all of its figures.
    pub unit: Unit,
    /// Its ticks, from left to right.
    pub ticks: Vec<Tick>,
}

/// The axis for a stretch of time, with ticks at least `apart` pixels apart.
pub fn time_axis(scale: &Scale, apart: u32) -> TimeAxis {
    let range = scale.range;
    let room = u64::from((scale.width / apart.max(1)).max(1));
    let step_ns = round_up(range.len_ns().div_ceil(room));
    // Figures near the end of the range decide: 0, 0.5, 1 ms and not 0, 500 µs.
    let unit = Unit::of(range.to_ns.max(1));
    let first = range.from_ns.div_ceil(step_ns);
    let last = range.to_ns / step_ns;
    let ticks = (first..=last)
        .map(|index| {
            let t_ns = index * step_ns;
            Tick {
                t_ns,
                x: scale.x(t_ns),
                label: exact_in(t_ns, unit),
            }
        })
        .collect();
    TimeAxis { unit, ticks }
}

/// Whole numbers from 0 to `max`, both included, in equal steps: as many as
/// divide it, but no more than `most` steps.
pub fn number_ticks(max: u64, most: u64) -> Vec<u64> {
    if max == 0 {
        return vec![0];
    }
    let steps = (1..=most.max(1))
        .rev()
        .find(|steps| max.is_multiple_of(*steps))
        .unwrap_or(1);
    (0..=steps).map(|step| step * (max / steps)).collect()
}

/// The least of 1, 2, 5, 10, 20, 50 … that is not below `number`.
fn round_up(number: u64) -> u64 {
    let mut power: u64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let round = power.saturating_mul(factor);
            if round >= number {
                return round;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// A time in a unit, with every figure that it has and no trailing zeros.
fn exact_in(t_ns: u64, unit: Unit) -> String {
    let whole = t_ns / unit.ns();
    let rest = t_ns % unit.ns();
    let whole = crate::figures::count(whole);
    if rest == 0 {
        return whole;
    }
    let places = unit.ns().ilog10() as usize;
    let fraction = format!("{rest:0places$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::super::scale::{MAX_COLUMNS, MAX_NS, MIN_RANGE_NS, Range};
    use super::*;
    use proptest::prelude::*;

    fn labels(from_ns: u64, to_ns: u64, width: u32) -> (Unit, Vec<String>) {
        let axis = time_axis(&Scale::new(Range::new(from_ns, to_ns), 0, width), 80);
        let labels = axis.ticks.into_iter().map(|tick| tick.label).collect();
        (axis.unit, labels)
    }

    #[test]
    fn figures_are_round_and_share_a_unit() {
        let (unit, ticks) = labels(0, 420_000_000, 800);
        assert_eq!(unit, Unit::Millis);
        assert_eq!(
            ticks,
            ["0", "50", "100", "150", "200", "250", "300", "350", "400"]
        );
        let (unit, ticks) = labels(0, 2_100_000_000, 500);
        assert_eq!(unit, Unit::Seconds);
        assert_eq!(ticks, ["0", "0.5", "1", "1.5", "2"]);
    }

    #[test]
    fn deep_in_a_run_figures_keep_their_places() {
        let (unit, ticks) = labels(84_213_000, 84_223_000, 320);
        assert_eq!(unit, Unit::Millis);
        assert_eq!(ticks, ["84.215", "84.22"]);
    }

    #[test]
    fn numbers_of_values_are_whole() {
        assert_eq!(number_ticks(0, 4), [0]);
        assert_eq!(number_ticks(1, 4), [0, 1]);
        assert_eq!(number_ticks(3, 4), [0, 1, 2, 3]);
        assert_eq!(number_ticks(5, 4), [0, 5]);
        assert_eq!(number_ticks(8, 4), [0, 2, 4, 6, 8]);
        assert_eq!(number_ticks(100, 4), [0, 25, 50, 75, 100]);
    }

    proptest! {
        #[test]
        fn ticks_are_in_order_and_apart(
            from_ns in 0..MAX_NS,
            len_ns in MIN_RANGE_NS..MAX_NS,
            width in 1..=MAX_COLUMNS,
        ) {
            let scale = Scale::new(Range::new(from_ns, from_ns.saturating_add(len_ns)), 0, width);
            let axis = time_axis(&scale, 80);
            prop_assert!(axis.ticks.len() <= (width / 80 + 2) as usize);
            for pair in axis.ticks.windows(2) {
                prop_assert!(pair[1].x >= pair[0].x + 79, "{:?}", pair);
            }
        }
    }
}
