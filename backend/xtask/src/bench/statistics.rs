//! Medians and spread of the rounds of a workload.

/// What some rounds gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Spread {
    /// Of one figure a round; `None` of none.
    pub(super) fn of(figures: &[f64]) -> Option<Spread> {
        let mut sorted = figures.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = *sorted.get(middle)?;
        let median = if sorted.len().is_multiple_of(2) {
            f64::midpoint(sorted[middle - 1], upper)
        } else {
            upper
        };
        Some(Spread {
            median,
            low: sorted[0],
            high: sorted[sorted.len() - 1],
        })
    }

    /// Of the rounds' ratios: what disturbs a round disturbs both its sides,
    /// since they run one after the other.
    pub(super) fn of_ratios(over: &[f64], under: &[f64]) -> Option<Spread> {
        let ratios: Vec<f64> = over.iter().zip(under).map(|(o, u)| o / u).collect();
        Spread::of(&ratios)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle_or_between_the_two() {
        let spread = Spread::of(&[9.0, 1.0, 4.0]).unwrap();
        assert_eq!((spread.median, spread.low, spread.high), (4.0, 1.0, 9.0));
        assert_eq!(Spread::of(&[1.0, 2.0, 4.0, 100.0]).unwrap().median, 3.0);
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn a_ratio_is_the_median_of_the_rounds_and_not_of_the_sides() {
        let (go, ours) = ([100.0, 300.0, 80.0], [50.0, 100.0, 20.0]);
        let ratio = Spread::of_ratios(&go, &ours).unwrap();
        assert_eq!((ratio.median, ratio.low, ratio.high), (3.0, 2.0, 4.0));
    }
}
