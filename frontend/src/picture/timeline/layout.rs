//! Where everything on the timeline is, in CSS pixels.

use crate::picture::rows::{AXIS_HEIGHT, Rows};
use crate::picture::scale::{Range, Scale};

/// Room for names at the left of the lanes, where there is plenty.
pub const GUTTER: u32 = 116;
/// And where there is not.
pub const NARROW_GUTTER: u32 = 84;
/// From this width on there is plenty.
pub const WIDE: u32 = 520;
/// Room at the right, so that the last tick's figure is not cut.
pub const RIGHT: u32 = 16;

/// Where everything on the timeline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The width of both canvases.
    pub width: u32,
    /// Their height.
    pub height: u32,
    /// The screen's own pixels in one.
    pub ratio: u32,
    /// Time to pixels.
    pub scale: Scale,
    /// The lanes.
    pub rows: Rows,
}

impl Layout {
    /// Lays out `lanes` lanes over a stretch of time.
    pub fn new(
        (width, height): (u32, u32),
        scrolled: u32,
        lanes: usize,
        range: Range,
        ratio: u32,
    ) -> Layout {
        let gutter = gutter(width);
        Layout {
            width,
            height,
            ratio,
            scale: Scale::new(range, gutter, width.saturating_sub(gutter + RIGHT)),
            rows: Rows::new(lanes, height, scrolled),
        }
    }

    /// Time to columns of the screen's own pixels, the first of them 0.
    pub fn columns(&self) -> Scale {
        Scale::new(self.scale.range, 0, self.scale.width * self.ratio)
    }

    /// Whether a point lies among the lanes or on their axis.
    pub fn holds(&self, x: f64) -> bool {
        let left = f64::from(self.scale.left);
        x >= left && x <= left + f64::from(self.scale.width)
    }

    /// The top of the lanes.
    pub fn lanes_top(&self) -> u32 {
        AXIS_HEIGHT
    }
}

/// Room for names in a picture of that width.
pub fn gutter(width: u32) -> u32 {
    if width >= WIDE { GUTTER } else { NARROW_GUTTER }
}
