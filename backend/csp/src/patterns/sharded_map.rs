//! A map of many shards, each with a lock of its own.
//!
//! The shard of a key comes from its FNV-1a hash, so that two goroutines meet at
//! a lock only if their keys fall into the same shard. What shards buy is less
//! waiting, not less work: on one processor there is nobody to wait for.
//!
//! The lock is `parking_lot::RwLock`, not our [`RWMutex`](crate::sync): it is
//! held for the length of one look-up, which is over long before a goroutine
//! could be put to sleep and woken, and it never is held over an `await`. So no
//! operation here waits, none is a future, and reading costs two atomic
//! operations. How often one did find its shard taken is counted.
//!
//! The hash is computed once: the shard's table takes it as it is.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Shards of a map that was not told how many: the book's number.
pub const DEFAULT_SHARDS: usize = 32;

/// A map for many readers and writers at once.
///
/// ```
/// let ages = csp::patterns::ShardedMap::new();
/// ages.insert("ann".to_owned(), 41);
/// assert_eq!(ages.get("ann"), Some(41));
/// ages.update("ann".to_owned(), || 0, |age| *age += 1);
/// assert_eq!(ages.remove("ann"), Some(42));
/// ```
pub struct ShardedMap<K, V> {
    shards: Box<[Shard<K, V>]>,
}

/// On a cache line of its own (two, since processors fetch them in pairs).
#[repr(align(128))]
struct Shard<K, V> {
    table: RwLock<HashTable<(K, V)>>,
    contended: AtomicU64,
}

impl<K, V> Shard<K, V> {
    #[inline]
    fn read(&self) -> RwLockReadGuard<'_, HashTable<(K, V)>> {
        self.table.try_read().unwrap_or_else(|| {
            self.contended.fetch_add(1, Ordering::Relaxed);
            self.table.read()
        })
    }

    #[inline]
    fn write(&self) -> RwLockWriteGuard<'_, HashTable<(K, V)>> {
        self.table.try_write().unwrap_or_else(|| {
            self.contended.fetch_add(1, Ordering::Relaxed);
            self.table.write()
        })
    }
}

impl<K: Hash + Eq, V> ShardedMap<K, V> {
    /// An empty map of [`DEFAULT_SHARDS`].
    pub fn new() -> Self {
        Self::with_shards(DEFAULT_SHARDS)
    }

    /// An empty map of `shards`.
    ///
    /// # Panics
    /// If that is 0.
    pub fn with_shards(shards: usize) -> Self {
        assert!(shards > 0, "a map needs at least one shard");
        let shards = (0..shards).map(|_| Shard {
            table: RwLock::new(HashTable::new()),
            contended: AtomicU64::new(0),
        });
        ShardedMap {
            shards: shards.collect(),
        }
    }

    /// The value of `key`, cloned.
    #[inline]
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        V: Clone,
    {
        self.with(key, V::clone)
    }

    /// What `look` returns of the value of `key`. The shard stays locked
    /// meanwhile, for reading: `look` must not write to the map.
    #[inline]
    pub fn with<Q: Hash + Eq + ?Sized, R>(&self, key: &Q, look: impl FnOnce(&V) -> R) -> Option<R>
    where
        K: Borrow<Q>,
    {
        let hash = fnv1a(key);
        let table = self.shard(hash).read();
        let found = table.find(hash, |(other, _)| other.borrow() == key);
        found.map(|(_, value)| look(value))
    }

