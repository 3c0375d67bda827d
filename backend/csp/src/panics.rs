//! Go panics, which are values of a run.
//!
//! An operation that panics in Go's sense records the panic and never resolves;
//! the goroutine's future is dropped, which runs its guards, and the run ends
//! with Go's text unless [`recover`] stands around the operation. Where a
//! misuse happens outside of any `await` (closing a closed channel, say), the
//! same panic travels by unwinding.
//!
//! A Rust panic is another thing: a fault of the program, caught by the
//! executor and reported as such. Fatal errors, like a deadlock, cannot be
//! recovered.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::ambient;
use crate::trace::{G, Kind, Place};

/// A Go panic.
#[derive(Clone, Debug, PartialEq)]
pub struct Panic {
    message: Arc<str>,
    g: G,
    name: Option<Arc<str>>,
    at: Place,
}

impl Panic {
    /// What was said, without `panic: ` before it.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The goroutine that panicked; 0 outside of any run.
    pub fn goroutine(&self) -> G {
        self.g
    }

    /// The name of that goroutine.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where.
    pub fn at(&self) -> Place {
        self.at
    }
}

impl std::fmt::Display for Panic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "panic: {}", self.message)
    }
}

impl std::error::Error for Panic {}

/// Panics as Go's `panic(message)` does: the future never resolves, and the
/// goroutine unwinds to the nearest [`recover`].
///
/// # Panics
/// On a thread that executes no goroutine, with a Rust panic.
#[track_caller]
pub fn panic(message: impl Into<Arc<str>>) -> GoPanic {
    GoPanic {
        message: message.into(),
        at: Location::caller(),
    }
}

/// Panics with the words of another goroutine's panic, as if it were there.
pub(crate) fn again(panic: &Panic) -> GoPanic {
    GoPanic {
        message: panic.message.clone(),
        at: panic.at,
    }
}

/// The future of [`panic()`].
#[must_use = "a panic happens when it is awaited"]
pub struct GoPanic {
    message: Arc<str>,
    at: Place,
}

impl Future for GoPanic {
    type Output = Infallible;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Infallible> {
        raise(self.message.clone(), self.at);
        Poll::Pending
    }
}

/// Records a panic of the running goroutine. The operation that calls it must
/// return `Pending`.
#[cold]
pub(crate) fn raise(message: impl Into<Arc<str>>, at: Place) {
    let message = message.into();
    let outside = ambient::with(|local| match local {
        Some(local) => {
            let panic = new_panic(message.clone(), at);
            let before = &mut *local.panic.borrow_mut();
            // The first panic counts: what follows in the same poll runs in a
            // goroutine that has already ended.
            before.get_or_insert(panic);
            false
        }
        None => true,
    });
    if outside {
        std::panic!("{message} (at {at})");
    }
}

/// The panic that the running goroutine has raised, if its future is still
/// there.
pub(crate) fn raised() -> Option<Panic> {
    ambient::with(|local| local.and_then(|local| local.panic.borrow().clone()))
}

/// Panics outside of any `await`, by unwinding. In wasm32, where nothing unwinds
/// and nothing is caught, it ends the instance, and its panic hook has the text.
#[cold]
pub(crate) fn unwind(message: &str, at: Place) -> ! {
    #[cfg(not(target_arch = "wasm32"))]
    if ambient::with(|local| local.is_some()) {
        resume_unwind(Box::new(new_panic(message.into(), at)))
    }
    std::panic!("{message} (at {at})");
}

/// Ends the run by an error that nothing recovers, Go's `fatal error`, outside
/// of any `await`.
#[cold]
pub(crate) fn fatal(message: &str, at: Place) -> ! {
    let _in_a_run = fatal_pending(message, at);
    #[cfg(not(target_arch = "wasm32"))]
    if _in_a_run {
        // Not a panic, so that no `recover` stops it. The run has ended.
        resume_unwind(Box::new(Fatal));
    }
    std::panic!("fatal error: {message} (at {at})");
}

/// Ends the run by an error that nothing recovers; false outside of any run. The
/// operation that calls it must return `Pending`.
#[cold]
pub(crate) fn fatal_pending(message: &str, at: Place) -> bool {
    ambient::with(|local| match local {
        Some(local) => {
            local.engine.fatal(message.into(), Some(at));
            true
        }
        None => false,
    })
}

/// What a fatal error unwinds with.
#[cfg(not(target_arch = "wasm32"))]
struct Fatal;

fn new_panic(message: Arc<str>, at: Place) -> Panic {
    let (g, name) = ambient::with(|local| {
        let goroutine = local.and_then(|local| local.goroutine());
        goroutine.map_or((0, None), |goroutine| (goroutine.id, goroutine.name()))
    });
    Panic {
        message,
        g,
        name,
        at,
    }
}

/// What came out of a poll that panicked: a Go panic that travelled by
/// unwinding, or a Rust panic with its text.
pub(crate) fn caught(payload: Box<dyn Any + Send>) -> Result<Panic, String> {
    let payload = match payload.downcast::<Panic>() {
        Ok(panic) => return Ok(*panic),
        Err(payload) => payload,
    };
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned());
    Err(text.unwrap_or_else(|| "a Rust panic without a text".to_owned()))
}

/// Runs `future`, and catches the Go panic that ends it, as a deferred
/// `recover()` does. What the future held is dropped before this resolves.
///
/// Cancel safety: that of `future`.
///
/// # Errors
/// The panic.
///
/// # Panics
/// Rust panics pass through.
pub fn recover<F: Future>(future: F) -> Recover<F> {
    Recover {
        future: Some(Box::pin(future)),
    }
}

/// The future of [`recover()`].
#[must_use = "futures do nothing unless awaited"]
pub struct Recover<F: ?Sized> {
    future: Option<Pin<Box<F>>>,
}

/// The same for a future that is boxed already.
pub(crate) fn recover_boxed<F: Future + ?Sized>(future: Pin<Box<F>>) -> Recover<F> {
    Recover {
        future: Some(future),
    }
}

/// Calls `function`, and catches the Go panic that ends it. The panic is boxed, so
/// that what nearly always comes back fits into registers.
///
/// # Panics
/// Rust panics pass through.
#[inline]
pub(crate) fn recover_call<R>(function: impl FnOnce() -> R) -> Result<R, Box<Panic>> {
    catch_unwind(AssertUnwindSafe(function)).map_err(recovered_payload)
}

#[cold]
fn recovered_payload(payload: Box<dyn Any + Send>) -> Box<Panic> {
    match payload.downcast::<Panic>() {
        Ok(panic) => Box::new(recovered(*panic)),
        Err(payload) => resume_unwind(payload),
    }
}

fn recovered(panic: Panic) -> Panic {
    ambient::record(panic.at, || Kind::Panicked {
        message: panic.message.clone(),
        recovered: true,
    });
    panic
}

impl<F: Future + ?Sized> Future for Recover<F> {
    type Output = Result<F::Output, Panic>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.future.as_mut().expect("polled after it resolved");
        let panic = match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(Poll::Ready(output)) => {
                self.future = None;
                return Poll::Ready(Ok(output));
            }
            Ok(Poll::Pending) => {
                match ambient::with(|local| local.and_then(|local| local.panic.borrow_mut().take()))
                {
                    Some(panic) => panic,
                    None => return Poll::Pending,
                }
            }
            Err(payload) => match payload.downcast::<Panic>() {
                Ok(panic) => *panic,
                Err(payload) => resume_unwind(payload),
            },
        };
        self.future = None;
        Poll::Ready(Err(recovered(panic)))
    }
}
