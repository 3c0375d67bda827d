//! A measured curve: what the runs of a sweep came to, as a median with a band
//! from the least to the most for each value of a parameter.
//!
//! * [`axis`]: places along the parameter, round figures along the metric.
//! * [`drawn`]: the whole of it laid out; [`words`]: what its axes are called.
//! * [`path`]: the line and the band in pixels.
//! * [`csv`]: every run as a line of text.
//! * [`plan`]: which runs there are.

pub mod axis;
pub mod csv;
pub mod drawn;
pub mod path;
pub mod plan;
pub mod words;

/// What one run of a sweep came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Which of the sweep's values it had, from 0.
    pub value: usize,
    /// Which round it was of, from 0.
    pub round: u16,
    /// The figure of each of the sweep's metrics, where the run came to one.
    pub figures: Vec<Option<f64>>,
}

/// The runs of one value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// The least figure.
    pub low: f64,
    /// The middle one, or the mean of the two in the middle.
    pub median: f64,
    /// The most.
    pub high: f64,
}

/// The band of a metric at each of so many values; `None` where no run came to
/// a figure.
pub fn bands(samples: &[Sample], values: usize, metric: usize) -> Vec<Option<Band>> {
    let band = |value| {
        let own = samples.iter().filter(|sample| sample.value == value);
        let mut figures: Vec<f64> = own
            .filter_map(|sample| *sample.figures.get(metric)?)
            .filter(|figure| figure.is_finite())
            .collect();
        figures.sort_by(f64::total_cmp);
        let (low, high) = (*figures.first()?, *figures.last()?);
        let middle = figures.len() / 2;
        let median = match figures.len() % 2 {
            0 => (figures[middle - 1] + figures[middle]) / 2.0,
            _ => figures[middle],
        };
        Some(Band { low, median, high })
    };
    (0..values).map(band).collect()
}

/// How many runs came to no figure at all.
pub fn missing(samples: &[Sample]) -> usize {
    let is_missing = |sample: &&Sample| sample.figures.iter().all(Option::is_none);
    samples.iter().filter(is_missing).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(value: usize, figure: Option<f64>) -> Sample {
        Sample {
            value,
            round: 0,
            figures: vec![figure],
        }
    }

    #[test]
    fn a_band_has_the_median_of_its_rounds() {
        let samples = [
            sample(0, Some(3.0)),
            sample(2, Some(9.0)),
            sample(0, Some(1.0)),
            sample(0, Some(7.0)),
            sample(2, Some(5.0)),
            sample(1, None),
        ];
        let bands = bands(&samples, 3, 0);
        let of = |low, median, high| Some(Band { low, median, high });
        assert_eq!(bands, [of(1.0, 3.0, 7.0), None, of(5.0, 7.0, 9.0)]);
        assert_eq!(missing(&samples), 1);
    }

    #[test]
    fn without_runs_there_is_no_band() {
        assert_eq!(bands(&[], 2, 0), [None, None]);
        assert_eq!(bands(&[sample(0, Some(f64::NAN))], 1, 0), [None]);
        assert_eq!(bands(&[sample(0, Some(1.0))], 1, 1), [None]);
    }
}
