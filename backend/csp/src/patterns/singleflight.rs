//! One call for all who want the same: Go's `golang.org/x/sync/singleflight`.
//!
//! Who asks first for a key makes the call; who asks while it runs waits for its
//! result. The call runs in the future of who makes it. If that is dropped, one
//! of those who wait makes its own call instead, so that nobody waits for ever.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::panics::{self, Panic};
use crate::trace::Place;
use crate::{Chan, chan_named};

/// Calls by key, while they run. Clones are the same group.
///
/// ```
/// # csp::native::run(csp::run::Config::default(), async {
/// let pages = csp::patterns::singleflight::Group::new();
/// let page = pages.call("index", || async { "hello".to_owned() }).await;
/// assert_eq!((page.value.as_str(), page.shared), ("hello", false));
/// # });
/// ```
pub struct Group<K, V> {
    inner: Arc<Inner<K, V>>,
}

struct Inner<K, V> {
    calls: Mutex<HashMap<K, Arc<Call<V>>>>,
    made: AtomicU64,
    saved: AtomicU64,
}

struct Call<V> {
    /// Closed when the call has ended.
    done: Chan<()>,
    state: Mutex<State<V>>,
}

struct State<V> {
    /// Who waits, beside who calls.
    waiters: usize,
    end: End<V>,
}

#[derive(Clone)]
enum End<V> {
    /// Not yet.
    Running,
    Returned(V),
    Panicked(Panic),
    /// The future that made it was dropped.
    Abandoned,
}

/// What a call returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared<V> {
    /// What the function returned.
    pub value: V,
    /// Whether it went to several.
    pub shared: bool,
}

/// What a group did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SingleflightTotals {
    /// Calls made.
    pub made: u64,
    /// Calls that were not made, since another's result was taken.
    pub saved: u64,
}

impl<K, V> Clone for Group<K, V> {
    fn clone(&self) -> Self {
        Group {
            inner: self.inner.clone(),
        }
    }
}

impl<K: Hash + Eq + Clone + Send + 'static, V: Clone + Send + 'static> Default for Group<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Hash + Eq + Clone + Send + 'static, V: Clone + Send + 'static> Group<K, V> {
    /// A group without calls.
    pub fn new() -> Self {
        Group {
            inner: Arc::new(Inner {
                calls: Mutex::new(HashMap::new()),
                made: AtomicU64::new(0),
                saved: AtomicU64::new(0),
            }),
        }
    }

    /// Returns what `function` does, or what the call for `key` that runs
    /// already will: Go's `Do`. An error is a value like others, and shared as
    /// they are.
    ///
    /// If the function panics, all who wait for it panic with its words.
    ///
    /// Cancel safety: dropped while it makes the call, one of those who wait
    /// makes it again; dropped while it waits, nothing.
    ///
    /// Events: those of the function; `Blocked` while it waits for another.
    #[track_caller]
    pub fn call<F, R>(
        &self,
        key: K,
        function: F,
    ) -> impl Future<Output = Shared<V>> + Send + use<K, V, F, R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Future<Output = V> + Send,
    {
        let (group, at) = (self.clone(), Location::caller());
        async move {
            loop {
                let (call, first) = group.join(&key, at);
                if first {
                    return group.make(key, call, function).await;
                }
                call.done.recv_at(at).await;
                let end = call.state.lock().end.clone();
                match end {
                    End::Returned(value) => {
                        group.inner.saved.fetch_add(1, Ordering::Relaxed);
                        return Shared {
                            value,
                            shared: true,
                        };
                    }
                    End::Panicked(panic) => match panics::again(&panic).await {},
                    End::Abandoned | End::Running => {}
                }
            }
        }
    }

    /// Lets the next who asks for `key` make a call of its own, although one may
    /// run: Go's `Forget`. Those who wait already still get its result.
    pub fn forget(&self, key: &K) {
        self.inner.calls.lock().remove(key);
    }

    /// What it did so far.
    pub fn totals(&self) -> SingleflightTotals {
        SingleflightTotals {
            made: self.inner.made.load(Ordering::Relaxed),
            saved: self.inner.saved.load(Ordering::Relaxed),
        }
    }

    /// The call that runs for `key`, or a new one; whether it is new.
    fn join(&self, key: &K, at: Place) -> (Arc<Call<V>>, bool) {
        let mut calls = self.inner.calls.lock();
        if let Some(call) = calls.get(key) {
            call.state.lock().waiters += 1;
            return (call.clone(), false);
        }
        let call = Arc::new(Call {
            done: chan_named(format!("singleflight at line {}", at.line()), 0),
            state: Mutex::new(State {
                waiters: 0,
                end: End::Running,
            }),
        });
        calls.insert(key.clone(), call.clone());
        (call, true)
    }

    /// Makes the call for all.
    async fn make<R: Future<Output = V> + Send>(
        &self,
        key: K,
        call: Arc<Call<V>>,
        function: impl FnOnce() -> R + Send,
    ) -> Shared<V> {
        let running = Running {
            group: self,
            key,
            call,
        };
        self.inner.made.fetch_add(1, Ordering::Relaxed);
        match crate::recover(async { function().await }).await {
            Ok(value) => {
                let shared = running.ends(End::Returned(value.clone()));
                Shared { value, shared }
            }
            Err(panic) => {
                running.ends(End::Panicked(panic.clone()));
                drop(running);
                match panics::again(&panic).await {}
            }
        }
    }
}

/// A call that is being made; abandoned, if this goes away before it has ended.
struct Running<'a, K: Hash + Eq, V: Send + 'static> {
    group: &'a Group<K, V>,
    key: K,
    call: Arc<Call<V>>,
}

impl<K: Hash + Eq, V: Send + 'static> Running<'_, K, V> {
    /// Says how it ended, to all who wait; whether there are any. The first time
    /// counts.
    fn ends(&self, end: End<V>) -> bool {
        // First out of the list, so that nobody comes too late to count.
        let mut calls = self.group.inner.calls.lock();
        let ours = calls.get(&self.key);
        if ours.is_some_and(|call| Arc::ptr_eq(call, &self.call)) {
            calls.remove(&self.key);
        }
        drop(calls);
        let mut state = self.call.state.lock();
        state.end = end;
        state.waiters > 0
    }
}

impl<K: Hash + Eq, V: Send + 'static> Drop for Running<'_, K, V> {
    fn drop(&mut self) {
        if matches!(self.call.state.lock().end, End::Running) {
            self.ends(End::Abandoned);
        }
        self.call.done.close();
    }
}
