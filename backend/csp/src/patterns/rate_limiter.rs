//! Rate limiters: the token bucket, and beside it the ticker of the book.
//!
//! The bucket is kept as one moment (the generic cell rate algorithm): when it
//! would be full again, if nobody came. Taking a token moves it on by the time
//! that a token needs to grow; with it further away than the whole bucket needs,
//! there is none left. So it needs no timer, and counts in whole nanoseconds.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use crate::context::{Context, ContextError};
use crate::time::{Instant, Ticker, new_ticker_named, now, sleep};
use crate::trace::Place;
use crate::{ambient, go};

/// A token bucket: one token every so often, and at most `burst` at once, as at
/// first. Clones are the same bucket. It goes by the clock of the run.
#[derive(Clone)]
pub struct RateLimiter {
    inner: Arc<Bucket>,
}

struct Bucket {
    period: Duration,
    burst: u32,
    names: Option<(Arc<str>, Arc<str>)>,
    /// When the bucket will be full, since the start of the run.
    full_at: Mutex<Duration>,
    allowed: AtomicU64,
    refused: AtomicU64,
}

/// Why [`RateLimiter::wait`] did not get a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateError {
    /// The token would come after the deadline of the context, so there was no
    /// use in waiting.
    TooLate,
    /// The context ended while it waited, or had ended.
    Ended(ContextError),
    /// The bucket holds no token, ever.
    NoBurst,
}

impl std::fmt::Display for RateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RateError::TooLate => f.write_str("the token would come after the deadline"),
            RateError::Ended(error) => error.fmt(f),
            RateError::NoBurst => f.write_str("the bucket holds no token"),
        }
    }
}

impl std::error::Error for RateError {}

/// A token that was taken in advance: to be used after its delay.
#[must_use = "a token that is not used should be given back"]
pub struct Reservation {
    bucket: Arc<Bucket>,
    taken: Taken,
}

/// A token that was taken.
#[derive(Clone, Copy)]
struct Taken {
    /// When it can be used.
    due: Duration,
    /// When the bucket would be full again after it.
    full_at: Duration,
}

/// What a limiter counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateTotals {
    /// Tokens given.
    pub allowed: u64,
    /// Times that there was none, or that one was not waited for.
    pub refused: u64,
}

impl RateLimiter {
    /// A full bucket for `burst` tokens that gets one every `period`.
    ///
    /// # Panics
    /// If `period` is zero.
    pub fn new(period: Duration, burst: u32) -> Self {
        Self::named("rate", period, burst)
    }

    /// The same with a name for its counters, `NAME allowed` and `NAME refused`.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub fn named(name: &str, period: Duration, burst: u32) -> Self {
        assert!(!period.is_zero(), "a token needs time to grow");
        let names = ambient::traced().then(|| {
            let allowed = format!("{name} allowed").into();
            (allowed, format!("{name} refused").into())
        });
        RateLimiter {
            inner: Arc::new(Bucket {
                period,
                burst,
                names,
                full_at: Mutex::new(Duration::ZERO),
                allowed: AtomicU64::new(0),
                refused: AtomicU64::new(0),
            }),
        }
    }

    /// Takes a token if there is one; whether there was.
    ///
    /// # Panics
    /// On a thread that executes no goroutine.
    #[track_caller]
    pub fn allow(&self) -> bool {
        let at = Location::caller();
        let taken = self.inner.take(|due, now| due <= now).is_some();
        self.inner.count(taken, at);
        taken
    }

    /// Takes a token that may have to grow yet; `None` if the bucket holds none,
    /// ever.
    ///
    /// # Panics
    /// On a thread that executes no goroutine.
    #[track_caller]
    pub fn reserve(&self) -> Option<Reservation> {
        let at = Location::caller();
        let taken = self.inner.take(|_, _| true);
        self.inner.count(taken.is_some(), at);
        let bucket = self.inner.clone();
        Some(Reservation {
            bucket,
            taken: taken?,
        })
    }

    /// Waits for a token, in the order of arrival.
    ///
    /// # Errors
    /// [`RateError`]: `ctx` has ended, ends while it waits, or will have by
    /// then. The token is given back, as by [`Reservation::cancel`].
    ///
    /// Cancel safety: dropped before it resolves, the token is given back.
    ///
    /// Events: `Blocked` if it waits.
    #[track_caller]
    pub fn wait(
        &self,
        ctx: &Context,
    ) -> impl Future<Output = Result<(), RateError>> + Send + use<> {
        let (limiter, ctx, at) = (self.clone(), ctx.clone(), Location::caller());
        async move {
            let waited = limiter.waits(&ctx).await;
            limiter.inner.count(waited.is_ok(), at);
            waited
        }
    }

    /// What it counted so far.
    pub fn totals(&self) -> RateTotals {
        RateTotals {
            allowed: self.inner.allowed.load(Ordering::Relaxed),
            refused: self.inner.refused.load(Ordering::Relaxed),
        }
    }

    async fn waits(&self, ctx: &Context) -> Result<(), RateError> {
        if let Some(error) = ctx.err() {
            return Err(RateError::Ended(error));
        }
        if self.inner.burst == 0 {
            return Err(RateError::NoBurst);
        }
        let deadline = ctx.deadline().map(Instant::since_start);
        let in_time = |due, _| deadline.is_none_or(|deadline| due <= deadline);
        let taken = self.inner.take(in_time).ok_or(RateError::TooLate)?;
        let mut reservation = GivesBack(Some(Reservation {
            bucket: self.inner.clone(),
            taken,
        }));
        let delay = reservation.0.as_ref().map_or(Duration::ZERO, |r| r.delay());
        if !delay.is_zero() {
            let timer = crate::time::new_timer(delay);
            crate::select! {
                _ = timer.c().recv() => {}
                _ = ctx.done().recv() => {
                    timer.stop();
                    let error = ctx.err().unwrap_or(ContextError::Canceled);
                    return Err(RateError::Ended(error));
                }
            }
        }
        reservation.0 = None;
        Ok(())
    }
}

