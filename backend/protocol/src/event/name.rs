//! The words for kinds of events, in JSON and in the page's table.

use super::Kind;

impl Kind {
    /// The word for it.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Created { .. } => "created",
            Kind::Started => "started",
            Kind::Blocked { .. } => "blocked",
            Kind::Woken { .. } => "woken",
            Kind::Yielded => "yielded",
            Kind::Preempted { .. } => "preempted",
            Kind::Ended => "ended",
            Kind::Panicked { .. } => "panicked",
            Kind::Stolen { .. } => "stolen",
            Kind::Idle => "idle",
            Kind::Awake => "awake",
            Kind::Queue { .. } => "queue",
            Kind::Overran { .. } => "overran",
            Kind::Made { .. } => "made",
            Kind::Sent { .. } => "sent",
            Kind::Received { .. } => "received",
            Kind::Returned { .. } => "returned",
            Kind::Closed { .. } => "closed",
            Kind::Added { .. } => "added",
            Kind::Selected { .. } => "selected",
            Kind::TimerSet { .. } => "timer_set",
            Kind::TimerFired { .. } => "timer_fired",
            Kind::Line { .. } => "line",
            Kind::Counter { .. } => "counter",
            Kind::RegionBegun { .. } => "region_begun",
            Kind::RegionEnded { .. } => "region_ended",
            Kind::SyscallBegun => "syscall_begun",
            Kind::SyscallEnded => "syscall_ended",
            Kind::HandedOff { .. } => "handed_off",
            Kind::Described { .. } => "described",
            Kind::Locked { .. } => "locked",
            Kind::Unlocked { .. } => "unlocked",
            Kind::Starving { .. } => "starving",
            Kind::Signalled { .. } => "signalled",
            Kind::Initialised { .. } => "initialised",
            Kind::Acquired { .. } => "acquired",
            Kind::Released { .. } => "released",
            Kind::Atomic { .. } => "atomic",
            Kind::CellRead { .. } => "cell_read",
            Kind::CellWritten { .. } => "cell_written",
            Kind::Raced { .. } => "raced",
            Kind::ContextMade { .. } => "context_made",
            Kind::ContextDone { .. } => "context_done",
            Kind::TimerStopped { .. } => "timer_stopped",
            Kind::SpanBegun { .. } => "span_begun",
            Kind::SpanAttribute { .. } => "span_attribute",
            Kind::SpanFailed { .. } => "span_failed",
            Kind::SpanEnded { .. } => "span_ended",
        }
    }
}
