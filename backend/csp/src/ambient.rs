//! The runtime around the running goroutine.
//!
//! Primitives know nothing of the executor that polls them but a
//! [`Waker`](std::task::Waker) and the calls in this module. Every thread that
//! executes goroutines points at a [`Local`] of its own; on any other thread
//! (inside tokio, say) there is none, and the primitives work without trace,
//! budget and goroutine names.
//!
//! The pointer is one `const` thread-local without a destructor, so that a
//! look-up costs less than a nanosecond.

mod moment;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};

pub(crate) use moment::{Moment, moment, moment_after, saw_blocked};

use crate::ledger::Ledger;
use crate::panics::Panic;
use crate::run::Waiting;
use crate::time::{Fire, TimerKey};
use crate::trace::recorder::Recorder;
use crate::trace::{G, Kind, NO_P, Object, P, Place, Reason};

thread_local! {
    static CURRENT: Cell<*const Local> = const { Cell::new(std::ptr::null()) };
}

/// What an executor does for the primitives, beside polling and waking.
pub(crate) trait Engine: Send + Sync {
    /// The number of processors.
    fn procs(&self) -> usize;
    /// How long the present slice of `p` has lasted, in a run that is traced.
    fn ran_ns(&self, p: P) -> u64;
    /// Sets a timer for `object`, which has no other one.
    fn set_timer(&self, local: &Local, at_ns: u64, object: Object, fire: Fire) -> TimerKey;
    /// Takes a timer back; whether it had not fired.
    fn clear_timer(&self, timer: TimerKey) -> bool;
    /// Makes a goroutine.
    fn spawn(&self, local: &Local, name: Option<Arc<str>>, at: Place, future: BoxFuture);
    /// Goroutines that run, those in the global queue, and those in the queue of
    /// each P; not all of one moment.
    fn queues(&self) -> (u32, u32, Vec<u32>);
    /// Ends the run by an error that nothing recovers.
    fn fatal(&self, message: Arc<str>, at: Option<Place>);
    /// An operation of the running goroutine is about to begin, in a run whose
    /// scheduler decides at each one who goes on ([`Local::simulated`]).
    /// Pending: somebody else does, and the goroutine is runnable.
    fn before_operation(&self, local: &Local, at: Place) -> Poll<()>;
    /// Chooses below `bound`, in such a run.
    fn choose(&self, bound: usize) -> usize;
    /// The running goroutine went past an operation that waits for `object`
    /// without waiting, in such a run: no event says so, and it orders what it
    /// does now after what `object` stood for.
    fn passed(&self, _local: &Local, _object: Object) {}
}

/// The future of a goroutine.
pub(crate) type BoxFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What a thread that executes goroutines knows.
pub struct Local {
    pub(crate) engine: Arc<dyn Engine>,
    /// The same engine, if it is the native one, with what the thread keeps for
    /// it: to make a goroutine and to wake one go by it directly.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) native: Option<crate::native::shared::Own>,
    /// Whether operations measure and record.
    pub(crate) traced: bool,
    /// By which of the ledger's tallies the thread counts.
    pub(crate) tally: usize,
    /// Whether the scheduler is the simulated one, which decides at each
    /// operation who goes on: [`preempt`](Self::preempt) is always set then.
    pub(crate) simulated: bool,
    pub(crate) ledger: Arc<Ledger>,
    /// The P that the thread holds.
    pub(crate) p: Cell<P>,
    /// The goroutine that runs, while one does.
    pub(crate) goroutine: Cell<*const Goroutine>,
    /// Set by sysmon when the running goroutine has overstayed its slice.
    pub(crate) preempt: Arc<AtomicBool>,
    /// Whether the running goroutine gave way to that.
    pub(crate) preempted: Cell<bool>,
    /// Whether it gave way by itself.
    pub(crate) yielded: Cell<bool>,
    /// Whether what is woken now can wait for a moment: see [`softly`].
    pub(crate) softly: Cell<bool>,
    /// The Go panic of the running goroutine.
    pub(crate) panic: RefCell<Option<Panic>>,
    pub(crate) rng: RefCell<fastrand::Rng>,
    pub(crate) recorder: RefCell<Option<Recorder>>,
}

