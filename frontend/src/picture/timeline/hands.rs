//! Keys, wheel and pointer on the timeline.
//!
//! The wheel turns the page as everywhere else until the timeline has the
//! focus; from then on, or with Ctrl or Cmd held, it zooms. With Shift, or
//! sideways, it pans.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{KeyboardEvent, PointerEvent, WheelEvent};

use super::layout::Layout;
use crate::model::Gap;
use crate::picture::RunView;
use crate::picture::scale::Window;
use crate::picture::walk::{self, Chosen, Step};

/// A pointer that moves less than this between down and up has clicked.
const CLICK: f64 = 4.0;
/// How far beside a span the pointer still means it, in CSS pixels.
const REACH: f64 = 2.0;
/// The share of the view that an arrow with Shift pans, as a divisor.
const PAN: i64 = 8;

/// Where a drag began.
#[derive(Clone, Copy)]
struct Drag {
    x: f64,
    y: f64,
    window: Window,
    scroll_top: i32,
    moved: bool,
}

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
    drag: StoredValue<Option<Drag>>,
}

impl Hands {
    /// Hands for a timeline.
    pub fn new(view: RunView, layout: Memo<Layout>, frame: NodeRef<html::Div>) -> Hands {
        Hands {
            view,
            layout,
            frame,
            hovered: RwSignal::new(None),
            hovered_gap: RwSignal::new(None),
            drag: StoredValue::new(None),
        }
    }

    /// Shows all of the run, and follows it.
    pub fn show_whole(&self) {
        self.view.window.set(Window::Whole);
    }

    /// Zooms about the choice if it is in view, or else the middle.
    pub fn zoom_about_middle(&self, numerator: u64, denominator: u64) {
        let range = self.layout.get_untracked().scale.range;
        let middle_ns = range.from_ns + range.len_ns() / 2;
        let about_ns = self
            .span_of(self.view.chosen.get_untracked())
            .map(|(from_ns, to_ns)| from_ns + (to_ns - from_ns) / 2)
            .filter(|t_ns| (range.from_ns..=range.to_ns).contains(t_ns))
            .unwrap_or(middle_ns);
        self.zoom(about_ns, numerator, denominator);
    }

    /// Shows the chosen span, with as much again at both sides.
    pub fn show_chosen(&self) {
        let Some((from_ns, to_ns)) = self.span_of(self.view.chosen.get_untracked()) else {
            return;
        };
        let margin_ns = to_ns - from_ns;
        self.view.window.set(Window::Part {
            from_ns: from_ns.saturating_sub(margin_ns),
            to_ns: to_ns.saturating_add(margin_ns),
        });
    }

    /// A key was pressed.
    pub fn key(&self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        match (key.as_str(), event.shift_key()) {
            ("ArrowLeft", true) => self.pan_share(-1),
            ("ArrowRight", true) => self.pan_share(1),
            ("ArrowLeft", false) => self.walk(Step::Before),
            ("ArrowRight", false) => self.walk(Step::After),
            ("ArrowUp", _) => self.walk(Step::Above),
            ("ArrowDown", _) => self.walk(Step::Below),
            ("Home", _) => self.walk(Step::First),
            ("End", _) => self.walk(Step::Last),
            ("+" | "=", _) => self.zoom_about_middle(2, 3),
            ("-" | "_", _) => self.zoom_about_middle(3, 2),
            ("0", _) => self.show_whole(),
            ("Enter", _) => self.show_chosen(),
            ("Escape", _) => self.view.chosen.set(None),
            _ => return,
        }
        event.prevent_default();
    }

