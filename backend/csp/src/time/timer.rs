//! Timers with a channel, and timers that start a goroutine; [`Ticker`] is built
//! on the same core.
//!
//! As since Go 1.23:
//!
//! 1. A timer's channel looks as if it had no buffer. It holds one value, so that
//!    a timer never waits for who receives.
//! 2. Once `stop` or `reset` has returned, no value of the setting before can be
//!    received. Each setting has a number, which a timer that fires compares
//!    under the lock; the value of an older one is taken out of the channel; and
//!    one that was handed to a receive which is dropped later is not given back.
//!    For that last rule the values of a timer are told apart by their times: each
//!    is later than the one before.
//! 3. A timer whose channel nobody can receive from any more is taken back. What
//!    is set knows the core of its timer weakly; the channel and the handle hold
//!    it.
//!
//! The lock of the core is taken before those of the channel and of the executor's
//! timers. Wakers and functions of the program are called without it.
//!
//! [`Ticker`]: super::Ticker

use std::future::Future;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::task::Waker;
use std::time::Duration;

use parking_lot::Mutex;

use super::{Armed, Fire, Instant, inside};
use crate::ambient::{self, BoxFuture, Local};
use crate::chan::{Keeper, WeakChan};
use crate::go;
use crate::trace::{Kind, Object, ObjectKind, Place};
use crate::{Chan, Receiver};

/// The channel of a timer that has none.
static NEVER: Receiver<Instant> = Receiver::NIL;

/// Makes the goroutine of a timer of [`after_func`].
type Func = Box<dyn Fn() -> BoxFuture + Send + Sync>;

/// What is behind a timer or a ticker.
pub(super) struct Core {
    object: Object,
    made_at: Place,
    func: Option<Func>,
    setting: Mutex<Setting>,
    /// Values before this time are those of settings that are over.
    fresh_from_ns: AtomicU64,
    channel: OnceLock<WeakChan<Instant>>,
}

/// How a timer is set.
#[derive(Default)]
struct Setting {
    /// The number of the setting.
    turn: u64,
    /// Until it fires or is stopped.
    armed: Option<Armed>,
    /// From one tick to the next.
    period: Option<Duration>,
    /// The time of the last value.
    last_ns: Option<u64>,
}

impl Keeper<Instant> for Core {
    fn is_stale(&self, value: &Instant) -> bool {
        value.ns < self.fresh_from_ns.load(Ordering::SeqCst)
    }
}

impl Core {
    fn new(name: Option<Arc<str>>, func: Option<Func>, at: Place) -> Arc<Self> {
        let object = ambient::new_object();
        ambient::record(at, || Kind::Made {
            object,
            kind: ObjectKind::Timer,
            name,
            capacity: 1,
        });
        Arc::new(Core {
            object,
            made_at: at,
            func,
            setting: Mutex::default(),
            fresh_from_ns: AtomicU64::new(0),
            channel: OnceLock::new(),
        })
    }

    /// One with a channel.
    pub(super) fn with_channel(
        name: Option<Arc<str>>,
        at: Place,
    ) -> (Arc<Self>, Receiver<Instant>) {
        let core = Self::new(name.clone(), None, at);
        let object = core.object;
        let ledger = ambient::with(|local| local?.ledger.open(object, ObjectKind::Timer, name));
        let channel = Chan::part_of(object, 1, ledger, Some(core.clone()));
        core.channel.get_or_init(|| channel.downgrade());
        (core, channel.receiver())
    }

    /// Sets it anew, for `duration` from now, and from then on every `period`;
    /// whether that of before was stopped by it.
    pub(super) fn reset(
        self: &Arc<Self>,
        duration: Duration,
        period: Option<Duration>,
        at: Place,
    ) -> bool {
        inside(at, |local| {
            let mut setting = self.setting.lock();
            let was_set = self.end_setting(&mut setting);
            setting.period = period;
            let until = Instant::now(local) + duration;
            self.arm(&mut setting, until, local, at);
            was_set
        })
    }

