//! Keys, wheel and pointer on the timeline.
//!
//! * [`find`]: the field that finds goroutines and objects by name.
//! * [`keyboard`]: what keys and the buttons of the same name do.
//! * [`panel`]: what happened in the marked interval.
//! * [`pointer`]: wheel, drag and click.
//! * [`tools`]: the row of buttons below the lanes, the cursor's time, the list
//!   of keys.

pub mod find;
pub mod keyboard;
pub mod panel;
pub mod pointer;
pub mod tools;

use leptos::html;
use leptos::prelude::*;

use self::keyboard::Held;
use self::pointer::{Drag, Pinch};
use super::layout::Layout;
use crate::model::Gap;
use crate::picture::RunView;
use crate::picture::lanes::By;
use crate::picture::scale::{Range, Window};
use crate::picture::walk::{self, Chosen, Step};

/// The share of the view that an arrow with Shift pans, as a divisor.
const PAN: i64 = 8;

/// What the hands do to a timeline.
#[derive(Clone, Copy)]
pub struct Hands {
    view: RunView,
    layout: Memo<Layout>,
    frame: NodeRef<html::Div>,
    /// The span under the pointer.
    pub hovered: RwSignal<Option<Chosen>>,
    /// The hole under the pointer.
    pub hovered_gap: RwSignal<Option<Gap>>,
    /// Whether a drag marks an interval, as with Shift.
    pub selects: RwSignal<bool>,
    /// The field that finds names.
    field: NodeRef<html::Input>,
    /// The id of the list of keys.
    keys_id: &'static str,
    drag: StoredValue<Option<Drag>>,
    pinch: StoredValue<Option<Pinch>>,
    held: StoredValue<Option<Held>>,
}

impl Hands {
    /// Hands for a timeline.
    pub fn new(
        view: RunView,
        layout: Memo<Layout>,
        frame: NodeRef<html::Div>,
        keys_id: &'static str,
    ) -> Hands {
        Hands {
            view,
            layout,
            frame,
            hovered: RwSignal::new(None),
            hovered_gap: RwSignal::new(None),
            selects: RwSignal::new(false),
            field: NodeRef::new(),
            keys_id,
            drag: StoredValue::new(None),
            pinch: StoredValue::new(None),
            held: StoredValue::new(None),
        }
    }

    /// Shows all of the run, and follows it.
    pub fn show_whole(&self) {
        self.view.window.set(Window::Whole);
    }

    /// Zooms about the middle of what matters most of what is in view.
    pub fn zoom_about_middle(&self, numerator: u64, denominator: u64) {
        self.zoom(self.middle_ns(), numerator, denominator);
    }

    /// The end of a run that is followed, or else the middle of the choice if it
    /// is in view, or else of the view.
    fn middle_ns(&self) -> u64 {
        let range = self.range();
        if matches!(self.view.window.get_untracked(), Window::Latest { .. }) {
            return range.to_ns;
        }
        self.span_of(self.view.chosen.get_untracked())
            .map(|(from_ns, to_ns)| from_ns + (to_ns - from_ns) / 2)
            .filter(|t_ns| (range.from_ns..=range.to_ns).contains(t_ns))
            .unwrap_or(range.from_ns + range.len_ns() / 2)
    }

    /// Shows the chosen span, with as much again at both sides.
    pub fn show_chosen(&self) {
        let Some((from_ns, to_ns)) = self.span_of(self.view.chosen.get_untracked()) else {
            return;
        };
        let margin_ns = to_ns - from_ns;
        self.set_window(Window::Part {
            from_ns: from_ns.saturating_sub(margin_ns),
            to_ns: to_ns.saturating_add(margin_ns),
        });
    }

    fn walk(&self, step: Step) {
        let from_ns = self.range().from_ns;
        let chosen = self.view.chosen.get_untracked();
        let model = self.view.model;
        let by = self.view.by.get_untracked();
        self.choose(model.with_value(|model| by.step(model, chosen, step, from_ns)));
        // A cursor that was placed goes along.
        if self.view.cursor_ns.get_untracked().is_some() {
            self.cursor_to_choice();
        }
    }

