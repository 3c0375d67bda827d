//! A curve in pixels: its line, and the band around it.

use super::Band;
use super::axis::Upright;

/// Where the curve is drawn, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Plot {
    /// Its left edge.
    pub left: f64,
    /// Its upper edge.
    pub top: f64,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
}

impl Plot {
    /// The pixel of a place from 0 to 1 along the parameter.
    pub fn x(&self, place: f64) -> f64 {
        self.left + place * self.width
    }

    /// The pixel of a figure.
    pub fn y(&self, axis: &Upright, figure: f64) -> f64 {
        let share = (figure - axis.from) / (axis.to - axis.from);
        self.top + (1.0 - share) * self.height
    }

    /// The place that is nearest to a pixel.
    pub fn nearest(&self, places: &[f64], x: f64) -> Option<usize> {
        let distance = |at: &usize| (self.x(places[*at]) - x).abs();
        (0..places.len()).min_by(|one, other| distance(one).total_cmp(&distance(other)))
    }
}

/// The line through the medians, and the outline of the band. Where no run came
/// to a figure both have a gap.
pub fn draw(
    plot: &Plot,
    axis: &Upright,
    places: &[f64],
    bands: &[Option<Band>],
) -> (String, String) {
    let (mut line, mut band) = (String::new(), String::new());
    let points: Vec<Option<(f64, &Band)>> = places
        .iter()
        .zip(bands)
        .map(|(place, band)| Some((plot.x(*place), band.as_ref()?)))
        .collect();
    for piece in points.split(Option::is_none) {
        let piece = || piece.iter().flatten();
        append(
            &mut line,
            piece().map(|(x, band)| (*x, plot.y(axis, band.median))),
        );
        let above = piece().map(|(x, band)| (*x, plot.y(axis, band.high)));
        let below = piece().rev().map(|(x, band)| (*x, plot.y(axis, band.low)));
        if append(&mut band, above.chain(below)) {
            band.push('Z');
        }
    }
    (line, band)
}

/// Adds a line through these points; false if there are none.
fn append(path: &mut String, points: impl Iterator<Item = (f64, f64)>) -> bool {
    let mut letter = 'M';
    for (x, y) in points {
        path.push_str(&format!("{letter}{x:.1} {y:.1}"));
        letter = 'L';
    }
    letter == 'L'
}

#[cfg(test)]
mod tests {
    use super::super::axis::upright;
    use super::*;

    const PLOT: Plot = Plot {
        left: 10.0,
        top: 0.0,
        width: 100.0,
        height: 50.0,
    };

    fn band(low: f64, median: f64, high: f64) -> Option<Band> {
        Some(Band { low, median, high })
    }

    #[test]
    fn the_line_goes_through_the_medians() {
        let axis = upright(0.0, 10.0, 3);
        let bands = [band(0.0, 5.0, 10.0), band(10.0, 10.0, 10.0)];
        let (line, around) = draw(&PLOT, &axis, &[0.0, 1.0], &bands);
        assert_eq!(line, "M10.0 25.0L110.0 0.0");
        assert_eq!(around, "M10.0 0.0L110.0 0.0L110.0 0.0L10.0 50.0Z");
    }

    #[test]
    fn a_value_without_a_figure_is_a_gap() {
        let axis = upright(0.0, 10.0, 3);
        let bands = [band(5.0, 5.0, 5.0), None, band(5.0, 5.0, 5.0)];
        let (line, _) = draw(&PLOT, &axis, &[0.0, 0.5, 1.0], &bands);
        assert_eq!(line, "M10.0 25.0M110.0 25.0");
        assert_eq!(draw(&PLOT, &axis, &[], &[]), (String::new(), String::new()));
    }

    #[test]
    fn a_pointer_means_the_nearest_value() {
        assert_eq!(PLOT.nearest(&[0.0, 0.2, 1.0], 24.0), Some(1));
        assert_eq!(PLOT.nearest(&[0.0, 0.2, 1.0], 1e6), Some(2));
        assert_eq!(PLOT.nearest(&[], 3.0), None);
    }
}
