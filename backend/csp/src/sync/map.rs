//! A map for many goroutines.

use std::future::Future;
use std::hash::Hash;
use std::panic::Location;
use std::sync::Arc;
use std::task::Poll;

use foldhash::fast::FixedState;
use papaya::{Compute, HashMap, Operation};

use super::access::Access;
use super::subject::Subject;
use crate::trace::{ObjectKind, Place};

/// Go's `sync.Map`: reads take no lock and do not hold each other up. Values are
/// cloned out of it; put an `Arc` into it if that costs.
///
/// Every operation is awaited, so that another goroutine may go on before it, and
/// done in one step: what lies between two of them does not belong together.
///
/// The order of [`range`](Self::range) is not specified, as in Go; it is the same
/// for the same history, so that a simulated run can be replayed.
pub struct Map<K, V> {
    map: HashMap<K, V, FixedState>,
    _subject: Subject,
}

impl<K, V> Default for Map<K, V> {
    #[track_caller]
    fn default() -> Self {
        Self::make(None, Location::caller())
    }
}

impl<K, V> Map<K, V> {
    /// Empty.
    ///
    /// Events: `Made`.
    #[track_caller]
    pub fn new() -> Self {
        Self::make(None, Location::caller())
    }

    /// With a name, for the picture.
    #[track_caller]
    pub fn named(name: impl Into<Arc<str>>) -> Self {
        Self::make(Some(name.into()), Location::caller())
    }

    fn make(name: Option<Arc<str>>, at: Place) -> Self {
        Map {
            map: HashMap::with_hasher(FixedState::default()),
            _subject: Subject::new(ObjectKind::Map, name, 0, at),
        }
    }
}

impl<K, V> Map<K, V>
where
    K: Hash + Eq + Send + Sync,
    V: Clone + Send + Sync,
{
    /// The value of `key`.
    #[track_caller]
    #[inline]
    pub fn load<'a>(&'a self, key: &'a K) -> impl Future<Output = Option<V>> + Send + 'a {
        self.access(move |map| map.pin().get(key).cloned())
    }

    /// Sets the value of `key`.
    #[track_caller]
    pub fn store(&self, key: K, value: V) -> impl Future<Output = ()> + Send {
        self.access(move |map| {
            map.pin().insert(key, value);
        })
    }

    /// The value of `key`, and true; or else sets it to `value`, and returns that
    /// and false.
    #[track_caller]
    pub fn load_or_store(&self, key: K, value: V) -> impl Future<Output = (V, bool)> + Send {
        self.access(move |map| match map.pin().try_insert(key, value) {
            Ok(stored) => (stored.clone(), false),
            Err(occupied) => (occupied.current.clone(), true),
        })
    }

    /// Takes `key` out; its value, if it had one.
    #[track_caller]
    pub fn load_and_delete<'a>(
        &'a self,
        key: &'a K,
    ) -> impl Future<Output = Option<V>> + Send + 'a {
        self.access(move |map| map.pin().remove(key).cloned())
    }

    /// Takes `key` out.
    #[track_caller]
    pub fn delete<'a>(&'a self, key: &'a K) -> impl Future<Output = ()> + Send + 'a {
        self.access(move |map| {
            map.pin().remove(key);
        })
    }

    /// Sets the value of `key`, and returns the one before.
    #[track_caller]
    pub fn swap(&self, key: K, value: V) -> impl Future<Output = Option<V>> + Send {
        self.access(move |map| map.pin().insert(key, value).cloned())
    }

    /// Sets the value of `key` to `new` if it equals `old`; whether it did.
    #[track_caller]
    pub fn compare_and_swap<'a>(
        &'a self,
        key: K,
        old: &'a V,
        new: V,
    ) -> impl Future<Output = bool> + Send + 'a
    where
        V: PartialEq,
        K: 'a,
    {
        self.access(move |map| {
            let map = map.pin();
            let computed = map.compute(key, |entry| match entry {
                Some((_, value)) if value == old => Operation::Insert(new.clone()),
                _ => Operation::Abort(()),
            });
            matches!(computed, Compute::Updated { .. })
        })
    }

    /// Takes `key` out if its value equals `old`; whether it did.
    #[track_caller]
    pub fn compare_and_delete<'a>(
        &'a self,
        key: &'a K,
        old: &'a V,
    ) -> impl Future<Output = bool> + Send + 'a
    where
        V: PartialEq,
    {
        self.access(move |map| {
            let map = map.pin();
            let removed = map.remove_if(key, |_, value| value == old);
            matches!(removed, Ok(Some(_)))
        })
    }

    /// Calls `visit` for each key and its value, until it returns false. What is
    /// stored or deleted meanwhile may be seen or not; no key is seen twice.
    #[track_caller]
    pub fn range<'a>(
        &'a self,
        mut visit: impl FnMut(&K, &V) -> bool + Send + 'a,
    ) -> impl Future<Output = ()> + Send + 'a {
        self.access(move |map| {
            for (key, value) in &map.pin() {
                if !visit(key, value) {
                    break;
                }
            }
        })
    }

    /// Takes all out.
    #[track_caller]
    pub fn clear(&self) -> impl Future<Output = ()> + Send {
        self.access(|map| map.pin().clear())
    }

    #[track_caller]
    #[inline]
    fn access<'a, R>(
        &'a self,
        access: impl FnOnce(&'a HashMap<K, V, FixedState>) -> R + Send + 'a,
    ) -> impl Future<Output = R> + Send + 'a {
        Access::new(Location::caller(), move || Poll::Ready(access(&self.map)))
    }
}
