//! Intervals in which events were not kept.

/// The most gaps that are kept apart; what comes beyond widens the last one.
pub const MAX_GAPS: usize = 1_024;

/// An interval of which events are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// From when.
    pub from_ns: u64,
    /// Until when.
    pub to_ns: u64,
    /// How many events are missing.
    pub count: u64,
}

/// Adds a gap, and makes one of those that touch.
pub(super) fn insert(gaps: &mut Vec<Gap>, gap: Gap) {
    let mut gap = gap;
    while let Some(last) = gaps.last().copied() {
        if last.to_ns < gap.from_ns && gaps.len() < MAX_GAPS {
            break;
        }
        gaps.pop();
        gap = Gap {
            from_ns: last.from_ns.min(gap.from_ns),
            to_ns: last.to_ns.max(gap.to_ns),
            count: last.count.saturating_add(gap.count),
        };
    }
    gaps.push(gap);
}