impl Bucket {
    /// Takes a token, if `wanted` says so of the time at which it can be used,
    /// and of the present.
    #[track_caller]
    fn take(&self, wanted: impl FnOnce(Duration, Duration) -> bool) -> Option<Taken> {
        if self.burst == 0 {
            return None;
        }
        let now = now().since_start();
        let mut full_at = self.full_at.lock();
        let after = (*full_at).max(now) + self.period;
        let due = after.saturating_sub(self.period * self.burst).max(now);
        wanted(due, now).then(|| {
            *full_at = after;
            Taken {
                due,
                full_at: after,
            }
        })
    }

    fn count(&self, allowed: bool, at: Place) {
        let count = if allowed {
            &self.allowed
        } else {
            &self.refused
        };
        let counted = count.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some((allows, refuses)) = &self.names {
            let name = if allowed { allows } else { refuses };
            go::counter_at(name.clone(), counted as i64, at);
        }
    }
}

impl Reservation {
    /// How long from now until it may be used.
    ///
    /// # Panics
    /// On a thread that executes no goroutine.
    #[track_caller]
    pub fn delay(&self) -> Duration {
        self.taken.due.saturating_sub(now().since_start())
    }

    /// Waits until it may be used.
    ///
    /// Cancel safety: the token is gone with it.
    pub async fn used(self) {
        sleep(self.delay()).await;
    }

    /// Gives the token back, unless its time has come, or others have reserved
    /// behind it: these keep their times, so that the next who came would meet
    /// the last of them, and both together be more than the burst.
    ///
    /// # Panics
    /// On a thread that executes no goroutine.
    #[track_caller]
    pub fn cancel(self) {
        let mut full_at = self.bucket.full_at.lock();
        if self.taken.due > now().since_start() && self.taken.full_at == *full_at {
            *full_at = full_at.saturating_sub(self.bucket.period);
        }
    }
}

/// A reservation that is given back, unless it is taken out.
struct GivesBack(Option<Reservation>);

impl Drop for GivesBack {
    fn drop(&mut self) {
        let inside = ambient::with(|local| local.is_some());
        if let Some(reservation) = self.0.take()
            && inside
        {
            reservation.cancel();
        }
    }
}

/// The book's limiter: a ticker, of which each tick lets one through. It has a
/// burst of one at most, however long nobody came, and none at first; and it has
/// to be stopped, as here by [`stop`](Self::stop) or with its last clone. The
/// [`RateLimiter`] is what to use.
#[derive(Clone)]
pub struct TickerLimiter {
    ticker: Ticker,
}

impl TickerLimiter {
    /// One every `period`.
    ///
    /// # Panics
    /// With Go's panic if `period` is zero; on a thread that executes no
    /// goroutine.
    #[track_caller]
    pub fn new(period: Duration) -> Self {
        TickerLimiter {
            ticker: new_ticker_named("limiter", period),
        }
    }

    /// Takes the tick that came since the last time; whether there was one.
    #[track_caller]
    pub fn allow(&self) -> bool {
        self.ticker.c().try_recv().is_ok()
    }

    /// Waits for a tick.
    ///
    /// # Errors
    /// If `ctx` ends before.
    ///
    /// Cancel safety: it may be dropped.
    pub async fn wait(&self, ctx: &Context) -> Result<(), ContextError> {
        crate::select! {
            _ = self.ticker.c().recv() => Ok(()),
            _ = ctx.done().recv() => Err(ctx.err().unwrap_or(ContextError::Canceled)),
        }
    }

    /// Stops the ticks. Who waits then waits for its context.
    #[track_caller]
    pub fn stop(&self) {
        self.ticker.stop();
    }
}
