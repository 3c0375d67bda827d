//! The view of the program's spans: it only hears keys and pointer, and shows
//! the text that `drawn` writes.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;

use super::drawn::{self, FOLD, ROW, indent};
use super::rows::{self, Rows};
use super::words;
use crate::markup;
use crate::model::Model;
use crate::picture::RunView;
use crate::picture::charts::{plot, words as chart_words};
use crate::picture::pace::{pace, scale};
use crate::picture::scale::{Scale, Window};
use crate::preferences::use_lang;

/// What the reader did with the rows; a handle, copied freely.
#[derive(Clone, Copy)]
struct Hands {
    view: RunView,
    frame: NodeRef<html::Div>,
    /// Up to when the run is shown.
    shown_ns: RwSignal<u64>,
    scale: Memo<Scale>,
    rows: Memo<Rows>,
    /// The span that is chosen, by its number.
    chosen: RwSignal<Option<u64>>,
    /// The row under the pointer.
    hovered: RwSignal<Option<usize>>,
    /// The spans whose children are hidden, by their numbers.
    folded: RwSignal<Vec<u64>>,
}

/// The program's spans.
#[component]
pub fn Spans(view: RunView) -> impl IntoView {
    let lang = use_lang();
    let element = NodeRef::<html::Div>::new();
    let size = RwSignal::new((0_u32, 0_u32));
    crate::picture::timeline::watch_size(element, size);
    let shown_ns = pace(view);
    let scale = Memo::new(move |_| scale(view, size.get().0, shown_ns.get()));
    let folded = RwSignal::new(Vec::new());
    let rows = Memo::new(move |_| {
        let shown_ns = shown_ns.get();
        let range = scale.get().range;
        let with = |model: &Model| rows::rows(model.trace(), range, shown_ns, &folded.read());
        view.model.with_value(with)
    });
    let hands = Hands {
        view,
        frame: NodeRef::new(),
        shown_ns,
        scale,
        rows,
        chosen: RwSignal::new(None),
        hovered: RwSignal::new(None),
        folded,
    };
    let count = Memo::new(move |_| rows.read().rows.len());
    let has_spans = Memo::new(move |_| {
        shown_ns.track();
        view.model
            .with_value(|model| !model.trace().kept().is_empty())
    });
    let empty = move || match (has_spans.get(), count.get()) {
        (false, _) => words::none(view.phase.get(), lang.get()),
        (true, 0) => words::none_here(lang.get()),
        _ => "",
    };
    let more = move || {
        let not_kept = view.model.with_value(|model| model.trace().more());
        words::more(rows.read().more, not_kept, lang.get())
    };
    view! {
        <div class="waterfall" data-testid="spans" node_ref=element>
            <p class="picture-empty">{empty}</p>
            <div hidden=move || count.get() == 0>
                <Frame hands=hands />
                <p class="picture-more">{more}</p>
                <Tables hands=hands />
            </div>
        </div>
    }
}

/// The rows below their axis of time, and the words about one of them.
#[component]
fn Frame(hands: Hands) -> impl IntoView {
    let lang = use_lang();
    let Hands {
        view,
        scale,
        rows,
        shown_ns,
        ..
    } = hands;
    let count = move || rows.read().rows.len();
    let svg = move || {
        let (shown_ns, rows, at) = (shown_ns.get(), rows.read(), hands.at());
        view.model
            .with_value(|model| drawn::svg(model, &rows, &scale.get(), at, shown_ns, lang.get()))
    };
    let said = move || {
        let (shown_ns, lang) = (shown_ns.get(), lang.get());
        let at = hands.hovered.get().or_else(|| hands.at());
        let said = at.and_then(|at| {
            let index = rows.read().rows.get(at)?.index;
            view.model.with_value(|model| {
                let span = model.trace().kept().get(index as usize)?;
                Some(words::said(model, span, shown_ns, lang))
            })
        });
        said.unwrap_or_else(|| words::hint(lang).into())
    };
    view! {
        <p
            class="chart-said figure"
            data-testid="span-said"
            inner_html=move || markup::words(&said())
        ></p>
        <svg
            width="100%"
            height=plot::AXIS.to_string()
            aria-hidden="true"
            inner_html=move || plot::time(&scale.get(), 0)
        ></svg>
        <div
            class="waterfall-rows"
            data-testid="waterfall"
            node_ref=hands.frame
            tabindex="0"
            role="slider"
            aria-orientation="vertical"
            aria-label=move || words::label(lang.get())
            aria-valuemin="0"
            aria-valuemax=move || count().to_string()
            aria-valuenow=move || hands.at().map_or(0, |at| at + 1).to_string()
            aria-valuetext=move || said().replace('`', "")
            data-rows=move || count().to_string()
            data-chosen=move || hands.chosen.get().map(|span| span.to_string())
            on:keydown=move |event| hands.key(&event)
        >
            <svg
                width="100%"
                height=move || (count() as u32 * ROW).to_string()
                aria-hidden="true"
                inner_html=svg
                on:click=move |event| hands.click(event.offset_x(), event.offset_y())
                on:dblclick=move |_| hands.show_chosen()
                on:pointermove=move |event| hands.point(&event)
                on:pointerleave=move |_| hands.leave()
            ></svg>
        </div>
    }
}

