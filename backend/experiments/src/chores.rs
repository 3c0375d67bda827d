//! What a loop that does not wait does in each of its turns.

use crate::compute::compute;

/// Steps of [`look_around`], about five microseconds: a real loop that polls does
/// something in each turn, and a run has room for so many turns only.
const STEPS: u64 = 5_000;

/// Looks at other things, for about five microseconds of computing, without any
/// operation of the core.
pub(crate) fn look_around() {
    compute(STEPS);
}
