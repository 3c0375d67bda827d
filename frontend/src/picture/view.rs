//! A run as the page sees it: its model, when to look at it again, and what of
//! it the reader looks at.

use leptos::prelude::*;
use protocol::Frame;

use super::charts::Chart;
use super::lanes::By;
use super::scale::{Range, Window};
use super::study::marked::Marked;
use super::walk::Chosen;
use crate::model::{History, Model};
use crate::phase::Phase;

/// A run and its signals; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct RunView {
    /// What is known of the run.
    pub model: StoredValue<Model, LocalStorage>,
    /// The state of everything at any time of it.
    pub history: StoredValue<History, LocalStorage>,
    /// Grows whenever the model has news; at most once an animation frame.
    pub version: RwSignal<u64>,
    /// Where the run is. The page sets it.
    pub phase: RwSignal<Phase>,
    /// The stretch of time that every picture shows.
    pub window: RwSignal<Window>,
    /// Where the timeline has its stretch of time, as left and width in CSS
    /// pixels, so that other pictures lay theirs below it.
    pub plot: RwSignal<Option<(u32, u32)>>,
    /// By what the timeline's lanes are. It outlasts a run.
    pub by: RwSignal<By>,
    /// The time under the pointer, in whichever picture that is.
    pub pointer_ns: RwSignal<Option<u64>>,
    /// The moment whose state the page shows; `None` is the latest.
    pub cursor_ns: RwSignal<Option<u64>>,
    /// The interval that the reader marked.
    pub marked: RwSignal<Marked>,
    /// How long the run is with which this one shares its axis of time; 0 where
    /// there is none.
    pub beside_ns: RwSignal<u64>,
    /// The span that the reader chose.
    pub chosen: RwSignal<Option<Chosen>>,
    /// The lane that the prose points at: an index into the model's lanes.
    pub pointed_lane: RwSignal<Option<usize>>,
    /// The channel that the prose points at.
    pub pointed_channel: RwSignal<Option<u32>>,
    /// The chart that is open; it stays so from one run to the next.
    pub chart: RwSignal<Chart>,
    /// Up to when a picture shows the run: the last time that is known, and
    /// while it runs the time that has gone by since.
    pub shown_ns: RwSignal<u64>,
    /// When the last news came, by the page's clock in milliseconds.
    news_millis: StoredValue<f64>,
    /// Whether an animation frame that will say so is already asked for.
    bump_is_due: StoredValue<bool>,
    /// Whether the clock already ticks.
    ticks: StoredValue<bool>,
}

impl RunView {
    /// A view of no run yet.
    pub fn new() -> Self {
        let view = RunView {
            model: StoredValue::new_local(Model::new()),
            history: StoredValue::new_local(History::new()),
            version: RwSignal::new(0),
            phase: RwSignal::new(Phase::Idle),
            window: RwSignal::new(Window::Whole),
            plot: RwSignal::new(None),
            by: RwSignal::new(By::Goroutine),
            pointer_ns: RwSignal::new(None),
            cursor_ns: RwSignal::new(None),
            marked: RwSignal::new(Marked::Nothing),
            beside_ns: RwSignal::new(0),
            chosen: RwSignal::new(None),
            pointed_lane: RwSignal::new(None),
            pointed_channel: RwSignal::new(None),
            chart: RwSignal::new(Chart::default()),
            shown_ns: RwSignal::new(0),
            news_millis: StoredValue::new(0.0),
            bump_is_due: StoredValue::new(false),
            ticks: StoredValue::new(false),
        };
        Effect::new(move |_| {
            if view.phase.get() == Phase::Running {
                view.tick();
            }
        });
        view
    }

    /// A view of no run yet that shares its axis of time with another.
    pub fn beside(other: RunView) -> Self {
        RunView {
            window: other.window,
            plot: other.plot,
            by: other.by,
            pointer_ns: other.pointer_ns,
            ..RunView::new()
        }
    }

