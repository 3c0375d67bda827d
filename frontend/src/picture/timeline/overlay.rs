//! The upper canvas: names, the axis, the choice and the pointer.

use leptos::html;
use leptos::prelude::*;
use web_sys::CanvasRenderingContext2d;

use super::layout::Layout;
use super::palette::Palette;
use super::spans::{TICKS_APART, context};
use super::{arrows, marks, processors};
use crate::figures;
use crate::model::Model;
use crate::picture::RunView;
use crate::picture::axis::time_axis;
use crate::picture::lanes::By;
use crate::picture::rows::number_at_end;
use crate::picture::walk::Chosen;
use crate::preferences::use_lang;

/// The size of all text on the canvas.
const TEXT: &str = "13px";

/// Room at the left of the names.
const LEFT: f64 = 8.0;

/// What a drawing needs.
pub(super) struct Pen<'a> {
    pub(super) context: &'a CanvasRenderingContext2d,
    pub(super) layout: &'a Layout,
    pub(super) palette: &'a Palette,
    pub(super) model: &'a Model,
    pub(super) by: By,
    pub(super) shown_ns: u64,
    pub(super) lang: crate::i18n::Lang,
}

/// Draws whenever anything on it changes.
pub fn draw_on_change(
    canvas: NodeRef<html::Canvas>,
    view: RunView,
    layout: Memo<Layout>,
    palette: Memo<Palette>,
    hovered: RwSignal<Option<Chosen>>,
) {
    let lang = use_lang();
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else {
            return;
        };
        view.version.track();
        let layout = layout.get();
        let Some(context) = context(&canvas, &layout) else {
            return;
        };
        let (chosen, hovered) = (view.chosen.get(), hovered.get());
        let pointer_ns = view.pointer_ns.get();
        palette.with(|palette| {
            view.model.with_value(|model| {
                let pen = Pen {
                    context: &context,
                    layout: &layout,
                    palette,
                    model,
                    by: view.by.get(),
                    shown_ns: view.shown_ns.get(),
                    lang: lang.get(),
                };
                pen.all(chosen, hovered, pointer_ns);
            });
        });
    });
}