    /// Stops it; whether it was set.
    pub(super) fn stop(&self, at: Place) -> bool {
        let mut setting = self.setting.lock();
        let was_set = self.end_setting(&mut setting);
        if was_set {
            ambient::record(at, || Kind::TimerStopped {
                object: self.object,
            });
        }
        was_set
    }

    /// Whether it would still have fired, or its value is taken out unreceived.
    fn end_setting(&self, setting: &mut Setting) -> bool {
        setting.turn += 1;
        let armed = setting.armed.take();
        if let Some(armed) = &armed {
            armed.clear();
        }
        if let Some(last_ns) = setting.last_ns {
            self.fresh_from_ns.store(last_ns + 1, Ordering::SeqCst);
        }
        let channel = self.channel.get().and_then(WeakChan::upgrade);
        let drained = channel.is_some_and(|channel| channel.drain());
        armed.is_some() || drained
    }

    fn arm(self: &Arc<Self>, setting: &mut Setting, until: Instant, local: &Local, at: Place) {
        // After the last value, which may have this very time.
        let earliest_ns = setting.last_ns.map_or(0, |last_ns| last_ns + 1);
        let until = until.max(Instant { ns: earliest_ns }).for_timer();
        let (object, at_ns) = (self.object, until.ns);
        local.record(local.g(), Some(at), Kind::TimerSet { object, at_ns });
        let turn = setting.turn;
        let call: Box<dyn FnOnce() + Send> = match self.func {
            Some(_) => {
                let core = self.clone();
                Box::new(move || core.fire(turn))
            }
            None => {
                let core: Weak<Core> = Arc::downgrade(self);
                Box::new(move || {
                    if let Some(core) = core.upgrade() {
                        core.fire(turn);
                    }
                })
            }
        };
        setting.armed = Some(Armed::set(local, until, object, Fire::Call(call)));
    }

    /// Its time has come, unless setting `turn` is over.
    fn fire(self: &Arc<Self>, turn: u64) {
        let at = self.made_at;
        let wakee = inside(at, |local| {
            let mut setting = self.setting.lock();
            if setting.turn != turn {
                return None;
            }
            let armed = setting.armed.take()?;
            let object = self.object;
            local.record(0, Some(at), Kind::TimerFired { object });
            let now = Instant::now(local).max(armed.at());
            if let Some(period) = setting.period {
                let next = next_tick(armed.at(), period, now);
                // Where time ends, so do ticks.
                if next.for_timer() > now {
                    self.arm(&mut setting, next, local, at);
                }
            }
            self.send(&mut setting, now)
        });
        if let Some(waker) = wakee {
            waker.wake();
        }
        if self.func.is_some() {
            self.start();
        }
    }

    /// Sends the time, if there is room.
    fn send(&self, setting: &mut Setting, now: Instant) -> Option<Waker> {
        let channel = self.channel.get()?.upgrade()?;
        setting.last_ns = Some(now.ns);
        channel.offer(now, self.made_at)
    }

    /// Starts its goroutine.
    fn start(self: &Arc<Self>) {
        let core = self.clone();
        go::spawn(None, self.made_at, async move {
            // In the goroutine, since it is the program's code.
            if let Some(func) = &core.func {
                func().await;
            }
        });
    }
}

/// The first tick after `now` of those that are `period` apart, one of them at
/// `last`.
fn next_tick(last: Instant, period: Duration, now: Instant) -> Instant {
    let period_ns = u64::try_from(period.as_nanos()).unwrap_or(u64::MAX).max(1);
    let missed = (now - last).as_nanos() as u64 / period_ns;
    let ahead_ns = period_ns.saturating_mul(missed.saturating_add(1));
    last + Duration::from_nanos(ahead_ns)
}

/// Nobody can see it fire any more.
impl Drop for Core {
    fn drop(&mut self) {
        if let Some(armed) = self.setting.get_mut().armed.take()
            && armed.clear()
        {
            ambient::record(self.made_at, || Kind::TimerStopped {
                object: self.object,
            });
        }
    }
}

