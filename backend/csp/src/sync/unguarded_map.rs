//! A map without protection, which notices that it is used so.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use foldhash::fast::FixedState;
use parking_lot::Mutex;

use super::access::Access;
use super::subject::Subject;
use crate::trace::{ObjectKind, Place};
use crate::{ambient, panics};

/// Go's plain `map`, which must not be written by one goroutine while another
/// uses it. It carries Go's flag, raised by who writes; whoever finds it raised
/// ends the run, with an error that nothing recovers:
///
/// * `fatal error: concurrent map writes`
/// * `fatal error: concurrent map read and map write`
/// * `fatal error: concurrent map iteration and map write`
///
/// As in Go that is found often and not always. Nothing is undefined: what the
/// flag is about lies behind a lock that is held for moments.
pub struct UnguardedMap<K, V> {
    writing: AtomicBool,
    map: Mutex<HashMap<K, V, FixedState>>,
    _subject: Subject,
}

impl<K, V> Default for UnguardedMap<K, V> {
    #[track_caller]
    fn default() -> Self {
        Self::make(None, Location::caller())
    }
}

impl<K, V> UnguardedMap<K, V> {
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
        UnguardedMap {
            writing: AtomicBool::new(false),
            map: Mutex::new(HashMap::default()),
            _subject: Subject::new(ObjectKind::Map, name, 0, at),
        }
    }
}

impl<K: Hash + Eq + Send, V: Send> UnguardedMap<K, V> {
    /// Go's `m[key]`.
    ///
    /// # Panics
    /// With Go's fatal error, if another writes.
    #[track_caller]
    pub fn get<'a>(&'a self, key: &'a K) -> impl Future<Output = Option<V>> + Send + 'a
    where
        V: Clone,
        K: Sync,
    {
        let at = Location::caller();
        self.read(READ, at, move |map| map.get(key).cloned())
    }

    /// Go's `len(m)`, which looks at no flag.
    pub fn len(&self) -> usize {
        self.map.lock().len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Go's `m[key] = value`.
    ///
    /// Cancel safety: dropped, it has written nothing.
    ///
    /// # Panics
    /// With Go's fatal error, if another writes.
    #[track_caller]
    pub fn insert(&self, key: K, value: V) -> impl Future<Output = ()> + Send {
        self.write(move |map| drop(map.insert(key, value)))
    }

    /// Go's `delete(m, key)`.
    ///
    /// Cancel safety: dropped, it has written nothing.
    ///
    /// # Panics
    /// With Go's fatal error, if another writes.
    #[track_caller]
    pub fn delete<'a>(&'a self, key: &'a K) -> impl Future<Output = ()> + Send + 'a
    where
        K: Sync,
    {
        self.write(move |map| drop(map.remove(key)))
    }

    /// Go's `clear(m)`.
    ///
    /// Cancel safety: dropped, it has written nothing.
    ///
    /// # Panics
    /// With Go's fatal error, if another writes.
    #[track_caller]
    pub fn clear(&self) -> impl Future<Output = ()> + Send {
        self.write(HashMap::clear)
    }

    /// Go's `for key, value := range m`, until `visit` returns false: over what
    /// was in it at the beginning, with a look at the flag at each step.
    ///
    /// # Panics
    /// With Go's fatal error, if another writes.
    #[track_caller]
    pub fn range<'a>(
        &'a self,
        mut visit: impl FnMut(&K, &V) -> bool + Send + 'a,
    ) -> impl Future<Output = ()> + Send + 'a
    where
        K: Clone,
        V: Clone,
    {
        let at = Location::caller();
        let all = |map: &HashMap<K, V, FixedState>| {
            let pairs = map.iter().map(|(key, value)| (key.clone(), value.clone()));
            pairs.collect::<Vec<_>>()
        };
        async move {
            for (key, value) in self.read(ITERATION, at, all).await {
                self.read(ITERATION, at, |_| ()).await;
                if !visit(&key, &value) {
                    break;
                }
            }
        }
    }

    fn read<'a, R>(
        &'a self,
        fault: &'static str,
        at: Place,
        read: impl FnOnce(&HashMap<K, V, FixedState>) -> R + Send + 'a,
    ) -> impl Future<Output = R> + Send + 'a {
        Access::new(at, move || {
            if self.writing.load(Ordering::Relaxed) {
                return fails(fault, at);
            }
            Poll::Ready(read(&self.map.lock()))
        })
    }

    #[track_caller]
    fn write<'a>(
        &'a self,
        write: impl FnOnce(&mut HashMap<K, V, FixedState>) + Send + 'a,
    ) -> impl Future<Output = ()> + Send + 'a {
        Write {
            map: self,
            write: Some(write),
            raised: false,
            at: Location::caller(),
        }
    }
}

const READ: &str = "concurrent map read and map write";
const ITERATION: &str = "concurrent map iteration and map write";
const WRITES: &str = "concurrent map writes";

fn fails<R>(fault: &str, at: Place) -> Poll<R> {
    if !panics::fatal_pending(fault, at) {
        std::panic!("fatal error: {fault} (at {at})");
    }
    Poll::Pending
}

/// A write: raises the flag, lets others go on if they are to, writes, and lowers
/// it.
struct Write<'a, K, V, F> {
    map: &'a UnguardedMap<K, V>,
    write: Option<F>,
    raised: bool,
    at: Place,
}

/// What it does is called, and never pinned.
impl<K, V, F> Unpin for Write<'_, K, V, F> {}

impl<K, V, F: FnOnce(&mut HashMap<K, V, FixedState>)> Future for Write<'_, K, V, F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if !self.raised {
            ready!(ambient::poll_preempt(cx, self.at));
            if self.map.writing.swap(true, Ordering::Relaxed) {
                return fails(WRITES, self.at);
            }
            self.raised = true;
        }
        ready!(ambient::poll_preempt(cx, self.at));
        let Some(write) = self.write.take() else {
            return Poll::Pending;
        };
        write(&mut self.map.map.lock());
        self.raised = false;
        self.map.writing.store(false, Ordering::Relaxed);
        Poll::Ready(())
    }
}

impl<K, V, F> Drop for Write<'_, K, V, F> {
    fn drop(&mut self) {
        if self.raised {
            self.map.writing.store(false, Ordering::Relaxed);
        }
    }
}
