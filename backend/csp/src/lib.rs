#![doc = include_str!("../README.md")]

mod ambient;
mod chan;
pub mod context;
mod detect;
mod go;
mod ledger;
mod memory;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
mod panics;
pub mod patterns;
pub mod run;
pub mod select;
pub mod sim;
pub mod sync;
pub mod time;
pub mod trace;

pub use chan::{Chan, Receiver, Recv, RecvError, Send, SendError, Sender, chan, chan_named};
#[doc(hidden)]
pub use go::print_line;
pub use go::{
    Region, YieldNow, counter, current_p, go, go_named, num_goroutine, procs, profile, region,
    sched_stats, start_profile, totals, yield_now,
};
pub use ledger::MAX_OBJECTS;
pub use panics::{GoPanic, Panic, Recover, panic, recover};
pub use trace::{Span, SpanContext, Value, span};
