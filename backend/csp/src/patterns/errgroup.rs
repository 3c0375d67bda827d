//! Goroutines that work on one thing: Go's `golang.org/x/sync/errgroup`.
//!
//! The first error counts; it cancels the context of the group, and comes out of
//! [`wait`](Group::wait), which waits for all, also for those that go on after
//! an error.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::context::{CancelCauseFunc, Context, with_cancel_cause};
use crate::panics::{self, Panic};
use crate::sync::WaitGroup;
use crate::trace::Place;
use crate::{Chan, chan_named};

/// A group of goroutines that return an error or not. Clones are the same group.
///
/// ```
/// use csp::patterns::errgroup::Group;
///
/// # csp::native::run(csp::run::Config::default(), async {
/// let (group, ctx) = Group::with_context(&csp::context::background());
/// group.go(async { Err("no such host") }).await;
/// group.go(async move { Ok(_ = ctx.done().recv().await) }).await;
/// assert_eq!(group.wait().await, Err("no such host"));
/// # });
/// ```
pub struct Group<E> {
    inner: Arc<Inner<E>>,
}

struct Inner<E> {
    goroutines: WaitGroup,
    cancel: Option<CancelCauseFunc>,
    state: Mutex<State<E>>,
}

struct State<E> {
    /// Holds a token for each goroutine.
    limit: Option<Chan<()>>,
    active: usize,
    end: Option<End<E>>,
}

/// What the group ends in: the first of all.
enum End<E> {
    Failed(E),
    Panicked(Panic),
}

impl<E> Clone for Group<E> {
    fn clone(&self) -> Self {
        Group {
            inner: self.inner.clone(),
        }
    }
}

impl<E: Send + 'static> Default for Group<E> {
    #[track_caller]
    fn default() -> Self {
        Self::make(None)
    }
}

impl<E: Send + 'static> Group<E> {
    /// A group without a context: an error cancels nothing.
    #[track_caller]
    pub fn new() -> Self {
        Self::make(None)
    }

    /// A group, and the context for its goroutines: it ends with `parent`, with
    /// the first goroutine that fails or panics, and when
    /// [`wait`](Self::wait) returns.
    #[track_caller]
    pub fn with_context(parent: &Context) -> (Self, Context) {
        let (ctx, cancel) = with_cancel_cause(parent.named("errgroup"));
        (Self::make(Some(cancel)), ctx)
    }

    #[track_caller]
    fn make(cancel: Option<CancelCauseFunc>) -> Self {
        Group {
            inner: Arc::new(Inner {
                goroutines: WaitGroup::named("errgroup"),
                cancel,
                state: Mutex::new(State {
                    limit: None,
                    active: 0,
                    end: None,
                }),
            }),
        }
    }

    /// Lets at most `limit` goroutines be active; `None` is without a limit,
    /// as at first.
    ///
    /// # Panics
    /// With Go's panic while any is active.
    #[track_caller]
    pub fn set_limit(&self, limit: Option<usize>) {
        let at = Location::caller();
        let mut state = self.inner.state.lock();
        let active = state.active;
        if active > 0 {
            drop(state);
            let text = format!(
                "errgroup: modify limit while {active} goroutines in the group are still active"
            );
            panics::unwind(&text, at);
        }
        state.limit = limit.map(|limit| chan_named("errgroup limit", limit));
    }

    /// Starts a goroutine; waits first, while as many are active as may be.
    ///
    /// Cancel safety: dropped before it resolves, nothing was started.
    ///
    /// # Panics
    /// Outside of any run.
    #[track_caller]
    pub fn go<F>(&self, future: F) -> impl Future<Output = ()> + Send + use<E, F>
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
    {
        self.go_at(None, Location::caller(), future)
    }

    /// The same with a name, for the picture.
    ///
    /// Cancel safety: as [`go`](Self::go).
    ///
    /// # Panics
    /// Outside of any run.
    #[track_caller]
    pub fn go_named<F>(&self, name: &str, future: F) -> impl Future<Output = ()> + Send + use<E, F>
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
    {
        self.go_at(Some(name.into()), Location::caller(), future)
    }

    fn go_at<F>(
        &self,
        name: Option<Arc<str>>,
        at: Place,
        future: F,
    ) -> impl Future<Output = ()> + Send + use<E, F>
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
    {
        let group = self.clone();
        async move {
            let limit = group.limit();
            if let Some(limit) = &limit {
                limit.send_at((), at).await;
            }
            group.start(limit, name, at, future);
        }
    }

    /// Starts a goroutine, unless as many are active as may be; whether it did.
    ///
    /// # Panics
    /// Outside of any run.
    #[track_caller]
    pub fn try_go<F>(&self, future: F) -> bool
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
    {
        let limit = self.limit();
        if let Some(limit) = &limit
            && limit.try_send(()).is_err()
        {
            return false;
        }
        self.start(limit, None, Location::caller(), future);
        true
    }

    /// Waits for all goroutines, and then cancels the context of the group.
    ///
    /// If one panicked before any failed, this panics with its words.
    ///
    /// # Errors
    /// That of the first goroutine that failed, for the first who asks.
    ///
    /// Cancel safety: it may be dropped.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = Result<(), E>> + Send + use<E> {
        let group = self.clone();
        async move {
            group.inner.goroutines.wait().await;
            if let Some(cancel) = &group.inner.cancel {
                cancel.without_cause().cancel();
            }
            let end = group.inner.state.lock().end.take();
            match end {
                None => Ok(()),
                Some(End::Failed(error)) => Err(error),
                Some(End::Panicked(panic)) => match panics::again(&panic).await {},
            }
        }
    }

    fn limit(&self) -> Option<Chan<()>> {
        self.inner.state.lock().limit.clone()
    }

    fn start<F>(&self, limit: Option<Chan<()>>, name: Option<Arc<str>>, at: Place, future: F)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
    {
        self.inner.state.lock().active += 1;
        let active = Active {
            group: self.clone(),
            limit,
        };
        let goroutines = &self.inner.goroutines;
        goroutines.go_at(name, at, async move {
            let end = match crate::recover(future).await {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some((End::Failed(error), "a goroutine failed".to_owned())),
                Err(panic) => {
                    let text = panic.to_string();
                    Some((End::Panicked(panic), text))
                }
            };
            if let Some((end, text)) = end {
                active.group.ends(end, text);
            }
            drop(active);
        });
    }

    /// A goroutine failed or panicked; `text` says so to the context.
    fn ends(&self, end: End<E>, text: String) {
        {
            let mut state = self.inner.state.lock();
            if state.end.is_some() {
                return;
            }
            state.end = Some(end);
        }
        if let Some(cancel) = &self.inner.cancel {
            cancel.cancel(text);
        }
    }
}

/// A goroutine of the group, until it is gone.
struct Active<E: Send + 'static> {
    group: Group<E>,
    limit: Option<Chan<()>>,
}

impl<E: Send + 'static> Drop for Active<E> {
    fn drop(&mut self) {
        self.group.inner.state.lock().active -= 1;
        if let Some(limit) = &self.limit {
            // Its own token, or that of another: they are alike.
            let _ = limit.try_recv();
        }
    }
}
