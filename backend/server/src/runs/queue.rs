//! Who runs, who waits, and who is still remembered.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;

use super::limits::ServerLimits;
use super::run::Run;

/// All runs that the server knows of.
#[derive(Default)]
pub(super) struct Queue {
    by_id: HashMap<String, Arc<Run>>,
    waiting: VecDeque<Arc<Run>>,
    running: Vec<Arc<Run>>,
    /// The oldest first.
    ended: VecDeque<Arc<Run>>,
}

impl Queue {
    pub(super) fn get(&self, id: &str) -> Option<Arc<Run>> {
        self.by_id.get(id).cloned()
    }

    pub(super) fn running(&self) -> usize {
        self.running.len()
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Runs of this client that have not ended.
    pub(super) fn of_client(&self, client: IpAddr) -> usize {
        let unended = self.waiting.iter().chain(&self.running);
        unended.filter(|run| run.client == client).count()
    }

    /// Every run that has not ended.
    pub(super) fn unended(&self) -> Vec<Arc<Run>> {
        self.waiting.iter().chain(&self.running).cloned().collect()
    }

    /// A new run, last in the queue.
    pub(super) fn push(&mut self, run: Arc<Run>) {
        self.by_id.insert(run.id.clone(), run.clone());
        self.waiting.push_back(run);
    }

    /// Takes from the queue every run that may start now. They start in the
    /// order in which they came: a timed one that waits for the others to end
    /// holds up those behind it, or it would wait for ever.
    pub(super) fn start(&mut self, limits: &ServerLimits) -> Vec<Arc<Run>> {
        let mut started = Vec::new();
        while let Some(next) = self.waiting.front() {
            let alone = next.timed || self.running.iter().any(|run| run.timed);
            let room = if alone { 1 } else { limits.running };
            if self.running.len() >= room {
                break;
            }
            let Some(run) = self.waiting.pop_front() else {
                break;
            };
            self.running.push(run.clone());
            started.push(run);
        }
        for (position, run) in self.waiting.iter().enumerate() {
            run.queued(u32::try_from(position).unwrap_or(u32::MAX));
        }
        started
    }

    /// Takes a run out of the queue; false if it was not there.
    pub(super) fn withdraw(&mut self, run: &Arc<Run>) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|other| !Arc::ptr_eq(other, run));
        before != self.waiting.len()
    }

    /// Keeps a run that has ended, and forgets the oldest beyond the limits.
    pub(super) fn ended(&mut self, run: &Arc<Run>, limits: &ServerLimits) {
        self.running.retain(|other| !Arc::ptr_eq(other, run));
        self.ended.push_back(run.clone());
        let mut bytes: usize = self.ended.iter().map(|run| run.bytes()).sum();
        // The newest stays whatever its size: somebody has just watched it.
        while self.ended.len() > 1
            && (self.ended.len() > limits.stored_runs || bytes > limits.stored_bytes)
        {
            let Some(oldest) = self.ended.pop_front() else {
                break;
            };
            bytes -= oldest.bytes();
            self.by_id.remove(&oldest.id);
        }
    }
}
