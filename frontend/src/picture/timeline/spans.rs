//! The lower canvas: every span in view, as pixels in one piece.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::layout::Layout;
use super::palette::Palette;
use crate::model::Model;
use crate::picture::RunView;
use crate::picture::axis::time_axis;
use crate::picture::columns::{Column, column_starts, fill};
use crate::picture::lanes::By;
use crate::picture::pixels::{Bar, Pixels};
use crate::picture::scale::Window;

/// How far apart the ticks of the axis are, in CSS pixels.
pub const TICKS_APART: u32 = 84;

/// What is kept from one drawing to the next, to spare its making.
#[derive(Default)]
struct Kept {
    pixels: Pixels,
    columns: Vec<Column>,
    starts: Vec<u64>,
}

/// What the reader looked at when it was drawn last, and how often that has
/// moved.
#[derive(Clone, Copy, Default)]
struct Moved {
    from: Option<Window>,
    times: u32,
}

impl Moved {
    /// Whether it moved since the last drawing.
    fn to(&mut self, window: Window) -> bool {
        let moves = self.from.is_some_and(|from| from != window);
        self.from = Some(window);
        self.times = self.times.wrapping_add(u32::from(moves));
        moves
    }
}

/// Draws whenever the run, the layout or the colours change.
pub fn draw_on_change(
    canvas: NodeRef<html::Canvas>,
    view: RunView,
    layout: Memo<Layout>,
    palette: Memo<Palette>,
) {
    let kept = StoredValue::new_local(Kept::default());
    let moved = StoredValue::new_local(Moved::default());
    let settled = RwSignal::new(());
    Effect::new(move |_| {
        settled.track();
        let Some(canvas) = canvas.get() else {
            return;
        };
        view.version.track();
        let mut layout = layout.get();
        let (shown_ns, by) = (view.shown_ns.get(), view.by.get());
        let window = view.window.get();
        // While it moves, one pixel a point is enough to see where to.
        if layout.ratio > 1 && moved.try_update_value(|it| it.to(window)) == Some(true) {
            layout.ratio = 1;
            settle(moved, settled);
        }
        let Some(context) = context(&canvas, &layout) else {
            return;
        };
        palette.with(|palette| {
            view.model.with_value(|model| {
                kept.update_value(|kept| {
                    write(kept, (model, by), &layout, palette, shown_ns);
                    show(&kept.pixels, &context, &layout);
                });
            });
        });
    });
}

/// Says so once nothing has moved for a while.
fn settle(moved: StoredValue<Moved, LocalStorage>, settled: RwSignal<()>) {
    /// Longer than between two frames of a slow machine.
    const WHILE: Duration = Duration::from_millis(160);
    let times = moved.with_value(|moved| moved.times);
    set_timeout(
        move || {
            // The timeline may be gone by then.
            if moved.try_with_value(|moved| moved.times) == Some(times) {
                settled.set(());
            }
        },
        WHILE,
    );
}

/// The canvas at the size of the layout, ready to draw on; `None` before it has
/// a size.
pub fn context(canvas: &HtmlCanvasElement, layout: &Layout) -> Option<CanvasRenderingContext2d> {
    let (width, height) = (layout.width * layout.ratio, layout.height * layout.ratio);
    if width == 0 || height == 0 {
        return None;
    }
    // Setting a size empties a canvas, even if it is the same.
    if canvas.width() != width {
        canvas.set_width(width);
    }
    if canvas.height() != height {
        canvas.set_height(height);
    }
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// Writes the lanes in view, below the axis and right of the names.
fn write(
    kept: &mut Kept,
    (model, by): (&Model, By),
    layout: &Layout,
    palette: &Palette,
    shown_ns: u64,
) {
    let ratio = layout.ratio;
    let columns = layout.columns();
    column_starts(&mut kept.starts, &columns);
    let (pixels, starts) = (&mut kept.pixels, &kept.starts);
    pixels.clear(columns.width, layout.rows.view * ratio);
    for tick in time_axis(&layout.scale, TICKS_APART).ticks {
        pixels.upright((tick.x - layout.scale.left) * ratio, palette.rule_bytes);
    }
    kept.columns
        .resize(columns.width as usize, Column::default());
    let (height, below) = layout.rows.bar();
    for index in layout.rows.in_view() {
        let top = layout.rows.top(index) - i64::from(layout.lanes_top());
        let bottom = (top + i64::from(layout.rows.row)) * i64::from(ratio) - 1;
        pixels.level(bottom, palette.rule_bytes);
        let (columns, now_ns) = (&mut kept.columns, model.now_ns());
        let (lane, processor) = (
            model.lanes().get(index),
            model.processors().list().get(index),
        );
        match (by, lane, processor) {
            (By::Goroutine, Some(lane), _) => {
                fill(columns, starts, (&lane.spans, &lane.sums), now_ns, shown_ns);
            }
            (By::Processor, _, Some(processor)) => {
                fill(
                    columns,
                    starts,
                    (&processor.stretches, &processor.sums),
                    now_ns,
                    shown_ns,
                );
            }
            _ => continue,
        }
        let bar = Bar {
            top: (top + i64::from(below)) * i64::from(ratio),
            height: height * ratio,
            ratio,
        };
        pixels.draw(&kept.columns, bar, &palette.inks);
    }
}

fn show(pixels: &Pixels, context: &CanvasRenderingContext2d, layout: &Layout) {
    if pixels.width == 0 || pixels.height == 0 {
        return;
    }
    let ratio = f64::from(layout.ratio);
    let bytes = Clamped(pixels.bytes.as_slice());
    let image = ImageData::new_with_u8_clamped_array_and_sh(bytes, pixels.width, pixels.height);
    let width = f64::from(layout.width) * ratio;
    context.clear_rect(0.0, 0.0, width, f64::from(layout.height) * ratio);
    if let Ok(image) = image {
        let left = f64::from(layout.scale.left) * ratio;
        let top = f64::from(layout.lanes_top()) * ratio;
        // It fails only for an image without pixels, which this is not.
        let _ = context.put_image_data(&image, left, top);
    }
}
