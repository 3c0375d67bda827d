//! The listing that ran: the line of the chosen span is lit, and on each line
//! stand those who are there at the cursor's time. A press on a line finds the
//! spans that began there.

use leptos::html;
use leptos::prelude::*;
use protocol::lesson::Listing;
use wasm_bindgen::JsCast;

use crate::picture::listing::{self, Listed, Step, words};
use crate::picture::{RunView, walk};
use crate::preferences::use_lang;

/// What the reader looks up in the listings; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct Lookup {
    view: RunView,
    found: RwSignal<Option<Found>>,
}

/// The line that was pressed.
#[derive(Clone, Debug, PartialEq)]
struct Found {
    listed: Listed,
    line: u32,
    /// How many spans began there.
    all: usize,
    /// Which of them was gone to.
    at: Option<usize>,
}

impl Lookup {
    /// Nothing yet.
    pub fn new(view: RunView) -> Lookup {
        Lookup {
            view,
            found: RwSignal::new(None),
        }
    }

    /// Chooses a span that began on a line.
    fn go(self, listed: Listed, line: u32, step: Step) {
        let chosen = self.view.chosen.get_untracked();
        let (spans, at) = self.view.model.with_value(|model| {
            let spans = listed.spans_at(model, line);
            let at = listing::step(&spans, chosen, step);
            (spans, at)
        });
        if let Some(at) = at {
            self.view.chosen.set(Some(spans[at]));
        }
        self.found.set(Some(Found {
            listed,
            line,
            all: spans.len(),
            at,
        }));
    }

    /// What was found, and the way on.
    pub fn said(self) -> impl IntoView {
        let lang = use_lang();
        let found = self.found;
        let said = move || match found.get() {
            None => words::hint(lang.get()).to_owned(),
            Some(found) => words::found(found.line, found.all, found.at, lang.get()),
        };
        let data = move |of: fn(&Found) -> usize| {
            move || found.with(|found| found.as_ref().map(|found| of(found).to_string()))
        };
        let steps = [Step::First, Step::Before, Step::After].map(|step| {
            view! {
                <button
                    type="button"
                    class="code-choice"
                    data-testid=match step {
                        Step::First => "code-first",
                        Step::Before => "code-before",
                        Step::After => "code-after",
                    }
                    disabled=move || found.with(|found| found.as_ref().is_none_or(|one| one.all == 0))
                    on:click=move |_| {
                        if let Some(found) = found.get_untracked() {
                            self.go(found.listed, found.line, step);
                        }
                    }
                >
                    {move || words::go(step, lang.get())}
                </button>
            }
        });
        view! {
            <div class="code-found">
                <p
                    role="status"
                    data-testid="code-found"
                    data-line=data(|found| found.line as usize)
                    data-all=data(|found| found.all)
                    data-at=data(|found| found.at.unwrap_or(0))
                >
                    {said}
                </p>
                {steps.collect_view()}
            </div>
        }
    }
}

/// The listing that ran.
#[component]
pub fn Linked(listing: Listing, lookup: Lookup) -> impl IntoView {
    let lang = use_lang();
    let view = lookup.view;
    let body = NodeRef::<html::Code>::new();
    let listed = Listed::new(&listing.file, listing.first_line, &listing.html);
    let listed = StoredValue::new(listed);
    let written = StoredValue::new(String::new());
    Effect::new(move |_| {
        let Some(body) = body.get() else { return };
        let (chosen, cursor_ns, lang) = (view.chosen.get(), view.cursor_ns.get(), lang.get());
        if cursor_ns.is_none() {
            view.version.track();
        }
        let html = listed.with_value(|listed| {
            view.model.with_value(|model| {
                let lit = chosen.and_then(|chosen| listed.line_of_chosen(model, chosen));
                view.history.with_value(|history| match cursor_ns {
                    None => listed.write(model, history.latest(), lit, lang),
                    Some(t_ns) => listed.write(model, &history.world_at(t_ns), lit, lang),
                })
            })
        });
        if written.with_value(|written| *written != html) {
            write(&body, &html);
            written.set_value(html);
        }
    });
    let press = move |event: leptos::ev::MouseEvent| {
        let Some(pressed) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        else {
            return;
        };
        let number = |key: &str| {
            let closest = pressed.closest(&format!("[{key}]")).ok().flatten();
            closest.and_then(|element| element.get_attribute(key)?.parse().ok())
        };
        if let Some(g) = number("data-g") {
            let chosen = view.model.with_value(|model| {
                let t_ns = view.cursor_ns.get_untracked().unwrap_or(model.now_ns());
                walk::nearest(model, model.lane_of(g)?, t_ns)
            });
            view.chosen.set(chosen.or(view.chosen.get_untracked()));
        } else if let Some(line) = number("data-line") {
            lookup.go(listed.get_value(), line, Step::After);
        }
    };
    view! { <code data-testid="code-linked" node_ref=body on:click=press></code> }
}

/// Replaces the lines; the button that has the focus keeps it.
fn write(body: &web_sys::HtmlElement, html: &str) {
    let focused = document()
        .active_element()
        .filter(|element| body.contains(Some(element)));
    let selector = focused.and_then(|button| {
        let line = button.closest("[data-line]").ok()??;
        let line = line.get_attribute("data-line")?;
        Some(match button.get_attribute("data-g") {
            Some(g) => format!("[data-line=\"{line}\"] [data-g=\"{g}\"]"),
            None => format!("[data-line=\"{line}\"] .line-number"),
        })
    });
    body.set_inner_html(html);
    let again = selector.and_then(|selector| body.query_selector(&selector).ok().flatten());
    if let Some(button) = again.and_then(|one| one.dyn_into::<web_sys::HtmlElement>().ok()) {
        // It fails only for an element that cannot have the focus.
        let _ = button.focus();
    }
}