/// A timer that fires once: Go's `time.Timer`. Clones are the same timer.
///
/// To drop it does not stop it while its channel is there. Without either, it is
/// taken back.
#[derive(Clone)]
pub struct Timer {
    core: Arc<Core>,
    channel: Option<Receiver<Instant>>,
}

/// A timer whose channel gets the time once `duration` has passed. Zero is
/// allowed: it fires as soon as it can.
///
/// Events: `Made`, `TimerSet`, `TimerFired`, `Sent`.
///
/// # Panics
/// On a thread that executes no goroutine.
#[track_caller]
pub fn new_timer(duration: Duration) -> Timer {
    Timer::make(None, duration, Location::caller())
}

/// A timer with a name, for the picture.
///
/// # Panics
/// As [`new_timer`].
#[track_caller]
pub fn new_timer_named(name: impl Into<Arc<str>>, duration: Duration) -> Timer {
    Timer::make(Some(name.into()), duration, Location::caller())
}

/// A channel that gets the time once `duration` has passed: Go's `time.After`.
/// The timer is taken back when the last reference to the channel goes.
///
/// Events: as [`new_timer`].
///
/// # Panics
/// As [`new_timer`].
#[track_caller]
pub fn after(duration: Duration) -> Receiver<Instant> {
    let at = Location::caller();
    let (core, channel) = Core::with_channel(None, at);
    core.reset(duration, None, at);
    channel
}

/// Calls `func` once `duration` has passed, and runs what it returns in a
/// goroutine of its own: Go's `time.AfterFunc`. The timer has no channel: its
/// [`c`](Timer::c) is nil. It can be stopped, or set anew, to run it once more;
/// to drop it does not stop it.
///
/// Events: `Made`, `TimerSet`, `TimerFired`, `Created`.
///
/// # Panics
/// As [`new_timer`].
#[track_caller]
pub fn after_func<F>(duration: Duration, func: impl Fn() -> F + Send + Sync + 'static) -> Timer
where
    F: Future<Output = ()> + Send + 'static,
{
    let at = Location::caller();
    let func: Func = Box::new(move || Box::pin(func()));
    let core = Core::new(None, Some(func), at);
    core.reset(duration, None, at);
    Timer {
        core,
        channel: None,
    }
}

impl Timer {
    /// As [`new_timer`].
    ///
    /// # Panics
    /// As [`new_timer`].
    #[track_caller]
    pub fn new(duration: Duration) -> Self {
        Self::make(None, duration, Location::caller())
    }

    fn make(name: Option<Arc<str>>, duration: Duration, at: Place) -> Self {
        let (core, channel) = Core::with_channel(name, at);
        core.reset(duration, None, at);
        Timer {
            core,
            channel: Some(channel),
        }
    }

    /// The channel that gets the time, Go's `t.C`: a nil channel for a timer of
    /// [`after_func`].
    pub fn c(&self) -> &Receiver<Instant> {
        self.channel.as_ref().unwrap_or(&NEVER)
    }

    /// Stops it, and takes back a value that nobody has received: nothing comes
    /// from the channel after that. True if it stopped the timer; false if that
    /// had been stopped, or its value received, or its goroutine started. It does
    /// not wait for that goroutine.
    ///
    /// Events: `TimerStopped` if it stopped it.
    #[track_caller]
    pub fn stop(&self) -> bool {
        self.core.stop(Location::caller())
    }

    /// Sets it for `duration` from now, whether it has fired or not; a value of
    /// before that nobody has received is taken back. True if it had been set, as
    /// [`stop`](Self::stop) has it.
    ///
    /// Events: `TimerSet`.
    ///
    /// # Panics
    /// On a thread that executes no goroutine.
    #[track_caller]
    pub fn reset(&self, duration: Duration) -> bool {
        self.core.reset(duration, None, Location::caller())
    }
}