/// What the runtime knows of a goroutine, beside its future. There may be a
/// million of them, and few have a name: it is one word, to a box.
pub(crate) struct Goroutine {
    pub(crate) id: G,
    /// The number of its run, for the native scheduler.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) run: u32,
    name: Option<Box<Arc<str>>>,
    /// Where its `go` stands.
    pub(crate) made_at: Place,
    wait_reason: AtomicU8,
    wait_object: AtomicU32,
    wait_at: AtomicPtr<std::panic::Location<'static>>,
    /// Since when, in a run that is traced.
    wait_since_ns: AtomicU64,
}

impl Goroutine {
    pub(crate) fn new(id: G, name: Option<Arc<str>>, made_at: Place) -> Self {
        Goroutine {
            id,
            #[cfg(not(target_arch = "wasm32"))]
            run: 0,
            name: name.map(Box::new),
            made_at,
            wait_reason: AtomicU8::new(0),
            wait_object: AtomicU32::new(0),
            wait_at: AtomicPtr::new(std::ptr::null_mut()),
            wait_since_ns: AtomicU64::new(0),
        }
    }

    /// The same, of the run of that number.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn of_run(self, run: u32) -> Self {
        Goroutine { run, ..self }
    }

    /// Its name, if it has one.
    pub(crate) fn name(&self) -> Option<Arc<str>> {
        self.name.as_deref().cloned()
    }

    /// Forgets what it waited for: it runs.
    #[inline]
    pub(crate) fn runs(&self) {
        if self.wait_reason.load(Ordering::Relaxed) != 0 {
            self.wait_reason.store(0, Ordering::Relaxed);
        }
    }

    #[inline]
    fn waits(&self, reason: Reason, object: Object, at: Option<Place>) {
        let at = at.map_or(std::ptr::null(), std::ptr::from_ref);
        self.wait_object.store(object, Ordering::Relaxed);
        self.wait_at.store(at.cast_mut(), Ordering::Relaxed);
        self.wait_reason.store(reason as u8, Ordering::Relaxed);
    }

    /// What is told of it where a run leaves it behind, with `wait` as
    /// [`wait`](Self::wait) had it.
    pub(crate) fn left(
        &self,
        wait: Option<(Reason, Object, Option<Place>)>,
        ledger: &Ledger,
    ) -> Waiting {
        let object = wait.map_or(0, |(_, object, _)| object);
        Waiting {
            g: self.id,
            name: self.name(),
            reason: wait.map(|(reason, _, _)| reason),
            object,
            object_name: ledger.object_name(object),
            at: Some(wait.and_then(|(_, _, at)| at).unwrap_or(self.made_at)),
            waits_for: Vec::new(),
            stuck: false,
        }
    }

    /// Since when it waits, in a run that is traced.
    pub(crate) fn waits_since_ns(&self) -> u64 {
        self.wait_since_ns.load(Ordering::Relaxed)
    }

    /// Why it waits, for what, and where; `None` if it could run.
    pub(crate) fn wait(&self) -> Option<(Reason, Object, Option<Place>)> {
        let reason = Reason::from_u8(self.wait_reason.load(Ordering::Relaxed))?;
        let at = self.wait_at.load(Ordering::Relaxed).cast_const();
        // SAFETY: the pointer is null or came from a `&'static Location`.
        #[allow(unsafe_code)]
        let at = unsafe { at.as_ref() };
        Some((reason, self.wait_object.load(Ordering::Relaxed), at))
    }
}

/// Calls `f` with what the current thread knows, if it executes goroutines.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(Option<&Local>) -> R) -> R {
    let local = CURRENT.get();
    // SAFETY: `Entered` keeps the pointer valid from its making to its drop,
    // which puts the one before it back, on this same thread.
    #[allow(unsafe_code)]
    f(unsafe { local.as_ref() })
}

/// Wakes by `wake` goroutines that nobody waits for yet: they queue behind all
/// others of this P, and no M is woken for each. One that sleeps comes within a
/// tick of sysmon if they are still there.
pub(crate) fn softly(wake: impl FnOnce()) {
    with(|local| {
        let before = local.map(|local| local.softly.replace(true));
        wake();
        if let (Some(local), Some(before)) = (local, before) {
            local.softly.set(before);
        }
    });
}

