//! Work for a processor, without any operation of the core in it: nothing
//! switches goroutines within, and its time is that of the machine.

use std::hint::black_box;

/// What a step is, in a form: about a nanosecond of work.
pub(crate) const STEPS: crate::catalogue::Text = crate::catalogue::text("steps", "步");

/// Computes for so many steps, each of which needs the result of the one before.
pub(crate) fn compute(steps: u64) {
    let mut number = black_box(1_u64);
    for _ in 0..steps {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .rotate_left(7);
    }
    black_box(number);
}
