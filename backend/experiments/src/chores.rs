//! What a loop that does not wait does in each of its turns.

use std::hint::black_box;

/// Steps of [`look_around`], about ten microseconds: a real loop that polls does
/// something in each turn, and a run has room for so many turns only.
const STEPS: u64 = 20_000;

/// Looks at other things, for about ten microseconds of computing, without any
/// operation of the core.
pub(crate) fn look_around() {
    let mut seen = 0_u64;
    for step in 0..STEPS {
        seen = black_box(seen ^ step);
    }
}
