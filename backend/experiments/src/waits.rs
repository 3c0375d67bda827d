//! The book's waits, in proportion.

use std::time::Duration;

use crate::catalogue::{Text, text};

/// Every experiment that waits has a parameter `time_scale` with this label.
pub(crate) const TIME_SCALE: Text = text("Time scale", "时间比例");

/// What [`TIME_SCALE`] means.
pub(crate) const TIME_SCALE_HELP: Text = text(
    "1 waits as long as the book does; 0.1 is ten times faster, in the same proportions",
    "取 1 时等待时间与原书一致；取 0.1 时快十倍，各段等待的比例不变",
);

/// Milliseconds of the book at this scale.
pub(crate) fn scaled(millis: u64, time_scale: f64) -> Duration {
    Duration::from_millis(millis).mul_f64(time_scale)
}

/// Milliseconds with their fraction, as figures have them.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
