//! The timeline: a lane for each goroutine, and what it did when, or one for
//! each P, and what ran on it.
//!
//! Two canvases lie over each other. The lower one holds the spans, as pixels
//! written in one piece; the upper one what is drawn with lines and text: names,
//! ticks, ends, the choice and the pointer. Both are redrawn when what they show
//! changes, and never otherwise.
//!
//! * [`layout`]: where everything is, from the size and the stretch of time.
//! * [`palette`]: the tokens' colours.
//! * [`spans`]: the lower canvas.
//! * [`overlay`]: the upper one.
//! * [`arrows`]: who woke whom, on it.
//! * [`marks`]: signs, labels, ends and holes on it.
//! * [`processors`]: the lanes of Ps on it.
//! * [`hands`]: keys, wheel and pointer.
//! * [`legend`]: what each colour means.

pub mod arrows;
pub mod hands;
pub mod layout;
pub mod legend;
pub mod marks;
pub mod overlay;
pub mod palette;
pub mod processors;
pub mod spans;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use self::hands::Hands;
use self::hands::panel::Panel;
use self::hands::tools::Tools;
use self::layout::Layout;
use self::legend::Legend;
use self::palette::Palette;
use super::lanes::By;
use super::words;
use super::{RunView, sentence, study, walk};
use crate::markup;
use crate::phase::Phase;
use crate::preferences::{use_lang, use_theme};

/// The timeline of a run. There may be two on a page; the id of the list of keys
/// tells them apart.
#[component]
pub fn Timeline(view: RunView, keys_id: &'static str) -> impl IntoView {
    let lang = use_lang();
    let theme = use_theme();
    let frame = NodeRef::<html::Div>::new();
    let size = RwSignal::new((0_u32, 0_u32));
    let scrolled = RwSignal::new(0_u32);
    let layout = Memo::new(move |_| {
        view.version.track();
        let by = view.by.get();
        let lanes = view.model.with_value(|model| by.count(model));
        let range = view.range();
        Layout::new(size.get(), scrolled.get(), lanes, range, ratio())
    });
    let palette = Memo::new(move |_| {
        theme.track();
        Palette::read()
    });
    watch_size(frame, size);
    Effect::new(move |_| {
        /// The frame's own edge lies outside of its canvases.
        const EDGE: u32 = 1;
        let scale = layout.get().scale;
        let plot = (size.get().0 > 0).then_some((scale.left + EDGE, scale.width));
        if view.plot.get_untracked() != plot {
            view.plot.set(plot);
        }
    });
    let hands = Hands::new(view, layout, frame, keys_id);
    let noted = RwSignal::new(None::<String>);
    Effect::new(move || {
        if let Some(lane) = view.pointed_lane.get() {
            hands.go_to(lane);
        }
    });

    let range = move || {
        let range = layout.get().scale.range;
        words::range(range.from_ns, range.to_ns, lang.get())
    };
    view! {
        <div class="timeline" data-testid="timeline">
            <div class="timeline-head">
                <Legend view=view />
                <div class="timeline-tools">
                    <Switch view=view noted=noted />
                    <span class="timeline-range" data-testid="timeline-range">{range}</span>
                    <Zoom hands=hands />
                </div>
            </div>
            <Frame view=view layout=layout palette=palette hands=hands frame=frame scrolled=scrolled noted=noted />
            <Tools view=view hands=hands />
            <Said view=view hands=hands noted=noted />
            <Panel view=view hands=hands />
            <LaneList view=view layout=layout />
        </div>
    }
}

/// By what the lanes are.
#[component]
fn Switch(view: RunView, noted: RwSignal<Option<String>>) -> impl IntoView {
    let lang = use_lang();
    let button = move |by: By, name: &'static str, label: fn(crate::i18n::Lang) -> &'static str| {
        view! {
            <button
                type="button"
                data-testid=name
                aria-pressed=move || (view.by.get() == by).to_string()
                on:click=move |_| {
                    noted.set(None);
                    view.by.set(by);
                }
            >
                {move || label(lang.get())}
            </button>
        }
    };
    view! {
        <div class="timeline-by" role="group" aria-label=move || words::lanes_by(lang.get())>
            {button(By::Goroutine, "by-goroutine", words::by_goroutine)}
            {button(By::Processor, "by-processor", words::by_processor)}
        </div>
    }
}

