//! What is to run once a context has ended.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use parking_lot::Mutex;

use super::Context;
use super::tree::{self, NO_KEY};
use crate::ambient::BoxFuture;
use crate::go::Home;
use crate::trace::Place;

/// Runs `future` in a goroutine of its own once `ctx` has ended; at once if it
/// has. Several for one context are independent of each other.
///
/// Events: `Created` when it starts.
///
/// # Panics
/// On a thread that executes no goroutine.
#[track_caller]
pub fn after_func(ctx: &Context, future: impl Future<Output = ()> + Send + 'static) -> Stop {
    let at = Location::caller();
    let Some(home) = Home::here() else {
        std::panic!("`after_func` at {at} outside of any run: a goroutine needs one");
    };
    let func = Arc::new(Func {
        future: Mutex::new(Some(Box::pin(future))),
        key: AtomicUsize::new(NO_KEY),
        home,
        at,
    });
    let branch = ctx.scope().cloned();
    if let Some(branch) = &branch {
        branch.attend(&func);
    }
    Stop { func, branch }
}

/// A function that waits for a context.
pub(super) struct Func {
    /// Taken by whoever is first: who starts it, or who stops it.
    future: Mutex<Option<BoxFuture>>,
    /// Where it is in the tree.
    pub(super) key: AtomicUsize,
    home: Home,
    at: Place,
}

impl Func {
    /// Starts it, if nobody has stopped it. Not to be called under any lock.
    pub(super) fn start(&self) {
        let future = self.future.lock().take();
        if let Some(future) = future {
            self.home.spawn(self.at, future);
        }
    }
}

/// Keeps a function of [`after_func`] from running. To drop it does nothing.
#[derive(Clone)]
pub struct Stop {
    func: Arc<Func>,
    branch: Option<tree::Branch>,
}

impl Stop {
    /// Whether this call has kept the function from running; false if it has
    /// been started or stopped before. It does not wait until the function has
    /// run.
    pub fn stop(&self) -> bool {
        let future = self.func.future.lock().take();
        let stopped = future.is_some();
        if stopped && let Some(branch) = &self.branch {
            branch.dismiss(&self.func);
        }
        stopped
    }
}
