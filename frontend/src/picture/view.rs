//! A run as the page sees it: its model, and when to look at it again.

use leptos::prelude::*;
use protocol::Frame;

use crate::model::Model;
use crate::phase::Phase;

/// A run and its signals; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct RunView {
    /// What is known of the run.
    pub model: StoredValue<Model, LocalStorage>,
    /// Grows whenever the model has news; at most once an animation frame.
    pub version: RwSignal<u64>,
    /// Where the run is. The page sets it.
    pub phase: RwSignal<Phase>,
    /// Whether an animation frame that will say so is already asked for.
    bump_is_due: StoredValue<bool>,
}

impl RunView {
    /// A view of no run yet.
    pub fn new() -> Self {
        RunView {
            model: StoredValue::new_local(Model::new()),
            version: RwSignal::new(0),
            phase: RwSignal::new(Phase::Idle),
            bump_is_due: StoredValue::new(false),
        }
    }

    /// Forgets the run, before the next one.
    pub fn reset(&self) {
        self.model.set_value(Model::new());
        self.bump();
    }

    /// Takes in what came.
    pub fn apply(&self, frames: Vec<Frame>) {
        self.model.update_value(|model| {
            for frame in &frames {
                model.apply(frame);
            }
        });
        self.bump();
    }

    fn bump(&self) {
        if self.bump_is_due.get_value() {
            return;
        }
        self.bump_is_due.set_value(true);
        let view = *self;
        // The view may be gone by then: the reader went to another lesson.
        request_animation_frame(move || {
            view.bump_is_due.try_set_value(false);
            view.version.try_update(|version| *version += 1);
        });
    }
}

impl Default for RunView {
    fn default() -> Self {
        RunView::new()
    }
}