/// What is known of the chosen span, and every row as a line of a table.
#[component]
fn Tables(hands: Hands) -> impl IntoView {
    let lang = use_lang();
    let Hands {
        view,
        rows,
        shown_ns,
        ..
    } = hands;
    let details = move || {
        let (shown_ns, lang) = (shown_ns.get(), lang.get());
        view.model.with_value(|model| {
            let span = model.trace().find(hands.chosen.get()?)?;
            Some(drawn::details(model, span, shown_ns, lang))
        })
    };
    let table_is_open = RwSignal::new(false);
    let table = move || {
        let (shown_ns, lang) = (shown_ns.get(), lang.get());
        let table = |model: &Model| drawn::table(model, &rows.read(), shown_ns, lang);
        match table_is_open.get() {
            true => view.model.with_value(table),
            false => String::new(),
        }
    };
    view! {
        <div class="chart-details" inner_html=move || details().unwrap_or_default()></div>
        <details
            class="chart-table"
            data-testid="span-list"
            on:toggle=move |_| table_is_open.update(|open| *open = !*open)
        >
            <summary>{move || chart_words(lang.get())[1]}</summary>
            <table class="records" data-testid="span-table" inner_html=table></table>
        </details>
    }
}

impl Hands {
    /// The row of the chosen span. Tracked.
    fn at(&self) -> Option<usize> {
        let chosen = self.chosen.get()?;
        let rows = self.rows.read();
        self.view.model.with_value(|model| {
            let spans = model.trace().kept();
            let is = |row: &rows::Row| {
                spans.get(row.index as usize).map(|span| span.span) == Some(chosen)
            };
            rows.rows.iter().position(is)
        })
    }

    /// Chooses a row, brings it into view, and points at its goroutine.
    fn choose(&self, at: usize) {
        let index = self.rows.read_untracked().rows.get(at).map(|row| row.index);
        let span = self.view.model.with_value(|model| {
            let span = model.trace().kept().get(index? as usize)?;
            Some(span.span)
        });
        self.chosen.set(span);
        if let Some(frame) = self.frame.get_untracked() {
            let (top, row) = (at as i32 * ROW as i32, ROW as i32);
            let (from, height) = (frame.scroll_top(), frame.client_height());
            frame.set_scroll_top(from.clamp((top + row - height).min(top), top));
        }
    }

    fn click(&self, x: i32, y: i32) {
        let at = y.max(0) as usize / ROW as usize;
        let row = self.rows.read_untracked().rows.get(at).copied();
        self.choose(at);
        if let Some(row) = row
            && row.has_children
            && (indent(&row) as i32..(indent(&row) + FOLD) as i32).contains(&x)
        {
            self.fold(!row.is_folded);
        }
    }

    /// Hides the children of the chosen span, or shows them.
    fn fold(&self, hide: bool) {
        let Some(span) = self.chosen.get_untracked() else {
            return;
        };
        self.folded.update(|folded| {
            folded.retain(|other| *other != span);
            if hide {
                folded.push(span);
            }
        });
    }

    /// The stretch of time of the chosen span, with as much on both sides.
    fn show_chosen(&self) {
        let shown_ns = self.view.shown_ns.get_untracked();
        let times = self.view.model.with_value(|model| {
            let span = model.trace().find(self.chosen.get_untracked()?)?;
            Some((span.from_ns, span.to_ns(shown_ns)))
        });
        if let Some((from_ns, to_ns)) = times {
            let margin_ns = (to_ns - from_ns) / 2;
            self.view.window.set(Window::Part {
                from_ns: from_ns.saturating_sub(margin_ns),
                to_ns: to_ns.saturating_add(margin_ns).min(shown_ns),
            });
        }
    }

    fn key(&self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let at = untrack(|| self.at());
        let rows = self.rows.get_untracked().rows;
        let last = rows.len().saturating_sub(1);
        let row = at.and_then(|at| rows.get(at));
        match (event.key().as_str(), at, row) {
            ("ArrowDown", at, _) => self.choose(at.map_or(0, |at| (at + 1).min(last))),
            ("ArrowUp", at, _) => self.choose(at.map_or(0, |at| at.saturating_sub(1))),
            ("Home", _, _) => self.choose(0),
            ("End", _, _) => self.choose(last),
            ("ArrowLeft", _, Some(row)) if row.has_children && !row.is_folded => self.fold(true),
            ("ArrowLeft", Some(at), Some(row)) => {
                let before = rows[..at].iter().rposition(|other| other.depth < row.depth);
                self.choose(before.unwrap_or(at));
            }
            ("ArrowRight", _, Some(row)) if row.is_folded => self.fold(false),
            ("Enter", Some(_), _) => self.show_chosen(),
            ("Escape", Some(_), _) => self.chosen.set(None),
            _ => return,
        }
        event.prevent_default();
    }

    fn point(&self, event: &PointerEvent) {
        let at = event.offset_y().max(0) as usize / ROW as usize;
        if self.hovered.get_untracked() != Some(at) {
            self.hovered.set(Some(at));
        }
        let t_ns = self.scale.get_untracked().t_ns(f64::from(event.offset_x()));
        self.view.pointer_ns.set(Some(t_ns));
    }

    fn leave(&self) {
        self.hovered.set(None);
        self.view.pointer_ns.set(None);
    }
}
