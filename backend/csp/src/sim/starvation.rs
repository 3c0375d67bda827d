//! Goroutines that do not get their turn: at a lock here, at a P in
//! [`engine`](super::engine).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::run::{MAX_STARVED, Starvation, Starved};
use crate::trace::{Event, G, Kind, Object, Reason};

/// How often others take a lock, while a goroutine waits for it, before it
/// counts as starved. A fair lock lets in those that were there before; a
/// hundred goroutines at one lock are a rare program.
pub(super) const OVERTAKEN: u64 = 100;

/// Who waits for which lock, and how often others took it meanwhile.
#[derive(Default)]
pub(super) struct Overtaking {
    waiting: BTreeMap<Object, Vec<Waiting>>,
    pub(super) starved: Vec<Starved>,
}

struct Waiting {
    g: G,
    times: u64,
    /// Its place among the starved, once it is.
    listed: Option<usize>,
    at: Option<crate::trace::Place>,
}

impl Overtaking {
    pub(super) fn see(&mut self, event: &Event, names: &BTreeMap<G, Arc<str>>) {
        match &event.kind {
            Kind::Blocked { reason, object } if is_lock(*reason) => {
                let waiting = self.waiting.entry(*object).or_default();
                // One that was woken, found the lock taken and waits again goes
                // on counting.
                if !waiting.iter().any(|waiting| waiting.g == event.g) {
                    waiting.push(Waiting {
                        g: event.g,
                        times: 0,
                        listed: None,
                        at: event.at,
                    });
                }
            }
            Kind::Locked { object, .. } | Kind::Acquired { object, .. } => {
                self.taken(*object, event.g, names);
            }
            _ => {}
        }
    }

    fn taken(&mut self, object: Object, by: G, names: &BTreeMap<G, Arc<str>>) {
        let Some(waiting) = self.waiting.get_mut(&object) else {
            return;
        };
        waiting.retain(|waiting| waiting.g != by);
        for waiting in waiting {
            waiting.times += 1;
            let times = waiting.times;
            let how = Starvation::Overtaken { object, times };
            match waiting.listed {
                Some(place) => self.starved[place].how = how,
                None if times >= OVERTAKEN && self.starved.len() < MAX_STARVED => {
                    waiting.listed = Some(self.starved.len());
                    self.starved.push(Starved {
                        g: waiting.g,
                        name: names.get(&waiting.g).cloned(),
                        how,
                        at: waiting.at,
                    });
                }
                None => {}
            }
        }
    }
}

fn is_lock(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Mutex | Reason::RwMutexRead | Reason::RwMutexWrite | Reason::Semaphore
    )
}
