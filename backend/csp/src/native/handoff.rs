//! The threads of a run, and how a P goes from one M to another.
//!
//! The ring of a P is pushed to by one thread alone, the M that holds it. An M
//! that is about to block gives its P up first, and from then on queues nothing
//! there:
//!
//! 1. It forgets its P, and names it to an M that has none: one that waits for
//!    that, or a new one.
//! 2. It blocks. What it makes runnable meanwhile goes to the global queue.
//! 3. It is back: its goroutine goes to the global queue, as in Go where no P is
//!    idle, and the M waits until somebody has a P for it.
//!
//! Naming the P and waking the other M orders all that the first did to the ring
//! before all that the second does.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};
use std::thread::{self, JoinHandle};

use super::machine;
use super::shared::{Own, Shared};
use crate::ambient::{self, Local};
use crate::memory::bound;
use crate::trace::{Kind, M, NO_P, Place, Reason};

/// Calls of a run that may block at once and have their P handed off: threads
/// that a run may have beyond one for each P. A further call keeps its P.
pub(super) const MAX_BLOCKED_MACHINES: usize = bound(64, 0);

/// The most Ms of a run with `procs` Ps.
pub(super) fn machines(procs: usize) -> usize {
    procs + MAX_BLOCKED_MACHINES
}

/// The threads of a run.
#[derive(Default)]
pub(super) struct Threads {
    handles: Vec<JoinHandle<()>>,
    /// Ms that have been started.
    started: usize,
    /// Ms that wait for a P.
    spare: Vec<usize>,
}

/// An M that is to get a P.
struct Reserved {
    index: usize,
    /// Its thread is not there yet.
    new: bool,
}

impl Threads {
    pub(super) fn is_empty(&self) -> bool {
        self.handles.is_empty()
    }

    /// Starts a thread of the run.
    pub(super) fn start(&mut self, name: &str, body: impl FnOnce() + Send + 'static) {
        let builder = thread::Builder::new().name(name.to_owned());
        let started = builder.spawn(body).expect("the system starts a thread");
        self.handles.push(started);
    }
}

impl Shared {
    /// An M that has no P; `None` where there can be no more.
    fn reserve(&self) -> Option<Reserved> {
        let mut threads = self.threads.lock();
        if let Some(index) = threads.spare.pop() {
            return Some(Reserved { index, new: false });
        }
        let index = threads.started;
        (index < self.machines.len()).then(|| {
            threads.started += 1;
            Reserved { index, new: true }
        })
    }

    /// Gives P `p` to that M, which runs its goroutines from here on.
    fn give(self: &Arc<Self>, p: usize, to: Reserved) {
        let Reserved { index, new } = to;
        let state = &self.machines[index];
        let holder = &self.processors[p].machine;
        holder.store(index as M, Ordering::Relaxed);
        state.given.store(p + 1, Ordering::Release);
        if new {
            let shared = self.clone();
            let body = move || machine::run(&shared, index);
            self.threads.lock().start(&format!("csp-m{index}"), body);
        } else {
            state.parker.notify();
        }
    }

    /// Starts an M for each P.
    pub(super) fn start_machines(self: &Arc<Self>) {
        for p in 0..self.processors.len() {
            let to = self.reserve().expect("there is an M for each P");
            self.give(p, to);
        }
    }

    /// The P that M `index` is to hold, once somebody has one for it; `None` at
    /// the end of the run.
    pub(super) fn wait_for_p(&self, index: usize) -> Option<usize> {
        let state = &self.machines[index];
        while !self.stopping() {
            if let Some(p) = state.given.swap(0, Ordering::AcqRel).checked_sub(1) {
                return Some(p);
            }
            state.parker.park(None);
        }
        None
    }

    /// M `index` has no P, and nothing to do without one.
    pub(super) fn is_spare(&self, index: usize) {
        self.threads.lock().spare.push(index);
        // Only now: until here the run cannot be asleep for ever.
        self.without_p.fetch_sub(1, Ordering::SeqCst);
    }

    /// Waits for all threads to end, those too that start meanwhile: each was
    /// listed before the one that started it ended.
    pub(super) fn join_threads(&self) {
        loop {
            let Some(thread) = self.threads.lock().handles.pop() else {
                return;
            };
            // A fault of ours in a thread was made the outcome by it.
            let _ = thread.join();
        }
    }
}

/// Hands the P of the calling M to another; whether it did.
fn hand_off(own: &Own, local: &Local, at: Place) -> bool {
    let shared = &own.shared;
    let p = local.p.get();
    let Some(processor) = shared.processors.get(usize::from(p)) else {
        return false;
    };
    let Some(to) = shared.reserve() else {
        return false;
    };
    shared.ledger.add_handoff();
    let from = processor.machine.load(Ordering::Relaxed);
    let handed = Kind::HandedOff {
        from,
        to: to.index as M,
    };
    local.record(local.g(), Some(at), handed);
    processor.running.store(0, Ordering::Relaxed);
    shared.without_p.fetch_add(1, Ordering::SeqCst);
    local.p.set(NO_P);
    shared.give(usize::from(p), to);
    true
}

/// Calls `call`, which may block its thread: the counterpart of a system call.
/// Meanwhile another thread runs the goroutines of this one's P. Elsewhere in a
/// goroutine, code that blocks its thread holds up all that are queued behind
/// it.
///
/// Up to 64 such calls of a run have their P handed off at once; a further one
/// keeps its P. On the simulated scheduler, and outside of any run, it is a
/// plain call.
///
/// Cancel safety: dropped before it is polled, it has called nothing; the call
/// itself cannot be stopped. Dropped after the call, it drops the result.
///
/// Events: `SyscallBegun`, `HandedOff`, `SyscallEnded`.
///
/// # Panics
/// If it is polled again after it resolved.
#[track_caller]
pub fn blocking<R, F: FnOnce() -> R>(call: F) -> Blocking<F, R> {
    Blocking {
        call: Some(call),
        result: None,
        at: Location::caller(),
    }
}

/// The future of [`blocking`].
#[must_use = "nothing is called unless it is awaited"]
pub struct Blocking<F, R> {
    call: Option<F>,
    result: Option<R>,
    at: Place,
}

// Neither the call nor its result is pinned.
impl<F, R> Unpin for Blocking<F, R> {}

impl<R, F: FnOnce() -> R> Future for Blocking<F, R> {
    type Output = R;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        if let Some(result) = self.result.take() {
            return Poll::Ready(result);
        }
        ready!(ambient::poll_preempt(cx, self.at));
        let call = self.call.take().expect("polled after it resolved");
        let at = self.at;
        let (handed_off, result) = ambient::with(|local| match local {
            Some(local) => call_in(local, at, call),
            None => (false, call()),
        });
        if !handed_off {
            return Poll::Ready(result);
        }
        // It needs a P to go on.
        self.result = Some(result);
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

fn call_in<R>(local: &Local, at: Place, call: impl FnOnce() -> R) -> (bool, R) {
    let Some(own) = &local.native else {
        return (false, call());
    };
    let g = local.g();
    let begun_ns = local.record(g, Some(at), Kind::SyscallBegun);
    let handed_off = hand_off(own, local, at);
    let result = call();
    let ended_ns = local.record(g, Some(at), Kind::SyscallEnded);
    if local.traced {
        let ns = ended_ns.saturating_sub(begun_ns);
        local.ledger.count_blocked(local.tally, Reason::Syscall);
        local.ledger.add_blocked(local.tally, Reason::Syscall, ns);
    }
    if handed_off {
        // It goes to the global queue, as who yields does.
        local.yielded.set(true);
    }
    (handed_off, result)
}