    /// Takes the run of another view, which has ended and is forgotten there.
    pub fn take(&self, other: RunView) {
        let model = other.model.try_update_value(std::mem::take);
        let model = model.unwrap_or_default();
        self.shown_ns.set(model.now_ns());
        self.model.set_value(model);
        self.chosen.set(None);
        self.cursor_ns.set(None);
        self.marked.set(Marked::Nothing);
        self.phase.set(Phase::Ended);
        self.version.update(|version| *version += 1);
    }

    /// Forgets the run, before the next one.
    pub fn reset(&self) {
        self.model.set_value(Model::new());
        self.history.set_value(History::new());
        self.window.set(Window::Whole);
        self.pointer_ns.set(None);
        self.cursor_ns.set(None);
        self.marked.set(Marked::Nothing);
        self.chosen.set(None);
        self.pointed_lane.set(None);
        self.pointed_channel.set(None);
        self.shown_ns.set(0);
        self.bump();
    }

    /// How long the axis of time is: as long as the run, or as the one beside
    /// it where that is longer.
    pub fn extent_ns(&self) -> u64 {
        self.shown_ns.get().max(self.beside_ns.get())
    }

    /// The stretch of time that every picture shows.
    pub fn range(&self) -> Range {
        self.window.get().range(self.extent_ns())
    }

    /// Takes in what came.
    pub fn apply(&self, frames: Vec<Frame>) {
        let mut later = false;
        self.model.update_value(|model| {
            let known_ns = model.now_ns();
            let begun = !model.lanes().is_empty();
            for frame in &frames {
                model.apply(frame);
            }
            later = model.now_ns() > known_ns || begun == model.lanes().is_empty();
        });
        if later {
            self.news_millis.set_value(now_millis());
        }
        if self.model.with_value(|model| model.end().is_some()) {
            // Whoever sees that the run has ended sees all of it.
            self.look_at_the_clock();
            self.version.update(|version| *version += 1);
        } else {
            self.bump();
        }
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
            view.look_at_the_clock();
            view.version.try_update(|version| *version += 1);
        });
    }

    /// Lets the picture grow while the run goes on, also when nothing happens
    /// in it.
    fn tick(&self) {
        if self.ticks.get_value() || wants_less_motion() {
            return;
        }
        self.ticks.set_value(true);
        self.tick_once();
    }

    fn tick_once(&self) {
        let view = *self;
        request_animation_frame(move || {
            view.look_at_the_clock();
            match view.phase.try_get_untracked() {
                Some(Phase::Running) => view.tick_once(),
                _ => {
                    view.ticks.try_set_value(false);
                }
            }
        });
    }

    /// Sets how far the run is shown. It never goes back while the run goes on.
    fn look_at_the_clock(&self) {
        let Some((known_ns, begun, ended)) = self.model.try_with_value(|model| {
            (
                model.now_ns(),
                !model.lanes().is_empty(),
                model.end().is_some(),
            )
        }) else {
            return;
        };
        let runs = self.ticks.get_value() && begun && !ended;
        let shown_ns = if runs {
            let gone_millis = (now_millis() - self.news_millis.get_value()).max(0.0);
            let so_far_ns = known_ns.saturating_add((gone_millis * 1e6) as u64);
            so_far_ns.max(self.shown_ns.get_untracked())
        } else if ended {
            known_ns
        } else {
            known_ns.max(self.shown_ns.get_untracked())
        };
        if shown_ns != self.shown_ns.get_untracked() {
            self.shown_ns.set(shown_ns);
        }
    }
}

impl Default for RunView {
    fn default() -> Self {
        RunView::new()
    }
}

/// Such a reader sees the picture grow by events alone.
pub(super) fn wants_less_motion() -> bool {
    window()
        .match_media("(prefers-reduced-motion: reduce)")
        .ok()
        .flatten()
        .is_some_and(|media| media.matches())
}

pub(super) fn now_millis() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
