//! How often something happened, by time: exact counts in buckets that grow as
//! the run does, in bounded memory.
//!
//! Invariants, each a test:
//! * The counts of all buckets add up to what was added.
//! * Every bucket begins at a multiple of its width, so that what is drawn wider
//!   is a sum of whole buckets.

/// How many buckets there are at most: more than a picture has columns.
const BUCKETS: usize = 4_096;
/// How wide the first ones are: about a microsecond.
const FIRST_NS: u64 = 1_024;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// A value entered a channel.
    Sent,
    /// A value left a channel.
    Received,
    /// A goroutine ended.
    Ended,
}

impl Counted {
    /// Everything that is counted.
    pub const ALL: [Counted; 3] = [Counted::Sent, Counted::Received, Counted::Ended];
}

/// The counts of a run.
#[derive(Debug)]
pub struct Tally {
    width_ns: u64,
    buckets: Vec<[u32; 3]>,
}

impl Default for Tally {
    fn default() -> Self {
        Tally {
            width_ns: FIRST_NS,
            buckets: Vec::new(),
        }
    }
}

impl Tally {
    /// How wide a bucket is.
    pub fn width_ns(&self) -> u64 {
        self.width_ns
    }

    /// What was counted from a time on, which is a multiple of
    /// [`Tally::width_ns`], for so many buckets.
    pub fn sum(&self, from_ns: u64, buckets: u64) -> [u64; 3] {
        let first = (from_ns / self.width_ns).min(self.buckets.len() as u64) as usize;
        let mut sum = [0; 3];
        for bucket in self.buckets[first..].iter().take(buckets as usize) {
            for (sum, count) in sum.iter_mut().zip(bucket) {
                *sum += u64::from(*count);
            }
        }
        sum
    }

    pub(super) fn add(&mut self, t_ns: u64, counted: Counted) {
        while t_ns / self.width_ns >= BUCKETS as u64 {
            self.halve();
        }
        let at = (t_ns / self.width_ns) as usize;
        if at >= self.buckets.len() {
            self.buckets.resize(at + 1, [0; 3]);
        }
        let count = &mut self.buckets[at][counted as usize];
        *count = count.saturating_add(1);
    }

    /// Makes one bucket of two.
    fn halve(&mut self) {
        self.width_ns = self.width_ns.saturating_mul(2);
        let half = self.buckets.len().div_ceil(2);
        for at in 0..half {
            let mut both = self.buckets[at * 2];
            if let Some(next) = self.buckets.get(at * 2 + 1) {
                for (sum, count) in both.iter_mut().zip(next) {
                    *sum = sum.saturating_add(*count);
                }
            }
            self.buckets[at] = both;
        }
        self.buckets.truncate(half);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn buckets_grow_with_the_run_and_lose_nothing() {
        let mut tally = Tally::default();
        tally.add(0, Counted::Sent);
        tally.add(1_500, Counted::Sent);
        tally.add(1_500, Counted::Ended);
        assert_eq!(tally.sum(0, 1), [1, 0, 0]);
        assert_eq!(tally.sum(FIRST_NS, 1), [1, 0, 1]);
        tally.add(20_000_000_000, Counted::Received);
        assert_eq!(tally.sum(0, 1), [2, 0, 1]);
        assert_eq!(tally.sum(0, u64::MAX), [2, 1, 1]);
        assert!(tally.buckets.len() <= BUCKETS);
    }

    proptest! {
        #[test]
        fn a_wide_bucket_has_what_lies_in_it(
            times in prop::collection::vec(0u64..1 << 34, 1..50),
            from in 0u64..64,
            buckets in 1u64..64,
        ) {
            let mut tally = Tally::default();
            for t_ns in &times {
                tally.add(*t_ns, Counted::Received);
            }
            let (from_ns, width_ns) = (from * tally.width_ns(), buckets * tally.width_ns());
            let inside = times.iter().filter(|t_ns| (from_ns..from_ns + width_ns).contains(t_ns));
            prop_assert_eq!(tally.sum(from_ns, buckets)[1], inside.count() as u64);
        }
    }
}