/// The buttons that zoom.
#[component]
fn Zoom(hands: Hands) -> impl IntoView {
    let lang = use_lang();
    let button = move |label: fn(crate::i18n::Lang) -> &'static str, path, act: fn(&Hands)| {
        view! {
            <button
                type="button"
                class="timeline-button"
                aria-label=move || label(lang.get())
                title=move || label(lang.get())
                on:click=move |_| act(&hands)
            >
                <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
                    <path d=path fill="none" stroke="currentColor" stroke-width="1.5" />
                </svg>
            </button>
        }
    };
    view! {
        {button(words::zoom_out, "M3 8H13", |hands| hands.zoom_about_middle(3, 2))}
        {button(words::zoom_in, "M3 8H13M8 3V13", |hands| hands.zoom_about_middle(2, 3))}
        {button(words::whole_run, "M2 3V13M14 3V13M4.5 8H11.5M6.5 6 4.5 8 6.5 10M9.5 6 11.5 8 9.5 10", Hands::show_whole)}
    }
}

/// The two canvases, in a frame that scrolls and takes keys.
#[component]
fn Frame(
    view: RunView,
    layout: Memo<Layout>,
    palette: Memo<Palette>,
    hands: Hands,
    frame: NodeRef<html::Div>,
    scrolled: RwSignal<u32>,
    noted: RwSignal<Option<String>>,
) -> impl IntoView {
    let lang = use_lang();
    let lower = NodeRef::<html::Canvas>::new();
    let upper = NodeRef::<html::Canvas>::new();
    spans::draw_on_change(lower, view, layout, palette);
    overlay::draw_on_change(upper, view, layout, palette, hands.hovered);
    let empty = move || {
        view.version.track();
        let without = view.model.with_value(|model| model.lanes().is_empty());
        let text = words::no_lanes(view.phase.get(), lang.get());
        text.filter(|_| without)
    };
    let scale = move || layout.get().scale;
    let marked = move || {
        let layout = layout.get();
        let (cursor_ns, marked) = (view.cursor_ns.get(), view.marked.get());
        study::marked::svg(&layout.scale, layout.height, cursor_ns, marked, lang.get())
    };
    // A lane of a P shows more than spans.
    let note = move |event: &web_sys::PointerEvent| {
        let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let layout = layout.get_untracked();
        let row = layout.rows.lane_at(y).filter(|_| layout.holds(x));
        let said = row.filter(|_| view.by.get_untracked() == By::Processor);
        let said = said.and_then(|row| {
            let at = (row, processors::part_at(&layout.rows, row, y));
            let (shown_ns, lang) = (view.shown_ns.get_untracked(), lang.get_untracked());
            view.model.with_value(|model| {
                sentence::processor::of_point(model, at, (&layout.scale, x), shown_ns, lang)
            })
        });
        if noted.with_untracked(|noted| *noted != said) {
            noted.set(said);
        }
    };
    view! {
        <div
            class="timeline-frame"
            data-testid="timeline-frame"
            tabindex="0"
            role="application"
            aria-label=move || words::timeline_with_keys(lang.get())
            node_ref=frame
            data-scale-from-ns=move || scale().range.from_ns.to_string()
            data-scale-to-ns=move || scale().range.to_ns.to_string()
            data-scale-left=move || scale().left.to_string()
            data-scale-width=move || scale().width.to_string()
            data-ratio=move || layout.get().ratio.to_string()
            on:scroll=move |_| {
                if let Some(frame) = frame.get_untracked() {
                    scrolled.set(frame.scroll_top().max(0) as u32);
                }
            }
            on:keydown=move |event| hands.key(&event)
            on:keyup=move |_| hands.release()
            on:blur=move |_| hands.release()
            on:wheel=move |event| hands.wheel(&event)
        >
            <div class="timeline-tall" style:height=move || format!("{}px", layout.get().rows.tall())>
                <div
                    class="timeline-stick"
                    style:height=move || format!("{}px", layout.get().height)
                    on:pointerdown=move |event| hands.pointer_down(&event)
                    on:pointermove=move |event| {
                        note(&event);
                        hands.pointer_move(&event);
                    }
                    on:pointerup=move |event| hands.pointer_up(&event)
                    on:pointercancel=move |_| hands.pointer_gone()
                    on:pointerleave=move |_| {
                        noted.set(None);
                        hands.pointer_gone();
                    }
                    on:dblclick=move |_| hands.show_chosen()
                >
                    <canvas class="timeline-canvas" data-testid="timeline-pixels" aria-hidden="true" node_ref=lower></canvas>
                    <canvas class="timeline-canvas" data-testid="timeline-overlay" aria-hidden="true" node_ref=upper></canvas>
                    <div class="timeline-axis-hold"></div>
                    <div class="timeline-hands" aria-hidden="true" inner_html=marked></div>
                    {move || empty().map(|text| view! { <p class="timeline-empty">{text}</p> })}
                </div>
            </div>
        </div>
    }
}

