//! The field that finds goroutines and objects by name. Enter goes to the first
//! that was found, Tab leads to the others, Escape back to the lanes.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Hands;
use crate::picture::RunView;
use crate::picture::lanes::By;
use crate::picture::study::{names, words};
use crate::picture::walk::Chosen;
use crate::preferences::use_lang;

/// The field with what it found.
#[component]
pub fn Find(view: RunView, hands: Hands) -> impl IntoView {
    let lang = use_lang();
    let part = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let part = part.read();
        if part.trim().is_empty() {
            return names::Found::default();
        }
        view.version.track();
        view.model.with_value(|model| names::find(model, &part))
    });
    let list = move || {
        if part.read().trim().is_empty() {
            return String::new();
        }
        let lang = lang.get();
        found.with(|found| {
            view.model
                .with_value(|model| names::list(model, found, lang))
        })
    };
    let go = move |at: Chosen| {
        part.set(String::new());
        hands.go_to_span(at);
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            if let Some(hit) = found.with_untracked(|found| found.hits.first().copied()) {
                event.prevent_default();
                go(hit.at());
            }
        }
        "Escape" => {
            event.prevent_default();
            part.set(String::new());
            hands.focus();
        }
        _ => {}
    };
    let on_click = move |event: leptos::ev::MouseEvent| {
        let button = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|target| target.closest("[data-lane]").ok()?);
        let number = |name| button.as_ref()?.get_attribute(name)?.parse().ok();
        if let (Some(lane), Some(span)) = (number("data-lane"), number("data-span")) {
            go(Chosen { lane, span });
        }
    };
    view! {
        <search class="timeline-find" on:keydown=on_key>
            <input
                type="text"
                class="timeline-field"
                data-testid="timeline-find"
                autocomplete="off"
                spellcheck="false"
                aria-keyshortcuts="/"
                aria-label=move || words::find(lang.get())
                placeholder=move || words::find_hint(lang.get())
                node_ref=hands.field
                prop:value=move || part.get()
                on:input=move |event| part.set(event_target_value(&event))
            />
            // The field keeps the focus while the pointer chooses.
            <div
                class="found-names"
                data-testid="timeline-found"
                on:mousedown=|event| event.prevent_default()
                on:click=on_click
                inner_html=list
            ></div>
        </search>
    }
}

impl Hands {
    /// Goes to the field.
    pub(super) fn find(&self) {
        if let Some(field) = self.field.get_untracked() {
            // It fails only for an element that cannot have the focus.
            let _ = field.focus();
        }
    }

    /// Chooses a span and takes the keys.
    fn go_to_span(&self, at: Chosen) {
        // What waits is on no processor.
        self.view.by.set(By::Goroutine);
        self.choose(Some(at));
        self.cursor_to_choice();
        self.focus();
    }
}
