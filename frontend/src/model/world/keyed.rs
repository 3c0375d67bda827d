//! Things by their number, in its order.
//!
//! Numbers of goroutines and objects are given out in order, so that nearly all
//! come at the end; a copy is two pieces of memory.

/// Things by their number.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyed<T> {
    keys: Vec<u32>,
    values: Vec<T>,
}

impl<T> Default for Keyed<T> {
    fn default() -> Self {
        Keyed {
            keys: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl<T> Keyed<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The thing with the number `key`.
    pub fn get(&self, key: u32) -> Option<&T> {
        self.values.get(self.keys.binary_search(&key).ok()?)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, key: u32) -> Option<&mut T> {
        self.values.get_mut(self.keys.binary_search(&key).ok()?)
    }

    /// The same, made by `make` if there is none.
    pub fn entry(&mut self, key: u32, make: impl FnOnce() -> T) -> &mut T {
        let index = match self.keys.binary_search(&key) {
            Ok(index) => index,
            Err(index) => {
                self.keys.insert(index, key);
                self.values.insert(index, make());
                index
            }
        };
        &mut self.values[index]
    }

    /// All of them, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.keys.iter().copied().zip(&self.values)
    }

    /// All of them, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.values.iter_mut()
    }

    /// Forgets those of which `keep` is false.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        let mut kept = self.values.iter().map(&keep);
        self.keys.retain(|_| kept.next().unwrap_or_default());
        self.values.retain(keep);
    }
}