/// The sentence about the span under the pointer, or else the chosen one.
#[component]
fn Said(view: RunView, hands: Hands, noted: RwSignal<Option<String>>) -> impl IntoView {
    let lang = use_lang();
    let about = move |chosen: walk::Chosen, shown_ns| {
        view.model.with_value(|model| {
            let lane = model.lanes().get(chosen.lane)?;
            let span = lane.spans.get(chosen.span)?;
            let lang = lang.get();
            let mut said = sentence::of_span(model, lane, span, shown_ns, lang);
            if view.by.get() == By::Processor {
                said.push_str(&sentence::processor::of_run(model, chosen, shown_ns, lang));
            }
            Some(said)
        })
    };
    let text = Memo::new(move |_| {
        if let Some(gap) = hands.hovered_gap.get() {
            return sentence::of_gap(&gap, lang.get());
        }
        if let Some(noted) = noted.get() {
            return noted;
        }
        view.version.track();
        let meant = hands.hovered.get().or(view.chosen.get());
        meant
            .and_then(|meant| about(meant, view.shown_ns.get()))
            .unwrap_or_else(|| match view.phase.get() {
                Phase::Idle | Phase::Failed => String::new(),
                _ => words::hint(lang.get()).into(),
            })
    });
    // A screen reader hears of the choice once, not of every tick of it.
    let spoken = Memo::new(move |_| {
        let chosen = view.chosen.get()?;
        about(chosen, view.shown_ns.get_untracked())
    });
    view! {
        <p class="timeline-said" data-testid="timeline-sentence">
            {move || words::with_code(&text.get())}
        </p>
        <p class="picture-unseen" role="status">
            {move || spoken.get().map(|text| text.replace('`', ""))}
        </p>
    }
}

/// Where each lane lies and what is in it, for tests and whoever else cannot see
/// it.
#[component]
fn LaneList(view: RunView, layout: Memo<Layout>) -> impl IntoView {
    let lang = use_lang();
    let html = Memo::new(move |_| {
        view.version.track();
        let (rows, by, lang) = (layout.get().rows, view.by.get(), lang.get());
        view.model.with_value(|model| {
            let mut html = String::new();
            for row in rows.in_view() {
                let place = (rows.top(row), rows.row);
                markup::lane::item(&mut html, (model, by), row, place, lang);
            }
            html
        })
    });
    view! {
        <ul class="picture-unseen" data-testid="timeline-lanes" inner_html=move || html.get()></ul>
    }
}

/// The screen's own pixels in a CSS pixel, as a whole number; the browser
/// shrinks what lies between.
fn ratio() -> u32 {
    /// Beyond it nobody sees a difference, and each pixel is drawn.
    const MOST: f64 = 2.0;
    window().device_pixel_ratio().ceil().clamp(1.0, MOST) as u32
}

/// What watches the size of an element, for as long as the component is there.
struct Watch {
    observer: web_sys::ResizeObserver,
    _changed: Closure<dyn FnMut(js_sys::Array)>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Keeps the inner size of an element in a signal, in CSS pixels.
pub fn watch_size(element: NodeRef<html::Div>, size: RwSignal<(u32, u32)>) {
    let watch = StoredValue::new_local(None::<Watch>);
    Effect::new(move |_| {
        let Some(element) = element.get() else {
            return;
        };
        let changed = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let Ok(entry) = entries.get(0).dyn_into::<web_sys::ResizeObserverEntry>() else {
                return;
            };
            let inner = entry.content_rect();
            let inner = (inner.width() as u32, inner.height() as u32);
            if size.try_get_untracked().is_some_and(|size| size != inner) {
                size.set(inner);
            }
        });
        let Ok(observer) = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&element);
        watch.set_value(Some(Watch {
            observer,
            _changed: changed,
        }));
    });
}
