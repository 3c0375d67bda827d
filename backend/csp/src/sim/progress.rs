//! Whether a run gets on; [`LIVELOCK_STEPS`] says what that means.

use std::collections::BTreeMap;

use super::LIVELOCK_STEPS;
use crate::trace::{Event, Kind, Object};

/// When a run last got on.
#[derive(Default)]
pub(super) struct Progress {
    /// The step.
    last: u64,
    /// The lowest and the highest value that an atomic or a cell ever had.
    ranges: BTreeMap<Object, (i64, i64)>,
}

impl Progress {
    pub(super) fn see(&mut self, event: &Event, steps: u64) {
        let gets_on = match &event.kind {
            Kind::Created { .. }
            | Kind::Ended
            | Kind::Sent { .. }
            | Kind::Received { .. }
            | Kind::Closed { .. }
            | Kind::Added { .. }
            | Kind::Initialised { .. }
            | Kind::ContextMade { .. }
            | Kind::ContextDone { .. }
            | Kind::Line { .. }
            | Kind::Counter { .. }
            | Kind::RegionBegun { .. }
            | Kind::RegionEnded { .. } => true,
            Kind::Atomic { object, value, .. } | Kind::CellWritten { object, value } => {
                self.widens(*object, *value)
            }
            _ => false,
        };
        if gets_on {
            self.last = steps;
        }
    }

    /// Whether `value` is higher or lower than all that `object` had before.
    fn widens(&mut self, object: Object, value: i64) -> bool {
        let range = self.ranges.entry(object).or_insert((i64::MAX, i64::MIN));
        let before = *range;
        *range = (before.0.min(value), before.1.max(value));
        *range != before
    }

    /// Whether a run that used up its `steps` did not get on in the last of them.
    pub(super) fn stands_still(&self, steps: u64) -> bool {
        steps - self.last >= LIVELOCK_STEPS.min(steps / 2)
    }
}
