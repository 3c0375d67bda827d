//! Columns to pixels: the layer of the timeline that holds the spans.
//!
//! A buffer of the screen's own pixels, written in whole rows and handed to the
//! canvas in one piece. Thousands of separate rectangles would take a hundred
//! times as long.

mod stroke;

use super::columns::Column;
use super::look::Look;
use stroke::{Stroke, strokes};

/// A colour: red, green, blue, opacity.
pub type Rgba = [u8; 4];

/// The colours of one state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ink {
    /// The bar.
    pub fill: Rgba,
    /// Its stripes.
    pub stripe: Rgba,
    /// Its edge, which stands out from the ground by 3:1.
    pub edge: Rgba,
}

/// The colours of every state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inks {
    /// In the order of [`Look::ALL`].
    pub states: [Ink; Look::ALL.len()],
}

/// A picture of the screen's own pixels.
#[derive(Clone, Debug, Default)]
pub struct Pixels {
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Four bytes a pixel, row by row.
    pub bytes: Vec<u8>,
    /// Kept from one lane to the next, to spare their making.
    strokes: Vec<Option<Stroke>>,
}

/// Where a lane's bar lies in [`Pixels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Its top; it may lie above the picture.
    pub top: i64,
    /// Its full height.
    pub height: u32,
    /// The screen's own pixels in a CSS pixel.
    pub ratio: u32,
}

impl Pixels {
    /// Makes it that large and empty.
    pub fn clear(&mut self, width: u32, height: u32) {
        self.width = width;
        self.height = height;
        self.bytes.clear();
        self.bytes.resize(width as usize * height as usize * 4, 0);
    }

    /// The colour of a pixel.
    pub fn get(&self, x: u32, y: u32) -> Rgba {
        let at = (y as usize * self.width as usize + x as usize) * 4;
        match self.bytes.get(at..at + 4) {
            Some(&[red, green, blue, opacity]) => [red, green, blue, opacity],
            _ => [0; 4],
        }
    }

    /// Draws a line from top to bottom.
    pub fn upright(&mut self, x: u32, colour: Rgba) {
        if x >= self.width {
            return;
        }
        let (pixels, _) = self.bytes.as_chunks_mut::<4>();
        for pixel in pixels
            .iter_mut()
            .skip(x as usize)
            .step_by(self.width as usize)
        {
            *pixel = colour;
        }
    }

    /// Draws a line from left to right, if it lies in the picture.
    pub fn level(&mut self, y: i64, colour: Rgba) {
        let Some(row) = usize::try_from(y)
            .ok()
            .filter(|y| *y < self.height as usize)
        else {
            return;
        };
        let (pixels, _) = self.bytes.as_chunks_mut::<4>();
        let start = row * self.width as usize;
        pixels[start..start + self.width as usize].fill(colour);
    }

    /// Draws a lane.
    pub fn draw(&mut self, columns: &[Column], bar: Bar, inks: &Inks) {
        strokes(&mut self.strokes, columns, bar, inks);
        for row in 0..bar.height {
            let Ok(y) = u32::try_from(bar.top + i64::from(row)) else {
                continue;
            };
            if y >= self.height {
                return;
            }
            let start = y as usize * self.width as usize * 4;
            let end = start + self.width as usize * 4;
            let (pixels, _) = self.bytes[start..end].as_chunks_mut::<4>();
            for (pixel, stroke) in pixels.iter_mut().zip(&self.strokes) {
                if let Some(colour) = stroke.as_ref().and_then(|stroke| stroke.at(row)) {
                    *pixel = colour;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREEN: Rgba = [0, 158, 115, 255];
    const GREY: Rgba = [138, 143, 148, 255];
    const BLUE: Rgba = [0, 114, 178, 255];
    const DARK: Rgba = [0, 95, 150, 255];

    fn inks() -> Inks {
        let mut inks = Inks::default();
        for (look, fill, edge) in [
            (Look::Running, GREEN, GREEN),
            (Look::Sleep, GREY, GREY),
            (Look::Send, BLUE, DARK),
        ] {
            inks.states[look as usize] = Ink {
                fill,
                stripe: edge,
                edge,
            };
        }
        inks
    }

    fn drawn(columns: &[Column]) -> Pixels {
        let mut pixels = Pixels::default();
        pixels.clear(columns.len() as u32, 24);
        let bar = Bar {
            top: 4,
            height: 16,
            ratio: 1,
        };
        pixels.draw(columns, bar, &inks());
        pixels
    }

    fn column(look: Look) -> Column {
        Column {
            look: Some(look),
            share: 255,
            ..Column::default()
        }
    }

    #[test]
    fn running_is_full_height_and_sleep_a_thin_line() {
        let pixels = drawn(&[column(Look::Running), column(Look::Sleep)]);
        let rows = |x| (0..24).filter(|y| pixels.get(x, *y)[3] > 0).count();
        assert_eq!(rows(0), 16);
        assert_eq!(rows(1), 2);
        assert_eq!(pixels.get(0, 12), GREEN);
        assert_eq!(pixels.get(1, 11), GREY);
    }

    #[test]
    fn a_blocked_bar_is_mostly_its_own_colour_with_stripes_and_edges() {
        let pixels = drawn(&[column(Look::Send); 60]);
        let all: Vec<Rgba> = (0..60)
            .flat_map(|x| (0..24).map(move |y| (x, y)))
            .map(|(x, y)| pixels.get(x, y))
            .filter(|pixel| pixel[3] > 0)
            .collect();
        assert_eq!(all.len(), 60 * 12);
        let own = all.iter().filter(|pixel| **pixel == BLUE).count();
        assert!(own * 2 > all.len(), "{own} of {}", all.len());
        assert_eq!(pixels.get(30, 6), DARK);
        assert_eq!(pixels.get(30, 17), DARK);
    }

    #[test]
    fn a_short_run_is_a_line_and_many_short_runs_are_a_cap() {
        let mut columns = [column(Look::Send); 40];
        columns[20].ran = true;
        let pixels = drawn(&columns);
        assert!((4..20).all(|y| pixels.get(20, y) == GREEN));
        let columns = columns.map(|column| Column {
            ran: true,
            ..column
        });
        let pixels = drawn(&columns);
        assert!((18..24).all(|x| pixels.get(x, 5) == GREEN));
        assert!((18..24).any(|x| pixels.get(x, 11)[..3] == BLUE[..3]));
        assert!((18..24).all(|x| pixels.get(x, 11) != GREEN));
    }

    #[test]
    fn what_is_so_far_is_paler() {
        let so_far = Column {
            so_far: true,
            ..column(Look::Running)
        };
        assert!((100..200).contains(&drawn(&[so_far]).get(0, 12)[3]));
    }

    #[test]
    fn a_lane_half_out_of_the_picture_is_drawn_in_part() {
        let mut pixels = Pixels::default();
        pixels.clear(1, 10);
        let bar = Bar {
            top: -8,
            height: 16,
            ratio: 1,
        };
        pixels.draw(&[column(Look::Running)], bar, &inks());
        assert_eq!(pixels.get(0, 7), GREEN);
        assert_eq!(pixels.get(0, 8)[3], 0);
    }
}
