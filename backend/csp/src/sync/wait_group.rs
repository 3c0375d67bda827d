//! Waiting for a number of goroutines to finish.

use std::future::Future;
use std::marker::PhantomPinned;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use parking_lot::Mutex;

use crate::chan::waiter::{Progress, Queue, WaiterCell, Wake, Wakers};
use crate::ledger::ObjectLedger;
use crate::trace::{Kind, Object, ObjectKind, Place, Reason};
use crate::{ambient, go, panics};

/// Go's `sync.WaitGroup`. Clones share the counter.
///
/// As in Go, `add` for a goroutine belongs before its `go`: an `add` inside of
/// it can come after a `wait` that found the counter at zero. [`go`](Self::go)
/// cannot be used wrongly.
#[derive(Clone)]
pub struct WaitGroup {
    inner: Arc<Inner>,
}

struct Inner {
    object: Object,
    state: Mutex<State>,
    ledger: Option<Arc<ObjectLedger>>,
}

struct State {
    counter: i64,
    waiters: Queue<()>,
}

// SAFETY: the queue holds pointers to waiters, which are reached only under the
// lock.
#[allow(unsafe_code)]
unsafe impl Send for State {}

impl Default for WaitGroup {
    #[track_caller]
    fn default() -> Self {
        Self::make(None, Location::caller())
    }
}

impl WaitGroup {
    /// With the counter at zero.
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
        let object = ambient::new_object();
        let ledger = ambient::with(|local| {
            let ledger = &local?.ledger;
            ledger.open(object, ObjectKind::WaitGroup, name.clone())
        });
        ambient::record(at, || Kind::Made {
            object,
            kind: ObjectKind::WaitGroup,
            name,
            capacity: 0,
        });
        let state = Mutex::new(State {
            counter: 0,
            waiters: Queue::new(),
        });
        WaitGroup {
            inner: Arc::new(Inner {
                object,
                state,
                ledger,
            }),
        }
    }

    /// Adds `delta`, which may be negative; at zero all who wait go on.
    ///
    /// # Panics
    /// With Go's panic if the counter falls below zero: `sync: negative
    /// WaitGroup counter`.
    #[track_caller]
    pub fn add(&self, delta: i64) {
        self.change(delta, Location::caller());
    }

    /// Takes one off: `add(-1)`.
    ///
    /// # Panics
    /// As [`add`](Self::add).
    #[track_caller]
    pub fn done(&self) {
        self.change(-1, Location::caller());
    }

    /// Waits until the counter is zero.
    ///
    /// Cancel safety: it changes nothing, so it may be dropped.
    ///
    /// Events: `Blocked` if it waits.
    #[track_caller]
    pub fn wait(&self) -> Wait<'_> {
        let at = Location::caller();
        Wait {
            group: &self.inner,
            waiter: WaiterCell::new(at, None),
            waiting: false,
            at,
            _pinned: PhantomPinned,
        }
    }

    /// Adds one, starts a goroutine, and takes one off when it ends, also by a
    /// panic: Go's `WaitGroup.Go`.
    #[track_caller]
    pub fn go(&self, future: impl Future<Output = ()> + Send + 'static) {
        let at = Location::caller();
        self.change(1, at);
        go::spawn(None, at, self.clone().counted(future, at));
    }

    /// The same with a name for the goroutine.
    #[track_caller]
    pub fn go_named(
        &self,
        name: impl Into<Arc<str>>,
        future: impl Future<Output = ()> + Send + 'static,
    ) {
        let at = Location::caller();
        self.change(1, at);
        go::spawn(Some(name.into()), at, self.clone().counted(future, at));
    }

    async fn counted(self, future: impl Future<Output = ()>, at: Place) {
        let _done = Done { group: self, at };
        future.await;
    }

    #[allow(unsafe_code)]
    fn change(&self, delta: i64, at: Place) {
        let inner = &*self.inner;
        let mut state = inner.state.lock();
        state.counter = state.counter.saturating_add(delta);
        let counter = state.counter;
        if let Some(ledger) = &inner.ledger {
            ledger.sent(usize::try_from(counter).unwrap_or(0));
        }
        let moment = ambient::moment();
        moment.record(ambient::g(), Some(at), || Kind::Added {
            object: inner.object,
            delta,
            counter,
        });
        if counter < 0 {
            drop(moment);
            drop(state);
            panics::unwind("sync: negative WaitGroup counter", at);
        }
        let mut wakers = Wakers::default();
        while counter == 0
            && let Some(waiter) = state.waiters.pop()
        {
            // SAFETY: popped under the lock, so it is valid, and ours until
            // `finish`.
            let waiter = unsafe { &mut *waiter };
            let Some(waker) = waiter.claim() else {
                continue;
            };
            if let Some(ledger) = &inner.ledger {
                ledger.unblocked(moment.t_ns.saturating_sub(waiter.since_ns));
            }
            moment.unblocked(
                waiter.g,
                Reason::WaitGroup,
                inner.object,
                waiter.since_ns,
                Some(at),
            );
            waiter.finish(Progress::Done);
            wakers.push(waker);
        }
        drop(moment);
        drop(state);
        wakers.wake();
    }
}

/// Takes one off when a goroutine of [`WaitGroup::go`] ends, however it ends.
struct Done {
    group: WaitGroup,
    at: Place,
}

impl Drop for Done {
    fn drop(&mut self) {
        self.group.change(-1, self.at);
    }
}

/// The future of [`WaitGroup::wait`].
#[must_use = "it waits only if it is awaited"]
pub struct Wait<'a> {
    group: &'a Inner,
    waiter: WaiterCell<()>,
    waiting: bool,
    at: Place,
    _pinned: PhantomPinned,
}

// SAFETY: the waiter's pointers are followed only under the lock.
#[allow(unsafe_code)]
unsafe impl Send for Wait<'_> {}
// SAFETY: a shared reference gives no access to anything inside.
#[allow(unsafe_code)]
unsafe impl Sync for Wait<'_> {}

impl Future for Wait<'_> {
    type Output = ();

    #[allow(unsafe_code)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // SAFETY: nothing pinned is moved.
        let this = unsafe { self.get_unchecked_mut() };
        if this.waiter.progress() == Progress::Done {
            return Poll::Ready(());
        }
        if !this.waiting {
            ready!(ambient::poll_preempt(cx, this.at));
        }
        let waker = cx.waker().clone();
        let inner = this.group;
        let mut state = inner.state.lock();
        if !this.waiting && state.counter == 0 {
            return Poll::Ready(());
        }
        if this.waiting {
            // SAFETY: locked.
            let old = unsafe { this.waiter.wait_on(waker, Reason::WaitGroup, inner.object) };
            drop(state);
            drop(old);
            return match this.waiter.progress() {
                Progress::Waiting => Poll::Pending,
                Progress::Done | Progress::Closed => Poll::Ready(()),
            };
        }
        this.waiting = true;
        if let Some(ledger) = &inner.ledger {
            ledger.receive_blocks();
        }
        let since_ns = ambient::blocked(Reason::WaitGroup, inner.object, this.at, None);
        // SAFETY: locked; pinned; `drop` unlinks it.
        unsafe {
            this.waiter
                .link(&mut state.waiters, Wake::Own(waker), since_ns);
        }
        Poll::Pending
    }
}

impl Drop for Wait<'_> {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        if !self.waiting {
            return;
        }
        let mut state = self.group.state.lock();
        // SAFETY: locked; linked in this queue or in none.
        let wake = unsafe { self.waiter.unlink(&mut state.waiters) };
        drop(state);
        drop(wake);
    }
}