    /// The wheel was turned.
    pub fn wheel(&self, event: &WheelEvent) {
        /// Pixels of a line, for wheels that count in lines.
        const LINE: f64 = 16.0;
        /// Pixels that double what is shown.
        const DOUBLE: f64 = 240.0;
        /// One in so many steps of a zoom.
        const FINE: f64 = 1024.0;
        let unit = match event.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => LINE,
            _ => 1.0,
        };
        let (x, y) = (event.delta_x() * unit, event.delta_y() * unit);
        let focused = self.is_focused();
        if event.shift_key() || x.abs() > y.abs() {
            let by = if event.shift_key() && x == 0.0 { y } else { x };
            self.pan_pixels(by);
        } else if event.ctrl_key() || event.meta_key() || focused {
            let factor = 2.0_f64.powf((y / DOUBLE).clamp(-1.0, 1.0));
            let layout = self.layout.get_untracked();
            let about_ns = layout.scale.t_ns(self.x_of(f64::from(event.client_x())));
            self.zoom(about_ns, (factor * FINE) as u64, FINE as u64);
        } else {
            return;
        }
        event.prevent_default();
    }

    /// The pointer went down.
    pub fn pointer_down(&self, event: &PointerEvent) {
        if event.button() != 0 {
            return;
        }
        let Some(frame) = self.frame.get_untracked() else {
            return;
        };
        // Held, it is followed beyond the edges; without, the drag ends there.
        if let Some(stick) = event
            .current_target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        {
            let _ = stick.set_pointer_capture(event.pointer_id());
        }
        self.drag.set_value(Some(Drag {
            x: f64::from(event.client_x()),
            y: f64::from(event.client_y()),
            window: self.view.window.get_untracked(),
            scroll_top: frame.scroll_top(),
            moved: false,
        }));
    }

    /// The pointer moved.
    pub fn pointer_move(&self, event: &PointerEvent) {
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        if let Some(mut drag) = self.drag.get_value() {
            drag.moved |= (x - drag.x).abs() >= CLICK || (y - drag.y).abs() >= CLICK;
            self.drag.set_value(Some(drag));
            if drag.moved {
                self.dragged(&drag, x, y);
                return;
            }
        }
        self.point_at(x, y);
    }

    /// The pointer went up.
    pub fn pointer_up(&self, event: &PointerEvent) {
        let drag = self.drag.get_value();
        self.drag.set_value(None);
        if drag.is_some_and(|drag| !drag.moved) {
            self.point_at(f64::from(event.client_x()), f64::from(event.client_y()));
            self.view.chosen.set(self.hovered.get_untracked());
        }
    }

    /// The pointer left.
    pub fn pointer_gone(&self) {
        self.drag.set_value(None);
        self.hovered.set(None);
        self.hovered_gap.set(None);
        self.view.pointer_ns.set(None);
    }

    fn dragged(&self, drag: &Drag, x: f64, y: f64) {
        let by_ns = self.layout.get_untracked().scale.ns_of(drag.x - x);
        let window = drag.window.pan(self.view.shown_ns.get_untracked(), by_ns);
        self.set_window(window);
        if let Some(frame) = self.frame.get_untracked() {
            frame.set_scroll_top(drag.scroll_top + (drag.y - y) as i32);
        }
    }

    fn point_at(&self, client_x: f64, client_y: f64) {
        let layout = self.layout.get_untracked();
        let (x, y) = (self.x_of(client_x), self.y_of(client_y));
        let inside = layout.holds(x);
        let t_ns = layout.scale.t_ns(x);
        if self.view.pointer_ns.get_untracked() != inside.then_some(t_ns) {
            self.view.pointer_ns.set(inside.then_some(t_ns));
        }
        let lane = layout.rows.lane_at(y).filter(|_| inside);
        let (found, gap) = self.view.model.with_value(|model| {
            let gap = model
                .gaps()
                .iter()
                .find(|gap| (gap.from_ns..=gap.to_ns).contains(&t_ns) && lane.is_some());
            let (from_ns, to_ns) = (layout.scale.t_ns(x - REACH), layout.scale.t_ns(x + REACH));
            let found = lane.and_then(|lane| walk::under(model, lane, from_ns, to_ns));
            (found.filter(|_| gap.is_none()), gap.copied())
        });
        if self.hovered.get_untracked() != found {
            self.hovered.set(found);
        }
        if self.hovered_gap.get_untracked() != gap {
            self.hovered_gap.set(gap);
        }
    }

    fn walk(&self, step: Step) {
        let range = self.layout.get_untracked().scale.range;
        let chosen = self.view.chosen.get_untracked();
        let next = self
            .view
            .model
            .with_value(|model| walk::step(model, chosen, step, range.from_ns));
        self.choose(next);
    }

    /// Chooses the first span of a lane and takes the keys, so that the arrows
    /// go on from there.
    pub fn go_to(&self, lane: usize) {
        let model = self.view.model;
        self.choose(model.with_value(|model| walk::nearest(model, lane, 0)));
        if let Some(frame) = self.frame.get_untracked() {
            // It fails only for an element that cannot have the focus.
            let _ = frame.focus();
        }
    }

    fn choose(&self, next: Option<Chosen>) {
        self.view.chosen.set(next);
        let Some(next) = next else {
            return;
        };
        if let Some((from_ns, to_ns)) = self.span_of(Some(next)) {
            let window = self.view.window.get_untracked();
            self.set_window(window.reveal(self.view.shown_ns.get_untracked(), from_ns, to_ns));
        }
        if let Some(frame) = self.frame.get_untracked() {
            let rows = self.layout.get_untracked().rows;
            frame.set_scroll_top(rows.reveal(next.lane) as i32);
        }
    }

    fn pan_share(&self, direction: i64) {
        let len_ns = self.layout.get_untracked().scale.range.len_ns();
        self.pan(direction * (len_ns as i64 / PAN));
    }

    fn pan_pixels(&self, pixels: f64) {
        self.pan(self.layout.get_untracked().scale.ns_of(pixels));
    }

    fn pan(&self, by_ns: i64) {
        let window = self.view.window.get_untracked();
        self.set_window(window.pan(self.view.shown_ns.get_untracked(), by_ns));
    }

    fn zoom(&self, about_ns: u64, numerator: u64, denominator: u64) {
        let window = self.view.window.get_untracked();
        let now_ns = self.view.shown_ns.get_untracked();
        self.set_window(window.zoom(now_ns, about_ns, numerator, denominator));
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
