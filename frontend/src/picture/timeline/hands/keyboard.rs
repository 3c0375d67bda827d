//! What keys do, and the buttons that stand for one.
//!
//! Letters that move the picture do so for as long as they are held: once at
//! the press, and then with every frame that the browser draws. Where the reader
//! wants less motion, it moves by a step each time the key repeats.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

use super::Hands;
use super::tools;
use crate::picture::lanes::By;
use crate::picture::scale::Window;
use crate::picture::study::keys::{Act, Motion, act};
use crate::picture::study::marked::Marked;
use crate::picture::view::{now_millis, wants_less_motion};
use crate::picture::walk;

/// How long a key seems to be held that is only tapped, in milliseconds.
const TAP_MILLIS: f64 = 90.0;
/// The longest time between two frames that counts: after a pause of the page
/// the picture does not leap.
const FRAME_MILLIS: f64 = 50.0;
/// Held for so many milliseconds, a key doubles or halves what is in view.
const DOUBLE_MILLIS: f64 = 350.0;
/// Held for so many, it pans by what is in view.
const ACROSS_MILLIS: f64 = 900.0;

/// A key that is held.
#[derive(Clone, Copy)]
pub(super) struct Held {
    motion: Motion,
    /// Which press it is: the frames of an earlier one stop.
    press: u32,
}

impl Hands {
    /// A key was pressed.
    pub fn key(&self, event: &KeyboardEvent) {
        // AltGr writes brackets on many keyboards, and is no command.
        let command = event.ctrl_key() || event.meta_key() || event.alt_key();
        if command && !event.get_modifier_state("AltGraph") {
            return;
        }
        let Some(act) = act(&event.key(), event.shift_key()) else {
            return;
        };
        event.prevent_default();
        // The page has keys of its own for the same signs.
        event.stop_propagation();
        match act {
            Act::Hold(motion) => self.hold(motion, event.repeat()),
            act => self.act(act),
        }
    }

    /// A key was released, or the focus went elsewhere.
    pub fn release(&self) {
        self.held.set_value(None);
    }

    /// A button that stands for a key was pressed.
    pub fn pressed(&self, event: &Event) {
        let key = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|target| target.closest("[data-key]").ok()?)
            .and_then(|button| button.get_attribute("data-key"));
        if let Some(act) = key.and_then(|key| act(&key, false)) {
            self.act(act);
            // With what is let go its button goes too.
            if act == Act::LetGo {
                self.focus();
            }
        }
    }

    fn act(&self, act: Act) {
        let view = &self.view;
        match act {
            Act::Walk(step) => self.walk(step),
            Act::Pan(direction) => self.pan_share(direction),
            Act::Zoom { inward: true } => self.zoom_about_middle(2, 3),
            Act::Zoom { inward: false } => self.zoom_about_middle(3, 2),
            Act::Hold(motion) => self.move_by(motion, TAP_MILLIS),
            Act::ShowChosen => self.show_chosen(),
            Act::ShowWhole => self.show_whole(),
            Act::Jump { forward } => self.jump(forward),
            Act::Cursor(pixels) => self.move_cursor(pixels),
            Act::Mark => {
                let t_ns = self.cursor_or_middle();
                self.set_cursor(t_ns);
                view.marked.update(|marked| *marked = marked.mark(t_ns));
            }
            Act::Select => self.selects.update(|selects| *selects = !*selects),
            Act::Follow => {
                let window = view.window.get_untracked();
                let follows = matches!(window, Window::Latest { .. });
                self.set_window(window.follow(self.extent_ns(), !follows));
            }
            Act::Find => self.find(),
            Act::ShowMarked => {
                if let Some((from_ns, to_ns)) = view.marked.get_untracked().interval() {
                    self.set_window(Window::Part { from_ns, to_ns });
                }
            }
            Act::Help => tools::show_keys(self.keys_id),
            Act::LetGo if view.marked.get_untracked() != Marked::Nothing => {
                view.marked.set(Marked::Nothing);
            }
            Act::LetGo => {
                view.chosen.set(None);
                view.cursor_ns.set(None);
            }
        }
    }

    fn hold(&self, motion: Motion, repeats: bool) {
        let steps = wants_less_motion();
        if !repeats || steps {
            self.move_by(motion, TAP_MILLIS);
        }
        if repeats || steps {
            return;
        }
        let press = self.held.get_value().map_or(0, |held| held.press + 1);
        self.held.set_value(Some(Held { motion, press }));
        self.glide(press, now_millis());
    }

    /// Moves with every frame until the key is released.
    fn glide(&self, press: u32, since_millis: f64) {
        let hands = *self;
        request_animation_frame(move || {
            let held = hands.held.try_get_value().flatten();
            let Some(held) = held.filter(|held| held.press == press) else {
                return;
            };
            let now = now_millis();
            hands.move_by(held.motion, (now - since_millis).clamp(0.0, FRAME_MILLIS));
            hands.glide(press, now);
        });
    }

    /// Moves as in `millis` milliseconds of a key that is held.
    fn move_by(&self, motion: Motion, millis: f64) {
        /// One in so many steps of a zoom.
        const FINE: f64 = 1024.0;
        let range = self.range();
        let pan_ns = (range.len_ns() as f64 * millis / ACROSS_MILLIS) as i64;
        let doublings = match motion {
            Motion::Back => return self.pan(-pan_ns),
            Motion::On => return self.pan(pan_ns),
            Motion::Inward => -millis / DOUBLE_MILLIS,
            Motion::Outward => millis / DOUBLE_MILLIS,
        };
        let follows = matches!(self.view.window.get_untracked(), Window::Latest { .. });
        let pointed = self.view.pointer_ns.get_untracked();
        let about_ns = pointed
            .filter(|t_ns| !follows && (range.from_ns..=range.to_ns).contains(t_ns))
            .unwrap_or_else(|| self.middle_ns());
        let factor = (2.0_f64.powf(doublings) * FINE) as u64;
        self.zoom(about_ns, factor, FINE as u64);
    }

    fn jump(&self, forward: bool) {
        // What waits is on no processor.
        self.view.by.set(By::Goroutine);
        let chosen = self.view.chosen.get_untracked();
        let from_ns = self.range().from_ns;
        let model = self.view.model;
        self.choose(model.with_value(|model| walk::jump(model, chosen, forward, from_ns)));
        self.cursor_to_choice();
    }

    /// The cursor, or where it would be put.
    fn cursor_or_middle(&self) -> u64 {
        let cursor_ns = self.view.cursor_ns.get_untracked();
        cursor_ns.unwrap_or_else(|| self.middle_ns())
    }

    fn move_cursor(&self, pixels: i64) {
        let a_pixel = self.layout.get_untracked().scale.ns_of(1.0).max(1);
        let by_ns = pixels.saturating_mul(a_pixel);
        let t_ns = self.cursor_or_middle().saturating_add_signed(by_ns);
        self.set_cursor(t_ns);
        self.reveal(t_ns, t_ns.saturating_add(1));
    }
}
