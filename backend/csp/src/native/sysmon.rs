//! A thread without a P that looks after the others.
//!
//! Every millisecond while something runs:
//!
//! * a P whose slice has lasted 10 ms is asked to give way; what still has not
//!   after as long again is reported as overrun (nothing can interrupt code
//!   that reaches no operation);
//! * if something is queued and an M sleeps, it is woken: whoever queued it may
//!   have left that to this ([`softly`](ambient::softly));
//! * timers whose time has come fire, if every P is too busy to see to it;
//! * if every M that holds a P sleeps, none is in a call that blocks, nothing is
//!   queued, no timer is set, nobody outside holds a guard
//!   ([`External`](super::External)) and no goroutine waits for a future that is
//!   not ours, at two looks in a row with nothing in
//!   between, then nobody will ever run again: a deadlock. Finding it takes
//!   about 10 ms.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::end::End;
use super::shared::Shared;
use crate::ambient;
use crate::trace::recorder::Recorder;
use crate::trace::{Kind, NO_P, P, Reason};

/// Between two looks while something runs.
const BUSY_TICK: Duration = Duration::from_millis(1);
/// Between two looks while nothing does.
const IDLE_TICK: Duration = Duration::from_millis(5);
/// A slice, as Go's.
const SLICE: Duration = Duration::from_millis(10);

/// What was seen of a P.
#[derive(Clone, Copy, Default)]
struct Seen {
    slices: u32,
    since_ns: u64,
    reported: bool,
}

/// Looks after the run until it ends.
pub(super) fn run(shared: &Arc<Shared>, recorder: Option<Recorder>) {
    shared.sysmon.register();
    let local = shared.local(None, shared.seed, recorder);
    let _entered = ambient::enter(&local);
    let mut seen = vec![Seen::default(); shared.processors.len()];
    let mut quiet_since = None;
    while !shared.stopping() {
        shared.tick.fetch_add(1, Ordering::Relaxed);
        let idle = shared.all_idle();
        if idle {
            let now = activity(shared);
            if quiet_since == Some(now) && asleep_for_ever(shared) {
                shared.finish(End::Deadlock);
                return;
            }
            quiet_since = Some(now);
        } else {
            quiet_since = None;
            watch_slices(shared, &local, &mut seen);
            if shared.has_work() {
                shared.wake_one();
            }
        }
        shared.fire_timers(&local);
        shared
            .sysmon
            .park(Some(if idle { IDLE_TICK } else { BUSY_TICK }));
    }
}

/// A number that changes whenever any goroutine has run.
fn activity(shared: &Shared) -> u64 {
    let slices = shared.processors.iter();
    slices.fold(0, |sum, p| {
        sum + u64::from(p.slices.load(Ordering::Relaxed))
    })
}

fn asleep_for_ever(shared: &Shared) -> bool {
    // No M leaves the list while it is locked, so none runs a goroutine.
    let idle = shared.idle.lock();
    if idle.len() != shared.processors.len()
        || shared.without_p.load(Ordering::SeqCst) > 0
        || shared.externals.load(Ordering::SeqCst) > 0
        || shared.has_work()
        || !shared.timers.is_empty()
    {
        return false;
    }
    let mut waits = true;
    // SAFETY: every M sleeps, and the lock keeps it from waking.
    #[allow(unsafe_code)]
    unsafe {
        shared.registry.for_each(|header| {
            let wait = header.goroutine.wait();
            waits &= matches!(wait, Some((reason, _, _)) if reason != Reason::Foreign);
        });
    }
    waits
}

fn watch_slices(shared: &Shared, local: &ambient::Local, seen: &mut [Seen]) {
    let now_ns = shared.ledger.clock.now_ns();
    let slice_ns = SLICE.as_nanos() as u64;
    for (index, (processor, seen)) in shared.processors.iter().zip(seen).enumerate() {
        let slices = processor.slices.load(Ordering::Relaxed);
        let g = processor.running.load(Ordering::Relaxed);
        if slices != seen.slices || g == 0 {
            *seen = Seen {
                slices,
                since_ns: now_ns,
                reported: false,
            };
            continue;
        }
        let ran_ns = now_ns.saturating_sub(seen.since_ns);
        if ran_ns >= slice_ns {
            let machine = processor.machine.load(Ordering::Relaxed);
            let machine = &shared.machines[machine as usize];
            machine.preempt.store(true, Ordering::Relaxed);
        }
        if ran_ns >= 2 * slice_ns && !seen.reported {
            seen.reported = true;
            local.p.set(index as P);
            local.record(g, None, Kind::Overran { ran_ns });
            local.p.set(NO_P);
        }
    }
}
