//! Wheel, drag and click.
//!
//! The wheel turns the page as everywhere else until the timeline has the
//! focus; from then on, or with Ctrl or Cmd held, it zooms. With Shift, or
//! sideways, it pans. A drag pans too; on the axis it moves the cursor, and with
//! Shift, or where a button says so, it marks an interval. Two fingers zoom.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{PointerEvent, WheelEvent};

use super::Hands;
use crate::picture::scale::{Fingers, Window, pinch as pinch_of};
use crate::picture::study::marked::Marked;
use crate::picture::timeline::layout::Layout;

/// A pointer that moves less than this between down and up has clicked.
const CLICK: f64 = 4.0;
/// How far beside a span the pointer still means it, in CSS pixels.
const REACH: f64 = 2.0;

/// Where a drag began, and what it does.
#[derive(Clone, Copy)]
pub(super) struct Drag {
    pointer: i32,
    way: Way,
    x: f64,
    y: f64,
    /// Where the pointer is by now.
    now_x: f64,
    window: Window,
    scroll_top: i32,
    moved: bool,
}

/// Two fingers on the timeline.
#[derive(Clone, Copy)]
pub(super) struct Pinch {
    /// Which pointer the second of them is.
    second: i32,
    from: Fingers,
    to: Fingers,
    window: Window,
}

/// What a drag does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Moves the picture.
    Pan,
    /// Moves the cursor.
    Scrub,
    /// Marks an interval, one end of which is `from_ns`.
    Mark { from_ns: u64 },
}

impl Hands {
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
        if event.button() != 0 || self.pinch.get_value().is_some() {
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
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        let layout = self.layout.get_untracked();
        let t_ns = layout.scale.t_ns(self.x_of(x));
        if let Some(drag) = self.drag.get_value()
            && drag.pointer != event.pointer_id()
        {
            self.end_drag();
            let fingers = (self.x_of(drag.now_x), self.x_of(x));
            self.pinch.set_value(Some(Pinch {
                second: event.pointer_id(),
                from: fingers,
                to: fingers,
                window: self.view.window.get_untracked(),
            }));
            return;
        }
        let way = if self.y_of(y) < f64::from(layout.lanes_top()) {
            self.set_cursor(t_ns);
            Way::Scrub
        } else if event.shift_key() || self.selects.get_untracked() {
            Way::Mark { from_ns: t_ns }
        } else {
            Way::Pan
        };
        self.drag.set_value(Some(Drag {
            pointer: event.pointer_id(),
            way,
            x,
            y,
            now_x: x,
            window: self.view.window.get_untracked(),
            scroll_top: frame.scroll_top(),
            moved: false,
        }));
    }

    /// The pointer moved.
    pub fn pointer_move(&self, event: &PointerEvent) {
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        if let Some(mut pinch) = self.pinch.get_value() {
            match event.pointer_id() == pinch.second {
                true => pinch.to.1 = self.x_of(x),
                false => pinch.to.0 = self.x_of(x),
            }
            self.pinch.set_value(Some(pinch));
            let Layout { scale, .. } = self.layout.get_untracked();
            let plot = (scale.left, scale.width);
            let (window, extent_ns) = (pinch.window, self.extent_ns());
            self.set_window(pinch_of(window, extent_ns, plot, pinch.from, pinch.to));
            return;
        }
        if let Some(mut drag) = self.drag.get_value() {
            drag.moved |= (x - drag.x).abs() >= CLICK || (y - drag.y).abs() >= CLICK;
            drag.now_x = x;
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
        let Some(drag) = self.end_drag() else {
            return;
        };
        if drag.moved || drag.way == Way::Scrub {
            return;
        }
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.point_at(x, y);
        let chosen = self.hovered.get_untracked();
        self.view.chosen.set(chosen);
        if chosen.is_some() {
            self.set_cursor(self.layout.get_untracked().scale.t_ns(self.x_of(x)));
        }
    }

    /// The pointer left.
    pub fn pointer_gone(&self) {
        self.end_drag();
        self.hovered.set(None);
        self.hovered_gap.set(None);
        self.view.pointer_ns.set(None);
    }

    /// Ends a drag; an interval that it drew is marked then.
    fn end_drag(&self) -> Option<Drag> {
        self.pinch.set_value(None);
        let drag = self.drag.get_value();
        self.drag.set_value(None);
        if let Marked::Drawn { from_ns, to_ns } = self.view.marked.get_untracked() {
            self.view.marked.set(Marked::between(from_ns, to_ns));
        }
        drag
    }

    fn dragged(&self, drag: &Drag, x: f64, y: f64) {
        let scale = self.layout.get_untracked().scale;
        let t_ns = scale.t_ns(self.x_of(x));
        match drag.way {
            Way::Scrub => self.set_cursor(t_ns),
            Way::Mark { from_ns } => {
                let (from_ns, to_ns) = (from_ns.min(t_ns), from_ns.max(t_ns));
                self.view.marked.set(Marked::Drawn { from_ns, to_ns });
            }
            Way::Pan => {
                let window = drag.window.pan(self.extent_ns(), scale.ns_of(drag.x - x));
                self.set_window(window);
                if let Some(frame) = self.frame.get_untracked() {
                    frame.set_scroll_top(drag.scroll_top + (drag.y - y) as i32);
                }
            }
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
        let by = self.view.by.get_untracked();
        let (found, gap) = self.view.model.with_value(|model| {
            let gap = model
                .gaps()
                .iter()
                .find(|gap| (gap.from_ns..=gap.to_ns).contains(&t_ns) && lane.is_some());
            let (from_ns, to_ns) = (layout.scale.t_ns(x - REACH), layout.scale.t_ns(x + REACH));
            let found = lane.and_then(|lane| by.under(model, lane, from_ns, to_ns));
            (found.filter(|_| gap.is_none()), gap.copied())
        });
        if self.hovered.get_untracked() != found {
            self.hovered.set(found);
        }
        if self.hovered_gap.get_untracked() != gap {
            self.hovered_gap.set(gap);
        }
    }
}
