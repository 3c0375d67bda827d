//! Whoever watches a run for what it does not say itself: each sees every
//! event, in order, on its way to the sink.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::progress::Progress;
use super::races::Races;
use super::starvation::Overtaking;
use crate::detect::Sides;
use crate::run::{Findings, Starvation, Starved};
use crate::trace::{Event, G, Kind, Object};

/// The watchers of a run.
#[derive(Default)]
pub(super) struct Watch {
    pub(super) progress: Progress,
    pub(super) races: Races,
    pub(super) sides: Sides,
    overtaking: Overtaking,
    /// Of goroutines and objects that have one, while they are there.
    names: BTreeMap<G, Arc<str>>,
    objects: BTreeMap<Object, Arc<str>>,
}

/// A goroutine went past an operation that waits for an object without having
/// to wait, which no event tells, before the event of this index in the batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed {
    pub(super) before: usize,
    pub(super) g: G,
    pub(super) object: Object,
}

impl Watch {
    /// Sees a batch of events, recorded up to step `steps`; adds what was found
    /// in them to them.
    pub(super) fn see(&mut self, events: &mut Vec<Event>, passed: &[Passed], steps: u64) {
        let mut found = Vec::new();
        let mut passed = passed.iter().peekable();
        for (index, event) in events.iter().enumerate() {
            while let Some(passed) = passed.next_if(|passed| passed.before <= index) {
                self.races.passed(passed.g, passed.object);
            }
            self.name(event);
            self.progress.see(event, steps);
            self.sides.see(event);
            self.overtaking.see(event, &self.names);
            if let Some(kind) = self.races.see(event) {
                found.push((index, kind));
            }
        }
        for passed in passed {
            self.races.passed(passed.g, passed.object);
        }
        // From the last, so that the places before it stay as they are.
        for (index, kind) in found.into_iter().rev() {
            let event = Event {
                kind,
                ..events[index].clone()
            };
            events.insert(index + 1, event);
        }
    }

    fn name(&mut self, event: &Event) {
        match &event.kind {
            Kind::Created {
                child,
                name: Some(name),
            } => {
                self.names.insert(*child, name.clone());
            }
            Kind::Ended => {
                self.names.remove(&event.g);
            }
            Kind::Made {
                object,
                name: Some(name),
                ..
            } => {
                self.objects.insert(*object, name.clone());
            }
            _ => {}
        }
    }

    /// What was found. `not_run` are those that could have run, and did not for
    /// long.
    pub(super) fn findings(self, not_run: Vec<Starved>) -> Findings {
        let mut starved = not_run;
        starved.extend(self.overtaking.starved);
        starved
            .sort_by_key(|starved| (starved.g, matches!(starved.how, Starvation::NotRun { .. })));
        let mut races = self.races.found;
        for race in &mut races {
            race.object_name = self.objects.get(&race.object).cloned();
        }
        Findings {
            races,
            starved,
            ..Findings::default()
        }
    }
}
