//! Runs that have ended, on their way to the collector: one after the other, and
//! never in the way of those that go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::{Exporter, Gathered};
use crate::runs::Run;

/// How many runs may wait for the collector. Each holds its frames meanwhile;
/// one that comes beyond is not sent.
const WAITING: usize = 8;

/// Where ended runs are put.
pub struct Outbox {
    queue: mpsc::Sender<Job>,
    /// Whether it was told that too many wait.
    told: AtomicBool,
}

enum Job {
    Run(Arc<Run>),
    /// Tells when all before it is done.
    Flush(oneshot::Sender<()>),
}

impl Outbox {
    /// Starts to send, on the runtime that this is called in.
    pub fn start(exporter: Exporter) -> Outbox {
        let (queue, jobs) = mpsc::channel(WAITING);
        tokio::spawn(send(exporter, jobs));
        Outbox {
            queue,
            told: AtomicBool::new(false),
        }
    }

    /// Sends a run, unless too many wait. Does not wait.
    pub(crate) fn put(&self, run: &Arc<Run>) {
        let full = self.queue.try_send(Job::Run(run.clone())).is_err();
        if full && !self.told.swap(true, Ordering::Relaxed) {
            eprintln!(
                "interleave: run {} is not sent to the collector, for which {WAITING} others wait; \
                 this is told once",
                run.id
            );
        }
    }

    /// Waits until what is there is sent, though not longer than this.
    pub async fn flush(&self, most: Duration) {
        let (done, sent) = oneshot::channel();
        let flush = async {
            if self.queue.send(Job::Flush(done)).await.is_ok() {
                let _ = sent.await;
            }
        };
        let _ = tokio::time::timeout(most, flush).await;
    }
}

async fn send(exporter: Exporter, mut jobs: mpsc::Receiver<Job>) {
    let mut failing = false;
    while let Some(job) = jobs.recv().await {
        let run = match job {
            Job::Run(run) => run,
            Job::Flush(done) => {
                let _ = done.send(());
                continue;
            }
        };
        let mut gathered = Gathered::new(run.began());
        let mut reader = run.read(0);
        while let Some(frame) = reader.next().await {
            gathered.frame(&frame);
            // A frame is about a millisecond's work.
            tokio::task::yield_now().await;
        }
        let Some(telemetry) = gathered.telemetry(&run.id) else {
            continue;
        };
        let sent = exporter.export(telemetry).await;
        // Once, and again only after it worked.
        if let Err(error) = &sent
            && !failing
        {
            eprintln!(
                "interleave: the collector did not take run {}: {error}; runs go on, and this is \
                 not told again before it does",
                run.id
            );
        }
        failing = sent.is_err();
    }
}