    /// Whether there is a value of `key`.
    pub fn contains_key<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.with(key, |_| ()).is_some()
    }

    /// Puts `value` in; returns the one that it replaces.
    pub fn insert(&self, key: K, value: V) -> Option<V> {
        let hash = fnv1a(&key);
        let mut table = self.shard(hash).write();
        match table.entry(hash, |(other, _)| *other == key, |(key, _)| fnv1a(key)) {
            Entry::Occupied(mut entry) => Some(std::mem::replace(&mut entry.get_mut().1, value)),
            Entry::Vacant(entry) => {
                entry.insert((key, value));
                None
            }
        }
    }

    /// Changes the value of `key`, made by `make` if there is none, and returns
    /// what `change` does. Nobody else sees the map in between; neither may use
    /// it.
    pub fn update<R>(
        &self,
        key: K,
        make: impl FnOnce() -> V,
        change: impl FnOnce(&mut V) -> R,
    ) -> R {
        let hash = fnv1a(&key);
        let mut table = self.shard(hash).write();
        let entry = table.entry(hash, |(other, _)| *other == key, |(key, _)| fnv1a(key));
        let mut entry = entry.or_insert_with(|| (key, make()));
        change(&mut entry.get_mut().1)
    }

    /// Takes the value of `key` out.
    pub fn remove<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let hash = fnv1a(key);
        let mut table = self.shard(hash).write();
        let entry = table.find_entry(hash, |(other, _)| other.borrow() == key);
        entry.ok().map(|entry| entry.remove().0.1)
    }

    /// The number of the shard of `key`.
    pub fn shard_of<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        self.index(fnv1a(key))
    }

    /// Calls `look` for each key and its value, a shard after the other, each
    /// locked for reading meanwhile: not one moment of the whole map.
    pub fn for_each(&self, mut look: impl FnMut(&K, &V)) {
        for shard in &self.shards {
            shard
                .read()
                .iter()
                .for_each(|(key, value)| look(key, value));
        }
    }

    #[inline]
    fn shard(&self, hash: u64) -> &Shard<K, V> {
        &self.shards[self.index(hash)]
    }

    /// By the upper half of the hash folded into the lower, so that a table and
    /// its number do not go by the same bits.
    #[inline]
    fn index(&self, hash: u64) -> usize {
        let folded = (hash ^ (hash >> 32)) as u32;
        let spread = folded.wrapping_mul(0x9E37_79B9);
        ((u64::from(spread) * self.shards.len() as u64) >> 32) as usize
    }
}

impl<K, V> ShardedMap<K, V> {
    /// Values in the map, a shard counted after the other.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.read().len()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes all out.
    pub fn clear(&self) {
        self.shards.iter().for_each(|shard| shard.write().clear());
    }

    /// The number of shards.
    pub fn shards(&self) -> usize {
        self.shards.len()
    }

    /// Operations so far that found their shard taken.
    pub fn contended(&self) -> u64 {
        let counts = self.shards.iter();
        counts.map(|s| s.contended.load(Ordering::Relaxed)).sum()
    }
}

impl<K: Hash + Eq, V> Default for ShardedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

/// FNV-1a of 64 bits: for each byte, exclusive or and multiply. A number counts
/// as one byte, however long: it is as well spread, and eight times as quick.
struct Fnv1a(u64);

const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

#[inline]
fn fnv1a<Q: Hash + ?Sized>(key: &Q) -> u64 {
    let mut hasher = Fnv1a(FNV_BASIS);
    key.hash(&mut hasher);
    hasher.finish()
}

impl Hasher for Fnv1a {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    #[inline]
    fn write_u16(&mut self, number: u16) {
        self.write_u64(number.into());
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(FNV_PRIME);
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference values of FNV-1a, over the bytes of a text (without the
    /// byte that Rust ends a text with).
    #[test]
    fn the_hash_is_fnv_1a() {
        let hash = |text: &str| {
            let mut hasher = Fnv1a(FNV_BASIS);
            hasher.write(text.as_bytes());
            hasher.finish()
        };
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash("foobar"), 0x8594_4171_f739_67e8);
    }

    /// Keys spread over the shards, numbers and texts alike.
    #[test]
    fn keys_spread() {
        fn fullest<K: Hash + Eq>(keys: impl Iterator<Item = K>) -> usize {
            let map = ShardedMap::with_shards(16);
            let mut held = [0; 16];
            keys.for_each(|key| {
                held[map.shard_of(&key)] += 1;
                map.insert(key, ());
            });
            held.into_iter().max().unwrap()
        }
        assert!(fullest(0..1600_u64) < 200);
        assert!(fullest((0..1600).map(|number| format!("key{number}"))) < 200);
    }
}
