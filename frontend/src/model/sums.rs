//! What a lane's spans add up to, eight and sixty-four at a time, so that a
//! picture of a million of them need not look at each.
//!
//! Kept as the lane grows, of spans that have ended alone: those never change.
//! A block has room for four classes of states, which is what goroutines have;
//! one with more of them, or with more time than fits, is not used.

/// How many spans a block has, of each size.
pub const SIZES: [usize; 2] = [8, 64];
/// How many classes a block has room for.
const ROOM: usize = 4;

const EMPTY: u8 = u8::MAX;

/// What the spans of a block add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    ns: [u32; ROOM],
    classes: [u8; ROOM],
    spoilt: bool,
}

/// The blocks of a lane.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    closed: usize,
    filling: [Sum; SIZES.len()],
    full: [Vec<Sum>; SIZES.len()],
}

impl Default for Sum {
    fn default() -> Self {
        Sum {
            ns: [0; ROOM],
            classes: [EMPTY; ROOM],
            spoilt: false,
        }
    }
}

impl Sum {
    fn add(&mut self, class: u8, ns: u64) {
        let mut places = self.classes.iter();
        let place = places.position(|known| *known == class || *known == EMPTY);
        let sum = place.and_then(|place| {
            let sum = u64::from(self.ns[place]).checked_add(ns)?;
            Some((place, u32::try_from(sum).ok()?))
        });
        match sum {
            Some((place, sum)) => {
                self.ns[place] = sum;
                self.classes[place] = class;
            }
            None => self.spoilt = true,
        }
    }

    /// Its classes, and for how long each.
    pub fn parts(&self) -> impl Iterator<Item = (u8, u64)> {
        let parts = self.classes.iter().zip(&self.ns);
        parts
            .take_while(|(class, _)| **class != EMPTY)
            .map(|(class, ns)| (*class, u64::from(*ns)))
    }
}

impl Sums {
    /// The next span of the lane ended after `ns`. One that took no time was
    /// still there, and counts as the least that there is.
    pub(super) fn add(&mut self, class: u8, ns: u64) {
        self.closed += 1;
        for (level, size) in SIZES.iter().enumerate() {
            let filling = &mut self.filling[level];
            filling.add(class, ns.max(1));
            if self.closed.is_multiple_of(*size) {
                self.full[level].push(std::mem::take(filling));
            }
        }
    }

    /// The blocks that begin with span `first`, the largest first, and how many
    /// spans each has.
    pub fn at(&self, first: usize) -> impl Iterator<Item = (usize, &Sum)> {
        let levels = SIZES.iter().zip(&self.full).rev();
        levels
            .filter(move |(size, _)| first.is_multiple_of(**size))
            .filter_map(move |(size, full)| Some((*size, full.get(first / size)?)))
            .filter(|(_, sum)| !sum.spoilt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_add_up_and_what_does_not_fit_spoils_one() {
        let mut sums = Sums::default();
        for at in 0..64 {
            sums.add(at % 2, 10);
        }
        let (size, sum) = sums.at(0).next().expect("a block of 64");
        assert_eq!(size, 64);
        assert_eq!(sum.parts().collect::<Vec<_>>(), [(0, 320), (1, 320)]);
        assert_eq!(sums.at(8).map(|(size, _)| size).collect::<Vec<_>>(), [8]);
        assert_eq!(sums.at(4).count(), 0);
        for class in 0..8 {
            sums.add(class, 0);
        }
        assert_eq!(sums.at(64).count(), 0);
        for _ in 0..8 {
            sums.add(0, 1 << 30);
        }
        assert_eq!(sums.at(72).count(), 0);
    }
}
