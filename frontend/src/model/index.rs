//! Where in a list the thing with a number is.
//!
//! Numbers are given out in order, so that a list of places is small, and asking
//! it is a fraction of what a hash takes: every event asks once or twice. Numbers
//! beyond what a run is let make go into a map, so that no event takes more
//! memory than it should.

use std::collections::HashMap;

/// Numbers from here on are in the map: twice the goroutines that a run may make.
const DENSE: usize = 2_000_000;

/// Places by number.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// One more than the place; 0 for none.
    dense: Vec<u32>,
    sparse: HashMap<u32, usize>,
}

impl Index {
    /// The place of `key`.
    pub fn get(&self, key: u32) -> Option<usize> {
        match self.dense.get(key as usize) {
            Some(place) => (*place as usize).checked_sub(1),
            None => self.sparse.get(&key).copied(),
        }
    }

    /// `key` is at `place`.
    pub(super) fn insert(&mut self, key: u32, place: usize) {
        let index = key as usize;
        if index >= DENSE {
            self.sparse.insert(key, place);
            return;
        }
        if self.dense.len() <= index {
            self.dense.resize(index + 1, 0);
        }
        self.dense[index] = place as u32 + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_own_place() {
        let mut index = Index::default();
        for (place, key) in [7, 3, u32::MAX, 1_999_999, 2_000_000].iter().enumerate() {
            assert_eq!(index.get(*key), None);
            index.insert(*key, place);
        }
        for (place, key) in [7, 3, u32::MAX, 1_999_999, 2_000_000].iter().enumerate() {
            assert_eq!(index.get(*key), Some(place));
        }
        assert_eq!(index.get(5), None);
    }
}
