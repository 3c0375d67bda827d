//! What counts milliseconds for compiled code to look at.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use wasmtime::Engine;

/// The length of a tick.
const TICK: Duration = Duration::from_millis(1);

/// As many ticks as this time has, begun ones too.
pub(crate) fn ticks(time: Duration) -> u64 {
    let ticks = time.as_nanos().div_ceil(TICK.as_nanos());
    u64::try_from(ticks).unwrap_or(u64::MAX).max(1)
}

/// A thread that moves an engine's epoch on with every tick, until it is
/// dropped.
pub(crate) struct Clock {
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Clock {
    /// Starts it.
    ///
    /// # Panics
    /// If the system starts no thread.
    pub(crate) fn start(engine: Engine) -> Clock {
        let stopped = Arc::new(AtomicBool::new(false));
        let seen = stopped.clone();
        let thread = thread::Builder::new().name("sandbox-clock".into());
        let counting = thread.spawn(move || {
            while !seen.load(Ordering::Relaxed) {
                thread::sleep(TICK);
                engine.increment_epoch();
            }
        });
        Clock {
            stopped,
            thread: Some(counting.expect("the system starts a thread")),
        }
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has nothing to panic about, and nothing to return.
            let _ = thread.join();
        }
    }
}
