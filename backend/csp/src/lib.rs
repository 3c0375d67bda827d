//! Go-style concurrency for async Rust: goroutines on a G-M-P scheduler,
//! channels, select, context, sync and time, with a trace of everything.
//!
//! ```
//! let report = csp::native::run(csp::run::Config::default(), async {
//!     let squares = csp::chan(3);
//!     let sender = squares.sender();
//!     csp::go(async move {
//!         for number in 1..=5 {
//!             sender.send(number * number).await;
//!         }
//!         sender.close();
//!     });
//!     let mut sum = 0;
//!     while let Some(square) = squares.recv().await {
//!         sum += square;
//!     }
//!     sum
//! });
//! assert!(matches!(report.outcome, csp::run::Outcome::Completed(55)));
//! ```
//!
//! Operations are futures that carry the place in the code where they were
//! made, and are cancel-safe. The primitives know nothing of the executor that
//! polls them, so they also work inside tokio; goroutines and time need a run.

mod ambient;
mod chan;
pub mod context;
mod detect;
mod go;
mod ledger;
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
    Region, YieldNow, counter, current_p, go, go_named, procs, region, totals, yield_now,
};
pub use ledger::MAX_OBJECTS;
pub use panics::{GoPanic, Panic, Recover, panic, recover};
pub use trace::Value;