/// Makes `local` the current thread's until the guard is dropped.
pub(crate) fn enter(local: &Local) -> Entered<'_> {
    Entered {
        before: CURRENT.replace(local),
        _local: std::marker::PhantomData,
    }
}

/// The guard of [`enter`].
pub(crate) struct Entered<'a> {
    before: *const Local,
    _local: std::marker::PhantomData<&'a Local>,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}

impl Local {
    /// Whether the thread is an M of a native run: only those have a tally of
    /// their own.
    #[cfg(not(target_arch = "wasm32"))]
    #[inline]
    pub(crate) fn is_machine(&self) -> bool {
        self.tally > 0
    }

    /// The running goroutine.
    #[inline]
    pub(crate) fn goroutine(&self) -> Option<&Goroutine> {
        // SAFETY: the executor sets the pointer before it polls a task, holds
        // a reference to that task while it does, and clears it after.
        #[allow(unsafe_code)]
        unsafe {
            self.goroutine.get().as_ref()
        }
    }

    /// The number of the running goroutine, or 0.
    #[inline]
    pub(crate) fn g(&self) -> G {
        self.goroutine().map_or(0, |goroutine| goroutine.id)
    }

    /// Records an event of goroutine `g`, now; returns the time, or 0 if this
    /// run is not traced.
    #[inline]
    pub(crate) fn record(&self, g: G, at: Option<Place>, kind: Kind) -> u64 {
        if !self.traced {
            return 0;
        }
        self.record_now(g, at, kind)
    }

    /// Records that goroutine `g` starts, and returns the time.
    #[inline]
    pub(crate) fn record_started(&self, g: G) -> u64 {
        match &mut *self.recorder.borrow_mut() {
            Some(recorder) if self.traced => recorder.starts(self.p.get(), g),
            _ => 0,
        }
    }

    fn record_now(&self, g: G, at: Option<Place>, kind: Kind) -> u64 {
        match &mut *self.recorder.borrow_mut() {
            Some(recorder) => recorder.record(self.p.get(), g, at, kind),
            None => 0,
        }
    }
}

/// Whether operations measure and record here.
#[inline]
pub(crate) fn traced() -> bool {
    with(|local| local.is_some_and(|local| local.traced))
}

/// The number of the running goroutine, or 0.
#[inline]
pub(crate) fn g() -> G {
    with(|local| local.map_or(0, Local::g))
}

/// Records an event of the running goroutine, now.
#[inline]
pub(crate) fn record(at: Place, kind: impl FnOnce() -> Kind) {
    with(|local| {
        if let Some(local) = local
            && local.traced
        {
            local.record(local.g(), Some(at), kind());
        }
    });
}

/// The running goroutine is about to wait. Returns the time, for
/// [`Moment::unblocked`]. To be called before anybody can wake it, and again with
/// `since_ns` when it was polled for another reason and still waits.
#[inline]
pub(crate) fn blocked(reason: Reason, object: Object, at: Place, since_ns: Option<u64>) -> u64 {
    with(|local| blocked_in(local, reason, object, at, since_ns))
}

/// The same, for who has looked up the thread's own already.
#[inline]
pub(crate) fn blocked_in(
    local: Option<&Local>,
    reason: Reason,
    object: Object,
    at: Place,
    since_ns: Option<u64>,
) -> u64 {
    let Some(local) = local else { return 0 };
    let Some(goroutine) = local.goroutine() else {
        return 0;
    };
    goroutine.waits(reason, object, Some(at));
    if !local.traced {
        return 0;
    }
    if since_ns.is_none() {
        local.ledger.count_blocked(local.tally, reason);
    }
    let t_ns = match &mut *local.recorder.borrow_mut() {
        Some(recorder) => recorder.blocks(local.p.get(), goroutine.id, Some(at), reason, object),
        None => 0,
    };
    let since_ns = since_ns.unwrap_or(t_ns);
    goroutine.wait_since_ns.store(since_ns, Ordering::Relaxed);
    since_ns
}

