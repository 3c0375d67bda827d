//! The signs on the lanes of Ps: their shapes, the same on the canvas and in the
//! legend, and which of them are seen.

use crate::i18n::Lang;
use crate::model::processor::{Processor, What};
use crate::picture::scale::Scale;

/// Half the side of a sign, in CSS pixels.
pub const HALF: f64 = 5.0;
/// Signs that lie closer than this are one, and say how many they are.
pub const APART: f64 = 12.0;

/// A kind of sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Goroutines came from another P.
    Stolen,
    /// The P went to another thread.
    HandedOff,
    /// The goroutine had to go.
    Preempted,
    /// The goroutine could not be preempted.
    Overran,
}

impl Mark {
    /// Every mark, in the order of the legend.
    pub const ALL: [Mark; 4] = [
        Mark::Stolen,
        Mark::HandedOff,
        Mark::Preempted,
        Mark::Overran,
    ];

    /// The mark of what happened.
    pub fn of(what: &What) -> Mark {
        match what {
            What::Stole { .. } => Mark::Stolen,
            What::HandedOff { .. } => Mark::HandedOff,
            What::Preempted { .. } => Mark::Preempted,
            What::Overran { .. } => Mark::Overran,
        }
    }

    /// Its lines, about its middle, as an SVG path.
    pub fn path(self) -> &'static str {
        match self {
            Mark::Stolen => "M-3-4.5 4 0-3 4.5Z",
            Mark::HandedOff => "M-4-2H4L1-5M4 2H-4L-1 5",
            Mark::Preempted => "M-4-4.5V4.5M4-4.5-1 0 4 4.5",
            Mark::Overran => "M0-5V1.5M0 3V5",
        }
    }

    /// What the legend calls it.
    pub fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Mark::Stolen, Lang::En) => "stolen from another P",
            (Mark::Stolen, Lang::Zh) => "从其他 P 偷来",
            (Mark::HandedOff, Lang::En) => "P handed off",
            (Mark::HandedOff, Lang::Zh) => "P 转交",
            (Mark::Preempted, Lang::En) => "preempted",
            (Mark::Preempted, Lang::Zh) => "被抢占",
            (Mark::Overran, Lang::En) => "overran its slice",
            (Mark::Overran, Lang::Zh) => "超出时间片",
        }
    }
}

/// A sign that is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// Index into [`Processor::signs`].
    pub index: usize,
    /// Its middle.
    pub x: f64,
    /// How many more lie so close behind it that they are not drawn.
    pub more: usize,
}

/// The signs of a P in view, from left to right.
pub fn drawn(processor: &Processor, scale: &Scale) -> Vec<Drawn> {
    let signs = &processor.signs;
    let first = signs.partition_point(|sign| sign.t_ns < scale.range.from_ns);
    let mut drawn: Vec<Drawn> = Vec::new();
    for (index, sign) in signs.iter().enumerate().skip(first) {
        if sign.t_ns > scale.range.to_ns {
            break;
        }
        let x = scale.x_exact(sign.t_ns);
        match drawn.last_mut() {
            Some(last) if x - last.x < APART => last.more += 1,
            _ => drawn.push(Drawn { index, x, more: 0 }),
        }
    }
    drawn
}

/// The sign under the pointer.
pub fn under(processor: &Processor, scale: &Scale, x: f64) -> Option<Drawn> {
    let mut drawn = drawn(processor, scale);
    drawn.retain(|sign| (sign.x - x).abs() <= HALF + 1.0);
    drawn.pop()
}
