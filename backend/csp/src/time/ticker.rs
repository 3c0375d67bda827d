//! Tickers.

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::Instant;
use super::timer::Core;
use crate::trace::Place;
use crate::{Receiver, panics};

/// Fires at even distances: Go's `time.Ticker`. Clones are the same ticker.
///
/// Its channel holds one tick: a receiver that is slow misses ticks, and gets
/// none in a heap. To drop the ticker does not stop it while its channel is
/// there; without either, it is taken back.
#[derive(Clone)]
pub struct Ticker {
    core: Arc<Core>,
    channel: Receiver<Instant>,
}

/// A ticker whose channel gets the time every `period`.
///
/// Events: `Made`, `TimerSet`; for each tick `TimerFired`, `TimerSet`, and `Sent`
/// unless the one before has not been received.
///
/// # Panics
/// With Go's panic if `period` is zero: `non-positive interval for NewTicker`.
/// On a thread that executes no goroutine.
#[track_caller]
pub fn new_ticker(period: Duration) -> Ticker {
    Ticker::make(None, period, Location::caller())
}

/// A ticker with a name, for the picture.
///
/// # Panics
/// As [`new_ticker`].
#[track_caller]
pub fn new_ticker_named(name: impl Into<Arc<str>>, period: Duration) -> Ticker {
    Ticker::make(Some(name.into()), period, Location::caller())
}

/// The channel of a ticker that nobody will stop: Go's `time.Tick`. The ticker is
/// taken back when the last reference to the channel goes. With a `period` of
/// zero it is a nil channel.
///
/// # Panics
/// On a thread that executes no goroutine.
#[track_caller]
pub fn tick(period: Duration) -> Receiver<Instant> {
    if period.is_zero() {
        return Receiver::NIL;
    }
    Ticker::make(None, period, Location::caller()).channel
}

impl Ticker {
    /// As [`new_ticker`].
    ///
    /// # Panics
    /// As [`new_ticker`].
    #[track_caller]
    pub fn new(period: Duration) -> Self {
        Self::make(None, period, Location::caller())
    }

    fn make(name: Option<Arc<str>>, period: Duration, at: Place) -> Self {
        if period.is_zero() {
            panics::unwind("non-positive interval for NewTicker", at);
        }
        let (core, channel) = Core::with_channel(name, at);
        core.reset(period, Some(period), at);
        Ticker { core, channel }
    }

    /// The channel that gets the time of each tick, Go's `t.C`.
    pub fn c(&self) -> &Receiver<Instant> {
        &self.channel
    }

    /// Stops it: no tick comes after that. It does not close the channel, so
    /// that nobody takes that for a tick.
    ///
    /// Events: `TimerStopped` if it was not stopped.
    #[track_caller]
    pub fn stop(&self) {
        self.core.stop(Location::caller());
    }

    /// Stops it and sets it anew: the next tick comes after `period`.
    ///
    /// Events: `TimerSet`.
    ///
    /// # Panics
    /// With Go's panic if `period` is zero: `non-positive interval for
    /// Ticker.Reset`. On a thread that executes no goroutine.
    #[track_caller]
    pub fn reset(&self, period: Duration) {
        let at = Location::caller();
        if period.is_zero() {
            panics::unwind("non-positive interval for Ticker.Reset", at);
        }
        self.core.reset(period, Some(period), at);
    }
}