    /// Chooses the first span of a lane and takes the keys, so that the arrows
    /// go on from there.
    pub fn go_to(&self, lane: usize) {
        self.view.by.set(By::Goroutine);
        let model = self.view.model;
        self.choose(model.with_value(|model| walk::nearest(model, lane, 0)));
        self.focus();
    }

    fn cursor_to_choice(&self) {
        if let Some((from_ns, _)) = self.span_of(self.view.chosen.get_untracked()) {
            self.set_cursor(from_ns);
        }
    }

    fn choose(&self, next: Option<Chosen>) {
        self.view.chosen.set(next);
        let Some(next) = next else {
            return;
        };
        if let Some((from_ns, to_ns)) = self.span_of(Some(next)) {
            self.reveal(from_ns, to_ns);
        }
        let by = self.view.by.get_untracked();
        let row = self.view.model.with_value(|model| by.row_of(model, next));
        if let (Some(frame), Some(row)) = (self.frame.get_untracked(), row) {
            let rows = self.layout.get_untracked().rows;
            frame.set_scroll_top(rows.reveal(row) as i32);
        }
    }

    fn pan_share(&self, direction: i64) {
        let len_ns = self.range().len_ns();
        self.pan(direction * (len_ns as i64 / PAN));
    }

    fn pan_pixels(&self, pixels: f64) {
        self.pan(self.layout.get_untracked().scale.ns_of(pixels));
    }

    fn pan(&self, by_ns: i64) {
        let window = self.view.window.get_untracked();
        self.set_window(window.pan(self.extent_ns(), by_ns));
    }

    fn zoom(&self, about_ns: u64, numerator: u64, denominator: u64) {
        let window = self.view.window.get_untracked();
        self.set_window(window.zoom(self.extent_ns(), about_ns, numerator, denominator));
    }

    fn reveal(&self, from_ns: u64, to_ns: u64) {
        let window = self.view.window.get_untracked();
        self.set_window(window.reveal(self.extent_ns(), from_ns, to_ns));
    }

    fn range(&self) -> Range {
        self.layout.get_untracked().scale.range
    }

    fn extent_ns(&self) -> u64 {
        untrack(|| self.view.extent_ns())
    }

    /// Puts the cursor at a time of the run.
    fn set_cursor(&self, t_ns: u64) {
        let t_ns = Some(t_ns.min(self.view.shown_ns.get_untracked()));
        if self.view.cursor_ns.get_untracked() != t_ns {
            self.view.cursor_ns.set(t_ns);
        }
    }

    /// Gives the timeline the keys.
    fn focus(&self) {
        if let Some(frame) = self.frame.get_untracked() {
            // It fails only for an element that cannot have the focus.
            let _ = frame.focus();
        }
    }

    fn set_window(&self, window: Window) {
        if self.view.window.get_untracked() != window {
            self.view.window.set(window);
        }
    }

    fn span_of(&self, chosen: Option<Chosen>) -> Option<(u64, u64)> {
        let chosen = chosen?;
        let shown_ns = self.view.shown_ns.get_untracked();
        self.view.model.with_value(|model| {
            let span = model.lanes().get(chosen.lane)?.spans.get(chosen.span)?;
            Some((span.from_ns, span.to_ns(shown_ns)))
        })
    }

    fn is_focused(&self) -> bool {
        let active = document().active_element();
        self.frame
            .get_untracked()
            .is_some_and(|frame| active.as_ref() == Some(frame.as_ref()))
    }

    fn x_of(&self, client_x: f64) -> f64 {
        self.frame.get_untracked().map_or(0.0, |frame| {
            client_x - frame.get_bounding_client_rect().left()
        })
    }

    fn y_of(&self, client_y: f64) -> f64 {
        self.frame.get_untracked().map_or(0.0, |frame| {
            client_y - frame.get_bounding_client_rect().top()
        })
    }
}