impl Pen<'_> {
    fn all(&self, chosen: Option<Chosen>, hovered: Option<Chosen>, pointer_ns: Option<u64>) {
        let (width, height) = (f64::from(self.layout.width), f64::from(self.layout.height));
        let ratio = f64::from(self.layout.ratio);
        // It fails only for numbers that are none.
        let _ = self.context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        self.context.clear_rect(0.0, 0.0, width, height);
        if self.model.lanes().is_empty() {
            return;
        }
        self.context
            .set_font(&format!("{TEXT} {}", self.palette.font));
        self.context.set_text_baseline("middle");
        // Nothing of the lanes may reach into the axis.
        self.context.save();
        self.context.begin_path();
        self.context.rect(
            0.0,
            f64::from(self.layout.lanes_top()),
            width,
            f64::from(self.layout.rows.view),
        );
        self.context.clip();
        self.names(chosen);
        let lane = match self.by {
            By::Goroutine => marks::lane,
            By::Processor => processors::lane,
        };
        for index in self.layout.rows.in_view() {
            lane(self, index);
        }
        if self.by == By::Goroutine {
            arrows::in_view(self);
        }
        marks::gaps(self);
        if let Some(hovered) = hovered.filter(|hovered| Some(*hovered) != chosen) {
            self.outline(hovered, &self.palette.ink_soft, 1.0);
        }
        if let Some(chosen) = chosen {
            arrows::chosen(self, chosen);
            self.outline(chosen, &self.palette.accent, 2.0);
        }
        self.context.restore();
        self.axis(pointer_ns);
    }

    /// The names of the lanes in view, cut where there is no room.
    fn names(&self, chosen: Option<Chosen>) {
        let rows = &self.layout.rows;
        let chosen = chosen.and_then(|chosen| self.by.row_of(self.model, chosen));
        for index in rows.in_view() {
            let middle = rows.top(index) as f64 + f64::from(rows.row) / 2.0;
            let (name, number) = self.name_of(index);
            let is_chosen = chosen == Some(index);
            let colour = if is_chosen {
                &self.palette.accent
            } else {
                &self.palette.ink
            };
            let right = f64::from(self.layout.scale.left) - 10.0;
            let beside = self.width_of(&number) + 6.0;
            let room = right - LEFT;
            // Where both do not fit, the name matters more.
            let both = self.width_of(&name) + beside <= room;
            if both {
                self.context.set_text_align("right");
                self.text(&number, right, middle, &self.palette.ink_soft);
            }
            self.context.set_text_align("left");
            self.text(&self.cut(&name, room), LEFT, middle, colour);
        }
    }

    /// The name of a lane, and the number beside it.
    fn name_of(&self, index: usize) -> (String, String) {
        if self.by == By::Processor {
            return (processors::name(self, index), String::new());
        }
        let Some(lane) = self.model.lanes().get(index) else {
            return Default::default();
        };
        // Unnamed goroutines are called by their number already.
        let number = match lane.name {
            Some(_) => format!("g{}", lane.g),
            None => String::new(),
        };
        (self.model.goroutine_name(lane.g), number)
    }

    /// Ticks, figures and their unit, and the time under the pointer.
    fn axis(&self, pointer_ns: Option<u64>) {
        let axis = time_axis(&self.layout.scale, TICKS_APART);
        let top = f64::from(self.layout.lanes_top());
        let middle = top / 2.0 - 2.0;
        let left = f64::from(self.layout.scale.left);
        let right = left + f64::from(self.layout.scale.width);
        self.context.set_fill_style_str(&self.palette.rule);
        self.context
            .fill_rect(0.0, top - 1.0, f64::from(self.layout.width), 1.0);
        self.context.set_text_align("right");
        let unit = axis.unit.symbol();
        self.text(unit, left - 10.0, middle, &self.palette.ink_soft);
        self.context.set_text_align("center");
        for tick in &axis.ticks {
            let x = f64::from(tick.x);
            self.context.set_fill_style_str(&self.palette.rule);
            self.context.fill_rect(x, top - 6.0, 1.0, 6.0);
            self.text(&tick.label, x, middle, &self.palette.ink_soft);
        }
        let Some(t_ns) = pointer_ns else {
            return;
        };
        let x = self.layout.scale.x_exact(t_ns).round();
        self.context.set_fill_style_str(&self.palette.ink_soft);
        let down = top - 4.0;
        self.context
            .fill_rect(x, down, 1.0, f64::from(self.layout.height) - down);
        let text = figures::duration_in(t_ns, axis.unit);
        let half = self.width_of(&text) / 2.0 + 4.0;
        let x = x.clamp(left + half, (right - half).max(left + half));
        self.context.set_fill_style_str(&self.palette.screen);
        self.context.fill_rect(x - half, 0.0, 2.0 * half, top - 4.0);
        self.text(&text, x, middle, &self.palette.ink);
    }

    /// A frame around a span.
    fn outline(&self, chosen: Chosen, colour: &str, line: f64) {
        let Some(span) = self
            .model
            .lanes()
            .get(chosen.lane)
            .and_then(|lane| lane.spans.get(chosen.span))
        else {
            return;
        };
        let (from_ns, to_ns) = (span.from_ns, span.to_ns(self.shown_ns));
        let Some(row) = self.by.row_of(self.model, chosen) else {
            return;
        };
        if !self.layout.scale.shows(from_ns, to_ns) {
            return;
        }
        /// A span narrower than this would vanish in its own frame.
        const NARROWEST: f64 = 3.0;
        let left = self.layout.scale.x_exact(from_ns);
        let width = (self.layout.scale.x_exact(to_ns) - left).max(NARROWEST);
        let (height, below) = self.layout.rows.bar();
        let top = self.layout.rows.top(row) as f64 + f64::from(below) - 3.0;
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(line);
        self.context
            .stroke_rect(left - 1.0, top, width + 2.0, f64::from(height) + 6.0);
    }

    pub(super) fn text(&self, text: &str, x: f64, y: f64, colour: &str) {
        self.context.set_fill_style_str(colour);
        // It fails only for numbers that are none.
        let _ = self.context.fill_text(text, x, y);
    }

    pub(super) fn width_of(&self, text: &str) -> f64 {
        self.context
            .measure_text(text)
            .map_or(0.0, |metrics| metrics.width())
    }

    /// A name, cut to fit with an ellipsis; a number at its end stays, since it
    /// is what tells one worker from the next.
    fn cut(&self, text: &str, room: f64) -> String {
        if self.width_of(text) <= room {
            return text.to_owned();
        }
        let (name, number) = number_at_end(text);
        let mut cut: String = name.to_owned();
        while cut.pop().is_some() {
            let with_ellipsis = format!("{}…{number}", cut.trim_end());
            if self.width_of(&with_ellipsis) <= room {
                return with_ellipsis;
            }
        }
        "…".into()
    }
}