/// The running goroutine's future is pending and no operation said why.
pub(crate) fn blocked_elsewhere(local: &Local, goroutine: &Goroutine) {
    goroutine.waits(Reason::Foreign, 0, None);
    local.record(
        goroutine.id,
        None,
        Kind::Blocked {
            reason: Reason::Foreign,
            object: 0,
        },
    );
}

/// Gives way if the running goroutine has overstayed its slice: pending once,
/// to run again from the global queue.
#[inline]
pub(crate) fn poll_preempt(cx: &mut Context<'_>, at: Place) -> Poll<()> {
    with(|local| poll_preempt_in(local, cx, at))
}

/// Whether [`poll_preempt`] would give way: always in a simulated run.
#[inline]
pub(crate) fn is_asked_to_give_way() -> bool {
    with(|local| local.is_some_and(|local| local.preempt.load(Ordering::Relaxed)))
}

/// The same, for who has looked up the thread's own already.
#[inline]
pub(crate) fn poll_preempt_in(local: Option<&Local>, cx: &mut Context<'_>, at: Place) -> Poll<()> {
    match local {
        Some(local) if local.preempt.load(Ordering::Relaxed) => give_way(local, cx, at),
        _ => Poll::Ready(()),
    }
}

#[cold]
fn give_way(local: &Local, cx: &mut Context<'_>, at: Place) -> Poll<()> {
    if local.simulated {
        return local.engine.before_operation(local, at);
    }
    local.preempt.store(false, Ordering::Relaxed);
    if local.preempted.replace(true) {
        return Poll::Ready(());
    }
    let ran_ns = local.engine.ran_ns(local.p.get());
    local.ledger.add_preemption();
    local.record(local.g(), Some(at), Kind::Preempted { ran_ns });
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// Whether `waker` is one of the native scheduler's: to clone or to drop it then
/// only counts, so it may happen under a lock. A foreign waker may be anybody's
/// code, and never is cloned or dropped there.
#[inline]
pub(crate) fn is_own(waker: &std::task::Waker) -> bool {
    #[cfg(not(target_arch = "wasm32"))]
    return crate::native::is_own(waker);
    #[cfg(target_arch = "wasm32")]
    {
        let _ = waker;
        false
    }
}

/// The waker of `cx`, if it is a foreign one: to be cloned before locking,
/// whether it will be needed or not.
#[inline]
pub(crate) fn foreign_waker(cx: &Context<'_>) -> Option<std::task::Waker> {
    (!is_own(cx.waker())).then(|| cx.waker().clone())
}

/// The number of the running goroutine, or 0; 0 too where nothing is recorded.
#[inline]
pub(crate) fn traced_g(local: Option<&Local>) -> G {
    match local {
        Some(local) if local.traced => local.g(),
        _ => 0,
    }
}

/// The running goroutine gives its P up by itself.
pub(crate) fn yields() {
    with(|local| {
        if let Some(local) = local {
            local.yielded.set(true);
        }
    });
}

/// A uniformly random number below `bound`, which is not 0; a choice of the
/// schedule in a simulated run.
#[inline]
pub(crate) fn random_below_in(local: Option<&Local>, bound: usize) -> usize {
    match local {
        Some(local) if local.simulated => local.engine.choose(bound),
        Some(local) => local.rng.borrow_mut().usize(..bound),
        None => fastrand::usize(..bound),
    }
}

/// The running goroutine went past an operation that waits for `object`, without
/// waiting and without an event: who looks for races has to know.
#[inline]
pub(crate) fn passed(object: Object) {
    with(|local| {
        if let Some(local) = local
            && local.simulated
        {
            local.engine.passed(local, object);
        }
    });
}

/// The number of a new object.
pub(crate) fn new_object() -> Object {
    with(|local| local.map_or(0, |local| local.ledger.new_object()))
}

/// The processors of this run.
pub(crate) fn procs() -> usize {
    with(|local| local.map_or(1, |local| local.engine.procs()))
}

/// The P of the current thread.
pub(crate) fn p() -> P {
    with(|local| local.map_or(NO_P, |local| local.p.get()))
}
