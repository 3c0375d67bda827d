//! A value that is made once, when it is first asked for.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use parking_lot::Mutex;

use super::once::{Once, Ran, Turn};
use super::waiting::Waiting;
use crate::ambient::BoxFuture;
use crate::panics;
use crate::trace::Place;

/// What makes the value.
type Making<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Go's `sync.OnceValue`: a future that runs when its value is first asked for,
/// and whose value is kept. All who ask meanwhile wait.
///
/// If it panics, so does every call, with the same panic, as in Go.
pub struct OnceValue<T> {
    once: Once,
    /// Until somebody asks; and while the one who asked was dropped midway.
    future: Mutex<Option<Making<T>>>,
    value: OnceLock<Result<T, Arc<str>>>,
}

impl<T: Send + Sync> OnceValue<T> {
    /// With what makes the value.
    #[track_caller]
    pub fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self::make(None, Box::pin(future), Location::caller())
    }

    /// With a name, for the picture.
    #[track_caller]
    pub fn named(
        name: impl Into<Arc<str>>,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Self {
        Self::make(Some(name.into()), Box::pin(future), Location::caller())
    }

    fn make(name: Option<Arc<str>>, future: Making<T>, at: Place) -> Self {
        OnceValue {
            once: Once::make(name, at),
            future: Mutex::new(Some(future)),
            value: OnceLock::new(),
        }
    }

    /// The value, which the first call makes.
    ///
    /// Cancel safety: what a dropped call has done of it is kept, and the next
    /// goes on from there.
    ///
    /// Events: `Initialised`; `Blocked` and `Woken` of those that wait.
    #[track_caller]
    pub fn get(&self) -> Get<'_, T> {
        let at = Location::caller();
        Get {
            of: self,
            turn: self.once.turn(at),
            making: None,
            at,
        }
    }

    /// The value, if it is there. Does not wait.
    pub fn try_get(&self) -> Option<&T> {
        self.value.get().and_then(|made| made.as_ref().ok())
    }
}

/// The future of [`OnceValue::get`].
#[must_use = "it does nothing unless it is awaited"]
pub struct Get<'a, T: Send + Sync> {
    of: &'a OnceValue<T>,
    turn: Waiting<&'a Once>,
    /// While it is this one's turn.
    making: Option<Making<T>>,
    at: Place,
}

impl<'a, T: Send + Sync> Future for Get<'a, T> {
    type Output = &'a T;

    #[allow(unsafe_code)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<&'a T> {
        // SAFETY: `turn` is pinned as the whole is: nothing moves it.
        let this = unsafe { self.get_unchecked_mut() };
        let (of, at) = (this.of, this.at);
        if this.making.is_none() {
            // SAFETY: as above.
            let turn = unsafe { Pin::new_unchecked(&mut this.turn) };
            match ready!(turn.poll(cx)) {
                Turn::Done => return of.made(at),
                Turn::Mine => this.making = of.future.lock().take(),
            }
        }
        let Some(making) = &mut this.making else {
            return Poll::Pending;
        };
        let made = match of.once.run(making.as_mut(), cx, at) {
            Ran::Pending => return Poll::Pending,
            Ran::Panicked(panic) => Err(panic.message().into()),
            Ran::Ended(value) => Ok(value),
        };
        let whole = made.is_ok();
        // Only whose turn it is sets it.
        let _ = of.value.set(made);
        of.once.finish(whole, at);
        if whole {
            this.making = None;
            return of.made(at);
        }
        Poll::Pending
    }
}

impl<T> OnceValue<T> {
    fn made(&self, at: Place) -> Poll<&T> {
        match self.value.get() {
            Some(Ok(value)) => return Poll::Ready(value),
            Some(Err(message)) => panics::raise(message.clone(), at),
            None => panics::raise("sync: the function of a OnceValue panicked", at),
        }
        Poll::Pending
    }
}

impl<T: Send + Sync> Drop for Get<'_, T> {
    fn drop(&mut self) {
        if let Some(making) = self.making.take()
            && !self.of.once.is_done()
        {
            *self.of.future.lock() = Some(making);
            self.of.once.give_up(self.at);
        }
    }
}

/// Go's `sync.OnceFunc`: a future that the first call runs, and the others wait
/// for.
pub struct OnceFunc {
    value: OnceValue<()>,
}

impl OnceFunc {
    /// With what is to run.
    #[track_caller]
    pub fn new(future: impl Future<Output = ()> + Send + 'static) -> Self {
        Self::make(None, Box::pin(future), Location::caller())
    }

    /// With a name, for the picture.
    #[track_caller]
    pub fn named(
        name: impl Into<Arc<str>>,
        future: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self::make(Some(name.into()), Box::pin(future), Location::caller())
    }

    fn make(name: Option<Arc<str>>, future: BoxFuture, at: Place) -> Self {
        OnceFunc {
            value: OnceValue::make(name, future, at),
        }
    }

    /// Runs it, or waits for the end of the first call. If that panicked, so
    /// does every call, with the same panic.
    ///
    /// Cancel safety, events: as [`OnceValue::get`].
    #[track_caller]
    pub fn call(&self) -> Call<'_> {
        Call {
            get: self.value.get(),
        }
    }
}

/// The future of [`OnceFunc::call`].
#[must_use = "it does nothing unless it is awaited"]
pub struct Call<'a> {
    get: Get<'a, ()>,
}

impl Future for Call<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // SAFETY: `get` is pinned as the whole is: nothing moves it.
        #[allow(unsafe_code)]
        let get = unsafe { self.map_unchecked_mut(|this| &mut this.get) };
        get.poll(cx).map(|_| ())
    }
}
